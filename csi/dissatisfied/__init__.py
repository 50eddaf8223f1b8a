"""Dissatisfied customers: who they are, why, what to do, and whether it worked."""

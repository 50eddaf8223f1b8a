"""Answers and subscriber bases drawn from a truth that is known."""

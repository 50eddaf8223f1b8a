"""The steps of a study of the dissatisfied: each reads and writes files, so any can be repeated."""

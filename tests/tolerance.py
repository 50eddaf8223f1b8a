"""Tolerances, named by their cause."""

EXACT = 1e-12
"""The same algebra in another order."""

R_DIGITS = 1e-9
"""Numbers that R computed by the same closed form, written with 15 digits."""

OPTIMISER = 1e-6
"""Two optimisers at the same optimum, both with a gradient below 1e-9."""

"""Data with known truth; everything made here is marked synthetic."""

"""What every result shares: tidy columns, base rules, provenance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

ESTIMATE_COLUMNS = (
    "estimate",
    "std_error",
    "statistic",
    "df",
    "p_value",
    "conf_low",
    "conf_high",
    "n",
    "n_eff",
)
"""The columns of a tidy table, after the domain columns and ``term`` (or ``lhs, op, rhs``)."""

SUPPRESS_BELOW = 30.0
"""Numbers on a smaller effective base are not shown."""

FLAG_BELOW = 100.0
"""Numbers on a smaller effective base are shown with a mark."""


def base_flag(n_eff: float) -> str:
    """Return ``suppressed``, ``low`` or ``""`` for an effective base."""
    if not n_eff >= SUPPRESS_BELOW:
        return "suppressed"
    return "low" if n_eff < FLAG_BELOW else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Where a result came from: enough to make it again.

    Attributes
    ----------
    inputs : mapping of str to str
        File name to SHA-256 of its bytes.
    versions : mapping of str to str
        Package to version.
    options : mapping of str to object
        Every choice that shaped the numbers.
    """

    inputs: Mapping[str, str] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, object] = field(default_factory=dict)

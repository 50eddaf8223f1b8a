"""Bounds of a number, read from a constraint such as ``(. >= 0 and . <= 600) or . = 998``."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from csi.questionnaire.adopting.coding import kind_by_code
from csi.questionnaire.schema import MissingKind

_NUMBER = r"-?\d+(?:\.\d+)?"
_BOUND = re.compile(rf"\.\s*(>=|<=|>|<)\s*({_NUMBER})")
_CODE = re.compile(rf"\.\s*=\s*({_NUMBER})")


@dataclass(slots=True, kw_only=True)
class Bounds:
    """Least and greatest answer, and the codes outside them that are allowed."""

    minimum: float | None = None
    maximum: float | None = None
    missing: dict[int, MissingKind] = field(default_factory=dict)


def read_bounds(constraint: str, *, whole: bool) -> Bounds | None:
    """Read a constraint, or return None where it says anything but bounds and missing codes.

    ``. > 0`` is a bound only of ``whole`` numbers.
    """
    pieces = [piece.strip() for piece in re.split(r"\bor\b", constraint)]
    bounds = Bounds()
    for piece in pieces:
        inner = piece.strip("() ")
        code = _CODE.fullmatch(inner)
        if code and len(pieces) > 1:
            kind = kind_by_code(int(float(code[1])))
            if kind is None:
                return None
            bounds.missing[int(float(code[1]))] = kind
        elif not _read_range(inner, bounds, whole):
            return None
    return bounds


def _read_range(text: str, bounds: Bounds, whole: bool) -> bool:
    for piece in re.split(r"\band\b", text):
        match = _BOUND.fullmatch(piece.strip("() "))
        if match is None:
            return False
        sign, value = match[1], float(match[2])
        if sign in (">", "<") and not whole:
            return False
        key = "minimum" if sign.startswith(">") else "maximum"
        if getattr(bounds, key) is not None:
            return False
        step = {">": 1, "<": -1}.get(sign, 0)
        setattr(bounds, key, value + step)
    return True

"""Keep out of a report what its fonts cannot show: PDF/UA forbids a character without a glyph."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

REPLACEMENT = "\u25a1"

T = TypeVar("T")


def characters_of(value: object) -> frozenset[str]:
    """Return every character of every text inside a document."""
    found: set[str] = set()
    for text in _texts(value):
        found.update(unicodedata.normalize("NFC", text))
    return frozenset(found)


def guard(value: T, covers: frozenset[int]) -> tuple[T, frozenset[str]]:
    """Replace every character that has no glyph by "□" in all texts of a document.

    Parameters
    ----------
    value : a frozen block, or a tuple or mapping of such
    covers : frozenset of int
        Code points with a glyph.

    Returns
    -------
    guarded : as ``value``
    lost : frozenset of str
        What was replaced.
    """
    lost: set[str] = set()
    return _guarded(value, covers, lost), frozenset(lost)


def safe_text(text: str, covers: frozenset[int], lost: set[str]) -> str:
    """Return ``text`` with "□" where there is no glyph, and without invisible characters.

    Examples
    --------
    >>> lost = set()
    >>> safe_text("A\ufe0f\U0001f600B", frozenset(map(ord, "AB\u25a1")), lost), lost
    ('A□B', {'😀'})
    """
    kept = []
    for character in unicodedata.normalize("NFC", text):
        if character == "\n" or ord(character) in covers:
            kept.append(character)
        elif character.isspace():
            kept.append(" ")
        elif unicodedata.category(character) not in {"Cf", "Mn", "Me", "Cc"}:
            kept.append(REPLACEMENT)
            lost.add(character)
    return "".join(kept)


def _guarded(value: Any, covers: frozenset[int], lost: set[str]) -> Any:
    if isinstance(value, str):
        return safe_text(value, covers, lost)
    if isinstance(value, tuple):
        return tuple(_guarded(part, covers, lost) for part in value)
    if isinstance(value, Mapping):
        return {key: _guarded(part, covers, lost) for key, part in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        parts = {f.name: getattr(value, f.name) for f in fields(value)}
        return replace(value, **{k: _guarded(part, covers, lost) for k, part in parts.items()})
    return value


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, tuple):
        return [text for part in value for text in _texts(part)]
    if isinstance(value, Mapping):
        return [text for part in value.values() for text in _texts(part)]
    if is_dataclass(value) and not isinstance(value, type | Path):
        return [text for f in fields(value) for text in _texts(getattr(value, f.name))]
    return []

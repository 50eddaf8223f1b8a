"""Keep out of a report what its fonts cannot show: PDF/UA forbids a character without a glyph."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from csi.report.fonts import FontSet

REPLACEMENT = "\u25a1"
_SOFT_HYPHEN = "\u00ad"

T = TypeVar("T")


def characters_of(value: object) -> frozenset[str]:
    """Return every character of every text inside a document."""
    found: set[str] = set()
    for text in _texts(value):
        found.update(unicodedata.normalize("NFC", text))
    return frozenset(found)


def guard(
    value: T, covers: frozenset[int], marks: frozenset[int] | None = None
) -> tuple[T, frozenset[str]]:
    """Replace every character that has no glyph by "□" in all texts of a document.

    Parameters
    ----------
    value : a frozen block, or a tuple or mapping of such
    covers : frozenset of int
        Code points with a glyph.
    marks : frozenset of int, optional
        Code points with a glyph in every face: combining marks are looked up there.

    Returns
    -------
    guarded : as ``value``
    lost : frozenset of str
        What was replaced.
    """
    lost: set[str] = set()
    guarded = _each_text(value, lambda text: safe_text(text, covers, lost, marks))
    return guarded, frozenset(lost)


def safe_text(
    text: str, covers: frozenset[int], lost: set[str], marks: frozenset[int] | None = None
) -> str:
    """Return ``text`` with "□" where there is no glyph, and without invisible characters.

    A combining mark that makes no character with its letter is kept where every face has it
    (``marks``): two faces cannot set a letter and its mark together. Others are left out.

    Examples
    --------
    >>> lost = set()
    >>> safe_text("A\ufe0f\U0001f600B", frozenset(map(ord, "AB\u25a1")), lost), lost
    ('A□B', {'😀'})
    """
    kept = []
    for character in unicodedata.normalize("NFC", text):
        kind = unicodedata.category(character)
        if kind in {"Mn", "Me"}:
            if ord(character) in (covers if marks is None else marks):
                kept.append(character)
            elif not unicodedata.name(character, "").startswith("VARIATION SELECTOR"):
                lost.add(character)
        elif kind == "Cf" and character != _SOFT_HYPHEN:
            continue
        elif character == "\n" or ord(character) in covers:
            kept.append(character)
        elif character.isspace():
            kept.append(" ")
        elif kind != "Cc":
            kept.append(REPLACEMENT)
            lost.add(character)
    return "".join(kept)


def guard_chart(value: T, fonts: FontSet, language: str) -> tuple[T, frozenset[str]]:
    """Replace in the texts of a chart what the one face of each text does not show.

    Returns
    -------
    guarded : as ``value``
    lost : frozenset of str
    """
    lost: set[str] = set()

    def safe(text: str) -> str:
        shown = safe_text(text, fonts.covers, lost, fonts.marks)
        return safe_text(shown, fonts.face_for(shown, language).covers, lost)

    return _each_text(value, safe), frozenset(lost)


def printable(value: T) -> T:
    r"""Take out of all texts of a document what no file format can hold: control characters.

    Examples
    --------
    >>> printable("A\x07B\tC")
    'AB C'
    """
    return _each_text(value, lambda text: "".join(map(_printable, text)))  # type: ignore[no-any-return]


def name_characters(characters: Iterable[str]) -> str:
    """List characters that cannot be shown, by code point and Unicode name."""
    return ", ".join(
        f"U+{ord(c):04X} {unicodedata.name(c, '')}".strip() for c in sorted(characters)
    )


def _printable(character: str) -> str:
    unfit = unicodedata.category(character) in {"Cc", "Cs"} or character in "\ufffe\uffff"
    if character == "\n" or not unfit:
        return character
    return " " if character.isspace() else ""


def _each_text(value: Any, change: Callable[[str], str]) -> Any:
    """Return a copy with every text changed."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, tuple):
        return tuple(_each_text(part, change) for part in value)
    if isinstance(value, Mapping):
        return {key: _each_text(part, change) for key, part in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        parts = {f.name: getattr(value, f.name) for f in fields(value)}
        return replace(value, **{k: _each_text(part, change) for k, part in parts.items()})
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

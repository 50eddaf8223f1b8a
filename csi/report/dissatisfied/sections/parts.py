"""Cells, notes and claims that several sections share."""

from __future__ import annotations

from csi.report.dissatisfied.reading import Row
from csi.report.dissatisfied.words import Words, interval, percent, signed
from csi.report.document import NO_NUMBER, Callout, Cell, Flagged, Tone, format_number

VERDICT_TONES: dict[str, Tone] = {"lower": "bad", "higher": "good"}


def share_cell(row: Row, decimals: int = 1) -> str:
    """Return a share with its interval: ``8.9 % [8.4, 9.5]``."""
    if row.estimate != row.estimate:
        return NO_NUMBER
    return f"{percent(row.estimate, decimals)} {interval(row, 100.0, decimals)}"


def number_cell(row: Row, decimals: int = 2, factor: float = 1.0) -> str:
    """Return a number with its interval."""
    if row.estimate != row.estimate:
        return NO_NUMBER
    return f"{format_number(factor * row.estimate, decimals)} {interval(row, factor, decimals)}"


def change_cell(row: Row, decimals: int = 1) -> str:
    """Return a difference with its sign and interval."""
    if row.estimate != row.estimate:
        return NO_NUMBER
    return f"{signed(row.estimate, decimals)} {interval(row, 1.0, decimals)}"


def verdict_cell(words: Words, verdict: str) -> Cell:
    """Return the verdict of a test."""
    if not verdict:
        return ""
    return Flagged(
        words(f"verdict.{verdict.replace(' ', '_')}"), VERDICT_TONES.get(verdict, "quiet")
    )


def claim(words: Words, key: str, **values: object) -> Callout:
    """Return what a source document claims beside what was found here."""
    return Callout(title=words("claim.title"), text=words(key, **values), tone="quiet")


def notes(words: Words, *keys: str, **values: object) -> tuple[str, ...]:
    """Return notes of the catalogue."""
    return tuple(words(f"note.{key}", **values) for key in keys)

"""Cells of an XLSForm as values."""

from __future__ import annotations

import re
from collections.abc import Iterator

from csi.questionnaire.adopting.languages import language_of, language_of_text
from csi.questionnaire.adopting.workbook import Row
from csi.questionnaire.schema import MISSING_KINDS, MissingKind, Text


def text_of(row: Row, key: str) -> Text:
    """Return a text in both languages, from the columns ``key`` and ``key::LANGUAGE``."""
    found: dict[str, str] = {}
    plain = row.get(key)
    for column, value in row.cells.items():
        base, _, name = column.partition("::")
        language = language_of(name) if name else None
        if base == key and language:
            found.setdefault(language, value)
    if plain:
        found.setdefault(language_of_text(plain), plain)
    if not found:
        others = [value for column, value in row.cells.items() if column.startswith(f"{key}::")]
        found = {"en": others[0]} if others else {}
    return Text(**found)


def conditions_of(row: Row) -> list[str]:
    """Return who is asked, an empty list for everyone."""
    text = row.get("relevant") or row.get("relevance") or row.get("bind::relevant")
    return [text] if text else []


def number_of(text: str) -> float | None:
    """Return a number, None where the text is none."""
    try:
        return float(text)
    except ValueError:
        return None


def missing_of(text: str) -> dict[int, MissingKind]:
    """Read missing codes such as ``98:dont_know 99:refused``."""
    return dict(_missing_pairs(text))


def _missing_pairs(text: str) -> Iterator[tuple[int, MissingKind]]:
    for pair in text.split():
        code, _, kind = pair.partition(":")
        if re.fullmatch(r"-?\d+", code) and kind in MISSING_KINDS:
            yield int(code), kind

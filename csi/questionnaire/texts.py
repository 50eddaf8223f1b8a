"""Texts in both languages, and lists of codes, read from a section of the file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from csi.questionnaire.schema import LANGUAGES, MISSING_KINDS, MissingKind, Text
from csi.questionnaire.sections import Section


def read_text(section: Section, key: str, default: Text | None = None) -> Text:
    """Read ``{en: ..., zh: ...}``; both languages are required.

    Parameters
    ----------
    section : Section
    key : str
    default : Text, optional
        Taken where the key is absent; without it the key is required.

    Returns
    -------
    Text
        Empty where there is a fault.
    """
    if key not in section and default is not None:
        section.plain(key)
        return default
    if isinstance(plain := section.plain(key), str | int | float):
        section.fault(
            key,
            f"{section.label}: `{key}` stands in one language.",
            f"Write `{key}: {{en: ..., zh: ...}}`, found `{plain}`.",
        )
        return Text()
    languages = section.section(key)
    if languages is None:
        return Text()
    languages.label = f"{section.label}, `{key}`"
    text = Text(**{language: languages.text(language) for language in LANGUAGES})
    languages.close()
    return text


def read_labels(section: Section, key: str) -> Mapping[int, Text]:
    """Read ``{code: {en: ..., zh: ...}}``."""
    labels: dict[int, Text] = {}
    codes = section.section(key)
    if codes is None:
        return labels
    codes.label = f"{section.label}, `{key}`"
    for word in codes:
        label = read_text(codes, word)
        code = _code(codes, word)
        if code is not None:
            labels[code] = label
    return labels


def read_missing(section: Section, key: str = "missing") -> Mapping[int, MissingKind]:
    """Read ``{code: kind}`` such as ``{98: dont_know}``; the key may be absent."""
    missing: dict[int, MissingKind] = {}
    codes = section.section(key, required=False)
    if codes is None:
        return missing
    codes.label = f"{section.label}, `{key}`"
    for word in codes:
        kind = codes.choice(word, MISSING_KINDS)
        code = _code(codes, word)
        if code is not None and kind:
            missing[code] = cast("MissingKind", kind)
    return missing


def _code(codes: Section, word: str) -> int | None:
    try:
        return int(word)
    except ValueError:
        codes.fault(word, f"{codes.label}: the code `{word}` is not a whole number.")
        return None

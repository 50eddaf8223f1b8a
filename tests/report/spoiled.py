"""Names that try a report: every label that a user can type, with something unusual in it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any

from csi.questionnaire.schema import Text
from csi.report.book import StudyResults

NAMES: tuple[tuple[str, str], ...] = (
    ("*x* #let <a> @ref // [y] $5 & <b> $6", "*x* #let <a> @ref // [y] $5 & <b> $6"),
    ("\U0001f600\u2605\ufe0f", "□\u2605"),  # an emoji; a symbol with a variation selector
    ("\u3402镕\U00020bb7", "\u3402镕□"),  # rare hanzi, the last beyond the font
    ("\u200f\u202e\u05e9\u05dc\u202c\u200d\u200b\u2066", "□□"),  # right to left; zero width
    ("e\u0301n\u0308", "én"),  # a mark that composes, and one that does not
    ("=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0"),
    ("{n}{0}%s\\n{}", "{n}{0}%s\\n{}"),
    ("_tail_", "_tail_"),
    ("a\tb\x07c", "a bc"),
    ("1e5", "1e5"),
    ("\"q\", 'r'; -1", "\"q\", 'r'; -1"),
)
"""What is typed, and what a page can show of it."""

LONG = "Donaudampfschifffahrtsgesellschaftskapitänswitwe" * 3 + "超长的名称" * 12


def spoil(results: StudyResults, names: tuple[str, ...]) -> StudyResults:
    """Return results whose every label has one of the names in it, in turn."""
    turn = itertools.cycle(names)
    study = _spoiled(results.study, turn)
    waves = tuple(
        replace(wave, sampling=next(turn), mode=next(turn)) for wave in results.study.waves
    )
    labels = [wave.label for wave in study.waves]
    waves = tuple(replace(w, label=label) for w, label in zip(waves, labels, strict=True))
    return replace(
        results,
        questionnaire=_spoiled(results.questionnaire, turn),
        study=replace(study, waves=waves),
    )


def typed() -> tuple[str, ...]:
    return tuple(name for name, _ in NAMES)


def shown() -> tuple[str, ...]:
    return tuple(name for _, name in NAMES)


def _spoiled(value: Any, turn: Iterator[str]) -> Any:
    if isinstance(value, Text):
        name = next(turn)
        form = "{0} {1}" if name[0] in "=_" else "{1} {0}"
        return Text(form.format(name, value.en), form.format(name, value.to("zh")))
    if isinstance(value, tuple):
        return tuple(_spoiled(part, turn) for part in value)
    if isinstance(value, Mapping):
        return {key: _spoiled(part, turn) for key, part in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        own = {f.name: getattr(value, f.name) for f in fields(value) if f.init}
        return replace(value, **{key: _spoiled(part, turn) for key, part in own.items()})
    return value

"""The words of the report on dissatisfied customers, in one language."""

from __future__ import annotations

import re
from collections.abc import Mapping

from csi.dissatisfied.bins import Bins
from csi.dissatisfied_schema import DissatisfiedStudy
from csi.errors import ReportError
from csi.questionnaire.schema import LANGUAGES, Language
from csi.report.dissatisfied import text_en, text_zh
from csi.report.dissatisfied.reading import Row
from csi.report.document import format_interval, format_number

_CATALOGUES: Mapping[str, Mapping[str, str]] = {"en": text_en.TEXT, "zh": text_zh.TEXT}
_LEVELS = {"True": "1", "False": "0"}
_NUMBER = r"(-?[\d.]+(?:e[-+]?\d+)?)"
_BAND = re.compile(f"(?:over )?{_NUMBER} to {_NUMBER}|to {_NUMBER}|over {_NUMBER}")
_LISTS = {"en": (", ", " and "), "zh": ("、", "和")}


class Words:
    """Sentences of the catalogue and names of the study.

    Parameters
    ----------
    study : DissatisfiedStudy
    language : {"en", "zh"}

    Raises
    ------
    ReportError
        Another language.
    """

    def __init__(self, study: DissatisfiedStudy, language: str) -> None:
        if language not in _CATALOGUES:
            raise ReportError(
                f"No report can be written in language `{language}`: choose one of "
                f"{', '.join(LANGUAGES)}."
            )
        self.language: Language = "zh" if language == "zh" else "en"
        self.study = study
        self._texts = _CATALOGUES[language]

    def __call__(self, key: str, **values: object) -> str:
        """Return a text of the catalogue with its placeholders filled."""
        return self._texts[key].format(**{name: self._value(v) for name, v in values.items()})

    def known(self, key: str) -> bool:
        """Tell whether the catalogue has a text."""
        return key in self._texts

    def column(self, name: str) -> str:
        """Return the name of a column of the base."""
        label = self.study.labels.get(name)
        return label.to(self.language) if label else name

    def level(self, column: str, code: object) -> str:
        """Return the name of a level; ``Region 7`` where the study names none."""
        for key, label in self.study.levels.get(column, {}).items():
            if same_level(key, code):
                return label.to(self.language)
        return str(code).removesuffix(".0")

    def hypothesis(self, name: str) -> str:
        """Return the name of a hypothesis."""
        label = self.study.hypotheses.labels.get(name)
        return label.to(self.language) if label else name

    def channel(self, name: str) -> str:
        """Return the name of a channel of complaints, or of the survey."""
        found = next((c.label for c in self.study.channels if c.name == name), None)
        if found:
            return found.to(self.language)
        return self(f"channel.{name}") if self.known(f"channel.{name}") else name

    def action(self, name: str) -> str:
        """Return the name of a care rule."""
        label = self.study.actions.names.get(name) if self.study.actions else None
        return label.to(self.language) if label else name

    def tier(self, name: str) -> str:
        """Return the name of a tier."""
        return self(f"tier.{name}") if self.known(f"tier.{name}") else name

    def learner(self, name: str) -> str:
        """Return the name of a learner."""
        return self(f"learner.{name}") if self.known(f"learner.{name}") else name

    def bin(self, bins: Bins, code: int) -> str:
        """Return a bin; whole numbers where every edge lies between two."""
        if code == bins.size:
            return self("bin.missing")
        if bins.kind == "level":
            return self.join([self.level(bins.column, level) for level in bins.levels[code]])
        if not bins.edges:
            return self("bin.any")
        whole = all(float(edge) % 1.0 == 0.5 for edge in bins.edges)
        low = bins.edges[code - 1] if code else None
        high = bins.edges[code] if code < len(bins.edges) else None
        return _whole_span(low, high) if whole else _span(low, high)

    def band(self, column: str, level: str) -> str:
        """Return a level of the library's own making: ``to 20``, ``20 to 40``, ``over 40``."""
        if level == "missing":
            return self("bin.missing")
        found = _BAND.fullmatch(level)
        if found is None:
            return self.level(column, level)
        low, high, last, first = found.groups()
        if first is not None:
            return f"> {_minus(first)}"
        return f"≤ {_minus(last)}" if last is not None else f"{_minus(low)} – {_minus(high)}"

    def join(self, parts: list[str]) -> str:
        """Join names as a list in words."""
        comma, last = _LISTS[self.language]
        if len(parts) < 2:
            return "".join(parts)
        return comma.join(parts[:-1]) + last + parts[-1]

    def _value(self, value: object) -> str:
        if isinstance(value, int) and not isinstance(value, bool):
            return f"{value:,}"
        if isinstance(value, list | tuple):
            return self.join([self._value(part) for part in value])
        return str(value)


def same_level(a: object, b: object) -> bool:
    """Tell whether two writings mean one level: 1, 1.0, true, "1" and "True"."""
    return _LEVELS.get(str(a), str(a).removesuffix(".0")) == _LEVELS.get(
        str(b), str(b).removesuffix(".0")
    )


def percent(share: float, decimals: int = 1) -> str:
    """Return a share as per cent: ``8.9 %``."""
    return f"{format_number(100.0 * share, decimals)} %"


def interval(row: Row, factor: float = 1.0, decimals: int = 1) -> str:
    """Return the interval of a number in brackets."""
    scaled = row.scaled(factor)
    return format_interval(scaled.low, scaled.high, decimals)


def signed(value: float, decimals: int = 1) -> str:
    """Return a change with its sign."""
    text = format_number(value, decimals)
    return f"+{text}" if value > 0 and float(f"{value:.{decimals}f}") != 0 else text


def _span(low: float | None, high: float | None) -> str:
    if low is None:
        return f"< {_digits(high)}"
    return f"≥ {_digits(low)}" if high is None else f"{_digits(low)} – {_digits(high)}"


def _whole_span(low: float | None, high: float | None) -> str:
    first = None if low is None else int(low + 0.5)
    last = None if high is None else int(high - 0.5)
    if first is None:
        return f"≤ {_digits(last)}"
    if last is None:
        return f"≥ {_digits(first)}"
    return _digits(first) if first == last else f"{_digits(first)} – {_digits(last)}"


def _digits(value: float | None) -> str:
    return _minus(f"{value:g}")


def _minus(text: str) -> str:
    return text.replace("-", "\u2212")

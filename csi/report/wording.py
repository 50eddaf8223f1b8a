"""The words of a report: the catalogue of a language, labels, and findings as sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from csi.errors import ReportError
from csi.questionnaire.schema import LANGUAGES, Language, Questionnaire, Text
from csi.report.document import Interval, Number, PValue
from csi.report.rows import Code
from csi.report.texts import CATALOGUES

_AND = {"en": (", ", " and "), "zh": ("、", "和")}
_OR = {"en": (", ", " or "), "zh": ("、", "或")}


@dataclass(frozen=True, slots=True)
class Level:
    """An answer code, to be named in the language of the reader."""

    item: str
    code: Code


@dataclass(frozen=True, slots=True)
class Groups:
    """The groups of an item, to be named in the language of the reader."""

    item: str
    lines: bool


@dataclass(frozen=True, slots=True)
class Construct:
    """A construct, to be named in the language of the reader."""

    id: str


@dataclass(frozen=True, slots=True)
class WaveName:
    """A wave of the study, to be named in the language of the reader."""

    id: str


@dataclass(frozen=True, slots=True)
class Element:
    """A quality element, to be named in the language of the reader."""

    id: str


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the complaint ladder, to be named in the language of the reader."""

    id: str


@dataclass(frozen=True, slots=True)
class Either:
    """Names of which any one may be meant: "A, B or C"."""

    parts: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Phrase:
    """A sentence of the catalogue with its frozen values: a finding before it has a language."""

    key: str
    values: Mapping[str, object]


class Wording:
    """Names and sentences in one language.

    Parameters
    ----------
    questionnaire : Questionnaire
    language : {"en", "zh"}
    waves : mapping of str to Text, optional
        Names of the study's waves.

    Raises
    ------
    ReportError
        Another language.
    """

    def __init__(
        self,
        questionnaire: Questionnaire,
        language: str,
        waves: Mapping[str, Text] | None = None,
    ) -> None:
        if language not in CATALOGUES:
            raise ReportError(
                f"No report can be written in language `{language}`: choose one of "
                f"{', '.join(LANGUAGES)}."
            )
        self.language: Language = "zh" if language == "zh" else "en"
        self.questionnaire = questionnaire
        self.waves = waves or {}
        self._texts = CATALOGUES[language]

    def __call__(self, key: str, **values: object) -> str:
        """Return a text of the catalogue with its placeholders filled."""
        return self._texts[key].format(**{k: self.value(v) for k, v in values.items()})

    def known(self, key: str) -> bool:
        """Tell whether the catalogue has a text."""
        return key in self._texts

    def sentence(self, phrase: Phrase) -> str:
        """Return a finding as a sentence."""
        return self(phrase.key, **phrase.values)

    def value(self, value: object) -> str:
        """Write one value: numbers alike in every language, names in this one."""
        if isinstance(value, Level):
            return self.level(value.item, value.code)
        if isinstance(value, Groups):
            return self.groups_of(value)
        if isinstance(value, Construct):
            return self.construct(value.id)
        if isinstance(value, WaveName):
            label = self.waves.get(value.id)
            return label.to(self.language) if label else value.id
        if isinstance(value, Element):
            return self.questionnaire.element_label(value.id, self.language)
        if isinstance(value, Step):
            model = self.questionnaire.model
            step = model.complaint_ladder.get(value.id) if model else None
            return step.text.to(self.language) if step else value.id
        if isinstance(value, Phrase):
            return self.sentence(value)
        if isinstance(value, PValue):
            text = str(value)
            return f"p {text}" if text.startswith("<") else f"p = {text}"
        if isinstance(value, Either):
            return self.join([self.value(part) for part in value.parts], _OR)
        if isinstance(value, tuple):
            return self.join([self.value(part) for part in value])
        if isinstance(value, int) and not isinstance(value, bool):
            return f"{value:,}"
        if isinstance(value, Number | Interval):
            return str(value)
        return str(value)

    def construct(self, construct: str) -> str:
        """Return the name of a construct."""
        return self.questionnaire.construct_label(construct, self.language)

    def level(self, item: str | None, code: Code) -> str:
        """Return the label of an answer code."""
        return self.questionnaire.level_label(item or "", code, self.language)

    def item_text(self, item: str) -> str:
        """Return the wording of a question, or its identifier."""
        found = self.questionnaire.items.get(item)
        return found.text.to(self.language) if found else item

    def item_name(self, item: str | None, fallback: str) -> str:
        """Return the short name of a grouping item: ``report: names:`` of the questionnaire.

        Without one, the text ``fallback`` of the catalogue, or the item as its file calls it.
        """
        return self._declared(item) or (self(fallback) if fallback else str(item))

    def named(self, item: str) -> bool:
        """Tell whether the questionnaire declares a short name for an item."""
        return bool(self._declared(item))

    def groups_of(self, groups: Groups) -> str:
        """Return how the groups of an item are called inside a sentence."""
        name = self._declared(groups.item)
        if name:
            return self("word.groups_of", name=name)
        return self("word.lines" if groups.lines else "word.groups")

    def _declared(self, item: str | None) -> str:
        """Return the short name that the questionnaire declares for an item, or nothing."""
        names = self.questionnaire.report.get("names")
        name = names.get(item) if isinstance(names, Mapping) else None
        return name.to(self.language) if isinstance(name, Text) else ""

    def join(self, parts: list[str], by: Mapping[str, tuple[str, str]] = _AND) -> str:
        """Join names as a list in words."""
        comma, last = by[self.language]
        if len(parts) < 2:
            return "".join(parts)
        return comma.join(parts[:-1]) + last + parts[-1]

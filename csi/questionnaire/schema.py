"""The questionnaire as frozen values: scales, items, constructs, model, plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from csi.questionnaire.conditions import Condition

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")

MissingKind = Literal["not_applicable", "dont_know", "refused", "skipped", "not_asked", "no_answer"]
MISSING_KINDS: tuple[MissingKind, ...] = (
    "not_applicable",
    "dont_know",
    "refused",
    "skipped",
    "not_asked",
    "no_answer",
)

ItemType = Literal["scale", "single", "multiple", "number", "text", "date"]
ITEM_TYPES: tuple[ItemType, ...] = ("scale", "single", "multiple", "number", "text", "date")

Role = Literal["domain", "weight", "stratum", "psu", "key", "background", "screening"]
ROLES: tuple[Role, ...] = (
    "domain",
    "weight",
    "stratum",
    "psu",
    "key",
    "background",
    "screening",
)

BlockKind = Literal["screening", "usage", "overall", "elements", "competitors", "background"]
BLOCK_KINDS: tuple[BlockKind, ...] = (
    "screening",
    "usage",
    "overall",
    "elements",
    "competitors",
    "background",
)
"""The parts of an interview, in the order in which they are asked."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text in both languages."""

    en: str = ""
    zh: str = ""

    def to(self, language: Language) -> str:
        """Return the text in ``language``, or in the other one where it is absent."""
        return (self.zh or self.en) if language == "zh" else (self.en or self.zh)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """A rating scale: whole numbers from ``minimum`` to ``maximum``.

    Attributes
    ----------
    low, high : Text
        The words at the ends.
    missing : mapping of int to MissingKind
        Codes that are answers but not ratings, e.g. ``{98: "dont_know"}``.
    line : int
        Line in the questionnaire file, 0 where it was not read from one.
    """

    id: str
    minimum: int
    maximum: int
    low: Text
    high: Text
    missing: Mapping[int, MissingKind] = field(default_factory=dict)
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One question, one column of the data.

    Attributes
    ----------
    scale : Scale or None
        Of a ``scale`` item.
    choices : mapping of int to Text
        Of a ``single`` or ``multiple`` item, in the order shown.
    missing : mapping of int to MissingKind
        Missing codes: the scale's, and the item's own.
    ask_if : Condition or None
        Asked only of respondents for whom it holds; else *not asked*.
    reverse : bool
        High answers mean low satisfaction; turned round when rescaled to 0-100.
    sensitive : bool
        Income, identity and the like: asked last.
    minimum, maximum : float or None
        Least and greatest answer of a ``number`` item.
    line : int
        Line in the questionnaire file, 0 where it was not read from one.
    """

    id: str
    type: ItemType
    block: str
    text: Text
    scale: Scale | None = None
    choices: Mapping[int, Text] = field(default_factory=dict)
    missing: Mapping[int, MissingKind] = field(default_factory=dict)
    role: Role | None = None
    use: str = ""
    ask_if: Condition | None = None
    reverse: bool = False
    sensitive: bool = False
    minimum: float | None = None
    maximum: float | None = None
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A part of the interview: its items are asked together, in order.

    Attributes
    ----------
    kind : BlockKind or None
        Which part of an interview it is, where it is one of the usual parts.
    """

    id: str
    title: Text
    items: tuple[str, ...]
    kind: BlockKind | None = None
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """A quality element: what customers meet (network, outlets, hotline), rated by a few items.

    Attributes
    ----------
    id : str
    text : Text
        Display name.
    items : tuple of str
        The ``scale`` items that rate it, all asked of the same people: see
        `Questionnaire.element_condition`.
    """

    id: str
    text: Text
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LadderStep:
    """A step of the complaint ladder: customers with a like experience of problems.

    Attributes
    ----------
    id : str
    text : Text
        Display name.
    when : Condition
        Who stands on it; nobody may stand on two steps.
    """

    id: str
    text: Text
    when: Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """The structural model of a questionnaire.

    Attributes
    ----------
    syntax : str
        lavaan model syntax.
    constructs : mapping of str to Text
        Display names.
    index : str
        The construct whose 0-100 score is the satisfaction index.
    reliability : mapping of str to float
        Assumed reliability of the only item of a construct, by item.
    note : Text
        What readers must know about the specification.
    elements : mapping of str to Element
        The second level: the elements behind perceived quality. One that everybody rates may be
        a construct of the model too, under the same name and with the same items.
    complaint_ladder : mapping of str to LadderStep
        From no problem, through problems not complained of, to complaints and how they ended.
    lines : mapping of str to int
        Lines in the file of ``syntax``, ``index``, ``constructs.NAME``, ``reliability.ITEM``,
        ``elements.NAME``, ``complaint_ladder.STEP``.
    """

    syntax: str
    constructs: Mapping[str, Text]
    index: str
    reliability: Mapping[str, float] = field(default_factory=dict)
    note: Text = field(default_factory=Text)
    elements: Mapping[str, Element] = field(default_factory=dict)
    complaint_ladder: Mapping[str, LadderStep] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Questionnaire:
    """A whole questionnaire, read from one file and checked.

    Attributes
    ----------
    sampling, report : mapping
        The parts of the file that the sampling plan and the report read.
    minutes : float or None
        How long an interview may last.
    source, sha256 : str
        File name, and hash of its bytes.
    """

    id: str
    version: str
    title: Text
    blocks: tuple[Block, ...]
    items: Mapping[str, Item]
    model: Model | None = None
    sampling: Mapping[str, object] = field(default_factory=dict)
    report: Mapping[str, object] = field(default_factory=dict)
    minutes: float | None = None
    source: str = ""
    sha256: str = ""

    def __repr__(self) -> str:
        return f"Questionnaire({self.id!r}, version={self.version!r}, items={len(self.items)})"

    def level_label(self, item: str, code: object, language: Language) -> str:
        """Return the label of an answer code, or the code itself where it has none."""
        choices = self.items[item].choices if item in self.items else {}
        try:
            label = choices.get(int(code))  # type: ignore[call-overload]
        except (TypeError, ValueError):
            label = None
        return label.to(language) if label else str(code)

    def construct_label(self, construct: str, language: Language) -> str:
        """Return the display name of a construct, or its identifier."""
        names = self.model.constructs if self.model else {}
        return names[construct].to(language) if construct in names else construct

    def element_label(self, element: str, language: Language) -> str:
        """Return the display name of an element, or its identifier."""
        elements = self.model.elements if self.model else {}
        return elements[element].text.to(language) if element in elements else element

    def element_condition(self, element: str) -> Condition | None:
        """Return who is asked about an element; ``None`` where everybody is."""
        elements = self.model.elements if self.model else {}
        return self.items[elements[element].items[0]].ask_if

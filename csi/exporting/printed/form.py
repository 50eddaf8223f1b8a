"""What is printed: questions, routing and show cards as frozen texts in one language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

AnswerKind = Literal["points", "codes", "number", "date", "text"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One code to circle or tick.

    Attributes
    ----------
    goto : str
        The question with which to go on, where it is not the next one.
    """

    code: str
    label: str
    goto: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question.

    Attributes
    ----------
    item : str
        Its column in the data.
    route : str
        Who is asked this and the questions after it, and where to go on with the others.
    only : str
        Who is asked, where the route stands above an earlier question.
    task : str
        What the interviewer does: show a card, circle one code.
    notes : tuple of str
        What else the interviewer must know.
    low, high : str
        Words of the ends of a scale.
    options : tuple of Option
        Points of a scale or choices.
    missing : tuple of Option
        Codes that are never read out.
    columns : int
        Columns of choices.
    boxes : int
        Digits of a number; 0 where nothing says how many.
    several : bool
        More than one choice may be ticked.
    """

    number: str
    item: str
    text: str
    kind: AnswerKind
    route: str = ""
    only: str = ""
    task: str = ""
    notes: tuple[str, ...] = ()
    low: str = ""
    high: str = ""
    options: tuple[Option, ...] = ()
    missing: tuple[Option, ...] = ()
    columns: int = 1
    boxes: int = 0
    several: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One block of questions."""

    title: str
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A card that the respondent looks at: a scale or a list of choices.

    Attributes
    ----------
    questions : str
        Numbers of the questions for which it is shown.
    """

    title: str
    kind: Literal["points", "codes"]
    questions: str
    low: str = ""
    high: str = ""
    options: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedForm:
    """The whole form.

    Attributes
    ----------
    edition : str
        Version, for the cover.
    imprint : str
        Id, version and hash of the questionnaire file, for the foot of every page.
    fields : tuple of str
        Boxes on the cover that the interviewer fills in.
    opening : tuple of str
        Read out before the first question.
    instructions : tuple of str
    words : mapping of str to str
        Everything else that the template prints.
    """

    title: str
    edition: str
    imprint: str
    fields: tuple[str, ...]
    opening: tuple[str, ...]
    instructions: tuple[str, ...]
    parts: tuple[Part, ...]
    cards: tuple[Card, ...]
    words: Mapping[str, str]

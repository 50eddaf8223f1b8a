"""What every foreign form consists of, before it becomes a questionnaire."""

from __future__ import annotations

from dataclasses import dataclass, field

from csi.errors import Fault
from csi.questionnaire.adopting.expressions import Dialect
from csi.questionnaire.schema import BlockKind, ItemType, MissingKind, Role, Text


@dataclass(slots=True, kw_only=True)
class Option:
    """One answer that can be chosen.

    Attributes
    ----------
    name : str
        Its code in the form, which need not be a number.
    missing : MissingKind or None
        Where the form says that the answer is none.
    """

    name: str
    label: Text
    missing: MissingKind | None = None


@dataclass(slots=True, kw_only=True)
class FormItem:
    """One question as the form has it.

    Attributes
    ----------
    name : str
        In the form; the questionnaire may have to call it otherwise.
    where : str
        Where it stands, for notes.
    rating : bool or None
        Whether the options are the points of a scale; None where that is to be found out.
    scale : str
        Name of the scale, where the form has one.
    shared : str
        Where the options stand, if several questions share them.
    missing : dict of int to MissingKind
        Missing codes that are no options.
    conditions : list of str
        All must hold for the item to be asked, in the words of the form.
    optional : bool
        The form lets it be left blank.
    comments : list of str
        What the questionnaire file says beside the item.
    """

    name: str
    type: ItemType
    text: Text
    where: str
    options: list[Option] = field(default_factory=list)
    rating: bool | None = None
    scale: str = ""
    shared: str = ""
    missing: dict[int, MissingKind] = field(default_factory=dict)
    minimum: float | None = None
    maximum: float | None = None
    conditions: list[str] = field(default_factory=list)
    optional: bool = False
    role: Role | None = None
    use: str = ""
    reverse: bool = False
    sensitive: bool = False
    comments: list[str] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class FormBlock:
    """One group of questions."""

    name: str
    title: Text
    kind: BlockKind | None = None
    items: list[FormItem] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Form:
    """A whole form.

    Attributes
    ----------
    dialect : Dialect
        The language of its conditions.
    notes : list of Fault
        What was changed, assumed or left behind so far.
    """

    source: str
    dialect: Dialect
    name: str = ""
    version: str = ""
    title: Text = field(default_factory=Text)
    minutes: float | None = None
    blocks: list[FormBlock] = field(default_factory=list)
    notes: list[Fault] = field(default_factory=list)

    def note(self, where: str, message: str) -> None:
        """Note what a person must know."""
        self.notes.append(Fault(where, message))

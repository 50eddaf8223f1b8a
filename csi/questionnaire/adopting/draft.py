"""The questionnaire that a foreign form becomes, and what a person has yet to do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from csi.errors import Fault, QuestionnaireError
from csi.questionnaire.adopting.assembling import Assembled
from csi.questionnaire.adopting.parts import Form
from csi.questionnaire.adopting.yaml_text import scalar, write_yaml
from csi.questionnaire.located import parse_yaml
from csi.questionnaire.reading import examine
from csi.questionnaire.schema import Questionnaire
from csi.questionnaire.sections import Faults

_SHOWN = 20
_UNUSED = "serves nothing"
DRAFT_NAME = "questionnaire.yaml"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class QuestionnaireDraft:
    """A questionnaire made of a foreign form.

    Attributes
    ----------
    questionnaire : Questionnaire
        As `read_questionnaire` would read ``text``, faults left aside.
    text : str
        The questionnaire file, with a comment wherever something was changed or left behind.
    notes : tuple of Fault
        Everything that was changed, assumed or left behind, and where it stands in the form.
    faults : tuple of Fault
        What `read_questionnaire` still finds in ``text``, with its lines.
    """

    questionnaire: Questionnaire
    text: str
    notes: tuple[Fault, ...]
    faults: tuple[Fault, ...]

    def __repr__(self) -> str:
        items = len(self.questionnaire.items)
        return (
            f"QuestionnaireDraft({self.questionnaire.id!r}, items={items}, "
            f"notes={len(self.notes)}, faults={len(self.faults)})"
        )

    def summary(self, file: str = DRAFT_NAME) -> str:
        """Return what there is, what was not carried over, and what is yet to be done.

        Parameters
        ----------
        file : str
            What the file of ``text`` is called.
        """
        found, items = self.questionnaire, self.questionnaire.items
        lines = [
            f"{found.id} {found.version}: {len(items)} items in {len(found.blocks)} blocks, "
            f"{sum(item.ask_if is not None for item in items.values())} of them filtered."
        ]
        lines += _listed("Changed, assumed or left behind", self.notes)
        unused = [fault for fault in self.faults if _UNUSED in fault.message]
        rest = (replace(f, where=f.where.replace(DRAFT_NAME, file, 1)) for f in self.faults)
        lines += _listed("Yet to be done", tuple(f for f in rest if _UNUSED not in f.message))
        if unused:
            lines.append(
                f"{len(unused)} items serve nothing yet: write the model (the file ends with one "
                "to start from), or give them a `role` or a `use`."
            )
        return "\n".join(lines)


def finish_draft(form: Form, assembled: Assembled) -> QuestionnaireDraft:
    """Write the file of a questionnaire and read it back: what it lacks is what is to be done."""
    questionnaire = assembled.questionnaire
    text = write_yaml(
        questionnaire,
        opening=_opening(form),
        comments=assembled.comments,
        closing=_model_to_write(questionnaire),
    )
    faults = Faults(DRAFT_NAME, QuestionnaireError)
    read, faults = examine(parse_yaml(text.encode("utf-8"), DRAFT_NAME, faults))
    return QuestionnaireDraft(
        questionnaire=read, text=text, notes=tuple(form.notes), faults=faults.found
    )


def _opening(form: Form) -> Iterator[str]:
    yield f"Adopted from {form.source}. Comments say what the form had otherwise."
    placed = {comment for block in form.blocks for item in block.items for comment in item.comments}
    for note in form.notes:
        if not note.message.startswith("`") and note.message not in placed:
            yield f"{note.where}: {note.message}"


def _model_to_write(questionnaire: Questionnaire) -> Iterator[str]:
    """Propose a measurement model: the ratings of each block measure one construct."""
    rated = {
        block.id: [name for name in block.items if questionnaire.items[name].scale]
        for block in questionnaire.blocks
    }
    rated = {block: names for block, names in rated.items() if names}
    titles = {block.id: block.title for block in questionnaire.blocks}
    if not rated:
        return
    yield "A model to start from: one construct for the ratings of each block, and no paths yet."
    yield "model:"
    yield "  syntax: |"
    for block, names in rated.items():
        yield f"    {block} =~ {' + '.join(names)}"
    yield "  constructs:"
    for block in rated:
        title = titles[block]
        yield f"    {block}: {{en: {scalar(title.en)}, zh: {scalar(title.zh)}}}"
    yield f"  index: {next(iter(rated))}"


def _listed(heading: str, faults: tuple[Fault, ...]) -> Iterator[str]:
    if not faults:
        return
    yield f"{heading} ({len(faults)}):"
    for fault in faults[:_SHOWN]:
        yield f"  {fault}"
    if len(faults) > _SHOWN:
        yield f"  and {len(faults) - _SHOWN} more, in the file."

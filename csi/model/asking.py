"""Items that were not asked of everybody: never filled in by a model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

import numpy as np

from csi.errors import ModelError
from csi.inference import BoolArray, SurveyDesign, restrict_design
from csi.questionnaire.conditions import Condition
from csi.questionnaire.schema import Questionnaire

NotAsked = Literal["refuse", "restrict"]


def among_asked(
    design: SurveyDesign,
    questionnaire: Questionnaire | None,
    items: Sequence[str],
    not_asked: NotAsked,
) -> tuple[SurveyDesign, str]:
    """Return the design of those who were asked every item, and who they are.

    Full-information likelihood fills in what is missing at random. Whoever does not use a channel
    has no opinion of it that could be missing: such cells are no missing answers.

    Parameters
    ----------
    design : SurveyDesign
    questionnaire : Questionnaire or None
        Knows the ``ask_if`` of the items. Without it, only what the answers themselves say was not
        asked is known (`Responses.reasons`).
    items : sequence of str
        Of the model.
    not_asked : {"refuse", "restrict"}
        Whether to raise, or to look only at those who were asked everything; they are a domain of
        the whole design.

    Returns
    -------
    design : SurveyDesign
        The same where everybody with weight was asked everything.
    restricted_to : str
        The conditions that hold for all who are left; "" for everybody.

    Raises
    ------
    ModelError
        Under "refuse", where somebody was not asked; under "restrict", where nobody was asked all.
    """
    if not_asked not in get_args(NotAsked):
        raise ModelError(
            f"`not_asked` must be {' or '.join(get_args(NotAsked))}; got {not_asked!r}."
        )
    conditions = _conditions(questionnaire, items)
    gaps = {
        name: gap
        for name in items
        if (gap := _unasked(design, name, conditions.get(name))) is not None and gap.any()
    }
    if not gaps:
        return design, ""
    asked_if = list(dict.fromkeys(str(conditions[name]) for name in gaps if name in conditions))
    left_out = np.logical_or.reduce(list(gaps.values()))
    keep = (design.weights > 0) & ~left_out
    if not_asked == "refuse" or not keep.any():
        raise ModelError(_refusal(design, tuple(gaps), asked_if, left_out, bool(keep.any())))
    if not asked_if:
        return restrict_design(design, keep), f"those asked {', '.join(gaps)}"
    return restrict_design(design, keep), " and ".join(
        f"({condition})" if len(asked_if) > 1 else condition for condition in asked_if
    )


def _conditions(questionnaire: Questionnaire | None, items: Sequence[str]) -> dict[str, Condition]:
    if questionnaire is None:
        return {}
    known = {
        name: questionnaire.items[name].ask_if for name in items if name in questionnaire.items
    }
    return {name: condition for name, condition in known.items() if condition is not None}


def _unasked(design: SurveyDesign, item: str, condition: Condition | None) -> BoolArray | None:
    """Tell who has weight and no answer because the item was not asked; None if nobody can say."""
    empty = (design.weights > 0) & design.frame[item].isna().to_numpy(dtype=np.bool_)
    if not empty.any():
        return None
    if design.reasons is not None and item in design.reasons:
        reasons = design.reasons[item].to_numpy()
        return np.asarray(empty & (reasons == "not_asked"), dtype=np.bool_)
    return None if condition is None else np.asarray(empty & ~condition.holds(design.frame))


def _refusal(
    design: SurveyDesign,
    items: Sequence[str],
    conditions: Sequence[str],
    left_out: BoolArray,
    somebody: bool,
) -> str:
    total = int(np.count_nonzero(design.weights))
    named = ", ".join(f"`{name}`" for name in items)
    asked_if = " or ".join(f"`{condition}`" for condition in conditions)
    only, brackets = (
        (f" only if {asked_if}", f" (asked if {asked_if})") if asked_if else (" of some", "")
    )
    verb = "was" if len(items) == 1 else "were"
    if not somebody:
        return (
            f"Nobody was asked every item of the model: {named} {verb} asked{only}. Give such "
            "items models of their own, or declare them as elements."
        )
    return (
        f"{named} {verb} not asked of {int(left_out.sum()):,} of {total:,} respondents{brackets}, "
        "and what was not asked must not be filled in. Fit the model among those who were asked "
        '(`not_asked="restrict"`, or `where` in the study file), or take the items out '
        "of the model and declare them under `elements`."
    )

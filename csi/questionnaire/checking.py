"""Check a questionnaire as a whole: names, filters, uses."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from csi.errors import Fault, QuestionnaireError
from csi.questionnaire.condition_tree import Comparison
from csi.questionnaire.model_checking import find_model_faults
from csi.questionnaire.model_names import names_in_model
from csi.questionnaire.schema import Item, Model, Questionnaire
from csi.questionnaire.sections import Faults


def check_questionnaire(questionnaire: Questionnaire) -> tuple[Fault, ...]:
    """Find everything that makes a questionnaire unusable.

    Parameters
    ----------
    questionnaire : Questionnaire
        Read from a file (then there is nothing to find) or built in Python.

    Returns
    -------
    tuple of Fault
        In the order of the file; empty where all is well.
    """
    faults = Faults(questionnaire.source, QuestionnaireError)
    find_faults(questionnaire, faults)
    return faults.found


def find_faults(
    questionnaire: Questionnaire, faults: Faults, *, skip: Collection[str] = ()
) -> None:
    """Add what `check_questionnaire` finds to ``faults``.

    Items in ``skip`` are at fault already: they count as declared and are not examined again.
    """
    _check_case(questionnaire, faults)
    _check_codes(questionnaire, faults, skip)
    _check_filters(questionnaire, faults, skip)
    if questionnaire.model is not None:
        find_model_faults(questionnaire, questionnaire.model, faults, skip)
        _check_ladder(questionnaire, questionnaire.model, faults, skip)
    if not (_model_is_unread(questionnaire) and faults.count):
        _check_uses(questionnaire, faults, skip)


def _check_case(questionnaire: Questionnaire, faults: Faults) -> None:
    """SPSS takes names that differ only in case for the same one."""
    first: dict[str, Item] = {}
    for item in questionnaire.items.values():
        other = first.setdefault(item.id.lower(), item)
        if other is not item:
            where = f" on line {other.line}" if other.line else ""
            message = f"The ids `{other.id}`{where} and `{item.id}` differ only in case."
            faults.add(item.line, message, "Rename one: SPSS takes them for the same.")


def _check_codes(questionnaire: Questionnaire, faults: Faults, skip: Collection[str]) -> None:
    for item in questionnaire.items.values():
        if item.id in skip:
            continue
        if item.type == "scale" and item.scale is None:
            faults.add(item.line, f"Item `{item.id}` has no scale.", "Give it one.")
        if item.type in ("single", "multiple") and len(item.choices) < 2:
            message = f"Item `{item.id}` needs two choices, found {len(item.choices)}."
            faults.add(item.line, message)
        texts = (item.text, *item.choices.values())
        absent = [name for name in ("en", "zh") if not all(getattr(text, name) for text in texts)]
        if absent:
            message = f"Item `{item.id}` is not complete in `{'`, `'.join(absent)}`."
            faults.add(item.line, message, "Give every text in both languages.")


def _check_filters(questionnaire: Questionnaire, faults: Faults, skip: Collection[str]) -> None:
    asked: set[str] = set()
    for item in questionnaire.items.values():
        condition = item.ask_if
        for comparison in condition.comparisons if condition else ():
            source = questionnaire.items.get(comparison.item)
            subject = f"Item `{item.id}` is asked if `{condition}`, but"
            if source is None or source.id in asked:
                _check_comparison(comparison, subject, item.line, questionnaire, faults, skip)
            elif source.id == item.id:
                faults.add(item.line, f"{subject} that is the item itself.")
            else:
                message = f"{subject} `{source.id}` is asked later."
                faults.add(item.line, message, f"Move `{source.id}` before `{item.id}`.")
        asked.add(item.id)


def _check_ladder(
    questionnaire: Questionnaire, model: Model, faults: Faults, skip: Collection[str]
) -> None:
    for step in model.complaint_ladder.values():
        line = model.lines.get(f"complaint_ladder.{step.id}", 0)
        subject = f"The step `{step.id}` of the complaint ladder is for `{step.when}`, but"
        for comparison in step.when.comparisons:
            _check_comparison(comparison, subject, line, questionnaire, faults, skip)
    if len(model.complaint_ladder) == 1:
        (step,) = model.complaint_ladder.values()
        line = model.lines.get(f"complaint_ladder.{step.id}", 0)
        faults.add(line, "The complaint ladder has a single step.", "Compare two or more.")


def _check_comparison(
    comparison: Comparison,
    subject: str,
    line: int,
    questionnaire: Questionnaire,
    faults: Faults,
    skip: Collection[str],
) -> None:
    """Check that the item of a comparison is there and can have the values."""
    source = questionnaire.items.get(comparison.item)
    if source is None:
        hint = faults.suggest(comparison.item, questionnaire.items)
        faults.add(line, f"{subject} there is no item `{comparison.item}`.", hint)
    elif source.id not in skip:
        for problem in _impossible(comparison, source):
            faults.add(line, f"{subject} {problem}.", _codes_of(source))


def _impossible(comparison: Comparison, source: Item) -> Iterator[str]:
    """Yield why a value of the comparison can never be the answer to ``source``."""
    for value in comparison.values:
        if isinstance(value, str):
            if source.type not in ("text", "date"):
                yield f"`{source.id}` holds codes, not text"
        elif value in source.missing:
            yield f"{value:g} is a missing code of `{source.id}`, which is never an answer"
        elif comparison.sign in ("=", "!=") and not _has_code(source, value):
            yield f"`{source.id}` has no code {value:g}"


def _has_code(item: Item, value: float) -> bool:
    if item.scale is not None:
        return value == int(value) and item.scale.minimum <= value <= item.scale.maximum
    return not item.choices or value in item.choices


def _codes_of(item: Item) -> str:
    if item.scale is not None:
        return f"Its answers run from {item.scale.minimum} to {item.scale.maximum}."
    codes = ", ".join(str(code) for code in item.choices)
    return f"Its codes: {codes}." if codes else ""


def _model_is_unread(questionnaire: Questionnaire) -> bool:
    """Tell whether items may look unused only because the model could not be read."""
    model = questionnaire.model
    return model is None or bool(names_in_model(model.syntax).unread)


def _check_uses(questionnaire: Questionnaire, faults: Faults, skip: Collection[str]) -> None:
    used = set(_used_names(questionnaire))
    for item in questionnaire.items.values():
        if item.id not in used and item.id not in skip and not item.role and not item.use:
            faults.add(
                item.line,
                f"Item `{item.id}` serves nothing: no construct, role, filter or use.",
                "Put it in the model, give it a `role`, say its `use`, or drop it.",
            )


def _used_names(questionnaire: Questionnaire) -> Iterator[str]:
    for item in questionnaire.items.values():
        yield from item.ask_if.items if item.ask_if else ()
    if questionnaire.model is not None:
        names = names_in_model(questionnaire.model.syntax)
        for link in (*names.loadings, *names.paths, *names.covariances):
            yield from (link.left, link.right)
        for element in questionnaire.model.elements.values():
            yield from element.items
        for step in questionnaire.model.complaint_ladder.values():
            yield from step.when.items
    yield from _flatten(questionnaire.sampling.get("strata"))
    yield from _flatten(questionnaire.sampling.get("domains"))


def _flatten(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple | list):
        for part in value:
            yield from _flatten(part)
    elif isinstance(value, Mapping):
        yield from _flatten(list(value))

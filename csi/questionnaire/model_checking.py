"""Check the model of a questionnaire against its items."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from csi.questionnaire.elements import find_element_faults
from csi.questionnaire.model_names import Link, ModelNames, names_in_model
from csi.questionnaire.schema import Item, Model, Questionnaire
from csi.questionnaire.sections import Faults


def find_model_faults(
    questionnaire: Questionnaire, model: Model, faults: Faults, skip: Collection[str]
) -> None:
    """Add every fault of the model to ``faults``.

    Items in ``skip`` are at fault themselves: they may be named, and are not examined.
    """
    if not model.syntax.strip():
        return
    names = names_in_model(model.syntax, model.lines.get("syntax", 0))
    for line, text in names.unread:
        hint = "Write `Construct =~ item + item`, `Outcome ~ Cause + Cause` or `a ~~ b`."
        faults.add(line, f"The model line `{text}` cannot be read.", hint)
    _check_measurement(names, questionnaire, faults, skip)
    _check_structure(names, questionnaire, faults, skip)
    _check_display_names(model, names, faults)
    _check_reliability(model, names, questionnaire, faults)
    find_element_faults(questionnaire, model, names, faults, skip)
    if cycle := find_cycle(names.paths):
        path = " → ".join(link.right for link in (*cycle, cycle[0]))
        line = max(link.line for link in cycle)
        faults.add(line, f"The paths run in a circle: {path}.", "Remove one of these paths.")


def find_cycle(paths: Iterable[Link]) -> tuple[Link, ...]:
    """Return the paths of the first circle, each leading to the next; empty if there is none.

    Examples
    --------
    >>> [path.right for path in find_cycle([Link("B", "A", 1), Link("A", "B", 2)])]
    ['A', 'B']
    """
    outgoing: dict[str, list[Link]] = {}
    for link in paths:
        outgoing.setdefault(link.right, []).append(link)
    done: set[str] = set()
    for start in outgoing:
        cycle = _cycle_from(start, outgoing, done)
        if cycle:
            return cycle
    return ()


def _cycle_from(start: str, outgoing: dict[str, list[Link]], done: set[str]) -> tuple[Link, ...]:
    """Walk depth first from ``start``; ``depth`` holds the names on the way here."""
    trail: list[Link] = []
    depth = {start: 0}
    todo = [iter(outgoing[start] if start not in done else ())]
    while todo:
        link = next(todo[-1], None)
        if link is None:
            todo.pop()
            name = trail.pop().left if trail else start
            del depth[name]
            done.add(name)
        elif link.left in depth:
            return (*trail, link)[depth[link.left] :]
        elif link.left not in done:
            trail.append(link)
            depth[link.left] = len(trail)
            todo.append(iter(outgoing.get(link.left, ())))
    return ()


def _check_measurement(
    names: ModelNames, questionnaire: Questionnaire, faults: Faults, skip: Collection[str]
) -> None:
    items, constructs = questionnaire.items, names.constructs
    seen: set[tuple[str, str]] = set()
    for link in names.loadings:
        pair = (link.left, link.right)
        if pair in seen:
            faults.add(link.line, f"`{link.left}` is measured by `{link.right}` twice.")
        elif link.right in items:
            _check_numeric(link, items[link.right], faults, skip)
        elif link.right not in constructs:
            message = f"`{link.left}` is measured by `{link.right}`, which is not an item."
            faults.add(link.line, message, faults.suggest(link.right, items))
        seen.add(pair)
    for construct in constructs:
        if construct in items:
            line = names.lines[construct]
            faults.add(line, f"`{construct}` is both a construct and an item.", "Rename one.")


def _check_structure(
    names: ModelNames, questionnaire: Questionnaire, faults: Faults, skip: Collection[str]
) -> None:
    items, constructs = questionnaire.items, names.constructs
    reported: set[str] = set()
    for link in (*names.paths, *names.covariances):
        for name in (link.left, link.right):
            if name in constructs or name in reported:
                continue
            reported.add(name)
            if name in items:
                _check_numeric(link, items[name], faults, skip)
                continue
            hint = faults.suggest(name, (*constructs, *items)) or f"Add `{name} =~ ...`."
            faults.add(link.line, f"The model uses `{name}`, which no item measures.", hint)


def _check_numeric(link: Link, item: Item, faults: Faults, skip: Collection[str]) -> None:
    is_two_way = item.type == "single" and len(item.choices) == 2
    if item.id in skip or item.type in ("scale", "number") or is_two_way:
        return
    kind = f"a `{item.type}` item" + (f" of {len(item.choices)} codes" if item.choices else "")
    faults.add(
        link.line,
        f"The model uses `{item.id}`, which is {kind}.",
        "Use a `scale` item, a `number` item or a `single` item with two codes.",
    )


def _check_display_names(model: Model, names: ModelNames, faults: Faults) -> None:
    for construct in names.constructs:
        if construct not in model.constructs:
            line = names.lines[construct]
            hint = f"Add `{construct}: {{en: ..., zh: ...}}` under `constructs`."
            faults.add(line, f"The construct `{construct}` has no name to show.", hint)
    for construct in model.constructs:
        if construct not in names.constructs:
            line = model.lines.get(f"constructs.{construct}", 0)
            message = f"`constructs` names `{construct}`, which no item measures."
            faults.add(line, message, faults.suggest(construct, names.constructs))
    if model.index and model.index not in names.constructs:
        message = f"The index `{model.index}` is not a construct of the model."
        faults.add(
            model.lines.get("index", 0), message, faults.suggest(model.index, names.constructs)
        )


def _check_reliability(
    model: Model, names: ModelNames, questionnaire: Questionnaire, faults: Faults
) -> None:
    alone = {items[0] for items in names.constructs.values() if len(items) == 1}
    for name in model.reliability:
        if name in alone:
            continue
        message, hint = f"`reliability` names `{name}`, which is not an item.", ""
        if name in names.constructs:
            message = f"`reliability` names the construct `{name}`."
            hint = f"Name its item: `{names.items_of(name)[0]}`."
        elif name in questionnaire.items:
            message = f"`reliability` names `{name}`, which is not the only item of a construct."
            hint = "The reliability of other constructs is estimated: drop it."
        else:
            hint = faults.suggest(name, questionnaire.items)
        faults.add(model.lines.get(f"reliability.{name}", 0), message, hint)

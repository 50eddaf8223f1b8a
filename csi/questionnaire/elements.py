"""Read and check the quality elements of a questionnaire: the second level of its model."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from csi.questionnaire.model_names import ModelNames
from csi.questionnaire.schema import Element, Item, Model, Questionnaire, Text
from csi.questionnaire.sections import Faults, Section


def read_elements(section: Section, lines: dict[str, int]) -> Mapping[str, Element]:
    """Read ``{NAME: {en: ..., zh: ..., items: [...]}}``; the key may be absent."""
    named = section.section("elements", required=False)
    if named is None:
        return {}
    named.label = "The model, `elements`"
    lines |= {f"elements.{name}": named.line_of(name) for name in named}
    found = {name: _read_element(named, name) for name in named}
    return {name: element for name, element in found.items() if element is not None}


def _read_element(named: Section, name: str) -> Element | None:
    part = named.section(name)
    if part is None:
        return None
    part.label = f"The element `{name}`"
    text = Text(en=part.text("en"), zh=part.text("zh"))
    items = tuple(entry.text for entry in part.entries("items"))
    part.close()
    return Element(id=name, text=text, items=items) if "items" in part else None


def find_element_faults(
    questionnaire: Questionnaire,
    model: Model,
    names: ModelNames,
    faults: Faults,
    skip: Collection[str],
) -> None:
    """Add every fault of the elements to ``faults``.

    Items in ``skip`` are at fault themselves: they may be named, and are not examined.
    """
    owner: dict[str, str] = {}
    for element in model.elements.values():
        line = model.lines.get(f"elements.{element.id}", 0)
        if not element.items:
            message = f"The element `{element.id}` has no item that rates it."
            faults.add(line, message, "List its `scale` items under `items`.")
        for name in element.items:
            _check_item(element, name, questionnaire, faults, line, skip)
            other = owner.setdefault(name, element.id)
            if other != element.id:
                message = f"`{name}` rates two elements: `{other}` and `{element.id}`."
                faults.add(line, message, "Leave it in one of them.")
        if len(set(element.items)) < len(element.items):
            faults.add(line, f"The element `{element.id}` lists an item twice.", "Drop one.")
        _check_filters(element, questionnaire.items, faults, line, skip)
        _check_name(element, questionnaire.items, names, faults, line)


def _check_item(
    element: Element,
    name: str,
    questionnaire: Questionnaire,
    faults: Faults,
    line: int,
    skip: Collection[str],
) -> None:
    item = questionnaire.items.get(name)
    if item is None:
        message = f"The element `{element.id}` names `{name}`, which is not an item."
        faults.add(line, message, faults.suggest(name, questionnaire.items))
    elif item.type != "scale" and name not in skip:
        message = f"The element `{element.id}` is rated by `{name}`, which is a `{item.type}` item."
        faults.add(line, message, "Use `scale` items.")


def _check_filters(
    element: Element,
    items: Mapping[str, Item],
    faults: Faults,
    line: int,
    skip: Collection[str],
) -> None:
    """Hold an element to one group of people: its items share their filter."""
    known = [items[name] for name in element.items if name in items and name not in skip]
    for item in known[1:]:
        if item.ask_if != known[0].ask_if:
            faults.add(
                line,
                f"The element `{element.id}` is rated by `{known[0].id}`, asked of "
                f"{_audience(known[0])}, and by `{item.id}`, asked of {_audience(item)}.",
                "Give them the same `ask_if`, or make two elements.",
            )


def _audience(item: Item) -> str:
    return f"those with `{item.ask_if}`" if item.ask_if else "everybody"


def _check_name(
    element: Element,
    items: Collection[str],
    names: ModelNames,
    faults: Faults,
    line: int,
) -> None:
    if element.id in items:
        faults.add(line, f"`{element.id}` is both an element and an item.", "Rename one.")
    measured = names.items_of(element.id)
    if measured and set(measured) != set(element.items):
        faults.add(
            line,
            f"The element `{element.id}` bears the name of a construct that is measured by "
            f"{', '.join(measured)}, not by {', '.join(element.items) or 'nothing'}.",
            "Give both the same items, or rename the element.",
        )

"""Write a condition in the grammar of questionnaire files."""

from __future__ import annotations

from dataclasses import replace

from csi.questionnaire.adopting.expressions import Fixed, InexpressibleError
from csi.questionnaire.adopting.nodes import Group, Known, Leaf, Node, is_guard, name_of
from csi.questionnaire.condition_tree import Value
from csi.questionnaire.schema import Item


def write_condition(node: Node, inside: str = "") -> str:
    """Return the text of a condition, in parentheses where those ``inside`` a group need them."""
    if isinstance(node, Group):
        word = "and" if node.every else "or"
        text = f" {word} ".join(write_condition(part, word) for part in _merge(node))
        return f"({text})" if (inside, word) == ("and", "or") and f" {word} " in text else text
    if isinstance(node, Known):
        return _write_known(node.target.item, inside)
    if isinstance(node, Fixed):
        return ""
    name, values = node.target.item.id, [_literal(value) for value in node.values]
    if len(values) == 1:
        return f"{name} {node.sign} {values[0]}"
    return f"{name} {'in' if node.sign == '=' else 'not in'} ({', '.join(values)})"


def _merge(group: Group) -> list[Node]:
    """Gather ``a = 1 or a = 2`` into ``a in (1, 2)``, and its opposite."""
    sign = "!=" if group.every else "="
    merged: list[Node] = []
    places: dict[tuple[str, type], int] = {}
    for part in group.parts:
        if isinstance(part, Leaf) and part.sign == sign:
            place = places.setdefault((name_of(part), type(part.value)), len(merged))
            if place < len(merged):
                first = merged[place]
                assert isinstance(first, Leaf)
                merged[place] = replace(first, values=(*first.values, *part.values))
                continue
        merged.append(part)
    return merged


def _write_known(item: Item, inside: str) -> str:
    """Say that there is an answer by what holds for every answer."""
    if item.scale is not None:
        return f"{item.id} >= {item.scale.minimum}"
    if item.choices:
        return f"{item.id} in ({', '.join(map(str, item.choices))})"
    if item.type in ("text", "date"):
        return f"{item.id} != ''"
    text = f"{item.id} = 0 or {item.id} != 0"
    return f"({text})" if inside == "and" else text


def _literal(value: Value) -> str:
    if isinstance(value, float):
        return f"{value:.15g}"
    if "'" in value and '"' in value:
        raise InexpressibleError("it holds a text with both kinds of quotes")
    return f'"{value}"' if "'" in value else f"'{value}'"


def drop_guards(node: Node) -> Node:
    """Leave out what every comparison of a questionnaire demands anyway: an answer."""
    if not isinstance(node, Group):
        return _known_instead(node)
    if not node.every:
        return Group(tuple(map(drop_guards, node.parts)), every=False)
    kept: list[Node] = []
    for part in node.parts:
        if not is_guard(part):
            kept.append(drop_guards(part))
            continue
        name = name_of(part)
        others = (other for other in node.parts if not is_guard(other))
        if not any(_demands(other, name) for other in (*others, *kept)):
            kept.append(_known_instead(part))
    return kept[0] if len(kept) == 1 else Group(tuple(kept), every=True)


def _known_instead(node: Node) -> Node:
    if isinstance(node, Leaf) and node.value in node.target.item.missing:
        if node.sign == "!=":
            return Known(node.target)
        if node.sign == "=":
            raise InexpressibleError(
                f"{node.value:g} is a missing code of `{node.target.item.id}`, "
                "which is never an answer"
            )
    return node


def _demands(node: Node, name: str) -> bool:
    """Tell whether a part can hold only for those who answered an item."""
    if isinstance(node, Group):
        test = any if node.every else all
        return test(_demands(part, name) for part in node.parts)
    return not isinstance(node, Fixed) and name_of(node) == name

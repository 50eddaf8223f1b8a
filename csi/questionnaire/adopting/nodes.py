"""A condition between the two grammars: comparisons of items, joined by *and* and *or*."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from csi.questionnaire.adopting.expressions import Fixed
from csi.questionnaire.condition_tree import Value
from csi.questionnaire.schema import Item


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What a name in a condition stands for.

    Attributes
    ----------
    codes : mapping of str to int
        Code of each option, by its name in the form.
    may_be_blank : bool
        Not everyone has an answer.
    chosen : int or None
        The choice of a multiple item for which the name stands.
    """

    item: Item
    codes: Mapping[str, int] = field(default_factory=dict)
    may_be_blank: bool = False
    chosen: int | None = None


@dataclass(frozen=True, slots=True)
class Leaf:
    """One comparison; ``loose`` where the form also let through those without an answer."""

    target: Target
    sign: str
    values: tuple[Value, ...]
    loose: bool = False

    @property
    def value(self) -> Value:
        """The first value, or the only one."""
        return self.values[0]


@dataclass(frozen=True, slots=True)
class Known:
    """There is an answer; a missing code is one in the form."""

    target: Target


@dataclass(frozen=True, slots=True)
class Group:
    """Parts of which all must hold (``every``), or any."""

    parts: tuple[Node, ...]
    every: bool


Node: TypeAlias = Leaf | Known | Group | Fixed


def tidy(node: Node) -> Node:
    """Flatten, and settle what is always or never true."""
    if not isinstance(node, Group):
        return node
    parts: list[Node] = []
    for part in map(tidy, node.parts):
        if isinstance(part, Fixed):
            if part.value is not node.every:
                return part
        elif isinstance(part, Group) and part.every is node.every:
            parts += part.parts
        elif part not in parts:
            parts.append(part)
    if not parts:
        return Fixed(node.every)
    return parts[0] if len(parts) == 1 else Group(tuple(parts), node.every)


def is_guard(node: Node) -> bool:
    """Tell whether a part only shuts out those who gave no answer."""
    if isinstance(node, Leaf):
        return node.sign == "!=" and node.value in node.target.item.missing
    return isinstance(node, Known)


def name_of(node: Node) -> str:
    """Return the item that a comparison reads; a group reads none."""
    return node.target.item.id if isinstance(node, Leaf | Known) else ""

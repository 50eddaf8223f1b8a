"""Say a condition of another program in the grammar of questionnaire files.

In forms an empty answer is text of no characters and a missing code is a code like any other; in a
questionnaire neither is ever an answer. So tests that only shut those out are dropped, and where
the form let them through, the remark says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from csi.questionnaire.adopting.expressions import (
    Answered,
    Chosen,
    Compare,
    Dialect,
    Expression,
    Fixed,
    InexpressibleError,
    Join,
    Not,
    parse_expression,
)
from csi.questionnaire.condition_tree import OPPOSITE, SIGNS, Value
from csi.questionnaire.conditions import parse_condition
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
class _Leaf:
    """One comparison; ``loose`` where the form also let through those without an answer."""

    target: Target
    sign: str
    values: tuple[Value, ...]
    loose: bool = False

    @property
    def value(self) -> Value:
        return self.values[0]


@dataclass(frozen=True, slots=True)
class _Known:
    """There is an answer; a missing code is one in the form."""

    target: Target


@dataclass(frozen=True, slots=True)
class _Group:
    parts: tuple[_Node, ...]
    every: bool


_Node: TypeAlias = _Leaf | _Known | _Group | Fixed
Lookup = Callable[[str], Target]


def carry_condition(
    conditions: Iterable[str], dialect: Dialect, lookup: Lookup
) -> tuple[str, tuple[str, ...]]:
    """Say in our grammar what must hold for an item to be asked.

    Parameters
    ----------
    conditions : iterable of str
        All of which must hold.
    dialect : Dialect
    lookup : callable
        From a name in the form to what it stands for; may raise `InexpressibleError`.

    Returns
    -------
    condition : str
        Empty where everyone is asked.
    remarks : tuple of str
        Where respondents without an answer are treated otherwise than in the form.

    Raises
    ------
    InexpressibleError
        With the reason.
    """
    trees = tuple(parse_expression(condition, dialect) for condition in conditions)
    node = _tidy(_Group(tuple(_resolve(tree, True, lookup) for tree in trees), every=True))
    if isinstance(node, Fixed):
        if not node.value:
            raise InexpressibleError("it never holds")
        return "", ()
    remarks = tuple(dict.fromkeys(_remarks(node, frozenset())))
    node = _drop_guards(node)
    text = _write(node)
    parse_condition(text)
    return text, remarks


def _resolve(tree: Expression, wanted: bool, lookup: Lookup) -> _Node:
    """Put items for names, and move negations down to the comparisons."""
    if isinstance(tree, Fixed):
        return Fixed(tree.value is wanted)
    if isinstance(tree, Not):
        return _resolve(tree.part, not wanted, lookup)
    if isinstance(tree, Join):
        parts = tuple(_resolve(part, wanted, lookup) for part in tree.parts)
        return _Group(parts, tree.every is wanted)
    target = lookup(tree.name)
    if isinstance(tree, Answered):
        return _known(target, wanted)
    if isinstance(tree, Chosen):
        return _Leaf(target, "=" if wanted else "!=", (_code(target, tree.option),), not wanted)
    if tree.value == "" and tree.sign in ("=", "!="):
        return _known(target, (tree.sign == "!=") is wanted)
    if target.chosen is not None:
        return _mark(target, tree, wanted)
    sign = tree.sign if wanted else OPPOSITE[tree.sign]
    return _Leaf(target, sign, (_value(target, sign, tree),), sign == "!=" or not wanted)


def _known(target: Target, wanted: bool) -> _Node:
    if target.chosen is not None:
        return _Leaf(target, "=" if wanted else "!=", (float(target.chosen),), not wanted)
    if not wanted:
        raise InexpressibleError(f"it holds where `{target.item.id}` has no answer")
    return _Known(target)


def _mark(target: Target, tree: Compare, wanted: bool) -> _Leaf:
    """Read a comparison with the mark of one choice, ``Y`` where it is chosen."""
    if tree.value != "Y" or tree.sign not in ("=", "!=") or target.chosen is None:
        raise InexpressibleError(f"it compares a choice of `{target.item.id}` with `{tree.value}`")
    is_chosen = (tree.sign == "=") is wanted
    return _Leaf(target, "=" if is_chosen else "!=", (float(target.chosen),), not is_chosen)


def _value(target: Target, sign: str, tree: Compare) -> Value:
    item, value = target.item, tree.value
    if item.type in ("scale", "single", "multiple"):
        if sign in ("=", "!="):
            return _code(target, f"{value:.15g}" if isinstance(value, float) else value)
        if any(name != str(code) for name, code in target.codes.items()):
            raise InexpressibleError(f"it orders the options of `{item.id}`, whose codes are new")
    if item.type == "text":
        return value if isinstance(value, str) else f"{value:.15g}"
    if item.type == "date" and isinstance(value, str):
        return value
    try:
        return float(value)
    except ValueError:
        raise InexpressibleError(f"`{item.id}` is never `{value}`") from None


def _code(target: Target, option: str) -> float:
    if option not in target.codes:
        raise InexpressibleError(f"`{target.item.id}` has no choice `{option}`")
    return float(target.codes[option])


# ------------------------------------------------------------------ simplification


def _tidy(node: _Node) -> _Node:
    """Flatten, and settle what is always or never true."""
    if not isinstance(node, _Group):
        return node
    parts: list[_Node] = []
    for part in map(_tidy, node.parts):
        if isinstance(part, Fixed):
            if part.value is not node.every:
                return part
        elif isinstance(part, _Group) and part.every is node.every:
            parts += part.parts
        elif part not in parts:
            parts.append(part)
    if not parts:
        return Fixed(node.every)
    return parts[0] if len(parts) == 1 else _Group(tuple(parts), node.every)


def _is_guard(node: _Node) -> bool:
    """Tell whether a part only shuts out those who gave no answer."""
    if isinstance(node, _Leaf):
        return node.sign == "!=" and node.value in node.target.item.missing
    return isinstance(node, _Known)


def _drop_guards(node: _Node) -> _Node:
    """Leave out what every comparison of a questionnaire demands anyway: an answer."""
    if not isinstance(node, _Group):
        return _known_instead(node)
    if not node.every:
        return _Group(tuple(map(_drop_guards, node.parts)), every=False)
    kept: list[_Node] = []
    for part in node.parts:
        if not _is_guard(part):
            kept.append(_drop_guards(part))
            continue
        name = _name(part)
        others = (other for other in node.parts if not _is_guard(other))
        if not any(_demands(other, name) for other in (*others, *kept)):
            kept.append(_known_instead(part))
    return kept[0] if len(kept) == 1 else _Group(tuple(kept), every=True)


def _known_instead(node: _Node) -> _Node:
    if isinstance(node, _Leaf) and node.value in node.target.item.missing:
        if node.sign == "!=":
            return _Known(node.target)
        if node.sign == "=":
            raise InexpressibleError(
                f"{node.value:g} is a missing code of `{node.target.item.id}`, "
                "which is never an answer"
            )
    return node


def _demands(node: _Node, name: str) -> bool:
    """Tell whether a part can hold only for those who answered an item."""
    if isinstance(node, _Group):
        test = any if node.every else all
        return test(_demands(part, name) for part in node.parts)
    return not isinstance(node, Fixed) and _name(node) == name


def _name(node: _Node) -> str:
    return node.target.item.id if isinstance(node, _Leaf | _Known) else ""


# ------------------------------------------------------------------ remarks


def _remarks(node: _Node, shut_out: frozenset[tuple[str, Value]]) -> Iterator[str]:
    """Yield where the form asked respondents without an answer whom the questionnaire does not."""
    if isinstance(node, _Group):
        if node.every:
            shut_out |= {pair for part in node.parts for pair in _shut_out(part)}
        for part in node.parts:
            yield from _remarks(part, shut_out)
    elif isinstance(node, _Leaf):
        item = node.target.item
        if node.loose and node.target.may_be_blank and (item.id, "") not in shut_out:
            yield f"the form also asked those without an answer to `{item.id}`"
        for code, kind in item.missing.items() if not _is_guard(node) else ():
            if (item.id, float(code)) not in shut_out and _lets_through(node, code):
                yield f"the form also asked those with {code} ({kind}) in `{item.id}`"


def _shut_out(node: _Node) -> Iterator[tuple[str, Value]]:
    if isinstance(node, _Known):
        yield (node.target.item.id, "")
    elif isinstance(node, _Leaf):
        for code in node.target.item.missing:
            if not _lets_through(node, code):
                yield (node.target.item.id, float(code))
        if not node.loose:
            yield (node.target.item.id, "")


def _lets_through(leaf: _Leaf, code: int) -> bool:
    if isinstance(leaf.value, str):
        return leaf.sign == "!=" and leaf.value != str(code)
    return bool(SIGNS[leaf.sign](float(code), leaf.value))


# ------------------------------------------------------------------ writing


def _write(node: _Node, inside: str = "") -> str:
    if isinstance(node, _Group):
        word = "and" if node.every else "or"
        text = f" {word} ".join(_write(part, word) for part in _merge(node))
        return f"({text})" if (inside, word) == ("and", "or") and f" {word} " in text else text
    if isinstance(node, _Known):
        return _write_known(node.target.item, inside)
    if isinstance(node, Fixed):
        return ""
    name, values = node.target.item.id, [_literal(value) for value in node.values]
    if len(values) == 1:
        return f"{name} {node.sign} {values[0]}"
    return f"{name} {'in' if node.sign == '=' else 'not in'} ({', '.join(values)})"


def _merge(group: _Group) -> list[_Node]:
    """Gather ``a = 1 or a = 2`` into ``a in (1, 2)``, and its opposite."""
    sign = "!=" if group.every else "="
    merged: list[_Node] = []
    places: dict[tuple[str, type], int] = {}
    for part in group.parts:
        if isinstance(part, _Leaf) and part.sign == sign:
            place = places.setdefault((_name(part), type(part.value)), len(merged))
            if place < len(merged):
                first = merged[place]
                assert isinstance(first, _Leaf)
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

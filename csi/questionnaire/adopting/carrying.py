"""Say a condition of another program in the grammar of questionnaire files.

In forms an empty answer is text of no characters and a missing code is a code like any other; in a
questionnaire neither is ever an answer. So tests that only shut those out are dropped, and where
the form let them through, the remark says so.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator

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
from csi.questionnaire.adopting.nodes import Group, Known, Leaf, Node, Target, is_guard, tidy
from csi.questionnaire.adopting.stating import drop_guards, write_condition
from csi.questionnaire.condition_tree import OPPOSITE, SIGNS, Value
from csi.questionnaire.conditions import parse_condition

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
    node = tidy(Group(tuple(_resolve(tree, True, lookup) for tree in trees), every=True))
    if isinstance(node, Fixed):
        if not node.value:
            raise InexpressibleError("it never holds")
        return "", ()
    remarks = tuple(dict.fromkeys(_remarks(node, frozenset())))
    node = drop_guards(node)
    text = write_condition(node)
    parse_condition(text)
    return text, remarks


def _resolve(tree: Expression, wanted: bool, lookup: Lookup) -> Node:
    """Put items for names, and move negations down to the comparisons."""
    if isinstance(tree, Fixed):
        return Fixed(tree.value is wanted)
    if isinstance(tree, Not):
        return _resolve(tree.part, not wanted, lookup)
    if isinstance(tree, Join):
        parts = tuple(_resolve(part, wanted, lookup) for part in tree.parts)
        return Group(parts, tree.every is wanted)
    target = lookup(tree.name)
    if isinstance(tree, Answered):
        return _known(target, wanted)
    if isinstance(tree, Chosen):
        return Leaf(target, "=" if wanted else "!=", (_code(target, tree.option),), not wanted)
    if tree.value == "" and tree.sign in ("=", "!="):
        return _known(target, (tree.sign == "!=") is wanted)
    if target.chosen is not None:
        return _mark(target, tree, wanted)
    sign = tree.sign if wanted else OPPOSITE[tree.sign]
    return Leaf(target, sign, (_value(target, sign, tree),), sign == "!=" or not wanted)


def _known(target: Target, wanted: bool) -> Node:
    if target.chosen is not None:
        return Leaf(target, "=" if wanted else "!=", (float(target.chosen),), not wanted)
    if not wanted:
        raise InexpressibleError(f"it holds where `{target.item.id}` has no answer")
    return Known(target)


def _mark(target: Target, tree: Compare, wanted: bool) -> Leaf:
    """Read a comparison with the mark of one choice, ``Y`` where it is chosen."""
    if tree.value != "Y" or tree.sign not in ("=", "!=") or target.chosen is None:
        raise InexpressibleError(f"it compares a choice of `{target.item.id}` with `{tree.value}`")
    is_chosen = (tree.sign == "=") is wanted
    return Leaf(target, "=" if is_chosen else "!=", (float(target.chosen),), not is_chosen)


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
        number = float(value)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise InexpressibleError(f"`{item.id}` is never `{value}`")
    return number


def _code(target: Target, option: str) -> float:
    if option not in target.codes:
        raise InexpressibleError(f"`{target.item.id}` has no choice `{option}`")
    return float(target.codes[option])


def _remarks(node: Node, shut_out: frozenset[tuple[str, Value]]) -> Iterator[str]:
    """Yield where the form asked respondents without an answer whom the questionnaire does not."""
    if isinstance(node, Group):
        if node.every:
            shut_out |= {pair for part in node.parts for pair in _shut_out(part)}
        for part in node.parts:
            yield from _remarks(part, shut_out)
    elif isinstance(node, Leaf):
        item = node.target.item
        if node.loose and node.target.may_be_blank and (item.id, "") not in shut_out:
            yield f"the form also asked those without an answer to `{item.id}`"
        for code, kind in item.missing.items() if not is_guard(node) else ():
            if (item.id, float(code)) not in shut_out and _lets_through(node, code):
                yield f"the form also asked those with {code} ({kind}) in `{item.id}`"


def _shut_out(node: Node) -> Iterator[tuple[str, Value]]:
    if isinstance(node, Known):
        yield (node.target.item.id, "")
    elif isinstance(node, Leaf):
        for code in node.target.item.missing:
            if not _lets_through(node, code):
                yield (node.target.item.id, float(code))
        if not node.loose:
            yield (node.target.item.id, "")


def _lets_through(leaf: Leaf, code: int) -> bool:
    if isinstance(leaf.value, str):
        return leaf.sign == "!=" and leaf.value != str(code)
    return bool(SIGNS[leaf.sign](float(code), leaf.value))

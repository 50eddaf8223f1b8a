"""A condition as XPath, for forms: `csi.questionnaire.adopting.expressions` reads it back.

XPath knows no missing answers: an empty answer is text of no characters, and a missing code is a
number like any other. So what a comparison would let through by mistake is shut out by name, and
both languages ask the same respondents.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from csi.questionnaire.condition_tree import (
    OPPOSITE,
    SIGNS,
    Comparison,
    Junction,
    Negation,
    Tree,
    Value,
)
from csi.questionnaire.conditions import Condition
from csi.questionnaire.schema import Item


def to_xpath(condition: Condition, items: Mapping[str, Item]) -> str:
    """Write a condition as the ``relevant`` of an XLSForm.

    Parameters
    ----------
    condition : Condition
    items : mapping of str to Item
        Of the questionnaire: the codes that a comparison must not take for answers.

    Returns
    -------
    str

    Examples
    --------
    >>> to_xpath(parse_condition("line in (2, 4)"), questionnaire.items)
    "${line} = '2' or ${line} = '4'"
    """
    return _write(condition.tree, True, items, inside="")


def _write(tree: Tree, wanted: bool, items: Mapping[str, Item], inside: str) -> str:
    """Write a part, or where not ``wanted`` its negation, which moves down to the comparisons."""
    if isinstance(tree, Negation):
        return _write(tree.part, not wanted, items, inside)
    if isinstance(tree, Junction):
        word = "and" if tree.every is wanted else "or"
        parts = [_write(part, wanted, items, word) for part in tree.parts]
        return _join(parts, word, inside)
    sign = tree.sign if wanted else OPPOSITE[tree.sign]
    item = items.get(tree.item)
    word = "and" if sign == "!=" else "or"
    parts = [_compare(tree.item, item, sign, value) for value in tree.values]
    guards = list(_guards(tree, sign, item))
    if not guards:
        return _join(parts, word, inside)
    compared = parts if word == "and" else [_join(parts, word, "and")]
    return _join([*compared, *guards], "and", inside)


def _compare(name: str, item: Item | None, sign: str, value: Value) -> str:
    kind = item.type if item else "number"
    if kind == "multiple" and sign in ("=", "!="):
        chosen = f"selected(${{{name}}}, {_code(value)})"
        return chosen if sign == "=" else f"not({chosen})"
    coded = kind in ("scale", "single") and sign in ("=", "!=")
    return f"${{{name}}} {sign} {_code(value) if coded else _literal(value)}"


def _guards(comparison: Comparison, sign: str, item: Item | None) -> Iterator[str]:
    """Yield what shuts out those who gave no answer."""
    name = comparison.item
    if sign == "!=":
        yield f"${{{name}}} != ''"
    for code in item.missing if item and sign != "=" else ():
        if item and item.type == "multiple":
            yield f"not(selected(${{{name}}}, '{code}'))"
        elif any(_passes(code, sign, value) for value in comparison.values):
            quoted = f"'{code}'" if item and item.type in ("scale", "single") else str(code)
            yield f"${{{name}}} != {quoted}"


def _passes(code: int, sign: str, value: Value) -> bool:
    return isinstance(value, str) or bool(SIGNS[sign](code, value))


def _code(value: Value) -> str:
    return f"'{value:.15g}'" if isinstance(value, float) else _literal(value)


def _literal(value: Value) -> str:
    """Write a number, or a text; a condition cannot hold both kinds of quote in one text."""
    if isinstance(value, str):
        return f'"{value}"' if "'" in value else f"'{value}'"
    return f"{value:.15g}"


def _join(parts: list[str], word: str, inside: str) -> str:
    text = f" {word} ".join(parts)
    return f"({text})" if len(parts) > 1 and inside not in ("", word) else text

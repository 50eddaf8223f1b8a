"""Made-up numbers for a new study: strata with their customers, margins, a truth."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd

from csi.model.structure import BETA, compile_structure
from csi.model.syntax import read_syntax
from csi.questionnaire.schema import Item, Questionnaire

LARGEST = 12_000
"""Customers of the largest stratum: small enough to simulate every one of them."""

SMALLEST = 4_000

_STRENGTH = 0.6
_LEAD = 0.25


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Example:
    """What a new study starts with.

    Attributes
    ----------
    by : tuple of str
        The items whose groups are reported.
    own : int or None
        Our code among the operators, where there are some.
    cells : DataFrame or None
        The strata, ``population`` and ``design``; None without a sampling plan.
    margins : mapping of str to mapping of int to int
        Margins of single items that are no strata.
    paths, shifts : mapping
        Of the truth: outcome to predictor to path, construct to shift of the own operator.
    """

    by: tuple[str, ...]
    own: int | None
    cells: pd.DataFrame | None
    margins: Mapping[str, Mapping[int, int]]
    paths: Mapping[str, Mapping[str, float]]
    shifts: Mapping[str, float]

    def margins_text(self) -> str:
        """Return the margins as YAML."""
        lines = []
        if self.cells is not None:
            strata = [str(name) for name in self.cells if name not in ("population", "design")]
            lines.append(f"{' * '.join(strata)}:")
            lines += _nested(self.cells, strata, "  ")
        for name, totals in self.margins.items():
            lines.append(f"{name}: {_flow(totals)}")
        return "\n".join(lines)

    def truth_text(self) -> str:
        """Return the truth as YAML."""
        lines = []
        if self.paths:
            lines.append("paths:")
            lines += [f"  {outcome}: {_flow(own)}" for outcome, own in self.paths.items()]
        if self.shifts and self.own is not None:
            lines.append(f"shifts:\n  {self.by[-1]}:\n    {self.own}: {_flow(self.shifts)}")
        return "\n".join(lines) or "informative: 0.5"


def example_of(questionnaire: Questionnaire) -> Example:
    """Make up what a study with this questionnaire starts with."""
    by = _groupings(questionnaire)
    operator = next((name for name in by if "operator" in name or "provider" in name), None)
    codes = list(questionnaire.items[operator].choices) if operator else []
    own = codes[0] if codes and operator == by[-1] else None
    cells = _cells(questionnaire, operator if own is not None else None, own)
    total = 0 if cells is None else int(cells["population"].sum())
    paths, shifts = _truth(questionnaire)
    return Example(
        by=by,
        own=own,
        cells=cells,
        margins=_margins(questionnaire, cells, total),
        paths=paths,
        shifts=shifts if own is not None else {},
    )


def _groupings(questionnaire: Questionnaire) -> tuple[str, ...]:
    """Return the first published domain of two items, else the first items with that role."""
    domains = questionnaire.sampling.get("domains", ())
    listed = [tuple(domain) for domain in domains] if isinstance(domains, Sequence) else []
    pairs = [domain for domain in listed if len(domain) == 2]
    items = questionnaire.items.values()
    roles = tuple(item.id for item in items if item.role == "domain" and item.choices)
    return pairs[0] if pairs else roles[:2]


def _cells(
    questionnaire: Questionnaire, operator: str | None, own: int | None
) -> pd.DataFrame | None:
    strata = questionnaire.sampling.get("strata")
    if not isinstance(strata, Sequence) or not strata:
        return None
    codes = [list(questionnaire.items[name].choices) for name in strata]
    cells = pd.DataFrame(product(*codes), columns=list(strata))
    size = np.ones(len(cells))
    for name in strata:
        _, rank = np.unique(cells[name].to_numpy(), return_inverse=True)
        size /= 1.0 + 0.3 * rank
    cells["population"] = (SMALLEST + (LARGEST - SMALLEST) * size).round(-2).astype(np.int64)
    is_own = cells[operator] == own if operator in cells else pd.Series(True, index=cells.index)
    cells["design"] = np.where(is_own, "probability", "quota")
    return cells


def _margins(
    questionnaire: Questionnaire, cells: pd.DataFrame | None, total: int
) -> dict[str, dict[int, int]]:
    """Divide the customers by the first two questions on the person."""
    if cells is None:
        return {}
    people = [
        item
        for item in questionnaire.items.values()
        if item.role == "background" and item.type == "single" and item.id not in cells
    ]
    return {item.id: _divided(item, total) for item in people[:2]}


def _divided(item: Item, total: int) -> dict[int, int]:
    """Return unequal whole parts that add up to the total."""
    codes = list(item.choices)
    share = np.linspace(1.3, 0.7, len(codes)) / len(codes)
    parts = (share * total).round().astype(np.int64)
    parts[-1] += total - parts.sum()
    return dict(zip(codes, parts.tolist(), strict=True))


def _truth(
    questionnaire: Questionnaire,
) -> tuple[dict[str, dict[str, float]], dict[str, float]]:
    """Let what is better when lower fall as the rest rises; let the own operator lead a little."""
    if questionnaire.model is None:
        return {}, {}
    structure = compile_structure(read_syntax(questionnaire.model.syntax))
    polarity = questionnaire.report.get("polarity", {})
    turned = {name for name in _names(polarity) if _is_lower(polarity, name)}
    predictors = {
        name: [
            structure.nodes[int(column)]
            for column in structure.column[
                (structure.matrix == BETA) & (structure.row == structure.nodes.index(name))
            ]
        ]
        for name in structure.nodes
    }
    paths = {
        outcome: {
            name: round(_sign({outcome, name} & turned) * _STRENGTH / len(names), 2)
            for name in names
        }
        for outcome, names in predictors.items()
        if names and (outcome in turned or turned & set(names))
    }
    first = next((name for name, names in predictors.items() if not names), None)
    return paths, {first: _LEAD} if first is not None else {}


def _names(polarity: object) -> Iterable[str]:
    return polarity if isinstance(polarity, Mapping) else ()


def _is_lower(polarity: object, name: str) -> bool:
    return isinstance(polarity, Mapping) and polarity[name] == "lower_is_better"


def _sign(turned: set[str]) -> int:
    """Two constructs go against each other if just one of them is better when lower."""
    return -1 if len(turned) == 1 else 1


def _nested(cells: pd.DataFrame, strata: list[str], indent: str) -> list[str]:
    first, rest = strata[0], strata[1:]
    if not rest:
        return [f"{indent}{_flow(dict(zip(cells[first], cells['population'], strict=True)))}"]
    lines: list[str] = []
    for code, part in cells.groupby(first, sort=False):
        inner = _nested(part, rest, indent + "  ")
        if len(rest) == 1:
            lines.append(f"{indent}{code}: {inner[0].strip()}")
        else:
            lines += [f"{indent}{code}:", *inner]
    return lines


def _flow(values: Mapping[int, int] | Mapping[str, float]) -> str:
    return "{" + ", ".join(f"{key}: {value}" for key, value in values.items()) + "}"

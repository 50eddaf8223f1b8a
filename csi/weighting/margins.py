"""Population margins, checked against the respondents before anything is weighted."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from csi.errors import WeightingError, suggest
from csi.inference import BoolArray, FloatArray, IntArray, SurveyDesign
from csi.weighting.levels import encode_levels, plain_level, renumber, shown_level

Margins = Mapping[str | tuple[str, ...], Mapping[Hashable, float] | float]
"""``{"age": {1: 300, 2: 700}, ("sex", "region"): {(1, 1): 120, ...}, "bill": 52_000.0}``."""

SAME_TOTAL = 1e-6
"""Margins may disagree about the population by this much, relatively: typed decimals."""

SAME_LEVEL = 1e-9
"""Two margins that share a variable must agree about it: raking cannot meet both otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Margin:
    """The totals of the levels of a variable, or of combinations of levels.

    Attributes
    ----------
    variables : tuple of str
    levels : tuple of tuple
        One entry per variable.
    totals : FloatArray, shape (n_levels,)
        Positive; all margins have the same sum.
    codes : IntArray, shape (n,)
        Position of each respondent's level; 0 where the weight is 0.
    """

    variables: tuple[str, ...]
    levels: tuple[tuple[Hashable, ...], ...]
    totals: FloatArray
    codes: IntArray

    def names(self) -> list[str]:
        """Return ``region = 3`` or ``sex = 1, region = 3`` for every level."""
        return [level_name(self.variables, level) for level in self.levels]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NumericTotal:
    """The population total of a numeric variable."""

    variable: str
    total: float
    values: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MarginSet:
    """Everything that the weights are to meet.

    Attributes
    ----------
    margins : tuple of Margin
    numeric : tuple of NumericTotal
    population : float or None
        What the margins add up to; None where there are numeric totals only.
    """

    margins: tuple[Margin, ...]
    numeric: tuple[NumericTotal, ...]
    population: float | None

    def collapse(self) -> tuple[IntArray, tuple[IntArray, ...]]:
        """Return each respondent's cell, and each cell's position in every margin."""
        cells = self.margins[0].codes
        size = len(self.margins[0].totals)
        limit = max(4 * len(cells), 1024)
        for margin in self.margins[1:]:
            if size * len(margin.totals) > limit:
                cells, size = renumber(cells, size)
            cells = cells * len(margin.totals) + margin.codes
            size *= len(margin.totals)
        cells, size = renumber(cells, size)
        row = np.empty(size, dtype=np.int64)
        row[cells] = np.arange(len(cells))
        return cells, tuple(margin.codes[row] for margin in self.margins)


def read_margins(design: SurveyDesign, margins: Margins) -> MarginSet:
    """Check margins against the respondents.

    Parameters
    ----------
    design : SurveyDesign
        Respondents with weight 0 are not looked at.
    margins : mapping
        Variable, or tuple of variables, to totals by level; or numeric variable to its total.

    Returns
    -------
    MarginSet

    Raises
    ------
    WeightingError
        With everything that is wrong: unknown variables and levels, levels without respondents or
        without target, missing answers, impossible totals, margins that contradict each other.
    """
    if not isinstance(margins, Mapping) or not margins:
        raise WeightingError(
            "`margins` must map variables to totals by level, such as "
            '{"age": {1: 520.0, 2: 480.0}}; got ' + _kind(margins) + "."
        )
    active = design.weights > 0
    faults: list[str] = []
    tables: list[Margin] = []
    numeric: list[NumericTotal] = []
    for key, target in margins.items():
        variables = key if isinstance(key, tuple) else (key,)
        unknown = [v for v in variables if v not in design.frame.columns]
        faults += [_unknown_variable(variables, v, design.frame) for v in unknown]
        if unknown:
            continue
        if len(set(variables)) < len(variables):
            faults.append(f"Margin `{margin_name(variables)}` names a variable twice.")
        elif isinstance(target, Mapping):
            table = _read_table(design.frame, active, variables, target, faults)
            if table is not None:
                tables.append(table)
        else:
            number = _read_numeric(design.frame, active, variables, target, faults)
            if number is not None:
                numeric.append(number)
    if faults:
        raise WeightingError(faults)
    faults += _disagreements(tables)
    if faults:
        raise WeightingError(faults)
    return _on_one_total(tables, numeric)


def margin_name(variables: tuple[str, ...]) -> str:
    """Return ``sex × region``."""
    return " × ".join(str(v) for v in variables)


def level_name(variables: tuple[str, ...], level: tuple[Hashable, ...]) -> str:
    """Return ``sex = 1, region = 3``."""
    return ", ".join(f"{v} = {shown_level(x)}" for v, x in zip(variables, level, strict=True))


def _read_table(
    frame: pd.DataFrame,
    active: BoolArray,
    variables: tuple[str, ...],
    target: Mapping[Hashable, float],
    faults: list[str],
) -> Margin | None:
    name = margin_name(variables)
    own: list[str] = []
    totals = _target_levels(name, variables, target, own)
    codes, present, missing = _respondent_levels(frame, active, variables)
    if missing.any():
        rows = np.flatnonzero(missing)
        own.append(
            f"Margin `{name}`: {len(rows)} of {int(active.sum())} respondents have no answer "
            f"(first in row {rows[0] + 1}). Fill them in, or give them a level of their own."
        )
    counts = np.bincount(codes[active & ~missing], minlength=len(present))
    position = {level: k for k, level in enumerate(totals)}
    place = np.array([position.get(level, -1) for level in present], dtype=np.int64)
    for k in np.flatnonzero((place < 0) & (counts > 0)):
        hint = _type_hint(present[k], totals)
        own.append(
            f"Margin `{name}`: {counts[k]} respondents have {level_name(variables, present[k])}, "
            f"for which there is no total. {hint or 'Add its total, or merge it with another.'}"
        )
    reached = np.zeros(len(totals))
    np.add.at(reached, place[place >= 0], counts[place >= 0])
    for (level, total), count in zip(totals.items(), reached, strict=True):
        if total > 0 and count == 0:
            hint = _type_hint(level, dict.fromkeys(present, 0.0))
            own.append(
                f"Margin `{name}`: no respondent has {level_name(variables, level)} (total "
                f"{total:g}). {hint or 'Merge it with another level, in the totals and the data.'}"
            )
        elif total == 0 and count > 0:
            own.append(
                f"Margin `{name}`: the total of {level_name(variables, level)} is 0, but "
                f"{count:g} respondents have it. Leave them out, or merge the level."
            )
    if own:
        faults += own
        return None
    kept = [k for k, total in enumerate(totals.values()) if total > 0]
    renumbered = np.full(len(totals), -1, dtype=np.int64)
    renumbered[kept] = np.arange(len(kept))
    rows_code = renumbered[place][codes]
    if not active.all():
        rows_code = np.where(active, rows_code, 0)
    levels = list(totals)
    return Margin(
        variables=variables,
        levels=tuple(levels[k] for k in kept),
        totals=np.array([totals[levels[k]] for k in kept], dtype=np.float64),
        codes=rows_code,
    )


def _target_levels(
    name: str, variables: tuple[str, ...], target: Mapping[Hashable, float], faults: list[str]
) -> dict[tuple[Hashable, ...], float]:
    totals: dict[tuple[Hashable, ...], float] = {}
    for key, total in target.items():
        level = key if isinstance(key, tuple) else (key,)
        if len(level) != len(variables):
            faults.append(
                f"Margin `{name}`: {key!r} is not a level of {len(variables)} variables; write "
                f"({', '.join(variables)})."
            )
        elif (number := _number(total)) is None or number < 0:
            faults.append(
                f"Margin `{name}`: the total of {level_name(variables, level)} is {total!r}; it "
                "must be a number of at least 0."
            )
        else:
            totals[level] = number
    if not target:
        faults.append(f"Margin `{name}` has no levels.")
    return totals


def _respondent_levels(
    frame: pd.DataFrame, active: BoolArray, variables: tuple[str, ...]
) -> tuple[IntArray, list[tuple[Hashable, ...]], BoolArray]:
    """Return level codes, the levels, and who counts but has no answer."""
    codes, levels = encode_levels(frame[variables[0]])
    present: list[tuple[Hashable, ...]] = [(level,) for level in levels]
    missing = codes < 0
    for variable in variables[1:]:
        further, levels = encode_levels(frame[variable])
        missing = missing | (further < 0)
        pair = np.where(missing, 0, codes * len(levels) + further)
        codes, size = renumber(pair, max(len(present) * len(levels), 1))
        row = np.empty(size, dtype=np.int64)
        row[codes] = pair
        present = [(*present[k // len(levels)], levels[k % len(levels)]) for k in row]
    if missing.any():
        codes = np.where(missing, 0, codes)
    return codes, present, missing & active


def _read_numeric(
    frame: pd.DataFrame,
    active: BoolArray,
    variables: tuple[str, ...],
    total: object,
    faults: list[str],
) -> NumericTotal | None:
    name = margin_name(variables)
    number = _number(total)
    if len(variables) > 1 or number is None:
        faults.append(
            f"Margin `{name}` must map levels to totals, such as {{1: 520.0, 2: 480.0}}, or be "
            f"the total of a numeric variable; got {_kind(total)}."
        )
        return None
    column = frame[name]
    if not pd.api.types.is_numeric_dtype(column):
        faults.append(f"Margin `{name}` is one number, but the column holds {column.dtype} values.")
        return None
    values = column.to_numpy(dtype=np.float64, na_value=np.nan)
    missing = active & ~np.isfinite(values)
    if missing.any():
        faults.append(
            f"Margin `{name}`: {int(missing.sum())} of {int(active.sum())} respondents have no "
            f"answer (first in row {int(np.argmax(missing)) + 1}). Fill them in."
        )
        return None
    return NumericTotal(variable=name, total=number, values=np.where(active, values, 0.0))


def _disagreements(tables: list[Margin]) -> list[str]:
    """Return how margins contradict each other, in the whole or about shared variables."""
    sums = [float(t.totals.sum()) for t in tables]
    if sums and max(sums) - min(sums) > SAME_TOTAL * max(sums):
        parts = ", ".join(
            f"`{margin_name(t.variables)}` adds up to {s:.10g}"
            for t, s in zip(tables, sums, strict=True)
        )
        return [f"The margins disagree about the population: {parts}. Scale them to one total."]
    faults = []
    for one, other in combinations(tables, 2):
        shared = tuple(v for v in one.variables if v in other.variables)
        if not shared:
            continue
        a, b = _collapsed(one, shared), _collapsed(other, shared)
        scale = sum(a.values()) / sum(b.values())
        for level in sorted(a.keys() | b.keys(), key=str):
            x, y = a.get(level, 0.0), b.get(level, 0.0) * scale
            if abs(x - y) > SAME_LEVEL * max(x, y):
                faults.append(
                    f"The margins `{margin_name(one.variables)}` and "
                    f"`{margin_name(other.variables)}` disagree about "
                    f"{level_name(shared, level)}: {x:.10g} against {y:.10g}."
                )
    return faults


def _collapsed(margin: Margin, shared: tuple[str, ...]) -> dict[tuple[Hashable, ...], float]:
    where = [margin.variables.index(v) for v in shared]
    sums: dict[tuple[Hashable, ...], float] = {}
    for level, total in zip(margin.levels, margin.totals, strict=True):
        part = tuple(level[k] for k in where)
        sums[part] = sums.get(part, 0.0) + float(total)
    return sums


def _on_one_total(tables: list[Margin], numeric: list[NumericTotal]) -> MarginSet:
    population = float(tables[0].totals.sum()) if tables else None
    scaled = tuple(
        Margin(
            variables=t.variables,
            levels=t.levels,
            totals=t.totals * (population / t.totals.sum()),
            codes=t.codes,
        )
        for t in tables
    )
    return MarginSet(margins=scaled, numeric=tuple(numeric), population=population)


def _unknown_variable(variables: tuple[str, ...], name: object, frame: pd.DataFrame) -> str:
    hint = suggest(str(name), frame.columns)
    text = f"Margin `{margin_name(variables)}`: the data have no column `{name}`. {hint}"
    return text.rstrip()


def _type_hint(level: tuple[Hashable, ...], others: Mapping[tuple[Hashable, ...], float]) -> str:
    """Say so where a level has a twin of another type: text for a number."""
    twins = [other for other in others if [*map(_text, other)] == [*map(_text, level)]]
    if not twins:
        return ""
    return (
        f"There is {_quoted(twins[0])}, of another type than {_quoted(level)}: write numbers "
        "without quotes where the data hold numbers."
    )


def _quoted(level: tuple[Hashable, ...]) -> str:
    return ", ".join(repr(plain_level(x)) for x in level)


def _text(level: object) -> str:
    return str(shown_level(level)).strip()


def _number(value: object) -> float | None:
    """Return a finite number as a float; True and text are none."""
    if isinstance(value, bool) or not isinstance(value, int | float | np.integer | np.floating):
        return None
    return float(value) if np.isfinite(value) else None


def _kind(value: object) -> str:
    return repr(value) if isinstance(value, int | float | str) else f"a {type(value).__name__}"

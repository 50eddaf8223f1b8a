"""Population margins as people write them: YAML or a table.

YAML, with a crossed margin written as names joined by ``*`` and levels nested in their order::

    gender: {1: 5200, 2: 4800}
    line * operator: {1: {1: 800, 2: 700}, 2: {1: 4500, 2: 4000}}
    bill: 520000            # the total of a numeric variable

A table (.csv, .xlsx, .parquet) has ``variable, level, total``, crossed levels joined by ``*``; or
the variables as columns and ``total`` or ``population``, which is one crossed margin.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping
from pathlib import Path

import pandas as pd

from csi.errors import Fault, WeightingError
from csi.questionnaire.located import read_yaml
from csi.questionnaire.sections import Section
from csi.sampling.table_files import read_small_table
from csi.weighting.margins import Margins

Level = int | str
_TOTALS = ("total", "population")
_WHOLE = re.compile(r"-?\d+(\.0+)?")


def read_margins_file(path: str | Path) -> Margins:
    """Read margins from a YAML file or a table; the module says how they are written.

    Parameters
    ----------
    path : str or Path
        Ending in .yaml, .yml, .csv, .xlsx or .parquet.

    Returns
    -------
    mapping
        As `weight_responses` takes it.

    Raises
    ------
    WeightingError
        With every fault of the file, each with its line or row.
    SamplingError
        If a table cannot be read at all.
    """
    path = Path(path)
    if path.suffix.lower() in (".yaml", ".yml"):
        document = read_yaml(path, WeightingError)
        document.root.label = "The margins"
        margins = margins_in(document.root)
        document.faults.check()
        return margins
    return _from_table(read_small_table(path), path.name)


def margins_in(section: Section) -> Margins:
    """Read margins from a section of a YAML file; faults are noted in it."""
    margins: dict[str | tuple[str, ...], Mapping[Hashable, float] | float] = {}
    for key in section:
        variables = _split(key)
        if not isinstance(section.plain(key), dict):
            number = section.number(key)
            margins[_key(variables)] = float(number or 0.0)
            continue
        levels = section.section(key)
        totals: dict[Hashable, float] = {}
        if levels is not None:
            levels.label = f"{section.label}, `{key}`"
            _collect(levels, variables, (), totals)
        margins[_key(variables)] = totals
    return margins


def _collect(
    section: Section,
    variables: tuple[str, ...],
    above: tuple[Level, ...],
    totals: dict[Hashable, float],
) -> None:
    """Gather the totals of one level of nesting per variable."""
    for key in section:
        level = (*above, _level(key))
        if len(level) < len(variables):
            inner = section.section(key)
            if inner is not None:
                inner.label = f"{section.label}, `{key}`"
                _collect(inner, variables, level, totals)
        elif (number := section.number(key)) is not None:
            totals[level if len(variables) > 1 else level[0]] = float(number)


def _from_table(table: pd.DataFrame, name: str) -> Margins:
    names = list(table.columns)
    if set(names) >= {"variable", "level", "total"}:
        return _from_long(table, name)
    totals = [column for column in _TOTALS if column in names]
    variables = tuple(column for column in names if column not in _TOTALS)
    if len(totals) != 1 or not variables:
        raise WeightingError(
            f"{name}: margins need the columns `variable`, `level` and `total`, or variables and "
            f"one column `total` or `population`; it has {', '.join(map(str, names))}."
        )
    faults: list[Fault] = []
    cells: dict[Hashable, float] = {}
    for row, values in enumerate(table[[*variables, totals[0]]].itertuples(index=False), start=2):
        level = tuple(_level(value) for value in values[:-1])
        _add(cells, level if len(variables) > 1 else level[0], values[-1], f"{name}:{row}", faults)
    if faults:
        raise WeightingError(faults)
    return {_key(variables): cells}


def _from_long(table: pd.DataFrame, name: str) -> Margins:
    faults: list[Fault] = []
    margins: dict[str | tuple[str, ...], dict[Hashable, float]] = {}
    columns = table[["variable", "level", "total"]]
    for row, (variable, level, total) in enumerate(columns.itertuples(index=False), start=2):
        variables = _split(str(variable))
        parts = _split(str(level)) if len(variables) > 1 else (level,)
        if len(parts) != len(variables):
            wanted = " * ".join(variables)
            message = f"`{level}` is not a level of `{wanted}`; write one level per variable."
            faults.append(Fault(f"{name}:{row}", message))
            continue
        codes = tuple(_level(part) for part in parts)
        cells = margins.setdefault(_key(variables), {})
        _add(cells, codes if len(codes) > 1 else codes[0], total, f"{name}:{row}", faults)
    if faults:
        raise WeightingError(faults)
    return margins


def _add(
    cells: dict[Hashable, float], level: Hashable, total: object, where: str, faults: list[Fault]
) -> None:
    number = pd.to_numeric(pd.Series([total]), errors="coerce").iloc[0]
    if level in cells:
        faults.append(Fault(where, f"The level {level} stands twice.", "Keep one row."))
    elif pd.isna(number):
        faults.append(Fault(where, f"The total {total!r} is no number."))
    else:
        cells[level] = float(number)


def _split(name: str) -> tuple[str, ...]:
    """Return ``("line", "operator")`` for ``line * operator``; ``×`` does as well."""
    return tuple(part.strip() for part in re.split(r"[*×]", name) if part.strip())


def _key(variables: tuple[str, ...]) -> str | tuple[str, ...]:
    return variables[0] if len(variables) == 1 else variables


def _level(value: object) -> Level:
    """Return a level as the answers hold it: a whole number where it is one, else text."""
    text = str(value).strip()
    return int(float(text)) if _WHOLE.fullmatch(text) else text

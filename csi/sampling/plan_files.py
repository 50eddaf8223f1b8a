"""A sampling plan as a folder that can be drawn from: what it was made of, and what came out."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from csi.errors import SamplingError
from csi.questionnaire.reading import read_questionnaire
from csi.sampling.plan import SamplingPlan, plan_sample
from csi.sampling.settings import domain_name
from csi.sampling.table_files import read_small_table
from csi.storage import whole_folder, write_table

QUESTIONNAIRE, POPULATION, OPTIONS = "questionnaire.yaml", "population.csv", "options.json"
STRATA, MARGINS, SUMMARY = "strata.csv", "margins.csv", "plan.txt"
_INPUTS = (QUESTIONNAIRE, POPULATION, OPTIONS)


def write_plan(
    plan: SamplingPlan,
    folder: str | Path,
    *,
    questionnaire: str | Path,
    population: pd.DataFrame,
    options: Mapping[str, Any],
) -> None:
    """Write a plan with all that it was made of, so that it can be made again.

    Parameters
    ----------
    plan : SamplingPlan
    folder : str or Path
        Gets ``strata.csv``, ``margins.csv``, ``plan.txt`` to read, and ``questionnaire.yaml``,
        ``population.csv``, ``options.json`` to make it again.
    questionnaire : str or Path
        The questionnaire's file.
    population : DataFrame
    options : mapping
        The keyword arguments of `plan_sample`; a mapping of half-widths has domains written as
        ``all``, ``line``, ``line × operator``.
    """
    with whole_folder(folder, last=OPTIONS) as temporary:
        shutil.copyfile(questionnaire, temporary / QUESTIONNAIRE)
        write_table(population, temporary / POPULATION)
        write_table(plan.tidy(), temporary / STRATA)
        write_table(plan.margins, temporary / MARGINS)
        (temporary / SUMMARY).write_text(plan.summary() + "\n", encoding="utf-8")
        given = {name: value for name, value in options.items() if value is not None}
        text = json.dumps(given, indent=2, ensure_ascii=False)
        (temporary / OPTIONS).write_text(text + "\n", encoding="utf-8")


def read_plan(folder: str | Path) -> SamplingPlan:
    """Make a plan again from its folder.

    Raises
    ------
    SamplingError
        If a file is absent, or the strata come out otherwise than they were written.
    """
    folder = Path(folder)
    absent = [name for name in (*_INPUTS, STRATA) if not (folder / name).is_file()]
    if absent:
        raise SamplingError(
            f"{folder}: no {', '.join(absent)}. Name a folder that `csi plan` wrote."
        )
    options = json.loads((folder / OPTIONS).read_text(encoding="utf-8"))
    population = read_small_table(folder / POPULATION)
    plan = plan_sample(
        read_questionnaire(folder / QUESTIONNAIRE), population, **_arguments(options)
    )
    written = read_small_table(folder / STRATA)
    columns = [*plan.settings.strata, "n"]
    same = all(name in written.columns for name in columns)
    if not same or written[columns].to_numpy().tolist() != plan.cells[columns].to_numpy().tolist():
        raise SamplingError(
            f"{folder}: {STRATA} is not what {', '.join(_INPUTS)} give: one of them was changed. "
            "Make the plan again with `csi plan`."
        )
    return plan


def copy_plan(source: str | Path, target: Path) -> None:
    """Copy the files of a plan, so that a sample keeps the plan it was drawn by."""
    target.mkdir(parents=True, exist_ok=True)
    for name in (*_INPUTS, STRATA):
        shutil.copyfile(Path(source) / name, target / name)


def half_widths(given: Mapping[tuple[str, ...], float]) -> dict[str, float]:
    """Return half-widths by the names of their domains, as a file keeps them."""
    return {domain_name(domain): value for domain, value in given.items()}


def _arguments(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return what `plan_sample` takes, domains as tuples again."""
    wanted = options.get("half_width")
    if not isinstance(wanted, Mapping):
        return dict(options)
    domains = {_domain(name): float(value) for name, value in wanted.items()}
    return {**options, "half_width": domains}


def _domain(name: str) -> tuple[str, ...]:
    return () if name == "all" else tuple(name.split(" × "))

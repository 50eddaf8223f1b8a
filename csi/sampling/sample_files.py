"""A drawn sample as files for the field, and back again for the account of what became of it."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd

from csi.errors import SamplingError
from csi.sampling.plan import SamplingPlan
from csi.sampling.sample import Sample
from csi.storage import whole_folder, write_table

MAIN, RESERVE, STRATA, AUDIT, DRAW = (
    "main.csv",
    "reserve.csv",
    "strata.csv",
    "exclusions.csv",
    "draw.json",
)
_COUNTS = ("seed", "wave", "panels", "stay", "rows")


def write_sample(sample: Sample, folder: str | Path) -> None:
    """Write a sample: the list to work first, the reserve, the counts, and how it was drawn.

    Parameters
    ----------
    sample : Sample
    folder : str or Path
        Gets ``main.csv``, ``reserve.csv``, ``strata.csv``, ``exclusions.csv``, ``draw.json``.
    """
    draw = {
        "key": sample.key,
        **{name: getattr(sample, name) for name in _COUNTS},
        "questionnaire": sample.plan.questionnaire.id,
        "fingerprint": sample.fingerprint(),
    }
    with whole_folder(folder, last=DRAW) as temporary:
        write_table(sample.main(), temporary / MAIN)
        write_table(sample.reserve(), temporary / RESERVE)
        write_table(sample.cells, temporary / STRATA)
        write_table(sample.audit, temporary / AUDIT)
        text = json.dumps(draw, indent=2, ensure_ascii=False)
        (temporary / DRAW).write_text(text + "\n", encoding="utf-8")


def read_sample(plan: SamplingPlan, folder: str | Path) -> Sample:
    """Read a sample that `write_sample` wrote.

    Parameters
    ----------
    plan : SamplingPlan
        The plan that it was drawn by, made again from the same questionnaire and population.
    folder : str or Path

    Returns
    -------
    Sample
        Its keys are text.

    Raises
    ------
    SamplingError
        If a file is absent, the customers are not those that were drawn, or the plan is another.
    """
    folder = Path(folder)
    absent = [
        name for name in (MAIN, RESERVE, STRATA, AUDIT, DRAW) if not (folder / name).is_file()
    ]
    if absent:
        raise SamplingError(
            f"{folder}: no {', '.join(absent)}. Name the folder that the draw was written to."
        )
    draw = json.loads((folder / DRAW).read_text(encoding="utf-8"))
    keys = {draw["key"]: str}
    units = pd.concat(
        [pd.read_csv(folder / name, dtype=keys, encoding="utf-8-sig") for name in (MAIN, RESERVE)]
    )
    strata = list(plan.settings.strata)
    missing = [name for name in (*strata, "order") if name not in units.columns]
    if missing:
        raise SamplingError(f"{folder}: {MAIN} has no column {', '.join(missing)}.")
    cells = pd.read_csv(
        folder / STRATA, encoding="utf-8-sig", keep_default_na=False, na_values={"coverage": [""]}
    )
    _check_plan(plan, cells, folder)
    place = pd.MultiIndex.from_frame(cells[strata]).get_indexer(
        pd.MultiIndex.from_frame(units[strata])
    )
    units = units.assign(_place=place).sort_values(["_place", "order"], ignore_index=True)
    sample = Sample(
        plan=plan,
        key=draw["key"],
        units=units.drop(columns="_place"),
        cells=cells,
        audit=pd.read_csv(folder / AUDIT, encoding="utf-8-sig"),
        **{name: int(draw[name]) for name in _COUNTS},
    )
    if sample.fingerprint() != draw["fingerprint"]:
        raise SamplingError(
            f"{folder}: {MAIN} and {RESERVE} do not hold the customers that were drawn, in their "
            f"order. Restore the files, or draw again with seed {draw['seed']}."
        )
    return sample


def _check_plan(plan: SamplingPlan, cells: pd.DataFrame, folder: Path) -> None:
    strata = list(plan.settings.strata)
    drawn = plan.cells[plan.cells["design"] == "probability"]
    same = [name for name in (*strata, "n") if name in cells.columns] == [*strata, "n"]
    if (
        not same
        or drawn[[*strata, "n"]].to_numpy().tolist() != cells[[*strata, "n"]].to_numpy().tolist()
    ):
        raise SamplingError(
            f"{folder}: the sample was drawn by another plan: its strata or sizes differ. Make the "
            f"plan from the same questionnaire, population and options."
        )

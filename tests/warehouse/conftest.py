"""A small base in several parquet files, and a model of every kind to score it with."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from csi.dissatisfied.bins import Bins
from csi.dissatisfied.table_model import TableModel, Term

DAY = date(2026, 3, 31)
N_PARTS, ROWS = 4, 700


@pytest.fixture(scope="session")
def frame() -> pd.DataFrame:
    """Return rows of every awkward type: float32 edges, nulls, NaN, dates, text with quotes."""
    rng = np.random.default_rng(17)
    n = N_PARTS * ROWS
    days = pd.Timestamp(DAY) - pd.to_timedelta(rng.integers(0, 400, n), unit="D")
    return pd.DataFrame(
        {
            "id": rng.integers(-(2**63), 2**63 - 1, n),
            "bill jump": np.round(rng.normal(0.1, 0.2, n), 2).astype(np.float32),
            "faults": pd.array(rng.poisson(0.6, n), dtype="Int16").copy(),
            "last_contact": pd.Series(days).where(rng.random(n) < 0.8),
            "plan": pd.Series(rng.choice(["A", "O'B", 'say "C"', "back\\slash"], n)).where(
                rng.random(n) < 0.9
            ),
            "bundle": rng.random(n) < 0.4,
            "select": rng.integers(1, 5, n).astype(np.int8),
            "q": np.where(rng.random(n) < 0.05, np.nan, rng.random(n)),
            "chance": rng.integers(0, 1000, n),
        }
    )


@pytest.fixture(scope="session")
def pattern(frame: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("it's a base")
    for part in range(N_PARTS):
        table = pa.Table.from_pandas(frame.iloc[part * ROWS : (part + 1) * ROWS])
        k = table.schema.get_field_index("last_contact")
        table = table.set_column(k, "last_contact", table.column(k).cast(pa.date32()))
        pq.write_table(table, folder / f"part-{part}.parquet")
    return str(folder / "*.parquet")


def make_model(*, joint: bool) -> TableModel:
    bins = {
        "bill jump": Bins(column="bill jump", kind="number", edges=(0.0, 0.137, 0.305)),
        "faults": Bins(column="faults", kind="number", edges=(0.5, 1.5)),
        "last_contact": Bins(column="last_contact", kind="date", edges=(30.0, 91.5, 182.5)),
        "plan": Bins(
            column="plan", kind="level", levels=(("A",), ("O'B", 'say "C"', "back\\slash"))
        ),
        "bundle": Bins(column="bundle", kind="level", levels=((False,), (True,))),
        "select": Bins(column="select", kind="level", levels=((1, 2), (4,))),
    }
    rng = np.random.default_rng(23)
    columns = [(name,) for name in bins]
    if joint:
        columns = [
            ("bill jump",),
            ("faults", "bill jump"),
            ("last_contact", "select"),
            ("plan", "bundle", "faults"),
        ]
    terms = tuple(
        Term(
            indicator=names[0],
            columns=names,
            table=rng.normal(0.0, 0.7, [bins[name].size + 1 for name in names]),
        )
        for names in columns
    )
    used = {name for names in columns for name in names}
    return TableModel(
        kind="network" if joint else "scorecard",
        bins={name: cut for name, cut in bins.items() if name in used},
        terms=terms,
        shares={
            name: tuple(np.full(cut.size + 1, 1 / (cut.size + 1)).tolist())
            for name, cut in bins.items()
        },
        intercept=-2.0,
        offset=0.0,
        slope=1.0,
        reference=np.array([float(term.table.mean()) for term in terms]),
        tiers={"top": -1.0, "high": -1.6, "middle": -2.4},
        about={"outcome": "rating"},
    )


@pytest.fixture(scope="session", params=[False, True], ids=["main effects", "joint tables"])
def model(request: pytest.FixtureRequest) -> TableModel:
    return make_model(joint=request.param)

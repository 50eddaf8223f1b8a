"""Names, telephone numbers and ids are planted in every input, and come out nowhere."""

from __future__ import annotations

import io
import logging
import traceback
import warnings
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from csi.dissatisfied.action_list import export_actions
from csi.dissatisfied.actions import ActionPlan, plan_actions
from csi.dissatisfied.fitted import DissatisfactionFit
from csi.dissatisfied.indicators import Indicator
from csi.dissatisfied.model import fit_dissatisfaction
from csi.dissatisfied.pool import PoolSource, pool_dissatisfied
from csi.dissatisfied.reasons import rank_causes
from csi.errors import CsiError
from csi.inference import SurveyDesign, make_design
from csi.warehouse.engine import DuckDBEngine
from csi.warehouse.key_files import pseudonymise_file
from csi.warehouse.keys import OperatorKey, pseudonymise
from csi.warehouse.moments import moments_from_table
from csi.warehouse.scoring import read_run, score_customers
from csi.warehouse.sql import ScoringOptions, scoring_sql

pytest.importorskip("duckdb", reason="duckdb is not installed (extra `warehouse`)")

NAMES = ("欧阳修远", "Wilhelmina Quackenbush")
PHONES = ("13912345678", "+8613987654321", "13712340000")
CARDS = ("110101199003078515",)
PLANTED = (*NAMES, *PHONES, *CARDS)
N, DAY = 2400, date(2026, 3, 31)
KEY = OperatorKey(bytes(range(40, 80)))
INDICATORS = ("arpu", "complaints_6m", "plan", "last_contact")


def clean(text: str | bytes) -> bool:
    """Tell whether a text is free of everything planted."""
    if isinstance(text, bytes):
        return not any(
            word.encode(code) in text for word in PLANTED for code in ("utf-8", "utf-16-le")
        )
    return not any(word in text for word in PLANTED)


def everything_in(folder: Path) -> str:
    """Return names and contents of all files, parquet and workbooks unpacked."""
    texts = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        data = path.read_bytes()
        texts.append(path.name)
        if path.suffix == ".parquet":
            table = pq.read_table(io.BytesIO(data))
            texts += [str(table.schema), str(table.schema.metadata), table.to_pandas().to_csv()]
        elif path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as book:
                texts += [book.read(name).decode("utf-8", "replace") for name in book.namelist()]
        else:
            texts.append(data.decode("utf-8", "replace"))
    return "\n".join(texts)


@pytest.fixture(scope="module")
def people() -> pd.DataFrame:
    """Return customers with proper keys and indicators, and what should never travel."""
    rng = np.random.default_rng(29)
    arpu = rng.gamma(4.0, 15.0, N)
    complaints = rng.poisson(0.4, N)
    signal = 7.5 - 1.2 * complaints - 0.02 * (arpu - 60) + 1.6 * rng.normal(size=N)
    pick = rng.integers(0, 2, N)
    return pd.DataFrame(
        {
            "id": pseudonymise([f"s{k}" for k in range(N)], key=KEY, project="P"),
            "rating": np.clip(np.round(signal), 1, 10),
            "satisfaction": np.clip(np.round(signal + rng.normal(size=N)), 1, 10),
            "interview": pd.Timestamp("2026-04-20"),
            "arpu": arpu,
            "complaints_6m": complaints,
            "plan": rng.choice(["A", "B", "C"], N),
            "last_contact": pd.Timestamp(DAY) - pd.to_timedelta(rng.integers(0, 300, N), "D"),
            "cause": rng.choice(["network", "bill"], N),
            "w": rng.gamma(4.0, 0.25, N) + 0.1,
            "cluster": np.arange(N) % 40,
            "name": np.array(NAMES)[pick],
            "phone": np.array(PHONES)[rng.integers(0, len(PHONES), N)],
            "phone_number": 13_900_000_000 + rng.integers(0, 10**8, N),
            "card": CARDS[0],
            "comment": [f"{NAMES[k % 2]} 投诉 {k}, call {PHONES[k % 3]}" for k in range(N)],
        }
    ).assign(phone_number=lambda f: f["phone_number"].where(f.index > 0, int(PHONES[0])))


@pytest.fixture(scope="module")
def design(people: pd.DataFrame) -> SurveyDesign:
    return make_design(people, weights="w")


@pytest.fixture(scope="module")
def fit(design: SurveyDesign) -> DissatisfactionFit:
    return fit_dissatisfaction(
        design,
        "rating",
        INDICATORS,
        observed=DAY,
        interviewed="interview",
        seed=1,
        folds=2,
        yardstick=False,
    )


@pytest.fixture(scope="module")
def table(people: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return a base whose very file names hold a telephone number."""
    folder = tmp_path_factory.mktemp("base")
    for k, name in enumerate(("a", PHONES[0])):
        store(people.iloc[k::2], folder / f"part-{name}.parquet")
    return str(folder / "*.parquet")


@pytest.fixture(scope="module")
def plan(people: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> ActionPlan:
    rules = tmp_path_factory.mktemp("rules") / "care.yaml"
    rules.write_text(
        "hold_out: {share: 0.25}\n"
        "rules:\n"
        "  - {name: all, strategy: reach_out, when: probability > 0.2, action: Call}\n",
        encoding="utf-8",
    )
    scores = people.assign(probability=np.linspace(0.1, 0.9, N))
    return plan_actions(scores, None, rules, seed=5)


def store(frame: pd.DataFrame, path: Path) -> None:
    made = pa.Table.from_pandas(frame, preserve_index=False)
    for k, column in enumerate(made.schema):
        if pa.types.is_timestamp(column.type):
            made = made.set_column(k, column.name, made.column(k).cast(pa.date32()))
    pq.write_table(made, path)


@pytest.fixture(autouse=True)
def nothing_is_said(capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> Any:
    """Check what was printed, logged and warned while a test ran."""
    caplog.set_level(logging.DEBUG)
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        yield
    printed = capfd.readouterr()
    assert clean(printed.out + printed.err + caplog.text)
    assert clean("\n".join(str(one.message) for one in warned))


def test_the_planted_words_would_be_found(people: pd.DataFrame, tmp_path: Path) -> None:
    store(people, tmp_path / "leak.parquet")
    assert all(word in everything_in(tmp_path) for word in PLANTED)
    assert not clean(people.to_csv())
    assert not clean(PHONES[0].encode("utf-16-le"))


def test_models_and_their_sql_hold_nobody(fit: DissatisfactionFit) -> None:
    options = ScoringOptions(key="id", as_of=DAY)
    texts = [repr(fit), str(fit), fit.model.to_json(), repr(fit.model), fit.model.card().to_csv()]
    texts += [scoring_sql(fit.model, "t", options, dialect=d) for d in ("ansi", "duckdb")]
    assert all(clean(text) for text in texts)


def test_scores_and_their_record_hold_nobody(
    fit: DissatisfactionFit, table: str, tmp_path: Path
) -> None:
    run = score_customers(fit.model, table, tmp_path / "scores", as_of=DAY)
    assert run.rows == N
    assert clean(everything_in(tmp_path))
    assert clean(repr(run) + repr(read_run(run.folder)) + str(run.manifest))


def test_pools_and_causes_hold_nobody(people: pd.DataFrame) -> None:
    records = people.rename(columns={"last_contact": "date"})
    pool = pool_dissatisfied(
        [
            PoolSource(name="complaint", records=records, cause="cause"),
            PoolSource(name="survey", records=records, rating="rating"),
        ],
        as_of=DAY,
    )
    causes = rank_causes(records, cause="cause", key="id")
    tables = (pool.customers, pool.records, pool.counts, causes.tidy())
    assert all(clean(one.to_csv()) for one in tables)
    assert clean(repr(pool) + repr(causes) + repr(PoolSource(name="x", records=records)))


def test_lists_hold_nobody(plan: ActionPlan, tmp_path: Path) -> None:
    signed: dict[str, Any] = {"purpose": "care", "exported": DAY, "by": "care desk"}
    made = [export_actions(plan, tmp_path / f"list{e}", **signed) for e in (".xlsx", ".parquet")]
    assert clean(everything_in(tmp_path))
    assert clean(repr(plan) + repr(made))


def test_moments_hold_nobody(table: str) -> None:
    found = moments_from_table(
        table, ["rating", "satisfaction", "arpu"], weights="w", key="cluster", random_groups=None
    )
    assert clean(found.design.frame.to_csv() + repr(found) + repr(found.design))
    assert clean(found.bases.to_csv())


def test_files_for_research_hold_nobody(people: pd.DataFrame, tmp_path: Path) -> None:
    out = tmp_path / "out"
    for number, ending in enumerate((".csv", ".parquet")):
        source = tmp_path / f"{PHONES[0]}{ending}"
        people.to_csv(source, index=False) if ending == ".csv" else store(people, source)
        made = pseudonymise_file(
            source,
            out / f"{number}.parquet",
            identifier="comment",
            keep=["arpu", "plan"],
            key=KEY,
            project="P",
            purpose="scores",
            by="data office",
            exported=DAY,
        )
        assert clean(repr(made))
    assert clean(everything_in(out))


def broken(table: str, people: pd.DataFrame, folder: Path, column: str) -> str:
    """Store a base in which a column of numbers holds text about persons."""
    store(people.assign(**{column: people["comment"]}), folder / "broken.parquet")
    return str(folder / "broken.parquet")


Refused = Callable[[pd.DataFrame, SurveyDesign, DissatisfactionFit, str, Path], object]


def _pool(people: pd.DataFrame, **columns: str) -> object:
    records = people.rename(columns={"last_contact": "date"})
    return pool_dissatisfied([PoolSource(name="s", records=records, **columns)], as_of=DAY)


def _fit(design: SurveyDesign, outcome: str, *indicators: str | Indicator, **more: Any) -> object:
    asked = {"observed": DAY, "interviewed": "interview", "seed": 1, "folds": 2, **more}
    return fit_dissatisfaction(design, outcome, indicators, **asked)


def _moments(table: str, *items: str, **more: Any) -> object:
    asked = {"key": "cluster", "random_groups": None, "weights": "w", **more}
    return moments_from_table(table, items, **asked)


REFUSED: dict[str, Refused] = {
    "pool by telephone": lambda f, d, m, t, p: _pool(f, key="phone"),
    "pool by number": lambda f, d, m, t, p: _pool(f, key="phone_number"),
    "pool by name": lambda f, d, m, t, p: _pool(f, key="name"),
    "pool dated by text": lambda f, d, m, t, p: _pool(f, date="comment"),
    "pool rated by text": lambda f, d, m, t, p: _pool(f, rating="comment"),
    "outcome of text": lambda f, d, m, t, p: _fit(d, "comment", "arpu"),
    "indicator of free text": lambda f, d, m, t, p: _fit(d, "rating", "comment"),
    "number of text": lambda f, d, m, t, p: _fit(
        d, "rating", Indicator(column="comment", kind="number")
    ),
    "date of text": lambda f, d, m, t, p: _fit(
        d, "rating", Indicator(column="comment", kind="date")
    ),
    "interview of text": lambda f, d, m, t, p: _fit(d, "rating", "arpu", interviewed="comment"),
    "weights of text": lambda f, d, m, t, p: make_design(f, weights="comment"),
    "scores by number": lambda f, d, m, t, p: score_customers(
        m.model, t, p / "s", as_of=DAY, key="phone_number"
    ),
    "scores by telephone": lambda f, d, m, t, p: score_customers(
        m.model, t, p / "s", as_of=DAY, key="phone"
    ),
    "scores by name": lambda f, d, m, t, p: score_customers(
        m.model, t, p / "s", as_of=DAY, key="name"
    ),
    "scores from text": lambda f, d, m, t, p: score_customers(
        m.model, broken(t, f, p, "arpu"), p / "s", as_of=DAY
    ),
    "scores from dates of text": lambda f, d, m, t, p: score_customers(
        m.model, broken(t, f, p, "last_contact"), p / "s", as_of=DAY
    ),
    "scores by buckets of text": lambda f, d, m, t, p: score_customers(
        m.model, t, p / "s", as_of=DAY, bucket="comment"
    ),
    "query that quotes a value": lambda f, d, m, t, p: DuckDBEngine().fetch(
        f"SELECT CAST(comment AS INTEGER) FROM read_parquet('{t}')"
    ),
    "moments of text": lambda f, d, m, t, p: _moments(t, "rating", "comment"),
    "moments weighted by text": lambda f, d, m, t, p: _moments(t, "rating", "arpu", weights="name"),
    "moments by names": lambda f, d, m, t, p: _moments(
        t, "rating", "arpu", key="name", random_groups=10
    ),
    "pseudonyms with a gap": lambda f, d, m, t, p: pseudonymise(
        [*f["phone"], None], key=KEY, project="P"
    ),
    "pseudonyms without a secret": lambda f, d, m, t, p: pseudonymise(
        f["phone"],
        key=PHONES[0],  # type: ignore[arg-type]
        project="P",
    ),
    "a secret that is a number": lambda f, d, m, t, p: OperatorKey(PHONES[0].encode()),
}


@pytest.mark.parametrize("refused", REFUSED)
def test_errors_name_nobody(
    refused: str,
    people: pd.DataFrame,
    design: SurveyDesign,
    fit: DissatisfactionFit,
    table: str,
    tmp_path: Path,
) -> None:
    with pytest.raises(CsiError) as caught:
        REFUSED[refused](people, design, fit, table, tmp_path)
    said = "".join(traceback.format_exception(caught.value))
    where = [line for line in said.splitlines() if not line.lstrip().startswith(("File", "PHONES"))]
    assert clean("\n".join(where)), f"{refused}: {caught.value}"
    assert not (tmp_path / "s").exists()

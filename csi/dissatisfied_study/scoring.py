"""Score the whole base of a study and count what the scores say."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from csi.dissatisfied_schema import DissatisfiedStudy
from csi.dissatisfied_study.store import Store
from csi.simulate.subscriber_truth import Mechanisms
from csi.warehouse.engine import DuckDBEngine, Engine
from csi.warehouse.expressions import quoted
from csi.warehouse.scoring import MANIFEST, Progress, ScoringRun, read_run, score_customers
from csi.warehouse.sql import ScoringOptions, scoring_sql

LIST_SHARE = 0.10
BUCKET_SEED = 1
"""Of the random buckets that scoring writes beside each customer."""


def sql_of_study(study: DissatisfiedStudy, store: Store) -> str:
    """Return the text that scores the base on DuckDB."""
    options = ScoringOptions(key=study.key, as_of=study.as_of, seed=BUCKET_SEED)
    source = DuckDBEngine().source(study.table)
    return scoring_sql(store.model(), source, options, dialect="duckdb")


def score_study(
    study: DissatisfiedStudy,
    store: Store,
    *,
    memory_mb: int = 1024,
    resume: bool = True,
    progress: Progress | None = None,
) -> ScoringRun:
    """Score every row of the base and write counts by tier, reason and segment."""
    engine = DuckDBEngine(memory_mb=memory_mb)
    model = store.model()
    run = score_customers(
        model,
        study.table,
        store.scores,
        as_of=study.as_of,
        key=study.key,
        engine=engine,
        seed=BUCKET_SEED,
        resume=resume and _is_same_run(study, store),
        progress=progress,
    )
    scores = engine.source(str(store.scores / "part-*.parquet"))
    names = run.manifest["tiers"]
    tables = {
        "tiers": _tiers(engine, scores, names),
        "reasons": _reasons(engine, scores, names, run.manifest["reasons"]),
        "profile": _profile(engine, scores, study, names),
    }
    store.write_tables("score", tables)
    truth = study.folder / "data" / "base" / "truth"
    if study.simulate is not None and truth.is_dir():
        store.write_facts("truth", _truth(engine, scores, study, truth))
    return run


def _is_same_run(study: DissatisfiedStudy, store: Store) -> bool:
    """Tell whether the scores that are there come from this model; others are replaced."""
    if not (store.scores / MANIFEST).is_file():
        return True
    sql = hashlib.sha256(sql_of_study(study, store).encode()).hexdigest()
    return bool(read_run(store.scores).manifest.get("sql_sha256") == sql)


def _tiers(engine: Engine, scores: str, names: Mapping[str, str]) -> pd.DataFrame:
    """Count subscribers by tier; ``expected`` are the dissatisfied that the scores add up to."""
    table = engine.fetch(
        "SELECT tier, COUNT(*) AS subscribers, AVG(probability) AS mean_probability, "
        f"SUM(probability) AS expected FROM {scores} AS s GROUP BY tier ORDER BY tier"
    )
    total = table["subscribers"].sum()
    return pd.DataFrame(
        {
            "tier": [names[str(tier)] for tier in table["tier"]],
            "subscribers": table["subscribers"].astype(np.int64),
            "share": table["subscribers"] / total,
            "mean_probability": table["mean_probability"],
            "expected": table["expected"],
        }
    )


def _reasons(
    engine: Engine, scores: str, tiers: Mapping[str, str], reasons: Mapping[str, str]
) -> pd.DataFrame:
    """Count the first reason of every subscriber by tier."""
    table = engine.fetch(
        f"SELECT tier, reason_1, COUNT(*) AS subscribers FROM {scores} AS s "
        "GROUP BY tier, reason_1 ORDER BY tier, subscribers DESC, reason_1"
    )
    share = table["subscribers"] / table.groupby("tier")["subscribers"].transform("sum")
    return pd.DataFrame(
        {
            "tier": [tiers[str(tier)] for tier in table["tier"]],
            "reason": [reasons.get(str(reason), "") for reason in table["reason_1"]],
            "subscribers": table["subscribers"].astype(np.int64),
            "share": share,
        }
    )


def _profile(
    engine: Engine, scores: str, study: DissatisfiedStudy, names: Mapping[str, str]
) -> pd.DataFrame:
    """Count tiers in every level of every segment."""
    key, base = quoted(study.key, engine.dialect), engine.source(study.table)
    first = min(int(number) for number in names)
    tables = []
    for segment in study.segments:
        column = quoted(segment, engine.dialect)
        table = engine.fetch(
            f"SELECT b.{column} AS level, COUNT(*) AS subscribers, "
            f"SUM(CASE WHEN s.tier = {first} THEN 1 ELSE 0 END) AS in_first, "
            f"AVG(s.probability) AS mean_probability FROM {base} AS b "
            f"INNER JOIN {scores} AS s ON b.{key} = s.{key} GROUP BY b.{column} ORDER BY level"
        )
        tables.append(
            pd.DataFrame(
                {
                    "segment": segment,
                    "level": [_level(value) for value in table["level"]],
                    "subscribers": table["subscribers"].astype(np.int64),
                    "first_tier": table["in_first"] / table["subscribers"],
                    "mean_probability": table["mean_probability"],
                }
            )
        )
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()


def _level(value: object) -> str:
    if isinstance(value, bool | np.bool_):
        return str(bool(value))
    whole = isinstance(value, float | np.floating) and float(value).is_integer()
    return str(int(value)) if whole else str(value)  # type: ignore[call-overload]


def _truth(
    engine: Engine, scores: str, study: DissatisfiedStudy, folder: Path
) -> dict[str, object]:
    """Compare the scores with the true probabilities, which only a simulation knows."""
    source = engine.source(str(folder / "*.parquet"))
    key = quoted(study.key, engine.dialect)
    joined = f"{scores} AS s INNER JOIN {source} AS t ON s.{key} = t.{key}"
    table = engine.fetch(
        f"SELECT s.points AS points, t.probability AS truth, s.probability AS p FROM {joined}"
    )
    order = np.argsort(-table["points"].to_numpy(), kind="stable")
    best = np.sort(table["truth"].to_numpy())[::-1]
    listed = round(LIST_SHARE * len(table))
    rate = float(table["truth"].mean())
    found = float(table["truth"].to_numpy()[order[:listed]].mean())
    mechanisms = Mechanisms()
    return {
        "silent_gap": mechanisms.silent_gap,
        "silent_gap_second": mechanisms.silent_gap_second,
        "rate": rate,
        "mean_probability": float(table["p"].mean()),
        "lift": found / rate,
        "lift_possible": float(best[:listed].mean()) / rate,
        "precision": found,
    }

"""Moments of a table give what the rows themselves give, in everything that follows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from csi.comparison import compare_groups
from csi.drivers import rank_drivers
from csi.index import estimate_index
from csi.inference import SurveyDesign, estimate_means, make_design
from csi.model.fit import fit_model
from csi.moments import estimate_moments
from csi.warehouse.engine import DuckDBEngine
from csi.warehouse.expressions import Dialect
from csi.warehouse.faults import WarehouseError
from csi.warehouse.moments import TableMoments, moments_from_table

duckdb = pytest.importorskip("duckdb", reason="duckdb is not installed (extra `warehouse`)")

ITEMS = [f"q{k}" for k in range(1, 8)]
MODEL = """
Quality =~ q1 + q2 + q3
Satisfaction =~ q4 + q5
Loyalty =~ q6 + q7
Satisfaction ~ Quality
Loyalty ~ Satisfaction + Quality
"""
N, TOL = 6000, 1e-10


class SQLOnly:
    """DuckDB as an engine that knows plain SQL only."""

    dialect: Dialect = "ansi"

    def __init__(self) -> None:
        self._engine = DuckDBEngine(memory_mb=512, threads=1)

    def source(self, table: str) -> str:
        return self._engine.source(table)

    def fetch(self, sql: str) -> pd.DataFrame:
        return self._engine.fetch(sql)

    def write(self, sql: str, path: Path) -> None:
        self._engine.write(sql, path)


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    """Return ratings with unequal weights, strata, clusters, and gaps in two patterns."""
    rng = np.random.default_rng(41)
    quality = rng.normal(size=N)
    satisfaction = 0.7 * quality + 0.7 * rng.normal(size=N)
    loyalty = 0.6 * satisfaction + 0.2 * quality + 0.7 * rng.normal(size=N)
    of = [quality] * 3 + [satisfaction] * 2 + [loyalty] * 2
    data = {
        item: np.clip(np.round(7 + 1.4 * factor + 1.2 * rng.normal(size=N)), 1, 10)
        for item, factor in zip(ITEMS, of, strict=True)
    }
    cluster = rng.integers(0, 80, N)
    return pd.DataFrame(
        {
            "id": rng.permutation(N) * 7919 + 13,
            "line": np.array(["4G", "5G", "O'Neill"])[rng.integers(0, 3, N)],
            "stratum": cluster % 4,
            "cluster": cluster,
            "w": rng.gamma(4.0, 0.25, N) + 0.1,
            **data,
        }
    )


@pytest.fixture(scope="module")
def gappy(frame: pd.DataFrame) -> pd.DataFrame:
    data, rng = frame.copy(), np.random.default_rng(43)
    data.loc[rng.random(N) < 0.2, ["q6", "q7"]] = np.nan
    data.loc[rng.random(N) < 0.1, "q2"] = np.nan
    data.loc[:4, ITEMS] = np.nan
    return data


def stored(data: pd.DataFrame, folder: Path) -> str:
    for part in range(3):
        table = pa.Table.from_pandas(data.iloc[part::3], preserve_index=False)
        pq.write_table(table, folder / f"part-{part}.parquet")
    return str(folder / "*.parquet")


@pytest.fixture(scope="module")
def table(frame: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> str:
    return stored(frame, tmp_path_factory.mktemp("answers"))


@pytest.fixture(scope="module")
def gappy_table(gappy: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> str:
    return stored(gappy, tmp_path_factory.mktemp("gaps"))


def by_cluster(table: str, **options: object) -> TableMoments:
    asked = {"by": "line", "weights": "w", "strata": "stratum", "key": "cluster"}
    return moments_from_table(table, ITEMS, **{**asked, "random_groups": None, **options})  # type: ignore[arg-type]


def in_memory(data: pd.DataFrame) -> SurveyDesign:
    return make_design(data, weights="w", strata="stratum", psu="cluster")


def assert_equal(got: pd.DataFrame, expected: pd.DataFrame, tol: float) -> None:
    assert list(got.columns) == list(expected.columns)
    for name in expected.columns:
        if pd.api.types.is_float_dtype(expected[name]):
            np.testing.assert_allclose(got[name], expected[name], rtol=tol, atol=tol, err_msg=name)
        else:
            assert got[name].tolist() == expected[name].tolist(), name


@pytest.mark.parametrize("engine", [None, SQLOnly()], ids=["batches", "plain SQL"])
def test_moments_and_their_covariance_equal_those_of_the_rows(
    frame: pd.DataFrame, table: str, engine: SQLOnly | None
) -> None:
    found = by_cluster(table, engine=engine)
    for level in (None, *sorted(frame["line"].unique())):
        inside = np.ones(N, bool) if level is None else (frame["line"] == level).to_numpy()
        expected = estimate_moments(in_memory(frame), ITEMS, domain=inside)
        got = found.moments() if level is None else found.moments(line=level)
        np.testing.assert_allclose(got.mean, expected.mean, rtol=TOL, atol=TOL)
        np.testing.assert_allclose(got.cov, expected.cov, rtol=TOL, atol=TOL)
        assert (got.n, got.n_dropped) == (expected.n, expected.n_dropped)
        assert got.n_eff == pytest.approx(expected.n_eff, rel=TOL)
        np.testing.assert_allclose(
            got.estimates.covariance(), expected.estimates.covariance(), rtol=1e-8, atol=1e-12
        )
        assert_equal(got.estimates.tidy(), expected.estimates.tidy(), 1e-8)


def test_the_two_ways_add_up_alike(gappy_table: str) -> None:
    for missing in ("complete", "patterns"):
        ways = [by_cluster(gappy_table, missing=missing, engine=e) for e in (None, SQLOnly())]
        frames = [way.design.frame for way in ways]
        assert_equal(frames[0], frames[1], 1e-6)
        assert_equal(ways[0].bases, ways[1].bases, 1e-12)


def test_model_index_drivers_and_gaps_equal_those_of_the_rows(
    frame: pd.DataFrame, table: str
) -> None:
    designs = by_cluster(table).design, in_memory(frame)
    for by in (None, "line"):
        got, expected = (fit_model(design, MODEL, by=by) for design in designs)
        assert_equal(got.tidy(), expected.tidy(), 1e-6)
        kept = [c for c in expected.glance() if not c.startswith(("gradient", "semopy", "polish"))]
        assert_equal(got.glance()[kept], expected.glance()[kept], 1e-5)
        indices = [estimate_index(fit, by="line") for fit in (got, expected)]
        assert_equal(indices[0].tidy(), indices[1].tidy(), 1e-7)
        assert_equal(indices[0].indicators_tidy(), indices[1].indicators_tidy(), 1e-8)
    fits = [fit_model(design, MODEL) for design in designs]
    assert_equal(*(rank_drivers(fit, "Loyalty").tidy() for fit in fits), 1e-5)
    assert_equal(
        *(compare_groups(estimate_index(f, by="line"), across="line").tidy() for f in fits), 1e-5
    )


def test_patterns_give_full_information_likelihood_and_means_over_valid_answers(
    gappy: pd.DataFrame, gappy_table: str
) -> None:
    found = by_cluster(gappy_table, missing="patterns")
    design = in_memory(gappy)
    got, expected = fit_model(found.design, MODEL), fit_model(design, MODEL)
    assert_equal(got.tidy(), expected.tidy(), 1e-5)
    shown = ["n", "n_eff", "n_left_out", "chi2", "df", "cfi", "rmsea"]
    assert_equal(got.glance()[shown], expected.glance()[shown], 1e-5)
    assert_equal(
        estimate_means(found.design, ITEMS, by="line").tidy(),
        estimate_means(design, ITEMS, by="line").tidy(),
        1e-8,
    )


def test_complete_rows_are_used_and_the_others_counted(
    gappy: pd.DataFrame, gappy_table: str
) -> None:
    found = by_cluster(gappy_table)
    complete = gappy[ITEMS].notna().all(axis=1)
    counted = gappy.assign(n=complete).groupby("line")["n"].agg(["size", "sum"])
    assert found.bases["line"].tolist() == counted.index.tolist()
    assert found.bases["rows"].tolist() == counted["size"].tolist()
    assert found.bases["n"].tolist() == counted["sum"].tolist()
    assert (found.bases["rows"] - found.bases["n"] == found.bases["dropped"]).all()
    expected = estimate_moments(in_memory(gappy), ITEMS)
    np.testing.assert_allclose(found.moments().cov, expected.cov, rtol=TOL)
    n, dropped = int(complete.sum()), N - int(complete.sum())
    assert repr(found) == f"TableMoments(items=7, n={n:,}, dropped={dropped:,}, by=line)"


def test_random_groups_give_the_standard_errors_of_the_rows_up_to_their_number(
    frame: pd.DataFrame, table: str
) -> None:
    expected = fit_model(make_design(frame, weights="w"), MODEL)
    index = estimate_index(expected, by="line").tidy()
    ratios, values = [], []
    for seed in range(12):
        found = moments_from_table(
            table, ITEMS, by="line", weights="w", random_groups=60, seed=seed
        )
        assert found.design.df == 59
        got = estimate_index(fit_model(found.design, MODEL), by="line").tidy()
        values.append(got["estimate"] - index["estimate"])
        ratios.append((got["std_error"] / index["std_error"]).to_numpy() ** 2)
    assert np.abs(values).max() < 1e-7
    # one variance from 60 groups has a relative error of √(2/59) = 0.18
    assert np.mean(ratios) == pytest.approx(1.0, abs=0.08)
    assert np.std(ratios, axis=0).max() < 0.35


def test_answers_outside_their_range_are_missing(frame: pd.DataFrame, tmp_path: Path) -> None:
    coded = frame.assign(q1=frame["q1"].where(frame.index % 10 > 0, 98.0))
    found = by_cluster(stored(coded, tmp_path), valid=(1.0, 10.0))
    expected = frame[frame.index % 10 > 0]
    np.testing.assert_allclose(
        found.moments().mean, estimate_moments(in_memory(expected), ITEMS).mean, rtol=TOL
    )
    assert int(found.bases["dropped"].sum()) == N // 10


def test_values_far_from_zero_lose_no_digits(frame: pd.DataFrame, tmp_path: Path) -> None:
    far = frame.assign(**{item: frame[item] + 1e9 for item in ITEMS})
    found = by_cluster(stored(far, tmp_path))
    expected = estimate_moments(in_memory(frame), ITEMS)
    np.testing.assert_allclose(found.moments().cov, expected.cov, rtol=1e-6)


def test_the_same_table_gives_the_same_bytes(table: str) -> None:
    first, second = (by_cluster(table).design.frame for _ in range(2))
    pd.testing.assert_frame_equal(first, second, check_exact=True)


def test_what_has_no_moments_is_said_all_at_once(frame: pd.DataFrame, tmp_path: Path) -> None:
    bad = frame.assign(q1=4.0, q2=np.nan, q3=pd.Series(np.inf, frame.index))
    with pytest.raises(WarehouseError) as caught:
        by_cluster(stored(bad, tmp_path))
    assert str(caught.value).splitlines() == [
        "`q1` is constant: all answers are the same. Leave it out.",
        "`q2` has no answer.",
        "`q3` holds NaN or infinite values. Store missing answers as nulls, or say in `valid` "
        "what an answer is.",
    ]


def test_rows_that_never_meet_are_named(frame: pd.DataFrame, tmp_path: Path) -> None:
    apart = frame.copy()
    apart["q1"] = apart["q1"].where(apart.index % 2 == 0)
    apart["q2"] = apart["q2"].where(apart.index % 2 == 1)
    with pytest.raises(WarehouseError, match=r'7 answers varies .* missing="patterns"'):
        by_cluster(stored(apart, tmp_path))


def test_bad_weights_and_keys_are_refused(frame: pd.DataFrame, tmp_path: Path) -> None:
    bad = frame.assign(
        w=frame["w"].where(frame.index > 2, -1.0),
        cluster=frame["cluster"].where(frame.index > 0),
    )
    with pytest.raises(WarehouseError) as caught:
        by_cluster(stored(bad, tmp_path))
    assert str(caught.value).splitlines() == [
        "3 of 6,000 weights in `w` are missing, negative or not numbers; every row needs a weight.",
        "1 of 6,000 rows have no `cluster`: every row needs its unit.",
    ]
    empty = str(tmp_path / "empty.parquet")
    pq.write_table(pa.Table.from_pandas(frame.iloc[:0], preserve_index=False), empty)
    with pytest.raises(WarehouseError, match=r"^The table has no rows\.$"):
        by_cluster(empty)


def test_options_are_checked_all_at_once() -> None:
    with pytest.raises(WarehouseError) as caught:
        moments_from_table(
            "t", ["a", "a"], by="a", random_groups=1, missing="none", valid={"a": (3, 3)}  # type: ignore[arg-type]
        )  # fmt: skip
    assert str(caught.value).splitlines() == [
        "`items` must name at least one column, each once; got ['a', 'a'].",
        "`a` cannot be an item and a group, key or name of ours.",
        "`random_groups` must be at least 2, or None; got 1.",
        "`missing` must be complete or patterns; got 'none'.",
        "`valid` of `a` must be two numbers, the least and the largest; got (3, 3).",
    ]


def test_unknown_levels_are_refused(table: str) -> None:
    found = by_cluster(table)
    with pytest.raises(WarehouseError, match="not split by `region`; they are by line"):
        found.moments(region=1)
    with pytest.raises(WarehouseError, match="No row has the levels asked for"):
        found.moments(line="6G")


def test_too_many_cells_are_refused(table: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("csi.warehouse.moments.MAX_ROWS", 100)
    with pytest.raises(WarehouseError, match=r"240 groups .* are too many .*1,920 rows"):
        by_cluster(table)

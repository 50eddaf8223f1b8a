"""May scores be compared between groups? Measurement invariance, with its effect in index points.

A mean difference between groups is a difference in satisfaction only if the items work alike in all
groups: same loadings (metric) and same intercepts (scalar). Items that do not are found, released
in the groups where they differ, and what they do to each gap is said in index points.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import get_args

import numpy as np
import pandas as pd

from csi.errors import ModelError, TooFewGroupsError, suggest
from csi.inference import BoolArray, Domains, Estimates, split_domains
from csi.model.common_ruler import (
    common_loadings,
    construct_means,
    construct_verdict,
    item_bias,
    named_releases,
    pair_verdict,
)
from csi.model.comparison_model import Scope, comparison_table, measured_blocks
from csi.model.fit import ModelFit
from csi.model.gap_correction import corrected_gaps as corrected_gaps
from csi.model.gap_correction import gaps_of_constructs
from csi.model.group_model import lay_out
from csi.model.group_moments import GroupMoments
from csi.model.invariance_tables import level_table, parameter_table
from csi.model.ladder import Ladder, Step, climb_ladder
from csi.model.missing_moments import incomplete_moments
from csi.model.scored import Scored
from csi.model.syntax import ParameterTable
from csi.moments import Moments, estimate_moments
from csi.results import SUPPRESS_BELOW

POOR_FIT = 0.90
"""Scaled CFI of the configural model below which the summary warns (Bentler and Bonett 1980)."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Invariance:
    """The ladder of invariance over some groups.

    Attributes
    ----------
    by : tuple of str
    groups : DataFrame, shape (n_groups, len(by))
        The groups in the models; the first is the reference, with construct means 0.
    left_out : DataFrame
        Groups that could not be in the models, with ``n``, ``n_eff`` and ``reason``.
    levels : DataFrame
        See `tidy`.
    released : DataFrame, columns ``construct, item, what``
        Loadings and intercepts that differ in some group, in the order they were found; `bias` has
        the groups.
    means : Estimates
        Construct means against the reference group. Labels: ``by``, ``term``.
    loadings : Estimates
        Of the last model, as most groups have them. Labels: ``construct``, ``term``.
    bias : Estimates
        How many points higher a released item is answered in a group than elsewhere at equal
        constructs. Labels: ``construct, item, what``, ``by``.
    verdicts : mapping of str to str
        Per construct, of its least comparable pair of groups: "comparable", "partially comparable",
        "not comparable" or "not testable".
    ladder : Ladder
        The fitted models.
    blocks : mapping of str to tuple of str
        The items of each construct.
    """

    by: tuple[str, ...]
    groups: pd.DataFrame
    left_out: pd.DataFrame
    levels: pd.DataFrame
    released: pd.DataFrame
    means: Estimates
    loadings: Estimates
    bias: Estimates
    verdicts: Mapping[str, str]
    ladder: Ladder
    blocks: Mapping[str, tuple[str, ...]]

    def __repr__(self) -> str:
        found = ", ".join(f"{c}: {verdict}" for c, verdict in self.verdicts.items())
        return f"Invariance(by={' × '.join(self.by)}, groups={len(self.groups)}, {found})"

    def tidy(self) -> pd.DataFrame:
        """Return one row per level.

        Returns
        -------
        DataFrame
            ``level, chi2, df, scaling, chi2_scaled, p_value, cfi, cfi_scaled, rmsea, rmsea_scaled,
            srmr``, then against the level before it ``diff_chi2, diff_df, diff_p`` (Satorra and
            Bentler 2001), ``diff_cfi`` (of the scaled CFI), ``holds``, and ``verdict``: "baseline",
            "holds" or "rejected".
        """
        return self.levels.copy()

    def parameters(self, level: str | None = None, conf_level: float = 0.95) -> pd.DataFrame:
        """Return every group's parameters in the model of one level.

        Parameters
        ----------
        level : str, optional
            A level of `tidy`; by default the last.
        conf_level : float

        Returns
        -------
        DataFrame
            The columns of ``by``, ``lhs, op, rhs`` (``~1``: intercepts and construct means), the
            estimate columns, and ``shared``: whether other groups have the same number.

        Raises
        ------
        ModelError
            For a level that was not fitted.
        """
        return parameter_table(self._step(level), self.groups, conf_level)

    def _step(self, level: str | None) -> Step:
        names = [step.name for step in self.ladder.steps]
        if level is None:
            return self.ladder.steps[-1]
        if level not in names:
            raise ModelError(
                f"`level` must be one of {', '.join(names)}; got {level!r}. "
                f"{suggest(level, names)}".rstrip()
            )
        return self.ladder.steps[names.index(level)]

    def latent_means(self, conf_level: float = 0.95) -> pd.DataFrame:
        """Return the construct means of every group but the reference, in units of the marker."""
        return self.means.tidy(conf_level)

    def item_bias(self, conf_level: float = 0.95) -> pd.DataFrame:
        """Return the released items: by how many points each is answered higher in which group.

        Returns
        -------
        DataFrame
            ``construct, item, what``, the columns of ``by``, the estimate columns.
        """
        return self.bias.tidy(conf_level)

    def gaps(
        self, index: Scored, terms: Sequence[str] | None = None, conf_level: float = 0.95
    ) -> pd.DataFrame:
        """Return every pair's gap as observed, without biased items, and the bias, in index points.

        Parameters
        ----------
        index : Index
            Of one pooled fit, scored by the same groups.
        terms : sequence of str, optional
            Constructs; by default the index construct, or all where the model names none.
        conf_level : float

        Returns
        -------
        DataFrame
            ``group_a, group_b, term, gap`` ("observed", "corrected" or "bias"), the estimate
            columns of a − b, and the pair's ``verdict``. Pairs that are not comparable have no
            corrected gap: NaN.

        Raises
        ------
        ModelError
            If the index has other groups or weights by group, or a term is unknown.
        """
        if tuple(index.by) != self.by:
            raise ModelError(
                f"The index is scored by {' × '.join(index.by) or 'nobody in particular'}, "
                f"invariance was tested by {' × '.join(self.by)}: score it by the same columns."
            )
        if terms is None:
            terms = [index.construct] if index.construct in self.blocks else list(self.blocks)
        found = gaps_of_constructs(self, index.scores, index.weights, terms)
        table = found.tidy(conf_level).rename(columns={"term": "gap"})
        table.insert(2, "term", np.repeat(list(terms), len(table) // max(len(terms), 1)))
        verdicts = [verdict for term in terms for verdict in self._pair_verdicts[term]]
        return table.assign(verdict=np.repeat(verdicts, 3))

    @cached_property
    def _pair_verdicts(self) -> dict[str, list[str]]:
        pairs = list(combinations(range(len(self.groups)), 2))
        return {
            construct: [pair_verdict(self.ladder, own, a, b) for a, b in pairs]
            for construct, own in self.blocks.items()
        }

    def summary(self) -> str:
        """Return the ladder, the released items and the verdicts in words."""
        lines = [repr(self)]
        for row in self.levels.to_dict("records"):
            line = (
                f"{row['level']}: chi2({row['df']:.0f})={row['chi2']:.1f} "
                f"(scaled {row['chi2_scaled']:.1f}), CFI={row['cfi_scaled']:.3f}, "
                f"RMSEA={row['rmsea_scaled']:.3f}, SRMR={row['srmr']:.3f}"
            )
            if row["verdict"] != "baseline":
                line += (
                    f"; {row['verdict']}: difference p={row['diff_p']:.3g}, "
                    f"CFI change {row['diff_cfi']:+.3f}"
                )
            lines.append(line)
        if self.levels["cfi_scaled"].iloc[0] < POOR_FIT:
            lines.append(
                f"The structure itself fits poorly in the groups (CFI below {POOR_FIT:.2f}): what "
                "follows from it is no firmer."
            )
        for row in self.item_bias().to_dict("records"):
            place = ", ".join(f"{name} = {row[name]}" for name in self.by)
            lines.append(
                f"released: {row['what']} of {row['item']} ({row['construct']}) in {place}: "
                f"answered {row['estimate']:+.2f} [{row['conf_low']:+.2f}, {row['conf_high']:+.2f}]"
            )
        for row in self.left_out.to_dict("records"):
            place = ", ".join(f"{name} = {row[name]}" for name in self.by)
            lines.append(f"left out: {place}, n={row['n']}: {row['reason']}")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        return self.levels.to_html(index=False)


def check_invariance(
    fit: ModelFit,
    *,
    by: str | Sequence[str] | None = None,
    level: float = 0.05,
    model: Scope = "measurement",
) -> Invariance:
    """Test whether the items measure alike in all groups, and find those that do not.

    The model of ``fit`` is fitted to all groups at once: free (configural), with equal loadings
    (metric), with equal intercepts too (scalar). Where a step is rejected by the scaled difference
    test, the item and group with the largest score statistic is released, one after another, until
    the step is no longer rejected (Byrne, Shavelson and Muthén 1989).

    Two groups are *comparable* in a construct when none of its items was released in either,
    *partially comparable* when at least two of its items are equal in both, else *not comparable*.
    A single item cannot be tested: *not testable*.

    Missing answers: under ``missing="ml"`` each group's means and covariances are EM estimates from
    all answers with their own sandwich (Yuan and Bentler 2000), else those of complete cases.

    Parameters
    ----------
    fit : ModelFit
    by : str or sequence of str, optional
        The columns that define the groups; by default the fit's.
    level : float
        Probability of releasing anything where all items work alike; each of the two steps is
        tested at half of it.
    model : {"measurement", "structural"}
        Constructs free to correlate, or with the fit's paths (equal in form, not in size).

    Returns
    -------
    Invariance

    Raises
    ------
    TooFewGroupsError
        If fewer than two groups have enough respondents.
    ModelError
        If there is nothing to group by, an option is unknown, or a model does not converge.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from csi.inference import make_design
    >>> from csi.model.fit import fit_model
    >>> rng = np.random.default_rng(1)
    >>> f = rng.normal(size=800)
    >>> data = pd.DataFrame({f"x{k}": 7 + f + rng.normal(size=800) for k in range(4)})
    >>> data["operator"] = np.repeat(["A", "B"], 400)
    >>> data.loc[data.operator == "B", "x2"] += 1  # answered higher in B, whatever they think
    >>> fit = fit_model(make_design(data), "F =~ x0 + x1 + x2 + x3")
    >>> check_invariance(fit, by="operator").released.to_numpy().tolist()
    [['F', 'x2', 'intercept']]
    """
    _refuse_options(fit, by, level, model)
    domains = split_domains(fit.design, fit.by if by is None else by)
    table = comparison_table(fit.table, model)
    data, kept, left_out = _usable_groups(fit, table, domains)
    table = table.with_error_variances(_error_variances(fit, table, data))
    ladder = climb_ladder(lay_out(table), data, level)
    groups = domains.labels.iloc[kept].reset_index(drop=True)
    blocks = measured_blocks(table)
    last = ladder.steps[-1].fit
    named = named_releases(ladder, groups)
    return Invariance(
        by=domains.by,
        groups=groups,
        left_out=left_out,
        levels=level_table(ladder),
        released=named[["construct", "item", "what"]].drop_duplicates(ignore_index=True),
        means=construct_means(last, groups, blocks),
        loadings=common_loadings(last, blocks),
        bias=item_bias(ladder, groups),
        verdicts={c: construct_verdict(ladder, own, len(groups)) for c, own in blocks.items()},
        ladder=ladder,
        blocks=blocks,
    )


def _refuse_options(
    fit: ModelFit, by: str | Sequence[str] | None, level: float, model: str
) -> None:
    faults = []
    if not (fit.by if by is None else by):
        faults.append("`by` must name the columns whose groups are compared: the fit is pooled.")
    if not 0.0 < level < 1.0:
        faults.append(f"`level` must lie between 0 and 1; got {level!r}.")
    if model not in get_args(Scope):
        faults.append(f"`model` must be {' or '.join(get_args(Scope))}; got {model!r}.")
    if faults:
        raise ModelError("\n".join(faults))


def _usable_groups(
    fit: ModelFit, table: ParameterTable, domains: Domains
) -> tuple[GroupMoments, list[int], pd.DataFrame]:
    moments, kept, out = [], [], []
    for g in range(len(domains)):
        inside = (domains.codes == g) & (fit.design.weights > 0)
        n, n_eff, reason = fit.design.respondents(inside), float(inside.sum()), ""
        try:
            each = _moments(fit, table.items, inside)
            n, n_eff = each.n, each.n_eff
            if n_eff < SUPPRESS_BELOW:
                reason = f"effective base below {SUPPRESS_BELOW:.0f}"
        except ModelError as error:
            reason = str(error)
        if reason:
            labels = domains.labels.iloc[g].to_dict()
            out.append({**labels, "n": n, "n_eff": n_eff, "reason": reason})
        else:
            moments.append(each)
            kept.append(g)
    if len(moments) < 2:
        raise TooFewGroupsError(
            f"Only {len(moments)} of {len(domains)} groups have an effective base of at least "
            f"{SUPPRESS_BELOW:.0f} and more respondents than items; invariance compares at least "
            "two groups. Merge groups or collect more interviews."
        )
    columns = [*domains.by, "n", "n_eff", "reason"]
    names = [_group_name(domains, g) for g in kept]
    return GroupMoments(tuple(moments), tuple(names)), kept, pd.DataFrame(out, columns=columns)


def _group_name(domains: Domains, group: int) -> str:
    return ", ".join(f"{name} = {domains.labels[name].iloc[group]}" for name in domains.by)


def _moments(fit: ModelFit, items: Sequence[str], inside: BoolArray) -> Moments:
    values = fit.values[:, [fit.table.items.index(item) for item in items]]
    if fit.missing == "ml" and np.isnan(values[inside]).any():
        return incomplete_moments(fit.design, items, inside, values)[0]
    return estimate_moments(fit.design, items, domain=inside, values=values)


def _error_variances(fit: ModelFit, table: ParameterTable, data: GroupMoments) -> dict[str, float]:
    """Return (1 − r)·s² of single items, s² within groups."""
    variance = dict(zip(data.items, np.diag(data.pooled_cov).tolist(), strict=True))
    return {
        own[0]: (1.0 - fit.reliability_assumed.get(own[0], 1.0)) * variance[own[0]]
        for own in measured_blocks(table).values()
        if len(own) == 1
    }

"""What weighting did: design effect, effective bases, extreme weights, achieved margins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from csi.inference import FloatArray, SurveyDesign, effective_base, kish_deff, split_domains
from csi.weighting.fitting import achieved_totals
from csi.weighting.margins import Margins, MarginSet, level_name, read_margins

EXTREMES = 10
"""Largest weights listed."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WeightDiagnostics:
    """What the weights of a design are like.

    Attributes
    ----------
    overview : DataFrame
        ``weights`` ("base" before the first calibration, "final"), ``n, total, mean, minimum,
        maximum, max_over_mean, cv, deff, n_eff``.
    domains : DataFrame
        The columns of ``by``, then ``n, share, deff, n_eff``; one row without ``by``.
    extremes : DataFrame
        The largest weights: ``row`` (from 1), ``weight, over_mean, factor`` (on the base weight).
    margins : DataFrame
        ``variable, level, target, achieved, misfit, n, share_before``, a row per target; empty
        without margins.
    """

    overview: pd.DataFrame
    domains: pd.DataFrame
    extremes: pd.DataFrame
    margins: pd.DataFrame

    def __repr__(self) -> str:
        final = self.overview.iloc[-1]
        return (
            f"WeightDiagnostics(n={int(final['n'])}, deff={final['deff']:.2f}, "
            f"n_eff={final['n_eff']:.0f}, max_over_mean={final['max_over_mean']:.2f})"
        )

    def tidy(self) -> pd.DataFrame:
        """Return the overview: one row for base and one for final weights."""
        return self.overview.copy()

    def summary(self) -> str:
        """Return all tables as text."""
        parts = {
            "Weights": self.overview,
            "Domains": self.domains,
            "Largest weights": self.extremes,
            "Margins": self.margins,
        }
        return "\n\n".join(
            f"{title}\n{table.to_string(index=False, float_format='%.6g')}"
            for title, table in parts.items()
            if len(table)
        )

    def _repr_html_(self) -> str:
        return str(self.overview.to_html(index=False))


def diagnose_weights(
    design: SurveyDesign,
    *,
    margins: Margins | None = None,
    by: str | Sequence[str] | None = None,
) -> WeightDiagnostics:
    """Describe the weights of a design.

    Kish's design effect n Σw² / (Σw)² is what unequal weights cost where they have nothing to do
    with the answers; the effective base is n over it. After calibration on strong variables, and
    with clusters, the design effect of a single estimate may be very different: its standard error
    says.

    Parameters
    ----------
    design : SurveyDesign
    margins : mapping, optional
        As in `weight_responses`: what the weights should meet.
    by : str or sequence of str, optional
        Columns whose combinations are the domains.

    Returns
    -------
    WeightDiagnostics

    Raises
    ------
    WeightingError, DesignError
        For margins and domains that cannot be read.

    Examples
    --------
    >>> import pandas as pd
    >>> from csi.inference import make_design
    >>> data = pd.DataFrame({"w": [1.0, 1.0, 2.0, 4.0], "line": [1, 1, 2, 2]})
    >>> diagnose_weights(make_design(data, weights="w"), by="line").domains
       line    n  share      deff  n_eff
    0     1  2.0   0.25  1.000000    2.0
    1     2  2.0   0.75  1.111111    1.8
    """
    final = design.weights
    base = design.calibrations[0].base_weights if design.calibrations else final
    rows = [("final", final)] if base is final else [("base", base), ("final", final)]
    return WeightDiagnostics(
        overview=pd.DataFrame([{"weights": name, **_describe(w)} for name, w in rows]),
        domains=_domain_table(design, by),
        extremes=_extremes(final, base),
        margins=margin_table(design, None if margins is None else read_margins(design, margins)),
    )


def margin_table(design: SurveyDesign, wanted: MarginSet | None) -> pd.DataFrame:
    """Return targets beside what the weights achieve; ``misfit`` is relative to the target.

    Weights are taken on the margins' total, whatever they add up to.
    """
    columns = ["variable", "level", "target", "achieved", "misfit", "n", "share_before"]
    if wanted is None:
        return pd.DataFrame(columns=columns)
    w = design.weights
    base = design.calibrations[0].base_weights if design.calibrations else w
    targets = np.concatenate(
        [*(m.totals for m in wanted.margins), np.array([t.total for t in wanted.numeric])]
    )
    scale = 1.0 if wanted.population is None else wanted.population / w.sum()
    achieved = achieved_totals(w * scale, wanted)
    before = achieved_totals(base / base.sum(), wanted)
    counted = achieved_totals((w > 0).astype(np.float64), wanted)
    n_numeric = len(wanted.numeric)
    n_levels = len(targets) - n_numeric
    counted[n_levels:] = np.count_nonzero(w > 0)
    before[n_levels:] = np.nan
    names = [
        (" × ".join(m.variables), level_name(m.variables, level))
        for m in wanted.margins
        for level in m.levels
    ]
    names += [(t.variable, "total") for t in wanted.numeric]
    return pd.DataFrame(
        {
            "variable": [variable for variable, _ in names],
            "level": [level for _, level in names],
            "target": targets,
            "achieved": achieved,
            "misfit": (achieved - targets) / np.where(targets != 0, np.abs(targets), 1.0),
            "n": counted,
            "share_before": before,
        },
        columns=columns,
    )


def _describe(w: FloatArray) -> dict[str, float]:
    used = w[w > 0]
    mean = float(used.mean())
    return {
        "n": float(len(used)),
        "total": float(used.sum()),
        "mean": mean,
        "minimum": float(used.min()),
        "maximum": float(used.max()),
        "max_over_mean": float(used.max()) / mean,
        "cv": float(used.std()) / mean,
        "deff": kish_deff(used),
        "n_eff": effective_base(used),
    }


def _domain_table(design: SurveyDesign, by: str | Sequence[str] | None) -> pd.DataFrame:
    domains = split_domains(design, by)
    inside = (domains.codes >= 0) & (design.weights > 0)
    code, w = domains.codes[inside], design.weights[inside]
    n, sums, squares = (
        np.bincount(code, weights=values, minlength=len(domains))
        for values in (np.ones(len(w)), w, w**2)
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        n_eff = np.where(squares > 0, sums**2 / squares, 0.0)
        deff = np.where(n_eff > 0, n / n_eff, np.nan)
    return domains.labels.assign(n=n, share=sums / design.weights.sum(), deff=deff, n_eff=n_eff)


def _extremes(final: FloatArray, base: FloatArray) -> pd.DataFrame:
    order = np.argsort(-final, kind="stable")[:EXTREMES]
    active = final > 0
    scaled = base * (final.sum() / base.sum())
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = np.where(scaled > 0, final / scaled, np.nan)
    return pd.DataFrame(
        {
            "row": order + 1,
            "weight": final[order],
            "over_mean": final[order] / final[active].mean(),
            "factor": factor[order],
        }
    )

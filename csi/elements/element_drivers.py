"""What goes with perceived quality, element by element: the result of `rank_elements`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from csi.elements.limits import share_limits
from csi.elements.regression import AudienceModel
from csi.inference import Estimates
from csi.inference.ranks import rank_intervals
from csi.questionnaire.schema import Questionnaire
from csi.results import base_flag

_RANKED = ("importance", "importance_all", "performance", "reach")
MEASURES = (*_RANKED, "lmg", "lmg_share", "johnson_share")
"""What is told of each element; see `ElementDrivers`."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ElementDrivers:
    """How each element is associated with the outcome, among its users and for all customers.

    All estimates have a number per element, NaN where there is no model of its users. Labels:
    ``term``.

    Attributes
    ----------
    questionnaire : Questionnaire
    outcome : str
        The construct whose score the elements are related to.
    names : tuple of str
        The elements.
    audiences : tuple of str
        Who was asked about each; "" for everybody.
    importance : Estimates
        Points of the outcome that go with one point more of the element, among its users, the
        elements that the same people rate held equal.
    reach : Estimates
        Share of all customers who are users.
    importance_all : Estimates
        importance × reach: points of all customers' mean outcome that go with one point more
        among the users.
    performance : Estimates
        Scores among users.
    lmg, lmg_share, johnson_share : Estimates
        Relative weights among the elements that the same people rate: comparable within one
        audience only, where they are not ranked against others.
    models : tuple of AudienceModel
        The regressions behind them, one for each audience.
    not_fitted : mapping of str to str
        Audiences without a model, and why: too few users, or answers that do not vary.
    """

    questionnaire: Questionnaire
    outcome: str
    names: tuple[str, ...]
    audiences: tuple[str, ...]
    importance: Estimates
    reach: Estimates
    importance_all: Estimates
    performance: Estimates
    lmg: Estimates
    lmg_share: Estimates
    johnson_share: Estimates
    models: tuple[AudienceModel, ...]
    not_fitted: Mapping[str, str]

    def __repr__(self) -> str:
        ranked = self.importance_all.values
        first = self.names[int(np.nanargmax(ranked))] if np.isfinite(ranked).any() else None
        return (
            f"ElementDrivers(outcome={self.outcome!r}, elements={len(self.names)}, "
            f"audiences={len(set(self.audiences))}, first={first!r})"
        )

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """Return every measure of every element.

        Returns
        -------
        DataFrame
            ``term``, the element; ``audience``, who was asked, "" for everybody; ``measure``, one
            of `MEASURES`; the estimate columns; ``rank, rank_low, rank_high`` (empty for relative
            weights); ``flag``: "", "low" (effective base below 100) or "suppressed" (below 30).
            ``n`` counts users with all scores, in rows of ``performance`` users, of ``reach``
            customers.
        """
        parts = []
        for name in MEASURES:
            estimates: Estimates = getattr(self, name)
            table = estimates.tidy(conf_level)
            if name == "reach":
                certain = np.array([audience == "" for audience in self.audiences])
                limits = share_limits(estimates, conf_level, certain)
                table["conf_low"], table["conf_high"] = limits
            table.insert(1, "audience", self.audiences)
            table.insert(2, "measure", name)
            ranks = rank_intervals(estimates, conf_level)
            if name not in _RANKED:
                ranks[:] = np.nan
            parts.append(pd.concat([table, ranks], axis=1))
        tidy = pd.concat(parts, ignore_index=True)
        return tidy.assign(flag=[base_flag(n_eff) for n_eff in tidy["n_eff"]])

    def models_tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """Return every regression in full, with the elements that are held equal.

        Returns
        -------
        DataFrame
            ``audience, term, measure`` (``coefficient``, ``lmg``, ``lmg_share``,
            ``johnson_share``), the estimate columns, ``r_squared, n_dropped``.
        """
        parts = []
        for model in self.models:
            for measure in ("coefficient", "lmg", "lmg_share", "johnson_share"):
                name = "coefficients" if measure == "coefficient" else measure
                table = getattr(model, name).tidy(conf_level)
                table.insert(0, "audience", model.audience)
                table.insert(2, "measure", measure)
                parts.append(table.assign(r_squared=model.r_squared, n_dropped=model.n_dropped))
        return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()

    def summary(self) -> str:
        """Return the ranking in words: associations, which are not effects."""
        lines = [repr(self), f"One point more goes with ... points of {self.outcome}, among users:"]
        table = self.importance.tidy()
        order = np.argsort(-np.nan_to_num(self.importance_all.values), kind="stable")
        for k in order.tolist():
            row, name = table.iloc[k], self.names[k]
            if np.isnan(row["estimate"]):
                lines.append(f"{name}: not shown: {self.not_fitted[self.audiences[k]]}")
                continue
            lines.append(
                f"{name}: {row['estimate']:.2f} [{row['conf_low']:.2f}, {row['conf_high']:.2f}] × "
                f"{self.reach.values[k]:.0%} of customers = {self.importance_all.values[k]:.2f} "
                f"for all; score {self.performance.values[k]:.1f}"
            )
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        return self.tidy().to_html(index=False)

"""Refit a model to bootstrap samples: intervals without linearisation, and how stable it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from csi.errors import ModelError, suggest
from csi.inference import FloatArray
from csi.inference.replication import Reweight, bootstrap_weights
from csi.model.effects import parameter_labels
from csi.model.fit import ModelFit
from csi.model.refitting import GroupBootstrap, own_items, refit_group
from csi.model.structure import BETA


@dataclass(frozen=True, kw_only=True, eq=False)
class Bootstrap:
    """Refits of a model to replicates of its sample.

    Attributes
    ----------
    fit : ModelFit
    n_replicates, seed : int
    outcome : str
        The construct that the drivers lead to; "" where there is none.
    constructs, drivers : tuple of str
    groups : tuple of GroupBootstrap
        In the order of ``fit.groups``.
    """

    fit: ModelFit
    n_replicates: int
    seed: int
    outcome: str
    constructs: tuple[str, ...]
    drivers: tuple[str, ...]
    groups: tuple[GroupBootstrap, ...]

    def __repr__(self) -> str:
        share = min(float(group.admissible.mean()) for group in self.groups)
        return (
            f"Bootstrap(replicates={self.n_replicates}, groups={len(self.groups)}, "
            f"admissible={share:.0%})"
        )

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """Return every number with its bootstrap standard error and percentile interval.

        Returns
        -------
        DataFrame
            The fit's ``by``, ``measure`` ("parameter" | "score" | "importance"), ``lhs, op, rhs``
            of a parameter or ``term`` of the others, ``estimate, std_error, conf_low, conf_high``.
        """
        if not 0.0 < conf_level < 1.0:
            raise ModelError(f"`conf_level` must lie between 0 and 1; got {conf_level!r}.")
        parts = []
        for group in self.groups:
            labels = parameter_labels(self.fit.groups[0].structure)
            for measure, label, draws in (
                ("parameter", labels, group.parameters),
                ("score", pd.DataFrame({"term": self.constructs}), group.scores),
                ("importance", pd.DataFrame({"term": self.drivers}), group.effects),
            ):
                numbers = _numbers(draws, conf_level)
                named = label.assign(measure=measure, **dict[str, Any](group.group))
                parts.append(pd.concat([named, numbers], axis=1))
        first = [*self.fit.by, "measure", "lhs", "op", "rhs", "term"]
        table = pd.concat(parts, ignore_index=True)
        table[["lhs", "op", "rhs", "term"]] = table[["lhs", "op", "rhs", "term"]].fillna("")
        return table[[*first, "estimate", "std_error", "conf_low", "conf_high"]]

    def glance(self) -> pd.DataFrame:
        """Return ``share_converged`` and ``share_admissible`` of each group."""
        rows = [
            {
                **group.group,
                "n_replicates": self.n_replicates,
                "share_converged": float(group.converged.mean()),
                "share_admissible": float(group.admissible.mean()),
            }
            for group in self.groups
        ]
        return pd.DataFrame(rows)

    def ranks(self) -> pd.DataFrame:
        """Return how likely each driver has each rank.

        Returns
        -------
        DataFrame
            The fit's ``by``, ``term``, ``rank`` (1 is the largest total effect), ``probability``
            of the rank, and ``top``: the probability of this rank or a better one.
        """
        k = len(self.drivers)
        parts = []
        for group in self.groups:
            ranks = stats.rankdata(-group.effects[1:], axis=1, method="ordinal")
            chance = (ranks[:, :, None] == np.arange(1, k + 1)).mean(axis=0)
            table = pd.DataFrame(
                {
                    "term": np.repeat(np.array(self.drivers, dtype=object), k),
                    "rank": np.tile(np.arange(1, k + 1), k),
                    "probability": chance.ravel(),
                    "top": chance.cumsum(axis=1).ravel(),
                }
            )
            parts.append(
                table.assign(**dict[str, Any](group.group))[[*self.fit.by, *table.columns]]
            )
        return pd.concat(parts, ignore_index=True)

    def sign_flips(self) -> pd.DataFrame:
        """Return for every path in how large a share of the refits its sign is the other one.

        Returns
        -------
        DataFrame
            The fit's ``by``, ``lhs, op, rhs``, ``estimate``, ``share``.
        """
        structure = self.fit.groups[0].structure
        own = np.flatnonzero((structure.matrix == BETA) & (structure.free >= 0))
        labels = parameter_labels(structure).iloc[own].reset_index(drop=True)
        parts = []
        for group in self.groups:
            estimate, draws = group.parameters[0, own], group.parameters[1:, own]
            share = (np.sign(draws) != np.sign(estimate)).mean(axis=0)
            table = labels.assign(estimate=estimate, share=share)
            parts.append(
                table.assign(**dict[str, Any](group.group))[[*self.fit.by, *table.columns]]
            )
        return pd.concat(parts, ignore_index=True)

    def summary(self) -> str:
        """Return convergence and the drivers' chances to be the first."""
        lines = [repr(self)]
        for row in self.glance().to_dict("records"):
            place = ", ".join(f"{name} = {row[name]}" for name in self.fit.by) or "all"
            lines.append(
                f"{place}: {row['share_converged']:.1%} of the refits converged, "
                f"{row['share_admissible']:.1%} are admissible"
            )
        for row in self.ranks().query("rank == 1").to_dict("records"):
            place = "".join(f"{name} = {row[name]}, " for name in self.fit.by)
            lines.append(f"{place}{row['term']} comes first in {row['probability']:.0%}")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        return self.tidy().to_html(index=False)


def bootstrap_fit(
    fit: ModelFit,
    *,
    n_replicates: int = 1000,
    seed: int,
    reweight: Reweight | None = None,
    outcome: str | None = None,
) -> Bootstrap:
    """Refit a model to replicates of its sample.

    Replicates are drawn by the rescaled bootstrap of primary sampling units (Rao, Wu and Yue
    1992); all covariance matrices come from one matrix product and all refits step together.

    Parameters
    ----------
    fit : ModelFit
        Refits of a full-information fit step through its patterns of missing answers, which takes
        a tenth of a second per pattern for 1,000 replicates.
    n_replicates : int
    seed : int
    reweight : callable, optional
        Makes the final weights of a replicate, shape (n,), from its weights before calibration.
    outcome : str, optional
        What the drivers lead to; by default the questionnaire's index construct.

    Returns
    -------
    Bootstrap

    Raises
    ------
    ModelError
        For an unknown outcome.
    DesignError
        If the design cannot be bootstrapped.
    """
    target = _outcome(fit, outcome)
    replicates = bootstrap_weights(
        fit.design, n_replicates=n_replicates, seed=seed, reweight=reweight
    )
    constructs = tuple(c for c in fit.table.constructs if own_items(fit, c))
    antecedents = fit.table.antecedents_of(target) if target else ()
    drivers = tuple(name for name in antecedents if name in constructs)
    groups = tuple(
        refit_group(fit, k, replicates, constructs, target, drivers) for k in range(len(fit.groups))
    )
    return Bootstrap(
        fit=fit,
        n_replicates=n_replicates,
        seed=seed,
        outcome=target,
        constructs=constructs,
        drivers=drivers,
        groups=groups,
    )


def _outcome(fit: ModelFit, outcome: str | None) -> str:
    if outcome is None:
        known = fit.questionnaire.model if fit.questionnaire else None
        return known.index if known else ""
    if outcome not in fit.table.constructs:
        raise ModelError(
            f"`{outcome}` is not a construct of the model ({', '.join(fit.table.constructs)}). "
            f"{suggest(outcome, fit.table.constructs)}".rstrip()
        )
    return outcome


def _numbers(draws: FloatArray, conf_level: float) -> pd.DataFrame:
    """Return the estimates with standard errors and percentile intervals of the refits."""
    estimate, refits = draws[0], draws[1:]
    known = refits[np.isfinite(refits).all(axis=1)]
    tail = 50.0 * (1.0 - conf_level)
    low, high, error = np.full((3, len(estimate)), np.nan)
    if len(known) > 1:
        low, high = np.percentile(known, [tail, 100.0 - tail], axis=0)
        error = known.std(axis=0, ddof=1)
    return pd.DataFrame(
        {"estimate": estimate, "std_error": error, "conf_low": low, "conf_high": high}
    )

"""Likely reasons of customers who have not said so: those of their look-alikes who have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from csi.dissatisfied.faults import DissatisfiedError
from csi.dissatisfied.identities import refuse_free_text, refuse_identities
from csi.dissatisfied.intervals import share_table
from csi.dissatisfied.table_model import POINTS_PER_LOG_ODD, TableModel
from csi.errors import suggest
from csi.inference import Estimates, FloatArray, IntArray, estimate_means, make_design

LEAST_EXPLICIT = 50
_NEAR = 0.95


@dataclass(frozen=True, kw_only=True, eq=False)
class LookAlikes:
    """Predicted customers with the reasons of those who look like them.

    Attributes
    ----------
    customers : DataFrame
        One row per predicted customer: the key, ``reason`` (the most frequent among the
        look-alikes), ``support`` (its share of them), ``distance`` (mean, in log-odds), ``near``
        (whether those who said so have look-alikes as far away).
    said, predicted : Estimates
        Shares of reasons (label ``reason``) among those who said so, and among the predicted:
        weighted by how often each of those who said so was matched.
    neighbours : int
    agreement : float
        How often the look-alikes of those who said so name their own reason, each left out in
        turn.
    by_chance : float
        How often guessing the most frequent reason would.
    """

    customers: pd.DataFrame
    said: Estimates
    predicted: Estimates
    neighbours: int
    agreement: float
    by_chance: float

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """Return the shares of reasons, by ``group``: ``said so`` or ``look-alikes``."""
        groups = {"said so": self.said, "look-alikes": self.predicted}
        parts = []
        for group, shares in groups.items():
            table = share_table(shares, conf_level).rename(columns={"term": "reason"})
            table.insert(0, "group", group)
            parts.append(table)
        return pd.concat(parts, ignore_index=True)

    def summary(self) -> str:
        """Return how far the matches can be relied on, in words."""
        near = float(self.customers["near"].mean())
        better = (
            "look-alikes say something about reasons"
            if self.agreement > self.by_chance
            else "look-alikes say no more about reasons than a guess"
        )
        return (
            f"{len(self.customers):,} predicted customers, {self.neighbours} look-alikes each; "
            f"{near:.0%} have look-alikes as near as those who said so have. Left out in turn, "
            f"those who said so are given their own reason in {self.agreement:.0%}; always "
            f"guessing the most frequent is right in {self.by_chance:.0%}: {better}."
        )

    def __repr__(self) -> str:
        return (
            f"LookAlikes(customers={len(self.customers)}, agreement={self.agreement:.2f}, "
            f"by_chance={self.by_chance:.2f})"
        )


def match_look_alikes(
    model: TableModel,
    said: pd.DataFrame,
    predicted: pd.DataFrame,
    *,
    reason: str,
    as_of: str | date,
    key: str = "id",
    neighbours: int = 15,
    names: Mapping[object, str] | None = None,
) -> LookAlikes:
    """Give predicted customers the reasons of those who said so and are most like them.

    Likeness is nearness in the model's own terms: the log-odds that each indicator adds, so that
    differences count as far as they matter for dissatisfaction.

    Parameters
    ----------
    model : TableModel
    said : DataFrame
        Customers who said so, with the model's indicators and a column of reasons; those without
        a reason are not used.
    predicted : DataFrame
        Customers predicted to be dissatisfied, with the model's indicators and a key.
    reason, key : str
    as_of : str or date
        The day of the snapshot, or its column.
    neighbours : int
    names : mapping, optional
        Code to the name of the reason.

    Returns
    -------
    LookAlikes

    Raises
    ------
    DissatisfiedError
        If columns are missing, or fewer than 50 gave a reason.
    IdentityError
        If keys look like marks of a person, or reasons are free text instead of codes.
    """
    refuse_identities(predicted, key, "The table of predicted customers")
    if reason not in said.columns:
        raise DissatisfiedError(
            f"Those who said so have no column `{reason}`. {suggest(reason, said.columns)}".rstrip()
        )
    known = said[said[reason].notna()].reset_index(drop=True)
    if len(known) < max(LEAST_EXPLICIT, neighbours + 1):
        raise DissatisfiedError(
            f"{len(known)} customers who said so gave a reason; at least "
            f"{max(LEAST_EXPLICIT, neighbours + 1)} are needed."
        )
    if neighbours < 1 or len(predicted) == 0:
        raise DissatisfiedError("At least one look-alike and one predicted customer are needed.")
    codes, levels = pd.factorize(known[reason], sort=True)
    refuse_free_text(levels, f"The column `{reason}`")
    reasons = [str(level) if names is None else names.get(level, str(level)) for level in levels]
    at_said, at_predicted = (_place(model, frame, as_of) for frame in (known, predicted))
    own_far, own_matches = _nearest(at_said, at_said, neighbours + 1)
    own_far, own_matches = _without_self(own_far, own_matches)
    far, matches = _nearest(at_said, at_predicted, neighbours)
    votes = _votes(codes, matches, len(reasons))
    own_votes = _votes(codes, own_matches, len(reasons))
    shares = np.bincount(codes) / len(codes)
    customers = pd.DataFrame(
        {
            key: predicted[key].to_numpy(),
            "reason": np.array(reasons, dtype=object)[votes.argmax(axis=1)],
            "support": votes.max(axis=1),
            "distance": far.mean(axis=1),
            "near": far.mean(axis=1) <= np.quantile(own_far.mean(axis=1), _NEAR),
        }
    )
    return LookAlikes(
        customers=customers,
        said=_shares(codes, reasons, np.ones(len(codes))),
        predicted=_shares(
            codes, reasons, np.bincount(matches.ravel(), minlength=len(codes)).astype(np.float64)
        ),
        neighbours=neighbours,
        agreement=float((own_votes.argmax(axis=1) == codes).mean()),
        by_chance=float(shares.max()),
    )


def _place(model: TableModel, frame: pd.DataFrame, as_of: str | date) -> FloatArray:
    return np.asarray(model.points(frame, as_of) / POINTS_PER_LOG_ODD)


def _nearest(among: FloatArray, of: FloatArray, k: int) -> tuple[FloatArray, IntArray]:
    distance, index = cKDTree(among).query(of, k=k)
    shape = (len(of), k)
    return np.reshape(distance, shape), np.reshape(index, shape).astype(np.int64)


def _without_self(distance: FloatArray, index: IntArray) -> tuple[FloatArray, IntArray]:
    """Leave out each customer's own row; among equals it need not come first."""
    n, k = index.shape
    own = index == np.arange(n)[:, None]
    own[~own.any(axis=1), k - 1] = True
    return distance[~own].reshape(n, k - 1), index[~own].reshape(n, k - 1)


def _votes(codes: IntArray, matches: IntArray, size: int) -> FloatArray:
    """Return the share of each reason among the look-alikes, shape (n, size)."""
    n, k = matches.shape
    flat = np.repeat(np.arange(n), k) * size + codes[matches].ravel()
    return np.asarray(np.bincount(flat, minlength=n * size).reshape(n, size) / k)


def _shares(codes: IntArray, reasons: list[str], weights: FloatArray) -> Estimates:
    frame = pd.DataFrame({name: (codes == k).astype(float) for k, name in enumerate(reasons)})
    design = make_design(frame.assign(**{"matched ": weights}), weights="matched ")
    return estimate_means(design, reasons)

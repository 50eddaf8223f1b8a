"""The additive table model: log-odds as a sum of table look-ups, with integer points.

Naive Bayes, tree-augmented and other discrete Bayesian networks (all indicators known, a null
being a value), weight-of-evidence scorecards and boosted main effects all have the form
z = b₀ + Σ_t table_t[bin(x_i), bin(x_j), …] and p = 1 / (1 + exp(−(a + s z))).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import expit

from csi.dissatisfied.bins import Bins
from csi.dissatisfied.faults import DissatisfiedError
from csi.dissatisfied.indicators import Indicator, read_values
from csi.errors import suggest
from csi.inference import FloatArray, IntArray

POINTS_PER_LOG_ODD = 10_000
"""Points are whole numbers, so that every engine adds them to the same sum."""

LARGEST_POINTS = 150_000
"""Of one cell: sums of up to 60 cells, and reasons packed with their number, fit 32 bits."""

MAX_TERMS = 60
_FORMAT = 1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Term:
    """One table.

    Attributes
    ----------
    indicator : str
        The indicator that the term is credited to as a reason.
    columns : tuple of str
        The indicators that it looks up, the credited one first.
    table : FloatArray, shape (size₁ + 1, size₂ + 1, …)
        Log-odds; the last entry along each axis is for nulls.
    """

    indicator: str
    columns: tuple[str, ...]
    table: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TableModel:
    """An additive table model.

    Attributes
    ----------
    kind : str
        ``scorecard``, ``tan``, ``naive`` or ``network``.
    bins : mapping of str to Bins
        How each indicator is cut.
    terms : tuple of Term
    shares : mapping of str to tuple of float
        The share of the population in every bin of an indicator, nulls last.
    intercept : float
        b₀, log-odds.
    offset, slope : float
        a and s of the calibration; 0 and 1 leave z as it is.
    reference : FloatArray, shape (n_terms,)
        The population's mean of every term, the zero of its contributions.
    tiers : mapping of str to float
        Tier to the lowest log-odds (after calibration) in it, highest first.
    about : mapping of str to object
        Version of the data, base rate, and what else the manifest of a run repeats.
    """

    kind: str
    bins: Mapping[str, Bins]
    terms: tuple[Term, ...]
    shares: Mapping[str, tuple[float, ...]]
    intercept: float
    offset: float
    slope: float
    reference: FloatArray
    tiers: Mapping[str, float]
    about: Mapping[str, object]

    def __post_init__(self) -> None:
        if not 1 <= len(self.terms) <= MAX_TERMS:
            raise DissatisfiedError(
                f"A table model has 1 to {MAX_TERMS} terms; got {len(self.terms)}."
            )

    def __repr__(self) -> str:
        cells = sum(term.table.size for term in self.terms)
        return f"TableModel(kind={self.kind!r}, indicators={len(self.bins)}, cells={cells})"

    @property
    def indicators(self) -> tuple[str, ...]:
        """The columns that scoring reads, in a fixed order."""
        return tuple(self.bins)

    def codes(self, frame: pd.DataFrame, as_of: str | date) -> dict[str, IntArray]:
        """Return the bin of every row in every indicator."""
        missing = [name for name in self.bins if name not in frame.columns]
        if missing:
            lines = [
                f"There is no column `{name}`. {suggest(name, frame.columns)}".rstrip()
                for name in missing
            ]
            raise DissatisfiedError("\n".join(lines))
        wanted = [Indicator(column=name, kind=bins.kind) for name, bins in self.bins.items()]
        values = read_values(frame, wanted, as_of=as_of)
        return {name: bins.codes(values[name]) for name, bins in self.bins.items()}

    def log_odds(self, frame: pd.DataFrame, as_of: str | date) -> FloatArray:
        """Return calibrated log-odds, shape (n,), not rounded to points."""
        z = self.intercept + term_values(self.terms, self.codes(frame, as_of)).sum(axis=1)
        return np.asarray(self.offset + self.slope * z)

    def probability(self, frame: pd.DataFrame, as_of: str | date) -> FloatArray:
        """Return the probability of being dissatisfied, shape (n,), as scoring gives it."""
        points = self.base_points + self.points(frame, as_of).sum(axis=1)
        return np.asarray(expit(points / POINTS_PER_LOG_ODD))

    def points(self, frame: pd.DataFrame, as_of: str | date) -> IntArray:
        """Return the points of every term, shape (n, n_terms); their sum starts at base_points.

        A positive number speaks for dissatisfaction, compared with the population's mean.
        """
        codes = self.codes(frame, as_of)
        tables = self.point_tables()
        return np.column_stack(
            [
                table[tuple(codes[name] for name in term.columns)]
                for term, table in zip(self.terms, tables, strict=True)
            ]
        )

    def point_tables(self) -> tuple[IntArray, ...]:
        """Return every table in points, centred on the reference."""
        scale = POINTS_PER_LOG_ODD * self.slope
        tables = (
            np.rint(scale * (term.table - centre))
            for term, centre in zip(self.terms, self.reference, strict=True)
        )
        return tuple(np.clip(t, -LARGEST_POINTS, LARGEST_POINTS).astype(np.int64) for t in tables)

    @property
    def base_points(self) -> int:
        """Points before any indicator is looked at: a subscriber at every reference."""
        z = self.offset + self.slope * (self.intercept + float(self.reference.sum()))
        return round(POINTS_PER_LOG_ODD * z)

    def tier_points(self) -> dict[str, int]:
        """Return the fewest points of each tier."""
        return {name: round(POINTS_PER_LOG_ODD * least) for name, least in self.tiers.items()}

    def calibrated(self, offset: float, slope: float) -> TableModel:
        """Return the model with another calibration."""
        return replace(self, offset=offset, slope=slope)

    def card(self) -> pd.DataFrame:
        """Return every cell: ``indicator, bin, share, points, odds_ratio``; joint cells one by one.

        ``share`` is that of the indicator's own bin, whatever the others are.
        """
        rows = []
        for term, points in zip(self.terms, self.point_tables(), strict=True):
            for cell in np.ndindex(points.shape):
                words = [
                    self.bins[name].describe(code)
                    for name, code in zip(term.columns, cell, strict=True)
                ]
                given = [f"{n} {w}" for n, w in zip(term.columns[1:], words[1:], strict=True)]
                rows.append(
                    {
                        "indicator": term.indicator,
                        "bin": " given ".join([words[0], *given]),
                        "share": self.shares[term.indicator][cell[0]],
                        "points": int(points[cell]),
                        "odds_ratio": float(np.exp(points[cell] / POINTS_PER_LOG_ODD)),
                    }
                )
        return pd.DataFrame(rows)

    def to_json(self) -> str:
        """Return the model as text: the same model gives the same text."""
        return json.dumps(_as_dict(self), indent=1, sort_keys=True, ensure_ascii=False) + "\n"

    def sha256(self) -> str:
        """Return the hash that names this model in scores and manifests."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()


def term_values(terms: tuple[Term, ...], codes: Mapping[str, IntArray]) -> FloatArray:
    """Return the log-odds of every term for every row, shape (n, n_terms)."""
    return np.column_stack(
        [term.table[tuple(codes[name] for name in term.columns)] for term in terms]
    )


def read_model(text: str) -> TableModel:
    """Read a model from the text that `TableModel.to_json` wrote.

    Raises
    ------
    DissatisfiedError
        If the text is not such a model.
    """
    try:
        content = json.loads(text)
        if content["format"] != _FORMAT:
            raise DissatisfiedError(
                f"The model has format {content['format']!r}; this version reads {_FORMAT}."
            )
        return TableModel(
            kind=content["kind"],
            bins={
                cut["column"]: Bins(
                    column=cut["column"],
                    kind=cut["kind"],
                    edges=tuple(cut["edges"]),
                    levels=tuple(tuple(group) for group in cut["levels"]),
                )
                for cut in content["bins"]
            },
            terms=tuple(
                Term(
                    indicator=term["indicator"],
                    columns=tuple(term["columns"]),
                    table=np.asarray(term["table"], dtype=np.float64),
                )
                for term in content["terms"]
            ),
            shares={name: tuple(shares) for name, shares in content["shares"].items()},
            intercept=content["intercept"],
            offset=content["offset"],
            slope=content["slope"],
            reference=np.asarray(content["reference"], dtype=np.float64),
            tiers=dict(content["tiers"]),
            about=content["about"],
        )
    except (KeyError, TypeError, AttributeError, json.JSONDecodeError):
        raise DissatisfiedError("The text is not a stored model of csi.") from None


def _as_dict(model: TableModel) -> dict[str, Any]:
    return {
        "format": _FORMAT,
        "kind": model.kind,
        "bins": [
            {
                "column": name,
                "kind": cut.kind,
                "edges": list(cut.edges),
                "levels": [list(group) for group in cut.levels],
            }
            for name, cut in model.bins.items()
        ],
        "terms": [
            {
                "indicator": term.indicator,
                "columns": list(term.columns),
                "table": term.table.tolist(),
            }
            for term in model.terms
        ],
        "shares": {name: list(shares) for name, shares in model.shares.items()},
        "intercept": model.intercept,
        "offset": model.offset,
        "slope": model.slope,
        "reference": model.reference.tolist(),
        "tiers": [[name, least] for name, least in model.tiers.items()],
        "about": dict(model.about),
    }

"""Reported groups: who is in which, on what base, and influences that vanish outside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from scipy import sparse

from csi.errors import DesignError
from csi.inference.arrays import BoolArray, FloatArray, IntArray, group_sums, number_rows
from csi.inference.design import SurveyDesign
from csi.inference.stages import column_names, column_of


@dataclass(frozen=True, kw_only=True, eq=False)
class Domains:
    """A partition of the respondents into reported groups.

    Attributes
    ----------
    by : tuple of str
        The columns that define the groups.
    labels : DataFrame, shape (n_domains, len(by))
        The levels of each group, in sorted order.
    codes : IntArray, shape (n,)
        Each respondent's group; -1 for those with a missing level or without weight.
    """

    by: tuple[str, ...]
    labels: pd.DataFrame
    codes: IntArray

    def __len__(self) -> int:
        return len(self.labels)

    def labels_for(self, terms: Sequence[str]) -> pd.DataFrame:
        """Return the labels of numbers given domain by domain, term by term."""
        labels = self.labels.iloc[np.repeat(np.arange(len(self)), len(terms))]
        return labels.reset_index(drop=True).assign(term=list(terms) * len(self))


def split_domains(design: SurveyDesign, by: str | Sequence[str] | Domains | None) -> Domains:
    """Split the respondents by the levels of one or more columns.

    Parameters
    ----------
    design : SurveyDesign
    by : str, sequence of str, Domains or None
        None gives the whole sample as one group; domains that are split already stay as they are.

    Returns
    -------
    Domains
        Only groups in which somebody has weight.

    Raises
    ------
    DesignError
        If a column is unknown, named twice, or empty.
    """
    if isinstance(by, Domains):
        return by
    names = column_names(by)
    if not names:
        whole = np.zeros(design.n, dtype=np.int64)
        return Domains(by=(), labels=pd.DataFrame(index=range(1)), codes=whole)
    for name in names:
        column_of(design.frame, name, "by")
    if len(set(names)) < len(names):
        raise DesignError(f"`by` names a column twice: {', '.join(names)}.")
    levels = design.frame[list(names)]
    known = levels.notna().all(axis=1).to_numpy() & (design.weights > 0)
    if not known.any():
        raise DesignError(f"No respondent has a level of {' × '.join(names)}: nothing to split by.")
    grouped = levels[known].groupby(list(names), sort=True, observed=True)
    codes = np.full(design.n, -1, dtype=np.int64)
    codes[known] = grouped.ngroup().to_numpy()
    labels = levels[known].drop_duplicates().sort_values(list(names)).reset_index(drop=True)
    return Domains(by=names, labels=_whole_numbers(labels), codes=codes)


def _whole_numbers(labels: pd.DataFrame) -> pd.DataFrame:
    """Show the level 2.0 as 2: codes are whole numbers that NaN turned into floats."""
    shown = labels.copy()
    for name in shown.columns:
        column = shown[name]
        if pd.api.types.is_float_dtype(column) and (column == column.round()).all():
            shown[name] = column.astype(np.int64)
    return shown


@dataclass(frozen=True, eq=False)
class DomainBasis:
    """Influences (y − c·x) / s of respondents on the numbers of their own domain, else 0.

    Means have x = 1, c the mean and s the sum of weights; ratios have x their denominator and c
    the ratio; totals have c = 0 and s = 1.

    Attributes
    ----------
    y : FloatArray, shape (n, p)
        NaN where the respondent does not count.
    x : FloatArray, shape (n, p), or None
        None stands for 1.
    domain : IntArray, shape (n,)
        Domain codes, -1 outside every domain.
    centre, scale : FloatArray, shape (n_domains, p)
    """

    y: FloatArray
    x: FloatArray | None
    domain: IntArray
    centre: FloatArray
    scale: FloatArray

    @cached_property
    def inside(self) -> BoolArray:
        """Who belongs to a domain."""
        return np.asarray(self.domain >= 0)

    @property
    def width(self) -> int:
        """Number of domains times number of columns."""
        return self.centre.size

    def own(self, index: IntArray) -> FloatArray:
        """Return influences on the numbers of the own domain, shape (len(index), p).

        Every respondent of ``index`` must belong to a domain.
        """
        code = self.domain[index]
        shift = self.centre[code]
        if self.x is not None:
            shift *= self.x[index]
        with np.errstate(divide="ignore", invalid="ignore"):
            influence = (self.y[index] - shift) / self.scale[code]
        influence[np.isnan(influence)] = 0.0
        return influence

    def rows(self, index: IntArray) -> FloatArray:
        """Return the influences of some respondents on all numbers."""
        n_domains, p = self.centre.shape
        result = np.zeros((len(index), n_domains, p))
        inside = np.flatnonzero(self.domain[index] >= 0)
        result[inside, self.domain[index[inside]]] = self.own(index[inside])
        return result.reshape(len(index), n_domains * p)

    def add_projected(
        self,
        jacobian: FloatArray | sparse.csr_array[np.float64],
        index: IntArray,
        result: FloatArray,
    ) -> None:
        """Add ``rows(index) @ jacobian.T`` to ``result``, domain by domain."""
        p = self.centre.shape[1]
        code = self.domain[index]
        for domain in np.unique(code[code >= 0]):
            part = jacobian[:, domain * p : (domain + 1) * p]
            some = numbers_of(part)
            if some.stop > some.start:
                use = np.flatnonzero(code == domain)
                result[use, some] += np.asarray(self.own(index[use]) @ part[some].T)


def numbers_of(jacobian: FloatArray | sparse.csr_array[np.float64]) -> slice:
    """Return the first to the last of the numbers that depend on a basis at all."""
    if isinstance(jacobian, np.ndarray):
        used = np.flatnonzero(jacobian.any(axis=1))
    else:
        used = np.flatnonzero(np.diff(jacobian.indptr))
    return slice(int(used[0]), int(used[-1]) + 1) if len(used) else slice(0, 0)


@dataclass(frozen=True, eq=False)
class Bases:
    """Respondents, effective base and degrees of freedom, each of shape (n_domains, p)."""

    n: FloatArray
    n_eff: FloatArray
    df: FloatArray


def domain_bases(design: SurveyDesign, valid: BoolArray, domains: Domains) -> Bases:
    """Return what every number rests on, counting in each column the valid answers only.

    Degrees of freedom are the primary sampling units with an answer minus their strata.
    """
    shape = (len(domains), valid.shape[1])
    if valid.all():
        valid = valid[:, :1]
    inside = np.flatnonzero((domains.codes >= 0) & (design.weights > 0))
    code, w = domains.codes[inside], design.weights[inside, None]
    answered = valid[inside].astype(np.float64)
    behind = design.behind
    count = 1.0 if behind is None else behind.n[inside, None]
    square = w**2 if behind is None else behind.squares[inside, None]
    totals = group_sums(code, len(domains), answered * w)
    squares = group_sums(code, len(domains), answered * square)
    with np.errstate(divide="ignore", invalid="ignore"):
        n_eff = np.where(squares > 0, totals**2 / squares, 0.0)
    n = group_sums(code, len(domains), answered * count)
    units = _count_units(design.psu[inside], code, answered, len(domains))
    strata = _count_units(design.strata[inside], code, answered, len(domains))
    return Bases(*(np.broadcast_to(a, shape) for a in (n, n_eff, units - strata)))


def _count_units(unit: IntArray, code: IntArray, answered: FloatArray, size: int) -> FloatArray:
    """Count the units with an answer in each domain and column."""
    if len(unit) == 0:
        return np.zeros((size, answered.shape[1]))
    cell = number_rows(np.column_stack([unit, code]))
    n_cells = int(cell.max()) + 1
    domain_of_cell = np.empty(n_cells, dtype=np.int64)
    domain_of_cell[cell] = code
    present = group_sums(cell, n_cells, answered) > 0
    return group_sums(domain_of_cell, size, present.astype(np.float64))

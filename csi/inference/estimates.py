"""Estimates: numbers that carry each respondent's influence on them.

This is the narrow waist of the package. A number is known with, for every respondent, its
influence: how much the number would move per unit of that respondent's weight. Variances,
covariances between any two numbers, and standard errors of functions of numbers all follow from
the influences and the design (Binder 1983; Demnati and Rao 2004), without a refit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse, stats

from csi.errors import DesignError
from csi.inference.arrays import BoolArray, FloatArray, IntArray
from csi.inference.design import SurveyDesign
from csi.inference.domain_variance import single_variances
from csi.inference.domains import DomainBasis, numbers_of
from csi.inference.variance import total_covariance
from csi.results import ESTIMATE_COLUMNS


class Basis(Protocol):
    """Casewise influences, made for some rows at a time so that large samples fit in memory."""

    @property
    def width(self) -> int:
        """Number of influences per respondent."""
        ...

    @property
    def inside(self) -> BoolArray | None:
        """Who has any influence, shape (n,); None for everybody."""
        ...

    def rows(self, index: IntArray) -> FloatArray:
        """Return the influences of the respondents ``index``, shape (len(index), width)."""
        ...


@dataclass(frozen=True, eq=False)
class ArrayBasis:
    """Influences held in memory, shape (n, width)."""

    values: FloatArray
    inside: BoolArray | None = None

    @property
    def width(self) -> int:
        """Number of influences per respondent."""
        return int(self.values.shape[1])

    def rows(self, index: IntArray) -> FloatArray:
        """Return the influences of some respondents."""
        return self.values[index]


@dataclass(frozen=True, eq=False)
class JoinedBasis:
    """Several bases side by side."""

    parts: tuple[Basis, ...]

    @property
    def width(self) -> int:
        """Number of influences per respondent."""
        return sum(part.width for part in self.parts)

    @property
    def inside(self) -> BoolArray | None:
        """Who has any influence; None for everybody."""
        masks = [part.inside for part in self.parts]
        known = [mask for mask in masks if mask is not None]
        return np.logical_or.reduce(known) if len(known) == len(masks) else None

    def rows(self, index: IntArray) -> FloatArray:
        """Return the influences of some respondents."""
        return np.hstack([part.rows(index) for part in self.parts])


@dataclass(frozen=True, kw_only=True, eq=False)
class Estimates:
    """Numbers with their influences.

    Attributes
    ----------
    design : SurveyDesign
    labels : DataFrame, shape (k, n_labels)
        What each number is: domain columns, then ``term`` or ``lhs, op, rhs``.
    values : FloatArray, shape (k,)
    n, n_eff : FloatArray, shape (k,)
        Respondents behind each number, and the effective base.
    df : FloatArray, shape (k,)
        Degrees of freedom of each number's t distribution.
    basis : Basis, width b
    jacobian : FloatArray or sparse array, shape (k, b)
        The influence of respondent i on number j is ``basis.rows(i) @ jacobian[j]``.
    root : Estimates, optional
        The estimates that these are functions of; where their covariance is known already, this
        one follows without another pass over the respondents.
    from_root : FloatArray, shape (k, len(root)), optional
        Derivatives with respect to ``root``.
    """

    design: SurveyDesign
    labels: pd.DataFrame
    values: FloatArray
    n: FloatArray
    n_eff: FloatArray
    df: FloatArray
    basis: Basis
    jacobian: FloatArray | sparse.csr_array[np.float64]
    root: Estimates | None = None
    from_root: FloatArray | None = None

    def __len__(self) -> int:
        return len(self.values)

    def __repr__(self) -> str:
        return f"Estimates(k={len(self)}, n={self.design.n})"

    @cached_property
    def _covariance(self) -> FloatArray:
        J = self.jacobian
        if self.root is not None and "_covariance" in vars(self.root):
            G = np.asarray(self.from_root)
            return np.asarray(G @ self.root.covariance() @ G.T)

        def rows(index: IntArray) -> FloatArray:
            return project(self.basis, J, index)

        return total_covariance(
            self.design, rows, len(self), inside=self.basis.inside, working=self.basis.width
        )

    def covariance(self) -> FloatArray:
        """Return the design-based covariance matrix of the numbers, shape (k, k)."""
        return self._covariance

    def std_errors(self) -> FloatArray:
        """Return the design-based standard errors, shape (k,); NaN where the number is NaN."""
        return self._std_errors

    @cached_property
    def _std_errors(self) -> FloatArray:
        variance = single_variances(self.design, self.basis, self.jacobian)
        if variance is None:
            variance = np.diag(self._covariance)
        variance = np.where(np.isnan(self.values), np.nan, np.maximum(variance, 0.0))
        return np.asarray(np.sqrt(variance))

    def influence(self) -> FloatArray:
        """Return every respondent's influence on every number, shape (n, k)."""
        return np.asarray(self.basis.rows(np.arange(self.design.n)) @ self.jacobian.T)

    def select(self, rows: npt.ArrayLike) -> Estimates:
        """Return some of the numbers, by position or by a mask."""
        keep = np.arange(len(self))[np.asarray(rows)]
        chosen = Estimates(
            design=self.design,
            labels=self.labels.iloc[keep].reset_index(drop=True),
            values=self.values[keep],
            n=self.n[keep],
            n_eff=self.n_eff[keep],
            df=self.df[keep],
            basis=self.basis,
            jacobian=self.jacobian[keep],
            root=self.root,
            from_root=None if self.from_root is None else self.from_root[keep],
        )
        if "_covariance" in vars(self):  # known already: no need to go through the respondents
            vars(chosen)["_covariance"] = self._covariance[np.ix_(keep, keep)]
        return chosen

    def map(
        self,
        values: FloatArray,
        jacobian: FloatArray,
        labels: pd.DataFrame,
        *,
        n: FloatArray | None = None,
        n_eff: FloatArray | None = None,
        df: FloatArray | None = None,
    ) -> Estimates:
        """Return functions of these numbers, by the delta method.

        Parameters
        ----------
        values : FloatArray, shape (m,)
            The functions' values.
        jacobian : FloatArray, shape (m, k)
            Their derivatives with respect to these numbers.
        labels : DataFrame, shape (m, n_labels)
        n, n_eff, df : FloatArray, shape (m,), optional
            By default the smallest among the numbers that each function depends on.

        Returns
        -------
        Estimates
        """

        def least(own: FloatArray) -> FloatArray:
            used = np.where(jacobian != 0.0, own[None, :], np.inf)
            smallest = used.min(axis=1) if used.size else np.full(len(values), np.inf)
            return np.where(np.isfinite(smallest), smallest, own.min() if len(own) else np.nan)

        return Estimates(
            design=self.design,
            labels=labels.reset_index(drop=True),
            values=np.asarray(values, dtype=np.float64),
            n=least(self.n) if n is None else n,
            n_eff=least(self.n_eff) if n_eff is None else n_eff,
            df=least(self.df) if df is None else df,
            basis=self.basis,
            jacobian=np.asarray(jacobian @ self.jacobian),
            root=self if self.root is None else self.root,
            from_root=jacobian if self.from_root is None else jacobian @ self.from_root,
        )

    def relabel(self, labels: pd.DataFrame) -> Estimates:
        """Return the same numbers under other labels."""
        return replace(self, labels=labels.reset_index(drop=True))

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """Return one row per number.

        Parameters
        ----------
        conf_level : float
            Of the interval, between 0 and 1.

        Returns
        -------
        DataFrame
            The labels, then ``estimate, std_error, statistic, df, p_value, conf_low, conf_high,
            n, n_eff``.
        """
        numbers = tidy_numbers(self.values, self.std_errors(), self.df, conf_level=conf_level)
        numbers["n"], numbers["n_eff"] = self.n, self.n_eff
        return pd.concat([self.labels, numbers[list(ESTIMATE_COLUMNS)]], axis=1)


def project(
    basis: Basis, jacobian: FloatArray | sparse.csr_array[np.float64], index: IntArray
) -> FloatArray:
    """Return the influences of some respondents on functions of the basis, (len(index), k).

    Parts of a joined basis are projected one by one, and respondents without influence skipped.
    """
    if is_identity(jacobian):
        return basis.rows(index)
    result = np.zeros((len(index), jacobian.shape[0]))
    _add_projected(basis, jacobian, index, result)
    return result


def _add_projected(
    basis: Basis,
    jacobian: FloatArray | sparse.csr_array[np.float64],
    index: IntArray,
    result: FloatArray,
) -> None:
    """Add the influences of some respondents to those that are there already."""
    if isinstance(basis, JoinedBasis):
        offset = 0
        for part in basis.parts:
            _add_projected(part, jacobian[:, offset : offset + part.width], index, result)
            offset += part.width
        return
    if isinstance(basis, DomainBasis):
        basis.add_projected(jacobian, index, result)
        return
    some = numbers_of(jacobian)
    if some.stop == some.start:
        return
    if basis.inside is None:
        result[:, some] += np.asarray(basis.rows(index) @ jacobian[some].T)
        return
    use = np.flatnonzero(basis.inside[index])
    if len(use):
        result[use, some] += np.asarray(basis.rows(index[use]) @ jacobian[some].T)


def is_identity(jacobian: FloatArray | sparse.csr_array[np.float64]) -> bool:
    """Tell whether numbers are those of the basis themselves."""
    k = jacobian.shape[0]
    return bool(
        isinstance(jacobian, np.ndarray)
        and jacobian.shape == (k, k)
        and (np.diag(jacobian) == 1.0).all()
        and np.count_nonzero(jacobian) == k
    )


def tidy_numbers(
    values: FloatArray, std_errors: FloatArray, df: FloatArray, *, conf_level: float
) -> pd.DataFrame:
    """Return estimates with t statistics, two-sided p-values and intervals."""
    if not 0.0 < conf_level < 1.0:
        raise DesignError(f"`conf_level` must lie between 0 and 1; got {conf_level!r}.")
    safe_df = np.where(df >= 1.0, df, np.nan)
    fixed = ~(std_errors > 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = np.where(fixed, np.nan, values / std_errors)
    half = stats.t.ppf(0.5 + conf_level / 2.0, safe_df) * std_errors
    return pd.DataFrame(
        {
            "estimate": values,
            "std_error": std_errors,
            "statistic": statistic,
            "df": df,
            "p_value": 2.0 * stats.t.sf(np.abs(statistic), safe_df),
            "conf_low": values - half,
            "conf_high": values + half,
        }
    )


def join_estimates(parts: Sequence[Estimates], *, keys: pd.DataFrame | None = None) -> Estimates:
    """Put estimates of one design together, with the covariances between them.

    Parameters
    ----------
    parts : sequence of Estimates
        All of the same design; a basis that several share is kept once.
    keys : DataFrame, shape (len(parts), n_keys), optional
        Label columns to put before each part's own.

    Returns
    -------
    Estimates

    Raises
    ------
    DesignError
        If the parts belong to different designs.
    """
    design = parts[0].design
    if any(part.design is not design for part in parts):
        raise DesignError("Only estimates of one design can be joined: stack the designs first.")
    bases: list[Basis] = []
    for part in parts:
        if not any(part.basis is basis for basis in bases):
            bases.append(part.basis)
    offsets = np.cumsum([0] + [basis.width for basis in bases])
    jacobian = np.zeros((sum(len(part) for part in parts), int(offsets[-1])))
    row = 0
    for part in parts:
        position = next(k for k, basis in enumerate(bases) if basis is part.basis)
        own = part.jacobian.toarray() if sparse.issparse(part.jacobian) else part.jacobian
        jacobian[row : row + len(part), offsets[position] : offsets[position + 1]] = own
        row += len(part)
    return Estimates(
        design=design,
        labels=_joined_labels(parts, keys),
        values=np.concatenate([part.values for part in parts]),
        n=np.concatenate([part.n for part in parts]),
        n_eff=np.concatenate([part.n_eff for part in parts]),
        df=np.concatenate([part.df for part in parts]),
        basis=bases[0] if len(bases) == 1 else JoinedBasis(tuple(bases)),
        jacobian=jacobian,
    )


def _joined_labels(parts: Sequence[Estimates], keys: pd.DataFrame | None) -> pd.DataFrame:
    labels = pd.concat([part.labels for part in parts], ignore_index=True)
    if keys is None or keys.shape[1] == 0:
        return labels
    repeats = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
    return pd.concat([keys.iloc[repeats].reset_index(drop=True), labels], axis=1)

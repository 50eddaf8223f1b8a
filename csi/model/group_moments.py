"""The means and covariances of several groups of one design, with the covariances between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from csi.inference import ArrayBasis, Estimates, FloatArray, SurveyDesign
from csi.inference.estimates import JoinedBasis
from csi.moments import Moments


@dataclass(frozen=True, eq=False)
class GroupMoments:
    """Several groups' moments.

    A function of the moments and of how much of the sample each group makes up is known with
    every respondent's influence on it: groups in the same clusters are not independent.

    Attributes
    ----------
    moments : tuple of Moments
    names : tuple of str
        What the groups are called in messages.
    """

    moments: tuple[Moments, ...]
    names: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.moments)

    @property
    def design(self) -> SurveyDesign:
        """The design that all groups are part of."""
        return self.moments[0].estimates.design

    @property
    def items(self) -> tuple[str, ...]:
        """The observed variables."""
        return self.moments[0].items

    @cached_property
    def n(self) -> int:
        """Respondents in all groups."""
        return sum(each.n for each in self.moments)

    @cached_property
    def share(self) -> FloatArray:
        """Each group's share of the respondents."""
        return np.array([each.n / self.n for each in self.moments])

    @cached_property
    def scale(self) -> float:
        """The mean variance of an item."""
        return float(self.share @ [np.diag(each.cov).mean() for each in self.moments])

    @cached_property
    def pooled_cov(self) -> FloatArray:
        """Covariances within groups, averaged."""
        return np.asarray(
            sum(s * each.cov for s, each in zip(self.share, self.moments, strict=True))
        )

    @cached_property
    def basis(self) -> JoinedBasis:
        """Every respondent's influence on all moments and on the groups' shares."""
        design = self.design
        pull = np.zeros((design.n, len(self)))
        for g, each in enumerate(self.moments):
            pull[each.inside, g] = self.share[g] / design.weights[each.inside].sum()
        inside = np.logical_or.reduce([each.inside for each in self.moments])
        bases = [each.estimates.basis for each in self.moments]
        return JoinedBasis((*bases, ArrayBasis(pull, inside)))

    def functions(
        self,
        values: FloatArray,
        slopes: Sequence[FloatArray],
        pulls: FloatArray,
        labels: pd.DataFrame,
        groups: Sequence[Sequence[int]] | None = None,
    ) -> Estimates:
        """Return functions of the moments with their influences.

        Parameters
        ----------
        values : FloatArray, shape (k,)
        slopes : sequence of FloatArray, shapes (k, p + p(p+1)/2)
            Derivatives by each group's moments.
        pulls : FloatArray, shape (k, n_groups)
            Derivatives by the groups' shares.
        labels : DataFrame, shape (k, n_labels)
        groups : sequence of sequences of int, optional
            The groups that each number is about, whose smallest base is shown; by default all
            groups together.
        """
        blocks = [
            np.asarray(slope @ each.estimates.jacobian)
            for slope, each in zip(slopes, self.moments, strict=True)
        ]
        n = np.array([float(each.n) for each in self.moments])
        n_eff = np.array([each.n_eff for each in self.moments])
        df = np.array([float(each.estimates.df[0]) for each in self.moments])
        if groups is None:
            bases = [np.full(len(values), total) for total in (n.sum(), n_eff.sum(), df.max())]
        else:
            bases = [np.array([own[list(g)].min() for g in groups]) for own in (n, n_eff, df)]
        return Estimates(
            design=self.design,
            labels=labels.reset_index(drop=True),
            values=np.asarray(values, dtype=np.float64),
            n=bases[0],
            n_eff=bases[1],
            df=bases[2],
            basis=self.basis,
            jacobian=np.hstack([*blocks, pulls]),
        )

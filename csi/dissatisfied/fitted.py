"""A fitted model of dissatisfaction with its rivals and its record on unseen answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from csi.dissatisfied.performance import Performance
from csi.dissatisfied.screening import Screening
from csi.dissatisfied.table_model import TableModel
from csi.inference import FloatArray, SurveyDesign

YARDSTICK = "boosting"
"""The name of full boosting among the learners."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DissatisfactionFit:
    """A model of who is dissatisfied, its rivals, and how they do on answers they did not see.

    Attributes
    ----------
    design : SurveyDesign
    outcome : str
    dissatisfied : FloatArray, shape (n,)
        1, 0, or NaN without an answer.
    model : TableModel
        The one to score with, fitted to all respondents.
    models : mapping of str to TableModel
        Every additive learner.
    held_out : mapping of str to FloatArray, shape (n,)
        Probabilities from models that did not see the respondent; NaN without an answer.
    performances : mapping of str to Performance
        On them; ``boosting`` is the yardstick, which cannot be used to score.
    screening : Screening
    """

    design: SurveyDesign
    outcome: str
    dissatisfied: FloatArray
    model: TableModel
    models: Mapping[str, TableModel]
    held_out: Mapping[str, FloatArray]
    performances: Mapping[str, Performance]
    screening: Screening

    @property
    def performance(self) -> Performance:
        """How the chosen model does on answers that it did not see."""
        return self.performances[self.model.kind]

    @property
    def yardstick_gap(self) -> float:
        """AUC of full boosting minus that of the model: the price of being explained."""
        rival = self.performances.get(YARDSTICK)
        return np.nan if rival is None else rival.value("auc") - self.performance.value("auc")

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """Return the performance of every learner, one row per number."""
        tables = [
            performance.tidy(conf_level).assign(learner=name)
            for name, performance in self.performances.items()
        ]
        table = pd.concat(tables, ignore_index=True)
        return table[["learner", *table.columns.drop("learner")]]

    def summary(self) -> str:
        """Return what was found in words."""
        table = self.performance.tidy()
        at = np.isclose(table["share"], 0.10)
        lift = table[at & (table["term"] == "lift")].iloc[0]
        precision = table[at & (table["term"] == "precision")].iloc[0]
        lines = [
            repr(self),
            f"A list of the 10 % highest probabilities finds {lift['estimate']:.2f} times as many "
            f"as calling at random [{lift['conf_low']:.2f}, {lift['conf_high']:.2f}]; "
            f"{lift['ceiling']:.1f} would be the most possible.",
            f"{1.0 - precision['estimate']:.0%} of these calls would reach people who are not "
            "dissatisfied.",
        ]
        if np.isfinite(self.yardstick_gap):
            lines.append(f"Full boosting has an AUC higher by {self.yardstick_gap:.3f}.")
        return "\n".join(lines)

    def __repr__(self) -> str:
        return (
            f"DissatisfactionFit({self.model.kind}, n={int(np.isfinite(self.dissatisfied).sum())}, "
            f"dissatisfied={int(np.nansum(self.dissatisfied))}, "
            f"auc={self.performance.value('auc'):.3f}, "
            f"lift@10%={self.performance.value('lift', 0.10):.2f})"
        )

    def _repr_html_(self) -> str:
        return self.tidy().to_html(index=False)

"""The answers of one wave, as a frozen value."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from csi.questionnaire.schema import Questionnaire


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Responses:
    """Answers checked against their questionnaire.

    Attributes
    ----------
    questionnaire : Questionnaire
    frame : DataFrame, shape (n_respondents, n_columns)
        Numeric codes on the questionnaire's own scale (a 1-10 item holds 1 to 10); every kind of
        missing answer is NaN. Columns of the file that the questionnaire does not declare are
        left out.
    reasons : DataFrame, shape (n_respondents, n_columns)
        Why a cell of ``frame`` is NaN: a `MissingKind`, or "" where there is an answer.
    changes : DataFrame, columns ``item, change, detail, n``
        Everything that was done to the file's values, a row per item and kind of change.
    source, sha256 : str
        File name, and hash of its bytes.
    """

    questionnaire: Questionnaire
    frame: pd.DataFrame
    reasons: pd.DataFrame
    changes: pd.DataFrame
    source: str
    sha256: str

    def __repr__(self) -> str:
        return (
            f"Responses(n={len(self.frame)}, items={self.frame.shape[1]}, source={self.source!r})"
        )

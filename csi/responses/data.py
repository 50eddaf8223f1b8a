"""The answers of one wave, as a frozen value."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

import pandas as pd

from csi.questionnaire.schema import MISSING_KINDS, MissingKind, Questionnaire

SYNTHETIC = "synthetic"
"""The column of a file, and the first word of a source, that mark answers as made up."""

CHANGE_COLUMNS = ("item", "change", "detail", "n")

MISSING_WORDS: dict[MissingKind, str] = {
    "not_applicable": "not applicable",
    "dont_know": "don't know",
    "refused": "refused",
    "skipped": "skipped",
    "not_asked": "not asked",
    "no_answer": "no answer",
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Responses:
    """Answers checked against their questionnaire.

    Attributes
    ----------
    questionnaire : Questionnaire
    frame : DataFrame, shape (n_respondents, n_columns)
        Numeric codes on the questionnaire's own scale (a 1-10 item holds 1 to 10); every kind of
        missing answer is NaN. Columns of the file that the questionnaire does not declare are
        left out, unless the caller asked to keep them.
    reasons : DataFrame, shape (n_respondents, n_columns)
        Why a cell of ``frame`` is NaN: a `MissingKind`, or "" where there is an answer.
    changes : DataFrame, columns ``item, change, detail, n``
        Everything that was done to the file's values, a row per item and kind of change; ``n`` is
        a number of cells, or of columns where ``item`` is empty.
    source, sha256 : str
        File name, and hash of its bytes. The source of made-up answers begins with "synthetic".
    """

    questionnaire: Questionnaire
    frame: pd.DataFrame
    reasons: pd.DataFrame
    changes: pd.DataFrame
    source: str
    sha256: str

    def __repr__(self) -> str:
        n, items = self.frame.shape
        return f"Responses(n={n}, items={items}, source={self.source!r})"

    @property
    def synthetic(self) -> bool:
        """Whether the answers are made up."""
        return self.source.startswith(SYNTHETIC)

    def missing_table(self) -> pd.DataFrame:
        """Count the cells of every item by kind.

        Returns
        -------
        DataFrame, columns ``item, answered`` and the six missing kinds
            A row per item; the counts of a row sum to the number of respondents.
        """
        kinds = ("", *MISSING_KINDS)
        counts = {
            item: self.reasons[item].value_counts().reindex(kinds, fill_value=0)
            for item in self.reasons.columns
        }
        table = pd.DataFrame(counts, index=kinds).T.rename(columns={"": "answered"})
        return table.rename_axis("item").reset_index().rename_axis(columns=None)

    def summary(self) -> str:
        """Return what was read and everything that was done to it, a line per kind of change."""
        n, items = self.frame.shape
        title = self.questionnaire.title.to("en") or self.questionnaire.id
        lines = [f"{self.source or 'Responses'}: {n:,} respondents, {items} columns, {title}"]
        for (change, detail), rows in self.changes.groupby(["change", "detail"], sort=False):
            lines.append(f"- {change_line(str(change), str(detail), rows)}")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        table = self.missing_table().to_html(index=False)
        return f"<pre>{escape(self.summary())}</pre>{table}"


def change_line(change: str, detail: str, rows: pd.DataFrame) -> str:
    """Return one line for a kind of change: ``98 don't know: 41 cells in 9 items``."""
    cells, items = int(rows["n"].sum()), rows["item"].nunique()
    what = detail if change == "missing code" else f"{change}: {detail}" if detail else change
    if not rows["item"].any():
        return f"{what} ({count_of(cells, 'column')})" if cells else what
    named = f"`{rows['item'].iloc[0]}`" if items == 1 else f"{items} items"
    return f"{what}: {count_of(cells, 'cell')} in {named}" if cells else f"{what}: {named}"


def count_of(number: int, noun: str) -> str:
    """Return ``1 cell`` or ``41 cells``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"

"""An SPSS file as a frozen value: cases and dictionary."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape

import pandas as pd

from csi.responses.dictionary import SpssDictionary, SpssVariable, value_text


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SpssData:
    """Cases and dictionary of an SPSS file.

    Attributes
    ----------
    frame : DataFrame, shape (n_cases, n_variables)
        Values as stored: numbers as float, texts as str, dates as datetime64, durations as
        timedelta64. User-missing values are kept; NaN is the system-missing value.
    dictionary : SpssDictionary
        Labels, missing values, weight, sets, attributes.
    encoding : str
        The character set that the texts were read in.
    notes : tuple of str
        What the reader found odd, and what it did about it.
    source, sha256 : str
        File name, and hash of its bytes; empty where the data were not read from a file.
    """

    frame: pd.DataFrame
    dictionary: SpssDictionary = field(default_factory=SpssDictionary)
    encoding: str = "utf-8"
    notes: tuple[str, ...] = ()
    source: str = ""
    sha256: str = ""

    def __repr__(self) -> str:
        rows, columns = self.frame.shape
        return f"SpssData(cases={rows}, variables={columns}, weight={self.dictionary.weight!r})"

    def codebook(self) -> pd.DataFrame:
        """Return one row per variable: ``variable, label, format, measure, missing, values``."""
        rows = []
        for name in self.frame.columns:
            variable = self.dictionary.variables.get(name, SpssVariable())
            values = (f"{value_text(key)} {text}" for key, text in variable.value_labels.items())
            rows.append(
                {
                    "variable": name,
                    "label": variable.label,
                    "format": variable.format,
                    "measure": variable.measure,
                    "missing": ", ".join(str(span) for span in variable.missing),
                    "values": " | ".join(values),
                }
            )
        return pd.DataFrame(rows)

    def summary(self) -> str:
        """Return a few lines on the file and everything odd about it."""
        rows, columns = self.frame.shape
        first = (
            f"{self.source or 'SPSS data'}: {rows:,} cases, {columns:,} variables, "
            f"case weight {self.dictionary.weight or 'none'}, {self.encoding}"
        )
        return "\n".join([first, *(f"- {note}" for note in self.notes)])

    def _repr_html_(self) -> str:
        return f"<pre>{escape(self.summary())}</pre>{self.codebook().to_html(index=False)}"

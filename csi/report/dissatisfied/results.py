"""What the report on dissatisfied customers is made of: the tables and facts of the steps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from csi.dissatisfied.table_model import TableModel
from csi.dissatisfied_schema import DissatisfiedStudy
from csi.results import Provenance


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DissatisfiedResults:
    """The results of a study of the dissatisfied; a section without its table is left out.

    Attributes
    ----------
    study : DissatisfiedStudy
    model : TableModel or None
    tables : mapping of str to DataFrame
        Tidy tables by name, one number a row; `csi.dissatisfied_study.columns` lists them.
    facts : mapping of str to mapping
        Single numbers and settings of every step.
    manifest : mapping
        Of the scoring run; empty before it.
    provenance : Provenance
    """

    study: DissatisfiedStudy
    model: TableModel | None = None
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    facts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    manifest: Mapping[str, Any] = field(default_factory=dict)
    provenance: Provenance = field(default_factory=Provenance)

    def __repr__(self) -> str:
        return f"DissatisfiedResults({self.study.id!r}, tables={', '.join(self.tables)})"

"""Everything that one quarterly report is made from, in one value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from csi.comparison import Comparison, Decomposition, Regions, Trend
from csi.drivers import Drivers
from csi.elements import ComplaintLadder, ElementDrivers, Elements, ShortBoards
from csi.errors import StudyError
from csi.index import Index
from csi.inference import SurveyDesign
from csi.model.fit import ModelFit
from csi.model.invariance import Invariance
from csi.questionnaire.schema import Language, Questionnaire
from csi.report.second_level import second_level
from csi.report.units import units_table
from csi.report.wave_tables import gap_table, wave_tables
from csi.responses.data import Responses
from csi.results import ESTIMATE_COLUMNS, Provenance
from csi.study_schema import Study

_CHANGES = ("change", "change_error", "change_p_value", "change_low", "change_high")
_NUMBERS = (
    *ESTIMATE_COLUMNS[:-2], "p_adjusted", "std_all", "std_all_se", "corrected", "corrected_low",
    "corrected_high", "corrected_p_value", "smoothed",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StudyResults:
    """The results of one wave of a study.

    Attributes
    ----------
    responses : Responses
        The answers that the results rest on.
    design : SurveyDesign
        Of everybody who was sampled; those whom the study leaves out have weight zero.
    indices : mapping of tuple of str to Index
        By the items whose groups it reports: ``()`` for everybody, ``("line",)``,
        ``("line", "operator")``.
    comparisons : tuple of Comparison
    invariances : mapping of str to Invariance
        By the item whose groups were tested; items without two large enough groups are absent.
    elements : mapping of tuple of str to Elements
        By the same items as ``indices``; empty where the questionnaire declares no elements.
    element_drivers : ElementDrivers or None
        What goes with perceived quality among the users of each channel.
    short_boards : tuple of ShortBoards
        Of elements and of constructs, for each grouping that ends with the study's last item, where
        the study says which code there is ``own``.
    complaint_ladder : ComplaintLadder or None
        None where the questionnaire declares no ladder.
    provenance : Provenance
        Hashes of the inputs, versions, options; see `record_provenance`.
    changes : tuple of Comparison
        What moved since the wave before, and since the baseline: for everybody and for the groups
        of each grouping, as ``indices``; corrected together. Empty for a single wave.
    trend : tuple of Trend
        Every wave's scores: for everybody and for each grouping.
    decomposition : tuple of Decomposition
        Why the index moved: since the wave before, then since the baseline.
    gap_parts : tuple of Decomposition
        Why we score otherwise than each competitor; empty where the study says no code ``own`` or
        tells no kinds of customers apart.
    regions : Regions or None
    """

    study: Study
    questionnaire: Questionnaire
    responses: Responses
    design: SurveyDesign
    fit: ModelFit
    indices: Mapping[tuple[str, ...], Index]
    drivers: Drivers
    comparisons: tuple[Comparison, ...] = ()
    invariances: Mapping[str, Invariance] = field(default_factory=dict)
    elements: Mapping[tuple[str, ...], Elements] = field(default_factory=dict)
    element_drivers: ElementDrivers | None = None
    short_boards: tuple[ShortBoards, ...] = ()
    complaint_ladder: ComplaintLadder | None = None
    provenance: Provenance = field(default_factory=Provenance)
    changes: tuple[Comparison, ...] = ()
    trend: tuple[Trend, ...] = ()
    decomposition: tuple[Decomposition, ...] = ()
    gap_parts: tuple[Decomposition, ...] = ()
    regions: Regions | None = None

    def __repr__(self) -> str:
        return f"StudyResults({self.study.id!r}, n={self.n}, verdict={self.verdict!r})"

    @property
    def n(self) -> int:
        """Number of respondents that the results rest on: those with a weight."""
        return int(np.count_nonzero(self.design.weights))

    @property
    def verdict(self) -> str:
        """Whether the model may be trusted: ``certified``, ``provisional`` or ``withheld``."""
        return str(self.fit.diagnosis().verdict)

    @property
    def synthetic(self) -> bool:
        """Whether the answers are made up, as the study says or their file does."""
        return self.study.synthetic or self.responses.synthetic

    @property
    def index_construct(self) -> str:
        """The construct whose score is the satisfaction index.

        Raises
        ------
        StudyError
            If the questionnaire has no model.
        """
        model = self.questionnaire.model
        if model is None:
            raise StudyError(f"{self.questionnaire.source} has no `model`, so there is no index.")
        return model.index

    def tables(self, language: Language | None = None) -> dict[str, pd.DataFrame]:
        """Return every tidy table by name, without the numbers that must not be read.

        Empty are scores on too small a base, gaps that were not tested, and the paths of a model
        whose paths are withheld; ``verdict`` beside the parameters says so. Where a table holds
        several groupings, an item that does not divide a row is empty. Each item of answers has a
        column of labels beside it, in ``language`` or the study's first. The table ``units`` says
        what every other one counts in.
        """
        indices = self.indices.values()
        tables = {
            "index": pd.concat([i.tidy() for i in indices], ignore_index=True),
            "indicators": pd.concat([i.indicators_tidy() for i in indices], ignore_index=True),
            "weights": self.indices[()].weights_tidy(),
            "parameters": judged_parameters(self.fit),
            "fit": self.fit.glance(),
            "reliability": self.fit.reliability(),
            "drivers": self.drivers.tidy(),
        }
        if self.comparisons:
            parts = [c.tidy().assign(across=c.across) for c in self.comparisons]
            tables["comparisons"] = pd.concat(parts, ignore_index=True)
        if self.invariances:
            levels = [i.tidy().assign(across=item) for item, i in self.invariances.items()]
            tables["invariance"] = pd.concat(levels, ignore_index=True)
        if self.elements:
            parts = [levels.tidy() for levels in self.elements.values()]
            tables["elements"] = pd.concat(parts, ignore_index=True)
        if self.element_drivers is not None:
            tables["element_drivers"] = self.element_drivers.tidy()
        if self.short_boards:
            boards = [b.tidy().assign(across=b.across, kind=b.kind) for b in self.short_boards]
            tables["short_boards"] = pd.concat(boards, ignore_index=True)
        if self.complaint_ladder is not None:
            tables["complaint_ladder"] = self.complaint_ladder.tidy()
            tables["complaint_ladder_gaps"] = self.complaint_ladder.gaps_tidy()
        tables |= wave_tables(self.changes, self.trend, self.decomposition, self.regions)
        if self.gap_parts:
            parts = [gap_table(gap) for gap in self.gap_parts]
            tables["gap_parts"] = pd.concat(parts, ignore_index=True)
        language = language or self.study.languages[0]
        shown = {
            name: label_groups(
                _items_first(hold_back(table), self.study.by), self.questionnaire, language
            )
            for name, table in tables.items()
        }
        return shown | {"units": units_table(tables, lower_is_better(self.questionnaire))}

    def summary(self) -> str:
        """Return the results in some lines of text: what there is, and no more."""
        language = self.study.languages[0]
        lines = [
            f"{self.study.title.to(language)}: {self.n} respondents"
            + (" (synthetic: nobody was asked)" if self.synthetic else ""),
            f"Model: {self.verdict}",
            *(f"  {reason}" for reason in explain_verdict(self.fit, self.questionnaire, language)),
            *self._index_lines(language),
            *self._driver_lines(language),
            *(repr(comparison) for comparison in self.comparisons),
            *second_level(self, language),
            *(line for each in self.changes for line in each.summary().splitlines()),
        ]
        return "\n".join(lines)

    def _index_lines(self, language: Language) -> Iterable[str]:
        label = self.questionnaire.construct_label(self.index_construct, language)
        yield f"Index ({label}), points from 0 to 100"
        for by, index in self.indices.items():
            table = index.tidy()
            for _, row in table[table["term"] == self.index_construct].iterrows():
                labels = [self.questionnaire.level_label(i, row[i], language) for i in by]
                yield f"  {', '.join(labels) or 'All'}: {_score(row)}"

    def _driver_lines(self, language: Language) -> Iterable[str]:
        table = self.drivers.tidy()
        shown = table[table["measure"] == self.drivers.shown].sort_values("rank")
        yield f"Drivers ({self.drivers.shown})"
        for _, row in shown.iterrows():
            label = self.questionnaire.construct_label(row["term"], language)
            yield f"  {row['rank']:.0f}. {label}: {row['estimate']:.2f}"


def explain_verdict(
    fit: ModelFit, questionnaire: Questionnaire, language: Language, *, group: int = 0
) -> tuple[str, ...]:
    """Say in plain words what makes a model's paths provisional, or withholds them.

    Paths beyond ±1 are counted, not quoted: their values must not be read.

    Parameters
    ----------
    fit : ModelFit
    questionnaire : Questionnaire
        Knows the names of the constructs.
    language : Language
    group : int
        Position in ``fit.groups``.

    Returns
    -------
    tuple of str
        A sentence each; empty for a certified model.
    """
    from csi.report.sections.drivers import diagnosis_sentence
    from csi.report.wording import Wording

    diagnosis, words = fit.diagnosis(group), Wording(questionnaire, language)
    grave = [finding for finding in diagnosis.findings if finding.severity == diagnosis.verdict]
    beyond = sum(finding.code == "path_beyond_one" for finding in grave)
    sentences = [diagnosis_sentence(words, f) for f in grave if f.code != "path_beyond_one"]
    if beyond:
        key = "drivers.beyond_one_single" if beyond == 1 else "drivers.beyond_one"
        sentences.append(words(key, count=beyond, total=len(fit.table.paths)))
    return tuple(sentences)


def lower_is_better(questionnaire: Questionnaire) -> tuple[str, ...]:
    """Return the constructs of which less is better: ``report: polarity:``."""
    polarity = questionnaire.report.get("polarity")
    named = polarity if isinstance(polarity, Mapping) else {}
    return tuple(name for name, way in named.items() if way == "lower_is_better")


def judged_parameters(fit: ModelFit) -> pd.DataFrame:
    """Return the parameters of a fit with the ``verdict`` on the paths of their group."""
    table = fit.tidy()
    verdicts = fit.glance()[[*fit.by, "verdict"]]
    if fit.by:
        return table.merge(verdicts, on=list(fit.by), how="left", validate="many_to_one")
    return table.assign(verdict=verdicts["verdict"].item())


def hold_back(table: pd.DataFrame) -> pd.DataFrame:
    """Empty the numbers that must not be read; what they rest on stays.

    Parameters
    ----------
    table : DataFrame
        A tidy table. Hidden are scores whose ``flag`` is ``suppressed``, gaps whose ``verdict`` is
        ``base too small``, changes between waves whose ``verdict`` or ``change_verdict`` is that or
        ``not comparable``, and paths (``op`` is ``~``) whose ``verdict`` is ``withheld``.

    Returns
    -------
    DataFrame
        A copy.
    """
    unread = ["base too small"]
    if "before" in table:
        unread.append("not comparable")
    hidden = pd.Series(False, index=table.index)
    if "flag" in table:
        hidden |= table["flag"] == "suppressed"
    if "verdict" in table:
        hidden |= table["verdict"].isin(unread)
    changes = [name for name in _CHANGES if name in table]
    if changes:
        untested = table["change_verdict"].isin(["base too small", "not comparable"])
    if {"op", "verdict"} <= set(table.columns):
        hidden |= (table["op"] == "~") & (table["verdict"] == "withheld")
    shown = table.copy()
    shown.loc[hidden, [column for column in _NUMBERS if column in table]] = np.nan
    if changes:
        shown.loc[untested, changes] = np.nan
    return shown


def label_groups(
    table: pd.DataFrame, questionnaire: Questionnaire, language: Language
) -> pd.DataFrame:
    """Put beside each column of group codes a column of their labels.

    Parameters
    ----------
    table : DataFrame
        A tidy table. Its columns that are items of the questionnaire hold codes; ``group_a`` and
        ``group_b`` or ``best`` hold codes of the item that ``across`` names.
    questionnaire : Questionnaire
    language : Language

    Returns
    -------
    DataFrame
        A copy, with ``<column>_label`` after each such column.
    """
    labelled = table.copy()
    for column in table.columns:
        if column in ("group_a", "group_b", "best") and "across" in table:
            items = table["across"]
        elif column in questionnaire.items:
            items = pd.Series(column, index=table.index)
        else:
            continue
        labels = [
            code if isinstance(code, str) else _level(questionnaire, item, code, language)
            for item, code in zip(items, table[column], strict=True)
        ]
        labelled.insert(int(labelled.columns.get_loc(column)) + 1, f"{column}_label", labels)  # type: ignore[arg-type]
    return labelled


def _items_first(table: pd.DataFrame, by: tuple[str, ...]) -> pd.DataFrame:
    """Order columns: items, ``across``, then the rest; codes become whole numbers."""
    first = [name for name in (*by, "across") if name in table]
    ordered = table[[*first, *(name for name in table if name not in first)]].copy()
    for name in (*by, "group_a", "group_b"):
        if name in table and not any(isinstance(code, str) for code in table[name]):
            ordered[name] = pd.to_numeric(ordered[name]).astype("Int64")
    return ordered


def _level(questionnaire: Questionnaire, item: str, code: object, language: Language) -> str:
    return "" if pd.isna(code) else questionnaire.level_label(item, code, language)  # type: ignore[call-overload]


def _score(row: pd.Series) -> str:
    if row["flag"] == "suppressed":
        return f"not shown, n = {row['n']:.0f}"
    mark = "\u2020" if row["flag"] == "low" else ""
    interval = f"{row['conf_low']:.1f} to {row['conf_high']:.1f}"
    return f"{row['estimate']:.1f}{mark} ({interval}), n = {row['n']:.0f}"

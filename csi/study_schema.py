"""A study as frozen values: which questionnaire, which answers, whose report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from csi.errors import StudyError
from csi.inference import Lonely
from csi.questionnaire.conditions import Condition
from csi.questionnaire.schema import LANGUAGES, Language, Text
from csi.sampling.method_details import MethodDetails
from csi.weighting.margins import Margins
from csi.weighting.weights import Residuals

SECTIONS = (
    "cover",
    "summary",
    "scores",
    "trend",
    "lines",
    "constructs",
    "comparability",
    "drivers",
    "elements",
    "channels",
    "regions",
    "loyalty",
    "path_model",
    "measurement",
    "method",
    "data_tables",
)
"""The parts of a report, in their order; one that has nothing to say about a study is left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wave:
    """One round of a study.

    Attributes
    ----------
    responses : Path
        The file of answers: .sav, .zsav, .por, .csv, .xlsx or .parquet.
    weight, strata, psu, fpc : str or None
        Columns that hold the survey weight, the stratum, the cluster and the size of the stratum.
    lonely : Lonely
        What a stratum with one interview contributes; see `make_design`.
    design : Path or None
        A table with columns of the design; its rows are found by the items that it names.
    margins : mapping
        What the weights are calibrated to; see `weight_responses`. May be empty.
    margins_file : Path or None
        Where they stand, if not in the study file.
    trim : float or None
        The largest weight as a multiple of their mean.
    residuals : {"base", "calibrated"}
        See `weight_responses`; margins of a survey with non-response correct it, so "calibrated".
    columns : mapping of item to column
        For columns that are not called as their items are.
    keep : tuple of str
        Columns to carry along that the questionnaire does not declare.
    sheet : str or None
        Of a workbook; the first if absent.
    questionnaire : Path or None
        Of this wave, where it was another than the study's.
    mode : str
        How people were asked: "CATI". A change of it ends every series.
    sampling : str
        How they were sampled, in words; a change of it ends every series.
    """

    id: str
    label: Text
    responses: Path
    weight: str | None = None
    strata: str | None = None
    psu: str | None = None
    fpc: str | None = None
    lonely: Lonely = "fail"
    design: Path | None = None
    margins: Margins = field(default_factory=dict)
    margins_file: Path | None = None
    trim: float | None = None
    residuals: Residuals = "calibrated"
    columns: Mapping[str, str] = field(default_factory=dict)
    keep: tuple[str, ...] = ()
    sheet: str | None = None
    questionnaire: Path | None = None
    mode: str = ""
    sampling: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionPlan:
    """How regions are assessed.

    Attributes
    ----------
    by : str
        The item whose codes are the regions.
    mix : tuple of str
        Items that the scores are adjusted for.
    sources : Path or None
        A CSV file of other measures; see `csi.comparison.read_sources`.
    """

    by: str
    mix: tuple[str, ...] = ()
    sources: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """What a study file says.

    Attributes
    ----------
    title, client, period, fieldwork, population, mode : Text
        For the cover and the method appendix; all but the title may be empty.
    method : MethodDetails
        What only people know of the survey, for the items of disclosure; may be empty.
    method_file : Path or None
        Where it stands.
    questionnaire : Path
    waves : tuple of Wave
        In the order of time; the last one is reported.
    baseline : str or None
        The wave that changes are measured from, besides the one before the reported.
    panel : str or None
        The column that says who took part in several waves.
    margin : float or None
        Differences smaller than this many points do not matter.
    cells : tuple of str
        Items whose combinations are the kinds of customers that explain a change; by default
        those of ``by`` and the regions.
    regions : RegionPlan or None
    by : tuple of str
        The items whose groups are reported, at most two: line, operator.
    own : int or None
        Our code among the groups of the last item of ``by``.
    where : Condition or None
        Only respondents for whom it holds are analysed, after everybody was weighted; the others
        stay in the design, so that standard errors know how many there were.
    languages : tuple of Language
        One report each.
    branding : mapping
        ``name, colours, fonts, font_folder, logo, template, slides``; files as absolute paths.
    confidential : Text
        Words for the foot of every page; may be empty.
    sections : tuple of str
        The parts of the report that are wanted, of `SECTIONS`.
    synthetic : bool
        The answers are simulated: every page says so.
    source, sha256 : str
        File name, and hash of its bytes.
    folder : Path
        The folder of the study file; every path in it starts there.
    """

    id: str
    title: Text
    questionnaire: Path
    waves: tuple[Wave, ...]
    by: tuple[str, ...] = ()
    own: int | None = None
    baseline: str | None = None
    panel: str | None = None
    margin: float | None = None
    cells: tuple[str, ...] = ()
    regions: RegionPlan | None = None
    where: Condition | None = None
    client: Text = field(default_factory=Text)
    period: Text = field(default_factory=Text)
    fieldwork: Text = field(default_factory=Text)
    population: Text = field(default_factory=Text)
    mode: Text = field(default_factory=Text)
    method: MethodDetails = field(default_factory=MethodDetails)
    method_file: Path | None = None
    languages: tuple[Language, ...] = LANGUAGES
    branding: Mapping[str, object] = field(default_factory=dict)
    confidential: Text = field(default_factory=Text)
    sections: tuple[str, ...] = SECTIONS
    synthetic: bool = False
    source: str
    sha256: str
    folder: Path

    def __repr__(self) -> str:
        return f"Study({self.id!r}, waves={len(self.waves)}, by={', '.join(self.by) or 'nothing'})"

    def files(self, wave: str | None = None) -> tuple[Path, ...]:
        """Return the files behind a wave's results, the study file first."""
        waves = self.until(wave)
        answers = [each.responses for each in waves]
        forms = [self.questionnaire, *(w.questionnaire for w in waves if w.questionnaire)]
        sources = [self.regions.sources] if self.regions and self.regions.sources else []
        weights = [file for w in waves for file in (w.design, w.margins_file) if file]
        details = [self.method_file] if self.method_file else []
        files = [self.folder / self.source, *forms, *answers, *weights, *sources, *details]
        return tuple(dict.fromkeys(files))

    @property
    def kinds(self) -> tuple[str, ...]:
        """The items whose combinations are the kinds of customers that explain a change."""
        regions = [self.regions.by] if self.regions else []
        return tuple(dict.fromkeys(self.cells or (*self.by, *regions)))

    def until(self, wave: str | None = None) -> tuple[Wave, ...]:
        """Return the waves up to one, by default all."""
        return self.waves[: self.waves.index(self.wave(wave)) + 1]

    def form(self, wave: str | None = None) -> Path:
        """Return the questionnaire of a wave."""
        return self.wave(wave).questionnaire or self.questionnaire

    def wave(self, id: str | None = None) -> Wave:
        """Return a wave by its identifier, or the last one.

        Raises
        ------
        StudyError
            If there is no such wave.
        """
        if id is None:
            return self.waves[-1]
        found = next((wave for wave in self.waves if wave.id == id), None)
        if found is None:
            known = ", ".join(f"`{wave.id}`" for wave in self.waves)
            raise StudyError(f"{self.source} has no wave `{id}`. Its waves: {known}.")
        return found

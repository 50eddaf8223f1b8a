"""A study of the dissatisfied as frozen values: whose base, which survey, what is done about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from csi.dissatisfied.indicators import Indicator
from csi.dissatisfied.learners import Learner
from csi.dissatisfied.segments import Axis
from csi.questionnaire.conditions import Condition
from csi.questionnaire.schema import LANGUAGES, Language, Text

Code = int | str


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """The survey: one row for everybody issued, with what the base knew on the day of the snapshot.

    Attributes
    ----------
    file : Path
        A parquet file.
    responded, interviewed, outcome : str
        Columns: truth value, day, rating.
    weight, strata : str or None
        Columns of the design weight and the stratum.
    second, reason : str or None
        Columns of a second measure on the same scale, and of the stated reason.
    scale : (float, float)
        The ends of the rating scale.
    dissatisfied_to : float
        Ratings up to this count as dissatisfied.
    """

    file: Path
    responded: str
    interviewed: str
    outcome: str
    weight: str | None = None
    strata: str | None = None
    second: str | None = None
    reason: str | None = None
    scale: tuple[float, float] = (1.0, 10.0)
    dissatisfied_to: float = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A channel through which customers say that they are dissatisfied, one row per record.

    Attributes
    ----------
    files : str
        A parquet path or pattern, absolute.
    where : Condition or None
        Which rows are of this channel.
    date, rating, cause : str
        Columns; without a rating every record counts, as a complaint does.
    valid_days : int
        Days after which a record no longer counts.
    """

    name: str
    label: Text
    files: str
    where: Condition | None = None
    date: str = "date"
    rating: str | None = None
    cause: str | None = None
    dissatisfied_to: float = 5.0
    valid_days: int = 180


@dataclass(frozen=True, slots=True, kw_only=True)
class Silent:
    """A hypothesis: customers who were in touch on no channel for some months."""

    name: str
    label: Text
    channels: tuple[str, ...]
    months: int = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A hypothesis: customers who were hit by an incident, joined by ``on`` and by dates."""

    name: str
    label: Text
    file: Path
    on: str
    start: str = "date"
    end: str | None = None
    within_days: int = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class Hypotheses:
    """Which hypotheses are examined, and the columns that make the case mix."""

    silent: tuple[Silent, ...] = ()
    events: tuple[Event, ...] = ()
    adjust: tuple[str, ...] = ()

    @property
    def labels(self) -> dict[str, Text]:
        """The name of every hypothesis in words."""
        silent = {rule.name: rule.label for rule in self.silent}
        return silent | {rule.name: rule.label for rule in self.events}


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelOptions:
    """How the model is fitted."""

    learner: Learner = "scorecard"
    max_indicators: int = 15
    max_bins: int = 8
    threshold: float = 10.0
    folds: int = 5
    seed: int = 1
    tiers: Mapping[str, float] = field(default_factory=lambda: {"high": 0.10, "middle": 0.30})


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """How the dissatisfied are described.

    Attributes
    ----------
    columns : tuple of str
        Columns in whose levels they are compared with the others.
    contacts : tuple of str
        Counts of contacts per channel, for tiers of activity.
    grid : tuple of Axis
        The axes of a segment grid, such as value × stability × need.
    axes : mapping of str to Text
        Names of the axes in words.
    """

    columns: tuple[str, ...] = ()
    contacts: tuple[str, ...] = ()
    grid: tuple[Axis, ...] = ()
    axes: Mapping[str, Text] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Actions:
    """Who is acted on, and what the evaluation is expected to be like.

    Attributes
    ----------
    rules : Path
        The file of care rules; see `csi.dissatisfied.care_rules.read_care_rules`.
    tiers : tuple of str
        Tiers of the model that are candidates, besides the pool.
    seed : int
        Of the hold-out.
    purpose, responsible : str
        For the audit line of the list that leaves the house.
    currency : str
    names : mapping of str to Text
        The rules' names in words.
    sd, response, deff : float
        Of the follow-up: standard deviation of the score, share of answers, design effect.
    take_up : float or None
        Share of those cared for who are expected to take part.
    """

    rules: Path
    tiers: tuple[str, ...] = ("high",)
    seed: int = 1
    purpose: str = "care"
    responsible: str = "not named"
    currency: str = ""
    names: Mapping[str, Text] = field(default_factory=dict)
    sd: float = 20.0
    response: float = 0.35
    deff: float = 1.0
    take_up: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """The interviews after care.

    Attributes
    ----------
    file : Path
        One row per interview: key and rating, on the scale of the survey.
    outcome : str
    participants : Path or None
        One row per customer who took part: the key.
    weight : str or None
    reliability, reliability_se : float or None
        Of one rating; by default from the two measures of the survey.
    """

    file: Path
    outcome: str
    participants: Path | None = None
    weight: str | None = None
    reliability: float | None = None
    reliability_se: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    """What a synthetic study makes up.

    Attributes
    ----------
    subscribers, issued : int
        Size of the base, and of the sample issued to the field.
    response_rate : float
    seed : int
    effect : float
        Points on 0-100 that an action really brings to a customer who takes it up.
    take_up : float
        Share of those acted on who take it up.
    """

    subscribers: int
    issued: int
    response_rate: float = 0.35
    seed: int = 1
    effect: float = 3.0
    take_up: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DissatisfiedStudy:
    """What ``dissatisfied.yaml`` says.

    Attributes
    ----------
    title, client, period, population, mode, fieldwork, confidential : Text
        For the cover and the method appendix; all but the title may be empty.
    synthetic : bool
        Marked on every page if true.
    as_of : date
        The day of the snapshot.
    table : str
        Parquet path or pattern of the base, absolute.
    key : str
        Column of pseudonymous whole-number keys.
    indicators : tuple of Indicator
    segments : tuple of str
        Columns in whose groups results are shown.
    labels : mapping of str to Text
        Names of columns.
    levels : mapping of str to mapping of code to Text
        Names of the levels of columns.
    simulate : Simulation or None
        Only in synthetic studies.
    source, sha256 : str
        File name, and hash of its bytes.
    folder : Path
        The folder of the study file; every path in it starts there.
    """

    id: str
    title: Text
    as_of: date
    table: str
    key: str
    survey: Survey
    indicators: tuple[Indicator, ...]
    channels: tuple[Channel, ...] = ()
    hypotheses: Hypotheses = field(default_factory=Hypotheses)
    segments: tuple[str, ...] = ()
    model: ModelOptions = field(default_factory=ModelOptions)
    profile: Profile = field(default_factory=Profile)
    actions: Actions | None = None
    follow_up: FollowUp | None = None
    simulate: Simulation | None = None
    synthetic: bool = False
    client: Text = field(default_factory=Text)
    period: Text = field(default_factory=Text)
    fieldwork: Text = field(default_factory=Text)
    population: Text = field(default_factory=Text)
    mode: Text = field(default_factory=Text)
    confidential: Text = field(default_factory=Text)
    labels: Mapping[str, Text] = field(default_factory=dict)
    levels: Mapping[str, Mapping[Code, Text]] = field(default_factory=dict)
    languages: tuple[Language, ...] = LANGUAGES
    branding: Mapping[str, object] = field(default_factory=dict)
    source: str
    sha256: str
    folder: Path

    def __repr__(self) -> str:
        mark = ", synthetic" if self.synthetic else ""
        return f"DissatisfiedStudy({self.id!r}, indicators={len(self.indicators)}{mark})"

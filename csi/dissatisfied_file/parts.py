"""The parts of ``dissatisfied.yaml``, from the survey to what a simulation plants."""

from __future__ import annotations

import glob
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import cast

from csi.dissatisfied.indicators import Indicator, Kind
from csi.dissatisfied.learners import LEARNERS, Learner
from csi.dissatisfied_schema import (
    Channel,
    Event,
    FollowUp,
    Hypotheses,
    ModelOptions,
    Silent,
    Simulation,
    Survey,
)
from csi.errors import QuestionnaireError, suggest
from csi.questionnaire.conditions import Condition, parse_condition
from csi.questionnaire.schema import Text
from csi.questionnaire.sections import Section
from csi.questionnaire.texts import read_text

_KINDS: tuple[Kind, ...] = ("number", "date", "level")
_ALL = (1.0, 1e9)
_PART = (0.001, 0.999)


def read_words(section: Section, key: str, *, required: bool = False) -> Text:
    """Read a text in both languages, or one text for both."""
    if isinstance(section.plain(key), dict):
        return read_text(section, key)
    text = section.text(key, None if required else "")
    return Text(en=text, zh=text)


def read_date(section: Section, key: str) -> date:
    """Read a day, ``2026-03-31``."""
    text = section.text(key)
    try:
        return date.fromisoformat(text)
    except ValueError:
        if text:
            hint = "Write year, month and day, as in 2026-03-31."
            section.fault(key, f"{section.label}: `{key}` is not a day: `{text}`.", hint)
        return date.min


def read_file(
    section: Section, key: str, folder: Path, *, required: bool = True, made: bool = False
) -> Path | None:
    """Read a path that must lead to a file unless the study makes it; `font_folder`, a folder."""
    text = section.text(key, None if required else "")
    if not text:
        return None
    path, is_folder = folder / text, key == "font_folder"
    if made or (path.is_dir() if is_folder else path.is_file()):
        return path
    near = [entry.name for entry in path.parent.glob("*")] if path.parent.is_dir() else []
    remedy = suggest(path.name, near) or "Paths start at the folder of the study file."
    kind = "folder" if is_folder else "file"
    section.fault(key, f"{section.label}: there is no {kind} `{text}`.", remedy)
    return None


def read_pattern(section: Section, key: str, folder: Path, *, made: bool) -> str:
    """Read a path or pattern of parquet files; at least one must be there unless it is made."""
    text = section.text(key)
    pattern = str(folder / text)
    if text and not text.endswith(".parquet"):
        hint = "Other tables are scored with `csi.score_customers` and an engine of your own."
        section.fault(key, f"{section.label}: `{key}` is not a .parquet path: `{text}`.", hint)
    elif text and not made and not glob.glob(pattern):
        hint = "Paths start at the folder of the study file."
        section.fault(key, f"{section.label}: no file matches `{text}`.", hint)
    return pattern


def read_survey(root: Section, folder: Path, *, made: bool) -> Survey:
    """Read ``survey``."""
    section = root.section("survey")
    if section is None:
        return Survey(file=folder, responded="", interviewed="", outcome="")
    scale = section.plain("scale")
    low, high = scale if isinstance(scale, tuple) and len(scale) == 2 else (1, 10)
    if not (isinstance(low, int | float) and isinstance(high, int | float) and low < high) or (
        scale is not None and not (isinstance(scale, tuple) and len(scale) == 2)
    ):
        hint = "Write its two ends, as in [1, 10]."
        section.fault("scale", f"{section.label}: `scale` is not a rating scale.", hint)
        low, high = 1, 10
    survey = Survey(
        file=read_file(section, "file", folder, made=made) or folder,
        responded=section.text("responded"),
        interviewed=section.text("interviewed"),
        outcome=section.text("outcome"),
        weight=section.text("weight", "") or None,
        strata=section.text("strata", "") or None,
        second=section.text("second", "") or None,
        reason=section.text("reason", "") or None,
        scale=(float(low), float(high)),
        dissatisfied_to=section.number(
            "dissatisfied_to", required=True, within=(float(low), float(high))
        )
        or float(low),
    )
    section.close()
    return survey


def read_channels(root: Section, folder: Path, *, made: bool) -> tuple[Channel, ...]:
    """Read ``pool``: the channels through which customers complain."""
    channels: dict[str, Channel] = {}
    for part in root.sections("pool", required=False):
        name = part.text("name")
        part.label = f"Channel `{name}`" if name else part.label
        if name in channels:
            part.fault("name", f"Two channels are called `{name}`.")
        channels[name] = Channel(
            name=name,
            label=read_words(part, "label", required=True),
            files=read_pattern(part, "files", folder, made=made),
            where=read_condition(part, "where"),
            date=part.text("date", "date"),
            rating=part.text("rating", "") or None,
            cause=part.text("cause", "") or None,
            dissatisfied_to=part.number("dissatisfied_to", 5.0) or 0.0,
            valid_days=part.integer("valid_days", 180, within=(1, 3650)) or 180,
        )
        part.close()
    return tuple(channels.values())


def read_condition(section: Section, key: str) -> Condition | None:
    """Read a condition on columns, such as ``source = 'sms'``."""
    text = section.text(key, "")
    if not text:
        return None
    try:
        return parse_condition(text)
    except QuestionnaireError as error:
        section.fault(key, f"{section.label}: `{key}`: {error}")
        return None


def read_indicators(root: Section) -> tuple[Indicator, ...]:
    """Read ``indicators``: columns by kind, ``{number: [...], date: [...], level: [...]}``."""
    section = root.section("indicators")
    if section is None:
        return ()
    found: dict[str, Indicator] = {}
    for kind in _KINDS:
        for entry in section.entries(kind, required=False):
            if entry.text in found:
                message = f"{section.label} names `{entry.text}` twice."
                section.faults.add(entry.line, message, "Remove one.")
            found[entry.text] = Indicator(column=entry.text, kind=kind)
    section.close()
    if not found:
        hint = "List columns under `number`, `date` or `level`."
        root.fault("indicators", "The study names no indicator.", hint)
    return tuple(found.values())


def read_hypotheses(root: Section, folder: Path, *, made: bool) -> Hypotheses:
    """Read ``hypotheses``: the silent, events, and the columns of the case mix."""
    section = root.section("hypotheses", required=False)
    if section is None:
        return Hypotheses()
    silent: list[Silent] = []
    events: list[Event] = []
    for part in section.sections("silent", required=False):
        silent.append(
            Silent(
                name=_named(part, [rule.name for rule in silent]),
                label=read_words(part, "label", required=True),
                channels=tuple(entry.text for entry in part.entries("channels")),
                months=part.integer("months", 6, within=(1, 60)) or 6,
            )
        )
        part.close()
    for part in section.sections("events", required=False):
        events.append(
            Event(
                name=_named(
                    part, [*(rule.name for rule in silent), *(rule.name for rule in events)]
                ),
                label=read_words(part, "label", required=True),
                file=read_file(part, "file", folder, made=made) or folder,
                on=part.text("on"),
                start=part.text("start", "date"),
                end=part.text("end", "") or None,
                within_days=part.integer("within_days", 90, within=(1, 3650)) or 90,
            )
        )
        part.close()
    adjust = tuple(entry.text for entry in section.entries("adjust", required=False))
    section.close()
    return Hypotheses(silent=tuple(silent), events=tuple(events), adjust=adjust)


def _named(part: Section, taken: Sequence[str]) -> str:
    name = part.text("name")
    part.label = f"Hypothesis `{name}`" if name else part.label
    if name in taken:
        part.fault("name", f"Two hypotheses are called `{name}`.")
    return name


def read_model(root: Section) -> ModelOptions:
    """Read ``model``; what is absent takes its default."""
    section, default = root.section("model", required=False), ModelOptions()
    if section is None:
        return default
    tiers = section.section("tiers", required=False)
    shares = (
        default.tiers
        if tiers is None
        else {name: tiers.number(name, within=_PART) or 0.1 for name in tiers}
    )
    if list(shares.values()) != sorted(shares.values()):
        hint = "Each share is that of the tier and all above it, as in {high: 0.1, middle: 0.3}."
        section.fault("tiers", "`model`: the shares of `tiers` do not rise.", hint)
    options = ModelOptions(
        learner=cast(Learner, section.choice("learner", LEARNERS, default.learner)),
        max_indicators=section.integer("max_indicators", default.max_indicators, within=(1, 60))
        or default.max_indicators,
        max_bins=section.integer("max_bins", default.max_bins, within=(2, 20)) or default.max_bins,
        threshold=section.number("threshold", default.threshold, within=(0.0, 100.0)) or 0.0,
        folds=section.integer("folds", default.folds, within=(2, 20)) or default.folds,
        seed=section.integer("seed", default.seed, within=(0, 2**31)) or 0,
        tiers=shares,
    )
    section.close()
    return options


def read_follow_up(root: Section, folder: Path) -> FollowUp | None:
    """Read ``follow_up``: interviews after care; the files may come later."""
    section = root.section("follow_up", required=False)
    if section is None:
        return None
    follow_up = FollowUp(
        file=read_file(section, "file", folder, made=True) or folder,
        outcome=section.text("outcome"),
        participants=read_file(section, "participants", folder, required=False, made=True),
        weight=section.text("weight", "") or None,
        reliability=section.number("reliability", required=False, within=(0.05, 1.0)),
        reliability_se=section.number("reliability_se", 0.0, within=(0.0, 0.5)) or 0.0,
    )
    section.close()
    return follow_up


def read_simulation(root: Section, synthetic: bool) -> Simulation | None:
    """Read ``simulate``, which only a synthetic study may have."""
    section = root.section("simulate", required=False)
    if section is None:
        return None
    if not synthetic:
        hint = "Write `synthetic: true`: every page then says so."
        root.fault("simulate", "The study: `simulate` needs `synthetic: true`.", hint)
    simulation = Simulation(
        subscribers=section.integer("subscribers", within=_ALL) or 1,
        issued=section.integer("issued", within=_ALL) or 1,
        response_rate=section.number("response_rate", 0.35, within=_PART) or 0.35,
        seed=section.integer("seed", 1, within=(0, 2**31)) or 0,
        effect=section.number("effect", 3.0, within=(-50.0, 50.0)) or 0.0,
        take_up=section.number("take_up", 1.0, within=(0.0, 1.0)) or 0.0,
    )
    section.close()
    if simulation.issued > simulation.subscribers:
        hint = f"At most {simulation.subscribers:,}."
        root.fault("simulate", "`simulate`: more are `issued` than there are subscribers.", hint)
    return simulation

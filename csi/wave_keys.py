"""The keys of a study file that are about waves and regions."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import cast, get_args

from csi.errors import SamplingError, WeightingError, suggest
from csi.inference import Lonely
from csi.questionnaire.schema import Questionnaire, Text
from csi.questionnaire.sections import Section
from csi.storage import short_path
from csi.study_keys import (
    check_item,
    column_names,
    read_columns,
    read_form,
    read_identifier,
    read_path,
    read_texts,
)
from csi.study_schema import RegionPlan, Wave
from csi.weighting.margin_files import margins_in, read_margins_file
from csi.weighting.margins import Margins
from csi.weighting.weights import Residuals


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveKeys:
    """What a study file says about its waves and how they are compared; see `Study`."""

    waves: tuple[Wave, ...]
    baseline: str | None
    panel: str | None
    margin: float | None
    cells: tuple[str, ...]
    regions: RegionPlan | None


def read_wave_keys(root: Section, folder: Path, questionnaire: Questionnaire | None) -> WaveKeys:
    """Read ``waves, baseline, panel, margin, cells, regions``; faults go into the document's."""
    waves = _waves(root, folder, questionnaire)
    return WaveKeys(
        waves=waves,
        baseline=_baseline(root, waves),
        panel=_panel(root, waves, questionnaire),
        margin=root.number("margin", required=False, within=(0.0, 100.0)),
        cells=_items(root, "cells", questionnaire),
        regions=_regions(root, folder, questionnaire),
    )


def _waves(root: Section, folder: Path, questionnaire: Questionnaire | None) -> tuple[Wave, ...]:
    sections = root.sections("waves")
    if not sections and "waves" in root:
        root.fault("waves", "The study has no wave.", "List at least one, with `id`, `responses`.")
    waves = tuple(_wave(section, folder, questionnaire) for section in sections)
    for number, (section, wave) in enumerate(zip(sections, waves, strict=True)):
        if wave.id in {earlier.id for earlier in waves[:number]}:
            section.fault("id", f"Two waves are called `{wave.id}`.")
    return waves


def _wave(section: Section, folder: Path, questionnaire: Questionnaire | None) -> Wave:
    id = read_identifier(section)
    builder = folder / "build_data.py"
    hint = f"`make report` makes it; so does {builder.name}." if builder.is_file() else ""
    section.label = f"Wave `{id}`" if id else section.label
    form = read_path(section, "questionnaire", folder)
    own = read_form(section, form) if form else questionnaire
    margins, margins_file = _margins(section, folder)
    wave = Wave(
        id=id,
        label=read_texts(section, "label", Text(en=id, zh=id)),
        responses=read_path(section, "responses", folder, required=True, hint=hint) or folder,
        **{name: section.text(name, "") or None for name in ("weight", "strata", "psu", "fpc")},
        lonely=cast(Lonely, section.choice("lonely", get_args(Lonely), "fail")),
        design=read_path(section, "design", folder),
        margins=margins,
        margins_file=margins_file,
        trim=section.number("trim", required=False, within=(1, 1e6)),
        residuals=cast(Residuals, section.choice("residuals", get_args(Residuals), "calibrated")),
        columns=read_columns(section, own),
        keep=tuple(entry.text for entry in section.entries("keep", required=False)),
        sheet=section.text("sheet", "") or None,
        questionnaire=form,
        mode=section.text("mode", ""),
        sampling=section.text("sampling", ""),
    )
    if wave.trim is not None and not margins:
        section.fault("trim", f"{section.label}: `trim` needs `margins`.", "Give both or neither.")
    section.close()
    return wave


def _margins(section: Section, folder: Path) -> tuple[Margins, Path | None]:
    """Read margins that stand in the study file, or in a file that it names."""
    if "margins" not in section or isinstance(section.plain("margins"), dict):
        inline = section.section("margins", required=False)
        if inline is None:
            return {}, None
        inline.label = f"{section.label}, `margins`"
        return margins_in(inline), None
    path = read_path(section, "margins", folder)
    if path is None:
        return {}, None
    try:
        return read_margins_file(short_path(path)), path
    except (WeightingError, SamplingError) as error:
        for fault in error.faults:
            section.faults.include(section.line_of("margins"), fault)
        return {}, path


def _baseline(root: Section, waves: tuple[Wave, ...]) -> str | None:
    baseline = root.text("baseline", "")
    if baseline and baseline not in {wave.id for wave in waves}:
        known = dict.fromkeys(wave.id for wave in waves)
        hint = suggest(baseline, known) or f"Its waves: {', '.join(f'`{id}`' for id in known)}."
        root.fault("baseline", f"The study: no wave is called `{baseline}`.", hint)
    return baseline or None


def _panel(
    root: Section, waves: tuple[Wave, ...], questionnaire: Questionnaire | None
) -> str | None:
    """Read the column of people; it is an item, or kept in every wave."""
    panel = root.text("panel", "")
    if not panel or questionnaire is None or panel in column_names(questionnaire):
        return panel or None
    lacking = [wave.id for wave in waves if panel not in wave.keep]
    if lacking:
        root.fault(
            "panel",
            f"The study: `panel` is `{panel}`, which is no item and not kept in the waves "
            f"{', '.join(lacking)}.",
            f"Add it to their `keep: [{panel}]`.",
        )
    return panel


def _items(section: Section, key: str, questionnaire: Questionnaire | None) -> tuple[str, ...]:
    entries = section.entries(key, required=False)
    for entry in entries:
        check_item(section, key, entry.line, entry.text, questionnaire)
    return tuple(dict.fromkeys(entry.text for entry in entries))


def _regions(root: Section, folder: Path, questionnaire: Questionnaire | None) -> RegionPlan | None:
    section = root.section("regions", required=False)
    if section is None:
        return None
    by = section.text("by")
    check_item(section, "by", section.line_of("by"), by, questionnaire)
    mix = _items(section, "mix", questionnaire)
    if by in mix:
        section.fault("mix", f"{section.label}: `mix` names `{by}`, the regions themselves.")
    plan = RegionPlan(by=by, mix=mix, sources=read_path(section, "sources", folder))
    section.close()
    return plan if by else None

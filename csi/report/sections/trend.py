"""What moved: changes with their verdicts, the trend with its breaks, and why the index moved."""

from __future__ import annotations

import math

from csi.report.charts.waterfall import WaterfallChart, WaterfallStep
from csi.report.document import (
    Block,
    Bullets,
    Cell,
    Column,
    Figure,
    Flagged,
    Heading,
    Interval,
    Number,
    PValue,
    Table,
    Tone,
    format_interval,
    format_number,
    signed,
)
from csi.report.reading import Reading
from csi.report.sections.comparable import waves_alike_note
from csi.report.sections.parts import item_names, polarity_notes
from csi.report.sections.trend_chart import trend_chart
from csi.report.wave_findings import explanations, movements, named_place
from csi.report.wave_rows import (
    ChangeRow,
    PartRow,
    Where,
    explained,
)
from csi.report.wording import WaveName, Wording

_NEGLIGIBLE = 0.005
"""Points below which a part of a change is left out of the picture: it shows as 0.0."""


def trend(reading: Reading, words: Wording) -> tuple[Block, ...]:
    """Return the section on changes; nothing for a study of one wave."""
    results = reading.results
    if not results.changes:
        return ()
    found = (*movements(reading), *explanations(reading))
    return (
        Heading(words("trend.title")),
        *((Bullets(tuple(words.sentence(phrase) for phrase in found)),) if found else ()),
        *trend_chart(reading, words),
        *_index_changes(reading, words),
        *_moved_constructs(reading, words),
        *_waterfalls(reading, words),
        *_breaks(reading, words),
    )


def _index_changes(reading: Reading, words: Wording) -> tuple[Table, ...]:
    rows = [row for row in reading.changes if row.term == reading.index]
    return _changes(reading, words, rows, words("trend.index_table"), construct=False)


def _moved_constructs(reading: Reading, words: Wording) -> tuple[Table, ...]:
    """List other constructs that moved or must not be compared, for everybody and for us."""
    own = reading.own
    rows = [
        row
        for row in reading.changes
        if row.term != reading.index
        and (not row.where or (row.where[-1] == (reading.group, own)))
        and (row.moved or row.verdict == "not comparable" or row.basis != "all items")
    ]
    return _changes(reading, words, rows, words("trend.construct_table"), construct=True)


def _changes(
    reading: Reading, words: Wording, wanted: list[ChangeRow], caption: str, *, construct: bool
) -> tuple[Table, ...]:
    """Tabulate changes; those on too small a base are counted, since there is nothing to read."""
    found = [row for row in wanted if row.verdict != "base too small"]
    if not found:
        return ()
    small = len(wanted) - len(found)
    rows: list[tuple[Cell, ...]] = []
    for row in found:
        name = words.construct(row.term)
        if row.basis != "all items":
            name = words("trend.unchanged_items", construct=name, items=row.items)
        rows.append(
            (
                words.sentence(named_place(reading, row.where)),
                *((name,) if construct else ()),
                words.value(WaveName(row.before)),
                Number(row.difference, bold=row.moved),
                Interval(row.low, row.high),
                PValue(row.p),
                Flagged(words(f"verdict.{row.verdict.replace(' ', '_')}"), _tone(reading, row)),
            )
        )
    tests = sum(row.tested for row in reading.changes)
    table = Table(
        caption=caption,
        columns=(
            Column(words("column.scope"), width=1.5),
            *((Column(words("column.construct"), width=1.3),) if construct else ()),
            Column(words("column.since")),
            Column(words("column.points"), "right"),
            Column(words("column.interval"), "right"),
            Column(words("column.p_adjusted"), "right"),
            Column(words("column.verdict")),
        ),
        rows=tuple(rows),
        dense=True,
        notes=(
            words("note.base_waves"),
            words("note.unit_change", wave=WaveName(found[0].after)),
            words("note.interval_changes"),
            words("note.change_tests", tests=tests),
            words("note.change_verdicts"),
            *((words("note.untested_changes", count=small),) if small else ()),
            *waves_alike_note(reading, words, [row.term for row in found]),
            *(polarity_notes(reading, words) if construct else ()),
        ),
    )
    return (table,)


def _tone(reading: Reading, row: ChangeRow) -> Tone:
    if not row.moved:
        return "quiet"
    return "good" if (row.difference > 0) != reading.lower_is_better(row.term) else "bad"


def _waterfalls(reading: Reading, words: Wording) -> tuple[Figure, ...]:
    """Explain the changes of everybody and of us since the wave before."""
    figures = []
    for found, where, parts, scores in explained(reading.results):
        ours = not where or where == ((reading.group, reading.own),)
        shown = all(math.isfinite(part.value) for part in parts)
        if ours and shown and found.before == reading.results.decomposition[0].before:
            figures.append(_waterfall(reading, words, where, parts, scores,
                                      (str(found.before), str(found.after))))  # fmt: skip
    return tuple(figures)


def _waterfall(
    reading: Reading, words: Wording, where: Where, parts: tuple[PartRow, ...],
    scores: dict[str, float] | object, waves: tuple[str, str],
) -> Figure:  # fmt: skip
    assert isinstance(scores, dict)
    steps = tuple(
        WaterfallStep(
            label=words(f"part.{part.part}"),
            value=part.value,
            low=part.low,
            high=part.high,
            note=f"{signed(part.value)} {format_interval(part.low, part.high)}",
            tone=_part_tone(reading, part),
        )
        for part in parts
        if part.part != "total" and abs(part.value) > _NEGLIGIBLE
    )
    ends = [
        (words.value(WaveName(wave)), scores[key], format_number(scores[key]))
        for wave, key in zip(waves, ("score_before", "score_after"), strict=True)
    ]
    alt = words("trend.joint").join(f"{step.label} {signed(step.value)}" for step in steps)
    place = words.sentence(named_place(reading, where))
    cells = item_names(reading, words, reading.results.decomposition[0].cells)
    return Figure(
        name="waterfall",
        chart=WaterfallChart(
            before=ends[0],
            after=ends[1],
            steps=steps,
            axis=words("axis.index", index=words.construct(reading.index)),
        ),
        caption=words("trend.waterfall", scope=place),
        alt=words(
            "trend.waterfall_alt",
            scope=place,
            first=f"{ends[0][0]} {ends[0][2]}",
            last=f"{ends[1][0]} {ends[1][2]}",
            rows=alt,
        ),
        notes=(
            words("note.base_waves"),
            words("note.unit_parts"),
            words("note.parts", cells=cells),
            words("note.interval_parts"),
        ),
    )


def _part_tone(reading: Reading, part: PartRow) -> str:
    if not part.clear or part.part in ("weights", "remainder"):
        return "quiet"
    return "good" if (part.value > 0) != reading.lower_is_better(reading.index) else "bad"


def _breaks(reading: Reading, words: Wording) -> tuple[Table, ...]:
    """List what ends the series: changed questions, another mode, another design."""
    breaks = reading.results.trend[0].breaks if reading.results.trend else None
    if breaks is None or breaks.empty:
        return ()
    rows: list[tuple[Cell, ...]] = [
        (
            words.value(WaveName(str(row["before"]))),
            words.value(WaveName(str(row["after"]))),
            words.construct(str(row["subject"])) if row["subject"] else words("break.all"),
            words(f"break.{row['kind']}"),
            str(row["items"]) or "–",
        )
        for row in breaks.to_dict("records")
    ]
    return (
        Table(
            caption=words("trend.breaks"),
            columns=(
                Column(words("column.between")),
                Column(words("column.and")),
                Column(words("column.construct"), width=1),
                Column(words("column.reason"), width=1.4),
                Column(words("column.items"), width=1),
            ),
            rows=tuple(rows),
            dense=True,
            notes=(words("note.breaks"),),
        ),
    )

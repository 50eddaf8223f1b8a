"""Data tables of a study of several waves: every index in every wave, every part of a change."""

from __future__ import annotations

from csi.report.document import Cell, Column, Interval, Number, Table
from csi.report.reading import Reading
from csi.report.rows import Code, ScoreRow, base_rules, plain
from csi.report.sections.parts import item_names, score_cell
from csi.report.wave_findings import named_place
from csi.report.wave_rows import explained
from csi.report.wording import WaveName, Wording

_WAVES_ABREAST = 6
"""Waves that fit side by side on a page; more of them make more tables."""


def index_by_wave(reading: Reading, words: Wording) -> tuple[Table, ...]:
    """Return the index of every group in every wave; nothing for a study of one wave."""
    trends = reading.results.trend
    if not trends:
        return ()
    waves = trends[0].waves
    parts = [waves[i : i + _WAVES_ABREAST] for i in range(0, len(waves), _WAVES_ABREAST)]
    rows = _scores(reading)
    return tuple(_wave_table(reading, words, rows, part) for part in parts)


def parts_of_changes(reading: Reading, words: Wording) -> tuple[Table, ...]:
    """Return the parts of every explained change; nothing where none was explained."""
    rows: list[tuple[Cell, ...]] = [
        (
            words.sentence(named_place(reading, where)),
            words.value(WaveName(str(found.before))),
            words(f"part.{part.part}"),
            Number(part.value, 2),
            Number(part.std_error, 2),
            Interval(part.low, part.high, 2),
        )
        for found, where, parts, _ in explained(reading.results)
        for part in parts
    ]
    if not rows:
        return ()
    explained_changes = reading.results.decomposition
    cells = item_names(reading, words, explained_changes[0].cells)
    return (
        Table(
            caption=words("data.parts"),
            columns=(
                Column(words("column.scope"), width=1.2),
                Column(words("column.since")),
                Column(words("column.part"), width=1),
                Column(words("column.points"), "right"),
                Column(words("column.se"), "right"),
                Column(words("column.interval"), "right"),
            ),
            rows=tuple(rows),
            dense=True,
            notes=(
                words("note.base_waves"),
                words("note.unit_change", wave=WaveName(str(explained_changes[0].after))),
                words("note.interval"),
                words("note.parts", cells=cells),
            ),
        ),
    )


def _scores(reading: Reading) -> dict[tuple[Code | None, Code | None], dict[str, ScoreRow]]:
    """Return the index by line and group, then by wave."""
    found: dict[tuple[Code | None, Code | None], dict[str, ScoreRow]] = {}
    for trend in reading.results.trend:
        table = trend.points
        table = table[(table["term"] == reading.index) & (table["basis"] == "all items")]
        for row in table.to_dict("records"):
            place = {name: plain(row[name]) for name in trend.within}
            hidden = row["flag"] == "suppressed"
            estimate, error, low, high = (
                float("nan") if hidden else float(row[c])
                for c in ("estimate", "std_error", "conf_low", "conf_high")
            )
            key = place.get(reading.line or ""), place.get(reading.group or "")
            found.setdefault(key, {})[str(row["wave"])] = ScoreRow(
                estimate=estimate, std_error=error, low=low, high=high, n=int(row["n"]),
                n_eff=float(row["n_eff"]), flag=str(row["flag"]),
            )  # fmt: skip
    return found


def _wave_table(
    reading: Reading,
    words: Wording,
    scores: dict[tuple[Code | None, Code | None], dict[str, ScoreRow]],
    waves: tuple[str, ...],
) -> Table:
    rows: list[tuple[Cell, ...]] = []
    flags = set()
    for (line, group), own in scores.items():
        lined = words("all.lines") if line is None else words.level(reading.line, line)
        named = words("all.groups") if group is None else words.level(reading.group, group)
        rows.append(
            (
                *((lined,) if reading.line else ()),
                named,
                *(score_cell(own.get(wave)) for wave in waves),
            )
        )
        flags |= {own[wave].flag for wave in waves if wave in own}
    suppress, mark = base_rules()
    lined_head = (Column(words.item_name(reading.line, "column.line"), width=0.8),)
    return Table(
        caption=words("data.waves"),
        columns=(
            *(lined_head if reading.line else ()),
            Column(words.item_name(reading.group, "column.group"), width=0.9),
            *(Column(words.value(WaveName(wave)), width=1.1) for wave in waves),
        ),
        rows=tuple(rows),
        dense=True,
        notes=(
            words("note.base_shown"),
            words("note.unit_index"),
            words("note.interval"),
            words("note.weights_pooled"),
            *((words("note.series"),) if len(reading.results.trend[0].breaks) else ()),
            *((words("note.low", limit=mark),) if "low" in flags else ()),
            *((words("note.suppressed", limit=suppress),) if "suppressed" in flags else ()),
        ),
    )

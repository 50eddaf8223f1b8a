"""Parts of the method appendix that not every study has: waves, elements, regions."""

from __future__ import annotations

from csi.report.document import Block, Cell, Column, Heading, Number, Paragraph, Table
from csi.report.reading import Reading
from csi.report.wave_rows import trend_of
from csi.report.wording import WaveName, Wording


def waves_method(reading: Reading, words: Wording) -> tuple[Block, ...]:
    """Say how waves were compared, and how each was asked."""
    results = reading.results
    if not results.changes:
        return ()
    rows = [row for row in reading.changes if row.tested]
    headline = sum(row.term == reading.index for row in rows)
    text = words("method.waves_text", headline=headline, screening=len(rows) - headline)
    blocks: list[Block] = [
        Heading(words("method.waves"), level=2),
        Paragraph(text),
    ]
    if results.study.panel:
        blocks.append(Paragraph(words("method.panel_text", column=results.study.panel)))
    if results.decomposition:
        blocks.append(Paragraph(words("method.parts_text")))
    return (*blocks, _waves(reading, words))


def _waves(reading: Reading, words: Wording) -> Table:
    study, trend = reading.results.study, trend_of(reading.results, ())
    bases = {}
    if trend is not None:
        points = trend.tidy()
        own = points[points["term"] == reading.index]
        bases = {str(row[trend.column]): row for row in own.to_dict("records")}
    rows: list[tuple[Cell, ...]] = []
    for wave in study.waves:
        base = bases.get(wave.id)
        if base is None:
            continue
        rows.append(
            (
                words.value(WaveName(wave.id)),
                Number(float(base["n"]), 0),
                Number(float(base["n_eff"]), 0),
                wave.mode or study.mode.to(words.language),
                wave.sampling or words("method.same_design"),
                study.form(wave.id).name,
            )
        )
    return Table(
        caption=words("method.waves_table"),
        columns=(
            Column(words("column.wave"), width=1),
            Column(words("column.n"), "right"),
            Column(words("column.n_eff"), "right"),
            Column(words("method.mode"), width=1.4),
            Column(words("method.strata"), width=1),
            Column(words("method.questionnaire"), width=1.4),
        ),
        rows=tuple(rows),
        dense=True,
        notes=(words("method.waves_note"), words("note.no_interval")),
    )


def second_level_method(reading: Reading, words: Wording) -> tuple[Block, ...]:
    """Say how elements, short-boards, the complaint ladder and regions were judged."""
    results = reading.results
    parts = {
        "elements": bool(results.elements),
        "boards": bool(results.short_boards),
        "ladder": results.complaint_ladder is not None,
        "regions": results.regions is not None,
    }
    told = [name for name, present in parts.items() if present]
    if not told:
        return ()
    title = words.join([words(f"method.{name}") for name in told])
    return (
        Heading(title[0].upper() + title[1:], level=2),
        *(Paragraph(words(f"method.{name}_text")) for name in told),
    )

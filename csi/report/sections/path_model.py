"""The path model: the diagram and its coefficients, or the bare hypotheses where withheld."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd

from csi.report.charts.path_diagram import PathDiagram, PathEdge, PathNode
from csi.report.document import (
    Block,
    Callout,
    Cell,
    Column,
    Figure,
    Heading,
    Interval,
    Number,
    Paragraph,
    PValue,
    Table,
    format_number,
)
from csi.report.reading import SIGNIFICANCE, Reading
from csi.report.rows import Domain, plain
from csi.report.sections.drivers import diagnosis_sentence
from csi.report.wording import Wording

_Z = 1.959963984540054


def path_model(reading: Reading, words: Wording) -> tuple[Block, ...]:
    """Return the path section; empty for a model without paths."""
    groups = [(domain, _paths(frame)) for domain, frame in reading.fit_groups()]
    if all(paths.empty for _, paths in groups):
        return ()
    note = (
        reading.questionnaire.model.note.to(words.language) if reading.questionnaire.model else ""
    )
    about = (Callout(title=words("paths.note"), text=note),) if note else ()
    blocks: list[Block] = [Heading(words("paths.title"))]
    if reading.withheld:
        blocks += [
            Callout(
                title=words("paths.withheld_title"), text=words("paths.withheld_text"), tone="bad"
            ),
            *about,
            _figure(reading, words, groups[0][1], {}, ()),
        ]
    else:
        blocks += [Paragraph(words("paths.intro")), *about, *_provisional(reading, words)]
        for number, (domain, paths) in enumerate(groups):
            r_squared = _r_squared(reading, domain)
            blocks += [
                _figure(reading, words, paths, r_squared, domain),
                _table(reading, words, paths, domain, number),
            ]
    return tuple(blocks)


def _provisional(reading: Reading, words: Wording) -> tuple[Block, ...]:
    """Say beside the paths what weakens them."""
    found = reading.results.fit.diagnosis(0).findings
    items = tuple(diagnosis_sentence(words, f) for f in found if f.severity == "provisional")
    if not items:
        return ()
    title, text = words("paths.provisional_title"), words("paths.provisional_text")
    return (Callout(title=title, text=text, items=items),)


def _paths(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[frame["op"] == "~"]


def _r_squared(reading: Reading, domain: Domain) -> dict[str, float]:
    frame = reading.results.fit.r_squared()
    for item, code in zip(reading.results.fit.by, domain, strict=True):
        frame = frame[frame[item].map(plain) == code]
    return {str(c): float(e) for c, e in zip(frame["construct"], frame["estimate"], strict=True)}


def _scope(reading: Reading, words: Wording, domain: Domain) -> str:
    if not domain:
        return words("scope.pooled")
    named = zip(reading.results.fit.by, domain, strict=True)
    return words.join([words.level(item, code) for item, code in named])


def _figure(
    reading: Reading,
    words: Wording,
    paths: pd.DataFrame,
    r_squared: Mapping[str, float],
    domain: Domain,
) -> Figure:
    bare = reading.withheld
    rows = paths.to_dict("records")
    names = [c for c in reading.constructs if c in {*paths["lhs"], *paths["rhs"]}]
    names += sorted({*paths["lhs"], *paths["rhs"]}.difference(names))
    nodes = tuple(
        PathNode(
            id=name,
            label=words.construct(name),
            note=f"R² {format_number(r_squared[name], 2)}" if name in r_squared else "",
            target=name == reading.index,
        )
        for name in names
    )
    edges = tuple(
        PathEdge(
            start=str(row["rhs"]),
            end=str(row["lhs"]),
            strength=math.nan if bare else float(row["std_all"]),
            significant=bare or float(row["p_value"]) < SIGNIFICANCE,
            label="" if bare else format_number(float(row["std_all"]), 2),
        )
        for row in rows
    )
    listed = tuple(
        words(
            "paths.alt_row",
            start=words.construct(edge.start),
            end=words.construct(edge.end),
            label=edge.label,
        ).strip()
        for edge in edges
    )
    scope = _scope(reading, words, domain)
    notes = (
        (words("note.paths_bare"),)
        if bare
        else (
            words("note.base_all", n=reading.results.n),
            words("note.paths_unit"),
            words("note.paths_marks"),
        )
    )
    return Figure(
        name="path_model",
        chart=PathDiagram(nodes=nodes, edges=edges),
        caption=words("paths.hypotheses" if bare else "paths.figure", scope=scope),
        alt=words("paths.alt", paths=listed),
        notes=notes,
    )


def _table(
    reading: Reading, words: Wording, paths: pd.DataFrame, domain: Domain, number: int
) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for row in sorted(paths.to_dict("records"), key=lambda r: -abs(float(r["std_all"]))):
        std, std_se = float(row["std_all"]), float(row["std_all_se"])
        decided = float(row["p_value"]) < SIGNIFICANCE
        rows.append(
            (
                f"{words.construct(str(row['rhs']))} → {words.construct(str(row['lhs']))}",
                Number(std, 2, bold=decided),
                Interval(std - _Z * std_se, std + _Z * std_se, 2),
                Number(float(row["estimate"]), 3),
                Number(float(row["std_error"]), 3),
                PValue(float(row["p_value"])),
            )
        )
    glance = reading.results.fit.glance().iloc[number]
    return Table(
        caption=words("paths.table", scope=_scope(reading, words, domain)),
        columns=(
            Column(words("column.path"), width=1),
            Column(words("column.std"), "right"),
            Column(words("column.interval"), "right"),
            Column(words("column.unstd"), "right"),
            Column(words("column.se"), "right"),
            Column("p", "right"),
        ),
        rows=tuple(rows),
        dense=True,
        notes=(
            words("note.base_all", n=int(glance["n"])),
            words("note.paths_unit"),
            words("note.interval_std"),
            words("note.paths_p"),
        ),
    )

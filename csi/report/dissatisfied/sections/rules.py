"""Rules and model side by side, and the model in regions and segments."""

from __future__ import annotations

from csi.report.dissatisfied.reading import Reading
from csi.report.dissatisfied.sections.parts import notes, number_cell, share_cell
from csi.report.dissatisfied.words import Words, percent
from csi.report.document import Block, Cell, Column, Heading, Number, Paragraph, Table

_FINDERS = ("any rule", "model", "model only", "rules only")


def rules(reading: Reading, words: Words) -> tuple[Block, ...]:
    """Return who is found by each rule, their union, the model, and only by the model."""
    if not reading.has("rules"):
        return ()
    table = reading.table("rules")
    rows: list[tuple[Cell, ...]] = []
    for finder in dict.fromkeys(table["finder"]):
        known = finder in _FINDERS
        name = words(f"finder.{finder.replace(' ', '_')}") if known else words.hypothesis(finder)
        rows.append(
            (
                name,
                share_cell(reading.row("rules", finder=finder, term="flagged")),
                share_cell(reading.row("rules", finder=finder, term="precision")),
                share_cell(reading.row("rules", finder=finder, term="wrong_calls"), 0),
                share_cell(reading.row("rules", finder=finder, term="recall")),
                number_cell(reading.row("rules", finder=finder, term="lift"), 2),
            )
        )
    only = reading.row("rules", finder="model only", term="recall")
    return (
        Heading(words("rules.title"), level=2),
        Paragraph(words("rules.intro", share=share_cell(only))),
        Table(
            caption=words("rules.table"),
            columns=(
                Column(words("column.finder"), width=1.0),
                Column(words("column.flagged"), "right"),
                Column(words("column.precision"), "right"),
                Column(words("column.wrong"), "right"),
                Column(words("column.recall"), "right"),
                Column(words("column.lift"), "right"),
            ),
            rows=tuple(rows),
            notes=notes(words, "held_out", "interval", "finders", n=reading.base_rate.n),
            dense=True,
        ),
    )


def domains(reading: Reading, words: Words) -> tuple[Block, ...]:
    """Return the model's record in every region and segment."""
    if not reading.has("domains"):
        return ()
    table = reading.table("domains")
    rows: list[tuple[Cell, ...]] = []
    before = ""
    for domain, level in dict.fromkeys(zip(table["domain"], table["level"], strict=True)):
        where = {"domain": domain, "level": level}
        base = reading.row("domains", **where, term="base_rate")
        hidden = base.flag == "suppressed"
        mean = reading.row("domains", **where, term="mean_probability")
        rows.append(
            (
                "" if domain == before else words.column(str(domain)),
                words.level(str(domain), level),
                Number(base.n, 0),
                share_cell(base),
                percent(mean.estimate) if not hidden else "",
                number_cell(reading.row("domains", **where, term="auc"), 3),
                share_cell(reading.row("domains", **where, term="share_on_list")),
                share_cell(reading.row("domains", **where, term="precision"), 0),
                "†" if base.flag == "low" else "",
            )
        )
        before = domain
    return (
        Heading(words("domains.title"), level=2),
        Paragraph(words("domains.intro")),
        Table(
            caption=words("domains.table"),
            columns=(
                Column(words("column.domain"), width=0.6),
                Column(words("column.level"), width=0.7),
                Column(words("column.n"), "right"),
                Column(words("column.base_rate"), "right"),
                Column(words("column.predicted"), "right"),
                Column("AUC", "right"),
                Column(words("column.on_list"), "right"),
                Column(words("column.precision"), "right"),
                Column(""),
            ),
            rows=tuple(rows),
            notes=notes(words, "domain_base", "interval", "domain_terms", "small"),
            dense=True,
        ),
    )

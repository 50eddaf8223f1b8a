"""Who has said so: the channels, and the share of the dissatisfied that they capture."""

from __future__ import annotations

from csi.report.charts.intervals import IntervalChart, IntervalGroup, IntervalRow
from csi.report.dissatisfied.reading import Reading
from csi.report.dissatisfied.sections.parts import claim, notes, share_cell
from csi.report.dissatisfied.sections.reasons import causes
from csi.report.dissatisfied.sections.summary import captured
from csi.report.dissatisfied.words import Words, interval, percent
from csi.report.document import Block, Cell, Column, Figure, Heading, Number, Paragraph, Table

CLAIMED_CAPTURE = 37.0


def pool(reading: Reading, words: Words) -> tuple[Block, ...]:
    """Return the pool by channel and the capture share."""
    if not reading.has("pool"):
        return ()
    facts = reading.facts("pool")
    share = captured(reading)
    return (
        Heading(words("pool.title"), new_page=True),
        Paragraph(
            words("pool.intro", customers=int(facts.get("customers", 0)), day=facts.get("as_of"))
        ),
        _channels(reading, words),
        Heading(words("capture.title"), level=2),
        Paragraph(words("capture.intro")),
        _capture(reading, words),
        _chart(reading, words),
        claim(
            words,
            "claim.capture",
            claimed=f"{CLAIMED_CAPTURE:g} %",
            found=percent(share.estimate),
            interval=interval(share, 100.0),
        ),
        *causes(reading, words),
    )


def _channels(reading: Reading, words: Words) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for row in reading.table("pool").to_dict("records"):
        lost = sum(int(row[name]) for name in ("without_key", "without_date", "later"))
        rows.append(
            (
                words.channel(str(row["source"])),
                Number(row["records"], 0),
                Number(row["satisfied"], 0),
                Number(row["expired"], 0),
                Number(row["duplicates"] + lost, 0),
                Number(row["customers"], 0, bold=True),
                Number(row["only_here"], 0),
                Number(row["valid_days"], 0),
            )
        )
    heads = ("records", "satisfied", "expired", "repeated", "customers", "only_here", "valid_days")
    return Table(
        caption=words("pool.table"),
        columns=(
            Column(words("column.channel"), width=1.0),
            *(Column(words(f"column.{name}"), "right") for name in heads),
        ),
        rows=tuple(rows),
        notes=notes(words, "pool_unit", "pool_rule", "no_interval"),
    )


def _capture(reading: Reading, words: Words) -> Table:
    table = reading.table("capture")
    rows: list[tuple[Cell, ...]] = []
    for source in dict.fromkeys(table["source"]):
        heard = reading.row("capture", source=source, term="captured")
        right = reading.row("capture", source=source, term="confirmed")
        rows.append(
            (
                words.channel(str(source)),
                share_cell(heard),
                Number(heard.n, 0),
                share_cell(right),
                Number(right.n, 0),
            )
        )
    return Table(
        caption=words("capture.table"),
        columns=(
            Column(words("column.channel"), width=1.0),
            Column(words("column.captured"), "right"),
            Column(words("column.n"), "right"),
            Column(words("column.confirmed"), "right"),
            Column(words("column.n"), "right"),
        ),
        rows=tuple(rows),
        notes=notes(words, "capture_base", "interval_logit"),
        strong=frozenset({0}),
    )


def _chart(reading: Reading, words: Words) -> Figure:
    rows = []
    for source in dict.fromkeys(reading.table("capture")["source"]):
        row = reading.row("capture", source=source, term="captured")
        shown = row.scaled(100.0)
        rows.append(
            IntervalRow(
                label=words.channel(str(source)),
                value=shown.estimate,
                low=shown.low,
                high=shown.high,
                note=share_cell(row),
                faint=row.flag == "low",
            )
        )
    return Figure(
        chart=IntervalChart(
            groups=(IntervalGroup(title="", rows=tuple(rows)),),
            axis=words("axis.captured"),
            reference=CLAIMED_CAPTURE,
            reference_label=words("axis.claimed", claimed=f"{CLAIMED_CAPTURE:g} %"),
            row_height=7.0,
            from_zero=True,
        ),
        caption=words("capture.chart"),
        alt=words("capture.alt", rows="; ".join(f"{row.label}: {row.note}" for row in rows)),
        notes=notes(words, "bars_logit", "captured_base", n=captured(reading).n),
    )

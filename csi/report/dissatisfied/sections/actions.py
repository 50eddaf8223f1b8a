"""What is done, for whom, who is held out, and what the evaluation will be able to show."""

from __future__ import annotations

from csi.report.dissatisfied.reading import Reading
from csi.report.dissatisfied.sections.parts import notes
from csi.report.dissatisfied.words import Words, percent
from csi.report.document import (
    Block,
    Callout,
    Cell,
    Column,
    Heading,
    Number,
    Paragraph,
    Table,
    format_number,
)


def actions(reading: Reading, words: Words) -> tuple[Block, ...]:
    """Return the list by rule, and the power that was stated before launch."""
    if not reading.has("actions"):
        return ()
    table = reading.table("actions")
    heads = ("matched", "fatigued", "over_capacity", "care", "hold_out", "cost")
    rows: list[tuple[Cell, ...]] = [
        (
            words.action(str(row["rule"])),
            words(f"strategy.{row['strategy']}"),
            *(Number(row[name], 0, bold=name == "care") for name in heads),
        )
        for row in table.to_dict("records")
    ]
    rows.append((words("actions.total"), "", *(Number(table[name].sum(), 0) for name in heads)))
    currency = reading.study.actions.currency if reading.study.actions else ""
    return (
        Heading(words("actions.title")),
        Paragraph(words("actions.intro")),
        Table(
            caption=words("actions.table"),
            columns=(
                Column(words("column.action"), width=1.2),
                Column(words("column.strategy"), width=1.1),
                *(Column(words(f"column.{name}"), "right") for name in heads),
            ),
            rows=tuple(rows),
            notes=notes(words, "action_unit", "hold_out", "no_interval", currency=currency or "–"),
            strong=frozenset({len(rows) - 1}),
        ),
        *_power(reading, words),
    )


def _power(reading: Reading, words: Words) -> tuple[Block, ...]:
    power = reading.facts("power")
    if not power:
        return ()
    if power.get("least_effect") is None:
        return (Callout(title=words("power.title"), text=words("power.none"), tone="bad"),)
    text = words(
        "power.text",
        care=int(power["care"]),
        hold_out=int(power["hold_out"]),
        response=percent(power["response"], 0),
        sd=format_number(power["sd"], 0),
        least=format_number(power["least_effect"], 1),
        power=percent(power["power"], 0),
        alpha=percent(power["alpha"], 0),
    )
    if power.get("least_effect_takers") is not None:
        text += words(
            "power.takers",
            take_up=percent(power["take_up"], 0),
            least=format_number(power["least_effect_takers"], 1),
        )
    return (Callout(title=words("power.title"), text=text, tone="accent"),)

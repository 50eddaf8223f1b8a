"""May the groups be compared: do the items measure alike, and what does it change if not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from csi.inference import Estimates
from csi.model.invariance import Invariance, corrected_gaps
from csi.report.document import (
    Block,
    Cell,
    Column,
    Heading,
    Interval,
    Number,
    Paragraph,
    PValue,
    Table,
    signed,
)
from csi.report.reading import Reading
from csi.report.rows import plain
from csi.report.wording import Wording


def comparability(reading: Reading, words: Wording) -> tuple[Block, ...]:
    """Return the section on measurement invariance, or nothing where no groups were tested."""
    invariances = reading.results.invariances
    if not invariances:
        return ()
    blocks: list[Block] = [
        Heading(words("invariance.title")),
        Paragraph(words("invariance.intro")),
    ]
    for item, invariance in reversed(list(invariances.items())):
        blocks += [
            _verdicts(item, invariance, reading, words),
            _levels(item, invariance, reading, words),
            *_gaps(item, invariance, reading, words),
        ]
    return tuple(blocks)


def _verdicts(item: str, invariance: Invariance, reading: Reading, words: Wording) -> Table:
    """List constructs of which something differs one by one, the others by their verdict."""
    rows: list[tuple[Cell, ...]] = []
    alike: dict[str, list[str]] = {}
    bias = invariance.item_bias()
    for construct, verdict in invariance.verdicts.items():
        loose = bias[bias["construct"] == construct]
        found = "; ".join(
            words(
                f"invariance.{row['what']}",
                item=words.item_text(str(row["item"])),
                group=_level(words, item, row[item]),
                points=signed(float(row["estimate"])),
                interval=Interval(float(row["conf_low"]), float(row["conf_high"])),
            )
            for row in loose.to_dict("records")
        )
        key = f"invariance.{verdict.replace(' ', '_')}"
        if found:
            rows.append((words.construct(construct), words(key), found))
        else:
            alike.setdefault(words(key), []).append(words.construct(construct))
    rows += [(words.join(names), verdict, "–") for verdict, names in alike.items()]
    return Table(
        caption=words(
            "invariance.verdicts", groups=words.item_name(item, _fallback(item, reading))
        ),
        columns=(
            Column(words("column.construct"), width=1),
            Column(words("column.verdict"), width=1),
            Column(words("invariance.differs"), width=2.6),
        ),
        rows=tuple(rows),
        dense=True,
        notes=(
            _base(invariance, reading, words),
            words("invariance.unit"),
            words("invariance.rule"),
            *_left_out(invariance, words),
        ),
    )


def _base(invariance: Invariance, reading: Reading, words: Wording) -> str:
    """Return the base: everybody but those of groups that are too small to be tested."""
    left = int(invariance.left_out["n"].sum()) if len(invariance.left_out) else 0
    return words("note.base_all", n=reading.results.n - left)


def _left_out(invariance: Invariance, words: Wording) -> tuple[str, ...]:
    if not len(invariance.left_out):
        return ()
    item = invariance.by[0]
    names = [words.level(item, plain(code)) for code in invariance.left_out[item]]
    return (words("invariance.left_out", groups=words.join(names)),)


def _levels(item: str, invariance: Invariance, reading: Reading, words: Wording) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (
            words(f"invariance.level.{str(row['level']).replace(' ', '_')}"),
            Number(float(row["chi2"])),
            Number(float(row["df"]), 0),
            Number(float(row["cfi"]), 3),
            Number(float(row["rmsea"]), 3),
            Number(float(row["diff_chi2"])),
            Number(float(row["diff_df"]), 0),
            PValue(float(row["diff_p"])),
        )
        for row in invariance.tidy().to_dict("records")
    ]
    return Table(
        caption=words("invariance.ladder", groups=words.item_name(item, _fallback(item, reading))),
        columns=(
            Column(words("invariance.level"), width=1.6),
            Column("χ²", "right"),
            Column("df", "right"),
            Column("CFI", "right"),
            Column("RMSEA", "right"),
            Column("Δχ²", "right"),
            Column("Δdf", "right"),
            Column("p", "right"),
        ),
        rows=tuple(rows),
        dense=True,
        notes=(
            _base(invariance, reading, words),
            words("invariance.ladder_unit"),
            words("invariance.ladder_note"),
        ),
    )


def _gaps(item: str, invariance: Invariance, reading: Reading, words: Wording) -> tuple[Table, ...]:
    """Compare the index gaps with and without the biased items; nothing where none was found."""
    index = reading.results.indices.get((item,))
    biased = reading.index in set(invariance.released["construct"])
    if index is None or not biased:
        return ()
    estimates = _gap_table(item, reading, corrected_gaps(
        invariance, index.scores, index.weights, reading.index
    ))  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    for (a, b), part in estimates.groupby(["group_a", "group_b"], sort=False):
        cells: list[Cell] = [f"{_level(words, item, a)} – {_level(words, item, b)}"]
        for term in ("observed", "corrected", "bias"):
            row = part[part["term"] == term].iloc[0]
            cells += [
                Number(float(row["estimate"])),
                Interval(float(row["conf_low"]), float(row["conf_high"])),
            ]
        rows.append(tuple(cells))
    interval = Column(words("column.interval"), "right")
    return (
        Table(
            caption=words("invariance.gaps"),
            columns=(
                Column(words("column.difference"), width=1.6),
                Column(words("invariance.observed"), "right"),
                interval,
                Column(words("invariance.corrected"), "right"),
                interval,
                Column(words("invariance.bias"), "right"),
                interval,
            ),
            rows=tuple(rows),
            dense=True,
            notes=(_base(invariance, reading, words), words("invariance.gaps_note")),
        ),
    )


def _gap_table(item: str, reading: Reading, gaps: Estimates) -> pd.DataFrame:
    """Return the gaps with the degrees of freedom of their tests, so that intervals agree."""
    tested = {
        (str(row["group_a"]), str(row["group_b"])): float(row["df"])
        for comparison in reading.results.comparisons
        if comparison.across == item and not comparison.within
        for row in comparison.gaps.to_dict("records")
        if row["term"] == reading.index
    }
    labels = gaps.labels
    pairs = zip(labels["group_a"].map(str), labels["group_b"].map(str), strict=True)
    df = np.array([tested.get(pair, own) for pair, own in zip(pairs, gaps.df, strict=True)])
    bias = (labels["term"] == "bias").to_numpy()
    return replace(gaps, df=np.where(bias, gaps.df, df)).tidy()


def _level(words: Wording, item: str, code: object) -> str:
    return words.level(item, plain(code))


def _fallback(item: str, reading: Reading) -> str:
    if reading.results.regions is not None and item == reading.results.regions.region:
        return "column.region"
    return "column.line" if item == reading.line else "column.group"

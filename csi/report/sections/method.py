"""Method appendix: everything that a hostile reader needs to check the numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from csi.questionnaire.schema import MISSING_KINDS
from csi.report.document import (
    NO_NUMBER,
    Block,
    Cell,
    Column,
    Equation,
    Facts,
    Flagged,
    Heading,
    Interval,
    Number,
    Paragraph,
    PValue,
    Table,
    Tone,
    format_number,
)
from csi.report.reading import Reading
from csi.report.rows import base_rules, plain
from csi.report.sections.design_facts import design_facts
from csi.report.sections.disclosure import disclosure
from csi.report.sections.drivers import compact, diagnosis_sentence
from csi.report.sections.method_parts import second_level_method, waves_method
from csi.report.wording import Wording

_MEASURES = (
    ("n", ""),
    ("npar", ""),
    ("chi2", ""),
    ("chi2_scaled", ""),
    ("loglik", ""),
    ("aic", ""),
    ("cfi", "≥ 0.95"),
    ("tli", "≥ 0.95"),
    ("rmsea", "≤ 0.06"),
    ("srmr", "≤ 0.08"),
    ("bic", ""),
)
_TONES: dict[str, Tone] = {"certified": "good", "withheld": "bad", "provisional": "accent"}


def method(reading: Reading, words: Wording) -> tuple[Block, ...]:
    """Return the method appendix."""
    return (
        Heading(words("method.title")),
        Heading(words("method.design"), level=2),
        Facts(design_facts(reading, words)),
        Equation(name="deff", alt=words("method.deff_alt")),
        Heading(words("method.index"), level=2),
        Paragraph(words("method.index_text", index=words.construct(reading.index))),
        Equation(name="index", alt=words("method.index_alt")),
        Paragraph(words("method.uncertainty")),
        Heading(words("method.missing"), level=2),
        Paragraph(words("method.missing_text")),
        _missing(reading, words),
        Heading(words("method.model"), level=2),
        Paragraph(words("method.model_text")),
        _fit(reading, words),
        *_diagnosis(reading, words),
        Heading(words("method.tests"), level=2),
        Paragraph(_tests_text(reading, words)),
        *waves_method(reading, words),
        Heading(words("method.drivers"), level=2),
        Paragraph(words(f"method.drivers_{reading.results.drivers.shown}")),
        *_importance_formula(reading, words),
        *second_level_method(reading, words),
        Heading(words("method.bias"), level=2),
        Paragraph(words("method.bias_text")),
        Heading(words("method.reproduce"), level=2),
        Facts(_reproduction(reading, words)),
        *_changes(reading, words),
        *disclosure(reading, words),
    )


def method_facts(reading: Reading, words: Wording) -> tuple[Block, ...]:
    """Return the method in two lists of facts, for a brief report."""
    return (
        Heading(words("method.title")),
        Facts(
            (*design_facts(reading, words), (words("method.tests"), _tests_text(reading, words)))
        ),
        Facts(_reproduction(reading, words)),
    )


def _missing(reading: Reading, words: Wording) -> Table:
    """Answers and reasons for none, by construct, over the items of the model."""
    _, parameters = reading.fit_groups()[0]
    loadings = parameters[parameters["op"] == "=~"]
    reasons = reading.results.responses.reasons
    kinds = [
        kind
        for kind in MISSING_KINDS
        if any((reasons[item] == kind).any() for item in loadings["rhs"] if item in reasons)
    ]
    rows: list[tuple[Cell, ...]] = []
    for construct, part in loadings.groupby("lhs", sort=False):
        items = [item for item in part["rhs"] if item in reasons]
        block = reasons[items]
        cells = float(block.size) or math.nan
        rows.append(
            (
                words.construct(str(construct)),
                Number(len(items), 0),
                Number(100 * float((block == "").to_numpy().sum()) / cells),
                *(Number(100 * float((block == kind).to_numpy().sum()) / cells) for kind in kinds),
            )
        )
    return Table(
        caption=words("method.missing_table"),
        columns=(
            Column(words("column.construct"), width=1),
            Column(words("column.items"), "right"),
            Column(words("column.answered"), "right"),
            *(Column(words(f"missing.{kind}"), "right") for kind in kinds),
        ),
        rows=tuple(rows),
        dense=True,
        notes=(
            words("note.base_all", n=reading.results.n),
            words("note.unit_missing"),
            words("note.no_interval"),
        ),
    )


def _fit(reading: Reading, words: Wording) -> Table:
    """Fit measures: two side by side for one fit, a column per group for a fit by group."""
    records = reading.results.fit.glance().to_dict("records")
    lines: list[tuple[Cell, ...]] = [
        (words(f"fit.{name}"), *(_fit_value(words, r, name) for r in records), guide)
        for name, guide in _MEASURES
    ]
    verdicts = (str(r["verdict"]) for r in records)
    lines.append(
        (
            words("fit.verdict"),
            *(Flagged(words(f"model.{v}"), _TONES.get(v, "quiet")) for v in verdicts),
            "",
        )
    )
    by = list(reading.results.fit.by)
    heads = [words.join([words.level(i, plain(r[i])) for i in by]) for r in records]
    columns = [
        Column(words("column.measure"), width=1.3),
        *(Column(head or words("column.value"), "right", width=1.5) for head in heads),
        Column(words("column.guide"), "right", width=0.7),
    ]
    if len(records) == 1:
        half = (len(lines) + 1) // 2
        lines = [(*a, *b) for a, b in zip(lines[:half], lines[half:], strict=True)]
        columns *= 2
    return Table(
        caption=words("fit.caption"),
        columns=tuple(columns),
        rows=tuple(lines),
        dense=True,
        notes=(
            words("note.base_all", n=reading.results.n),
            words("note.unit_fit"),
            words("note.interval_rmsea"),
        ),
    )


def _fit_value(words: Wording, record: Mapping[Any, Any], column: str) -> str:
    value = float(record[column])
    if column in ("n", "npar"):
        return format_number(value, 0)
    if column in ("loglik", "aic", "bic"):
        return format_number(value)
    if column == "chi2":
        p = words.value(PValue(float(record["p_value"])))
        return f"{format_number(value)} (df = {format_number(float(record['df']), 0)}, {p})"
    if column == "chi2_scaled":
        if math.isnan(value):
            return NO_NUMBER
        p = words.value(PValue(float(record["p_scaled"])))
        return f"{format_number(value)} ({p})"
    if column == "rmsea":
        low, high = float(record["rmsea_low"]), float(record["rmsea_high"])
        return f"{format_number(value, 3)} {Interval(low, high, 3)}"
    return format_number(value, 3)


def _diagnosis(reading: Reading, words: Wording) -> tuple[Block, ...]:
    found = reading.results.fit.diagnosis(0).findings
    if not found:
        return (Paragraph(words("method.no_findings")),)
    rows = tuple(
        (
            diagnosis_sentence(words, finding),
            compact(float(finding.value)),
            compact(float(finding.threshold)),
            Flagged(
                words(f"severity.{finding.severity}"), _TONES.get(str(finding.severity), "quiet")
            ),
        )
        for finding in found
    )
    return (
        Table(
            caption=words("diagnosis.caption"),
            columns=(
                Column(words("column.finding"), width=1),
                Column(words("column.value"), "right"),
                Column(words("column.limit"), "right"),
                Column(words("column.severity")),
            ),
            rows=rows,
            dense=True,
            notes=(
                words("note.base_all", n=reading.results.n),
                words("note.unit_diagnosis"),
                words("note.no_interval"),
            ),
        ),
    )


def _tests_text(reading: Reading, words: Wording) -> str:
    suppress, mark = base_rules()
    total = sum(int(c.n_tests) for c in reading.results.comparisons)
    if not total:
        return words("method.no_tests", suppress=suppress, mark=mark)
    return words("method.tests_text", total=total, suppress=suppress, mark=mark)


def _importance_formula(reading: Reading, words: Wording) -> tuple[Block, ...]:
    if reading.results.drivers.shown != "importance":
        return ()
    return (Equation(name="importance", alt=words("method.importance_alt")),)


def _reproduction(reading: Reading, words: Wording) -> tuple[tuple[str, str], ...]:
    provenance = reading.results.provenance
    versions = ", ".join(f"{name} {version}" for name, version in provenance.versions.items())
    options = ", ".join(
        f"{name} = {_option(value)}" for name, value in provenance.options.items() if value
    )
    pairs = [
        *((name, f"SHA-256 {digest}") for name, digest in provenance.inputs.items()),
        (words("method.versions"), versions),
        (words("method.options"), options),
    ]
    return tuple((name, value) for name, value in pairs if value)


def _change(words: Wording, change: str) -> str:
    key = f"change.{change.replace(' ', '_')}"
    return words(key) if words.known(key) else change


def _option(value: object) -> str:
    return " × ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _changes(reading: Reading, words: Wording) -> tuple[Block, ...]:
    """Tabulate what was done to the file's values, a row per kind of change.

    The rescaling to 0-100 is left out: the formula of the index says it.
    """
    frame = reading.results.responses.changes
    frame = frame[~frame["change"].str.startswith("rescaled")]
    if frame.empty:
        return ()
    rows = tuple(
        (
            _change(words, str(change)),
            Number(int(part["item"].nunique()), 0),
            Number(float(part["n"].sum()), 0),
        )
        for change, part in frame.groupby("change", sort=True)
    )
    return (
        Table(
            caption=words("method.changes"),
            columns=(
                Column(words("column.change"), width=1),
                Column(words("column.items"), "right"),
                Column(words("column.cells"), "right"),
            ),
            rows=rows,
            dense=True,
            notes=(
                words("note.base_all", n=reading.results.n),
                words("note.unit_changes"),
                words("note.no_interval"),
            ),
        ),
    )

"""Method appendix, and for a simulation what was planted beside what was found."""

from __future__ import annotations

from csi.report.dissatisfied.reading import LIST, Reading
from csi.report.dissatisfied.sections.parts import change_cell, notes, number_cell, share_cell
from csi.report.dissatisfied.sections.summary import effect_row
from csi.report.dissatisfied.words import Words, percent, signed
from csi.report.document import (
    Block,
    Cell,
    Column,
    Facts,
    Heading,
    Paragraph,
    Table,
    format_number,
)

_TEXTS = {
    "leakage": "",
    "nonresponse": "",
    "learners": "performance",
    "screening": "screening",
    "performance": "performance",
    "scoring": "tiers",
    "effect": "effect",
    "privacy": "",
}
"""Parts of the appendix, and the table without which there is nothing to explain."""


def truth(reading: Reading, words: Words) -> tuple[Block, ...]:
    """Return what the simulation planted beside what the analysis found."""
    known, simulate = reading.facts("truth"), reading.study.simulate
    if not known or simulate is None:
        return ()
    rows: list[tuple[Cell, ...]] = [
        (words("truth.rate"), percent(known["rate"]), share_cell(reading.base_rate)),
        (
            words("truth.lift_possible"),
            format_number(known["lift_possible"], 2),
            number_cell(reading.performance("lift", LIST), 2),
        ),
        (
            words("truth.lift"),
            format_number(known["lift"], 2),
            number_cell(reading.performance("lift", LIST), 2),
        ),
        (
            words("truth.mean"),
            percent(known["rate"]),
            percent(known["mean_probability"]),
        ),
    ]
    rows += _planted_gaps(reading, words)
    found = effect_row(reading, "effect")
    if found.n:
        planted = simulate.effect * simulate.take_up
        rows.append((words("truth.effect"), signed(planted, 1), change_cell(found)))
        takers = effect_row(reading, "effect_on_takers")
        rows.append((words("truth.takers"), signed(simulate.effect, 1), change_cell(takers)))
    return (
        Heading(words("truth.title"), level=2),
        Paragraph(words("truth.intro")),
        Table(
            caption=words("truth.table"),
            columns=(
                Column(words("column.measure"), width=1.0),
                Column(words("column.planted"), "right"),
                Column(words("column.found"), "right"),
            ),
            rows=tuple(rows),
            notes=notes(words, "truth_unit", "interval", n=reading.base_rate.n),
        ),
    )


def _planted_gaps(reading: Reading, words: Words) -> list[tuple[Cell, ...]]:
    """Return the relative gaps of the silent, all else equal, beside the adjusted ones."""
    known, survey = reading.facts("truth"), reading.study.survey
    silent = next(iter(reading.study.hypotheses.silent), None)
    rows: list[tuple[Cell, ...]] = []
    for key, outcome in (("silent_gap", survey.outcome), ("silent_gap_second", survey.second)):
        if silent is None or key not in known or outcome is None:
            continue
        row = reading.row(
            "hypotheses", hypothesis=silent.name, outcome=outcome, term="adjusted_gap_percent"
        )
        planted = signed(100.0 * float(known[key]), 1)
        rows.append((words(f"truth.{key}"), planted, change_cell(row)))
    return rows


def method(reading: Reading, words: Words) -> tuple[Block, ...]:
    """Return everything that a hostile reader needs to check the numbers."""
    return (
        Heading(words("method.title")),
        Heading(words("method.population"), level=2),
        Facts(_population(reading, words)),
        *(
            block
            for name, table in _TEXTS.items()
            if not table or reading.has(table)
            for block in (
                Heading(words(f"method.{name}"), level=2),
                Paragraph(words(f"method.{name}_text", **_values(reading))),
            )
        ),
        *truth(reading, words),
        Heading(words("method.reproduce"), level=2),
        Facts(_reproduction(reading, words)),
    )


def _population(reading: Reading, words: Words) -> tuple[tuple[str, str], ...]:
    study, survey = reading.study, reading.facts("survey")
    language = words.language
    rate = survey.get("responded", 0) / survey["issued"] if survey.get("issued") else 0.0
    pairs = (
        (words("cover.population"), study.population.to(language)),
        (words("cover.snapshot"), study.as_of.isoformat()),
        (words("cover.mode"), study.mode.to(language)),
        (words("cover.fieldwork"), study.fieldwork.to(language)),
        (
            words("method.sample"),
            words(
                "method.sample_value",
                issued=int(survey.get("issued", 0)),
                responded=int(survey.get("responded", 0)),
                rate=percent(rate),
                strata=words.column(study.survey.strata) if study.survey.strata else "–",
            ),
        ),
        (
            words("method.weights"),
            words(
                "method.weights_value",
                deff=format_number(float(survey.get("weight_effect", 0.0)), 2),
                plain=percent(float(survey.get("rate_unweighted", 0.0))),
                design=percent(float(survey.get("rate_design", 0.0))),
                weighted=percent(float(survey.get("rate_weighted", 0.0))),
            ),
        ),
        (
            words("method.outcome"),
            words(
                "method.outcome_value",
                low=f"{study.survey.dissatisfied_to:g}",
                first=f"{study.survey.scale[0]:g}",
                last=f"{study.survey.scale[1]:g}",
            ),
        ),
    )
    return tuple(pair for pair in pairs if pair[1].strip())


def _values(reading: Reading) -> dict[str, object]:
    study = reading.study
    return {
        "day": study.as_of.isoformat(),
        "folds": study.model.folds,
        "bins": study.model.max_bins,
        "most": study.model.max_indicators,
        "threshold": format_number(study.model.threshold, 0),
        "canary": int(reading.results.manifest.get("canary_rows", 0)),
        "columns": len(reading.facts("fit").get("indicators", ())),
        "reliability": format_number(reading.fact("effect", "reliability"), 2),
    }


def _reproduction(reading: Reading, words: Words) -> tuple[tuple[str, str], ...]:
    provenance, manifest = reading.results.provenance, reading.results.manifest
    versions = ", ".join(f"{name} {version}" for name, version in provenance.versions.items())
    inputs = [(name, sha) for name, sha in sorted(provenance.inputs.items())]
    pairs = [
        *inputs,
        (words("method.model_hash"), str(reading.facts("fit").get("model_sha256", ""))),
        (words("method.sql_hash"), str(manifest.get("sql_sha256", ""))),
        (words("method.engine"), str(manifest.get("engine", ""))),
        (words("method.versions"), versions),
        (words("method.options"), _options(reading)),
    ]
    return tuple(pair for pair in pairs if pair[1])


def _options(reading: Reading) -> str:
    model = reading.study.model
    tiers = ", ".join(f"{name} {share:g}" for name, share in model.tiers.items())
    return (
        f"learner {model.learner}, max_indicators {model.max_indicators}, max_bins "
        f"{model.max_bins}, threshold {model.threshold:g}, folds {model.folds}, seed "
        f"{model.seed}; tiers {tiers}"
    )

"""The eleven items that a survey discloses, filled from the study, its answers and its results.

The items are those of the AAPOR Code of Professional Ethics and Practices (April 2021, III.A). What
nobody stated is called not stated: a reader must see the hole.
"""

from __future__ import annotations

from csi.questionnaire.schema import Text
from csi.report.document import Block, Cell, Column, Heading, Number, Table
from csi.report.reading import Reading
from csi.report.sections.design_facts import weighting
from csi.report.wording import Wording
from csi.sampling.method_details import ITEMS
from csi.study_schema import Wave

_HASH = 16


def disclosure(reading: Reading, words: Wording) -> tuple[Block, ...]:
    """Return the items as a table."""
    bodies = (
        _strategy(reading, words),
        _sponsor(reading, words),
        _instrument(reading, words),
        _population(reading, words),
        _selection(reading, words),
        _mode(reading, words),
        _dates(reading, words),
        _precision(reading, words),
        _weights(reading, words),
        _processing(reading, words),
        _limitations(reading, words),
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (Number(number, 0), title.to(words.language), words("disclosure.join").join(body))
        for number, (title, body) in enumerate(zip(ITEMS, bodies, strict=True), start=1)
    )
    return (
        Heading(words("disclosure.title"), level=2),
        Table(
            caption=words("disclosure.table"),
            columns=(
                Column(words("column.number"), "right"),
                Column(words("disclosure.item"), width=1),
                Column(words("disclosure.known"), width=3),
            ),
            rows=rows,
            dense=True,
            notes=(words("disclosure.note"), words("note.base_all", n=reading.results.n)),
        ),
    )


def _stated(words: Wording, what: str, *texts: Text | str) -> str:
    """Return the first text that says something, else that nobody stated it."""
    for text in texts:
        said = text.to(words.language) if isinstance(text, Text) else text
        if said.strip():
            return words("disclosure.pair", name=words(f"disclosure.{what}"), value=said)
    return words("disclosure.not_stated", name=words(f"disclosure.{what}"))


def _strategy(reading: Reading, words: Wording) -> list[str]:
    form = reading.results.questionnaire
    return [words("disclosure.survey", title=form.title.to(words.language))]


def _sponsor(reading: Reading, words: Wording) -> list[str]:
    study = reading.results.study
    conductor = str(study.branding.get("name", ""))
    said = [
        _stated(words, "sponsor", study.method.sponsor, study.client),
        _stated(words, "conductor", study.method.conductor, conductor),
    ]
    if study.method.funder.to(words.language):
        said.append(_stated(words, "funder", study.method.funder))
    return said


def _instrument(reading: Reading, words: Wording) -> list[str]:
    form = reading.results.questionnaire
    values = {"id": form.id, "version": form.version, "count": len(form.items),
              "sha256": form.sha256[:_HASH] or "–"}  # fmt: skip
    return [words("disclosure.instrument", **values)]


def _population(reading: Reading, words: Wording) -> list[str]:
    study = reading.results.study
    said = [_stated(words, "population", study.method.population, study.population)]
    if study.where is not None:
        said.append(words("disclosure.where", condition=str(study.where)))
    return said


def _selection(reading: Reading, words: Wording) -> list[str]:
    results = reading.results
    wave = _wave(reading)
    sampling = wave.sampling if wave else ""
    return [
        _stated(words, "sampling", sampling),
        words(
            "method.strata_value",
            strata=len(results.design.stages[0].fraction),
            psu=len(results.design.stages[0].stratum_of_unit),
            df=Number(float(results.design.df), 0),
        ),
        _stated(words, "recruitment", results.study.method.recruitment),
    ]


def _mode(reading: Reading, words: Wording) -> list[str]:
    study, wave = reading.results.study, _wave(reading)
    return [_stated(words, "mode", wave.mode if wave else "", study.method.mode, study.mode)]


def _dates(reading: Reading, words: Wording) -> list[str]:
    study = reading.results.study
    return [_stated(words, "dates", study.fieldwork, study.method.dates)]


def _precision(reading: Reading, words: Wording) -> list[str]:
    row = reading.overall
    values = {"n": reading.results.n, "n_eff": Number(row.n_eff, 0),
              "half": Number((row.high - row.low) / 2, 1)}  # fmt: skip
    return [words("disclosure.precision", **values)]


def _weights(reading: Reading, words: Wording) -> list[str]:
    details = reading.results.study.method.weighting.to(words.language)
    return [weighting(reading, words), *([details] if details.strip() else [])]


def _processing(reading: Reading, words: Wording) -> list[str]:
    study = reading.results.study
    return [
        _stated(words, "processing", study.method.processing),
        words("disclosure.processing_facts"),
    ]


def _limitations(reading: Reading, words: Wording) -> list[str]:
    results = reading.results
    said = [words("mark.synthetic")] if results.synthetic else []
    said.append(words("disclosure.limits"))
    if not results.invariances and reading.groups:
        said.append(words("disclosure.limits_untested"))
    details = results.study.method.limitations.to(words.language)
    return [*said, *([details] if details.strip() else [])]


def _wave(reading: Reading) -> Wave | None:
    waves = {wave.id: wave for wave in reading.results.study.waves}
    return waves.get(str(reading.results.provenance.options.get("wave")))

"""What is known of population, mode, sample, weights and questionnaire, as names and values."""

from __future__ import annotations

from csi.inference import effective_base, kish_deff
from csi.report.document import Number
from csi.report.reading import Reading
from csi.report.wording import Wording


def design_facts(reading: Reading, words: Wording) -> tuple[tuple[str, str], ...]:
    """Return what is known of population, mode, sample and weights: names and values."""
    results, study, design = reading.results, reading.results.study, reading.results.design
    overall = reading.overall
    pairs = (
        (words("method.population"), study.population.to(words.language)),
        (words("method.mode"), study.mode.to(words.language)),
        (words("method.fieldwork"), study.fieldwork.to(words.language)),
        (words("method.sample"), words("method.sample_value", n=results.n)),
        (
            words("method.weights"),
            weighting(reading, words),
        ),
        (
            words("method.strata"),
            words(
                "method.strata_value",
                strata=len(design.stages[0].fraction),
                psu=len(design.stages[0].stratum_of_unit),
                df=Number(float(design.df), 0),
            ),
        ),
        (words("method.population_size"), _finite(reading, words)),
        (
            words("method.deff_index"),
            words(
                "method.deff_index_value",
                deff=Number(overall.n / overall.n_eff, 2),
                n_eff=Number(overall.n_eff, 0),
            ),
        ),
        (
            words("method.questionnaire"),
            f"{results.questionnaire.title.to(words.language)} "
            f"({results.questionnaire.id}, {results.questionnaire.version})",
        ),
    )
    return tuple(pair for pair in pairs if pair[1].strip())


def _finite(reading: Reading, words: Wording) -> str:
    """Say whether intervals are narrowed because the population is finite, and whom they hold for.

    Such intervals speak of these customers at that time, not of the service in general.
    """
    fractions = reading.results.design.stages[0].fraction
    known = int((fractions > 0).sum())
    if not known:
        return words("method.infinite")
    return words("method.finite", known=known, strata=len(fractions))


def weighting(reading: Reading, words: Wording) -> str:
    """Say whether and by what the answers are weighted, and what that costs."""
    results = reading.results
    weights = results.design.weights[results.design.weights > 0]
    weighted = float(weights.max() - weights.min()) > 1e-9 * float(weights.mean())
    return words(
        "method.weights_value" if weighted else "method.weights_none",
        how=_weighted_how(reading, words),
        deff=Number(kish_deff(weights), 2),
        n_eff=Number(effective_base(weights), 0),
    )


def _weighted_how(reading: Reading, words: Wording) -> str:
    """Name the column of weights, and the margins that they were calibrated to."""
    results = reading.results
    waves = {wave.id: wave for wave in results.study.waves}
    wave = waves.get(str(results.provenance.options.get("wave")))
    if wave is None:
        return ""
    said = words("method.weights_column", column=wave.weight) if wave.weight else ""
    if wave.margins:
        said += words("method.weights_margins", margins=", ".join(map(_margin, wave.margins)))
    return said


def _margin(name: object) -> str:
    return " × ".join(map(str, name)) if isinstance(name, tuple) else str(name)

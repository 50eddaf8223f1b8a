"""From results to a document: the sections in order, in one language."""

from __future__ import annotations

from csi.report.dissatisfied.reading import Reading
from csi.report.dissatisfied.results import DissatisfiedResults
from csi.report.dissatisfied.sections.actions import actions
from csi.report.dissatisfied.sections.card import card
from csi.report.dissatisfied.sections.cover import cover
from csi.report.dissatisfied.sections.effect import effect
from csi.report.dissatisfied.sections.hypotheses import hypotheses
from csi.report.dissatisfied.sections.indicators import indicators
from csi.report.dissatisfied.sections.method import method
from csi.report.dissatisfied.sections.model import model
from csi.report.dissatisfied.sections.people import people
from csi.report.dissatisfied.sections.pool import pool
from csi.report.dissatisfied.sections.rules import domains, rules
from csi.report.dissatisfied.sections.summary import summary
from csi.report.dissatisfied.words import Words
from csi.report.document import Document
from csi.report.theme import Theme

_SECTIONS = (
    cover,
    summary,
    pool,
    hypotheses,
    indicators,
    model,
    rules,
    domains,
    card,
    people,
    actions,
    effect,
    method,
)
"""The sections in their order; one whose step was not run returns no blocks."""


def compose_dissatisfied(results: DissatisfiedResults, language: str, theme: Theme) -> Document:
    """Return the report as blocks; header and footer of a synthetic study say so on every page.

    Parameters
    ----------
    results : DissatisfiedResults
    language : {"en", "zh"}
    theme : Theme

    Raises
    ------
    ReportError
        Another language.
    """
    words, reading, study = Words(results.study, language), Reading(results), results.study
    foot = study.confidential.to(words.language)
    if study.synthetic:
        foot = "  ·  ".join(part for part in (words("synthetic.footer"), foot) if part)
    return Document(
        language=words.language,
        title=study.title.to(words.language),
        period=study.period.to(words.language),
        author=theme.name,
        confidential=foot,
        blocks=tuple(block for section in _SECTIONS for block in section(reading, words)),
        mark=words("synthetic.short") if study.synthetic else "",
        words={
            "table": words("word.table"),
            "figure": words("word.figure"),
            "lost_title": words("word.lost_title"),
            "lost": words("word.lost", characters="{characters}"),
        },
    )

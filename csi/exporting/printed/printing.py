"""Set the printed form as PDF."""

from __future__ import annotations

from importlib.resources import files

from csi.exporting.printed.composing import compose_form
from csi.questionnaire.schema import Language, Questionnaire
from csi.report.pdf import render_form


def print_questionnaire(questionnaire: Questionnaire, *, language: Language = "en") -> bytes:
    """Set a questionnaire for interviews face to face: cover, questions, show cards.

    Parameters
    ----------
    questionnaire : Questionnaire
    language : {"en", "zh"}

    Returns
    -------
    bytes
        A PDF; the same questionnaire gives the same bytes.

    Raises
    ------
    MissingDependencyError
        Chinese characters without the ``zh`` extra.
    """
    template = files("csi.exporting.printed").joinpath("form.typ").read_text("utf-8")
    return render_form(compose_form(questionnaire, language), template, language)

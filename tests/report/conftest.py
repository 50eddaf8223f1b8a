from __future__ import annotations

from types import SimpleNamespace

import pytest
from report_standin import build_results, questionnaire, simulate_answers

from csi.report.composing import compose
from csi.report.document import Document
from csi.report.pdf import render_pdf
from csi.report.theme import Theme

LANGUAGES = ("en", "zh")


@pytest.fixture(scope="session")
def operators() -> SimpleNamespace:
    """Two lines by four operators; some cells are too small."""
    form = questionnaire("operators_reputation")
    shares = {"servicetype": [0.4, 0.6], "serviceprovider": [0.4, 0.35, 0.15, 0.1]}
    answers = simulate_answers(form, 400, seed=1, shares=shares)
    return build_results(form, answers, by=("servicetype", "serviceprovider"), own=1)


@pytest.fixture(scope="session")
def withheld() -> SimpleNamespace:
    """One operator, paths withheld."""
    form = questionnaire("ecsi_mobile")
    return build_results(form, simulate_answers(form, 250, seed=2, shares={}), withheld=True)


@pytest.fixture(scope="session")
def industries() -> SimpleNamespace:
    """Groups without lines, none of them ours."""
    form = questionnaire("acsi")
    answers = simulate_answers(form, 900, seed=3, shares={"INDUSTRY": [1, 1, 1, 1]})
    return build_results(form, answers, by=("INDUSTRY",))


@pytest.fixture(scope="session")
def studies(
    operators: SimpleNamespace, withheld: SimpleNamespace, industries: SimpleNamespace
) -> dict[str, SimpleNamespace]:
    return {"operators": operators, "withheld": withheld, "industries": industries}


@pytest.fixture(scope="session")
def documents(studies: dict[str, SimpleNamespace]) -> dict[tuple[str, str], Document]:
    return {
        (name, language): compose(results, language, Theme(name="Agency"))
        for name, results in studies.items()
        for language in LANGUAGES
    }


@pytest.fixture(scope="session")
def pdfs(documents: dict[tuple[str, str], Document]) -> dict[tuple[str, str], bytes]:
    return {key: render_pdf(document, Theme(name="Agency")) for key, document in documents.items()}

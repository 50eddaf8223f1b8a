from __future__ import annotations

from pathlib import Path

import pytest
from report_studies import simulated_study

import csi
from csi.report.book import StudyResults
from csi.report.composing import compose
from csi.report.document import Document
from csi.report.pdf import render_pdf
from csi.report.theme import Theme

LANGUAGES = ("en", "zh")


@pytest.fixture(scope="session")
def operators() -> StudyResults:
    """Two lines by four operators, ours is the first; some cells are too small."""
    by = {"servicetype": [0.4, 0.6], "serviceprovider": [0.4, 0.35, 0.15, 0.1]}
    return simulated_study("operators_reputation", 400, seed=1, by=by, own=1)


@pytest.fixture(scope="session")
def withheld() -> StudyResults:
    """One operator; the constructs overlap so much that the paths are withheld."""
    return simulated_study("ecsi_mobile", 250, seed=2, common=0.99)


@pytest.fixture(scope="session")
def industries() -> StudyResults:
    """Four groups without lines, none of them ours."""
    return simulated_study("acsi", 900, seed=3, by={"INDUSTRY": [1, 1, 1, 1]})


@pytest.fixture(scope="session")
def province(example_reports: Path) -> StudyResults:
    """Lines, operators, waves, elements, regions: what a book can hold."""
    return csi.analyse_study(csi.read_study(example_reports / "province_quarterly" / "study.yaml"))


@pytest.fixture(scope="session")
def studies(
    operators: StudyResults, withheld: StudyResults, industries: StudyResults
) -> dict[str, StudyResults]:
    return {"operators": operators, "withheld": withheld, "industries": industries}


@pytest.fixture(scope="session")
def documents(studies: dict[str, StudyResults]) -> dict[tuple[str, str], Document]:
    return {
        (name, language): compose(results, language, Theme(name="Agency"))
        for name, results in studies.items()
        for language in LANGUAGES
    }


@pytest.fixture(scope="session")
def pdfs(documents: dict[tuple[str, str], Document]) -> dict[tuple[str, str], bytes]:
    return {key: render_pdf(document, Theme(name="Agency")) for key, document in documents.items()}

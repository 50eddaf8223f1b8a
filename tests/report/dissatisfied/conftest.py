from __future__ import annotations

import pytest

from csi.report.dissatisfied.composing import compose_dissatisfied
from csi.report.dissatisfied.results import DissatisfiedResults
from csi.report.document import Document
from csi.report.theme import Theme

pytest.importorskip("duckdb", reason="scoring needs DuckDB")


@pytest.fixture(scope="session")
def results() -> DissatisfiedResults:
    from tests.small_dissatisfied import ran_study

    return ran_study()[1]


@pytest.fixture(scope="session")
def documents(results: DissatisfiedResults) -> dict[str, Document]:
    return {language: compose_dissatisfied(results, language, Theme()) for language in ("en", "zh")}

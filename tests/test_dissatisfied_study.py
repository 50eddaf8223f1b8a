"""Steps over files: what is kept, what is stale, and studies that ask for less."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

pytest.importorskip("duckdb", reason="scoring needs DuckDB")

from csi.dissatisfied.faults import LeakageError
from csi.dissatisfied_file.reading import read_dissatisfied_study
from csi.dissatisfied_study.fitting import fit_study
from csi.dissatisfied_study.reporting import read_results
from csi.dissatisfied_study.running import has_data, run_dissatisfied_study, store_of
from csi.dissatisfied_study.store import Store, read_tidy
from csi.errors import StudyError
from tests.small_dissatisfied import write_small_study


def without(text: str, *keys: str) -> str:
    for key in keys:
        text = re.sub(rf"(?m)^{key}:.*\n(?:[ #].*\n|\n)*", "", text)
    return text


def edit(folder: Path, name: str, change: object) -> None:
    path = folder / name
    path.write_text(change(path.read_text("utf-8")), encoding="utf-8")  # type: ignore[operator]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a study that asks for a model and scores only, run once."""
    folder = write_small_study(tmp_path_factory.mktemp("little"))
    edit(
        folder,
        "dissatisfied.yaml",
        lambda text: without(
            text, "pool", "hypotheses", "segments", "profile", "actions", "follow_up"
        ),
    )
    run_dissatisfied_study(folder)
    return folder


def test_a_study_that_asks_for_less_gets_less(folder: Path) -> None:
    results = read_results(read_dissatisfied_study(folder), Store(folder / "out"))
    assert list(results.tables) == [
        "performance", "reliability", "screening", "scorecard", "tiers", "reasons", "stated",
    ]  # fmt: skip
    assert (folder / "out" / "report_zh.pdf").is_file()


def test_tables_that_a_step_no_longer_has_are_removed(tmp_path: Path) -> None:
    store = Store(tmp_path)
    one = pd.DataFrame({"x": [1]})
    store.write_tables("fit", {"performance": one, "rules": one})
    store.write_tables("fit", {"performance": one, "domains": pd.DataFrame()})
    assert list(store.tables()) == ["performance"]


def test_scores_of_another_model_are_not_reported(folder: Path) -> None:
    study, store = read_dissatisfied_study(folder), Store(folder / "out")
    path = folder / "out" / "model.json"
    before = path.read_text("utf-8")
    path.write_text(json.dumps({**json.loads(before), "offset": 0.3}), encoding="utf-8")
    try:
        with pytest.raises(StudyError) as caught:
            read_results(study, store)
    finally:
        path.write_text(before, encoding="utf-8")
    assert str(caught.value).endswith(
        "scores: these scores come from another model than model.json. Run `csi dissatisfied "
        "score` again, and the steps after it."
    )


def test_the_same_study_gives_the_same_model_and_pages(folder: Path) -> None:
    names = ("model.json", "report_en.pdf", "tables.xlsx", "tables/performance.csv")
    before = [(folder / "out" / name).read_bytes() for name in names]
    run_dissatisfied_study(folder)
    assert [(folder / "out" / name).read_bytes() for name in names] == before


def test_weights_are_made_again_only_where_the_survey_changed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from csi.dissatisfied_study import answers

    monkeypatch.setattr(answers, "weight_for_response", None)
    study = read_dissatisfied_study(folder)
    assert len(answers.read_answers(study, Store(folder / "out")).respondents) > 1000


def test_another_size_of_the_base_is_made_up_anew(folder: Path) -> None:
    study = read_dissatisfied_study(folder)
    assert has_data(study)
    edit(folder, "dissatisfied.yaml", lambda text: text.replace("9000", "9500"))
    changed = read_dissatisfied_study(folder)
    edit(folder, "dissatisfied.yaml", lambda text: text.replace("9500", "9000"))
    assert not has_data(changed)


def test_without_a_hold_out_the_change_is_that_of_those_who_rated_low(tmp_path: Path) -> None:
    folder = write_small_study(tmp_path)
    edit(folder, "care.yaml", lambda text: text.replace("share: 0.2", "share: 0"))
    results = run_dissatisfied_study(folder)
    table = results.tables["effect"].set_index("term")
    assert set(table["evidence"]) == {"before-after"}
    assert table.loc["mean_before", "estimate"] < 45.0
    assert results.facts["effect"]["evidence"] == "before-after"
    assert results.facts["power"]["least_effect"] is None


def test_an_indicator_from_after_the_interview_is_refused(folder: Path) -> None:
    early, late = "as_of: 2026-03-31", "as_of: 2026-04-10"
    edit(folder, "dissatisfied.yaml", lambda text: text.replace(early, late))
    try:
        study = read_dissatisfied_study(folder)
        with pytest.raises(LeakageError, match="was observed on or after the interview"):
            fit_study(study, store_of(study))
    finally:
        edit(folder, "dissatisfied.yaml", lambda text: text.replace(late, early))


def test_a_table_comes_back_from_its_file_as_it_was(tmp_path: Path) -> None:
    table = pd.DataFrame(
        {
            "term": ["a", ""],
            "estimate": [1.5, np.nan],
            "n": [3, 4],
            "kept": [True, False],
            "flag": ["", ""],
        }
    )
    store = Store(tmp_path)
    store.write_tables("effect", {"effect": table})
    pd.testing.assert_frame_equal(
        read_tidy(tmp_path / "tables" / "effect.csv"), table, check_dtype=False
    )

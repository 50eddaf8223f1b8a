"""A study of three waves: what moved, where series end, why, and the regions."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from csi.errors import StudyError
from csi.report.book import StudyResults, hold_back
from csi.report.cautions import cautions
from csi.report.findings import findings
from csi.report.reading import Reading
from csi.study import analyse_study, results_for
from csi.study_file import read_study
from csi.study_waves import on_scales_of
from tests.small_study import QUESTIONNAIRE, with_a_driver

REGION = """\
      - id: region
        type: single
        role: domain
        text: {en: Region?, zh: 地区？}
        choices: {1: {en: North, zh: 北}, 2: {en: South, zh: 南}, 3: {en: West, zh: 西}}
  - id: overall
"""

STUDY = """\
id: waves
title: {en: Study, zh: 研究}
questionnaire: q.yaml
waves:
  - {id: w1, responses: w1.csv, questionnaire: old.yaml, mode: CATI, keep: [who]}
  - {id: w2, responses: w2.csv, mode: CATI, keep: [who]}
  - {id: w3, responses: w3.csv, mode: CATI, keep: [who]}
baseline: w1
panel: who
margin: 1.5
by: [line, operator]
own: 2
cells: [line, region]
regions: {by: region, mix: [line], sources: sources.csv}
"""

SOURCES = """\
region,source,value,unit,base,base_unit
1,complaints,12.5,per 10000 customers,81000,customers
2,complaints,8.1,per 10000 customers,43000,customers
3,complaints,9.9,per 10000 customers,52000,customers
"""


def answers(seed: int, *, shift: float, n: int = 700, first: int = 0) -> pd.DataFrame:
    """Draw a wave: operator 2 moves by ``shift`` scale points."""
    rng = np.random.default_rng(seed)
    line, operator = rng.integers(1, 3, n), rng.integers(1, 3, n)
    satisfaction = rng.normal(size=n) - 0.5 * (line == 2) + shift * (operator == 2)
    value = 0.7 * satisfaction + 0.7 * rng.normal(size=n)
    items = {
        f"{name}{k}": np.clip(np.round(6 + factor + 0.8 * rng.normal(size=n)), 1, 10).astype(int)
        for name, factor in (("sat", satisfaction), ("val", value))
        for k in (1, 2, 3)
    }
    frame = pd.DataFrame({"line": line, "operator": operator, "region": rng.integers(1, 4, n)})
    return frame.assign(who=np.arange(first, first + n), **items)


def write_waves(path: Path) -> Path:
    """Write the study, its questionnaires, answers and sources."""
    form = with_a_driver(QUESTIONNAIRE).replace("  - id: overall\n", REGION)
    (path / "q.yaml").write_text(form, encoding="utf-8")
    (path / "old.yaml").write_text(form.replace("Worth 1?", "Is it worth it?"), encoding="utf-8")
    (path / "study.yaml").write_text(STUDY, encoding="utf-8")
    (path / "sources.csv").write_text(SOURCES, encoding="utf-8")
    answers(1, shift=0.0).to_csv(path / "w1.csv", index=False)
    answers(2, shift=0.0, first=500).to_csv(path / "w2.csv", index=False)
    answers(3, shift=-0.6, first=1000).to_csv(path / "w3.csv", index=False)
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_waves(tmp_path_factory.mktemp("waves"))


@pytest.fixture(scope="module")
def results(folder: Path) -> StudyResults:
    return analyse_study(read_study(folder))


def test_the_planted_fall_is_found_and_nothing_else(results: StudyResults) -> None:
    tables = [each.tidy() for each in results.changes]
    assert [each.within for each in results.changes] == [
        (),
        ("line",),
        ("operator",),
        ("line", "operator"),
    ]
    changes = pd.concat(tables, ignore_index=True)
    headline = changes[changes["family"] == "headline"]
    assert set(headline["before"]) == {"w1", "w2"}
    assert set(headline["after"]) == {"w3"}
    moved = headline[headline["verdict"].isin(["moved up", "moved down"])]
    assert set(moved["verdict"]) == {"moved down"}
    assert set(moved["operator"].dropna()) == {2}
    assert (headline[headline["operator"] == 1]["verdict"] != "moved down").all()
    own = headline[headline["line"].isna() & (headline["operator"] == 2)]
    assert (own["verdict"] == "moved down").all()


def test_all_headlines_are_one_family(results: StudyResults) -> None:
    changes = pd.concat([each.tidy() for each in results.changes])
    tested = changes[(changes["family"] == "headline") & changes["p_value"].notna()]
    smallest = tested.sort_values("p_value").iloc[0]
    assert smallest["p_adjusted"] == pytest.approx(smallest["p_value"] * len(tested))
    assert len(tested) == 18


def test_a_reworded_construct_is_bridged_from_the_baseline(results: StudyResults) -> None:
    overall = results.changes[0].tidy()
    value = overall[overall["term"] == "Value"].set_index(["before", "basis"])
    assert value.loc[("w1", "all items"), "verdict"] == "not comparable"
    assert "val1, wording" in value.loc[("w1", "all items"), "reason"]
    assert value.loc[("w1", "unchanged items"), "items"] == "val2, val3"
    assert ("w2", "unchanged items") not in value.index
    trend = results.trend[0].tidy()
    line = trend[(trend["term"] == "Value") & (trend["basis"] == "all items")]
    assert line["segment"].tolist() == [1, 2, 2]
    assert line["change"].isna().tolist() == [True, True, False]
    assert line["change_verdict"].tolist()[1] == "not comparable"
    bridge = trend[(trend["term"] == "Value") & (trend["basis"] == "unchanged items")]
    assert bridge["segment"].tolist() == [1, 1, 1]


def test_people_in_two_waves_lower_the_error_only_if_they_agree(results: StudyResults) -> None:
    overlap = results.changes[0].overlap
    assert overlap["n_shared"].tolist() == [200, 0, 200]


def test_the_parts_explain_the_printed_index(results: StudyResults) -> None:
    assert [each.within for each in results.decomposition] == [
        (),
        ("line",),
        ("operator",),
        (),
        ("line",),
        ("operator",),
    ]
    for each in results.decomposition:
        table = each.tidy()
        parts = table[table["by"] == ""]
        keys = list(each.within) or [lambda _: 0]
        for _, own in parts.groupby(keys):
            assert own["estimate"].iloc[:4].sum() == pytest.approx(
                own["estimate"].iloc[4], abs=1e-9
            )
    overall = results.decomposition[0].scores.iloc[0]
    printed = results.indices[()].tidy().set_index("term")["estimate"]
    assert overall["score_after"] == pytest.approx(printed["Satisfaction"], abs=1e-6)


def test_regions_stand_beside_other_sources(results: StudyResults) -> None:
    assert results.regions is not None
    assert results.regions.mix == ("line",)
    table = results.regions.tidy()
    assert table["measure"].value_counts().to_dict() == {"raw": 3, "adjusted": 3, "shrunk": 3}
    beside = results.regions.side_by_side().set_index("region")
    assert beside["rank"].to_dict() == {1: 3, 2: 1, 3: 2}


def test_every_table_is_written(results: StudyResults) -> None:
    tables = results.tables()
    assert {"changes", "trend", "decomposition", "regions", "region_sources"} <= set(tables)
    changes = tables["changes"]
    assert list(changes.columns[:4]) == ["line", "line_label", "operator", "operator_label"]
    labels = tables["regions"].set_index("region")["region_label"]
    assert labels[2].unique().tolist() == ["South"]
    assert set(tables["decomposition"]["region_label"]) == {"", "North", "South", "West"}
    assert results.provenance.inputs.keys() >= {"old.yaml", "w1.csv", "w2.csv", "sources.csv"}


def test_the_first_wave_has_no_changes(folder: Path) -> None:
    first = analyse_study(read_study(folder), wave="w1")
    assert (first.changes, first.trend, first.decomposition) == ((), (), ())
    assert "changes" not in first.tables()


def test_another_mode_ends_every_series(folder: Path) -> None:
    text = STUDY.replace("w3.csv, mode: CATI", "w3.csv, mode: web")
    (folder / "mode.yaml").write_text(text, encoding="utf-8")
    results = analyse_study(read_study(folder / "mode.yaml"))
    changes = pd.concat([each.tidy() for each in results.changes])
    assert set(changes["verdict"]) == {"not comparable"}
    assert results.decomposition == ()
    assert results.trend[0].tidy().groupby("term")["segment"].max().tolist() == [2, 3]


def test_a_wave_without_a_mode_was_asked_as_the_study_says(folder: Path) -> None:
    """Else a web wave after telephone ones would join their trend (trap 41)."""
    said = "mode: {en: CATI, zh: 电话访问}\nbaseline"
    text = STUDY.replace("mode: CATI, ", "").replace("baseline", said)
    (folder / "silent.yaml").write_text(text, encoding="utf-8")
    (folder / "web.yaml").write_text(
        text.replace("w3.csv, keep", "w3.csv, mode: web, keep"), encoding="utf-8"
    )
    silent, web = (analyse_study(read_study(folder / f"{name}.yaml")) for name in ("silent", "web"))
    assert "mode" not in set(silent.trend[0].breaks["kind"])
    assert {c.gaps["verdict"].unique().item() for c in web.changes} == {"not comparable"}
    told = [phrase.key for phrase in cautions(Reading(web))]
    assert "caution.broken_mode" in told
    assert "caution.broken_questions" not in told
    assert not [p for p in findings(Reading(web)) if p.key == "finding.nothing_moved"]


def test_an_earlier_scale_is_put_on_the_new_one(folder: Path) -> None:
    study = read_study(folder)
    from csi.questionnaire.reading import read_questionnaire

    new = read_questionnaire(study.questionnaire)
    text = (folder / "q.yaml").read_text(encoding="utf-8").replace("max: 10", "max: 5")
    (folder / "five.yaml").write_text(text, encoding="utf-8")
    five = read_questionnaire(folder / "five.yaml")
    moved = on_scales_of(pd.DataFrame({"sat1": [1.0, 3.0, 5.0], "line": [1, 2, 1]}), five, new)
    assert moved["sat1"].tolist() == [1.0, 5.5, 10.0]
    assert moved["line"].tolist() == [1, 2, 1]


def test_wave_keys_say_what_is_wrong(folder: Path) -> None:
    text = (
        STUDY.replace("baseline: w1", "baseline: w9")
        .replace("keep: [who]", "keep: []", 1)
        .replace("margin: 1.5", "margin: -1")
        .replace("mix: [line]", "mix: [region, lin]")
        .replace("sources.csv", "source.csv")
        .replace("cells: [line, region]", "cells: [place]")
    )
    (folder / "bad.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(StudyError) as error:
        read_study(folder / "bad.yaml")
    said = str(error.value)
    for fault in (
        "no wave is called `w9`",
        "`panel` is `who`, which is no item and not kept in the waves w1.",
        "`margin`",
        "`mix` names `region`, the regions themselves",
        "`mix` names `lin`, which q.yaml lacks. Did you mean `line`?",
        "there is no file `source.csv`",
        "`cells` names `place`",
    ):
        assert fault in said


def test_changes_on_a_small_base_are_not_shown() -> None:
    table = pd.DataFrame(
        {"change": [1.0, 2.0], "change_low": [0.5, -1.0], "estimate": [70.0, 71.0], "flag": ""}
    )
    shown = hold_back(table.assign(change_verdict=["no evidence", "base too small"]))
    assert shown["change"].isna().tolist() == [False, True]
    assert shown["change_low"].isna().tolist() == [False, True]
    assert shown["estimate"].tolist() == [70.0, 71.0]


def test_the_summary_says_what_moved(results: StudyResults) -> None:
    assert "operator = 2: Satisfaction moved down from w2 to w3" in results.summary()


def test_the_summary_mentions_what_there_is_and_no_more(
    results: StudyResults, folder: Path
) -> None:
    """Gaps, trend, parts and regions of this study, which has no elements and no ladder."""
    said = results.summary()
    names = [line.split(":")[0] for line in said.splitlines()]
    for start in ("Trend", "Change w2 to w3", "Regions", "Short-boards"):
        assert start in names
    assert "Trend: 3 waves, w1 to w3; series end for Value" in said
    assert any(name.startswith("Gap ") for name in names)
    assert "points from 0 to 100" in said
    assert not any(name.startswith(("Elements", "Complaint")) for name in names)
    first = analyse_study(read_study(folder), wave="w1").summary()
    assert not any(word in first for word in ("Trend", "Change w"))


def test_our_gaps_are_explained_by_kinds_of_customers(results: StudyResults) -> None:
    """Operator 2 is ours; the parts add up to ours minus theirs, in every table."""
    table = results.tables()["gap_parts"]
    assert set(table["group_a"]) == {2}
    assert set(table["group_b"]) == {1}
    assert (table["across"] == "operator").all()
    parts = table[table["by"] == ""].set_index("part")["estimate"]
    gap = next(c for c in results.comparisons if c.across == "operator" and not c.within).tidy()
    own = gap[gap["term"] == "Satisfaction"].iloc[0]
    assert parts["total"] == pytest.approx(-own["estimate"], abs=1e-9)
    assert parts[["mix", "level", "weights", "remainder"]].sum() == pytest.approx(parts["total"])
    assert results_for(results, 1).gap_parts[0].after == 1
    assert results_for(results, None).gap_parts == ()

"""Elements in a study, and at the command line."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

import csi
from csi.cli.main import run
from tests.elements.conftest import CHANNEL

STUDY = """\
id: channel
title: Study
questionnaire: q.yaml
waves:
  - {id: w1, responses: a.csv, weight: weight, strata: stratum, psu: psu}
by: [group]
own: 2
"""

LADDER = """\
  complaint_ladder:
    low: {en: Low, zh: 低, when: q1 <= 5}
    high: {en: High, zh: 高, when: q1 > 5}
  index: Satisfaction
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, frame: pd.DataFrame) -> Path:
    folder = tmp_path_factory.mktemp("elements")
    text = CHANNEL.replace("  index: Satisfaction\n", LADDER)
    (folder / "q.yaml").write_text(text, encoding="utf-8")
    (folder / "study.yaml").write_text(STUDY, encoding="utf-8")
    frame.drop(columns=["id", "fpc"]).to_csv(folder / "a.csv", index=False)
    return folder


def test_a_study_has_its_elements(folder: Path) -> None:
    results = csi.analyse_study(csi.read_study(folder / "study.yaml"))
    assert list(results.elements) == [(), ("group",)]
    assert results.element_drivers is not None
    assert results.element_drivers.outcome == "Satisfaction"
    tables = results.tables()
    levels = tables["elements"]
    assert levels.columns.tolist()[:4] == ["group", "group_label", "term", "measure"]
    nobody = levels[(levels["group"] == 3) & (levels["term"] == "Channel")].set_index("measure")
    assert nobody.loc["score", "flag"] == "suppressed"
    assert nobody["estimate"].isna().tolist() == [True, True, False]
    drivers = tables["element_drivers"]
    assert set(drivers["measure"]) >= {"importance", "importance_all", "reach"}
    boards = tables["short_boards"]
    assert boards[["kind", "term"]].to_numpy().tolist() == [
        ["element", "Network"],
        ["element", "Channel"],
        ["construct", "Network"],
    ]
    assert boards["across"].unique().tolist() == ["group"]
    assert boards["best_label"].tolist() == ["A", "A", "A"]
    assert set(tables["complaint_ladder"]["step"]) == {"low", "high"}
    assert tables["complaint_ladder_gaps"]["term"].tolist() == ["Satisfaction"]


def command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: object
) -> tuple[int, str, str]:
    monkeypatch.setattr(sys, "argv", ["csi", *map(str, words)])
    with pytest.raises(SystemExit) as left:
        run()
    printed = capsys.readouterr()
    return int(left.value.code or 0), printed.out, printed.err


@pytest.mark.parametrize(
    ("words", "table"),
    [
        ((), "levels"),
        (("--by", "group", "--dissatisfied-to", "4"), "levels by group"),
        (("--show", "items"), "items"),
        (("--show", "drivers"), "drivers"),
        (("--show", "models", "--outcome", "Satisfaction"), "models"),
        (("--show", "short_boards", "--by", "group", "--own", "2"), "short boards"),
        (("--show", "ladder"), "ladder"),
        (("--show", "ladder_gaps"), "gaps"),
    ],
)
def test_the_command_prints_the_numbers_of_the_library(
    words: tuple[str, ...],
    table: str,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, out, err = command(
        monkeypatch, capsys, "elements", folder / "study.yaml", *words, "--format", "csv"
    )
    assert code == 0
    assert ("Associations among users, not effects." in err) == (table in ("drivers", "models"))
    q = csi.read_questionnaire(folder / "q.yaml")
    responses = csi.read_responses(folder / "a.csv", q, keep=["weight", "stratum", "psu"])
    design = csi.make_design(responses, weights="weight", strata="stratum", psu="psu")
    expected = {
        "levels": lambda: csi.estimate_elements(design, q).tidy(),
        "levels by group": lambda: csi.estimate_elements(
            design, q, by="group", dissatisfied_to=4
        ).tidy(),
        "items": lambda: csi.estimate_elements(design, q).items_tidy(),
        "drivers": lambda: csi.rank_elements(csi.fit_model(design, q)).tidy(),
        "models": lambda: csi.rank_elements(csi.fit_model(design, q)).models_tidy(),
        "short boards": lambda: csi.find_short_boards(
            csi.estimate_elements(design, q, by="group"),
            csi.rank_elements(csi.fit_model(design, q)),
            own=2,
        ).tidy(),
        "ladder": lambda: csi.complaint_ladder(csi.fit_model(design, q)).tidy(),
        "gaps": lambda: csi.complaint_ladder(csi.fit_model(design, q)).gaps_tidy(),
    }[table]()
    if "flag" in expected:
        expected = expected[expected["flag"] != "suppressed"]
    printed = pd.read_csv(io.StringIO(out), keep_default_na=False, na_values=[""])
    if "flag" in printed:
        printed = printed[printed["flag"] != "suppressed"]
    written = pd.read_csv(io.StringIO(expected.to_csv(index=False)))
    ours = printed[written.columns].reset_index(drop=True)
    assert_frame_equal(ours, written, rtol=1e-9, atol=1e-12, check_dtype=False)


def test_wrong_words(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    study = ("elements", folder / "study.yaml", "--show")
    code, _, err = command(monkeypatch, capsys, *study, "drivers", "--by", "group")
    assert (code, "This table is for everybody" in err) == (2, True)
    code, _, err = command(monkeypatch, capsys, *study, "short_boards", "--by", "group")
    assert (code, "Say whose competitors: --by ITEM and --own CODE" in err) == (2, True)
    (folder / "m.lav").write_text("F =~ q1 + q2 + q3", encoding="utf-8")
    words = ("elements", folder / "a.csv", "--model", folder / "m.lav")
    code, _, err = command(monkeypatch, capsys, *words)
    assert code == 1
    assert "Elements are declared in a questionnaire: give one by --questionnaire." in err

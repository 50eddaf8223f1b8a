from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from csi.questionnaire.exporting import write_codebook
from csi.questionnaire.schema import Questionnaire


def test_codebook_holds_items_codes_and_constructs(
    read: Callable[..., Questionnaire], tmp_path: Path
) -> None:
    questionnaire = read(("en: Coverage?", "en: =1+1"))
    path = write_codebook(questionnaire, tmp_path / "codebook.xlsx")
    sheets = pd.read_excel(path, sheet_name=None, keep_default_na=False)
    assert list(sheets) == ["Items", "Codes", "Constructs"]
    items = sheets["Items"].set_index("item")
    assert list(items.index) == list(questionnaire.items)
    assert items.loc["net1", "text_en"] == "=1+1"
    assert items.loc[
        "net3", ["asked_if", "minimum", "maximum", "high_zh", "construct"]
    ].tolist() == [
        "line = 1",
        1,
        10,
        "好",
        "Network",
    ]
    codes = sheets["Codes"]
    assert codes[codes["item"] == "line"]["label_zh"].tolist() == ["移动", "固定"]
    assert codes[codes["item"] == "sat1"]["missing"].tolist() == ["dont_know", "refused"]
    constructs = sheets["Constructs"].set_index("construct")
    assert constructs.loc["Satisfaction", ["items", "caused_by"]].tolist() == [
        "sat1, sat2, sat3",
        "Network",
    ]


def test_same_questionnaire_same_bytes(read: Callable[..., Questionnaire], tmp_path: Path) -> None:
    first = write_codebook(read(), tmp_path / "a.xlsx").read_bytes()
    assert write_codebook(read(), tmp_path / "b.xlsx").read_bytes() == first
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.xlsx", "b.xlsx", "q.yaml"]

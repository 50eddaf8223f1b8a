"""Small SPSS files that the tests write themselves: every record type, every storage."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat

from csi.responses.dictionary import (
    MissingRange,
    MultipleResponseSet,
    SpssDictionary,
    SpssVariable,
)
from csi.responses.spss import write_spss
from csi.responses.spss_data import SpssData

ENDS = {1.0: "很低", 10.0: "很高", 98.0: "不知道", 99.0: "拒答"}


def rich_data() -> SpssData:
    """Return data that use everything an SPSS dictionary can say."""
    frame = pd.DataFrame(
        {
            "满意度": [8.0, 98.0, 99.0, np.nan],
            "q2": [1.0, -5.0, 9.0, 4.5],
            "意见": ["网络很好", "", " 前面有空格", "长" * 200],
            "短": ["是", "否", "", "是"],
            "wt": [1.5, 0.5, 1.0, 2.0],
            "day": pd.to_datetime(
                ["2026-01-02", "1999-12-31T23:59:59.5", None, "1600-01-01"], format="ISO8601"
            ).astype("datetime64[us]"),
            "spent": pd.to_timedelta([1.5, None, -3, 90000], unit="s").astype("timedelta64[us]"),
            "used_the_hotline_this_year": [1.0, 0.0, 1.0, 0.0],
            "used_outlet": [0.0, 1.0, 1.0, 0.0],
        }
    )
    variables = {
        "满意度": SpssVariable(
            label="总体满意度？",
            format="F2.0",
            measure="ordinal",
            alignment="center",
            role="target",
            value_labels=ENDS,
            missing=(MissingRange(98.0, 99.0),),
            attributes={"question": ("您对移动服务的总体满意度？", "第二行"), "en": ("Overall?",)},
        ),
        "q2": SpssVariable(
            format="F8.2",
            value_labels=ENDS,
            missing=(MissingRange(-math.inf, 0.0), MissingRange(9.0, 9.0)),
        ),
        "意见": SpssVariable(
            width=1000,
            format="A1000",
            alignment="left",
            value_labels={"网络很好": "good network"},
            missing=(MissingRange("无", "无"),),
        ),
        "短": SpssVariable(
            width=8,
            format="A8",
            value_labels={"是": "yes", "否": "no"},
            missing=(MissingRange("否", "否"),),
        ),
        "wt": SpssVariable(format="F8.4", measure="scale", display_width=12),
        "day": SpssVariable(format="DATETIME20"),
        "spent": SpssVariable(format="TIME11.2"),
        "used_the_hotline_this_year": SpssVariable(format="F1.0", measure="nominal"),
        "used_outlet": SpssVariable(format="F1.0", measure="nominal"),
    }
    dictionary = SpssDictionary(
        variables=variables,
        weight="wt",
        multiple_response_sets={
            "channels": MultipleResponseSet(
                label="接触渠道",
                kind="dichotomies",
                variables=("used_the_hotline_this_year", "used_outlet"),
                counted="1",
            ),
            "both": MultipleResponseSet(kind="categories", variables=("满意度", "q2")),
            "说": MultipleResponseSet(
                label="是或否",
                kind="dichotomies",
                variables=("短",),
                counted="是",
                labels_from="counted_values",
                set_label_from_first=True,
            ),
        },
        variable_sets={"核心": ("满意度", "q2")},
        attributes={"study": ("ecsi", "2026 Q1")},
        file_label="移动用户满意度",
        documents=("第一行", "second line"),
        created="02 Jan 26 09:30:00",
    )
    return SpssData(frame=frame, dictionary=dictionary)


def wide_data() -> SpssData:
    """Return 60 rating items for 40 respondents."""
    rng = np.random.default_rng(7)
    frame = pd.DataFrame(rng.integers(1, 11, (40, 60)).astype(float))
    frame.columns = [f"ITEM{number}" for number in range(60)]
    item = SpssVariable(value_labels=ENDS, missing=(MissingRange(98.0, 98.0),), format="F2.0")
    return SpssData(
        frame=frame,
        dictionary=SpssDictionary(variables={str(name): item for name in frame.columns}),
    )


def write_samples(folder: Path) -> list[Path]:
    """Write seven files: both compressions and none, our writer and pyreadstat's."""
    rich, wide = rich_data(), wide_data()
    one = SpssData(frame=pd.DataFrame({"x": [1.0, 2.0, 3.0]}))
    files = [
        write_spss(rich, folder / "rich.sav"),
        write_spss(rich, folder / "rich.zsav"),
        write_spss(wide, folder / "wide.sav"),
        write_spss(wide, folder / "wide.zsav"),
        write_spss(one, folder / "one.sav"),
    ]
    labels = {"短": {"是": "yes"}, "q2": {1: "low", 10: "high"}, "意见": {"网络很好": "good"}}
    plain = rich.frame.drop(columns="spent").fillna({"意见": ""})
    for name, compressed in (("plain.sav", False), ("bytes.sav", True)):
        path = folder / name
        pyreadstat.write_sav(
            plain,
            path,
            variable_value_labels=labels,
            missing_ranges={"q2": [98, {"lo": -9, "hi": -1}]},
            note=["a document"],
            row_compress=compressed,
        )
        files.append(path)
    return files

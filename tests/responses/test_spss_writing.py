"""Writing SPSS files: everything comes back, and what cannot be written is said."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest
from spss_samples import rich_data, wide_data

from csi.errors import ResponseError, ResponseWarning
from csi.responses.dictionary import (
    MissingRange,
    MultipleResponseSet,
    SpssDictionary,
    SpssVariable,
    format_code,
    format_text,
)
from csi.responses.spss import read_spss, write_spss
from csi.responses.spss_data import SpssData


@pytest.mark.parametrize("ending", ["sav", "zsav"])
@pytest.mark.parametrize("data", [rich_data(), wide_data()], ids=["rich", "wide"])
def test_values_and_dictionary_come_back_equal(tmp_path: Path, data: SpssData, ending: str) -> None:
    back = read_spss(write_spss(data, tmp_path / f"wave.{ending}"))
    pd.testing.assert_frame_equal(back.frame, data.frame)
    expected = data.dictionary
    if not expected.created:
        expected = replace(expected, created="01 Jan 00 00:00:00")
    assert back.dictionary == expected
    assert back.notes == ()
    assert back.encoding == "utf-8"


@pytest.mark.parametrize("ending", ["sav", "zsav"])
def test_the_same_data_give_the_same_bytes(tmp_path: Path, ending: str) -> None:
    first = write_spss(rich_data(), tmp_path / f"one.{ending}").read_bytes()
    second = write_spss(rich_data(), tmp_path / f"two.{ending}").read_bytes()
    assert first == second
    again = read_spss(tmp_path / f"one.{ending}")
    assert write_spss(again, tmp_path / f"three.{ending}").read_bytes() == first


def test_every_readable_shared_file_comes_back_equal(shared: Path, tmp_path: Path) -> None:
    written = 0
    for path in sorted((shared / "spss").glob("*.*sav")):
        try:
            data = read_spss(path)
        except ResponseError:
            continue
        back = read_spss(write_spss(data, tmp_path / path.name))
        pd.testing.assert_frame_equal(back.frame, data.frame)
        assert back.dictionary == data.dictionary
        written += 1
    assert written == 39


@pytest.mark.parametrize("ending", ["sav", "zsav"])
def test_pyreadstat_reads_what_we_write(tmp_path: Path, ending: str) -> None:
    data = rich_data()
    path = write_spss(data, tmp_path / f"wave.{ending}")
    frame, meta = pyreadstat.read_sav(path, user_missing=True)
    for name in ("满意度", "q2", "wt", "used_outlet"):
        pd.testing.assert_series_equal(frame[name], data.frame[name])
    assert frame["意见"].tolist() == data.frame["意见"].tolist()
    assert meta.file_label == "移动用户满意度"
    assert meta.notes == ["第一行", "second line"]
    assert meta.column_names_to_labels["满意度"] == "总体满意度？"
    assert meta.missing_ranges["q2"] == [{"lo": -math.inf, "hi": 0.0}, {"lo": 9.0, "hi": 9.0}]
    assert meta.variable_value_labels["意见"] == {"网络很好": "good network"}
    assert meta.variable_measure["满意度"] == "ordinal"
    assert meta.mr_sets["channels"]["variable_list"] == [
        "used_the_hotline_this_year",
        "used_outlet",
    ]


@pytest.mark.parametrize(
    "length", [1, 7, 8, 9, 252, 253, 255, 256, 503, 504, 505, 510, 755, 756, 757, 765, 1008, 1100]
)
def test_texts_of_every_length(tmp_path: Path, length: int) -> None:
    letters = "".join(chr(97 + place % 26) for place in range(length))
    gaps = " " * (length - 1) + "z"
    frame = pd.DataFrame({"text": [letters, gaps, ""], "after": [1.0, 2.0, 3.0]})
    for ending in ("sav", "zsav"):
        back = read_spss(write_spss(SpssData(frame=frame), tmp_path / f"long.{ending}"))
        assert back.frame["text"].tolist() == frame["text"].tolist()
        assert back.frame["after"].tolist() == [1.0, 2.0, 3.0]


def test_integers_truth_values_and_nullable_columns_become_numbers(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "whole": [1, 2],
            "truth": [True, False],
            "nullable": pd.array([1, None], dtype="Int64"),
            "exact": [2.0**53, -0.5],
        }
    )
    back = read_spss(write_spss(SpssData(frame=frame), tmp_path / "types.sav"))
    assert back.frame["whole"].tolist() == [1.0, 2.0]
    assert back.frame["truth"].tolist() == [1.0, 0.0]
    np.testing.assert_array_equal(back.frame["nullable"], [1.0, np.nan])
    assert back.frame["exact"].tolist() == [2.0**53, -0.5]
    assert [v.format for v in back.dictionary.variables.values()] == ["F8.0"] * 3 + ["F8.2"]


def test_dates_keep_their_microseconds(tmp_path: Path) -> None:
    days = pd.Series(
        pd.to_datetime(
            ["1582-10-15", "1969-12-31T23:59:59.999999", "9999-12-31", None], format="ISO8601"
        )
    ).astype("datetime64[us]")
    frame = pd.DataFrame({"day": days, "length": days - days.iloc[0]})
    back = read_spss(write_spss(SpssData(frame=frame), tmp_path / "days.sav"))
    assert abs(back.frame["day"] - days).max() <= pd.Timedelta("2us")  # float seconds
    assert back.frame["day"].isna().tolist() == [False, False, False, True]


def faults_of(data: SpssData, tmp_path: Path) -> list[str]:
    with pytest.raises(ResponseError) as caught:
        write_spss(data, tmp_path / "bad.sav")
    assert list(tmp_path.iterdir()) == []
    return [str(fault) for fault in caught.value.faults]


def test_names_that_spss_does_not_allow(tmp_path: Path) -> None:
    names = ["1st", "a b", "ends.", "not", "长" * 22, "twice", "TWICE", "_x", "@ok", "满意度"]
    frame = pd.DataFrame([[1.0] * len(names)], columns=names)
    no_name = (
        "This is no SPSS name: one starts with a letter, holds letters, digits and . _ @ # $,"
        " and does not end in a full stop."
    )
    assert faults_of(SpssData(frame=frame), tmp_path) == [
        f"column `1st`: {no_name}",
        f"column `a b`: {no_name}",
        f"column `ends.`: {no_name}",
        "column `not`: The name is a word of the SPSS language.",
        f"column `{'长' * 22}`: The name has 66 bytes in UTF-8; SPSS allows 64.",
        "column `TWICE`: Two columns have this name; SPSS does not tell case.",
        f"column `_x`: {no_name}",
    ]


def test_references_to_nothing(tmp_path: Path) -> None:
    dictionary = SpssDictionary(
        variables={"agee": SpssVariable()},
        weight="wt",
        multiple_response_sets={"s": MultipleResponseSet(kind="categories", variables=("ag",))},
        variable_sets={"v": ("nobody",)},
        documents=("x" * 81,),
    )
    frame = pd.DataFrame({"age": [1.0]})
    assert faults_of(SpssData(frame=frame, dictionary=dictionary), tmp_path) == [
        "the case weight: It names the column `wt`, which the data do not have.",
        "the dictionary: It names the column `agee`, which the data do not have."
        " Did you mean `age`?",
        "the set `$s`: It names the column `ag`, which the data do not have. Did you mean `age`?",
        "the variable set `v`: It names the column `nobody`, which the data do not have.",
        "document line 1: A line holds at most 80 bytes.",
    ]


def test_columns_that_spss_cannot_hold(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "category": pd.Categorical(["a"]),
            "zone": pd.to_datetime(["2026-01-01"]).tz_localize("Asia/Shanghai"),
            "infinite": [math.inf],
            "mixed": pd.Series([3], dtype=object),
        }
    )
    assert faults_of(SpssData(frame=frame), tmp_path) == [
        "column `category`: This is a pandas Categorical. Write its codes, and value labels.",
        "column `zone`: SPSS dates have no time zone. Remove it: column.dt.tz_localize(None).",
        "row 1, column `infinite`: The number is infinite.",
        "row 1, column `mixed`: Found a int in a column of texts.",
    ]


def test_dictionaries_that_contradict_the_data(tmp_path: Path) -> None:
    frame = pd.DataFrame({"n": [1.0], "t": ["x"], "m": [1.0], "f": [1.0], "w": ["x"]})
    four = tuple(MissingRange(float(code), float(code)) for code in range(4))
    variables = {
        "n": SpssVariable(width=8),
        "t": SpssVariable(value_labels={1.0: "one"}),
        "m": SpssVariable(missing=four),
        "f": SpssVariable(format="A8"),
        "w": SpssVariable(missing=(MissingRange("a", "b"),)),
    }
    data = SpssData(frame=frame, dictionary=SpssDictionary(variables=variables, weight="t"))
    too_many = "SPSS holds at most three missing values, or one range and one value; none of texts."
    assert faults_of(data, tmp_path) == [
        "the case weight: The column `t` holds no numbers.",
        "column `n`: The dictionary says that it holds texts; it holds numbers.",
        "column `t`: `1.0` is labelled or missing, but the column holds texts.",
        f"column `m`: {too_many}",
        "column `f`: `A8` is no SPSS format for numbers.",
        f"column `w`: {too_many}",
    ]


def test_long_labels_are_cut_between_characters_with_a_warning(tmp_path: Path) -> None:
    frame = pd.DataFrame({"x": [1.0]})
    variable = SpssVariable(label="长" * 100, value_labels={1.0: "短" * 41})
    data = SpssData(frame=frame, dictionary=SpssDictionary(variables={"x": variable}))
    with pytest.warns(ResponseWarning) as caught:
        path = write_spss(data, tmp_path / "long.sav")
    assert [str(warning.message) for warning in caught] == [
        "The label of 1.0 in column `x` has 123 bytes in UTF-8 and is cut to 120, the most that"
        " SPSS holds.",
        "The label of column `x` has 300 bytes in UTF-8 and is cut to 256, the most that SPSS"
        " holds.",
    ]
    back = read_spss(path).dictionary.variables["x"]
    assert back.label == "长" * 85
    assert back.value_labels == {1.0: "短" * 40}


def test_an_empty_frame_a_wrong_ending_and_a_missing_folder(tmp_path: Path) -> None:
    assert faults_of(SpssData(frame=pd.DataFrame()), tmp_path) == [
        "the data: There is no column; an SPSS file has at least one."
    ]
    with pytest.raises(ResponseError, match=r"SPSS files end in \.sav or \.zsav, not \.csv\.$"):
        write_spss(wide_data(), tmp_path / "wave.csv")
    with pytest.raises(ResponseError, match=r"There is no folder .*nowhere\.$"):
        write_spss(wide_data(), tmp_path / "nowhere" / "wave.sav")


def test_formats_there_and_back() -> None:
    for text, width in (("F8.2", 0), ("DATE11", 0), ("DATETIME20", 0), ("A20", 20), ("F1.0", 0)):
        assert format_text(format_code(text, width), width) == text
    assert format_text(99 << 16, 0) == "F8.2"
    assert format_text(99 << 16, 12) == "A12"

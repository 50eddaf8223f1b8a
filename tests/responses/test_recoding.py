"""Recoding: every missing cell has its reason, every change is counted, every fault is reported."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest

from csi.errors import ResponseError, ResponseFileError, ResponseWarning
from csi.questionnaire.conditions import parse_condition
from csi.questionnaire.schema import Block, Item, Questionnaire, Scale, Text
from csi.responses.data import Responses
from csi.responses.dictionary import MissingRange, SpssDictionary, SpssVariable
from csi.responses.recoding import read_responses, rescale_items
from csi.responses.spss import write_spss
from csi.responses.spss_data import SpssData

TEN = Scale(
    id="ten",
    minimum=1,
    maximum=10,
    low=Text("Very low", "很低"),
    high=Text("Very high", "很高"),
    missing={98: "dont_know", 99: "refused"},
)
CHANNELS = {1: Text("Hotline", "热线"), 2: Text("Outlet", "营业厅")}


def item(name: str, kind: str = "scale", **more: object) -> Item:
    if kind == "scale":
        more = {"scale": TEN, "missing": TEN.missing, **more}
    return Item(id=name, type=kind, block="b", text=Text(name, name), **more)  # type: ignore[arg-type]


def questionnaire(*items: Item) -> Questionnaire:
    return Questionnaire(
        id="q",
        version="1",
        title=Text("A survey", "调查"),
        blocks=(Block(id="b", title=Text("b"), items=tuple(entry.id for entry in items)),),
        items={entry.id: entry for entry in items},
    )


YES_NO = {0: Text("No", "否"), 1: Text("Yes", "是")}
SMALL = questionnaire(
    item("used", "single", choices=YES_NO, missing={9: "refused"}),
    item("hot1", ask_if=parse_condition("used = 1")),
    item("CUSA1"),
    item("CUSA2", reverse=True),
)


def csv(tmp_path: Path, text: str, name: str = "wave.csv") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def read(tmp_path: Path, text: str, q: Questionnaire = SMALL, **options: object) -> Responses:
    return read_responses(csv(tmp_path, text), q, **options)  # type: ignore[arg-type]


def faults(tmp_path: Path, text: str, q: Questionnaire = SMALL, **options: object) -> list[str]:
    with pytest.raises(ResponseError) as caught:
        read(tmp_path, text, q, **options)
    return [str(fault) for fault in caught.value.faults]


def changes(responses: Responses) -> list[tuple[object, ...]]:
    table = responses.changes
    return list(table[table["change"] != "rescaled to 0-100"].itertuples(index=False, name=None))


# --- reasons and routing ---

ROUTED = """used,hot1,CUSA1,CUSA2
1,7,10,1
1,,98,2
0,,99,3
0,5,8,4
9,,8,
,6,8,6
1,98,8,7
0,98,8,8
"""


def test_each_missing_cell_has_its_reason(tmp_path: Path) -> None:
    responses = read(tmp_path, ROUTED)
    nan = np.nan
    np.testing.assert_array_equal(responses.frame["hot1"], [7, nan, nan, nan, nan, 6, nan, nan])
    assert responses.reasons["hot1"].tolist() == [
        "",
        "no_answer",
        "not_asked",
        "not_asked",
        "not_asked",
        "",
        "dont_know",
        "not_asked",
    ]
    assert responses.reasons["used"].tolist() == ["", "", "", "", "refused", "no_answer", "", ""]
    assert responses.reasons["CUSA1"].tolist() == ["", "dont_know", "refused"] + [""] * 5
    assert responses.frame["CUSA2"].isna().tolist() == [False] * 4 + [True] + [False] * 3


def test_every_change_is_counted(tmp_path: Path) -> None:
    assert changes(read(tmp_path, ROUTED)) == [
        ("used", "missing code", "9 refused", 1),
        ("hot1", "missing code", "98 don't know", 2),
        ("CUSA1", "missing code", "98 don't know", 1),
        ("CUSA1", "missing code", "99 refused", 1),
        ("used", "no answer", "", 1),
        ("hot1", "not asked", "unless used = 1", 2),
        ("hot1", "answered though not asked", "taken out unless used = 1", 2),
        ("hot1", "answered though the filter is missing", "kept; used = 1", 1),
        ("hot1", "no answer", "", 1),
        ("CUSA2", "no answer", "", 1),
    ]


def test_the_summary_says_it_in_words(tmp_path: Path) -> None:
    responses = read(tmp_path, ROUTED)
    assert responses.summary() == (
        "wave.csv: 8 respondents, 4 columns, A survey\n"
        "- 9 refused: 1 cell in `used`\n"
        "- 98 don't know: 3 cells in 2 items\n"
        "- 99 refused: 1 cell in `CUSA1`\n"
        "- no answer: 3 cells in 3 items\n"
        "- not asked: unless used = 1: 2 cells in `hot1`\n"
        "- answered though not asked: taken out unless used = 1: 2 cells in `hot1`\n"
        "- answered though the filter is missing: kept; used = 1: 1 cell in `hot1`\n"
        "- rescaled to 0-100: ten: (x - 1) / 9 * 100 (2 columns)\n"
        "- rescaled to 0-100: ten, reversed: (10 - x) / 9 * 100 (1 column)"
    )
    assert repr(responses) == "Responses(n=8, items=4, source='wave.csv')"
    assert "dont_know" in responses._repr_html_()


def test_the_missing_table_adds_up(tmp_path: Path) -> None:
    table = read(tmp_path, ROUTED).missing_table().set_index("item")
    assert table.loc["hot1"].to_dict() == {
        "answered": 2,
        "not_applicable": 0,
        "dont_know": 1,
        "refused": 0,
        "skipped": 0,
        "not_asked": 4,
        "no_answer": 1,
    }
    assert (table.sum(axis=1) == 8).all()


def test_a_filter_may_stand_after_what_it_filters_and_be_filtered_itself(tmp_path: Path) -> None:
    chain = questionnaire(
        item("late", ask_if=parse_condition("middle = 1")),
        item("middle", "single", choices=YES_NO, ask_if=parse_condition("first = 1")),
        item("first", "single", choices=YES_NO),
    )
    responses = read(tmp_path, "late,middle,first\n5,1,0\n,,0\n7,1,1\n", chain)
    assert responses.reasons["middle"].tolist() == ["not_asked", "not_asked", ""]
    assert responses.reasons["late"].tolist() == ["", "not_asked", ""]
    assert list(responses.frame.columns) == ["late", "middle", "first"]


def test_nothing_is_lost_that_is_not_counted(tmp_path: Path) -> None:
    responses = read(tmp_path, "used,hot1,CUSA1,CUSA2,town,x\n0,,5,,a,1\n0,,5,,b,2\n")
    assert ("CUSA1", "constant", "every answer is 5", 2) in changes(responses)
    assert ("CUSA2", "all missing", "", 2) in changes(responses)
    assert changes(responses)[-1] == ("", "columns left out", "town, x", 2)
    assert "- columns left out: town, x (2 columns)" in responses.summary()
    kept = read(
        tmp_path, "used,hot1,CUSA1,CUSA2,town,x\n0,,5,,a,1\n0,,5,,b,2\n", keep=["town", "x"]
    )
    assert kept.frame["town"].tolist() == ["a", "b"]
    assert kept.frame["x"].tolist() == [1.0, 2.0]


# --- columns ---


def test_absent_columns_are_suggested(tmp_path: Path) -> None:
    assert faults(tmp_path, "used,hot_1,CUSA1,zz\n1,2,3,4\n") == [
        "wave.csv: There is no item `hot1`. Did you mean `hot_1`?",
        "wave.csv: There is no item `CUSA2`. Name its column: columns={'CUSA2': '...'}.",
    ]


def test_columns_can_be_named_and_case_is_forgiven(tmp_path: Path) -> None:
    responses = read(tmp_path, "USED,hot1,cusa1,sat2\n1,2,3,4\n", columns={"CUSA2": "sat2"})
    assert list(responses.frame.columns) == ["used", "hot1", "CUSA1", "CUSA2"]
    assert changes(responses)[:3] == [
        ("used", "column renamed", "`USED` in the file", 0),
        ("CUSA1", "column renamed", "`cusa1` in the file", 0),
        ("CUSA2", "column renamed", "`sat2` in the file", 0),
    ]


def test_columns_of_field_apps_have_the_group_before_the_item(tmp_path: Path) -> None:
    text = "start,usage/used,usage/hot1,overall-CUSA1,CUSA2\n2026-01-01,1,2,3,4\n"
    responses = read(tmp_path, text)
    assert list(responses.frame.columns) == ["used", "hot1", "CUSA1", "CUSA2"]
    assert changes(responses)[:3] == [
        ("used", "column renamed", "`usage/used` in the file", 0),
        ("hot1", "column renamed", "`usage/hot1` in the file", 0),
        ("CUSA1", "column renamed", "`overall-CUSA1` in the file", 0),
    ]
    assert faults(tmp_path, "a/used,b/used,hot1,CUSA1,CUSA2\n1,1,2,3,4\n") == [
        "wave.csv: There is no item `used`. Did you mean `b/used`?"
    ]


def test_names_that_lead_nowhere(tmp_path: Path) -> None:
    text = "used,hot1,CUSA1,CUSA2\n1,2,3,4\n"
    assert faults(tmp_path, text, columns={"CUSA2": "sat2", "cusa9": "x"}, keep=["towm"]) == [
        "wave.csv: There is no column `sat2` for item `CUSA2`. Did you mean `CUSA2`?",
        "columns: There is no item `cusa9`. Did you mean `CUSA2`?",
        "wave.csv: There is no column `towm`. Its columns: used, hot1, CUSA1, CUSA2.",
    ]


# --- cells ---


def test_text_scores_are_reported_and_never_guessed(tmp_path: Path) -> None:
    text = (
        'used,hot1,CUSA1,CUSA2\n1,1,"10, 9",7\n1,1,\uff10,7\n1,1, 7 ,7\n1,1,seven,7.5\nYes,1,8,7\n'
    )
    assert faults(tmp_path, text) == [
        "wave.csv, row 6, column used: Found 'Yes'; expected a number. It is the label of code 1.",
        "wave.csv, row 2, column CUSA1: Found '10, 9'; expected a number.",
        "wave.csv, row 3, column CUSA1: Found '\uff10', a number in full-width characters;"
        " expected a number.",
        "wave.csv, row 4, column CUSA1: Found ' 7 ', a number with blanks beside it; expected a"
        " number.",
        "wave.csv, row 5, column CUSA1: Found 'seven'; expected a number.",
        "wave.csv, column CUSA2: Found 7.5 (1 cell, row 5); allowed are whole numbers from 1 to"
        " 10, and the missing codes 98, 99.",
    ]


def test_undeclared_codes_are_one_fault_per_item(tmp_path: Path) -> None:
    rows = "".join(f"1,1,{code},5\n" for code in (0, 11, 11, 11, 11, 97, 7))
    assert faults(tmp_path, "used,hot1,CUSA1,CUSA2\n" + rows + "2,1,8,5\n") == [
        "wave.csv, column used: Found 2 (1 cell, row 9); allowed are 0, 1, and the missing code 9.",
        "wave.csv, column CUSA1: Found 0 (1 cell, row 2); 11 (4 cells, rows 3, 4, 5, ...);"
        " 97 (1 cell, row 7); allowed are whole numbers from 1 to 10, and the missing codes"
        " 98, 99.",
    ]


def test_many_bad_cells_are_counted(tmp_path: Path) -> None:
    found = faults(tmp_path, "used,hot1,CUSA1,CUSA2\n" + "1,1,x,5\n" * 30)
    assert len(found) == 21
    assert found[-1] == "wave.csv, column CUSA1: And 10 more cells without a number."


def test_keys_stand_once(tmp_path: Path) -> None:
    q = questionnaire(item("id", "number", role="key"), item("CUSA1"))
    assert faults(tmp_path, "id,CUSA1\n7,1\n8,2\n7,3\n", q) == [
        "wave.csv, column id: The key 7 stands in rows 2, 4. A respondent may stand in the file"
        " once."
    ]


def test_numbers_texts_and_dates(tmp_path: Path) -> None:
    q = questionnaire(
        item("age", "number", minimum=15, maximum=99, missing={-1: "refused"}),
        item("wt", "number", minimum=0),
        item("why", "text"),
        item("day", "date"),
    )
    text = "age,wt,why,day\n44,1.25, 网络好 ,2026-01-31\n-1,0,,2026-02-01T10:30:00\n"
    responses = read(tmp_path, text, q)
    assert responses.frame["age"].tolist()[0] == 44
    assert responses.frame["wt"].tolist() == [1.25, 0.0]
    assert responses.frame["why"].tolist()[0] == "网络好"
    assert responses.frame["day"].tolist() == [
        pd.Timestamp("2026-01-31"),
        pd.Timestamp("2026-02-01 10:30"),
    ]
    assert responses.reasons["age"].tolist() == ["", "refused"]
    assert responses.reasons["why"].tolist() == ["", "no_answer"]
    assert faults(tmp_path, "age,wt,why,day\n7,-1,x,31.1.2026\n15,1,x,2026-02-30\n", q) == [
        "wave.csv, column age: Found 7 (1 cell, row 2); allowed are numbers from 15 to 99, and the"
        " missing code -1.",
        "wave.csv, column wt: Found -1 (1 cell, row 2); allowed are numbers from 0.",
        "wave.csv, row 2, column day: Found '31.1.2026'; expected a date as 2026-01-31.",
        "wave.csv, row 3, column day: Found '2026-02-30', a day that does not exist; expected a"
        " date as 2026-01-31.",
    ]


MULTIPLE = questionnaire(item("ch", "multiple", choices=CHANNELS, missing={9: "refused"}))


def test_multiple_answers_in_one_column_per_choice(tmp_path: Path) -> None:
    responses = read(tmp_path, "ch_1,ch_2\n1,0\n0,9\n,1\n", MULTIPLE)
    assert responses.reasons.to_numpy().tolist() == [["", ""], ["", "refused"], ["no_answer", ""]]
    assert faults(tmp_path, "ch_1\n2\n", MULTIPLE) == [
        "wave.csv: There is no item `ch_2`. Name its column: columns={'ch_2': '...'}.",
        "wave.csv, column ch_1: Found 2 (1 cell, row 2); allowed are 0 and 1, and the missing"
        " code 9.",
    ]


def test_multiple_answers_listed_in_one_cell(tmp_path: Path) -> None:
    responses = read(tmp_path, "ch,x\n1 2,0\n2,0\n9,0\n,0\n", MULTIPLE)
    np.testing.assert_array_equal(responses.frame["ch_1"], [1, 0, np.nan, np.nan])
    np.testing.assert_array_equal(responses.frame["ch_2"], [1, 1, np.nan, np.nan])
    assert responses.reasons["ch_1"].tolist() == ["", "", "refused", "no_answer"]
    assert faults(tmp_path, 'ch\n"1, 2"\n', MULTIPLE) == [
        "wave.csv, row 2, column ch: Found '1, 2'; expected codes parted by blanks."
    ]


# --- files ---


def test_excel_knows_numbers_and_truth_values(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["used", "hot1", "CUSA1", "CUSA2"], [1, 2, "7", 4], [True, 2, 7, 4]):
        book.active.append(row)
    path = tmp_path / "wave.xlsx"
    book.save(path)
    with pytest.raises(ResponseError) as caught:
        read_responses(path, SMALL)
    assert str(caught.value) == (
        "wave.xlsx, row 3, column used: Found the truth value True; expected a number."
    )


def test_a_text_file_with_an_spss_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ResponseFileError, match="does not start as an SPSS file does"):
        read_responses(csv(tmp_path, "a,b\n1,2\n", "wave.sav"), SMALL)


def spss(tmp_path: Path, frame: dict[str, list[float]], **variables: SpssVariable) -> Path:
    data = SpssData(
        frame=pd.DataFrame(frame).astype(float), dictionary=SpssDictionary(variables=variables)
    )
    return write_spss(data, tmp_path / "wave.sav")


RATINGS = {"used": [1, 1], "hot1": [3, 4], "CUSA1": [8, 98], "CUSA2": [2, 3]}


def test_spss_values_count_as_cases(tmp_path: Path) -> None:
    ten = SpssVariable(missing=(MissingRange(98.0, 99.0),))
    responses = read_responses(spss(tmp_path, RATINGS, CUSA1=ten), SMALL)
    assert responses.reasons["CUSA1"].tolist() == ["", "dont_know"]
    bad = {**RATINGS, "CUSA1": [97, 97]}
    nine = SpssVariable(missing=(MissingRange(97.0, 99.0),), value_labels={97.0: "NA"})
    with pytest.raises(ResponseError) as caught:
        read_responses(spss(tmp_path, bad, CUSA1=nine), SMALL)
    assert str(caught.value) == (
        "wave.sav, column CUSA1: Found 97 (2 cells, cases 1, 2); allowed are whole numbers from 1"
        " to 10, and the missing codes 98, 99. The file declares 97 NA user-missing: say of which"
        " kind under `missing` in the questionnaire."
    )


def test_an_answer_that_spss_calls_missing_is_a_fault(tmp_path: Path) -> None:
    path = spss(tmp_path, RATINGS, hot1=SpssVariable(missing=(MissingRange(3.0, 3.0),)))
    with pytest.raises(ResponseError) as caught:
        read_responses(path, SMALL)
    assert str(caught.value) == (
        "wave.sav, column hot1: The file declares 3 user-missing, the questionnaire says it is an"
        " answer (1 cell, case 1). Mend the one that is wrong."
    )


def test_swapped_scale_ends_are_warned_of(tmp_path: Path) -> None:
    swapped = SpssVariable(value_labels={1.0: "very HIGH", 10.0: "很低"})
    other = SpssVariable(value_labels={1.0: "Poor", 10.0: "Very  high!"})
    path = spss(tmp_path, RATINGS, CUSA1=swapped, CUSA2=other)
    with pytest.warns(ResponseWarning) as caught:
        responses = read_responses(path, SMALL)
    assert str(caught[0].message) == (
        "Scales of wave.sav may run the wrong way. `CUSA1`: 1 is `very HIGH` in the file; in the"
        " questionnaire 10 is; `CUSA1`: 10 is `很低` in the file; in the questionnaire 1 is."
    )
    assert changes(responses)[1:4] == [
        ("CUSA1", "labels swapped", "1 is `very HIGH` in the file; in the questionnaire 10 is", 0),
        ("CUSA1", "labels swapped", "10 is `很低` in the file; in the questionnaire 1 is", 0),
        ("CUSA2", "labels differ", "1 is `Poor` in the file, `Very low` in the questionnaire", 0),
    ]
    assert "- labels differ: 1 is `Poor` in the file" in responses.summary()


def test_notes_of_the_reader_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "gbk.csv"
    path.write_bytes("used,hot1,CUSA1,CUSA2,备注\n1,2,3,4,很好的网络\n".encode("gbk"))
    responses = read_responses(path, SMALL)
    note = "The text is not UTF-8; it was read as GB18030 (GBK)."
    assert changes(responses)[0] == ("", "note", note, 0)
    assert f"- note: {note}" in responses.summary()


# --- rescaling ---


def test_rescaling_is_the_formula() -> None:
    frame = pd.DataFrame({"CUSA1": [1.0, 10.0, 5.5, np.nan], "CUSA2": [1.0, 10.0, 5.5, 4.0]})
    scores = rescale_items(frame, SMALL)
    np.testing.assert_allclose(scores["CUSA1"], [0, 100, 50, np.nan], rtol=1e-15)
    np.testing.assert_allclose(scores["CUSA2"], [100, 0, 50, 200 / 3], rtol=1e-15)
    assert list(rescale_items(frame, SMALL, ["CUSA2"]).columns) == ["CUSA2"]


def test_rescaling_twice_and_other_mistakes_are_refused() -> None:
    frame = pd.DataFrame({"CUSA1": [1.0, 10.0], "CUSA2": [2.0, 3.0], "used": [1.0, 0.0]})
    once = rescale_items(frame, SMALL)
    with pytest.raises(ResponseError) as caught:
        rescale_items(once, SMALL)
    assert [str(fault) for fault in caught.value.faults] == [
        "column CUSA1: 2 values outside 1 to 10, the first is 0. Were the data rescaled before?",
        "column CUSA2: 2 values outside 1 to 10, the first is 88.8889. Were the data rescaled"
        " before?",
    ]
    with pytest.raises(ResponseError) as caught:
        rescale_items(frame, SMALL, ["used", "hot1", "cusa1"])
    assert [str(fault) for fault in caught.value.faults] == [
        "Item `used` is no rating, so it has no 0-100 form.",
        "The data have no column `hot1`.",
        "The questionnaire has no item `cusa1`. Did you mean `CUSA1`?",
    ]

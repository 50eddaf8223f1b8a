"""Reading SPSS files: what is kept, and what is said when a file cannot be read."""

from __future__ import annotations

import math
import struct
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest
from spss_samples import rich_data, wide_data

from csi.errors import ResponseError, ResponseFileError
from csi.responses.dictionary import MissingRange, SpssVariable
from csi.responses.spss import read_spss, write_spss
from csi.responses.spss_data import SpssData

IS_GB = "but its text is GB18030; read as GB18030."
AGAIN = "Ask for the file again, or open it in SPSS and save it anew."
UNREADABLE = {
    "haven_datetime.sav": "Column `date.posix`, row 1: 6306150067200 seconds are no DATETIME that"
    " SPSS can show. Pass force=True to leave these cells empty.",
    "readspss_hotel-encrypted.sav": "The file is encrypted with a password. Open it in SPSS and"
    " save it without a password.",
    "eatgads_helper_spss_havenbug_written.sav": "The file is empty (0 bytes).",
}


def message_of(path: Path, **options: object) -> str:
    with pytest.raises(ResponseFileError) as caught:
        read_spss(path, **options)  # type: ignore[arg-type]
    return str(caught.value).removeprefix(str(path)).lstrip(":, ")


def damaged(tmp_path: Path, data: bytes, name: str = "damaged.sav") -> Path:
    path = tmp_path / name
    path.write_bytes(data)
    return path


@pytest.fixture
def rich(tmp_path: Path) -> bytes:
    return write_spss(rich_data(), tmp_path / "rich.sav").read_bytes()


@pytest.fixture
def plain(tmp_path: Path) -> bytes:
    """An uncompressed file: two numbers and a text, three cases."""
    frame = pd.DataFrame({"a": [1.0, 2.0, 3.0], "b": [4.0, 5.0, 6.0], "c": ["x", "y", "z"]})
    path = tmp_path / "plain.sav"
    pyreadstat.write_sav(frame, path, variable_value_labels={"a": {1.0: "one"}})
    return path.read_bytes()


# --- every file that can be read is read; the others say why ---


def test_every_readable_shared_file_reads_and_the_others_say_why(shared: Path) -> None:
    readable = 0
    for path in sorted((shared / "spss").iterdir()):
        if path.suffix not in (".sav", ".zsav", ".por"):
            continue
        if path.name in UNREADABLE:
            assert message_of(path).endswith(UNREADABLE[path.name])
        else:
            data = read_spss(path)
            assert len(data.frame) > 0
            readable += 1
    assert readable == 41


def test_values_equal_pyreadstat_alone(shared: Path) -> None:
    for name in ("gss2010.sav", "spssio_test.sav", "peking_gbk.sav", "sample.zsav", "gerhard.sav"):
        path = shared / "spss" / name
        reference, meta = pyreadstat.read_sav(
            path, user_missing=True, disable_datetime_conversion=True
        )
        data = read_spss(path)
        assert list(data.frame.columns) == meta.column_names
        for column in reference.columns:
            if data.frame[column].dtype.kind in "fO":
                pd.testing.assert_series_equal(data.frame[column], reference[column])
        labels = {
            name: variable.value_labels
            for name, variable in data.dictionary.variables.items()
            if variable.value_labels
        }
        assert labels == meta.variable_value_labels


def test_weighted_frequencies_of_gss_2010_match_pspp(shared: Path) -> None:
    data = read_spss(
        shared / "spss" / "gss2010.sav", columns=["satjob", "satfin", "happy", "wtssall"]
    )
    printed = (shared / "spss" / "gss2010_wtssall_freq.csv").read_text().splitlines()
    compared = 0
    for name in ("satjob", "satfin", "happy"):
        variable = data.dictionary.variables[name]
        start = printed.index(f"Table: {variable.label}")
        totals = data.frame["wtssall"].groupby(data.frame[name]).sum()
        by_label = {variable.value_labels[code]: total for code, total in totals.items()}
        missing = {
            variable.value_labels[code] for code in totals.index if variable.is_missing(code)
        }
        group = ""
        for line in printed[start + 2 :]:
            cells = line.split(",")
            group = cells[0] or group
            if group not in ("Valid", "Missing"):
                break
            label, total = cells[1], float(cells[2])
            decimals = len(cells[2].partition(".")[2])
            assert by_label[label] == pytest.approx(total, abs=0.5001 * 10**-decimals)
            assert (label in missing) == (group == "Missing")
            compared += 1
    assert compared == 17


def test_what_pyreadstat_drops_is_read(shared: Path) -> None:
    data = read_spss(shared / "spss" / "spssio_test.sav")
    dictionary = data.dictionary
    assert dictionary.weight == "weightVar"
    assert dictionary.variables["AvgIncome"].attributes["DerivedFrom"] == (
        "Income1",
        "Income2",
        "Income3",
    )
    assert dictionary.variables["Region"].role == "partition"
    assert dictionary.variables["Income1"].role == "target"
    assert dictionary.attributes["VersionNumber"] == ("1",)
    assert dictionary.multiple_response_sets["incomes"].variables == (
        *("Income1", "Income2", "Income3"),
        *("Age", "AGE2", "AGE3"),
    )
    assert dictionary.multiple_response_sets["V"].counted == "1"


def test_portable_files_are_read_in_a_child_process_and_say_what_they_lose(shared: Path) -> None:
    data = read_spss(shared / "spss" / "sample.por")
    assert data.frame.shape == (5, 7)
    assert data.notes == (
        "Portable files are read without their user-missing values: these are NaN.",
    )


# --- options ---


def test_columns_are_chosen_in_the_order_asked(tmp_path: Path) -> None:
    path = write_spss(rich_data(), tmp_path / "rich.sav")
    data = read_spss(path, columns=["wt", "意见"])
    assert list(data.frame.columns) == ["wt", "意见"]
    pd.testing.assert_frame_equal(data.frame, rich_data().frame[["wt", "意见"]])
    assert data.dictionary.weight == "wt"
    assert data.dictionary.multiple_response_sets == {}
    assert data.dictionary.variable_sets == {}


def test_a_column_that_is_not_there_is_suggested(tmp_path: Path) -> None:
    path = write_spss(wide_data(), tmp_path / "wide.sav")
    with pytest.raises(ResponseError) as caught:
        read_spss(path, columns=["ITEM1", "item2", "nothing"])
    assert [fault.message for fault in caught.value.faults] == [
        "The file has no variable `item2`.",
        "The file has no variable `nothing`.",
    ]
    assert caught.value.faults[1].hint == ""


def test_an_unknown_character_set_is_refused(tmp_path: Path) -> None:
    path = write_spss(wide_data(), tmp_path / "wide.sav")
    with pytest.raises(ResponseError, match=r"^There is no character set called `klingon`\.$"):
        read_spss(path, encoding="klingon")


def test_isolated_reading_gives_the_same(tmp_path: Path) -> None:
    path = write_spss(rich_data(), tmp_path / "rich.zsav")
    here, there = read_spss(path), read_spss(path, isolate=True)
    pd.testing.assert_frame_equal(here.frame, there.frame)
    assert (here.dictionary, here.notes, here.sha256) == (
        there.dictionary,
        there.notes,
        there.sha256,
    )


def test_isolated_reading_raises_the_same_error(tmp_path: Path, rich: bytes) -> None:
    path = damaged(tmp_path, rich[:-20])
    assert message_of(path, isolate=True) == message_of(path)
    path = damaged(tmp_path, rich)
    with pytest.raises(ResponseError) as caught:
        read_spss(path, columns=["q1", "nothing"], isolate=True)
    assert [str(fault).removeprefix(str(path)) for fault in caught.value.faults] == [
        ": The file has no variable `q1`.",
        ": The file has no variable `nothing`.",
    ]


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("compressed", [False, True])
def test_both_byte_orders_are_read(tmp_path: Path, order: str, compressed: bool) -> None:
    """SPSS on AIX and Solaris wrote the most significant byte first."""
    number, text = 5 << 16 | 8 << 8 | 2, 1 << 16 | 4 << 8

    def pack(layout: str, *values: object) -> bytes:
        return struct.pack(order + layout, *values)

    records = [
        b"$FL2",
        b"@(#) SPSS DATA FILE".ljust(60),
        pack("5id", 2, 2, int(compressed), 1, 2, 100.0),
        b"01 Jan 0100:00:00".ljust(84),
        pack("6i8sd", 2, 0, 0, 1, number, number, b"X       ", 99.0),
        pack("6i8s", 2, 4, 0, 0, text, text, b"T       "),
        pack("2id8s", 3, 1, 1.0, b"\3one    "),
        pack("3i", 4, 1, 1),
        pack("12i", 7, 3, 4, 8, 20, 0, 0, -1, 1, 1, 1 if order == ">" else 2, 65001),
        pack("2i", 999, 0),
    ]
    if compressed:
        codes = bytes([101, 253, 253, 253, 0, 0, 0, 0])
        records.append(codes + b"ab      " + pack("d", 2.5) + b"cd      ")
    else:
        records.append(pack("d8sd8s", 1.0, b"ab      ", 2.5, b"cd      "))
    data = read_spss(damaged(tmp_path, b"".join(records)))
    assert data.frame.to_numpy().tolist() == [[1.0, "ab"], [2.5, "cd"]]
    assert data.dictionary.weight == "X"
    assert data.dictionary.variables["X"].value_labels == {1.0: "one"}
    assert data.dictionary.variables["X"].missing == (MissingRange(99.0, 99.0),)


def test_a_file_without_cases_keeps_its_types(tmp_path: Path) -> None:
    empty = SpssData(frame=rich_data().frame.iloc[:0], dictionary=rich_data().dictionary)
    back = read_spss(write_spss(empty, tmp_path / "empty.sav"))
    assert len(back.frame) == 0
    assert back.frame.dtypes.to_dict() == rich_data().frame.dtypes.to_dict()


def test_summary_codebook_and_reprs(tmp_path: Path) -> None:
    data = read_spss(write_spss(rich_data(), tmp_path / "rich.sav"))
    assert repr(data) == "SpssData(cases=4, variables=9, weight='wt')"
    assert repr(data.dictionary) == "SpssDictionary(variables=9, weight='wt')"
    assert data.summary() == "rich.sav: 4 cases, 9 variables, case weight wt, utf-8"
    row = data.codebook().iloc[0].to_dict()
    assert row == {
        "variable": "满意度",
        "label": "总体满意度？",
        "format": "F2.0",
        "measure": "ordinal",
        "missing": "98 to 99",
        "values": "1 很低 | 10 很高 | 98 不知道 | 99 拒答",
    }
    assert data.codebook()["missing"].iloc[1] == "lowest to 0, 9"
    assert "总体满意度" in data._repr_html_()


# --- failures ---


def test_a_missing_file(tmp_path: Path) -> None:
    assert message_of(tmp_path / "nothing.sav") == "There is no such file."


def test_a_folder(tmp_path: Path) -> None:
    assert message_of(tmp_path) == "This is a folder, not a file."


@pytest.mark.parametrize(
    ("start", "message"),
    [
        (b"", "The file is empty (0 bytes)."),
        (b"\x89PNG\r\n\x1a\n....", "This is a PNG picture, not a file of answers."),
        (b"%PDF-1.7 ....", "This is a PDF document, not a file of answers."),
        (b"<stata_dta>....", "This is a Stata file, not a file of answers."),
        (
            b"\xd0\xcf\x11\xe0....",
            "This is an old Office document (.xls, .doc) or an SPSS output file,"
            " not a file of answers.",
        ),
        (
            b"PK\x03\x04....",
            "byte 0: The file does not start as an SPSS file does ($FL2 or $FL3). Is the ending"
            " right? Tables are read from .csv and .xlsx.",
        ),
        (
            b"a,b\n1,2\n",
            "byte 0: The file does not start as an SPSS file does ($FL2 or $FL3). Is the ending"
            " right? Tables are read from .csv and .xlsx.",
        ),
        (
            b"\x1c\0\0\0\0\0\0\0ENCRYPTEDSAV\x15\0\0\0",
            "byte 8: The file is encrypted with a password. Open it in SPSS and save it without"
            " a password.",
        ),
        (
            b"$FL2@(#) SPSS DATA FILE",
            f"byte 0: The header should have 176 bytes more; 23 are left. {AGAIN}",
        ),
    ],
)
def test_files_of_another_kind(tmp_path: Path, start: bytes, message: str) -> None:
    assert message_of(damaged(tmp_path, start)) == message


def patched(data: bytes, at: int, value: bytes) -> bytes:
    return data[:at] + value + data[at + len(value) :]


@pytest.mark.parametrize(
    ("at", "value", "message"),
    [
        (64, struct.pack("<i", 77), "byte 64: The layout code of the header is neither 2 nor 3."),
        (72, struct.pack("<i", 3), "byte 72: The header names compression 3, which is unknown."),
        (80, struct.pack("<i", -5), "byte 80: The header announces -5 cases."),
        (176, struct.pack("<i", 8), "byte 176: The dictionary has a record of unknown type 8."),
        (180, struct.pack("<i", 300), "byte 176: A variable is 300 bytes wide; 255 is the most."),
        (180, struct.pack("<i", -1), "byte 176: A continuation record follows no long string."),
        (
            180,
            struct.pack("<i", 20),
            "byte 176: A variable is a string of 20 bytes, but its format 5 is not.",
        ),
        (188, struct.pack("<i", 4), "byte 176: A variable declares 4 missing values."),
        (
            192,
            struct.pack("<i", 1 << 16 | 8 << 8),
            "byte 176: A variable is a number, but its format 1 is not.",
        ),
        (200, b" " * 8, "byte 176: A variable has no name."),
        (200, b"\x01BC     ", "byte 176: A variable name holds control characters."),
        (176, struct.pack("<ii", 999, 0), "byte 176: The dictionary declares no variable."),
        (
            176,
            struct.pack("<4i", 7, 5, -1, 4),
            "byte 176: An extension record has 4 parts of -1 bytes.",
        ),
    ],
)
def test_damage_in_the_first_records(
    tmp_path: Path, plain: bytes, at: int, value: bytes, message: str
) -> None:
    assert message_of(damaged(tmp_path, patched(plain, at, value))) == f"{message} {AGAIN}"


def test_a_billion_cases_are_not_allocated(tmp_path: Path, plain: bytes) -> None:
    path = damaged(tmp_path, patched(plain, 80, struct.pack("<i", 10**9)))
    assert message_of(path) == (
        f"byte {len(plain)}: The file ends after 3 of the 1,000,000,000 cases that it announces."
        " Ask for the file again, or pass force=True to read the 3 whole cases."
    )
    data = read_spss(path, force=True)
    assert data.frame["a"].tolist() == [1.0, 2.0, 3.0]
    assert data.notes == ("The file ends after 3 of the 1,000,000,000 cases that it announces.",)


def test_fewer_cases_announced_than_there_are(tmp_path: Path, plain: bytes) -> None:
    path = damaged(tmp_path, patched(plain, 80, struct.pack("<i", 2)))
    assert message_of(path) == (
        "byte 80: The header announces 2 cases; the file holds 3."
        " Ask for the file again, or pass force=True to read the 3 whole cases."
    )
    assert len(read_spss(path, force=True).frame) == 3


def test_an_unknown_number_of_cases_is_counted(tmp_path: Path, plain: bytes, rich: bytes) -> None:
    for data in (plain, rich):
        path = damaged(tmp_path, patched(data, 80, struct.pack("<i", -1)))
        assert read_spss(path).notes == ()
    path = damaged(tmp_path, patched(plain, 80, struct.pack("<i", -1))[:-4])
    assert "The file ends inside case 3." in message_of(path)


@pytest.mark.parametrize("compressed", [True, False])
def test_a_truncated_file(tmp_path: Path, plain: bytes, rich: bytes, compressed: bool) -> None:
    data = (rich if compressed else plain)[:-9]
    path = damaged(tmp_path, data)
    n, known = (4, 3) if compressed else (3, 2)
    assert message_of(path) == (
        f"byte {len(data)}: The file ends after {known} of the {n} cases that it announces."
        f" Ask for the file again, or pass force=True to read the {known} whole cases."
    )
    assert len(read_spss(path, force=True).frame) == known


def test_labels_of_a_number_on_a_text_do_not_crash(tmp_path: Path, plain: bytes) -> None:
    """The one-byte reproducer of the ReadStat crash: labels of numbers that point at a string."""
    at = plain.index(struct.pack("<3i", 4, 1, 1))
    path = damaged(tmp_path, patched(plain, at, struct.pack("<3i", 4, 1, 3)))
    assert read_spss(path).frame["c"].tolist() == ["x", "y", "z"]
    path = damaged(tmp_path, patched(plain, at, struct.pack("<3i", 4, 1, 9)))
    assert message_of(path).endswith(
        f"A set of value labels is for variable 9, which does not exist. {AGAIN}"
    )
    path = damaged(tmp_path, patched(plain, at, struct.pack("<3i", 4, 10**6, 9)))
    assert message_of(path).endswith(f"A set of value labels is for 1,000,000 variables. {AGAIN}")


def test_two_variables_of_one_name(tmp_path: Path, plain: bytes) -> None:
    path = damaged(tmp_path, plain.replace(b"B=b", b"B=A"))
    assert message_of(path).endswith(f"Two variables are called `A`. {AGAIN}")


def test_a_lost_continuation_record(tmp_path: Path) -> None:
    frame = pd.DataFrame({"text": ["a" * 20]})
    data = write_spss(SpssData(frame=frame), tmp_path / "text.sav").read_bytes()
    at = data.index(struct.pack("<2i", 2, -1))
    path = damaged(tmp_path, data[:at] + data[at + 32 :])
    assert message_of(path).endswith(f"A long string lacks 1 of its continuation records. {AGAIN}")


def test_damaged_zlib_blocks(tmp_path: Path) -> None:
    data = write_spss(wide_data(), tmp_path / "wide.zsav").read_bytes()
    start = data.index(b"\xe7\x03\0\0\0\0\0\0") + 8
    path = damaged(tmp_path, patched(data, start, b"\1"), "z.zsav")
    assert message_of(path) == (
        f"byte {start}: The table of compressed blocks is not where the file says it is. {AGAIN}"
    )
    path = damaged(tmp_path, patched(data, start + 60, b"\xff\xff\xff\xff"), "z.zsav")
    assert "A compressed block cannot be unpacked" in message_of(path)
    path = damaged(tmp_path, data[: start + 10], "z.zsav")
    assert message_of(path) == (
        f"byte {start + 10}: The file ends before its compressed cases. {AGAIN}"
    )


def test_a_weight_that_cannot_be_one_is_noted(tmp_path: Path, plain: bytes) -> None:
    path = damaged(tmp_path, patched(plain, 76, struct.pack("<i", 40)))
    data = read_spss(path)
    assert data.dictionary.weight is None
    assert data.notes == ("The file is weighted by variable 40, which does not exist.",)
    data = read_spss(damaged(tmp_path, patched(plain, 76, struct.pack("<i", 3))))
    assert data.notes == ("The file is weighted by the text `c`; no weight is used.",)


def test_malformed_extension_records_are_noted(tmp_path: Path, rich: bytes) -> None:
    bad = rich.replace(b"$channels=D1 1", b"$channels=Dx 1").replace(b"study(", b"study[")
    notes = read_spss(damaged(tmp_path, bad)).notes
    assert len(notes) == 2
    assert all(note.endswith("is malformed; left out.") for note in notes)


# --- texts in legacy character sets ---


def legacy(tmp_path: Path, codec: str, code_page: int | None, name: str | None) -> Path:
    """Write a file as SPSS 15 did: GB or Big5 bytes, and whatever declaration."""
    texts = {"AAAAAAAA": "地市公司", "BBBBBBBB": "满意程度", "CCCC": "很低", "DDDDDDDD": "成都地区"}
    frame = pd.DataFrame({"x_name_AAAAAAAA": [1.0, 2.0], "city": ["DDDDDDDD", "ab"]})
    variable = SpssVariable(label="BBBBBBBB", value_labels={1.0: "CCCC"})
    data = SpssData(frame=frame)
    data = SpssData(
        frame=frame,
        dictionary=type(data.dictionary)(variables={"x_name_AAAAAAAA": variable}),
    )
    raw = write_spss(data, tmp_path / "ascii.sav").read_bytes()
    for placeholder, text in texts.items():
        raw = raw.replace(placeholder.encode(), text.encode(codec))
    if code_page is not None:
        raw = raw.replace(struct.pack("<2i", 2, 65001), struct.pack("<2i", 2, code_page))
    record = struct.pack("<4i", 7, 20, 1, 5) + b"UTF-8"
    encoded = (name or "").encode()
    new = struct.pack("<4i", 7, 20, 1, len(encoded)) + encoded if name is not None else b""
    return damaged(tmp_path, raw.replace(record, new))


@pytest.mark.parametrize(
    ("codec", "code_page", "name", "note"),
    [
        ("gbk", 936, None, ""),
        ("gbk", 54936, "GB18030", ""),
        ("gbk", 20936, None, ""),
        ("gbk", 52936, None, ""),
        ("gbk", 936, "windows-936", ""),
        ("gbk", 936, "Chinese_China.936", ""),
        ("gbk", 936, "bogus", ""),
        ("gbk", 936, "EUC-CN", ""),
        ("gbk", 2, None, f"The file declares no character set, {IS_GB}"),
        ("gbk", 3, None, f"The file declares no character set, {IS_GB}"),
        ("gbk", 0, None, f"The file declares no character set, {IS_GB}"),
        ("gbk", 1252, "windows-1252", f"The file declares cp1252, {IS_GB}"),
        ("gbk", None, "UTF-8", f"The file declares UTF-8, {IS_GB}"),
        ("big5", 950, "big5", ""),
        (
            "big5",
            2,
            None,
            "The file declares no character set, but its text is Big5; read as Big5.",
        ),
    ],
)
def test_chinese_of_every_declaration(
    tmp_path: Path, codec: str, code_page: int | None, name: str | None, note: str
) -> None:
    path = (
        legacy(tmp_path, codec, code_page, name)
        if codec == "gbk"
        else legacy_big5(tmp_path, code_page, name)
    )
    data = read_spss(path)
    variable = data.dictionary.variables
    expected = ("地市公司", "满意程度", "很低", "成都地区")
    if codec == "big5":
        expected = ("地市公司", "滿意程度", "很低", "成都地區")
    assert next(iter(variable)) == f"x_name_{expected[0]}"
    assert variable[f"x_name_{expected[0]}"].label == expected[1]
    assert variable[f"x_name_{expected[0]}"].value_labels == {1.0: expected[2]}
    assert data.frame["city"].tolist() == [expected[3], "ab"]
    assert data.notes == ((note,) if note else ())


def legacy_big5(tmp_path: Path, code_page: int | None, name: str | None) -> Path:
    path = legacy(tmp_path, "gbk", code_page, name)
    raw = path.read_bytes()
    for simple, traditional in (
        ("地市公司", "地市公司"),
        ("满意程度", "滿意程度"),
        ("很低", "很低"),
        ("成都地区", "成都地區"),
    ):
        raw = raw.replace(simple.encode("gbk"), traditional.encode("big5"))
    path.write_bytes(raw)
    return path


def test_one_bad_cell_is_named_and_the_rest_is_read(tmp_path: Path, plain: bytes) -> None:
    at = plain.rindex(b"y       ")
    data = read_spss(damaged(tmp_path, patched(plain, at, b"\xe5")))
    assert data.frame["c"].tolist() == ["x", "\ufffd", "z"]
    assert data.notes == ("Column `c`, row 2: not valid utf-8; shown with \ufffd.",)


def test_half_a_character_at_the_end_is_dropped(tmp_path: Path, plain: bytes) -> None:
    at = plain.rindex(b"y       ")
    data = read_spss(damaged(tmp_path, patched(plain, at, b"y\xe5\x9c")))
    assert data.frame["c"].tolist() == ["x", "y", "z"]
    assert data.notes == ()


def test_missing_ranges() -> None:
    span = MissingRange(-math.inf, 0.0)
    assert -5 in span
    assert 1 not in span
    assert np.float64(0) in span
    assert "x" not in span
    assert "无" in MissingRange("无", "无")

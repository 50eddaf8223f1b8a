"""Reading CSV, Excel and Parquet files."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from csi.errors import ResponseError, ResponseFileError
from csi.responses.tables import read_table

ROWS = "id,城市,score\n1,成都,7\n2,西安,\n"


def write(tmp_path: Path, data: bytes, name: str = "wave.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("data", "notes"),
    [
        (ROWS.encode(), ()),
        (b"\xef\xbb\xbf" + ROWS.encode(), ()),
        (ROWS.replace("\n", "\r\n").encode(), ()),
        (ROWS.encode("utf-16"), ()),
        (ROWS.encode("gbk"), ("The text is not UTF-8; it was read as GB18030 (GBK).",)),
        (ROWS.replace(",", ";").encode(), ("Columns are parted by ';'.",)),
        (ROWS.replace(",", "\t").encode(), ("Columns are parted by '\\t'.",)),
        (ROWS.replace("\n2", "\n\n\n2").encode(), ()),
    ],
)
def test_every_dialect_gives_the_same_cells(
    tmp_path: Path, data: bytes, notes: tuple[str, ...]
) -> None:
    table = read_table(write(tmp_path, data))
    assert list(table.frame.columns) == ["id", "城市", "score"]
    assert table.frame.to_numpy().tolist() == [["1", "成都", "7"], ["2", "西安", None]]
    assert table.notes == notes
    assert table.source == "wave.csv"
    assert len(table.sha256) == 64


def test_rows_are_numbered_as_lines(tmp_path: Path) -> None:
    table = read_table(write(tmp_path, b'a,b\n1,"two\nlines"\n\n3,4\n'))
    assert table.rows.tolist() == [2, 5]
    assert table.frame["b"].tolist() == ["two\nlines", "4"]


def test_western_text_is_read_and_said(tmp_path: Path) -> None:
    table = read_table(write(tmp_path, "a,b\n1,schön für dich\n".encode("cp1252")))
    assert table.frame["b"].tolist() == ["schön für dich"]
    assert table.notes == ("The text is not UTF-8; it was read as Windows-1252.",)


def message_of(path: Path, error: type[ResponseError] = ResponseFileError) -> str:
    with pytest.raises(error) as caught:
        read_table(path)
    return str(caught.value).replace(str(path), "FILE")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "FILE: The file is empty (0 bytes)."),
        (b"a,b\n", "FILE: The file has a header, but no row of answers."),
        (b"\n\n", "FILE: The first row holds no column names."),
        (b"a,b\n1,\x002\n", "FILE, byte 6: The file is not text. Save it as CSV in UTF-8."),
        (
            b"a,b\n1,\x81\x8d\xff\n",
            "FILE, byte 6: Line 2 holds bytes that are no cp1252 text. Save the file as CSV in"
            " UTF-8.",
        ),
        (
            b'a,b\n1,2\n3,"4\n5,6\n',
            "FILE: The row that starts in line 3 cannot be split into cells: unexpected end of"
            " data. Is a quotation mark left open there?",
        ),
        (b"$FL2....", "FILE: This is an SPSS file. Read it with read_spss."),
        (b"\x89PNG", "FILE: This is a PNG picture, not a file of answers."),
        (
            b"PK\x03\x04....",
            "FILE: The workbook cannot be read: File is not a zip file. Open it in Excel and save"
            " it anew as .xlsx.",
        ),
        (b"a,,b\n1,2,3\n", "FILE, column 2: The column has no name."),
        (b"a,b,a\n1,2,3\n", "FILE: 2 columns are called `a`."),
        (
            b"a,b\n1\n1,2,3\n1,2\n",
            "FILE, row 2: It has 1 cells; the header has 2.\n"
            "FILE, row 3: It has 3 cells; the header has 2.",
        ),
    ],
)
def test_what_cannot_be_read_is_said(tmp_path: Path, data: bytes, message: str) -> None:
    assert message_of(write(tmp_path, data), ResponseError) == message


def test_many_short_rows_are_counted(tmp_path: Path) -> None:
    message = message_of(write(tmp_path, b"a,b\n" + b"1\n" * 30), ResponseError)
    assert message.splitlines()[-1] == "FILE: And 10 more such rows."


def workbook(tmp_path: Path) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "答案"
    sheet.append(["id", "score", "when", None])
    sheet.append([1, 7, dt.datetime(2026, 1, 31), None])
    sheet.append([None, None, None, None])
    sheet.append(["2", 7.5, None, None])
    book.create_sheet("notes").append(["nothing"])
    path = tmp_path / "wave.xlsx"
    book.save(path)
    return path


def test_a_workbook(tmp_path: Path) -> None:
    table = read_table(workbook(tmp_path))
    assert table.frame.to_numpy().tolist() == [
        [1, 7, dt.datetime(2026, 1, 31)],
        ["2", 7.5, None],
    ]
    assert table.rows.tolist() == [2, 4]
    assert table.notes == ("Sheet `答案` was read, of 答案, notes.",)


def test_a_sheet_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ResponseError, match=r"There is no sheet `x`, only 答案, notes\.$"):
        read_table(workbook(tmp_path), sheet="x")
    with pytest.raises(ResponseFileError, match="has a header, but no row of answers"):
        read_table(workbook(tmp_path), sheet="notes")


def test_a_parquet_file_gives_numbers_texts_and_gaps(tmp_path: Path) -> None:
    path = tmp_path / "wave.parquet"
    frame = pd.DataFrame({"id": [1, 2], "城市": ["成都", None], "score": [7.0, float("nan")]})
    frame.to_parquet(path)
    table = read_table(path)
    assert table.frame.to_numpy().tolist() == [[1, "成都", 7.0], [2, None, None]]
    assert table.rows.tolist() == [1, 2]
    assert table.source == "wave.parquet"


def test_what_no_parquet_file_of_answers_is(tmp_path: Path) -> None:
    path = tmp_path / "wave.parquet"
    path.write_bytes(b"PAR1 nothing")
    assert message_of(path) == "FILE: The Parquet file is damaged. Write the file anew."
    pd.DataFrame({"a": []}).to_parquet(path)
    assert message_of(path) == "FILE: The file has columns, but no row of answers."
    pd.DataFrame({"a": [[1, 2], [3]], "b": [1, 2]}).to_parquet(path)
    assert message_of(path, ResponseError) == (
        "FILE: The columns a hold lists or structures, not one answer a cell. "
        "Give each answer a column of its own."
    )

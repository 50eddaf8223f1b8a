"""Each way in which a system file can contradict itself, built byte by byte."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import pandas as pd
import pytest
from spss_samples import rich_data

from csi.errors import ResponseFileError
from csi.responses.spss import read_spss, write_spss
from csi.responses.spss_data import SpssData

AGAIN = "Ask for the file again, or open it in SPSS and save it anew."
NUMBER, TEXT = 5 << 16 | 8 << 8 | 2, 1 << 16 | 8 << 8


def header(elements: int, *, compression: int = 0, n: int = 1, bias: float = 100.0) -> bytes:
    kind = b"$FL3" if compression == 2 else b"$FL2"
    numbers = struct.pack("<5id", 2, elements, compression, 0, n, bias)
    return kind + b"@(#) SPSS DATA FILE".ljust(60) + numbers + b"01 Jan 0100:00:00".ljust(84)


def variable(name: str, width: int = 0) -> bytes:
    code = TEXT if width else NUMBER
    first = struct.pack("<6i8s", 2, width, 0, 0, code, code, name.encode().ljust(8))
    more = struct.pack("<6i8s", 2, -1, 0, 0, 0, 0, b" " * 8)
    return first + more * (max(1, -(-width // 8)) - 1)


def extension(subtype: int, data: bytes) -> bytes:
    return struct.pack("<4i", 7, subtype, 1, len(data)) + data


END = struct.pack("<2i", 999, 0)
ONE = struct.pack("<d", 1.0)


def write(tmp_path: Path, *parts: bytes) -> Path:
    path = tmp_path / "x.sav"
    path.write_bytes(b"".join(parts))
    return path


def message_of(path: Path) -> str:
    with pytest.raises(ResponseFileError) as caught:
        read_spss(path)
    return caught.value.faults[0].message


def labels(count: int, *elements: int, kind: int = 4) -> bytes:
    entry = ONE + b"\3one    "
    return (
        struct.pack("<2i", 3, count)
        + entry
        + struct.pack(f"<2i{len(elements)}i", kind, len(elements), *elements)
    )


@pytest.mark.parametrize(
    ("records", "message"),
    [
        (labels(10**8, 1), "A set of value labels announces 100,000,000 labels."),
        (labels(1, 1, kind=5), "A set of value labels does not say which variables it is for."),
        (labels(1, 1, 2), "A set of value labels is for numbers and strings at once."),
        (labels(1, 3), "A set of value labels is for variable 3, which does not exist."),
        (
            struct.pack("<2i", 6, 10**6),
            "The documents should have 80,000,000 bytes more; 24 are left.",
        ),
        (
            struct.pack("<4i", 7, 99, 1000, 1000),
            "An extension record should have 1,000,000 bytes more; 24 are left.",
        ),
        (extension(14, b"B=90000\0\t"), "A text is said to be '90000' bytes wide."),
        (extension(14, b"A=300\0\t"), "A text is said to be '300' bytes wide."),
        (extension(14, b"B=300\0\t"), "A very long text lacks some of its parts."),
        (extension(13, b"A=B"), "Two variables are called `B`."),
    ],
)
def test_records_that_contradict_others(tmp_path: Path, records: bytes, message: str) -> None:
    path = write(
        tmp_path, header(2), variable("A"), variable("B", 8), records, END, ONE, b"x       "
    )
    assert message_of(path) == message


def test_a_very_long_text_with_a_number_among_its_parts(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        *(header(2), variable("B", 8), variable("A"), extension(14, b"B=300\0\t"), END),
        *(b"x       ", ONE),
    )
    assert message_of(path) == "A very long text has a number among its parts."


def test_a_compression_bias_that_no_program_writes(tmp_path: Path) -> None:
    path = write(tmp_path, header(1, compression=1, bias=50.0), variable("A"), END, bytes([101]))
    assert message_of(path) == "The compression bias is 50; it is 100 in every file."


def test_names_that_become_one_when_decoded(tmp_path: Path) -> None:
    path = write(tmp_path, header(2), variable("A"), variable("B"), END, ONE, ONE)
    data = (
        path.read_bytes().replace(b"A       ", b"\xff       ").replace(b"B       ", b"\xfe       ")
    )
    path.write_bytes(data.replace(END, extension(20, b"UTF-8") + END))
    assert message_of(path) == "Two variables are called `\ufffd`."


def zsav(tmp_path: Path, block: bytes, full: int, *, count: int = 1, packed: int = 0) -> Path:
    body = zlib.compress(block)
    start = header(1, compression=2) + variable("A") + END
    at = len(start)
    trailer = at + 24 + len(body)
    table = struct.pack("<qqii", -100, 0, 0x3FF000, count)
    table += struct.pack("<qqii", at, at + 24, full, packed or len(body))
    place = struct.pack("<qqq", at, trailer, len(table))
    return write(tmp_path, start, place, body, table)


CODES = bytes([253, 252, 0, 0, 0, 0, 0, 0]) + ONE


def test_a_zsav_file_built_by_hand(tmp_path: Path) -> None:
    assert read_spss(zsav(tmp_path, CODES, 16)).frame["A"].tolist() == [1.0]


@pytest.mark.parametrize(
    ("block", "full", "options", "message"),
    [
        (CODES, 16, {"count": 7}, "The table announces 7 compressed blocks."),
        (CODES, 0, {}, "Compressed block 1 has impossible sizes."),
        (CODES, 16, {"packed": 10**6}, "Compressed block 1 has impossible sizes."),
        (CODES, 24, {}, "A compressed block has not the size that the table says."),
        (b"\0" * 10**7, 16, {}, "A compressed block has not the size that the table says."),
    ],
)
def test_zlib_blocks_that_lie(
    tmp_path: Path, block: bytes, full: int, options: dict[str, int], message: str
) -> None:
    assert message_of(zsav(tmp_path, block, full, **options)) == message


def test_what_is_only_noted(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        *(header(1), variable("A")),
        extension(11, struct.pack("<5i", *range(5))),
        extension(18, b"nobody:x('1'\n)"),
        extension(21, struct.pack("<i6sii", 6, b"nobody", 9, 0)),
        extension(7, b"$s=C 1 x a nobody\n"),
        *(END, ONE),
    )
    data = read_spss(path)
    assert sorted(data.notes) == [
        "Attributes name the variable `nobody`, which does not exist.",
        "Labels name the variable `nobody`, which does not exist.",
        "Measures and column widths do not fit the variables; left out.",
        "The set `$s` names `nobody`, which does not exist.",
    ]
    assert data.dictionary.multiple_response_sets["s"].variables == ("A",)


def test_impossible_dates_are_left_empty_on_request(tmp_path: Path) -> None:
    path = write_spss(
        SpssData(frame=pd.DataFrame({"day": pd.to_datetime(["2026-01-01", "2026-01-02"])})),
        tmp_path / "day.sav",
    )
    data = path.read_bytes()
    good = struct.pack("<d", 12_219_379_200 + 1_767_312_000)
    path.write_bytes(data.replace(good, struct.pack("<d", 1e15)))
    assert message_of(path) == (
        "Column `day`, row 2: 1000000000000000 seconds are no DATETIME that SPSS can show."
    )
    back = read_spss(path, force=True)
    assert back.frame["day"].isna().tolist() == [False, True]
    assert back.notes == (
        "Column `day`, row 2: 1000000000000000 seconds are no DATETIME that SPSS can show;"
        " left empty.",
    )


def test_what_pyreadstat_refuses_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pyreadstat

    def fail(*_: object, **__: object) -> None:
        raise pyreadstat.ReadstatError("no")

    path = write_spss(rich_data(), tmp_path / "rich.sav")
    monkeypatch.setattr(pyreadstat, "read_sav", fail)
    assert message_of(path) == "pyreadstat cannot decode the cases: no."

"""Tables go to standard output in three styles, or to a file by its ending."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from csi.cli.options import TableFormat
from csi.cli.output import emit, progress_bar
from csi.errors import StorageError

TABLE = pd.DataFrame(
    {
        "operator_label": ["运营商甲", "B"],
        "estimate": [71.25, float("nan")],
        "p_value": [0.00001, 0.25],
        "n": [120, 12],
    }
)


def test_a_table_is_aligned(capsys: pytest.CaptureFixture[str]) -> None:
    emit(TABLE, TableFormat.TABLE, None)
    lines = [line.rstrip() for line in capsys.readouterr().out.splitlines() if line.strip()]
    assert lines[0].split() == ["operator_label", "estimate", "p_value", "n"]
    assert lines[2].split() == ["运营商甲", "71.25", "<0.001", "120"]
    assert lines[3].split() == ["B", "0.250", "12"]


def test_a_wide_table_is_not_cut_on_a_pipe(capsys: pytest.CaptureFixture[str]) -> None:
    wide = pd.DataFrame({f"column_number_{number}": [number] for number in range(40)})
    emit(wide, TableFormat.TABLE, None)
    assert "column_number_39" in capsys.readouterr().out.splitlines()[1]


def test_csv(capsys: pytest.CaptureFixture[str]) -> None:
    emit(TABLE, TableFormat.CSV, None)
    assert capsys.readouterr().out == (
        "operator_label,estimate,p_value,n\n运营商甲,71.25,1e-05,120\nB,,0.25,12\n"
    )


def test_json_has_null_for_missing(capsys: pytest.CaptureFixture[str]) -> None:
    emit(TABLE, TableFormat.JSON, None)
    rows = json.loads(capsys.readouterr().out)
    assert rows[1] == {"operator_label": "B", "estimate": None, "p_value": 0.25, "n": 12}


def test_out_decides_by_its_ending(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    emit(TABLE, TableFormat.JSON, tmp_path / "index.csv")
    assert capsys.readouterr().out == ""
    assert (tmp_path / "index.csv").read_text(encoding="utf-8-sig").startswith("operator_label,")
    with pytest.raises(StorageError, match=r"cannot be written as `\.doc`"):
        emit(TABLE, TableFormat.TABLE, tmp_path / "index.doc")


def test_progress_off_a_terminal_is_a_line_a_step(capsys: pytest.CaptureFixture[str]) -> None:
    with progress_bar(quiet=False) as progress:
        assert progress is not None
        progress("model", 0.2)
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == ("", "model\n")


def test_quiet_is_no_progress() -> None:
    with progress_bar(quiet=True) as progress:
        assert progress is None

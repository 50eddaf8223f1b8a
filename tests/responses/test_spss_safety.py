"""No file takes the session down: thousands of damaged files, and a child process for the rest."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from spss_samples import rich_data, write_samples

from csi.errors import ResponseFileError
from csi.responses import isolation
from csi.responses.spss import write_spss

ROOT = Path(__file__).parents[2]
HARMLESS = {"read", "read with notes", "refused"}
SLOWEST = 5.0
"""Seconds that one file may take."""

LARGEST = 1024
"""MB that the process may come to hold."""


def read_mutants(
    folder: Path, count: int, journal: Path, time_limit: float
) -> list[dict[str, Any]]:
    """Read mutants in a child process; its death or hang fails the test with the number."""
    write_samples(folder)
    command = [sys.executable, "-X", "faulthandler", str(Path(__file__).with_name("mutants.py"))]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    child = subprocess.run(
        [*command, str(folder), "0", str(count), str(journal)],
        env=environment,
        capture_output=True,
        timeout=time_limit,
        check=False,
    )
    lines = journal.read_text().splitlines()
    assert child.returncode == 0, f"after {lines[-1:]}: {child.stderr.decode()[-2000:]}"
    return [json.loads(line) for line in lines]


def check(entries: list[dict[str, Any]], count: int) -> None:
    assert len(entries) == count
    assert {entry["outcome"] for entry in entries} <= HARMLESS
    assert max(entry["seconds"] for entry in entries) < SLOWEST
    assert max(entry["peak_mb"] for entry in entries) < LARGEST


def test_two_hundred_damaged_files(tmp_path: Path) -> None:
    entries = read_mutants(tmp_path, 200, tmp_path / "journal.jsonl", 120)
    check(entries, 200)
    assert sum(entry["outcome"] == "refused" for entry in entries) > 80


@pytest.mark.bench
def test_twenty_thousand_damaged_files(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """About a minute; a broken run goes on where it stopped, unless the code has changed."""
    cache = request.config.cache
    folder = Path(cache.mkdir("spss_mutants")) if cache is not None else tmp_path
    sources = [*(ROOT / "csi" / "responses").glob("*.py"), *Path(__file__).parent.glob("*.py")]
    code = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(sources))).hexdigest()
    entries = read_mutants(tmp_path, 20_000, folder / f"{code[:16]}.jsonl", 1800)
    check(entries, 20_000)


def failure_of(path: Path, **limits: Any) -> str:
    with pytest.raises(ResponseFileError) as caught:
        isolation.read_isolated(str(path), {}, **limits)
    return str(caught.value)


def test_a_child_that_takes_too_long_is_stopped(tmp_path: Path) -> None:
    path = write_spss(rich_data(), tmp_path / "rich.sav")
    assert failure_of(path, time_limit=0.01) == (
        f"{path}: Reading did not end within 0.01 seconds. The file is damaged in a way that its"
        " dictionary does not show. Ask for it again."
    )


def test_a_child_that_dies_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_spss(rich_data(), tmp_path / "rich.sav")
    python = sys.executable
    for code, said in (
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "was killed by SIGSEGV"),
        ("raise RuntimeError('no')", "failed: RuntimeError: no"),
    ):
        program = tmp_path / "child.py"
        program.write_text(f"#!{python}\n{code}\n")
        program.chmod(0o755)
        monkeypatch.setattr(isolation.sys, "executable", str(program))
        assert f"The reader {said}." in failure_of(path)


def test_a_child_that_wants_too_much_memory_is_refused(tmp_path: Path) -> None:
    path = write_spss(rich_data(), tmp_path / "rich.sav")
    message = failure_of(path, memory_limit=1 << 20)
    assert "memory" in message or "The reader failed" in message

"""Reports from the command line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Done

pptx = pytest.importorskip("pptx", reason="slides need python-pptx (extra `slides`)")


def test_slides_take_the_size_of_a_template(
    cli: Callable[..., Done], small_study: Path, tmp_path: Path
) -> None:
    own = pptx.Presentation()
    own.slide_width = 9_000_000
    own.save(str(tmp_path / "brand.pptx"))
    out = tmp_path / "report.pptx"
    template = ("--template", tmp_path / "brand.pptx")
    done = cli("report", small_study, "--out", out, *template, "--quiet")
    assert (done.code, done.err) == (0, "")
    assert pptx.Presentation(str(out)).slide_width == 9_000_000

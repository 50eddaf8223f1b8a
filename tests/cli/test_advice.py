"""What the library says of arguments, the command line says of options."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from csi.cli.advice import in_options
from tests.small_study import QUESTIONNAIRE, answers


@pytest.mark.parametrize(
    ("message", "options", "expected"),
    [
        ('Choose lonely="certainty".', ["lonely"], "Choose --lonely certainty."),
        ('Choose lonely="certainty".', [], 'Choose lonely="certainty".'),
        ("Such as bounds=(0.3, 3.0).", ["bounds"], "Such as --bounds 0.3,3.0."),
        ("`half_width` must be above 0.", ["half_width"], "`--half-width` must be above 0."),
        ("`line` has no code 7.", ["half_width"], "`line` has no code 7."),
        ("Read it with `read_responses`.", [], "Read it with `csi import`."),
        ('Use weights="equal".', ["weights", "index_weights"], "Use --index-weights equal."),
    ],
)
def test_arguments_become_options(message: str, options: list[str], expected: str) -> None:
    assert in_options(message, options, {"read_responses": "import"}) == expected


def test_a_lonely_stratum_is_mended_by_the_option_that_is_named(
    tmp_path: Path, cli: Callable[..., object]
) -> None:
    (tmp_path / "q.yaml").write_text(QUESTIONNAIRE, encoding="utf-8")
    table = answers(60).drop(columns=["val1", "val2", "val3"])
    table.assign(h=[1] * 59 + [2]).to_csv(tmp_path / "a.csv", index=False)
    words = (
        "tabulate",
        tmp_path / "a.csv",
        "--questionnaire",
        tmp_path / "q.yaml",
        "--strata",
        "h",
    )
    done = cli(*words)
    assert done.code == 1
    assert "Merge strata, or choose --lonely certainty" in done.err
    assert cli(*words, "--lonely", "certainty").code == 0


def test_a_plan_names_its_options(
    project: Path, tmp_path: Path, cli: Callable[..., object]
) -> None:
    cells = pd.DataFrame({"line": [1, 2], "operator": [1, 1], "population": [900, 900]})
    cells.to_csv(tmp_path / "cells.csv", index=False)
    form = project / "questionnaires" / "tcsi.yaml"
    done = cli(
        "plan", form, "--population", tmp_path / "cells.csv", "--response-rate", 2, "--sd", -1
    )
    assert done.code == 1
    assert done.err == (
        "csi: 2 faults:\n`--sd` must be above 0; got -1.0.\n"
        "`--response-rate` must be above 0 and up to 1; got 2.0.\n"
    )


def test_weighting_names_its_options(tmp_path: Path, cli: Callable[..., object]) -> None:
    (tmp_path / "q.yaml").write_text(QUESTIONNAIRE, encoding="utf-8")
    answers(60).drop(columns=["val1", "val2", "val3"]).to_csv(tmp_path / "a.csv", index=False)
    (tmp_path / "m.yaml").write_text("line: {1: 30, 2: 70}\n", encoding="utf-8")
    words = ("weight", tmp_path / "a.csv", "--questionnaire", tmp_path / "q.yaml")
    done = cli(*words, "--margins", tmp_path / "m.yaml", "--method", "logit")
    assert done.err == ("csi: --method logit needs `--bounds`, such as --bounds 0.3,3.0.\n")
    assert cli(*words).code == 2
    done = cli(*words, "--margins", tmp_path / "m.yaml", "--out", tmp_path / "w.csv", "-f", "csv")
    assert done.code == 0
    assert done.out.splitlines()[0] == "variable,level,target,achieved,misfit,n,share_before"
    weights = pd.read_csv(tmp_path / "w.csv", encoding="utf-8-sig")
    assert weights["weight"].sum() == pytest.approx(100)

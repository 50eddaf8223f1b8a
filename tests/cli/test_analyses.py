"""Analysis commands give the library's numbers, without those that must not be read."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

import csi
from tests.cli.conftest import Done
from tests.processes import ROOT, python

Cli = Callable[..., Done]


@pytest.fixture(scope="module")
def design(small_study: Path) -> csi.SurveyDesign:
    questionnaire = csi.read_questionnaire(small_study / "q.yaml")
    return csi.make_design(csi.read_responses(small_study / "a.csv", questionnaire))


@pytest.fixture(scope="module")
def fit(small_study: Path, design: csi.SurveyDesign) -> csi.ModelFit:
    return csi.fit_model(design, csi.read_questionnaire(small_study / "q.yaml"))


def table(done: Done) -> pd.DataFrame:
    """Return the table that a command printed as CSV, without labels."""
    assert (done.code, done.err) == (0, "")
    frame = pd.read_csv(io.StringIO(done.out), keep_default_na=False, na_values=[""])
    return frame[[name for name in frame if not name.endswith("_label")]]


def same(printed: pd.DataFrame, computed: pd.DataFrame) -> None:
    written = pd.read_csv(io.StringIO(computed.to_csv(index=False)))
    assert_frame_equal(printed[written.columns], written, rtol=1e-9, atol=1e-12, check_dtype=False)


SOURCES = {
    "a study": ("study.yaml",),
    "its folder": (".",),
    "answers with a questionnaire": ("a.csv", "--questionnaire", "q.yaml"),
}


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_every_source_gives_the_same_numbers(
    cli: Cli,
    small_study: Path,
    fit: csi.ModelFit,
    source: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(small_study)
    plain = ("--format", "csv", "--quiet")
    same(table(cli("fit", *source, *plain)), fit.tidy())
    for show, computed in (
        ("fit", fit.glance()),
        ("reliability", fit.reliability()),
        ("r_squared", fit.r_squared()),
    ):
        same(table(cli("fit", *source, "--show", show, *plain)), computed)
    same(table(cli("index", *source, *plain)), csi.estimate_index(fit).tidy())
    same(table(cli("drivers", *source, *plain)), csi.rank_drivers(fit).tidy())
    by_line = csi.estimate_index(fit, by=("line",))
    gaps = csi.compare_groups(by_line, invariance=csi.check_invariance(fit, by="line"))
    same(table(cli("compare", *source, "--across", "line", *plain)), gaps.tidy())


def test_scores_by_group_with_the_labels_of_the_questionnaire(
    cli: Cli, small_study: Path, fit: csi.ModelFit
) -> None:
    words = ("index", small_study, "--by", "line,operator", "--format", "csv", "--quiet")
    done = cli(*words)
    same(table(done), csi.estimate_index(fit, by=("line", "operator")).tidy())
    frame = pd.read_csv(io.StringIO(done.out))
    assert frame["line_label"].unique().tolist() == ["Prepaid", "Contract"]
    weighted = cli(*words, "--index-weights", "pls")
    index = csi.estimate_index(fit, by=("line", "operator"), weights="pls")
    same(table(weighted), index.tidy())
    same(table(cli(*words, "--items")), csi.estimate_index(fit, by=index.by).indicators_tidy())


def test_a_model_in_lavaan_syntax_takes_columns_as_they_are(
    cli: Cli, small_study: Path, tmp_path: Path
) -> None:
    syntax = "F =~ sat1 + sat2 + sat3 + val1"
    (tmp_path / "m.lav").write_text(syntax)
    words = ("fit", small_study / "a.csv", "--model", tmp_path / "m.lav", "--format", "csv", "-q")
    computed = csi.fit_model(csi.make_design(pd.read_csv(small_study / "a.csv")), syntax)
    same(table(cli(*words)), computed.tidy())


def test_weights_strata_and_clusters(cli: Cli, small_study: Path, tmp_path: Path) -> None:
    frame = pd.read_csv(small_study / "a.csv")
    rows = np.arange(len(frame))
    frame.assign(w=1 + rows % 3, region=rows % 4, town=rows % 40).to_csv(
        tmp_path / "a.csv", index=False
    )
    questionnaire = csi.read_questionnaire(small_study / "q.yaml")
    answers = csi.read_responses(tmp_path / "a.csv", questionnaire, keep=["w", "region", "town"])
    design = csi.make_design(answers, weights="w", strata="region", psu="town")
    sampled = ("--weights", "w", "--strata", "region", "--psu", "town")
    done = cli(
        *("index", tmp_path / "a.csv", "--questionnaire", small_study / "q.yaml"),
        *sampled,
        *("--format", "csv", "-q"),
    )
    same(table(done), csi.estimate_index(csi.fit_model(design, questionnaire)).tidy())


def test_means_shares_and_boxes(cli: Cli, small_study: Path, design: csi.SurveyDesign) -> None:
    words = ("tabulate", small_study, "--format", "csv", "--quiet")
    means = csi.estimate_means(design, ["sat1", "sat2", "sat3", "val1", "val2", "val3"])
    same(table(cli(*words)), means.tidy())
    by_line = csi.estimate_means(design, ["sat1"], by=["line"])
    same(table(cli(*words, "--items", "sat1", "--by", "line")), by_line.tidy())
    shares = csi.estimate_shares(design, ["line"])
    same(table(cli(*words, "--items", "line", "--shares")), shares.tidy())
    boxes = csi.estimate_shares(design, ["sat1"], boxes=csi.scale_boxes(1, 10, top=2, bottom=3))
    same(table(cli(*words, "--items", "sat1", "--top", 2, "--bottom", 3)), boxes.tidy())


def test_invariance(cli: Cli, small_study: Path, fit: csi.ModelFit) -> None:
    found = csi.check_invariance(fit, by="line")
    words = ("invariance", small_study, "--by", "line", "--format", "csv")
    same(table(cli(*words, "--quiet")), found.tidy())
    same(table(cli(*words, "--show", "means", "--quiet")), found.latent_means())
    assert cli(*words).err == f"{found.summary()}\nmodel: certified\n"


@pytest.fixture(scope="module")
def operators(example_reports: Path) -> Path:
    return example_reports / "mobile_operators"


@pytest.fixture(scope="module")
def ecsi(example_reports: Path) -> Path:
    return example_reports / "ecsi_mobile"


def test_small_bases_are_not_shown(cli: Cli, operators: Path) -> None:
    both = ("--by", "servicetype,serviceprovider", "--format", "csv", "--quiet")
    for command in (("index",), ("index", "--items"), ("tabulate", "--items", "cusa")):
        scores = table(cli(*command, operators, *both))
        hidden = scores[scores["flag"] == "suppressed"]
        assert set(hidden["n"]) <= {9, 10, 16, 17, 25, 26}
        assert len(hidden)
        assert hidden[["estimate", "std_error", "conf_low", "conf_high"]].isna().all(axis=None)
        assert scores[scores["flag"] != "suppressed"]["estimate"].notna().all()
    gaps = table(cli("compare", operators, "--format", "csv", "--quiet"))
    assert gaps["estimate"].isna().equals(gaps["verdict"] == "base too small")


def test_withheld_paths_are_not_shown(cli: Cli, ecsi: Path) -> None:
    done = cli("fit", ecsi, "--format", "csv")
    parameters = pd.read_csv(io.StringIO(done.out))
    assert parameters["estimate"].isna().equals(parameters["op"] == "~")
    assert set(parameters["verdict"]) == {"withheld"}
    assert done.err.splitlines() == [
        "model: withheld",
        "  The data hardly tell the parameters apart: the condition number of the information is "
        "3,570,217, limit 1,000; healthy models have 20 to 100.",
        "  6 of the 12 standardised paths lie beyond ±1, as happens when the constructs overlap so "
        "much that their effects cancel each other.",
    ]


def test_each_group_of_a_fit_has_its_own_verdict(cli: Cli, operators: Path) -> None:
    done = cli("fit", operators, "--by", "servicetype", "--format", "csv")
    parameters = pd.read_csv(io.StringIO(done.out))
    paths = parameters[parameters["op"] == "~"]
    assert paths.groupby("servicetype")["verdict"].unique().map(list).to_dict() == {
        1: ["withheld"],
        2: ["provisional"],
    }
    assert paths["estimate"].isna().equals(paths["servicetype"] == 1)
    lines = [line for line in done.err.splitlines() if not line.startswith(" ")]
    assert lines == ["model, servicetype = 1: withheld", "model, servicetype = 2: provisional"]


def test_three_formats_and_a_file(cli: Cli, small_study: Path, tmp_path: Path) -> None:
    words = ("index", small_study, "--quiet")
    rows = json.loads(cli(*words, "--format", "json").out)
    frame = table(cli(*words, "--format", "csv"))
    assert [row["term"] for row in rows] == frame["term"].tolist() == ["Satisfaction", "Value"]
    assert [row["estimate"] for row in rows] == pytest.approx(frame["estimate"].tolist(), abs=1e-8)
    assert rows[0]["flag"] == ""
    printed = cli(*words).out.splitlines()
    assert printed[1].split()[:3] == ["term", "estimate", "std_error"]
    assert printed[3].split()[:2] == ["Satisfaction", f"{frame['estimate'][0]:.2f}"]
    out = tmp_path / "new" / "index.csv"
    assert cli(*words, "--out", out) == Done(0, "", "")
    assert out.read_text(encoding="utf-8-sig") == cli(*words, "--format", "csv").out


def test_the_same_words_print_the_same_bytes(small_study: Path) -> None:
    words = ("-m", "csi", "drivers", small_study, "--format", "csv")
    first, second = (python(*words, PYTHONHASHSEED=seed) for seed in ("1", "2"))
    assert first.returncode == 0
    assert (first.stdout, first.stderr) == (second.stdout, second.stderr)


@pytest.mark.skipif(sys.platform == "win32", reason="pipes of Windows do not break this way")
def test_a_reader_that_leaves_in_the_middle_of_a_table(small_study: Path) -> None:
    command = f"{sys.executable} -m csi quality {small_study} --show respondents -q | head -1"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stderr == ""

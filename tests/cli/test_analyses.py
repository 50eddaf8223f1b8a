"""The commands on a small study: what they print, where it goes, and what they hold back."""

from __future__ import annotations

import io
import json
import sys
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import csi
from csi.cli import studies
from csi.errors import ResponseWarning, StudyError
from csi.responses.dictionary import MissingRange, SpssDictionary, SpssVariable
from csi.responses.spss_data import SpssData
from csi.study import design_wave, read_wave
from tests.cli.conftest import Done
from tests.small_study import QUESTIONNAIRE, answers, with_a_driver

Cli = Callable[..., Done]

STUDY = """\
id: small
title: {en: Study, zh: 研究}
questionnaire: q.yaml
waves:
  - {id: w1, responses: a.csv}
by: [line, operator]
languages: [en]
"""

ONE_FACTOR = "F =~ sat1 + sat2 + sat3\n"

TWINS = """\
Satisfaction =~ sat1 + sat2 + sat3
Value =~ val1 + val2 + val3
Worth =~ twin1 + twin2 + twin3
Satisfaction ~ Value + Worth
"""

TABLES = {
    "fit": (
        ("fit", "study.yaml"),
        "lhs op rhs estimate std_error statistic df p_value conf_low conf_high n n_eff std_all "
        "std_all_se verdict",
    ),
    "fit by group": (
        ("fit", "study.yaml", "--by", "line"),
        "line line_label lhs op rhs estimate std_error statistic df p_value conf_low conf_high n "
        "n_eff std_all std_all_se verdict",
    ),
    "index": (
        ("index", "study.yaml", "--by", "line,operator"),
        "line line_label operator operator_label term estimate std_error statistic df p_value "
        "conf_low conf_high n n_eff flag",
    ),
    "items": (
        ("index", "study.yaml", "--items"),
        "construct term estimate std_error statistic df p_value conf_low conf_high n n_eff flag",
    ),
    "drivers": (
        ("drivers", "study.yaml"),
        "term measure estimate std_error statistic df p_value conf_low conf_high n n_eff rank "
        "rank_low rank_high",
    ),
    "compare": (
        ("compare", "study.yaml"),
        "line line_label group_a group_a_label group_b group_b_label term family estimate "
        "std_error statistic df p_value conf_low conf_high n n_eff p_adjusted verdict across",
    ),
}

every_table = pytest.mark.parametrize(("words", "columns"), TABLES.values(), ids=TABLES)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "q.yaml").write_text(with_a_driver(QUESTIONNAIRE), encoding="utf-8")
    (tmp_path / "study.yaml").write_text(STUDY, encoding="utf-8")
    (tmp_path / "one.lav").write_text(ONE_FACTOR)
    table = answers(200)
    table.assign(operator=1 + (table.index % 3 > 0)).to_csv(tmp_path / "a.csv", index=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def printed(cli: Cli, *words: object) -> pd.DataFrame:
    """Run a command that must succeed in silence, and return the table that it prints."""
    done = cli(*words, "--format", "csv", "--quiet")
    assert (done.code, done.err) == (0, "")
    return pd.read_csv(io.StringIO(done.out))


# --- where a table goes ---


@every_table
@pytest.mark.usefixtures("folder")
def test_every_format_has_the_same_table(cli: Cli, words: tuple[str, ...], columns: str) -> None:
    table = printed(cli, *words)
    assert list(table) == columns.split()
    rows = json.loads(cli(*words, "--format", "json").out)
    assert [list(row) for row in rows] == [list(table)] * len(table)
    for row, (_, expected) in zip(rows, table.iterrows(), strict=True):
        estimate = np.nan if row["estimate"] is None else row["estimate"]
        assert estimate == pytest.approx(expected["estimate"], abs=1e-9, nan_ok=True)
    header, _, *body = [line for line in cli(*words).out.splitlines() if line.strip()]
    assert header.split() == columns.split()
    assert len(body) == len(table)


@pytest.mark.parametrize("ending", ["csv", "json", "parquet", "xlsx"])
def test_out_gets_the_table_and_the_terminal_the_verdict(
    cli: Cli, folder: Path, ending: str
) -> None:
    words, columns = TABLES["index"]
    out = folder / "new" / f"table.{ending}"
    assert cli(*words, "--out", out) == Done(0, "", "model: certified\n")
    read = {
        "csv": pd.read_csv,
        "json": pd.read_json,
        "parquet": pd.read_parquet,
        "xlsx": pd.read_excel,
    }
    table = read[ending](out)
    assert list(table) == columns.split()
    expected = printed(cli, *words)["estimate"].to_numpy()
    np.testing.assert_allclose(table["estimate"].to_numpy(float), expected, rtol=1e-8)
    assert [path.name for path in out.parent.iterdir()] == [out.name]


@pytest.mark.parametrize("style", ["table", "json", "csv"])
@pytest.mark.usefixtures("folder")
def test_quiet_prints_the_same_table_and_no_verdict(cli: Cli, style: str) -> None:
    words = ("fit", "study.yaml", "--format", style)
    said = cli(*words)
    assert said.err == "model: certified\n"
    assert cli(*words, "--quiet") == Done(0, said.out, "")


# --- what is in it ---


def test_the_numbers_are_those_of_the_library(cli: Cli, folder: Path) -> None:
    study = csi.read_study(folder / "study.yaml")
    responses = read_wave(study)
    fit = csi.fit_model(design_wave(study, responses), responses.questionnaire)
    index = csi.estimate_index(fit, by=("line", "operator"))
    expected = {
        ("fit", "study.yaml"): fit.tidy(),
        ("fit", "study.yaml", "--show", "fit"): fit.glance(),
        ("fit", "study.yaml", "--show", "reliability"): fit.reliability(),
        ("fit", "study.yaml", "--show", "r_squared"): fit.r_squared(),
        ("index", "study.yaml", "--by", "line,operator"): index.tidy(),
        ("index", "study.yaml", "--index-weights", "equal"): csi.estimate_index(
            fit, weights="equal"
        ).tidy(),
        ("drivers", "study.yaml"): csi.rank_drivers(fit).tidy(),
        ("compare", "study.yaml"): csi.compare_groups(index, across="operator").tidy(),
        ("compare", "study.yaml", "--margin", "50"): csi.compare_groups(
            index, across="operator", margin=50.0
        ).tidy(),
    }
    for words, table in expected.items():
        shown = printed(cli, *words)
        for column in table.columns:
            if table[column].dtype.kind in "fiu":
                assert shown[column].to_numpy(float) == pytest.approx(
                    table[column].to_numpy(float), rel=1e-9, nan_ok=True
                ), (words, column)
            else:
                found = ["" if pd.isna(cell) else str(cell) for cell in shown[column]]
                assert found == table[column].astype(str).tolist(), (words, column)


@pytest.mark.usefixtures("folder")
def test_the_notes_say_how_many_tests_and_whether_to_trust_them(cli: Cli) -> None:
    assert cli("compare", "study.yaml").err == "2 tests\nmodel: certified\n"
    assert cli("compare", "study.yaml", "--across", "line").err == "1 test\nmodel: certified\n"
    assert cli("fit", "study.yaml", "--by", "line").err == (
        "model, line = 1: certified\nmodel, line = 2: certified\n"
    )


@pytest.mark.usefixtures("folder")
def test_compare_tests_inside_what_was_asked(cli: Cli) -> None:
    inside = printed(cli, "compare", "study.yaml", "--across", "operator", "--within", "line")
    pd.testing.assert_frame_equal(inside, printed(cli, "compare", "study.yaml"))
    words = ("compare", "study.yaml", "--across", "operator", "--terms", "Value,Satisfaction")
    assert set(printed(cli, *words)["term"]) == {"Value", "Satisfaction"}


def test_answers_with_a_questionnaire_are_a_study_without_a_file(cli: Cli, folder: Path) -> None:
    words = ("index", "a.csv", "--questionnaire", "q.yaml", "--by", "line")
    study = printed(cli, "index", "study.yaml", "--by", "line")
    pd.testing.assert_frame_equal(printed(cli, *words), study)
    frame = pd.read_csv(folder / "a.csv")
    frame.assign(w=1 + frame.index % 4, town=frame.index // 5).to_csv(folder / "a.csv", index=False)
    design = ("--weights", "w", "--psu", "town")
    weighted = printed(cli, *words, *design)
    assert (weighted["n_eff"] < weighted["n"]).all()
    assert (weighted["df"] < 40).all()


def test_values_that_spss_calls_missing_are_no_scores(cli: Cli, folder: Path) -> None:
    """Without a questionnaire the file itself says that 98 is no score."""
    frame = pd.read_csv(folder / "a.csv").astype(float)
    frame.loc[:20, "sat2"] = np.nan
    frame.to_csv(folder / "blank.csv", index=False)
    coded = SpssVariable(missing=(MissingRange(98, 99),))
    dictionary = SpssDictionary(variables={"sat2": coded})
    csi.write_spss(SpssData(frame=frame.fillna(98), dictionary=dictionary), folder / "coded.sav")
    shown = printed(cli, "fit", "coded.sav", "--model", "one.lav")
    pd.testing.assert_frame_equal(shown, printed(cli, "fit", "blank.csv", "--model", "one.lav"))


# --- what is held back ---


def test_a_small_base_has_no_score_and_no_gap(cli: Cli, folder: Path) -> None:
    answers(200).to_csv(folder / "a.csv", index=False)
    index = printed(cli, "index", "study.yaml", "--by", "operator").set_index("operator")
    assert index.loc[1, "flag"].tolist() == ["suppressed"] * 2
    numbers = ["estimate", "std_error", "conf_low", "conf_high"]
    assert index.loc[1, numbers].isna().all(axis=None)
    assert index.loc[1, "n"].tolist() == [12, 12]
    assert index.loc[2, numbers].notna().all(axis=None)
    gaps = printed(cli, "compare", "study.yaml", "--across", "operator")
    assert gaps["verdict"].tolist() == ["base too small"]
    assert gaps[[*numbers, "p_value", "p_adjusted"]].isna().all(axis=None)


def test_withheld_paths_are_not_printed(cli: Cli, folder: Path) -> None:
    """Two constructs that nobody can tell apart: loadings are shown, their paths are not."""
    rng = np.random.default_rng(4)
    value, apart, luck = rng.normal(size=(3, 400))
    constructs = {"sat": apart + 0.5 * luck, "val": value, "twin": value + 0.4 * apart}
    items = {
        f"{name}{k}": construct + 0.5 * rng.normal(size=400)
        for name, construct in constructs.items()
        for k in (1, 2, 3)
    }
    pd.DataFrame(items).to_csv(folder / "twins.csv", index=False)
    (folder / "twins.lav").write_text(TWINS)
    words = ("fit", "twins.csv", "--model", "twins.lav")
    table = printed(cli, *words)
    assert set(table["verdict"]) == {"withheld"}
    paths = table[table["op"] == "~"]
    assert paths["rhs"].tolist() == ["Value", "Worth"]
    numbers = ["estimate", "std_error", "statistic", "p_value", "conf_low", "conf_high", "std_all"]
    assert paths[numbers].isna().all(axis=None)
    assert table[table["op"] == "=~"]["estimate"].notna().all()
    said = cli(*words, "--format", "csv").err.splitlines()
    assert said[0] == "model: withheld"
    assert said[1:] == [
        "  standardised path Satisfaction ~ Value: beyond ±1",
        "  standardised path Satisfaction ~ Worth: beyond ±1",
    ]


# --- check, import, report ---


@pytest.mark.usefixtures("folder")
def test_check_says_what_it_found(cli: Cli) -> None:
    done = cli("check", "study.yaml")
    assert (done.code, done.err) == (0, "")
    assert done.out == "study.yaml: no faults. Study('small', waves=1, by=line, operator)\n"
    assert cli("check", "q.yaml").out.startswith("q.yaml: q 1, 8 items in 2 blocks")
    assert cli("check", "q.yaml", "--quiet") == Done(0, "", "")


def test_what_import_writes_can_be_analysed(cli: Cli, folder: Path) -> None:
    words = ("import", "a.csv", "--questionnaire", "q.yaml", "--quiet", "--out")
    for ending in ("csv", "xlsx"):
        out = folder / f"clean.{ending}"
        assert cli(*words, out) == Done(0, "", "")
        shown = printed(cli, "index", out, "--questionnaire", "q.yaml")
        pd.testing.assert_frame_equal(shown, printed(cli, "index", "study.yaml"))


def test_import_says_what_it_changed_and_where(cli: Cli, folder: Path) -> None:
    done = cli("import", "a.csv", "--questionnaire", "q.yaml", "--out", "c.csv", "--changes",
               "log.json")  # fmt: skip
    assert (done.code, done.out) == (0, "")
    assert done.err.splitlines()[0] == "a.csv: 200 respondents, 8 columns, Test"
    assert done.err.splitlines()[-1] == "Written to c.csv and log.json"
    assert {path.name for path in folder.iterdir()} >= {"c.csv", "log.json"}


def test_report_writes_one_file(cli: Cli, folder: Path) -> None:
    before = {path.name for path in folder.iterdir()}
    for name, start, language in (("r.pdf", b"%PDF", "zh"), ("r.xlsx", b"PK", "en")):
        done = cli("report", "study.yaml", "--out", name, "--language", language)
        assert (done.code, done.out) == (0, "")
        assert done.err.splitlines()[-1] == f"Written to {name}"
        assert (folder / name).read_bytes().startswith(start)
    assert {path.name for path in folder.iterdir()} == before | {"r.pdf", "r.xlsx"}
    assert cli("report", "study.yaml", "--out", "again.xlsx", "--quiet") == Done(0, "", "")
    assert (folder / "again.xlsx").read_bytes() == (folder / "r.xlsx").read_bytes()


# --- the wrong file in the right place ---


@pytest.mark.parametrize(
    ("words", "name", "content", "message"),
    [
        (
            ("fit", "a.csv", "--model", "m.lav"),
            "m.lav",
            "F =~ sat1 + sat2\n# 满意度\n".encode("gbk"),
            "csi: m.lav:2: The file is not UTF-8 text: byte 0xC2 on this line. Write the model in "
            "a text editor and save it as UTF-8.\n",
        ),
        (
            ("fit", "a.doc", "--model", "one.lav"),
            "a.doc",
            b"sat1,sat2,sat3\n1,2,3\n",
            "csi: a.doc, byte 0: The file does not start as an SPSS file does ($FL2 or $FL3). Is "
            "the ending right? Tables are read from .csv and .xlsx.\n",
        ),
        (
            ("run", "form.yaml"),
            "form.yaml",
            QUESTIONNAIRE.encode(),
            "csi: form.yaml: This is a questionnaire, not a study file. A study file names it, "
            "`questionnaire: form.yaml`, and lists `waves`.\n",
        ),
    ],
    ids=["model in GBK", "answers as .doc", "questionnaire for study"],
)
def test_a_file_of_another_kind(
    cli: Cli, folder: Path, words: tuple[str, ...], name: str, content: bytes, message: str
) -> None:
    (folder / name).write_bytes(content)
    before = sorted(folder.iterdir())
    assert cli(*words, "--quiet") == Done(1, "", message)
    assert sorted(folder.iterdir()) == before


def test_quiet_silences_notes(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    def warn(*_: object, **__: object) -> None:
        warnings.warn("Two answers were cut.", ResponseWarning, stacklevel=1)
        raise StudyError("Stop.")

    monkeypatch.setattr(studies.csi, "run_study", warn)
    monkeypatch.setattr(sys, "warnoptions", [])
    assert cli("run", "study.yaml").err == "note: Two answers were cut.\ncsi: Stop.\n"
    assert cli("run", "study.yaml", "--quiet").err == "csi: Stop.\n"

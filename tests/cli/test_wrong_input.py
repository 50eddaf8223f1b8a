"""Wrong input: exit code 1, one message that says what to do, and nothing half-written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Done
from tests.small_study import QUESTIONNAIRE, answers, with_a_driver

Cli = Callable[..., Done]

STUDY = """\
id: s
title: {en: Study, zh: 研究}
questionnaire: q.yaml
waves:
  - {id: w1, responses: a.csv}
by: [operator]
languages: [en]
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "q.yaml").write_text(with_a_driver(QUESTIONNAIRE), encoding="utf-8")
    (tmp_path / "study.yaml").write_text(STUDY, encoding="utf-8")
    answers().to_csv(tmp_path / "a.csv", index=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def refused(cli: Cli, folder: Path, *words: str) -> str:
    """Run a command that must fail cleanly, and return what it says after its name."""
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    entries = sorted(folder.rglob("*"))
    done = cli(*words, "--quiet")
    assert (done.code, done.out) == (1, "")
    assert sorted(folder.rglob("*")) == entries
    assert all(path.read_bytes() == content for path, content in before.items())
    assert done.err.startswith("csi: ")
    assert done.err.endswith("\n")
    return done.err.removeprefix("csi: ").removesuffix("\n")


def change(name: str, old: str, new: str) -> None:
    """Change the text of a file of the study."""
    path = Path(name)
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def column(name: str, *first: object) -> None:
    """Give the first respondents other answers; one answer alone is that of everybody."""
    frame = answers()
    cells = frame[name].astype(object)
    if len(first) == 1:
        cells[:] = first[0]
    else:
        cells.iloc[: len(first)] = first
    frame.assign(**{name: cells}).to_csv("a.csv", index=False)


# --- files that are not there, or are something else ---


def test_there_is_no_study(cli: Cli, folder: Path) -> None:
    (folder / "new").mkdir()
    assert refused(cli, folder, "run", "new") == "new/study.yaml: There is no such file."
    assert refused(cli, folder, "run", "stud.yaml") == (
        "stud.yaml: There is no such file. Did you mean `study.yaml`?"
    )


def test_there_are_no_answers(cli: Cli, folder: Path) -> None:
    (folder / "a.csv").unlink()
    assert refused(cli, folder, "run", "study.yaml") == (
        "study.yaml:5: Wave `w1`: there is no file `a.csv`. "
        "Paths start at the folder of the study file."
    )
    words = ("fit", "a.csv", "--questionnaire", "q.yaml")
    assert refused(cli, folder, *words) == "a.csv: There is no such file."


def test_there_is_no_model(cli: Cli, folder: Path) -> None:
    words = ("fit", "a.csv", "--model", "m.lav")
    assert refused(cli, folder, *words) == "m.lav: There is no such file."


def test_a_picture_named_sav(cli: Cli, folder: Path) -> None:
    (folder / "a.sav").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
    change("study.yaml", "a.csv", "a.sav")
    assert refused(cli, folder, "run", "study.yaml") == (
        "a.sav: This is a PNG picture, not a file of answers."
    )


def test_another_encoding(cli: Cli, folder: Path) -> None:
    content = (folder / "a.csv").read_text(encoding="utf-8").replace("line", "业务", 1)
    (folder / "a.csv").write_bytes(content.encode("utf-16-le"))
    assert refused(cli, folder, "run", "study.yaml") == (
        "a.csv, byte 5: The file is not text. Save it as CSV in UTF-8."
    )


# --- what a person typed ---


def test_five_faults_of_a_study_at_once(cli: Cli, folder: Path) -> None:
    text = (
        "id: a b\n"
        "titel: Study\n"
        "questionnaire: q.yml\n"
        "waves:\n"
        "  - {id: w1, responses: b.csv}\n"
        "baseline: w0\n"
        "languages: [en, de]\n"
    )
    (folder / "study.yaml").write_text(text, encoding="utf-8")
    assert refused(cli, folder, "run", "study.yaml").splitlines() == [
        "7 faults:",
        "study.yaml:1: The study: `id` cannot be `a b`. "
        "Use letters, digits, `_`, `-` and `.`: it becomes part of file names.",
        "study.yaml:1: The study has no `title`.",
        "study.yaml:2: The study has an unknown key `titel`. Did you mean `title`?",
        "study.yaml:3: The study: there is no file `q.yml`. Did you mean `q.yaml`?",
        "study.yaml:5: Wave `w1`: there is no file `b.csv`. Did you mean `a.csv`?",
        "study.yaml:6: The study: no wave is called `w0`. Its waves: `w1`.",
        "study.yaml:7: The study: no language is called `de`. Allowed: `en`, `zh`.",
    ]


def test_the_model_has_an_item_that_is_not_there(cli: Cli, folder: Path) -> None:
    change("q.yaml", "=~ val1 + val2 + val3", "=~ val1 + val2 + val3 + value4")
    assert refused(cli, folder, "run", "study.yaml") == (
        "q.yaml:32: `Value` is measured by `value4`, which is not an item. Did you mean `val3`?"
    )


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("min: 1, max: 10", "min: 1", "Scale `ten` has no `max`."),
        ("min: 1, max: 10", "min: 10, max: 1", "Scale `ten` runs from 10 to 1. "
         "`min` must be less than `max`."),
        (", zh: [低, 高]", "", "Scale `ten`, `ends` has no `zh`."),
        ("[Low, High]", "[Low]", "Scale `ten`, `ends`: `en` needs two texts, found 1. "
         "Write the words for the lowest and the highest code."),
        ("98: dont_know", "8: dont_know", "Scale `ten`: the missing code 8 lies between 1 and 10. "
         "Use a code outside the scale."),
    ],
    ids=["no end", "upside down", "one language", "one word", "missing code inside"],
)  # fmt: skip
def test_a_scale_with_gaps(cli: Cli, folder: Path, old: str, new: str, fault: str) -> None:
    change("q.yaml", old, new)
    assert refused(cli, folder, "run", "study.yaml") == f"q.yaml:6: {fault}"


@pytest.mark.parametrize(
    "words",
    [
        ("index", "study.yaml", "--by", "operater"),
        ("fit", "a.csv", "--questionnaire", "q.yaml", "--by", "operater"),
        ("compare", "study.yaml", "--across", "operater"),
    ],
)
def test_groups_of_a_column_that_is_not_there(
    cli: Cli, folder: Path, words: tuple[str, ...]
) -> None:
    option = next(word for word in words if word in ("--by", "--across"))
    assert refused(cli, folder, *words) == (
        f"`{option}` names the column `operater`, which the data do not have. "
        "Did you mean `operator`?"
    )


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ("run", "study.yaml", "--wave", "w2"),
            "study.yaml has no wave `w2`. Its waves: `w1`.",
        ),
        (
            ("drivers", "study.yaml", "--outcome", "Satisfacton"),
            "`Satisfacton` is not a construct of the model (Satisfaction, Value). "
            "Did you mean `Satisfaction`?",
        ),
        (
            ("compare", "study.yaml", "--terms", "Satisfacton"),
            "`--terms` names `Satisfacton`, which has no score (Satisfaction, Value). "
            "Did you mean `Satisfaction`?",
        ),
        (
            ("fit", "a.csv", "--questionnaire", "q.yaml", "--weights", "w"),
            "a.csv: There is no column `w`. "
            "Its columns: line, operator, sat1, sat2, sat3, val1, val2, val3.",
        ),
    ],
    ids=["wave", "outcome", "terms", "weights"],
)
def test_a_name_that_is_not_there(
    cli: Cli, folder: Path, words: tuple[str, ...], message: str
) -> None:
    assert refused(cli, folder, *words) == message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("F = sat1 + sat2", "`F = sat1 + sat2` is not a formula: write `construct =~ items`, "
         "`outcome ~ predictors` or `a ~~ b`."),
        ("F =~ sat1 + sat2 + satt3", "The data have no column `satt3`. Did you mean `sat3`?"),
    ],
    ids=["no formula", "no column"],
)  # fmt: skip
def test_a_model_of_lavaan(cli: Cli, folder: Path, text: str, message: str) -> None:
    (folder / "m.lav").write_text(text)
    assert refused(cli, folder, "fit", "a.csv", "--model", "m.lav") == message


# --- answers ---


def test_a_code_that_nobody_declared(cli: Cli, folder: Path) -> None:
    column("sat2", 77, 8, 77)
    assert refused(cli, folder, "run", "study.yaml") == (
        "a.csv, column sat2: Found 77 (2 cells, rows 2, 4); allowed are whole numbers from 1 to "
        "10, and the missing codes 98, 99."
    )


def test_a_score_in_words(cli: Cli, folder: Path) -> None:
    column("sat2", "good", 8)
    assert refused(cli, folder, "run", "study.yaml") == (
        "a.csv, row 2, column sat2: Found 'good'; expected a number."
    )


def test_every_wrong_cell_at_once(cli: Cli, folder: Path) -> None:
    column("sat2", "good", 8, "10, 9", 11)
    assert refused(cli, folder, "run", "study.yaml").splitlines() == [
        "3 faults:",
        "a.csv, row 2, column sat2: Found 'good'; expected a number.",
        "a.csv, row 4, column sat2: Found '10, 9'; expected a number.",
        "a.csv, column sat2: Found 11 (1 cell, row 5); allowed are whole numbers from 1 to 10, "
        "and the missing codes 98, 99.",
    ]


def test_an_item_that_everybody_answered_alike(cli: Cli, folder: Path) -> None:
    column("sat2", 7)
    assert refused(cli, folder, "run", "study.yaml") == (
        "`sat2` is constant: all 80 answers are the same. It cannot measure a construct; remove "
        "it from the model."
    )


@pytest.mark.parametrize("cell", [98, ""], ids=["don't know", "empty"])
def test_an_item_that_nobody_answered(cli: Cli, folder: Path, cell: object) -> None:
    column("sat2", cell)
    assert refused(cli, folder, "run", "study.yaml") == (
        "`sat2` has no answer among the 80 respondents of the model. Remove it from the model, or "
        "check its column and its missing codes."
    )


def test_a_group_of_twelve(cli: Cli, folder: Path) -> None:
    assert refused(cli, folder, "fit", "study.yaml", "--by", "operator") == (
        "A group needs an effective base of 30 for a model of its own; too small: operator = 1 "
        "(n = 12). Fit one model for everybody and score the groups with it, or leave these "
        "groups out."
    )


def test_fewer_respondents_than_items(cli: Cli, folder: Path) -> None:
    answers(6).to_csv(folder / "a.csv", index=False)
    assert refused(cli, folder, "run", "study.yaml") == (
        "Only 6 of 6 respondents answered all 6 items of the model; a covariance matrix needs "
        "more respondents than items. Pool the groups (one model, scores by group), use fewer "
        "items, or collect more interviews."
    )


def test_a_model_without_drivers(cli: Cli, folder: Path) -> None:
    change("q.yaml", "    Satisfaction ~ Value\n", "")
    assert refused(cli, folder, "run", "study.yaml") == (
        "`Satisfaction` has no predictors in the model, so it has no drivers."
    )


# --- places where nothing can be written ---


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ("run", "study.yaml", "--out", "q.yaml"),
            "q.yaml: This is a file, not a folder to write to. Name a folder.",
        ),
        (
            ("run", "study.yaml", "--out", "q.yaml/out"),
            "q.yaml/out cannot be written: Not a directory. Choose a folder where you may write.",
        ),
        (
            ("report", "study.yaml", "--out", "q.yaml/a.pdf"),
            "q.yaml/a.pdf cannot be written: Not a directory. Choose a folder where you may write.",
        ),
        (
            ("report", "study.yaml", "--out", "new/report.doc"),
            "A report cannot be written as `report.doc`: "
            "its name must end in .pdf, .xlsx or .pptx.",
        ),
        (
            ("report", "study.yaml", "--out", "report.pdf", "--template", "brand.pptx"),
            "--template is for slides: --out must end in .pptx.",
        ),
        (
            ("report", "study.yaml", "--out", "report.pptx", "--template", "brand.pptx"),
            "branding.slides: no file `brand.pptx`.",
        ),
        (
            ("index", "study.yaml", "--out", "."),
            ".: This is a folder; name a file in it (.csv, .json, .parquet, .xlsx).",
        ),
        (
            ("index", "study.yaml", "--out", "index.doc"),
            "index.doc: a table cannot be written as `.doc`. "
            "Allowed endings: .csv, .json, .parquet, .xlsx.",
        ),
        (
            ("import", "a.csv", "--questionnaire", "q.yaml", "--out", "c.csv", "--changes", "c"),
            "c: a table cannot be written as `c`. Allowed endings: .csv, .json, .parquet, .xlsx.",
        ),
    ],
    ids=[
        "a file",
        "inside a file",
        "a report there",
        "a report as .doc",
        "a template for a PDF",
        "no template",
        "a folder",
        ".doc",
        "log",
    ],
)
def test_an_output_that_cannot_be_written(
    cli: Cli, folder: Path, words: tuple[str, ...], message: str
) -> None:
    assert refused(cli, folder, *words) == message


def test_a_folder_without_permission(
    cli: Cli, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_: object) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("csi.storage.tempfile.mkdtemp", refuse)
    assert refused(cli, folder, "run", "study.yaml", "--out", "out") == (
        "out cannot be written: Permission denied. Choose a folder where you may write."
    )

"""A study file is read whole, or every fault is told with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from csi.errors import StudyError
from csi.questionnaire.schema import Text
from csi.study_file import read_study
from tests.small_study import QUESTIONNAIRE, SMALLEST


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "q.yaml").write_text(QUESTIONNAIRE, encoding="utf-8")
    (tmp_path / "a.csv").write_text("sat1\n1\n")
    return tmp_path


def write(folder: Path, text: str) -> Path:
    path = folder / "study.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def faults(folder: Path, text: str) -> list[str]:
    """Return the faults without the folder of the test."""
    with pytest.raises(StudyError) as caught:
        read_study(write(folder, text))
    return [str(fault).replace(f"{folder}/", "") for fault in caught.value.faults]


def test_the_smallest_study_has_defaults(folder: Path) -> None:
    study = read_study(write(folder, SMALLEST))
    assert study.title == Text("Study", "Study")
    assert study.wave().responses == (folder / "a.csv").resolve()
    assert study.wave().label == Text("w1", "w1")
    assert (study.by, study.own, study.baseline, study.where) == ((), None, None, None)
    assert study.languages == ("en", "zh")
    assert study.branding == {}
    assert repr(study) == "Study('s', waves=1, by=nothing)"
    assert [path.name for path in study.files()] == ["study.yaml", "q.yaml", "a.csv"]


def test_every_key_is_read(folder: Path) -> None:
    (folder / "logo.svg").write_text("<svg/>")
    (folder / "faces").mkdir()
    text = SMALLEST.replace("title: Study", "title: {en: Study, zh: 研究}").replace(
        "- {id: w1, responses: a.csv}",
        "- {id: w1, label: {en: First, zh: 第一期}, responses: a.csv, weight: wt, strata: line, "
        "psu: town, columns: {sat1: Q7}, keep: [seconds], sheet: Answers}\n"
        "  - {id: w2, responses: a.csv}",
    )
    text += """\
baseline: w1
by: [line, operator]
own: 2
where: line in (1, 2)
client: Client
period: {en: Q1, zh: 一季度}
fieldwork: May
population: Everybody
mode: {en: Telephone, zh: 电话}
confidential: {en: Confidential, zh: 保密}
languages: [zh]
branding:
  name: Agency
  colours: {primary: '#12355B', series: ['#000000', '#ffffff']}
  fonts: [A, B]
  logo: logo.svg
  font_folder: faces
"""
    study = read_study(write(folder, text))
    first = study.wave("w1")
    assert first.label.to("zh") == "第一期"
    assert (first.weight, first.strata, first.psu) == ("wt", "line", "town")
    assert (first.columns, first.keep, first.sheet) == ({"sat1": "Q7"}, ("seconds",), "Answers")
    assert study.wave().id == "w2"
    assert (study.baseline, study.by, study.own) == ("w1", ("line", "operator"), 2)
    assert str(study.where) == "line in (1, 2)"
    assert study.period.to("zh") == "一季度"
    assert study.confidential.to("en") == "Confidential"
    assert study.languages == ("zh",)
    assert study.branding == {
        "name": "Agency",
        "colours": {"primary": "#12355B", "series": ("#000000", "#ffffff")},
        "fonts": ("A", "B"),
        "logo": (folder / "logo.svg").resolve(),
        "font_folder": (folder / "faces").resolve(),
    }


def test_paths_start_at_the_file_not_at_the_caller(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(folder, SMALLEST)
    monkeypatch.chdir(folder.parent)
    study = read_study(Path(folder.name) / "study.yaml")
    assert study.wave().responses.is_absolute()


def test_all_faults_at_once(folder: Path) -> None:
    text = """\
id: bad id
title: {en: Only English}
questionnaire: q.yml
wavs: 3
waves:
  - {id: a, responses: b.csv, wieght: w}
  - {id: a, responses: a.csv}
by: [a, b, c]
own: x
languages: [en, fr]
where: "a == 1"
baseline: z
branding: {colours: {primary: red}, logo: no.svg, nome: x}
"""
    assert faults(folder, text) == [
        "study.yaml:1: The study: `id` cannot be `bad id`. Use letters, digits, `_`, `-` and `.`: "
        "it becomes part of file names.",
        "study.yaml:2: The study, `title` has no `zh`.",
        "study.yaml:3: The study: there is no file `q.yml`. Did you mean `q.yaml`?",
        "study.yaml:4: The study has an unknown key `wavs`. Did you mean `waves`?",
        "study.yaml:6: Wave `a`: there is no file `b.csv`. Did you mean `a.csv`?",
        "study.yaml:6: Wave `a` has an unknown key `wieght`. Did you mean `weight`?",
        "study.yaml:7: Two waves are called `a`.",
        "study.yaml:8: The study: `by` names 3 items. At most two are allowed.",
        "study.yaml:9: The study: `own` must be a whole number, found `x`.",
        "study.yaml:10: The study: no language is called `fr`. Allowed: `en`, `zh`.",
        "study.yaml:11: The study: `where`: Condition `a == 1`, character 3: expected `=`, `!=`, "
        "`<`, `<=`, `>`, `>=` or `in`, found `==`. Write `=`.",
        "study.yaml:12: The study: no wave is called `z`. Its waves: `a`.",
        "study.yaml:13: `branding`: there is no file `no.svg`. "
        "Paths start at the folder of the study file.",
        "study.yaml:13: `colours`: `red` is not a colour. "
        "Write #RRGGBB in quotes, as in '#12355B'.",
        "study.yaml:13: `branding` has an unknown key `nome`. Did you mean `name`?",
    ]


@pytest.mark.parametrize(
    ("added", "fault"),
    [
        (
            "by: [line, operater]",
            "The study: `by` names `operater`, which q.yaml lacks. Did you mean `operator`?",
        ),
        ("by: line\nown: 3", "The study: `own` is 3, which `line` lacks. Its codes: 1, 2."),
        ("own: 1", "The study: `own` needs `by`. It is a code of the last item there."),
        (
            "where: zz = 1",
            "The study: `where` names `zz`, which q.yaml lacks. Declare it there as an item.",
        ),
        ("title: Again", "The key `title` stands twice, first on line 2. Remove one."),
        ("client: {en: A, zh: B, fr: C}", "The study, `client` has an unknown key `fr`."),
    ],
)
def test_one_fault(folder: Path, added: str, fault: str) -> None:
    found = faults(folder, SMALLEST + added + "\n")
    assert len(found) == 1
    assert fault in found[0]


def test_the_folder_of_a_study_is_the_study(folder: Path) -> None:
    (folder / "study.yaml").write_text(SMALLEST, encoding="utf-8")
    assert read_study(folder).folder == folder
    assert read_study(folder).source == "study.yaml"


def test_faults_of_the_questionnaire_are_faults_of_the_study(folder: Path) -> None:
    (folder / "q.yaml").write_text(QUESTIONNAIRE.replace("sat3\n", "sat9\n"), encoding="utf-8")
    found = faults(folder, SMALLEST)
    assert all("q.yaml:" in fault for fault in found)
    assert any("sat9" in fault for fault in found)


def test_answers_that_a_script_makes_say_so(folder: Path) -> None:
    (folder / "build_data.py").write_text("")
    (folder / "a.csv").unlink()
    assert faults(folder, SMALLEST) == [
        "study.yaml:5: Wave `w1`: there is no file `a.csv`. "
        "`make report` makes it; so does build_data.py."
    ]


def test_no_wave_is_a_fault(folder: Path) -> None:
    text = SMALLEST.replace("waves:\n  - {id: w1, responses: a.csv}", "waves: []")
    assert faults(folder, text) == [
        "study.yaml:4: The study has no wave. List at least one, with `id`, `responses`."
    ]


def test_a_file_that_is_not_there(folder: Path) -> None:
    with pytest.raises(StudyError, match=r"studi.yaml: There is no such file"):
        read_study(folder / "studi.yaml")


def test_an_unknown_wave_is_an_error(folder: Path) -> None:
    study = read_study(write(folder, SMALLEST))
    with pytest.raises(StudyError) as caught:
        study.wave("w9")
    assert str(caught.value) == "study.yaml has no wave `w9`. Its waves: `w1`."


@pytest.mark.parametrize("name", ["mobile_operators", "ecsi_mobile", "acsi_2015"])
def test_the_example_studies_need_only_their_answers(project: Path, name: str) -> None:
    path = project / "reports" / name / "study.yaml"
    try:
        study = read_study(path)
    except StudyError as error:
        assert len(error.faults) == 1  # noqa: PT017
        assert ": there is no file " in str(error)  # noqa: PT017
    else:
        assert study.id == name


def test_sections_are_chosen_or_omitted(folder: Path) -> None:
    kept = read_study(write(folder, SMALLEST + "omit: [path_model, data_tables]\n")).sections
    assert "method" in kept
    assert "path_model" not in kept
    study = read_study(write(folder, SMALLEST + "sections: [scores, cover]\nsynthetic: true\n"))
    assert study.sections == ("cover", "scores")
    assert study.synthetic


def test_an_unknown_section_gets_a_suggestion(folder: Path) -> None:
    text = SMALLEST + "omit: [path_modle]\nsections: [scores]\n"
    assert faults(folder, text) == [
        "study.yaml:6: The study has both `sections` and `omit`. Keep one: `sections` names the "
        "parts that are wanted, `omit` those that are not.",
        "study.yaml:6: The study: `omit`: no section is called `path_modle`. Did you mean "
        "`path_model`?",
    ]

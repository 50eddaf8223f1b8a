"""Every fault of a study file at once, with its line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from csi.dissatisfied_file.reading import read_dissatisfied_study
from csi.errors import StudyError

MINIMAL = """\
id: small
title: {en: Small, zh: 小}
as_of: 2026-03-31
base: {table: base.parquet}
survey:
  file: survey.parquet
  responded: responded
  interviewed: day
  outcome: rating
  dissatisfied_to: 5
indicators:
  number: [tenure]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("base.parquet", "survey.parquet", "outages.parquet"):
        (tmp_path / name).touch()
    return tmp_path


def read(folder: Path, text: str):
    (folder / "dissatisfied.yaml").write_text(text, encoding="utf-8")
    return read_dissatisfied_study(folder)


def faults(folder: Path, text: str) -> list[str]:
    with pytest.raises(StudyError) as caught:
        read(folder, text)
    prefix = f"{folder / 'dissatisfied.yaml'}:"
    return [str(fault).removeprefix(prefix) for fault in caught.value.faults]


def test_a_minimal_study_takes_defaults(folder: Path) -> None:
    study = read(folder, MINIMAL)
    assert study.as_of == date(2026, 3, 31)
    assert study.key == "id"
    assert study.survey.scale == (1.0, 10.0)
    assert (study.model.learner, study.model.folds) == ("scorecard", 5)
    assert study.languages == ("en", "zh")
    assert not study.synthetic
    assert repr(study) == "DissatisfiedStudy('small', indicators=1)"


def test_the_shipped_study_is_read(project: Path) -> None:
    study = read_dissatisfied_study(project / "reports" / "dissatisfied_demo")
    assert study.synthetic
    assert study.simulate is not None
    assert study.simulate.subscribers == 1_000_000
    assert list(study.hypotheses.labels) == ["silent", "outage"]
    assert study.actions is not None
    assert set(study.actions.names) == {
        "network", "bill", "tariff", "broadband", "silent", "next_contact",
    }  # fmt: skip


def test_every_fault_is_found_at_once(folder: Path) -> None:
    text = MINIMAL.replace("2026-03-31", "31 March").replace("outcome: rating", "outcom: rating")
    text += "modell: {}\nlanguages: [en, fr]\n"
    assert faults(folder, text) == [
        "3: The study: `as_of` is not a day: `31 March`. Write year, month and day, as in "
        "2026-03-31.",
        "6: `survey` has no `outcome`.",
        "9: `survey` has an unknown key `outcom`. Did you mean `outcome`?",
        "13: The study has an unknown key `modell`. Did you mean `model`?",
        "14: The study: no language is called `fr`. Allowed: `en`, `zh`.",
    ]


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (
            "id: small",
            "id: a b",
            "1: The study: `id` cannot be `a b`. Use letters, digits, `_`, `-` and `.`: it "
            "becomes part of file names.",
        ),
        (
            "table: base.parquet",
            "table: bass.parquet",
            "4: `base`: no file matches `bass.parquet`. Paths start at the folder of the study "
            "file.",
        ),
        (
            "table: base.parquet",
            "table: base",
            "4: `base`: `table` is not a .parquet path: `base`. Other tables are scored with "
            "`csi.score_customers` and an engine of your own.",
        ),
        (
            "file: survey.parquet",
            "file: surveys.parquet",
            "6: `survey`: there is no file `surveys.parquet`. Did you mean `survey.parquet`?",
        ),
        (
            "dissatisfied_to: 5",
            "dissatisfied_to: 50",
            "10: `survey`: `dissatisfied_to` must be a number from 1 to 10, found `50`.",
        ),
        (
            "dissatisfied_to: 5",
            "dissatisfied_to: 5\n  scale: [10, 1]",
            "11: `survey`: `scale` is not a rating scale. Write its two ends, as in [1, 10].",
        ),
        (
            "number: [tenure]",
            "number: [tenure, tenure]",
            "12: `indicators` names `tenure` twice. Remove one.",
        ),
        (
            "number: [tenure]",
            "other: [tenure]",
            "12: `indicators` has an unknown key `other`. Known keys: `number`, `date`, `level`.",
        ),
    ],
)
def test_a_fault_says_where_and_what_to_do(folder: Path, old: str, new: str, fault: str) -> None:
    assert old in MINIMAL
    found = faults(folder, MINIMAL.replace(old, new))
    assert fault in found, found


@pytest.mark.parametrize(
    ("more", "fault"),
    [
        (
            "simulate: {subscribers: 10, issued: 5}\n",
            "13: The study: `simulate` needs `synthetic: true`. Write `synthetic: true`: every "
            "page then says so.",
        ),
        (
            "synthetic: true\nsimulate: {subscribers: 10, issued: 50}\n",
            "14: `simulate`: more are `issued` than there are subscribers. At most 10.",
        ),
        (
            "model: {tiers: {high: 0.3, middle: 0.1}}\n",
            "13: `model`: the shares of `tiers` do not rise. Each share is that of the tier "
            "and all above it, as in {high: 0.1, middle: 0.3}.",
        ),
        (
            "model: {learner: forest}\n",
            "13: `model`: `learner` cannot be `forest`. Allowed: `scorecard`, `tan`, `naive`.",
        ),
        (
            "pool:\n  - {name: a, label: A, files: base.parquet}\n  - {name: a, label: A, "
            "files: base.parquet}\n",
            "15: Two channels are called `a`.",
        ),
        (
            "pool:\n  - {name: a, label: A, files: base.parquet, where: source ==}\n",
            "14: Channel `a`: `where`",
        ),
        (
            "hypotheses:\n  silent:\n    - {name: s, label: S, channels: [x]}\n  events:\n    "
            "- {name: s, label: S, file: outages.parquet, on: area}\n",
            "17: Two hypotheses are called `s`.",
        ),
        (
            "hypotheses:\n  events:\n    - {name: s, label: S, file: outage.parquet, on: area}\n",
            "15: Hypothesis `s`: there is no file `outage.parquet`. Did you mean "
            "`outages.parquet`?",
        ),
        (
            "actions: {rules: care.yaml}\n",
            "13: `actions`: there is no file `care.yaml`. Paths start at the folder of the "
            "study file.",
        ),
        ("follow_up: {file: later.parquet}\n", "13: `follow_up` has no `outcome`."),
    ],
)
def test_faults_of_the_other_parts(folder: Path, more: str, fault: str) -> None:
    assert any(found.startswith(fault) for found in faults(folder, MINIMAL + more)), faults(
        folder, MINIMAL + more
    )


def test_files_that_a_simulation_makes_may_be_missing(tmp_path: Path) -> None:
    text = MINIMAL + "synthetic: true\nsimulate: {subscribers: 10, issued: 5}\n"
    assert read(tmp_path, text).simulate is not None


def test_faults_of_the_care_rules_are_faults_of_the_study(folder: Path) -> None:
    (folder / "care.yaml").write_text("hold_out: {share: 2}\nrules: []\n", encoding="utf-8")
    found = faults(folder, MINIMAL + "actions: {rules: care.yaml, tiers: [top]}\n")
    assert found[0] == "13: `actions`: no tier is called `top`. Tiers of `model`: `high`, `middle`."
    assert any("care.yaml:1: `hold_out`: `share` must be a number" in text for text in found)
    assert any("care.yaml:2: `rules` lists no rule." in text for text in found)


def test_a_name_of_no_rule_is_a_fault(folder: Path) -> None:
    (folder / "care.yaml").write_text(
        "hold_out: {share: 0.2}\n"
        "rules:\n"
        "  - {name: bill, strategy: remedy, when: x = 1, action: Call, cost: 1}\n",
        encoding="utf-8",
    )
    more = "actions:\n  rules: care.yaml\n  names: {bil: {en: Bill, zh: 账单}}\n"
    assert faults(folder, MINIMAL + more) == [
        "15: `actions`: `names` has `bil`, which care.yaml lacks. Did you mean `bill`?"
    ]

"""The questionnaires that come with the package, against the published data they describe."""

from __future__ import annotations

import csv
import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from csi.questionnaire.model_names import names_in_model
from csi.questionnaire.reading import read_questionnaire
from csi.questionnaire.review import review_questionnaire
from csi.questionnaire.schema import Questionnaire
from csi.questionnaire.shipped import shipped_questionnaires

PROJECT = Path(__file__).parents[2]
DATA = PROJECT / "../shared/data"
SHIPPED = sorted(path.stem for path in (PROJECT / "questionnaires").glob("*.yaml"))
PUBLISHED = {
    "ecsi_mobile": "mobi/mobi.csv",
    "operators_reputation": "corp_rep/corp_rep_data.csv",
    "acsi": "acsi2015/acsi2015.csv",
}


def shipped(name: str) -> Questionnaire:
    return read_questionnaire(PROJECT / "questionnaires" / f"{name}.yaml")


def published(path: str) -> Path:
    if not (DATA / path).exists():
        pytest.skip(f"the published data {path} are not here")
    return DATA / path


@pytest.mark.parametrize("name", SHIPPED)
def test_nothing_to_mend_but_two_item_constructs(name: str) -> None:
    review = review_questionnaire(PROJECT / "questionnaires" / f"{name}.yaml")
    assert review.faults == ()
    assert all("has two items." in warning.message for warning in review.warnings)


@pytest.mark.parametrize("name", PUBLISHED)
def test_items_and_codes_are_those_of_the_published_file(name: str) -> None:
    frame = pd.read_csv(published(PUBLISHED[name]))
    questionnaire = shipped(name)
    assert set(questionnaire.items) == set(frame.columns)
    for item in questionnaire.items.values():
        answers = set(frame[item.id].dropna()) - set(item.missing)
        if item.scale is not None:
            assert answers <= set(range(item.scale.minimum, item.scale.maximum + 1)), item.id
        elif item.choices:
            assert answers <= set(item.choices), item.id
        elif item.maximum is not None:
            assert all(item.minimum <= answer <= item.maximum for answer in answers), item.id


def test_an_installed_package_carries_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]
    assert build["targets"]["wheel"]["force-include"] == {"questionnaires": "csi/shipped"}
    installed = tmp_path / "csi"
    (installed / "shipped").mkdir(parents=True)
    (installed / "shipped" / "only.yaml").write_text("")
    monkeypatch.setattr("csi.questionnaire.shipped._PACKAGE", installed)
    assert set(shipped_questionnaires()) == {"only"}


def test_acsi_filters_are_those_of_the_field_work() -> None:
    frame = pd.read_csv(published(PUBLISHED["acsi"]))
    questionnaire = shipped("acsi")
    answers = frame.mask(frame.isin([98, 99]))
    filtered = [item for item in questionnaire.items.values() if item.ask_if is not None]
    assert [item.id for item in filtered] == ["HANDLE", "HIGHPTOL", "LOWPTOL"]
    for item in filtered:
        assert item.ask_if is not None
        np.testing.assert_array_equal(item.ask_if.holds(answers), frame[item.id].notna())


@pytest.mark.parametrize(
    ("table", "links"), [("ECSImeasuremod.csv", "loadings"), ("ECSIstrucmod.csv", "paths")]
)
def test_ecsi_is_the_published_model(table: str, links: str) -> None:
    with published(f"mobi/{table}").open(encoding="utf-8") as file:
        expected = {(row["source"], row["target"]) for row in csv.DictReader(file)}
    model = shipped("ecsi_mobile").model
    assert model is not None
    found = getattr(names_in_model(model.syntax), links)
    is_path = links == "paths"
    pairs = {(link.right, link.left) if is_path else (link.left, link.right) for link in found}
    assert pairs == expected
    assert len(found) == len(expected)

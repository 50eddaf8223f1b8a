from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from csi.inference import SurveyDesign, make_design
from csi.questionnaire.reading import read_questionnaire
from csi.questionnaire.schema import Questionnaire

ROOT = Path(__file__).parents[2]

CHANNEL = """\
id: channel
version: "1"
title: {en: Channel, zh: 渠道}
scales:
  ten:
    min: 1
    max: 10
    ends: {en: [Bad, Good], zh: [差, 好]}
    missing: {98: dont_know, 99: refused}
blocks:
  - id: screening
    items:
      - id: group
        type: single
        role: domain
        text: {en: Which line?, zh: 哪种业务？}
        choices: {1: {en: A, zh: 甲}, 2: {en: B, zh: 乙}, 3: {en: C, zh: 丙}}
  - id: elements
    items:
      - {id: q1, scale: ten, text: {en: Coverage?, zh: 覆盖？}}
      - {id: q2, scale: ten, text: {en: Speed?, zh: 速度？}}
      - {id: q3, scale: ten, text: {en: Drops?, zh: 掉线？}}
      - {id: v1, scale: ten, ask_if: "group in (1, 2)", text: {en: Staff?, zh: 人员？}}
      - {id: v2, scale: ten, ask_if: "group in (1, 2)", text: {en: Queue?, zh: 排队？}}
      - {id: v3, scale: ten, ask_if: "group in (1, 2)", text: {en: Hours?, zh: 时间？}}
      - {id: s1, scale: ten, text: {en: Satisfied?, zh: 满意？}}
      - {id: s2, scale: ten, text: {en: As expected?, zh: 预期？}}
      - {id: s3, scale: ten, text: {en: Ideal?, zh: 理想？}}
model:
  syntax: |
    Network =~ q1 + q2 + q3
    Satisfaction =~ s1 + s2 + s3
    Satisfaction ~ Network
  constructs:
    Network: {en: Network, zh: 网络}
    Satisfaction: {en: Satisfaction, zh: 满意度}
  elements:
    Network: {en: Network, zh: 网络, items: [q1, q2, q3]}
    Channel: {en: Channel, zh: 渠道, items: [v1, v2, v3]}
  index: Satisfaction
"""


def questionnaire_from(text: str, folder: Path) -> Questionnaire:
    path = folder / "q.yaml"
    path.write_text(text, encoding="utf-8")
    return read_questionnaire(path)


@pytest.fixture(scope="session")
def channel(tmp_path_factory: pytest.TempPathFactory) -> Questionnaire:
    """Return a questionnaire with an element for everybody and one for groups 1 and 2."""
    return questionnaire_from(CHANNEL, tmp_path_factory.mktemp("channel"))


@pytest.fixture(scope="session")
def frame() -> pd.DataFrame:
    """Return the answers of `elements.R`: some deleted, v1-v3 not asked of group 3."""
    data = pd.read_csv(ROOT / "tests" / "oracles" / "simulated.csv")
    data["group"] = data["group"].map({"A": 1, "B": 2, "C": 3}).astype(float)
    ratings = [f"{letter}{k}" for letter in "qvs" for k in (1, 2, 3)]
    data[ratings] = data[ratings].astype(float)
    for items, every in ((["q2"], 7), (["v1", "v2"], 11), (["s3"], 13)):
        data.loc[data["id"] % every == 0, items] = np.nan
    data.loc[data["group"] == 3, ["v1", "v2", "v3"]] = np.nan
    return data


@pytest.fixture(scope="session")
def design(frame: pd.DataFrame) -> SurveyDesign:
    return make_design(frame, weights="weight", strata="stratum", psu="psu")


@pytest.fixture(scope="session")
def telecom() -> Questionnaire:
    return read_questionnaire(ROOT / "questionnaires" / "telecom_province.yaml")

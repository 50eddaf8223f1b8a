from __future__ import annotations

from pathlib import Path

import pytest

from csi.questionnaire.reading import read_questionnaire
from csi.questionnaire.schema import Questionnaire

PAPER = """\
id: paper
version: "2026.1"
title: {en: On paper, zh: 纸质问卷}
scales:
  ten: {min: 1, max: 10, ends: {en: [Bad, Good], zh: [差, 好]}, missing: {98: dont_know}}
  hundred: {min: 0, max: 100, ends: {en: [Not, All], zh: [无, 全]}, missing: {998: dont_know}}
  odd: {min: 0, max: 33, ends: {en: [Not, All], zh: [无, 全]}}
blocks:
  - id: frame
    title: {en: Frame, zh: 抽样框}
    items:
      - {id: case, type: number, role: key, text: {en: Case, zh: 个案}}
      - {id: town, type: text, role: psu, text: {en: Town, zh: 乡镇}}
      - {id: weight, type: number, role: weight, text: {en: Weight, zh: 权数}}
  - id: screening
    items:
      - id: line
        type: single
        role: domain
        text: {en: Which line?, zh: 哪种业务？}
        choices: {1: {en: Mobile, zh: 移动}, 2: {en: Fixed, zh: 固定}, 3: {en: Both, zh: 都用}}
        missing: {9: refused}
      - {id: months, type: number, use: u, min: 0, max: 600, ask_if: "line in (1, 3)",
         text: {en: How many months?, zh: 几个月？}, missing: {998: dont_know}}
      - {id: used, type: single, use: u, text: {en: Used it?, zh: 用过吗？},
         choices: {0: {en: "No", zh: 否}, 1: {en: "Yes", zh: 是}}}
  - id: elements
    items:
      - {id: net1, scale: ten, use: u, text: {en: Coverage?, zh: 网络覆盖？}}
      - {id: net2, scale: ten, use: u, ask_if: net1 >= 6 and used = 1,
         text: {en: Speed?, zh: 上网速度？}}
      - {id: net3, scale: ten, use: u, ask_if: net1 >= 6 and used = 1,
         text: {en: Roaming?, zh: 漫游？}}
      - id: seen
        type: multiple
        use: u
        ask_if: months > 12
        text: {en: Seen where?, zh: 在哪里见过？}
        choices: {1: {en: Shop, zh: 店}, 2: {en: Web, zh: 网}, 3: {en: Else, zh: 其他}}
      - {id: share, scale: hundred, use: u, text: {en: What share?, zh: 占多少？}}
      - {id: income, type: number, use: u, sensitive: true, ask_if: town = 'A',
         text: {en: Income?, zh: 收入？}}
"""


@pytest.fixture
def paper(tmp_path: Path) -> Questionnaire:
    """Return a questionnaire with every kind of answer and of filter."""
    path = tmp_path / "paper.yaml"
    path.write_text(PAPER, encoding="utf-8")
    return read_questionnaire(path)

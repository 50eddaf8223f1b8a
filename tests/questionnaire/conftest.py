from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from csi.errors import QuestionnaireError
from csi.questionnaire.reading import read_questionnaire
from csi.questionnaire.schema import Questionnaire

SMALL = """\
id: small
version: "1"
title: {en: Small, zh: 小问卷}
scales:
  ten:
    min: 1
    max: 10
    ends: {en: [Bad, Good], zh: [差, 好]}
    missing: {98: dont_know, 99: refused}
blocks:
  - id: screening
    items:
      - id: line
        type: single
        role: domain
        text: {en: Which line?, zh: 哪种业务？}
        choices:
          1: {en: Mobile, zh: 移动}
          2: {en: Fixed, zh: 固定}
  - id: overall
    items:
      - {id: sat1, scale: ten, text: {en: How satisfied?, zh: 是否满意？}}
      - {id: sat2, scale: ten, text: {en: As expected?, zh: 符合期望？}}
      - {id: sat3, scale: ten, text: {en: Near ideal?, zh: 接近理想？}}
  - id: elements
    items:
      - {id: net1, scale: ten, text: {en: Coverage?, zh: 网络覆盖？}}
      - {id: net2, scale: ten, text: {en: Speed?, zh: 上网速度？}}
      - {id: net3, scale: ten, ask_if: line = 1, text: {en: Roaming?, zh: 漫游？}}
model:
  syntax: |
    Satisfaction =~ sat1 + sat2 + sat3
    Network =~ net1 + net2 + net3
    Satisfaction ~ Network
  constructs:
    Satisfaction: {en: Satisfaction, zh: 满意度}
    Network: {en: Network, zh: 网络质量}
  index: Satisfaction
"""


def changed(*edits: tuple[str, str]) -> str:
    """Return the small questionnaire with each old text, which must be there once, replaced."""
    text = SMALL
    for old, new in edits:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


@pytest.fixture(scope="session")
def small() -> str:
    """Return the text of a small questionnaire without faults or warnings."""
    return SMALL


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Questionnaire]:
    """Read the small questionnaire with edits."""

    def read_edited(*edits: tuple[str, str], strict: bool = False) -> Questionnaire:
        path = tmp_path / "q.yaml"
        path.write_text(changed(*edits), encoding="utf-8")
        return read_questionnaire(path, strict=strict)

    return read_edited


@pytest.fixture
def faults(read: Callable[..., Questionnaire], tmp_path: Path) -> Callable[..., list[str]]:
    """Return the faults of the small questionnaire with edits, without the folder."""

    def faults_of(*edits: tuple[str, str], strict: bool = False) -> list[str]:
        try:
            read(*edits, strict=strict)
        except QuestionnaireError as error:
            return [str(fault).replace(f"{tmp_path}/", "") for fault in error.faults]
        return []

    return faults_of

"""A study that fits on a page: two lines, two operators, three items."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

QUESTIONNAIRE = """\
id: q
version: "1"
title: {en: Test, zh: 测试}
scales:
  ten:
    {min: 1, max: 10, ends: {en: [Low, High], zh: [低, 高]}, missing: {98: dont_know, 99: refused}}
blocks:
  - id: screening
    items:
      - id: line
        type: single
        role: domain
        text: {en: Line?, zh: 业务？}
        choices: {1: {en: Prepaid, zh: 预付费}, 2: {en: Contract, zh: 合约}}
      - id: operator
        type: single
        role: domain
        text: {en: Operator?, zh: 运营商？}
        choices: {1: {en: A, zh: 甲}, 2: {en: B, zh: 乙}}
  - id: overall
    title: {en: Overall, zh: 总体}
    items:
      - {id: sat1, scale: ten, text: {en: Satisfied?, zh: 满意吗？}}
      - {id: sat2, scale: ten, text: {en: Pleased?, zh: 高兴吗？}}
      - {id: sat3, scale: ten, text: {en: Ideal?, zh: 理想吗？}}
model:
  syntax: |
    Satisfaction =~ sat1 + sat2 + sat3
  constructs:
    Satisfaction: {en: Satisfaction, zh: 满意度}
  index: Satisfaction
"""

STUDY = """\
id: small
title: {en: Study, zh: 研究}
questionnaire: q.yaml
waves:
  - {id: w1, responses: a.csv}
by: [line, operator]
own: 2
languages: [en, zh]
"""

SMALLEST = """\
id: s
title: Study
questionnaire: q.yaml
waves:
  - {id: w1, responses: a.csv}
"""


def with_a_driver(questionnaire: str) -> str:
    """Add a second construct, `Value`, that goes with satisfaction."""
    items = "".join(
        f"      - {{id: val{k}, scale: ten, text: {{en: Worth {k}?, zh: 值{k}吗？}}}}\n"
        for k in (1, 2, 3)
    )
    changes = {
        "model:\n": f"{items}model:\n",
        "sat1 + sat2 + sat3\n": "sat1 + sat2 + sat3\n    Value =~ val1 + val2 + val3\n"
        "    Satisfaction ~ Value\n",
        "    Satisfaction: {en": "    Value: {en: Value, zh: 价值}\n    Satisfaction: {en",
    }
    for old, new in changes.items():
        questionnaire = questionnaire.replace(old, new)
    return questionnaire


def answers(n: int = 80) -> pd.DataFrame:
    """Draw answers with a known structure; the first twelve are customers of operator 1."""
    rng = np.random.default_rng(9)
    satisfaction = rng.normal(size=n)
    value = 0.7 * satisfaction + np.sqrt(1 - 0.7**2) * rng.normal(size=n)
    items = {
        f"{name}{k}": np.clip(np.round(7 + factor + 0.8 * rng.normal(size=n)), 1, 10).astype(int)
        for name, factor in (("sat", satisfaction), ("val", value))
        for k in (1, 2, 3)
    }
    groups = {"line": 1 + np.arange(n) % 2, "operator": np.where(np.arange(n) < 12, 1, 2)}
    return pd.DataFrame({**groups, **items})


def write_study(folder: Path) -> Path:
    """Write the study, its questionnaire with a driver, and 400 answers."""
    (folder / "q.yaml").write_text(with_a_driver(QUESTIONNAIRE), encoding="utf-8")
    (folder / "study.yaml").write_text(STUDY, encoding="utf-8")
    table = answers(400)
    table.assign(operator=1 + (table.index % 3 > 0)).to_csv(folder / "a.csv", index=False)
    return folder

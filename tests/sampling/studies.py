"""Small plans and subscriber frames that the tests share."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from csi.questionnaire.reading import read_questionnaire
from csi.questionnaire.schema import Questionnaire
from csi.sampling.plan import SamplingPlan, plan_sample

QUESTIONNAIRE = """
id: small
version: "1"
title: {en: Small study, zh: 小型调查}
scales:
  ten: {min: 1, max: 10, ends: {en: [Low, High], zh: [低, 高]}}
blocks:
  - id: screening
    items:
      - {id: phone, type: number, role: key, text: {en: Number, zh: 号码}}
      - id: line
        type: single
        role: domain
        text: {en: Which line?, zh: 业务}
        choices: {1: {en: Mobile, zh: 移动}, 2: {en: Fixed, zh: 固话}}
      - id: region
        type: single
        role: domain
        text: {en: Where?, zh: 地市}
        choices:
          1: {en: North, zh: 北}
          2: {en: South, zh: 南}
          3: {en: West, zh: 西}
  - id: overall
    items:
      - {id: S1, scale: ten, text: {en: Satisfied?, zh: 满意吗}}
      - {id: S2, scale: ten, text: {en: As expected?, zh: 符合期望吗}}
      - {id: S3, scale: ten, text: {en: Ideal?, zh: 理想吗}}
model:
  syntax: "S =~ S1 + S2 + S3"
  constructs: {S: {en: Satisfaction, zh: 满意度}}
  index: S
sampling:
  strata: [line, region]
  domains: [[line], [region]]
  precision: {target: index, half_width: 4, confidence: 0.95, sd: 18, deff: 1.2}
  response_rate: 0.2
  minimum: 5
  exclusions:
    - {id: staff, when: staff = 1, text: {en: Staff, zh: 员工}}
    - {id: new, when: months < 3, text: {en: New customers, zh: 新用户}}
"""


def small_questionnaire(folder: Path, text: str = QUESTIONNAIRE) -> Questionnaire:
    path = folder / "small.yaml"
    path.write_text(text, encoding="utf-8")
    return read_questionnaire(path)


def small_population(size: int = 5000, quota_line: int | None = None) -> pd.DataFrame:
    cells = [(line, region) for line in (1, 2) for region in (1, 2, 3)]
    table = pd.DataFrame(cells, columns=["line", "region"]).assign(population=size)
    if quota_line is not None:
        table["design"] = np.where(table["line"] == quota_line, "quota", "probability")
    return table


def small_plan(folder: Path, *, quota_line: int | None = None, **options: object) -> SamplingPlan:
    population = small_population(quota_line=quota_line)
    return plan_sample(small_questionnaire(folder), population, **options)


def small_frame(rows: int = 20_000, seed: int = 3) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "phone": 13_800_000_000 + 37 * np.arange(rows),
            "line": rng.integers(1, 3, rows),
            "region": rng.integers(1, 4, rows),
            "staff": (rng.random(rows) < 0.02).astype(int),
            "months": rng.integers(0, 120, rows),
        }
    )

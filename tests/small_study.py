"""A study that fits on a page: two lines, two operators, three items."""

from __future__ import annotations

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

SMALLEST = """\
id: s
title: Study
questionnaire: q.yaml
waves:
  - {id: w1, responses: a.csv}
"""

"""Who has only the report can name base, unit, interval and the rule of every mark, everywhere.

The books of the province and of simulated studies hold every table that there is.
"""

from __future__ import annotations

import re
from collections import Counter

import pytest

from csi.report.book import StudyResults
from csi.report.composing import compose
from csi.report.document import (
    Document,
    Facts,
    Figure,
    Flagged,
    Interval,
    Number,
    PValue,
    Range,
    Score,
    Table,
)
from csi.report.theme import Theme

Documents = dict[tuple[str, str], Document]
NAMES = ("operators", "withheld", "industries", "province")
DECLARED = {"en": ("Base: ", "Unit: ", r"nterval"), "zh": ("基数：", "单位：", "区间")}
RULES = {
    "letters": {"en": "Letters: ", "zh": "字母："},
    "dagger": {"en": "† ", "zh": "† "},
    "suppressed": {"en": "– effective base under", "zh": "–"},
    "p": {"en": "(p: |Δ against)", "zh": "(p值：|Δ：)"},
    "verdict": {"en": "(Verdict: |Behind, ahead)", "zh": "(结论：|落后、领先)"},
    "comparable": {"en": "Comparable: ", "zh": "可比性："},
    "range": {"en": "Bars: ", "zh": "图示："},
    "rank": {"en": "(Rank|rank)", "zh": "名次"},
    "assumed": {"en": "‡", "zh": "‡"},
}


@pytest.fixture(scope="module")
def books(documents: Documents, province: StudyResults) -> Documents:
    own = {("province", lang): compose(province, lang, Theme(name="A")) for lang in ("en", "zh")}
    return documents | own


def marks_of(table: Table) -> set[str]:
    """Return the marks that a table really carries."""
    cells = [cell for row in table.rows for cell in row]
    scores = [cell for cell in cells if isinstance(cell, Score)]
    headers = [column.header for column in table.columns]
    found = {
        "letters": any(score.letters for score in scores),
        "dagger": any(score.flag == "low" for score in scores)
        or any(isinstance(cell, Number) and cell.mark == "†" for cell in cells),
        "suppressed": any(score.flag == "suppressed" for score in scores),
        "p": any(header in ("p, adjusted", "校正p值") for header in headers),
        "verdict": any(header in ("Verdict", "结论") for header in headers)
        and any(isinstance(cell, PValue) for cell in cells),
        "comparable": any(header in ("Comparable", "可比性") for header in headers),
        "range": any(isinstance(cell, Range) for cell in cells),
        "rank": any(header in ("Rank", "Rank interval", "名次", "名次区间") for header in headers),
        "assumed": any(isinstance(cell, str) and "‡" in cell for cell in cells),
    }
    return {mark for mark, there in found.items() if there}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", NAMES)
def test_every_table_and_figure_declares_base_unit_and_interval(
    books: Documents, name: str, language: str
) -> None:
    missing = [
        (block.caption, what)
        for block in books[name, language].blocks
        if isinstance(block, Table | Figure)
        for what in DECLARED[language]
        if not re.search(what, " ".join(block.notes))
    ]
    assert missing == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_mark_that_a_table_carries_has_its_rule(books: Documents, language: str) -> None:
    seen: Counter[str] = Counter()
    for name in NAMES:
        for table in (b for b in books[name, language].blocks if isinstance(b, Table)):
            for mark in marks_of(table):
                seen[mark] += 1
                rule = RULES[mark][language]
                assert re.search(rule, " ".join(table.notes)), (name, table.caption, mark)
    # Nothing was checked in vain: every kind of mark is in some table.
    assert set(seen) == set(RULES)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_constructs_of_which_less_is_better_are_named(books: Documents, language: str) -> None:
    """Wherever complaints have a score, a gap or a change, the table says which way is good."""
    name = {"en": "Complaints", "zh": "用户抱怨"}[language]
    rule = {"en": f"Lower is better: {name}", "zh": f"越低越好：{name}"}[language]
    signed = (Score, Flagged, Interval)
    tables = [
        table
        for table in (b for b in books["province", language].blocks if isinstance(b, Table))
        if any(name in row and any(isinstance(c, signed) for c in row) for row in table.rows)
        and not any("SE" in c.header and "p" in {d.header for d in table.columns}
                    for c in table.columns)
    ]  # fmt: skip
    assert len(tables) >= 6
    assert [t.caption for t in tables if rule not in " ".join(t.notes)] == []


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", NAMES)
def test_data_and_questionnaire_versions_and_weights_are_stated(
    books: Documents, province: StudyResults, name: str, language: str
) -> None:
    facts = dict(
        pair for b in books[name, language].blocks if isinstance(b, Facts) for pair in b.pairs
    )
    hashes = [value for value in facts.values() if re.fullmatch(r"SHA-256 [0-9a-f]{64}", value)]
    assert len(hashes) >= 2
    questionnaire = facts[{"en": "Questionnaire", "zh": "问卷"}[language]]
    assert re.search(r"\(.+, .+\)", questionnaire)
    weights = facts[{"en": "Weights", "zh": "权重"}[language]]
    if name == "province":
        assert {"en": "the column “weight”", "zh": "“weight”列"}[language] in weights
        assert len(hashes) == len(province.provenance.inputs)
    else:
        assert {"en": "unweighted", "zh": "未加权"}[language] in weights


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", NAMES)
def test_eleven_items_are_disclosed_and_holes_are_called_so(
    books: Documents, name: str, language: str
) -> None:
    """Trap 50."""
    caption = {"en": "eleven items of disclosure", "zh": "十一项披露事项"}[language]
    table = next(
        b for b in books[name, language].blocks if isinstance(b, Table) and caption in b.caption
    )
    assert len(table.rows) == 11
    assert all(isinstance(row[2], str) and row[2].strip() for row in table.rows)
    hole = {"en": "Recruitment and response: not stated", "zh": "招募与应答：未说明"}[language]
    assert hole in str(table.rows[4][2])

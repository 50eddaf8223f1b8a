from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from csi.errors import ReportError
from csi.report.dissatisfied.composing import compose_dissatisfied
from csi.report.dissatisfied.reading import NOTHING, Reading, Row
from csi.report.dissatisfied.results import DissatisfiedResults
from csi.report.dissatisfied.sections.effect import effect
from csi.report.dissatisfied.sections.model import model
from csi.report.dissatisfied.sections.summary import findings, three_times
from csi.report.dissatisfied.words import Words
from csi.report.document import (
    Block,
    Bullets,
    Callout,
    Cover,
    Document,
    Facts,
    Figure,
    Heading,
    Paragraph,
    Table,
    Tiles,
)
from csi.report.theme import Theme

NUMBER = re.compile(r"\u2212?\d+(?:,\d{3})*(?:\.\d+)?")
Documents = dict[str, Document]


def texts(block: Block) -> Iterator[str]:
    if isinstance(block, Heading | Paragraph):
        yield block.text
    elif isinstance(block, Bullets):
        yield from block.items
    elif isinstance(block, Callout):
        yield from (block.title, block.text, *block.items)
    elif isinstance(block, Tiles):
        for tile in block.tiles:
            yield from (tile.value, tile.detail)
    elif isinstance(block, Table):
        yield from (block.caption, *block.notes)
        for row in block.rows:
            yield from (str(cell) for cell in row)
    elif isinstance(block, Figure):
        yield from (block.caption, block.alt, *block.notes)
    elif isinstance(block, Facts):
        yield from (value for _, value in block.pairs)


def numbered(block: Block) -> Iterator[str]:
    """Give the texts that state results: of a table its cells, not its notes."""
    if isinstance(block, Table):
        for row in block.rows:
            yield from (str(cell) for cell in row)
    else:
        yield from texts(block)


def kinds(document: Document) -> list[str]:
    return [type(block).__name__ for block in document.blocks]


def test_both_languages_have_the_same_blocks(documents: Documents) -> None:
    assert kinds(documents["en"]) == kinds(documents["zh"])
    assert kinds(documents["en"]).count("Table") == 20
    assert kinds(documents["en"]).count("Figure") == 9


def test_numbers_are_equal_in_both_languages(documents: Documents) -> None:
    for a, b in zip(documents["en"].blocks, documents["zh"].blocks, strict=True):
        if isinstance(a, Cover | Facts | Paragraph | Heading | Figure):
            continue
        numbers = [sorted(NUMBER.findall(" ".join(numbered(block)))) for block in (a, b)]
        assert numbers[0] == numbers[1]


def test_every_table_and_figure_states_its_base_or_unit_and_interval(documents: Documents) -> None:
    for block in documents["en"].blocks:
        if isinstance(block, Table | Figure):
            joined = " ".join(block.notes)
            assert "Base" in joined or "Unit" in joined, block.caption
            assert re.search("[Ii]nterval|Bars|Band", joined), block.caption


@pytest.mark.parametrize(("language", "mark"), [("en", "SYNTHETIC DATA"), ("zh", "模拟数据")])
def test_header_footer_and_cover_say_that_data_are_synthetic(
    documents: Documents, language: str, mark: str
) -> None:
    document = documents[language]
    assert mark in document.mark
    assert mark in document.confidential
    cover = document.blocks[0]
    assert isinstance(cover, Cover)
    assert mark in cover.remark.upper()


def test_a_real_study_is_not_marked(results: DissatisfiedResults) -> None:
    real = replace(results, study=replace(results.study, synthetic=False, simulate=None))
    document = compose_dissatisfied(real, "en", Theme())
    assert "SYNTHETIC" not in document.mark + document.confidential
    assert "Against the planted truth" not in [
        block.text for block in document.blocks if isinstance(block, Heading)
    ]


def test_findings_name_the_ceiling_and_the_wrong_calls(results: DissatisfiedResults) -> None:
    said = " ".join(findings(Reading(results), Words(results.study, "en")))
    assert "is the most possible" in said
    assert "of its calls still reach satisfied customers" in said


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [(3.1, 4.0, "shown"), (2.9, 3.4, "open"), (2.0, 2.9, "not_reached")],
)
def test_three_times_random_is_claimed_only_with_its_interval(
    low: float, high: float, verdict: str
) -> None:
    assert three_times(Row(estimate=(low + high) / 2, low=low, high=high, n=100)) == verdict


def test_the_calls_of_a_list_add_up_to_a_hundred(results: DissatisfiedResults) -> None:
    blocks = model(Reading(results), Words(results.study, "en"))
    text = next(b.text for b in blocks if isinstance(b, Callout) and "of 100 calls" in b.text)
    found, others = map(int, re.findall(r"(\d+) reach", text))
    assert found + others == 100
    assert "base rate of" in text


def test_claims_of_documents_are_marked_as_such(documents: Documents) -> None:
    for block in documents["en"].blocks:
        said = " ".join(texts(block))
        if "37 %" in said and not isinstance(block, Figure):
            assert isinstance(block, Callout)
            assert block.title == "Document claim"


def without_hold_out(results: DissatisfiedResults) -> DissatisfiedResults:
    table = results.tables["effect"]
    rows = table[table["evidence"] == "before-after"]
    if len(rows) == 0:
        names = ("mean_before", "mean_after", "naive_change", "expected_change",
                 "corrected_change")  # fmt: skip
        rows = pd.DataFrame(
            {"evidence": "before-after", "term": names, "unit": "points", "n": 90, "n_eff": 80.0}
        ).assign(estimate=[40.0, 47.0, 7.0, 5.5, 1.5], conf_low=0.5, conf_high=9.0, flag="")
    return replace(results, tables={**results.tables, "effect": rows})


def test_without_a_hold_out_no_effect_is_claimed(results: DissatisfiedResults) -> None:
    reading = Reading(without_hold_out(results))
    words = Words(results.study, "en")
    said = " ".join(text for block in effect(reading, words) for text in texts(block))
    assert "Nobody was held out, so what remains may be care or whatever else" in said
    assert "an effect is shown" not in " ".join(findings(reading, words))


def test_small_bases_are_not_shown(results: DissatisfiedResults) -> None:
    table = results.tables["domains"].copy()
    first = (table["domain"] == table["domain"].iloc[0]) & (
        table["level"] == table["level"].iloc[0]
    )
    table.loc[first, "flag"] = "suppressed"
    hidden = Reading(replace(results, tables={**results.tables, "domains": table}))
    label = {"domain": table["domain"].iloc[0], "level": table["level"].iloc[0]}
    assert np.isnan(hidden.row("domains", **label, term="base_rate").estimate)


def test_a_section_without_its_table_is_left_out(results: DissatisfiedResults) -> None:
    names = ("performance", "reliability", "domains", "screening", "scorecard", "rules")
    only = {name: results.tables[name] for name in names}
    document = compose_dissatisfied(replace(results, tables=only, manifest={}), "en", Theme())
    headings = [b.text for b in document.blocks if isinstance(b, Heading) and b.level == 1]
    assert headings == [
        "Executive summary",
        "Which indicators go with satisfaction",
        "The model",
        "The scorecard",
        "Method appendix",
    ]


def test_a_missing_number_is_nothing(results: DissatisfiedResults) -> None:
    reading = Reading(results)
    assert reading.row("nowhere", term="x") is NOTHING
    assert reading.row("performance", term="no such term") is NOTHING


def test_another_language_is_refused(results: DissatisfiedResults) -> None:
    with pytest.raises(ReportError) as caught:
        Words(results.study, "fr")
    assert str(caught.value) == ("No report can be written in language `fr`: choose one of en, zh.")


@pytest.mark.parametrize(
    ("level", "text"),
    [
        ("to 45", "≤ 45"),
        ("45 to 75", "45 – 75"),
        ("over 45 to 75", "45 – 75"),
        ("over 75", "> 75"),
        ("over -0.5", "> \u22120.5"),
        ("missing", "not known"),
    ],
)
def test_bands_are_written_alike_in_every_language(
    results: DissatisfiedResults, level: str, text: str
) -> None:
    assert Words(results.study, "en").band("arpu", level) == text


def test_arms_that_answer_differently_are_pointed_out(results: DissatisfiedResults) -> None:
    table = results.tables["effect"].copy()
    gap = table["term"] == "response_gap"
    table.loc[gap, ["estimate", "conf_low", "conf_high"]] = [-0.03, -0.05, -0.01]
    reading = Reading(replace(results, tables={**results.tables, "effect": table}))
    blocks = effect(reading, Words(results.study, "en"))
    (text,) = [b.text for b in blocks if isinstance(b, Callout) and "arms" in b.title]
    assert "differs by \u22123.0 [\u22125.0, \u22121.0] percentage points" in text


def test_levels_are_named_however_they_are_written(results: DissatisfiedResults) -> None:
    words = Words(results.study, "en")
    assert {words.level("bundle", v) for v in (1, 1.0, "True", True, "1")} == {"yes"}
    assert words.level("region", 7.0) == "7"

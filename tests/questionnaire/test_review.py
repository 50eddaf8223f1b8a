from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from csi.questionnaire.advice import estimate_minutes, questionnaire_warnings
from csi.questionnaire.review import review_questionnaire
from csi.questionnaire.schema import Questionnaire

Read = Callable[..., Questionnaire]

SAT = "- {id: sat1, scale: ten, text: {en: How satisfied?, zh: 是否满意？}}"


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        ([], []),
        (
            [("id: elements\n", "id: elements\n    kind: screening\n")],
            [
                "q.yaml:25: Block `elements` (screening) comes after `overall` (overall). "
                "The usual order: screening, usage, overall, elements, competitors, background."
            ],
        ),
        (
            [(SAT, SAT.replace("ten,", "ten, sensitive: true,"))],
            [
                "q.yaml:22: Item `sat1` is sensitive and is asked before `sat2`. "
                "Ask sensitive items last."
            ],
        ),
        (
            [("id: elements\n", "id: elements\n    kind: competitors\n")],
            [
                f"q.yaml:{line}: Item `{item}` rates a competitor and is asked of everyone. "
                "Ask it only of those who use it: add `ask_if`."
                for line, item in ((28, "net1"), (29, "net2"))
            ],
        ),
        (
            [("id: small\n", "id: small\nminutes: 1\n")],
            [
                "q.yaml: The interview takes about 2 minutes; the limit is 1. "
                "Drop items, or raise `minutes`."
            ],
        ),
        (
            [("en: How satisfied?, zh: 是否满意？", "en: 是否满意？, zh: How satisfied?")],
            [
                "q.yaml:22: Item `sat1`: the `zh` text holds no Chinese character.",
                "q.yaml:22: Item `sat1`: the `en` text holds Chinese characters.",
            ],
        ),
        (
            [("en: As expected?", "en: How satisfied?")],
            ["q.yaml:23: Items `sat1` and `sat2` have the same `en` text. Word them apart."],
        ),
        (
            [
                ("sat1 + sat2 + sat3", "sat1 + sat2"),
                ("net1 + net2 + net3", "net1 + net2 + sat2"),
                ("en: Near ideal?", "en: Near?"),
                ("scale: ten, ask_if", "use: x, scale: ten, ask_if"),
                ("{id: sat3, ", "{id: sat3, use: x, "),
            ],
            [
                "q.yaml:32: `Satisfaction` has two items. "
                "Three or more measure a construct more safely.",
                "q.yaml:33: Item `sat2` measures several constructs: `Satisfaction`, `Network`.",
            ],
        ),
        (
            [
                ("net1 + net2 + net3", "net1"),
                ("id: net2,", "id: net2, use: x,"),
                ("id: net3,", "id: net3, use: x,"),
                ("    Satisfaction ~ Network\n", ""),
            ],
            [
                "q.yaml:33: `Network` has one item, whose reliability is not stated. "
                "Add `reliability: {net1: ...}`; without it the item counts as exact."
            ],
        ),
        (
            [("Satisfaction ~ Network", "Satisfaction ~ line")],
            ["q.yaml:33: `Network` takes part in no path."],
        ),
    ],
)
def test_warnings(read: Read, edits: list[tuple[str, str]], expected: list[str]) -> None:
    assert [str(fault) for fault in questionnaire_warnings(read(*edits))] == expected


def test_minutes_follow_the_stated_formula(read: Read) -> None:
    q = read()
    # English: 90 s greeting, 13 words of texts and labels at 2.5 a second, 7 answers of 5 s; the
    # filtered item has one word and counts half. Chinese: 30 characters at 4 a second.
    assert estimate_minutes(q, "en", filtered=1.0) == pytest.approx((90 + 13 / 2.5 + 35) / 60)
    assert estimate_minutes(q, "en") == pytest.approx((90 + 13 / 2.5 + 35 - 0.2 - 2.5) / 60)
    assert estimate_minutes(q, "zh", filtered=1.0) == pytest.approx((90 + 30 / 4 + 35) / 60)
    assert estimate_minutes(q) == estimate_minutes(q, "zh")
    items = {**q.items, "line": replace(q.items["line"], role="key")}
    assert estimate_minutes(replace(q, items=items), "en", filtered=1.0) == pytest.approx(
        (90 + 9 / 2.5 + 30) / 60
    )


def test_review_of_a_sound_file(read: Read, tmp_path: Path) -> None:
    read(("missing: {98: dont_know, 99: refused}", "missing: {}"))
    path = tmp_path / "q.yaml"
    review = review_questionnaire(path)
    assert review.summary() == (
        f"{path}: small 1, 7 items in 3 blocks, about 2 minutes (2 with every filtered item).\n"
        "1 warning:\n"
        f"  {path}:6: Scale `ten` has no code for those who do not know or refuse. "
        "Add `missing: {98: dont_know, 99: refused}`."
    )
    found = json.loads(json.dumps(review.to_dict()))
    assert found["id"] == "small"
    assert (found["blocks"], found["items"], found["faults"]) == (3, 7, [])
    assert found["warnings"][0]["where"] == f"{path}:6"
    assert found["longest"] >= found["minutes"]
    assert review.questionnaire is not None
    again = review_questionnaire(review.questionnaire)
    assert [fault.message for fault in again.warnings] == [
        fault.message for fault in review.warnings
    ]
    assert review_questionnaire(read()).summary().endswith("\nNo faults, no warnings.")


def test_review_of_a_faulty_file(read: Read, tmp_path: Path) -> None:
    path = tmp_path / "q.yaml"
    path.write_text("id: x\n")
    review = review_questionnaire(path)
    assert review.summary() == (
        f"{path}: cannot be used.\n"
        "3 faults:\n"
        f"  {path}:1: The file has no `version`.\n"
        f"  {path}:1: The file has no `title`.\n"
        f"  {path}:1: The file has no `blocks`."
    )
    assert math.isnan(review.minutes)
    assert review.to_dict()["minutes"] is None
    assert repr(review) == f"Review({str(path)!r}, faults=3, warnings=0, minutes=nan)"
    path.write_bytes(b"\xff\xfe")
    assert review_questionnaire(path).faults[0].message == "The file is UTF-16 text."


def test_review_of_a_faulty_questionnaire_built_in_python(read: Read) -> None:
    q = read()
    items = {**q.items, "sat1": replace(q.items["sat1"], scale=None)}
    assert [str(fault) for fault in review_questionnaire(replace(q, items=items)).faults] == [
        "q.yaml:22: Item `sat1` has no scale. Give it one."
    ]

"""Quality checks: flagged by rules stated beforehand, nothing dropped."""

from __future__ import annotations

import time

import numpy as np
import pandas as pd
import pytest

from csi.errors import ResponseError
from csi.questionnaire.schema import Block, Item, MissingKind, Questionnaire, Scale, Text
from csi.responses.data import CHANGE_COLUMNS, Responses
from csi.responses.intraclass import intraclass
from csi.responses.patterns import (
    closest_match,
    duplicate_groups,
    is_flat,
    longest_run,
    spread_within,
)
from csi.responses.quality import check_responses
from csi.responses.quality_report import QualityRules

TEN = Scale(id="ten", minimum=1, maximum=10, low=Text("low"), high=Text("high"))


def responses_of(
    codes: np.ndarray, reason: MissingKind = "no_answer", **columns: object
) -> Responses:
    names = [f"q{place}" for place in range(codes.shape[1])]
    frame = pd.DataFrame(codes.astype(float), columns=names)
    items = {
        name: Item(id=name, type="scale", block=f"b{place // 4}", text=Text(name), scale=TEN)
        for place, name in enumerate(names)
    }
    questionnaire = Questionnaire(
        id="q",
        version="1",
        title=Text("q"),
        blocks=(Block(id="b0", title=Text("b"), items=tuple(names)),),
        items=items,
    )
    reasons = pd.DataFrame("", index=frame.index, columns=names).mask(frame.isna(), reason)
    return Responses(
        questionnaire=questionnaire,
        frame=frame.assign(**columns),
        reasons=reasons,
        changes=pd.DataFrame(columns=list(CHANGE_COLUMNS)),
        source="x.sav",
        sha256="",
    )


def people(n: int, items: int = 12, seed: int = 1) -> np.ndarray:
    rng = np.random.default_rng(seed)
    level = rng.normal(7, 1.5, (n, 1))
    return np.clip(np.rint(level + rng.normal(0, 1.2, (n, items))), 1, 10)


def test_flat_rows_and_runs() -> None:
    codes = np.array([[3, 3, 3, 3], [3, -1, 3, 3], [-1, -1, -1, -1], [1, 1, 2, 2]], dtype=np.int8)
    assert is_flat(codes).tolist() == [True, True, False, False]
    assert longest_run(codes).tolist() == [4, 3, 0, 2]


def test_spread_is_pooled_within_batteries() -> None:
    scores = np.array([[0.0, 100.0, 50.0, 50.0], [10.0, np.nan, 30.0, 50.0], [np.nan] * 4])
    spread = spread_within(scores, [[0, 1], [2, 3]])
    # (2 * 50**2 + 0) / 2 degrees of freedom; then 2 * 10**2 / 1; then nothing
    np.testing.assert_allclose(spread, [50.0, np.sqrt(200.0), np.nan])


def test_duplicates_are_grouped() -> None:
    codes = np.array([[1, 2], [3, 4], [1, 2], [5, 5], [3, 4], [1, 2]], dtype=np.int8)
    assert duplicate_groups(codes).tolist() == [1, 2, 1, 0, 2, 1]


def test_the_closest_match_equals_brute_force(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("csi.responses.patterns.BLOCK", 500)  # several blocks
    rng = np.random.default_rng(3)
    codes = rng.integers(-1, 4, (90, 11)).astype(np.int8)
    share, partner = closest_match(codes, 4)
    for row in range(90):
        best = -1.0
        for other in range(90):
            both = (codes[row] >= 0) & (codes[other] >= 0)
            if other != row and both.sum() >= 4:
                best = max(best, float((codes[row] == codes[other])[both].mean()))
        assert share[row] == pytest.approx(best, abs=1e-6)
        both = (codes[row] >= 0) & (codes[partner[row]] >= 0)
        assert (codes[row] == codes[partner[row]])[both].mean() == pytest.approx(best, abs=1e-6)


def test_nobody_matches_where_too_few_items_are_shared() -> None:
    share, partner = closest_match(np.array([[1, -1], [-1, 1]], dtype=np.int8), 1)
    assert np.isnan(share).all()
    assert partner.tolist() == [-1, -1]


def test_intraclass_correlation_by_hand() -> None:
    groups = pd.Series(["a", "a", "b", "b", None])
    found = intraclass(np.array([1.0, 3.0, 5.0, 7.0, 9.0]), groups)
    # between 16 / 1, within 4 / 2 = 2, k = 2: (16 - 2) / (16 + 2)
    assert found.value == pytest.approx(14 / 18, rel=1e-12)
    assert found.statistic == pytest.approx(8.0, rel=1e-12)
    assert found.p_high == pytest.approx(1 - np.sqrt(8 / 10), rel=1e-12)
    assert found.p_high + found.p_low == pytest.approx(1.0, rel=1e-12)
    assert (found.n, found.n_groups) == (4, 2)
    assert np.isnan(intraclass(np.array([1.0, 2.0]), pd.Series(["a", "a"])).value)


def test_what_is_planted_is_found_and_nothing_is_dropped() -> None:
    codes = people(400)
    codes[0] = 10
    codes[1] = codes[2]
    codes[3] = codes[4]
    codes[3, 0] = 11 - codes[4, 0]
    codes[5] = [1, 10] * 6
    minutes = np.full(400, 20.0)
    minutes[6], minutes[7] = 3.0, 200.0
    report = check_responses(
        responses_of(codes, minutes=minutes), duration="minutes", rules=QualityRules(match=0.9)
    )
    rows = {
        name: np.flatnonzero(report.respondents[name]).tolist() for name in report.tidy()["rule"]
    }
    assert rows["flat"] == [0]
    assert rows["duplicate"] == [1, 2]
    assert {3, 4} <= set(rows["near_duplicate"])
    assert 5 in rows["erratic"]
    assert (rows["fast"], rows["slow"]) == ([6], [7])
    assert len(report.respondents) == 400
    assert report.respondents["partner"].iloc[1] == 2


def test_the_effect_of_dropping_is_shown() -> None:
    codes = people(100)
    codes[:10] = 10
    tidy = check_responses(responses_of(codes)).tidy().set_index("rule")
    scores = (codes.mean(axis=1) - 1) / 9 * 100
    flat = tidy.loc["flat"]
    assert flat["n"] == 10
    assert flat["mean_all"] == pytest.approx(scores.mean(), rel=1e-12)
    assert flat["mean_flagged"] == 100.0
    assert flat["mean_without"] == pytest.approx(scores[10:].mean(), rel=1e-12)


def test_flat_answers_are_no_evidence_of_copying() -> None:
    codes = people(60)
    codes[:20] = 10
    report = check_responses(responses_of(codes))
    assert not report.respondents["duplicate"].any()
    assert not report.respondents["near_duplicate"].any()


def test_items_are_judged_on_both_ends() -> None:
    codes = people(200)
    codes[:80, 0] = 10
    codes[:80, 1] = 1
    codes[:30, 2] = np.nan
    codes[:, 3] = 5
    codes[:, 4] = np.nan
    items = check_responses(responses_of(codes)).items.set_index("item")
    assert "at the top of the scale" in items.loc["q0", "flags"]
    assert "at the bottom of the scale" in items.loc["q1", "flags"]
    assert items.loc["q2", "flags"].startswith("not answered by 15%")
    assert items.loc["q3", "flags"] == "every answer is the same"
    assert items.loc["q4", "flags"] == "nobody answered; not answered by 100%"
    assert items.loc["q0", "ceiling"] == (codes[:, 0] == 10).mean()
    dont_know = check_responses(responses_of(codes, "dont_know")).items.set_index("item")
    assert dont_know.loc["q2", "flags"].startswith("don't know from 15%")


def test_interviewers_who_differ_and_who_are_too_alike() -> None:
    rng = np.random.default_rng(5)
    codes = people(300)
    who = np.repeat(np.arange(10), 30)
    shifted = np.clip(codes + np.repeat(rng.normal(0, 2, 10), 30)[:, None].round(), 1, 10)
    report = check_responses(responses_of(shifted, who=who), interviewer="who")
    first = report.clustering.iloc[0]
    assert first["term"] == "all ratings"
    assert first["flag"].endswith("interviewers differ")
    assert len(report.interviewers) == 10
    assert report.interviewers["n"].eq(30).all()
    even = codes[np.argsort(codes.mean(axis=1))]
    report = check_responses(responses_of(even, who=np.arange(300) % 10), interviewer="who")
    assert report.clustering.iloc[0]["flag"].endswith("more alike than chance allows")


def test_the_summary_says_it_in_words() -> None:
    codes = people(100)
    codes[0] = 10
    report = check_responses(responses_of(codes), rules=QualityRules(ceiling=0.99, match_limit=10))
    move = report.tidy().set_index("rule").loc["flat", ["mean_without", "mean_all"]]
    assert report.summary() == (
        "100 respondents; nothing was dropped.\n"
        "- the same answer to everything: 1 respondent (1.0%); without them the mean score moves"
        f" by {move.iloc[0] - move.iloc[1]:+.2f}\n"
        "- 100 respondents, more than 10: for near-duplicates only those were compared who are"
        " equal in a whole block of items. Pairs that left different items out may be missed."
    )
    assert repr(report) == "QualityReport(n=100, flagged_respondents=1, flagged_items=0)"
    assert "erratic" in report._repr_html_()


def test_blocks_find_every_near_duplicate_of_complete_rows() -> None:
    codes = people(400)
    for place in range(40):  # twenty pairs that differ in one item, twenty that do not
        codes[200 + place] = codes[place]
        if place % 2:
            codes[200 + place, place % codes.shape[1]] = (
                1 + codes[place, place % codes.shape[1]] % 9
            )
    rules = QualityRules(match=0.9)
    everything = check_responses(responses_of(codes), rules=rules).respondents
    rules = QualityRules(match=0.9, match_limit=399)
    blocks = check_responses(responses_of(codes), rules=rules).respondents
    assert everything["near_duplicate"].sum() > 0
    pd.testing.assert_series_equal(everything["near_duplicate"], blocks["near_duplicate"])


def test_columns_that_are_not_there() -> None:
    responses = responses_of(people(20), minutes=1.0)
    with pytest.raises(
        ResponseError,
        match=r"^There is no column `minute` for the duration\. Did you mean `minutes`\?$",
    ):
        check_responses(responses, duration="minute")
    with pytest.raises(ResponseError, match=r"Read it with keep=\['who'\]\.$"):
        check_responses(responses, interviewer="who")
    empty = Responses(
        questionnaire=Questionnaire(id="q", version="1", title=Text("q"), blocks=(), items={}),
        frame=pd.DataFrame({"x": [1.0]}),
        reasons=pd.DataFrame({"x": [""]}),
        changes=pd.DataFrame(columns=list(CHANGE_COLUMNS)),
        source="",
        sha256="",
    )
    with pytest.raises(ResponseError, match="has no rating, so there is no pattern to check"):
        check_responses(empty)


@pytest.mark.bench
def test_twenty_thousand_respondents_take_seconds() -> None:
    responses = responses_of(people(20_000, 40))
    start = time.perf_counter()
    check_responses(responses)
    assert time.perf_counter() - start < 30

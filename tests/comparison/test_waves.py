"""Changes between waves: tests by hand, and every verdict."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from csi.comparison import (
    WaveFacts,
    compare_waves,
    correct_together,
    select_wave,
    stack_waves,
)
from csi.errors import DesignError
from csi.index import Index, estimate_index
from csi.inference import make_design
from csi.model.fit import fit_model
from csi.model.invariance import check_invariance
from csi.questionnaire.reading import read_questionnaire
from tests.comparison.waves import SYNTAX, design, index_by_wave, wave
from tests.small_study import QUESTIONNAIRE, answers
from tests.tolerance import EXACT


def test_a_change_is_the_difference_with_its_covariance() -> None:
    index = index_by_wave(wave(1), wave(2, shift=4))
    row = compare_waves(index).tidy().iloc[0]
    scores = index.scores
    assert row["estimate"] == pytest.approx(scores.values[1] - scores.values[0], rel=EXACT)
    V = scores.covariance()
    assert row["std_error"] ** 2 == pytest.approx(V[0, 0] + V[1, 1] - 2 * V[0, 1], rel=1e-10)
    assert (row["before"], row["after"], row["verdict"]) == ("q1", "q2", "moved up")
    assert row["detectable"] == pytest.approx(2.8 * row["std_error"], rel=0.01)


def test_verdicts_without_obstacles() -> None:
    still = compare_waves(index_by_wave(wave(1, 900), wave(2, 900)), margin=3.0)
    assert still.tidy()["verdict"].tolist() == ["too small to matter"]
    unclear = compare_waves(index_by_wave(wave(1), wave(2)))
    assert unclear.tidy()["verdict"].tolist() == ["no evidence"]
    fallen = compare_waves(index_by_wave(wave(1), wave(2, shift=-5)))
    assert fallen.tidy()["verdict"].tolist() == ["moved down"]
    assert "F moved down from q1 to q2 by" in fallen.summary()
    small = compare_waves(index_by_wave(wave(1), wave(2, 25)))
    assert small.tidy()["verdict"].tolist() == ["base too small"]
    assert small.n_tests == 0


def test_two_indexes_of_one_design_give_the_same() -> None:
    index = index_by_wave(wave(1), wave(2), wave(3), by=("line",))
    a, b = select_wave(index, "q1"), select_wave(index, "q3")
    columns = ["line", "before", "after", "estimate", "std_error", "p_adjusted", "verdict"]
    both = compare_waves(a, b).tidy()[columns]
    one = compare_waves(index, before="q1").tidy()[columns]
    assert both.iloc[:, 1:3].to_numpy().tolist() == one.iloc[:, 1:3].to_numpy().tolist()
    np.testing.assert_allclose(both["std_error"], one["std_error"], rtol=1e-10)
    assert both["verdict"].tolist() == one["verdict"].tolist()


def test_another_mode_or_design_forbids_comparing() -> None:
    index = index_by_wave(wave(1), wave(2, shift=9), wave(3, shift=9))
    facts = [
        WaveFacts(id="q1", mode="CATI"),
        WaveFacts(id="q2", mode="web", design="quota"),
        WaveFacts(id="q3", mode="web", design="list"),
    ]
    result = compare_waves(index, before=["q1", "q2"], facts=facts)
    assert result.tidy()["verdict"].tolist() == ["not comparable"] * 2
    assert result.tidy()["reason"].tolist() == ["mode: CATI → web", "design: quota → list"]
    assert result.n_tests == 0
    assert result.tidy()["p_value"].isna().all()
    assert len(result.notes) == 2


def reworded_study(folder: Path, effect: float) -> tuple[Index, list[WaveFacts]]:
    """Return the index of two waves; `sat1` was reworded and is answered higher since."""
    (folder / "q.yaml").write_text(QUESTIONNAIRE, encoding="utf-8")
    old = read_questionnaire(folder / "q.yaml")
    first = old.items["sat1"]
    text = replace(first.text, en="How satisfied are you, all in all?")
    new = replace(old, version="2", items={**old.items, "sat1": replace(first, text=text)})
    before, after = answers(400), answers(400)
    rng = np.random.default_rng(2)
    for name in ("sat1", "sat2", "sat3"):
        after[name] = np.clip(after[name] + rng.integers(-1, 2, 400), 1, 10)
    after["sat1"] = np.clip(after["sat1"] + effect, 1, 10)
    stacked = stack_waves({"q1": make_design(before), "q2": make_design(after)})
    index = estimate_index(fit_model(stacked, new), by="wave")
    return index, [WaveFacts(id="q1", questionnaire=old), WaveFacts(id="q2", questionnaire=new)]


def test_a_reworded_item_is_bridged_by_the_others(tmp_path: Path) -> None:
    index, facts = reworded_study(tmp_path, 2.0)
    result = compare_waves(index, facts=facts)
    whole, bridge = (row for _, row in result.tidy().iterrows())
    assert whole["verdict"] == "not comparable"
    assert "sat1, wording" in whole["reason"]
    assert whole["estimate"] > 4
    assert (bridge["basis"], bridge["items"]) == ("unchanged items", "sat2, sat3")
    assert bridge["verdict"] == "no evidence"
    assert result.n_tests == 1
    weights = index.weights_tidy().set_index("term")["estimate"]
    means = index.indicators_tidy().set_index(["wave", "term"])["estimate"]
    kept = weights[["sat2", "sat3"]] / weights[["sat2", "sat3"]].sum()
    by_hand = sum(kept[i] * (means["q2", i] - means["q1", i]) for i in ("sat2", "sat3"))
    assert bridge["estimate"] == pytest.approx(by_hand, rel=1e-10)


def test_a_biased_item_decides_only_where_it_decides() -> None:
    """One item of three moved by itself: the fall without it is none, so it is no fall."""
    index = index_by_wave(wave(1, 1500), wave(2, 1500, bias=-9))
    invariance = check_invariance(index.fit, by="wave")
    row = compare_waves(index, invariance=invariance).tidy().iloc[0]
    assert row["comparability"] == "partially comparable"
    assert row["bias"] == pytest.approx(-3, abs=0.7)
    assert row["corrected"] == pytest.approx(row["estimate"] - row["bias"], rel=EXACT)
    assert row["verdict"] == "not comparable"
    fallen = index_by_wave(wave(1, 1500), wave(2, 1500, bias=-9, shift=-6))
    row = compare_waves(fallen, invariance=check_invariance(fallen.fit, by="wave")).tidy().iloc[0]
    assert (row["comparability"], row["verdict"]) == ("partially comparable", "moved down")


def test_a_trivial_bias_is_weighed_in_points() -> None:
    index = index_by_wave(wave(1, 6000), wave(2, 6000, bias=1.2))
    invariance = check_invariance(index.fit, by="wave")
    assert len(invariance.released) > 0
    row = compare_waves(index, invariance=invariance).tidy().iloc[0]
    assert row["comparability"] == "comparable in effect"
    assert -1 < row["bias_low"] < row["bias"] < row["bias_high"] < 1
    strict = compare_waves(index, invariance=invariance, tolerance=0.1).tidy().iloc[0]
    assert strict["comparability"] != "comparable in effect"


def test_tests_of_several_groupings_are_corrected_together() -> None:
    frames = wave(1), wave(2, shift=2)
    parts = [compare_waves(index_by_wave(*frames, by=by)) for by in ((), ("line",), ("operator",))]
    together = correct_together(parts)
    p = np.concatenate([each.gaps["p_value"] for each in parts])
    order = np.argsort(p)
    by_hand = np.empty(5)
    by_hand[order] = np.minimum(np.maximum.accumulate(p[order] * [5, 4, 3, 2, 1]), 1)
    adjusted = np.concatenate([each.gaps["p_adjusted"] for each in together])
    np.testing.assert_allclose(adjusted, by_hand, rtol=EXACT)
    assert [list(each.tidy().columns) for each in together] == [
        list(each.tidy().columns) for each in parts
    ]


def test_bad_requests_say_what_is_allowed() -> None:
    index = index_by_wave(wave(1), wave(2), by=("line",))
    with pytest.raises(DesignError, match=r"no wave `q9` in `wave`; its waves: q1, q2"):
        compare_waves(index, before="q9")
    with pytest.raises(DesignError, match="`q1` is the first wave: name the wave"):
        compare_waves(index, after="q1")
    with pytest.raises(DesignError, match="`q2` cannot be compared with itself"):
        compare_waves(index, before="q2")
    with pytest.raises(DesignError, match=r"`facts` describe a wave `q3`; the waves are q1, q2"):
        compare_waves(index, facts=[WaveFacts(id="q3")])
    with pytest.raises(DesignError, match="`facts` describe the wave `q1` twice"):
        compare_waves(index, facts=[WaveFacts(id="q1"), WaveFacts(id="q1")])
    with pytest.raises(DesignError, match="fitted by wave, so a change could be one of item"):
        compare_waves(index_by_wave(wave(1), wave(2), own=True))
    alone = estimate_index(fit_model(design(wave(1)), SYNTAX), by="line")
    with pytest.raises(DesignError, match="must be estimated by `wave`"):
        compare_waves(alone)
    other = index_by_wave(wave(1), wave(2), by=("line",))
    with pytest.raises(DesignError, match="belong to different designs"):
        compare_waves(select_wave(index, "q1"), select_wave(other, "q2"))
    with pytest.raises(DesignError, match="tested by line; comparing the groups of `wave`"):
        compare_waves(index, invariance=check_invariance(index.fit, by="line"))


def test_a_group_whose_code_was_given_away_is_another_group(tmp_path: Path) -> None:
    (tmp_path / "q.yaml").write_text(QUESTIONNAIRE, encoding="utf-8")
    old = read_questionnaire(tmp_path / "q.yaml")
    item = old.items["operator"]
    choices = {**item.choices, 2: replace(item.choices[2], en="Quite another", zh="另一家公司")}
    new = replace(old, version="2", items={**old.items, "operator": replace(item, choices=choices)})
    stacked = stack_waves({"q1": make_design(answers(400)), "q2": make_design(answers(400))})
    fit = fit_model(stacked, new)
    facts = [WaveFacts(id="q1", questionnaire=old), WaveFacts(id="q2", questionnaire=new)]
    groups = compare_waves(estimate_index(fit, by=("operator", "wave")), facts=facts).tidy()
    assert set(groups[groups["n_eff"] >= 30]["verdict"]) == {"not comparable"}
    assert "operator, code reused" in groups["reason"].iloc[0]
    everybody = compare_waves(estimate_index(fit, by="wave"), facts=facts).tidy()
    assert everybody["verdict"].tolist() == ["no evidence"]

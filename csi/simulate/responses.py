"""Answers to a questionnaire from a population whose truth is known."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from csi.errors import ModelError, suggest
from csi.inference import BoolArray, FloatArray
from csi.questionnaire.schema import Item, Questionnaire
from csi.responses.data import CHANGE_COLUMNS, Responses
from csi.simulate.people import People, Places, draw_places, draw_ratings, draw_sample
from csi.simulate.truth import Blueprint, Truth, compile_truth

DESIGN_COLUMNS = {"weights": "weight", "strata": "stratum", "psu": "psu"}
"""Columns beside the questionnaire's own; give them to `make_design`."""

CHOSEN = 0.3
"""Share of respondents who tick a choice of a question with several answers."""


def simulate_responses(
    questionnaire: Questionnaire,
    truth: Truth | None = None,
    n: int = 1000,
    *,
    seed: int,
    wave: str | None = None,
) -> Responses:
    """Draw a sample of answers whose truth is known.

    Primary sampling units are drawn anew in every stratum, people are asked in each, and take part
    the more readily the better they think of us (`Truth.informative`); their weights make up for
    it. Questions are asked as the questionnaire's ``ask_if`` says.

    Parameters
    ----------
    questionnaire : Questionnaire
        With a model.
    truth : Truth, optional
    n : int
        Respondents.
    seed : int
    wave : str, optional
        One of ``truth.waves``, with its changes.

    Returns
    -------
    Responses
        Marked synthetic: `source` begins with "synthetic". Beside the questionnaire's columns
        stand `DESIGN_COLUMNS`, and ``coached`` (0 or 1) where the truth has coached respondents.

    Raises
    ------
    ModelError
        With every fault of the truth, or where the questionnaire has no model.

    Examples
    --------
    >>> responses = simulate_responses(questionnaire, Truth(), 500, seed=1)  # doctest: +SKIP
    >>> design = make_design(responses, **DESIGN_COLUMNS)  # doctest: +SKIP
    """
    plan = compile_truth(questionnaire, truth or Truth())
    changes = wave_changes(plan.truth, wave)
    units = plan.truth.strata * max(plan.truth.clusters, 2)
    if n < units:
        raise ModelError(
            f"`n` must be at least {units}, one respondent for each of the {units} sampling units; "
            f"got {n}. Ask for more respondents, or for fewer `strata` or `clusters`."
        )
    rng = np.random.default_rng(seed)
    places = draw_places(plan, plan.truth.clusters or -(-n // plan.truth.strata), rng)
    people = draw_sample(plan, questionnaire, places, n, changes, rng)
    name = f"synthetic, seed {seed}" + (f", wave {wave}" if wave is not None else "")
    return build_responses(plan, questionnaire, places, people, rng, source=name)


def wave_changes(truth: Truth, wave: str | None) -> Mapping[str, float]:
    """Return the changes of a wave; none without one."""
    if wave is None:
        return {}
    if wave not in truth.waves:
        raise ModelError(
            f"The truth has no wave `{wave}` ({', '.join(truth.waves) or 'none'}). "
            f"{suggest(wave, truth.waves)}".rstrip()
        )
    return truth.waves[wave]


def build_responses(
    plan: Blueprint,
    questionnaire: Questionnaire,
    places: Places,
    people: People,
    rng: np.random.Generator,
    *,
    source: str,
) -> Responses:
    """Let people answer, each question in its turn."""
    truth, n = plan.truth, len(people.unit)
    coached = rng.random(n) < truth.coached
    ratings = draw_ratings(plan, people, places, rng)
    design = _design_columns(plan, places, people)
    if truth.coached > 0:
        design["coached"] = coached.astype(np.float64)
    _refuse_taken_names(questionnaire, design)
    answers: dict[str, FloatArray] = {}
    reasons: dict[str, np.ndarray] = {}
    for item in _in_order(questionnaire):
        asked = _asked(item, answers, n)
        for name, values in _columns(item, plan, people, ratings, coached, design, rng):
            missing = _reasons(item, asked, coached, truth, rng)
            answers[name] = np.where(missing == "", values, np.nan)
            reasons[name] = np.where(np.isnan(values) & (missing == ""), "no_answer", missing)
    order = [name for item in questionnaire.items for name in _names(questionnaire.items[item])]
    frame = pd.DataFrame({**{name: answers[name] for name in order}, **design})
    why = {**{name: reasons[name] for name in order}, **dict.fromkeys(design, "")}
    note = f"Synthetic answers, drawn from a stated truth ({source.removeprefix('synthetic, ')})."
    return Responses(
        questionnaire=questionnaire,
        frame=frame,
        reasons=pd.DataFrame(why, index=frame.index, dtype="str"),
        changes=pd.DataFrame([("", "note", note, 0)], columns=list(CHANGE_COLUMNS)),
        source=source,
        sha256=hashlib.sha256(frame.to_numpy(dtype=np.float64).tobytes()).hexdigest(),
    )


def _design_columns(plan: Blueprint, places: Places, people: People) -> dict[str, FloatArray]:
    n = len(people.unit)
    unit = people.unit if plan.truth.clusters else np.arange(n)
    return {
        "stratum": (places.stratum[people.unit] + 1).astype(np.float64),
        "psu": (unit + 1).astype(np.float64),
        "weight": people.weight / people.weight.mean(),
    }


def _refuse_taken_names(questionnaire: Questionnaire, design: Mapping[str, object]) -> None:
    taken = [
        name
        for name in design
        if name in questionnaire.items and questionnaire.items[name].role != name
    ]
    if taken:
        raise ModelError(
            f"The questionnaire has items called {', '.join(taken)}, where a simulated sample "
            "keeps its design; rename them, or give them that role."
        )


def _in_order(questionnaire: Questionnaire) -> Iterator[Item]:
    """Yield the items so that a filter comes before what it filters."""
    done: set[str] = set()

    def visit(name: str) -> Iterator[Item]:
        item = questionnaire.items.get(name)
        if item is None or name in done:
            return
        done.add(name)
        for other in sorted(item.ask_if.items if item.ask_if is not None else ()):
            yield from visit(other)
        yield item

    for name in questionnaire.items:
        yield from visit(name)


def _asked(item: Item, answers: Mapping[str, FloatArray], n: int) -> BoolArray:
    if item.ask_if is None:
        return np.ones(n, dtype=np.bool_)
    return item.ask_if.holds(pd.DataFrame({name: answers[name] for name in item.ask_if.items}))


def _names(item: Item) -> list[str]:
    """Return the columns of an item: one, or one for each choice."""
    if item.type == "multiple":
        return [f"{item.id}_{code}" for code in item.choices]
    return [item.id]


def _columns(
    item: Item,
    plan: Blueprint,
    people: People,
    ratings: FloatArray,
    coached: BoolArray,
    design: Mapping[str, FloatArray],
    rng: np.random.Generator,
) -> Iterator[tuple[str, FloatArray]]:
    """Yield the columns of an item with what everybody would answer."""
    n = len(people.unit)
    if item.role in ("weight", "stratum", "psu"):
        yield item.id, design[item.role]
    elif item.role == "key":
        yield item.id, np.arange(1.0, n + 1.0)
    elif item.scale is not None:
        low, high = item.scale.minimum, item.scale.maximum
        answer = np.clip(np.round(ratings[:, plan.items.index(item.id)]), low, high)
        answer = np.where(coached, high, answer)
        yield item.id, (low + high - answer if item.reverse else answer)
    elif item.type == "multiple":
        for name in _names(item):
            yield name, (rng.random(n) < CHOSEN).astype(np.float64)
    elif item.id in people.codes:
        yield item.id, people.codes[item.id].astype(np.float64)
    elif item.type == "number":
        low = 0 if item.minimum is None else int(np.ceil(item.minimum))
        high = low + 100 if item.maximum is None else int(np.floor(item.maximum))
        yield item.id, rng.integers(low, high + 1, n).astype(np.float64)
    else:
        yield item.id, np.full(n, np.nan)


def _reasons(
    item: Item, asked: BoolArray, coached: BoolArray, truth: Truth, rng: np.random.Generator
) -> np.ndarray:
    """Say why there is no answer, "" where there is one; the coached answer everything."""
    lot = rng.random(len(asked))
    dont_know = truth.dont_know.get(item.id, 0.0)
    left_out = dont_know + truth.no_answer.get(item.id, 0.0)
    reason = np.where(lot < dont_know, "dont_know", np.where(lot < left_out, "no_answer", ""))
    return np.where(asked, np.where(coached, "", reason), "not_asked")

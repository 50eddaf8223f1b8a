"""Draw respondents: where they live, what they think, who takes part, how they rate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from csi.inference import FloatArray, IntArray
from csi.questionnaire.schema import Questionnaire
from csi.simulate.truth import Blueprint, Truth

Codes = dict[str, IntArray]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Places:
    """Strata and their primary sampling units, with what the people of a unit share.

    Attributes
    ----------
    stratum : IntArray, shape (n_units,)
    of_nodes : FloatArray, shape (n_units, m)
        Shared part of the constructs' errors, variance 1.
    of_items : FloatArray, shape (n_units, p)
        Shared part of the ratings' errors, variance 1.
    """

    stratum: IntArray
    of_nodes: FloatArray
    of_items: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class People:
    """Respondents with what is true of them.

    Attributes
    ----------
    unit : IntArray, shape (n,)
    codes : mapping of str to IntArray, shape (n,)
        Their codes of every question with choices.
    nodes : FloatArray, shape (n, m)
        Their constructs.
    weight : FloatArray, shape (n,)
    """

    unit: IntArray
    codes: Codes
    nodes: FloatArray
    weight: FloatArray

    def rows(self, keep: IntArray) -> People:
        """Return some of them."""
        return People(
            unit=self.unit[keep],
            codes={name: own[keep] for name, own in self.codes.items()},
            nodes=self.nodes[keep],
            weight=self.weight[keep],
        )


def draw_places(plan: Blueprint, per_stratum: int, rng: np.random.Generator) -> Places:
    """Draw the sampling units of every stratum."""
    n_units = plan.truth.strata * per_stratum
    return Places(
        stratum=np.repeat(np.arange(plan.truth.strata), per_stratum),
        of_nodes=rng.normal(size=(n_units, len(plan.nodes))),
        of_items=rng.normal(size=(n_units, len(plan.items))),
    )


def draw_people(
    plan: Blueprint,
    questionnaire: Questionnaire,
    places: Places,
    unit: IntArray,
    changes: Mapping[str, float],
    rng: np.random.Generator,
    *,
    known: Codes | None = None,
) -> People:
    """Draw one person for each entry of ``unit``, with weights for unequal strata only.

    What is ``known`` of them, codes by question, is not drawn.
    """
    n, truth = len(unit), plan.truth
    codes = {
        item.id: _choices(list(item.choices), truth.shares.get(item.id), n, rng)
        for item in questionnaire.items.values()
        if item.type == "single" and item.choices
    } | (known or {})
    between = np.sqrt(truth.intraclass) * places.of_nodes[unit]
    own = np.sqrt(1.0 - truth.intraclass) * rng.normal(size=(n, len(plan.nodes)))
    disturbance = (between + own) @ np.linalg.cholesky(plan.Psi).T
    without_predictors = ~plan.B.any(axis=1)
    disturbance[:, without_predictors] += stratum_means(truth)[places.stratum[unit], None]
    for (question, code), shifts in truth.shifts.items():
        for name, size in shifts.items():
            disturbance[codes[question] == code, plan.nodes.index(name)] += size
    for name, size in changes.items():
        disturbance[:, plan.nodes.index(name)] += size
    total = np.linalg.inv(np.eye(len(plan.B)) - plan.B)
    share = stratum_shares(truth)
    return People(
        unit=unit,
        codes=codes,
        nodes=disturbance @ total.T,
        weight=share[places.stratum[unit]] / share.mean(),
    )


def draw_sample(
    plan: Blueprint,
    questionnaire: Questionnaire,
    places: Places,
    n: int,
    changes: Mapping[str, float],
    rng: np.random.Generator,
) -> People:
    """Ask people of all units alike until n take part; who takes part depends on the index.

    The weights are the inverse of the probability to take part, times the stratum's share.
    """
    n_units, truth = len(places.stratum), plan.truth
    parts: list[People] = []
    while sum(len(part.unit) for part in parts) < n:
        asked = np.repeat(np.arange(n_units), 1 + int(1.2 * n / (truth.response_rate * n_units)))
        people = draw_people(plan, questionnaire, places, asked, changes, rng)
        log_odds = np.log(truth.response_rate / (1.0 - truth.response_rate))
        index = people.nodes[:, plan.index]
        chance = 1.0 / (1.0 + np.exp(-(log_odds + truth.informative * index)))
        take_part = np.flatnonzero(rng.random(len(asked)) < chance)
        parts.append(replace(people, weight=people.weight / chance).rows(take_part))
    everybody = _together(parts)
    return everybody.rows(np.sort(rng.permutation(len(everybody.unit))[:n]))


def draw_ratings(
    plan: Blueprint,
    people: People,
    places: Places,
    rng: np.random.Generator,
) -> FloatArray:
    """Return the ratings before rounding, shape (n, p), on the items' own scales."""
    truth = plan.truth
    own = rng.normal(size=(len(people.unit), len(plan.items)))
    error = np.sqrt(truth.intraclass) * places.of_items[people.unit]
    error += np.sqrt(1.0 - truth.intraclass) * own
    standard = people.nodes @ plan.Lambda.T + plan.error * error
    ratings = plan.mean + plan.deviation * standard
    for (question, code), biases in truth.biases.items():
        for item, size in biases.items():
            ratings[people.codes[question] == code, plan.items.index(item)] += size
    return np.asarray(ratings)


def stratum_means(truth: Truth) -> FloatArray:
    """Return the strata's means: evenly spaced, averaging 0 in the population."""
    place = np.arange(truth.strata, dtype=np.float64)
    share = stratum_shares(truth)
    place -= share @ place
    spread = np.sqrt(share @ place**2)
    return np.asarray(truth.stratum_spread * place / spread if spread > 0 else place)


def stratum_shares(truth: Truth) -> FloatArray:
    """Return the strata's shares of the population: the last is nearly twice the first."""
    size = truth.strata + np.arange(truth.strata, dtype=np.float64)
    return np.asarray(size / size.sum())


def _choices(
    codes: list[int], shares: Mapping[int, float] | None, n: int, rng: np.random.Generator
) -> IntArray:
    if shares is None:
        return np.asarray(rng.choice(codes, size=n))
    chance = np.array([shares.get(code, 0.0) for code in codes], dtype=np.float64)
    return np.asarray(rng.choice(codes, size=n, p=chance / chance.sum()))


def _together(parts: list[People]) -> People:
    return People(
        unit=np.concatenate([part.unit for part in parts]),
        codes={
            name: np.concatenate([part.codes[name] for part in parts]) for name in parts[0].codes
        },
        nodes=np.vstack([part.nodes for part in parts]),
        weight=np.concatenate([part.weight for part in parts]),
    )

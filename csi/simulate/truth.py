"""What is true of a simulated population, and the matrices that follow from it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from statistics import NormalDist

import numpy as np

from csi.errors import ModelError, suggest
from csi.inference import FloatArray
from csi.model.structure import BETA, Structure, compile_structure
from csi.model.syntax import read_syntax
from csi.questionnaire.schema import Item, Questionnaire

Level = tuple[str, int]
"""A question and one of its codes, e.g. ``("operator", 2)``."""

LOADING = 0.8
CORRELATION = 0.5
EXPLAINED = 0.55
OUTSIDE_LOADING = 0.6
MEAN, DEVIATION = 0.70, 0.22


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Truth:
    """What is true of a simulated population. Whatever is left out has a sensible value.

    Constructs have a standard deviation of 1 within a stratum and a group. An answer is the item's
    mean, plus its deviation times λ·construct + error, rounded and clipped to the scale.

    Attributes
    ----------
    loadings : mapping of str to float
        Standardised loading of each item; .8, or the root of the assumed reliability of a single
        item. Ratings outside the model load .6 on the index construct.
    paths : mapping of (predictor, outcome) to float
        Standardised paths: all of an outcome, or none. None means equal paths that explain 55 %.
    correlations : mapping of (construct, construct) to float
        Between constructs without predictors; .5.
    means, deviations : mapping of str to float
        Of the items' answers before rounding, on their own scale: 70 % up the scale, and 22 % of
        its length.
    ceilings : mapping of str to float
        Share of respondents who give the highest rating; sets the item's mean.
    dont_know, no_answer : mapping of str to float
        Share of those asked who do not know, or leave the question out.
    shares : mapping of str to mapping of int to float
        Share of each code of a question; equal shares.
    shifts : mapping of (question, code) to mapping of str to float
        True differences of a group: added to its constructs, in standard deviations. They flow
        along the paths.
    biases : mapping of (question, code) to mapping of str to float
        False differences of a group: added to its items' answers, in scale points.
    waves : mapping of str to mapping of str to float
        Changes of each wave: added to constructs, in standard deviations.
    coached : float
        Share of respondents who give the best rating to everything.
    strata, clusters : int
        Number of strata, and of primary sampling units drawn in each; with ``clusters=0``
        respondents are drawn one by one.
    stratum_spread : float
        Standard deviation of the strata's means of constructs without predictors.
    intraclass : float
        Share of every variance that lies between the units of a stratum.
    informative : float
        How much the log-odds of taking part rise per standard deviation of the index construct;
        the weights make up for it.
    response_rate : float
        Share of those asked who take part, where the index construct is at its mean.
    """

    loadings: Mapping[str, float] = field(default_factory=dict)
    paths: Mapping[tuple[str, str], float] = field(default_factory=dict)
    correlations: Mapping[tuple[str, str], float] = field(default_factory=dict)
    means: Mapping[str, float] = field(default_factory=dict)
    deviations: Mapping[str, float] = field(default_factory=dict)
    ceilings: Mapping[str, float] = field(default_factory=dict)
    dont_know: Mapping[str, float] = field(default_factory=dict)
    no_answer: Mapping[str, float] = field(default_factory=dict)
    shares: Mapping[str, Mapping[int, float]] = field(default_factory=dict)
    shifts: Mapping[Level, Mapping[str, float]] = field(default_factory=dict)
    biases: Mapping[Level, Mapping[str, float]] = field(default_factory=dict)
    waves: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    coached: float = 0.0
    strata: int = 8
    clusters: int = 10
    stratum_spread: float = 0.15
    intraclass: float = 0.05
    informative: float = 0.5
    response_rate: float = 0.45


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Blueprint:
    """A truth compiled for one questionnaire.

    Attributes
    ----------
    truth : Truth
    structure : Structure
    nodes : tuple of str
        Constructs, and observed variables that take part in regressions.
    items : tuple of str
        Every rating of the questionnaire.
    B, Psi : FloatArray, shape (m, m)
        Standardised paths and error covariances: every node has variance 1.
    Lambda : FloatArray, shape (p, m)
        Standardised loadings of the ratings.
    error : FloatArray, shape (p,)
        Standard deviation of the ratings' errors, standardised.
    mean, deviation : FloatArray, shape (p,)
        Of the ratings on their own scales.
    index : int
        The node whose value decides who takes part.
    """

    truth: Truth
    structure: Structure
    nodes: tuple[str, ...]
    items: tuple[str, ...]
    B: FloatArray
    Psi: FloatArray
    Lambda: FloatArray
    error: FloatArray
    mean: FloatArray
    deviation: FloatArray
    index: int


def compile_truth(questionnaire: Questionnaire, truth: Truth) -> Blueprint:
    """Compile a truth for a questionnaire.

    Raises
    ------
    ModelError
        Every fault of the truth at once: unknown names, shares outside 0 to 1, paths that explain
        more than everything.
    """
    if questionnaire.model is None:
        raise ModelError(
            f"The questionnaire `{questionnaire.id}` has no `model:` section, so there is nothing "
            "to simulate from; add one."
        )
    structure = compile_structure(read_syntax(questionnaire.model.syntax))
    ratings = tuple(i.id for i in questionnaire.items.values() if i.scale is not None)
    faults = [*_name_faults(questionnaire, structure, truth), *_number_faults(truth)]
    unrated = [item for item in structure.items if item not in ratings]
    if unrated:
        faults.append(f"Only ratings can be simulated in a model; not ratings: {unrated}.")
    if faults:
        raise ModelError("\n".join(faults))
    B, Psi, R = _paths(structure, truth)
    Lambda = _loadings(questionnaire, structure, ratings, truth)
    explained = np.einsum("pi,ij,pj->p", Lambda, R, Lambda)
    if (explained > 1.0 + 1e-9).any():
        item = ratings[int(np.argmax(explained))]
        raise ModelError(f"`loadings` explain more than all of the variance of `{item}`.")
    scales = [questionnaire.items[name] for name in ratings]
    deviation = np.array([_deviation(item, truth) for item in scales])
    return Blueprint(
        truth=truth,
        structure=structure,
        nodes=structure.nodes,
        items=ratings,
        B=B,
        Psi=Psi,
        Lambda=Lambda,
        error=np.sqrt(np.maximum(1.0 - explained, 0.0)),
        mean=np.array([_mean(i, d, truth) for i, d in zip(scales, deviation, strict=True)]),
        deviation=deviation,
        index=structure.nodes.index(questionnaire.model.index),
    )


def true_effects(
    questionnaire: Questionnaire, truth: Truth, outcome: str | None = None
) -> dict[str, float]:
    """Return the true total effects on an outcome, in points per point, in closed form.

    They are those of the answers before rounding and clipping: TE·κ_outcome/κ_driver with
    κ = Σλ²/Σλ and λ in points of the 0-100 scale.

    Parameters
    ----------
    questionnaire : Questionnaire
    truth : Truth
    outcome : str, optional
        By default the index construct.

    Returns
    -------
    dict of driver to effect
    """
    plan = compile_truth(questionnaire, truth)
    target = plan.index if outcome is None else plan.nodes.index(outcome)
    own = [plan.items.index(item) for item in plan.structure.items]
    scales = [questionnaire.items[item].scale for item in plan.structure.items]
    length = np.array([s.maximum - s.minimum for s in scales if s is not None])
    points = plan.Lambda[own] * (plan.deviation[own] * 100.0 / length)[:, None]
    kappa = (points**2).sum(axis=0) / points.sum(axis=0)
    total = np.linalg.inv(np.eye(len(plan.B)) - plan.B)[target]
    drivers = plan.structure.table.antecedents_of(plan.nodes[target])
    at = {name: plan.nodes.index(name) for name in drivers}
    return {name: float(total[j] * kappa[target] / kappa[j]) for name, j in at.items()}


def _name_faults(questionnaire: Questionnaire, structure: Structure, truth: Truth) -> Iterator[str]:
    ratings = [i.id for i in questionnaire.items.values() if i.scale is not None]
    questions = {i.id: i for i in questionnaire.items.values() if i.type == "single"}
    exogenous = [name for name in structure.nodes if not _predictors(structure, name)]
    about_items = {
        "loadings": truth.loadings,
        "means": truth.means,
        "deviations": truth.deviations,
        "ceilings": truth.ceilings,
        "dont_know": truth.dont_know,
        "no_answer": truth.no_answer,
    }
    for role, given in about_items.items():
        yield from _unknown(role, given, ratings, "a rating")
    for role, changes in (("shifts", truth.shifts), ("waves", truth.waves)):
        for own in changes.values():
            yield from _unknown(role, own, structure.nodes, "a construct of the model")
    for own in truth.biases.values():
        yield from _unknown("biases", own, ratings, "a rating")
    for name, code in (*truth.shifts, *truth.biases, *_share_levels(truth)):
        yield from _unknown("groups", [name], questions, "a question with choices")
        if name in questions and code not in questions[name].choices:
            codes = ", ".join(map(str, questions[name].choices))
            yield f"`{name}` has no code {code}; it has {codes}."
    arrows = {(b, a) for a in structure.nodes for b in _predictors(structure, a)}
    for pair in truth.paths:
        if pair not in arrows:
            yield f"`paths` names {pair[0]} → {pair[1]}, which the model does not have."
    for outcome in {pair[1] for pair in truth.paths} & set(structure.nodes):
        absent = [a for a in _predictors(structure, outcome) if (a, outcome) not in truth.paths]
        if absent:
            yield f"`paths` of `{outcome}` lack {', '.join(absent)}: give all of them, or none."
    for pair in truth.correlations:
        yield from _unknown("correlations", pair, exogenous, "a construct without predictors")


def _unknown(role: str, given: Iterable[str], known: Iterable[str], what: str) -> Iterator[str]:
    allowed = list(known)
    for name in given:
        if name not in allowed:
            yield f"`{role}` names `{name}`, which is not {what}. {suggest(name, allowed)}".rstrip()


def _share_levels(truth: Truth) -> Iterator[Level]:
    return ((name, code) for name, own in truth.shares.items() for code in own)


def _number_faults(truth: Truth) -> Iterator[str]:
    shares = {
        **{f"dont_know of `{k}`": v for k, v in truth.dont_know.items()},
        **{f"no_answer of `{k}`": v for k, v in truth.no_answer.items()},
        "coached": truth.coached,
        "intraclass": truth.intraclass,
    }
    for name, value in shares.items():
        if not 0.0 <= value < 1.0:
            yield f"{name} must be a share from 0 to below 1; got {value!r}."
    inside = {f"ceilings of `{k}`": v for k, v in truth.ceilings.items()}
    for name, value in {**inside, "response_rate": truth.response_rate}.items():
        if not 0.0 < value < 1.0:
            yield f"{name} must lie between 0 and 1; got {value!r}."
    for name, own in truth.shares.items():
        if not (min(own.values(), default=0.0) >= 0.0 and sum(own.values()) > 0.0):
            yield f"`shares` of `{name}` must not be negative and must sum to more than 0."
    for name, deviation in truth.deviations.items():
        if not deviation > 0.0:
            yield f"deviations of `{name}` must be above 0; got {deviation!r}."
    if truth.strata < 1 or truth.clusters < 0 or truth.clusters == 1:
        yield (
            "`strata` must be at least 1, and `clusters` 0 (no clusters) or at least 2; got "
            f"{truth.strata} and {truth.clusters}."
        )


def _predictors(structure: Structure, name: str) -> list[str]:
    """Return what leads to a node: by a path, or as a construct of higher order."""
    own = (structure.matrix == BETA) & (structure.row == structure.nodes.index(name))
    return [structure.nodes[int(j)] for j in structure.column[own]]


def _paths(structure: Structure, truth: Truth) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return B, Ψ and the correlations of nodes, all of variance 1."""
    names, m = structure.nodes, len(structure.nodes)
    B, Psi, R = np.zeros((m, m)), np.eye(m), np.eye(m)
    exogenous = [k for k, name in enumerate(names) if not _predictors(structure, name)]
    given = {frozenset(pair): value for pair, value in truth.correlations.items()}
    for i in exogenous:
        for j in exogenous:
            if i != j:
                Psi[i, j] = given.get(frozenset((names[i], names[j])), CORRELATION)
    R[np.ix_(exogenous, exogenous)] = Psi[np.ix_(exogenous, exogenous)]
    if np.linalg.eigvalsh(Psi)[0] <= 0.0:
        raise ModelError("`correlations` contradict each other: they are not positive definite.")
    done = list(exogenous)
    while len(done) < m:
        ready = [k for k in range(m) if k not in done and _all_in(structure, names[k], done)]
        if not ready:
            raise ModelError("The model's paths run in a circle; such a model is not simulated.")
        for k in ready:
            rows = [names.index(name) for name in _predictors(structure, names[k])]
            block = R[np.ix_(rows, rows)]
            stated = [truth.paths.get((names[j], names[k])) for j in rows]
            even = np.full(len(rows), np.sqrt(EXPLAINED / block.sum()))
            b = np.array(stated, dtype=np.float64) if None not in stated else even
            left = 1.0 - float(b @ block @ b)
            if left < 0.01:
                raise ModelError(
                    f"`paths` to `{names[k]}` explain {100 * (1 - left):.0f} % of its variance; "
                    "at most 99 % can be explained."
                )
            B[k, rows], Psi[k, k] = b, left
            R[k, done] = R[done, k] = b @ R[np.ix_(rows, done)]
            done.append(k)
    return B, Psi, R


def _all_in(structure: Structure, name: str, done: list[int]) -> bool:
    return all(structure.nodes.index(p) in done for p in _predictors(structure, name))


def _loadings(
    questionnaire: Questionnaire, structure: Structure, ratings: tuple[str, ...], truth: Truth
) -> FloatArray:
    assert questionnaire.model is not None
    Lambda = np.zeros((len(ratings), len(structure.nodes)))
    owners = {
        item: [c for c in structure.table.constructs if item in structure.table.items_of(c)]
        for item in ratings
    }
    reliability = questionnaire.model.reliability
    for row, item in enumerate(ratings):
        if item in structure.nodes:
            Lambda[row, structure.nodes.index(item)] = 1.0
            continue
        default = np.sqrt(reliability[item]) if item in reliability else LOADING
        nodes = owners[item]
        if not nodes:
            nodes, default = [questionnaire.model.index], OUTSIDE_LOADING
        loading = truth.loadings.get(item, default / len(nodes))
        for name in nodes:
            Lambda[row, structure.nodes.index(name)] = loading
    return Lambda


def _deviation(item: Item, truth: Truth) -> float:
    assert item.scale is not None
    return truth.deviations.get(item.id, DEVIATION * (item.scale.maximum - item.scale.minimum))


def _mean(item: Item, deviation: float, truth: Truth) -> float:
    """Return the mean before rounding; with a ceiling, the one that puts so many at the top."""
    scale = item.scale
    assert scale is not None
    if item.id in truth.ceilings:
        beyond = NormalDist().inv_cdf(1.0 - truth.ceilings[item.id])
        return scale.maximum - 0.5 - deviation * beyond
    return truth.means.get(item.id, scale.minimum + MEAN * (scale.maximum - scale.minimum))

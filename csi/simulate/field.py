"""A field that stands in for the real one: what became of each number, and what was answered."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from csi.inference import FloatArray, IntArray
from csi.questionnaire.schema import Questionnaire
from csi.responses.data import Responses
from csi.sampling.sample import Sample
from csi.simulate.people import draw_people, draw_places
from csi.simulate.responses import build_responses, wave_changes
from csi.simulate.truth import Truth, compile_truth

OUTCOMES = {"P": 0.03, "R": 0.27, "NC": 0.40, "O": 0.03, "UH": 0.22, "NE": 0.05}
"""What becomes of a number that gives no interview: shares of AAPOR's classes."""

_QUOTA_KEY = 9_000_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SimulatedField:
    """What comes back from a simulated field.

    Attributes
    ----------
    responses : Responses
        The interviews; marked synthetic.
    dispositions : DataFrame
        The sample's key and ``disposition``, for every number that was released.
    quota : DataFrame
        The quota strata and ``complete``; empty where the plan has none.
    """

    responses: Responses
    dispositions: pd.DataFrame
    quota: pd.DataFrame

    def __repr__(self) -> str:
        return (
            f"SimulatedField(interviews={len(self.responses.frame)}, "
            f"numbers={len(self.dispositions)})"
        )


def simulate_field(
    sample: Sample, truth: Truth | None = None, *, seed: int, wave: str | None = None
) -> SimulatedField:
    """Call every number of a sample, and fill its quotas.

    In each stratum whole replicates are released in order until the interviews are there; a number
    gives one with the plan's response rate. Who they are, but for their stratum, and what they
    answer follows the truth, without its sampling units and its informative response.

    Parameters
    ----------
    sample : Sample
    truth : Truth, optional
    seed : int
    wave : str, optional
        One of ``truth.waves``.

    Returns
    -------
    SimulatedField

    Raises
    ------
    ModelError
        As `simulate_responses`.

    Examples
    --------
    >>> field = simulate_field(sample, seed=2)  # doctest: +SKIP
    >>> summarise_fieldwork(sample, field.dispositions, quota=field.quota)  # doctest: +SKIP
    """
    rng = np.random.default_rng(seed)
    plan, names = sample.plan, list(sample.plan.settings.strata)
    called, outcome = _call(sample, rng)
    complete = sample.units.iloc[called[outcome == "I"]]
    quotas = plan.cells[plan.cells["design"] == "quota"]
    guests = quotas.loc[quotas.index.repeat(quotas["n"]), names]
    people = pd.concat([complete[names], guests], ignore_index=True)
    keys = np.concatenate(
        [complete[sample.key].astype(float), _QUOTA_KEY + np.arange(len(guests), dtype=float)]
    )
    source = f"synthetic, seed {seed}" + (f", wave {wave}" if wave is not None else "")
    return SimulatedField(
        responses=_answers(plan.questionnaire, truth, people, keys, wave, rng, source),
        dispositions=pd.DataFrame(
            {
                sample.key: sample.units[sample.key].to_numpy()[called],
                "disposition": outcome,
            }
        ),
        quota=quotas[names].assign(complete=quotas["n"]).reset_index(drop=True),
    )


def _call(sample: Sample, rng: np.random.Generator) -> tuple[IntArray, np.ndarray]:
    """Return the rows of the released numbers, and what became of each."""
    names = list(sample.plan.settings.strata)
    chances = sample.cells[names].merge(sample.plan.cells[[*names, "response_rate"]], on=names)
    wanted = sample.cells["n"].to_numpy()
    cell = pd.MultiIndex.from_frame(sample.cells[names]).get_indexer(
        pd.MultiIndex.from_frame(sample.units[names])
    )
    rows, outcomes = [], []
    for place, chance in enumerate(chances["response_rate"].tolist()):
        here = np.flatnonzero(cell == place)
        answer = rng.random(len(here)) < chance
        replicate = sample.units["replicate"].to_numpy()[here]
        enough = np.cumsum(np.bincount(replicate, weights=answer)) >= wanted[place]
        last = int(np.argmax(enough)) if enough.any() else int(replicate.max(initial=0))
        released = replicate <= last
        other = rng.choice(list(OUTCOMES), size=len(here), p=list(OUTCOMES.values()))
        rows.append(here[released])
        outcomes.append(np.where(answer, "I", other)[released])
    return np.concatenate(rows), np.concatenate(outcomes)


def _answers(
    questionnaire: Questionnaire,
    truth: Truth | None,
    people: pd.DataFrame,
    keys: FloatArray,
    wave: str | None,
    rng: np.random.Generator,
    source: str,
) -> Responses:
    """Let people whose strata are known answer."""
    given = truth or Truth()
    plan = compile_truth(questionnaire, replace(given, strata=1, clusters=0, stratum_spread=0.0))
    places = draw_places(plan, len(people), rng)
    known = {str(name): people[name].to_numpy(dtype=np.int64) for name in people}
    drawn = draw_people(
        plan,
        questionnaire,
        places,
        np.arange(len(people)),
        wave_changes(given, wave),
        rng,
        known=known,
    )
    responses = build_responses(plan, questionnaire, places, drawn, rng, source=source)
    frame = responses.frame
    own = [item.id for item in questionnaire.items.values() if item.role == "key"]
    columns = dict.fromkeys(own, keys)
    # The design is that of the sample: what `simulate_responses` adds of its own is left out.
    listed = [name for name in frame if name not in ("stratum", "psu", "weight")]
    listed += [item.id for item in questionnaire.items.values() if item.role == "weight"]
    order = [name for name in frame if name in listed]
    return replace(
        responses,
        frame=frame.assign(**columns)[order],
        reasons=responses.reasons[order],
    )

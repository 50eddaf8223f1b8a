"""Make up the base and the survey of a synthetic study."""

from __future__ import annotations

import pandas as pd

from csi.dissatisfied_schema import DissatisfiedStudy, Simulation
from csi.errors import StudyError
from csi.simulate.subscriber_files import write_marked
from csi.simulate.subscriber_follow_up import draw_follow_up
from csi.simulate.subscriber_survey import draw_survey
from csi.simulate.subscriber_truth import Mechanisms
from csi.simulate.subscribers import SubscriberBase, simulate_subscribers


def simulate_study(study: DissatisfiedStudy) -> SubscriberBase:
    """Write the base, what its subscribers said by themselves, and the survey.

    Raises
    ------
    StudyError
        If the study has no ``simulate``.
    """
    options = simulation_of(study)
    base = simulate_subscribers(
        study.folder / "data" / "base", options.subscribers, seed=options.seed, as_of=study.as_of
    )
    survey = draw_survey(
        base, options.issued, seed=options.seed + 1, response_rate=options.response_rate
    )
    write_marked(survey, study.survey.file)
    return base


def simulate_follow_up(study: DissatisfiedStudy, customers: pd.DataFrame) -> None:
    """Write the interviews after care, and who took part, for the customers of an action list."""
    options, target = simulation_of(study), study.follow_up
    if target is None:
        raise StudyError(f"{study.source} has no `follow_up`: name its file and `outcome`.")
    drawn = draw_follow_up(
        SubscriberBase(
            folder=study.folder / "data" / "base",
            n=options.subscribers,
            seed=options.seed,
            as_of=study.as_of,
            mechanisms=Mechanisms(),
        ),
        customers,
        seed=options.seed + 2,
        effect=options.effect,
        take_up=options.take_up,
        response_rate=options.response_rate,
        survey=pd.read_parquet(study.survey.file, columns=["id", "true_state"]),
    )
    write_marked(drawn.interviews, target.file)
    if target.participants is not None:
        write_marked(drawn.participants, target.participants)


def simulation_of(study: DissatisfiedStudy) -> Simulation:
    """Return what the study makes up."""
    if study.simulate is None:
        raise StudyError(
            f"{study.source} has no `simulate`: its data are real, or it must say how to make "
            "them up: subscribers, issued, seed."
        )
    return study.simulate

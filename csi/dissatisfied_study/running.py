"""A whole study of the dissatisfied: every step in order."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from csi.dissatisfied_file.reading import read_dissatisfied_study
from csi.dissatisfied_schema import DissatisfiedStudy
from csi.dissatisfied_study.acting import export_calls, plan_study
from csi.dissatisfied_study.fitting import fit_study
from csi.dissatisfied_study.judging import judge_study
from csi.dissatisfied_study.pooling import hypotheses_of_study, pool_study
from csi.dissatisfied_study.profiling import profile_study
from csi.dissatisfied_study.reporting import read_results, report_study
from csi.dissatisfied_study.scoring import score_study
from csi.dissatisfied_study.simulating import simulate_follow_up, simulate_study
from csi.dissatisfied_study.store import Store
from csi.report.dissatisfied.results import DissatisfiedResults

Progress = Callable[[str, float], None]


def run_dissatisfied_study(
    study: DissatisfiedStudy | str | Path,
    *,
    out: str | Path | None = None,
    memory_mb: int = 1024,
    progress: Progress | None = None,
) -> DissatisfiedResults:
    """Run a study: pool, hypotheses, model, scores, action list, effect, reports.

    Data of a synthetic study are made up first where they are not there. Steps that the study
    does not name (a pool, hypotheses, actions, a follow-up) are left out.

    Parameters
    ----------
    study : DissatisfiedStudy, str or Path
        A study, its file, or its folder.
    out : str or Path, optional
        Folder for results; ``out`` beside the study if absent.
    memory_mb : int
        Budget of scoring.
    progress : callable, optional
        Called with what is being done and the share that is done.

    Returns
    -------
    DissatisfiedResults

    Raises
    ------
    StudyError
        With every fault of the study file, or what is missing.

    Examples
    --------
    >>> run_dissatisfied_study("reports/dissatisfied_demo")  # doctest: +SKIP
    """
    if not isinstance(study, DissatisfiedStudy):
        study = read_dissatisfied_study(study)
    store = store_of(study, out)
    steps = _steps(study, store, memory_mb)
    for number, (name, step) in enumerate(steps):
        if progress is not None:
            progress(name, number / len(steps))
        step()
    return read_results(study, store)


def store_of(study: DissatisfiedStudy, out: str | Path | None = None) -> Store:
    """Return where a study keeps its results: ``out`` beside it if no folder is named."""
    return Store(study.folder / "out" if out is None else Path(out))


def _steps(
    study: DissatisfiedStudy, store: Store, memory_mb: int
) -> list[tuple[str, Callable[[], object]]]:
    steps: list[tuple[str, Callable[[], object]]] = []
    if study.simulate is not None and not has_data(study):
        steps.append(("simulating the base and the survey", lambda: simulate_study(study)))
    if study.channels:
        steps.append(("pooling who has said so", lambda: pool_study(study, store)))
    if study.hypotheses.labels:
        steps.append(("examining hypotheses", lambda: hypotheses_of_study(study, store)))
    steps.append(("fitting models", lambda: fit_study(study, store)))
    steps.append(("scoring the base", lambda: score_study(study, store, memory_mb=memory_mb)))
    if study.channels or study.survey.reason or study.profile.columns or study.profile.grid:
        steps.append(("profiling the dissatisfied", lambda: profile_study(study, store)))
    if study.actions is not None:
        steps.append(("planning actions", lambda: _plan(study, store)))
        steps += _evaluation(study, store)
    steps.append(("writing reports", lambda: report_study(study, store)))
    return steps


def _plan(study: DissatisfiedStudy, store: Store) -> None:
    export_calls(study, plan_study(study, store), store)


def _evaluation(study: DissatisfiedStudy, store: Store) -> list[tuple[str, Callable[[], object]]]:
    """Return the steps after care; none as long as there is no follow-up."""
    if study.follow_up is None:
        return []
    judge = ("judging the effect", lambda: judge_study(study, store))
    if study.simulate is not None:

        def simulate() -> None:
            simulate_follow_up(study, store.read_list("actions"))

        return [("simulating the follow-up", simulate), judge]
    return [judge] if study.follow_up.file.is_file() else []


def has_data(study: DissatisfiedStudy) -> bool:
    """Tell whether the base that a synthetic study asks for has been made up already.

    It has, if the base's record names the same size, seed and day, and the survey is there.
    """
    record = study.folder / "data" / "base" / "manifest.json"
    if study.simulate is None or not record.is_file() or not study.survey.file.is_file():
        return False
    made = json.loads(record.read_text("utf-8"))
    wanted = (study.simulate.subscribers, study.simulate.seed, study.as_of.isoformat())
    return (made["subscribers"], made["seed"], made["as_of"]) == wanted

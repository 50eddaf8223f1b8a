"""The whole flow, from a study file to its reports. Read this first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import combinations
from pathlib import Path

from threadpoolctl import threadpool_limits

from csi.comparison import (
    Comparison,
    Decomposition,
    Regions,
    assess_regions,
    compare_groups,
    decompose_gaps,
    read_sources,
)
from csi.comparison.comparability import tested_alike
from csi.drivers import Drivers, rank_drivers
from csi.elements import (
    ElementDrivers,
    Elements,
    ShortBoards,
    complaint_ladder,
    estimate_elements,
    find_short_boards,
    rank_elements,
)
from csi.index import Index, estimate_index
from csi.inference import SurveyDesign
from csi.model.fit import ModelFit, fit_model
from csi.model.invariance import Invariance
from csi.questionnaire.schema import LANGUAGES, Questionnaire
from csi.report.book import StudyResults
from csi.report.writing import write_report
from csi.storage import record_provenance, whole_folder, write_provenance, write_tables
from csi.study_answers import WaveAnswers, read_waves
from csi.study_file import read_study
from csi.study_schema import Study
from csi.study_waves import WaveResults, compare_study_waves, stack_study

Progress = Callable[[str, float], None]
"""Called with the name of the next step and the share that is done, 0 to 1."""


@contextmanager
def one_thread() -> Iterator[None]:
    """Compute on one thread: how many share a sum decides its last digit."""
    with threadpool_limits(limits=1):
        yield


@one_thread()
def run_study(
    path: str | Path,
    *,
    out: str | Path | None = None,
    wave: str | None = None,
    progress: Progress | None = None,
) -> StudyResults:
    """Analyse a study and write its reports and tables.

    Parameters
    ----------
    path : str or Path
        A study file.
    out : str or Path, optional
        The folder to write to; ``out`` beside the study file by default. It gets one PDF per
        language, one workbook, and every tidy table under ``tables``; all of them or, if
        anything fails, none.
    wave : str, optional
        The wave to report; the last one by default.
    progress : callable, optional
        See `Progress`.

    Returns
    -------
    StudyResults

    Raises
    ------
    CsiError
        With everything that is wrong with the study file, its questionnaire or its answers.

    Examples
    --------
    >>> results = run_study("reports/ecsi_mobile/study.yaml")  # doctest: +SKIP
    >>> print(results.summary())  # doctest: +SKIP
    """
    say = progress or _silent
    study = read_study(path)
    with whole_folder(
        out or study.folder / "out", last="tables/provenance.json", owned=_owned(study)
    ) as folder:
        results = analyse_study(study, wave=wave, progress=lambda step, done: say(step, done * 0.5))
        say("tables", 0.5)
        write_tables(results.tables(), folder / "tables")
        write_report(results, folder / f"{study.id}.xlsx")
        for number, language in enumerate(study.languages):
            say(f"report ({language})", 0.6 + 0.4 * number / len(study.languages))
            write_report(results, folder / f"{study.id}_{language}.pdf", language=language)
        write_provenance(results.provenance, folder / "tables" / "provenance.json")
    say("done", 1.0)
    return results


@one_thread()
def analyse_study(
    study: Study,
    *,
    wave: str | None = None,
    answers: Mapping[str, WaveAnswers] | None = None,
    progress: Progress | None = None,
) -> StudyResults:
    """Compute everything that a report shows, and write nothing.

    Parameters
    ----------
    study : Study
    wave : str, optional
        The last one by default.
    answers : mapping of str to WaveAnswers, optional
        Of the waves up to that one, where they have been read already; see `read_waves`.
    progress : callable, optional
        See `Progress`.

    Returns
    -------
    StudyResults
    """
    say, this = progress or _silent, study.wave(wave)
    say("answers", 0.0)
    waves = read_waves(study, wave) if answers is None else answers
    responses, design = waves[this.id].responses, waves[this.id].design
    say("model", 0.2)
    fit = fit_model(design, responses.questionnaire)
    say("index", 0.6)
    indices = {by: estimate_index(fit, by=by) for by in _groupings(study.by)}
    say("drivers", 0.7)
    drivers = rank_drivers(fit)
    say("elements", 0.8)
    elements = _elements(design, responses.questionnaire, study.by)
    element_drivers = rank_elements(fit) if elements else None
    say("comparisons", 0.85)
    invariances = _invariances(fit, _compared_items(study))
    comparisons = _comparisons(indices, invariances, study.margin)
    say("waves", 0.9)
    over_time = _waves(study, waves, list(indices))
    results = StudyResults(
        study=study,
        questionnaire=responses.questionnaire,
        responses=responses,
        design=design,
        fit=fit,
        indices=indices,
        drivers=drivers,
        comparisons=comparisons,
        invariances=invariances,
        elements=elements,
        element_drivers=element_drivers,
        complaint_ladder=complaint_ladder(fit) if _has_ladder(responses.questionnaire) else None,
        provenance=record_provenance(
            study.files(wave),
            {
                "wave": this.id,
                "by": list(study.by),
                "where": str(study.where or ""),
                "synthetic": study.synthetic or responses.synthetic,
            },
        ),
        changes=over_time.changes,
        trend=over_time.trend,
        decomposition=over_time.decomposition,
        regions=_regions(study, fit),
    )
    return results_for(results, study.own)


def _groupings(by: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Return everybody, each item alone, and the items together."""
    return [group for size in range(len(by) + 1) for group in combinations(by, size)]


def _elements(
    design: SurveyDesign, questionnaire: Questionnaire, by: tuple[str, ...]
) -> dict[tuple[str, ...], Elements]:
    """Judge the quality elements in every grouping, where the questionnaire declares any."""
    if questionnaire.model is None or not questionnaire.model.elements:
        return {}
    return {group: estimate_elements(design, questionnaire, by=group) for group in _groupings(by)}


def results_for(results: StudyResults, own: int | None) -> StudyResults:
    """Return results as seen by one of the groups that the study compares.

    What is measured against our own group is measured anew; every other number stays.

    Parameters
    ----------
    results : StudyResults
    own : int or None
        A code of the last item of the study's ``by``.
    """
    study = replace(results.study, own=own)
    boards = [_short_boards(study, results.indices, results.drivers)]
    if results.element_drivers is not None:
        boards.insert(0, _short_boards(study, results.elements, results.element_drivers))
    found = tuple(board for some in boards for board in some)
    gaps = _gap_parts(study, results.indices)
    return replace(results, study=study, short_boards=found, gap_parts=gaps)


def _gap_parts(study: Study, indices: Mapping[tuple[str, ...], Index]) -> tuple[Decomposition, ...]:
    """Explain our gaps to the competitors, where the study tells kinds of customers apart."""
    across = study.by[-1:]
    cells = tuple(name for name in study.kinds if name not in across)
    index = indices.get(across)
    if study.own is None or not cells or index is None:
        return ()
    if study.own not in set(index.scores.labels[across[0]]):
        return ()
    return decompose_gaps(index, own=study.own, cells=cells)


def _short_boards(
    study: Study,
    levels: Mapping[tuple[str, ...], Elements] | Mapping[tuple[str, ...], Index],
    drivers: ElementDrivers | Drivers,
) -> list[ShortBoards]:
    """Compare us with the best competitor, in every grouping that tells operators apart."""
    return [
        find_short_boards(scored, drivers, own=study.own)
        for by, scored in levels.items()
        if by and by[-1] == study.by[-1] and study.own in set(scored.scores.labels[by[-1]])
    ]


def _has_ladder(questionnaire: Questionnaire) -> bool:
    return questionnaire.model is not None and bool(questionnaire.model.complaint_ladder)


def _comparisons(
    indices: dict[tuple[str, ...], Index],
    invariances: dict[str, Invariance],
    margin: float | None,
) -> tuple[Comparison, ...]:
    """Compare the groups of the last item of each grouping, within those of the others."""
    return tuple(
        compare_groups(
            index,
            terms=index.scores.labels["term"].unique().tolist(),
            margin=margin,
            invariance=invariances.get(index.by[-1]),
        )
        for index in indices.values()
        if _has_pairs(index)
    )


def _has_pairs(index: Index) -> bool:
    """Tell whether any two groups differ in the last item only."""
    cells = set(index.scores.labels[list(index.by)].itertuples(index=False, name=None))
    return len({cell[:-1] for cell in cells}) < len(cells)


def _compared_items(study: Study) -> tuple[str, ...]:
    """Return the items whose groups the report sets beside each other; the last one first told."""
    regions = (study.regions.by,) if study.regions else ()
    return tuple(dict.fromkeys((*regions, *study.by)))


def _invariances(fit: ModelFit, by: tuple[str, ...]) -> dict[str, Invariance]:
    """Test invariance across the groups of each item that has two large enough ones."""
    found = {item: tested_alike(fit, item) for item in by}
    return {item: invariance for item, invariance in found.items() if invariance is not None}


def _waves(
    study: Study, waves: Mapping[str, WaveAnswers], groupings: Sequence[tuple[str, ...]]
) -> WaveResults:
    """Compare the reported wave with those before it; nothing for the first one."""
    if len(waves) < 2:
        return WaveResults()
    return compare_study_waves(study, stack_study(study, waves), groupings)


def _regions(study: Study, fit: ModelFit) -> Regions | None:
    plan = study.regions
    if plan is None:
        return None
    return assess_regions(
        estimate_index(fit, by=plan.by),
        mix=plan.mix,
        sources=read_sources(plan.sources) if plan.sources else None,
    )


def _owned(study: Study) -> list[str]:
    """Return what a run of the study writes, so that nothing of an earlier one stays beside it."""
    return ["tables/*.csv", *(f"{study.id}_{language}.pdf" for language in LANGUAGES)]


def _silent(_step: str, _done: float) -> None:
    """Report no progress."""

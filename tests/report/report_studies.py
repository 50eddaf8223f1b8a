"""Small studies for the tests of the report: simulated answers, real analyses."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from csi.comparison import compare_groups
from csi.drivers import rank_drivers
from csi.index import construct_items, estimate_index
from csi.inference import make_design
from csi.model.fit import fit_model
from csi.questionnaire.reading import read_questionnaire
from csi.questionnaire.schema import Questionnaire, Text
from csi.report.book import StudyResults
from csi.responses.data import CHANGE_COLUMNS, Responses
from csi.results import Provenance
from csi.study_schema import Study

QUESTIONNAIRES = Path(__file__).parents[2] / "questionnaires"


def questionnaire(name: str) -> Questionnaire:
    """Return a questionnaire that the project ships."""
    return read_questionnaire(QUESTIONNAIRES / f"{name}.yaml")


def simulated_study(
    name: str,
    n: int,
    *,
    seed: int,
    by: dict[str, list[float]] | None = None,
    own: int | None = None,
    common: float = 0.7,
) -> StudyResults:
    """Analyse simulated answers to a shipped questionnaire.

    Parameters
    ----------
    by : mapping of item to shares
        Groups, and how many respondents fall into each choice.
    common : float
        Correlation of every construct with one common factor; near 1 the paths are withheld.
    """
    form = questionnaire(name)
    answers = _simulated_answers(form, n, np.random.default_rng(seed), by or {}, common)
    return analysed(form, answers, by=tuple(by or ()), own=own)


def analysed(
    form: Questionnaire, answers: pd.DataFrame, *, by: tuple[str, ...], own: int | None
) -> StudyResults:
    """Return all results of a table of answers."""
    responses = Responses(
        questionnaire=form,
        frame=answers,
        reasons=answers.isna().map(lambda missing: "no_answer" if missing else ""),
        changes=pd.DataFrame([("CUSA1", "missing code", "", 11)], columns=list(CHANGE_COLUMNS)),
        source="answers.sav",
        sha256="ab" * 32,
    )
    design = make_design(responses)
    fit = fit_model(design, form)
    groupings = [g for size in range(len(by) + 1) for g in itertools.combinations(by, size)]
    indices = {grouping: estimate_index(fit, by=grouping) for grouping in groupings}
    terms = list(construct_items(fit))
    return StudyResults(
        study=_study(by, own),
        questionnaire=form,
        responses=responses,
        design=design,
        fit=fit,
        indices=indices,
        drivers=rank_drivers(fit),
        comparisons=tuple(
            compare_groups(indices[g], across=g[-1], terms=terms) for g in groupings if g
        ),
        provenance=Provenance(
            inputs={"study.yaml": "12" * 32, "answers.sav": "ab" * 32},
            versions={"csi": "0.1.0", "semopy": "2.3.11"},
            options={"wave": "2026", "by": list(by)},
        ),
    )


def _simulated_answers(
    form: Questionnaire,
    n: int,
    rng: np.random.Generator,
    by: dict[str, list[float]],
    common: float,
) -> pd.DataFrame:
    """One common factor, a step down from each group to the next, two per cent missing."""
    assert form.model is not None
    frame = pd.DataFrame(index=range(n))
    shift = np.zeros(n)
    for item, parts in by.items():
        codes = list(form.items[item].choices)[: len(parts)]
        frame[item] = rng.choice(codes, size=n, p=np.array(parts) / sum(parts)).astype(float)
        shift += 0.4 * frame[item].map(codes.index).to_numpy()
    factor = rng.normal(size=n) - shift
    for line in form.model.syntax.splitlines():
        if "=~" not in line:
            continue
        name, right = line.split("=~")
        construct = common * factor + np.sqrt(1 - common**2) * rng.normal(size=n)
        construct += 0.04 * len(name.strip())
        for item in (part.strip() for part in right.split("+")):
            frame[item] = _ratings(form, item, construct, rng)
    return frame


def _ratings(
    form: Questionnaire, item: str, construct: np.ndarray[Any, Any], rng: np.random.Generator
) -> np.ndarray[Any, Any]:
    scale = form.items[item].scale
    assert scale is not None
    middle, spread = (scale.minimum + scale.maximum) / 2, scale.maximum - scale.minimum
    raw = middle + spread * 0.16 * (construct + 0.7 * rng.normal(size=len(construct)) + 1)
    ratings: np.ndarray[Any, Any] = np.clip(np.round(raw), scale.minimum, scale.maximum)
    ratings[rng.random(len(ratings)) < 0.02] = np.nan
    return ratings


def _study(by: tuple[str, ...], own: int | None) -> Study:
    return Study(
        id="study",
        title=Text("Customer satisfaction", "用户满意度"),
        questionnaire=Path("questionnaire.yaml"),
        waves=(),
        by=by,
        own=own,
        client=Text("The client", "委托方"),
        period=Text("2026", "2026年"),
        fieldwork=Text("1 to 28 September 2026", "2026年9月1日至28日"),
        population=Text("Adult customers", "成年用户"),
        mode=Text("Telephone", "电话访问"),
        confidential=Text("Confidential", "保密"),
        source="study.yaml",
        sha256="12" * 32,
        folder=Path(),
    )

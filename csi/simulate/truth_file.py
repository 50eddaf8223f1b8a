"""A truth as a file: what a simulation plants, for everybody to read."""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from csi.errors import Fault, ModelError
from csi.questionnaire.located import read_yaml
from csi.questionnaire.sections import Section
from csi.simulate.truth import Level, Truth

_BY_NAME = ("loadings", "means", "deviations", "ceilings", "dont_know", "no_answer")
_NUMBERS = ("coached", "stratum_spread", "intraclass", "informative", "response_rate")
_WHOLE = ("strata", "clusters")


def read_truth(path: str | Path) -> Truth:
    """Read what is true of a simulated population.

    The keys are the fields of `Truth`. Pairs are nested, the outcome or the group first::

        paths: {Satisfaction: {Image: 0.3, Quality: 0.5}}
        correlations: {Image: {Fairness: 0.4}}
        shares: {age: {1: 0.2, 2: 0.8}}
        shifts: {operator: {1: {Quality: 0.2}}}
        waves: {2026q2: {Quality: -0.1}}

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    Truth
        Its names are checked against a questionnaire when it is used.

    Raises
    ------
    ModelError
        With every unknown key and every value that is no number.
    """
    document = read_yaml(path, _model_error)
    root = document.root
    root.label = "The truth"
    default = Truth()
    fields: dict[str, Any] = {
        **{name: _values(root, name) for name in _BY_NAME},
        **{name: _number(root, name, getattr(default, name)) for name in _NUMBERS},
        **{name: root.integer(name, getattr(default, name)) for name in _WHOLE},
        "paths": {(b, a): v for a, own in _nested(root, "paths").items() for b, v in own.items()},
        "correlations": {
            (a, b): v for a, own in _nested(root, "correlations").items() for b, v in own.items()
        },
        "shares": {
            name: {_code(part, code): v for code, v in _of(part).items()}
            for name, part in _parts(root, "shares").items()
        },
        "shifts": _levels(root, "shifts"),
        "biases": _levels(root, "biases"),
        "waves": _nested(root, "waves"),
    }
    root.close()
    document.faults.check()
    return Truth(**fields)


def _model_error(faults: Iterable[Fault]) -> ModelError:
    return ModelError("\n".join(map(str, faults)))


def _number(section: Section, key: str, default: float) -> float:
    value = section.number(key, default)
    return math.nan if value is None else value


def _values(section: Section, key: str) -> dict[str, float]:
    part = section.section(key, required=False)
    return {} if part is None else _of(part)


def _of(part: Section) -> dict[str, float]:
    return {name: _number(part, name, math.nan) for name in part}


def _parts(section: Section, key: str) -> dict[str, Section]:
    part = section.section(key, required=False)
    if part is None:
        return {}
    found = {name: part.section(name) for name in part}
    return {name: inner for name, inner in found.items() if inner is not None}


def _nested(section: Section, key: str) -> dict[str, dict[str, float]]:
    return {name: _of(part) for name, part in _parts(section, key).items()}


def _levels(section: Section, key: str) -> dict[Level, dict[str, float]]:
    found: dict[Level, dict[str, float]] = {}
    for question, part in _parts(section, key).items():
        for code in part:
            inner = part.section(code)
            if inner is not None:
                found[question, _code(part, code)] = _of(inner)
    return found


def _code(section: Section, text: str) -> int:
    if text.lstrip("-").isdigit():
        return int(text)
    section.fault(text, f"{section.label}: `{text}` is no answer code.", "Codes are whole numbers.")
    return 0

"""The only door to semopy: one fresh model, one covariance matrix, one fit of record.

semopy's defaults are not trusted: names are made safe, every parameter is written out with its own
label, starting values are given, the tolerance is tight, the process-wide ``random`` state is put
back, and nothing but the parameter values is taken from it.
"""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import pandas as pd

from csi.inference import FloatArray
from csi.model.structure import Structure

_LOCK = threading.Lock()  # semopy keeps bound methods on its classes while a model is built
_OPTIONS = {"ftol": 1e-12, "maxiter": 9999}


@dataclass(frozen=True, slots=True, kw_only=True)
class SemopyFit:
    """What semopy answered.

    Attributes
    ----------
    theta : FloatArray, shape (n_free,)
    success : bool
        As semopy says; see the gradient for what that is worth.
    message : str
    iterations : int
    """

    theta: FloatArray
    success: bool
    message: str
    iterations: int


def fit_semopy(structure: Structure, S: FloatArray, n: int, start: FloatArray) -> SemopyFit:
    """Fit the model to a covariance matrix by semopy's maximum likelihood.

    Parameters
    ----------
    structure : Structure
    S : FloatArray, shape (p, p)
    n : int
        Respondents.
    start : FloatArray, shape (n_free,)

    Returns
    -------
    SemopyFit
    """
    with _LOCK, _quiet():
        import semopy

        model = semopy.Model(_description(structure))
        names = [f"y{k}" for k in range(len(S))]
        cov = pd.DataFrame(S, index=names, columns=names)
        model.load(cov=cov, n_samples=n)
        order = [int(name[1:]) for name, parameter in model.parameters.items() if parameter.active]
        model.param_vals = start[order].astype(float)
        answer = model.fit(cov=cov, n_samples=n, options=dict(_OPTIONS))
    theta = np.empty(structure.n_free)
    theta[order] = answer.x
    return SemopyFit(
        theta=theta,
        success=bool(answer.success),
        message=str(answer.message),
        iterations=int(answer.n_it),
    )


def _description(structure: Structure) -> str:
    """Write the model in semopy's language: safe names, one formula a line, labels t0, t1, ..."""
    safe = {name: f"y{k}" for k, name in enumerate(structure.items)}
    safe |= {name: f"F{k}" for k, name in enumerate(structure.table.constructs)}
    lines = []
    for p, free, value in zip(
        structure.table.parameters, structure.free, structure.fixed_values, strict=True
    ):
        modifier = f"t{free}" if free >= 0 else repr(float(value))
        lines.append(f"{safe[p.lhs]} {p.op} {modifier}*{safe[p.rhs]}")
    written = {frozenset((p.lhs, p.rhs)) for p in structure.table.parameters if p.op == "~~"}
    nodes = structure.nodes
    lines += [
        f"{safe[a]} ~~ 0.0*{safe[b]}"
        for k, a in enumerate(nodes)
        for b in nodes[k + 1 :]
        if frozenset((a, b)) not in written
    ]
    return "\n".join(lines)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep semopy from reseeding ``random`` and from logging."""
    state = random.getstate()
    disabled = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with np.errstate(all="ignore"):
            yield
    finally:
        logging.disable(disabled)
        random.setstate(state)

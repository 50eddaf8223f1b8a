"""What the model implies for the outcome if drivers changed, and how far assumptions carry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from csi.drivers import Drivers, rank_drivers
from csi.errors import ModelError, suggest
from csi.inference import Estimates
from csi.model.fit import ModelFit, fit_model


def what_if(drivers: Drivers, changes: Mapping[str, float]) -> Estimates:
    """Compute the outcome's change that goes with changes of drivers, under the model.

    Σ_j effect_j · change_j with the drivers' total effects, each given on its own; a mediator that
    is changed too would be counted twice, so a driver and one of its own antecedents are refused
    together. The model is linear and describes association: no promise of an effect.

    Parameters
    ----------
    drivers : Drivers
    changes : mapping of str to float
        Points to add to each driver's 0-100 score.

    Returns
    -------
    Estimates
        One number, in points. Labels: ``term``.

    Raises
    ------
    ModelError
        If the paths are withheld, a driver is unknown, two of them lie on one route, or a change
        leads out of the 0-100 scale.
    """
    if drivers.verdict == "withheld":
        raise ModelError(
            "The model's paths are withheld, so they imply nothing about changes. "
            "See `fit.diagnosis()` for the reasons."
        )
    faults = [*_unknown(drivers, changes), *_nested(drivers, changes), *_outside(drivers, changes)]
    if faults:
        raise ModelError("\n".join(faults))
    step = np.array([[changes.get(name, 0.0) for name in drivers.names]])
    labels = pd.DataFrame({"term": [drivers.outcome]})
    return drivers.importance.map(step @ drivers.importance.values, step, labels)


def reliability_sensitivity(
    fit: ModelFit, outcome: str | None = None, *, levels: Sequence[float] = (0.7, 0.8, 0.9)
) -> pd.DataFrame:
    """Refit under other assumed reliabilities of the single items.

    Parameters
    ----------
    fit : ModelFit
        A pooled fit with at least one single item.
    outcome : str, optional
        By default the questionnaire's index construct.
    levels : sequence of float
        Reliabilities, taken for all single items at once.

    Returns
    -------
    DataFrame
        ``reliability``, then the tidy columns of the drivers' importance, and ``verdict``.

    Raises
    ------
    ModelError
        If no construct has a single item.
    """
    single = [own[0] for c in fit.table.constructs if len(own := fit.table.items_of(c)) == 1]
    if not single:
        raise ModelError("Every construct has several items: no reliability is assumed.")
    tables = []
    for level in levels:
        again = fit_model(
            fit.design,
            fit.questionnaire or fit.syntax,
            missing=fit.missing,
            reliability=dict.fromkeys(single, level),
        )
        drivers = rank_drivers(again, outcome)
        table = drivers.importance.tidy()
        table.insert(0, "reliability", level)
        tables.append(table.assign(verdict=drivers.verdict))
    return pd.concat(tables, ignore_index=True)


def _unknown(drivers: Drivers, changes: Mapping[str, float]) -> list[str]:
    return [
        f"`{name}` is not a driver of `{drivers.outcome}` ({', '.join(drivers.names)}). "
        f"{suggest(name, drivers.names)}".rstrip()
        for name in changes
        if name not in drivers.names
    ]


def _nested(drivers: Drivers, changes: Mapping[str, float]) -> list[str]:
    table = drivers.fit.table
    return [
        f"`{name}` is already part of what `{above}` brings about; change only one of them."
        for name in changes
        for above in changes
        if above in table.antecedents_of(name)
    ]


def _outside(drivers: Drivers, changes: Mapping[str, float]) -> list[str]:
    performance = dict(zip(drivers.names, drivers.performance.values, strict=True))
    return [
        f"`{name}` stands at {performance[name]:.1f}; {change:+g} points lead out of 0 to 100."
        for name, change in changes.items()
        if name in performance and not 0.0 <= performance[name] + change <= 100.0
    ]

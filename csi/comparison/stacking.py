"""Waves put on top of each other: one design, in which changes are differences of domains."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from csi.errors import DesignError, suggest
from csi.inference import (
    Calibration,
    IntArray,
    Stage,
    SurveyDesign,
    make_design,
)
from csi.responses.data import Responses

WAVE = "wave"
"""The column that says which wave a row belongs to."""


def stack_waves(
    waves: Mapping[str, SurveyDesign | Responses | pd.DataFrame],
    *,
    panel: str | None = None,
    column: str = WAVE,
) -> SurveyDesign:
    """Put the designs of several waves on top of each other.

    Waves that were drawn independently are strata of their own, so that the variance of a change
    is the sum of both (Kish 1965, 12.4). With ``panel``, rows of different waves that agree in it
    belong to one sampling unit, and so do the units that hold them: what a person says in both
    waves goes into one total, and the covariance of the waves comes out of it. Each unit's total is
    taken from the mean of its own wave and stratum, with that stratum's n/(n − 1), so that a wave
    by itself has the same standard errors as without the others. Weights of each wave are rescaled
    to add up to its respondents: a wave that was weighted to the population must not outweigh one
    that was weighted to its sample.

    Parameters
    ----------
    waves : mapping of str to SurveyDesign, Responses or DataFrame
        By wave identifier, in the order of time. Responses and data frames count as simple random
        samples.
    panel : str, optional
        The column whose equal values mark the same respondent in several waves; or, where the same
        primary sampling units are visited again, the same unit. Empty cells belong to nobody else.
    column : str
        Name of the new column; its levels are the waves, in order.

    Returns
    -------
    SurveyDesign

    Raises
    ------
    DesignError
        For fewer than two waves, a column that is taken or missing, and panels in designs with
        later stages of selection or with ``lonely`` set to "adjust" or "average".

    Examples
    --------
    >>> import pandas as pd
    >>> from csi.inference import estimate_means
    >>> first = make_design(pd.DataFrame({"who": [1, 2, 3], "score": [60.0, 70.0, 80.0]}))
    >>> second = make_design(pd.DataFrame({"who": [1, 2, 3], "score": [62.0, 72.0, 82.0]}))
    >>> both = stack_waves({"q1": first, "q2": second}, panel="who")
    >>> means = estimate_means(both, ["score"], by="wave")
    >>> V = means.covariance()
    >>> round(float(V[0, 0] + V[1, 1] - 2 * V[0, 1]), 9)  # everybody moved by the same two points
    0.0
    """
    designs = {
        str(wave): each if isinstance(each, SurveyDesign) else make_design(each)
        for wave, each in waves.items()
    }
    _refuse(designs, panel, column)
    parts = list(designs.values())
    frame = _stacked_frame(designs, column)
    factors = [np.count_nonzero(each.weights) / each.weights.sum() for each in parts]
    weights = np.concatenate([d.weights * f for d, f in zip(parts, factors, strict=True)])
    full = np.concatenate([d.variance_weights * f for d, f in zip(parts, factors, strict=True)])
    reasons = [each.reasons for each in parts]
    stacked = SurveyDesign(
        frame=frame,
        weights=weights,
        stages=_stacked_stages(parts),
        lonely=parts[0].lonely,
        calibrations=_stacked_calibrations(parts, factors),
        reasons=_stacked_reasons(reasons, parts, frame),
        description={**parts[-1].description, "waves": ", ".join(designs)},
        full_weights=None if all(d.full_weights is None for d in parts) else full,
    )
    if panel is None:
        return stacked
    described = replace(stacked, description={**stacked.description, "panel": panel})
    return _linked(described, panel, column)


def wave_overlap(design: SurveyDesign, *, column: str = WAVE) -> pd.DataFrame:
    """Count whom the waves of a stacked design share.

    Parameters
    ----------
    design : SurveyDesign
        From `stack_waves`.
    column : str

    Returns
    -------
    DataFrame
        A row per pair of waves: ``wave_a, wave_b, n_a, n_b`` respondents with weight, and
        ``n_shared``, those of the later wave who are in the earlier one too.
    """
    panel = design.description.get("panel", "")
    inside = design.weights > 0
    wave = design.frame[column]
    who = {
        level: design.frame[panel][inside & (wave == level).to_numpy()] if panel else None
        for level in wave.cat.categories
    }
    count = {level: int((inside & (wave == level).to_numpy()).sum()) for level in who}
    rows = []
    for a, b in combinations(who, 2):
        first, second = who[a], who[b]
        shared = 0
        if first is not None and second is not None:
            shared = int(second.dropna().isin(first.dropna()).sum())
        rows.append((a, b, count[a], count[b], shared))
    return pd.DataFrame(rows, columns=["wave_a", "wave_b", "n_a", "n_b", "n_shared"])


def _refuse(designs: Mapping[str, SurveyDesign], panel: str | None, column: str) -> None:
    if len(designs) < 2:
        raise DesignError(f"Stacking needs at least two waves; got {len(designs)}.")
    for wave, design in designs.items():
        if column in design.frame:
            raise DesignError(
                f"The answers of `{wave}` have a column `{column}` already: rename it, or choose "
                "another name with `column=`."
            )
        if panel is None:
            continue
        if panel not in design.frame:
            raise DesignError(
                f"`panel` names the column `{panel}`, which the answers of `{wave}` lack. "
                f"{suggest(panel, design.frame.columns)}".rstrip()
            )
        if any(stage.has_empty_units for stage in design.stages):
            raise DesignError(
                f"The design of `{wave}` has sampling units without rows, and a panel needs them: "
                "stack first, and leave out those set aside (`drop_set_aside`) afterwards."
            )
        later = [stage for stage in design.stages[1:] if (stage.multiplier > 0).any()]
        if later or (design.lonely in ("adjust", "average") and design.stages[0].lonely.any()):
            raise DesignError(
                f"The design of `{wave}` has later stages of selection or strata with a single "
                "unit; panels are supported in designs whose variance is that of the primary "
                'sampling units alone: leave out `fpc`, and use lonely="fail" or "certainty".'
            )
    lonely = {design.lonely for design in designs.values()}
    if len(lonely) > 1:
        raise DesignError(
            f"The waves differ in `lonely` ({', '.join(sorted(lonely))}): choose one."
        )


def _stacked_frame(designs: Mapping[str, SurveyDesign], column: str) -> pd.DataFrame:
    names = list(designs)
    frame = pd.concat([d.frame for d in designs.values()], ignore_index=True)
    ids = np.repeat(names, [d.n for d in designs.values()])
    return frame.assign(**{column: pd.Categorical(ids, categories=names, ordered=True)})


def _stacked_reasons(
    reasons: Sequence[pd.DataFrame | None], parts: Sequence[SurveyDesign], frame: pd.DataFrame
) -> pd.DataFrame | None:
    """Return why cells are empty; a question that a wave lacks was not asked in it."""
    if any(each is None for each in reasons):
        return None
    known = [
        each.reindex(columns=_all_columns(reasons), fill_value="not_asked")
        for each in reasons
        if each is not None
    ]
    return pd.concat(known, ignore_index=True)


def _all_columns(reasons: Sequence[pd.DataFrame | None]) -> list[str]:
    return list(dict.fromkeys(str(c) for each in reasons if each is not None for c in each))


def _stacked_stages(parts: Sequence[SurveyDesign]) -> tuple[Stage, ...]:
    """Count strata and units on from wave to wave; a design's missing stages add no variance."""
    depth = max(len(each.stages) for each in parts)
    stages = []
    for k in range(depth):
        own = [each.stages[k] if k < len(each.stages) else _silent(each) for each in parts]
        stratum_sizes = [len(stage.fraction) for stage in own]
        unit_sizes = [len(stage.stratum_of_unit) for stage in own]
        stages.append(
            Stage(
                stratum=_numbered_on([s.stratum for s in own], stratum_sizes),
                unit=_numbered_on([s.unit for s in own], unit_sizes),
                fraction=np.concatenate([s.fraction for s in own]),
                multiplier=np.concatenate([s.multiplier for s in own]),
                unit_strata=_numbered_on([s.stratum_of_unit for s in own], stratum_sizes),
            )
        )
    return tuple(stages)


def _silent(design: SurveyDesign) -> Stage:
    last = design.stages[-1]
    return replace(last, multiplier=np.zeros(len(last.fraction)))


def _numbered_on(codes: Sequence[IntArray], sizes: Sequence[int]) -> IntArray:
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    return np.concatenate([c + s for c, s in zip(codes, starts, strict=True)]).astype(np.int64)


def _stacked_calibrations(
    parts: Sequence[SurveyDesign], factors: Sequence[float]
) -> tuple[Calibration, ...]:
    """Return each wave's calibrations; the other waves have no auxiliaries in them."""
    result, n = [], sum(each.n for each in parts)
    depth = max(len(each.calibrations) for each in parts)
    starts = np.cumsum([0] + [each.n for each in parts])
    for k in range(depth):
        for part, factor, start in zip(parts, factors, starts, strict=False):
            if k >= len(part.calibrations):
                continue
            own = part.calibrations[k]
            width = own.auxiliaries.shape[1]
            table = np.vstack([own.auxiliaries, np.zeros((1, width))])
            cells = np.full(n, len(own.auxiliaries), dtype=np.int64)
            cells[start : start + part.n] = np.arange(part.n) if own.cells is None else own.cells
            base = np.zeros(n)
            base[start : start + part.n] = own.base_weights * factor
            slopes = None
            if own.regression_weights is not None:
                slopes = np.zeros(n)
                slopes[start : start + part.n] = own.regression_weights * factor
            result.append(
                Calibration(
                    auxiliaries=table,
                    base_weights=base,
                    cells=cells,
                    regression_weights=slopes,
                )
            )
    return tuple(result)


@dataclass(frozen=True)
class _Links:
    """The sampling units and strata of waves with common respondents."""

    unit: IntArray
    stratum: IntArray


def _linked(design: SurveyDesign, panel: str, column: str) -> SurveyDesign:
    """Make one unit of the units that share respondents, and centre totals wave by wave.

    Totals t of w·u are centred by their own wave and stratum through a calibration whose residual
    is t − t̄: auxiliaries 1/(w m) with m the members of the unit, base weights w² m. The factors
    n/(n − 1) go into the weights of the variance, which are w times their root.
    """
    stage = design.stages[0]
    links = _link(design, panel)
    w = design.variance_weights
    # Respondents without weight have no influence, but their units count as units with total 0.
    w = np.where(w > 0, w, 1e-6 * w[w > 0].mean())
    m = np.bincount(stage.unit)[stage.unit].astype(np.float64)
    n_units = stage.units_per_stratum
    factor = np.where(n_units > 1, n_units / np.maximum(n_units - 1.0, 1.0), 0.0)
    factor = factor * (1.0 - stage.fraction)
    merged = np.bincount(
        _first_of(links.unit, links.stratum), minlength=int(links.stratum.max()) + 1
    ).astype(np.float64)
    back = np.where(merged > 1, (merged - 1.0) / np.maximum(merged, 1.0), 0.0)
    root = np.sqrt(factor[stage.stratum] * back[links.stratum])
    indicator = sparse.csr_array(
        (1.0 / (w * m), (np.arange(design.n), stage.stratum)),
        shape=(design.n, len(stage.fraction)),
    )
    centring = Calibration(auxiliaries=indicator.toarray(), base_weights=w**2 * m)
    common = Stage(
        stratum=links.stratum,
        unit=links.unit,
        fraction=np.zeros(len(merged)),
        multiplier=np.ones(len(merged)),
    )
    return replace(
        design,
        stages=(common,),
        lonely="certainty",
        calibrations=(centring, *design.calibrations),  # the first is taken out last
        full_weights=w * root,
    )


def _first_of(unit: IntArray, stratum: IntArray) -> IntArray:
    """Return the stratum of each unit, once per unit."""
    return np.asarray(stratum[np.unique(unit, return_index=True)[1]])


def _link(design: SurveyDesign, panel: str) -> _Links:
    """Give units that hold the same respondents one number, and their strata too."""
    stage = design.stages[0]
    known = design.frame[panel].notna().to_numpy()
    who = np.full(design.n, -1, dtype=np.int64)
    who[known] = pd.factorize(design.frame[panel][known])[0]
    unit = _joined(stage.unit, who)
    stratum = _joined(stage.stratum, unit)
    return _Links(unit=unit, stratum=stratum)


def _joined(code: IntArray, link: IntArray) -> IntArray:
    """Give codes with a common link one number."""
    n_codes, rows = int(code.max()) + 1, link >= 0
    edges = sparse.csr_array(
        (np.ones(int(rows.sum())), (code[rows], link[rows] + n_codes)),
        shape=(n_codes + int(link.max()) + 1,) * 2,
    )
    component = connected_components(edges, directed=False)[1][code]
    return np.unique(component, return_inverse=True)[1].astype(np.int64)


def waves_of(design: SurveyDesign, column: str, needed: int = 2) -> list[str]:
    """Return the waves of a stacked design in order.

    Raises
    ------
    DesignError
        If the column does not hold waves, or too few.
    """
    values = design.frame[column]
    if not isinstance(values.dtype, pd.CategoricalDtype):
        raise DesignError(
            f"`{column}` does not say which waves there are, in order: stack them with "
            "`stack_waves`."
        )
    present = set(values[design.weights > 0])
    waves = [str(level) for level in values.cat.categories if level in present]
    if len(waves) < needed:
        raise DesignError(f"There are {len(waves)} waves with answers; {needed} are needed.")
    return waves

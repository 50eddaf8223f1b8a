"""From the questionnaire to a sampling plan: how many in each stratum, and what that will tell."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from csi.errors import SamplingError
from csi.questionnaire.schema import Questionnaire
from csi.sampling.allocated import Allocation
from csi.sampling.allocation import allocate_for_limits, allocate_total_for_limits
from csi.sampling.by_size import METHODS, allocate_total
from csi.sampling.cells import most_per_cell, tabulate_cells
from csi.sampling.collisions import check_bounds
from csi.sampling.exclusions import Exclusion, read_exclusions
from csi.sampling.limits import FloatArray, VarianceLimits
from csi.sampling.margins import expected_margins, publish, variance_limits
from csi.sampling.plan_text import summarise_plan
from csi.sampling.population import Population, read_population
from csi.sampling.settings import PlanSettings, settle
from csi.sampling.strata import CellIndex


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SamplingPlan:
    """How many interviews in each stratum, how many numbers for them, and the margins they give.

    Attributes
    ----------
    questionnaire : Questionnaire
    settings : PlanSettings
        Every choice behind the plan.
    cells : DataFrame, one row per stratum
        As `tidy` returns it.
    margins : DataFrame, one row per published group
        ``domain``, the strata, ``design`` ("probability", "quota", "mixed"), ``population, n,
        n_eff, wanted, half_width, change_half_width, detectable_change, saving, flag``. Groups
        with quota cells have no margin of error. ``saving`` is what a half-width wider by one
        percent would save.
    allocation : Allocation
        With the certificate: ``bound``, ``gap``, ``excess``, ``prices()``.
    exclusions : tuple of Exclusion
    index : CellIndex
        Finds the stratum of a customer.
    """

    questionnaire: Questionnaire
    settings: PlanSettings
    cells: pd.DataFrame
    margins: pd.DataFrame
    allocation: Allocation
    exclusions: tuple[Exclusion, ...]
    index: CellIndex

    @property
    def n(self) -> int:
        """Interviews in all."""
        return int(self.cells["n"].sum())

    @property
    def cost(self) -> float:
        """Cost of all interviews, in units of the population table's `cost`."""
        return self.allocation.cost

    def __repr__(self) -> str:
        quota = int((self.cells["design"] == "quota").sum())
        return (
            f"SamplingPlan({self.questionnaire.id!r}, n={self.n}, strata={len(self.cells)}"
            f"{f' ({quota} by quota)' if quota else ''}, cost={self.cost:g})"
        )

    def tidy(self) -> pd.DataFrame:
        """Return the strata.

        Returns
        -------
        DataFrame
            The strata, ``design, population, n, reserve, numbers`` (main and reserve together),
            ``fill_probability, fraction, cost, response_rate, sd, deff, minimum, maximum, note``.
            Quota strata have no frame, so no reserve, no numbers and no fill probability.
        """
        return self.cells.copy()

    def summary(self) -> str:
        """Return the plan, its proof, its dearest wishes and its weakest margins, in words."""
        return summarise_plan(self.settings, self.cells, self.margins, self.allocation)

    def _repr_html_(self) -> str:
        return self.cells.to_html(index=False)


def plan_sample(
    questionnaire: Questionnaire,
    population: pd.DataFrame,
    *,
    half_width: float | Mapping[str | tuple[str, ...], float] | None = None,
    domains: Sequence[Sequence[str]] | None = None,
    total: int | None = None,
    budget: float | None = None,
    method: str = "least cost",
    sd: float | None = None,
    conf_level: float | None = None,
    power: float | None = None,
    deff: float | None = None,
    response_rate: float | None = None,
    minimum: int | None = None,
    maximum: int | None = None,
    reserve: float | None = None,
    fill_probability: float | None = None,
    overlap: float | None = None,
    correlation: float | None = None,
    finite_population: bool = True,
) -> SamplingPlan:
    """Plan a sample: the cheapest interviews that give every published number its margin.

    Parameters
    ----------
    questionnaire : Questionnaire
        With a ``sampling`` section; every argument left out is taken from it.
    population : DataFrame
        One row per stratum: the strata (codes or labels) and ``population``. Further columns
        replace the plan's value for their stratum: ``sd, deff, cost, response_rate, minimum,
        maximum``, and ``design``: "probability" (drawn from a frame; the default) or "quota".
    half_width : float or mapping, optional
        Half of the confidence interval in points, for every domain or by domain:
        ``{"all": 1, "line": 2, ("line", "operator"): 3}``. Domains left out of a mapping are
        reported, not planned for.
    domains : sequence of sequence of str, optional
        Groups that results are published for; everybody is always one of them.
    total : int, optional
        Interviews in all. With "least cost" every half-width is widened or narrowed by the same
        factor until they are just enough; the other methods divide it by size.
    budget : float, optional
        The most the interviews may cost. With ``total`` left out and "least cost": an error, with
        the half-widths that collide with it, if the wanted ones cost more.
    method : {"least cost", "proportional", "equal", "neyman", "cost", "power"}
    sd, conf_level, power, deff, response_rate : float, optional
    minimum, maximum : int, optional
        Interviews in every stratum; always honoured.
    reserve : float, optional
        Reserve numbers per interview (5 is "1:5"). Else they are sized by ``fill_probability``.
    fill_probability : float, optional
        Probability with which each stratum is to be full (.95).
    overlap, correlation : float, optional
        Share of respondents kept for the next wave and the correlation of their two answers.
    finite_population : bool
        Whether results speak of these customers (then a census has no margin of error) or of the
        service in general.

    Returns
    -------
    SamplingPlan

    Raises
    ------
    SamplingError
        With every fault of the arguments and of the table, or with what makes the plan impossible:
        strata whose frame cannot give their minimum, half-widths out of reach, a budget too small.

    Notes
    -----
    Sizes follow `csi.sampling.size`; the optimum and its certificate `csi.sampling.least_cost`.

    Examples
    --------
    >>> from csi.questionnaire.reading import read_questionnaire
    >>> questionnaire = read_questionnaire("questionnaires/telecom_province.yaml")
    >>> cells = [(l, o, r) for l in (1, 2, 3, 4) for o in (1, 2, 3) for r in range(1, 17)]
    >>> frame = pd.DataFrame(cells, columns=["line", "operator", "region"])
    >>> plan_sample(questionnaire, frame.assign(population=50_000))
    SamplingPlan('telecom-province', n=6480, strata=192, cost=6480)
    """
    settings = settle(
        questionnaire,
        half_width=half_width,
        domains=domains,
        reserve=reserve,
        fill_probability=fill_probability,
        finite_population=finite_population,
        numbers={
            "sd": sd,
            "conf_level": conf_level,
            "power": power,
            "deff": deff,
            "response_rate": response_rate,
            "overlap": overlap,
            "correlation": correlation,
            "minimum": minimum,
            "maximum": maximum,
        },
    )
    people = read_population(population, questionnaire, settings)
    most = most_per_cell(people, settings)
    published = publish(people, settings)
    limits, limited = variance_limits(published, people, settings)
    allocation = _allocate_in_order(method, total, budget, limits, people, most)
    saving = np.zeros(len(published.groups))
    if allocation.limits is not None:
        saving[limited] = 0.02 * allocation.multipliers * allocation.limits.variances
    return SamplingPlan(
        questionnaire=questionnaire,
        settings=settings,
        cells=tabulate_cells(people, settings, allocation.n, most),
        margins=expected_margins(published, people, settings, allocation.n, saving),
        allocation=allocation,
        exclusions=read_exclusions(questionnaire),
        index=people.index,
    )


def _allocate_in_order(
    method: str,
    total: int | None,
    budget: float | None,
    limits: VarianceLimits,
    people: Population,
    most: FloatArray,
) -> Allocation:
    """Allocate with the strata in the order of their codes: rows in any order give one plan."""
    check_bounds(np.ceil(people.minimum), np.floor(most))  # before strata lose their places
    order = np.lexsort(people.codes.to_numpy().T[::-1])
    found = _allocate(method, total, budget, limits.ordered(order), people.rows(order), most[order])
    place = np.argsort(order)
    return replace(
        found,
        n=found.n[place],
        exact=found.exact[place],
        limits=None if found.limits is None else found.limits.ordered(place),
    )


def _allocate(
    method: str,
    total: int | None,
    budget: float | None,
    limits: VarianceLimits,
    people: Population,
    most: FloatArray,
) -> Allocation:
    if method == "least cost":
        bounds = {"cost": people.cost, "minimum": people.minimum, "maximum": most}
        if total is None:
            return allocate_for_limits(
                limits, budget=math.inf if budget is None else budget, **bounds
            )
        allocation = allocate_total_for_limits(total, limits, **bounds)
    elif method not in METHODS:
        allowed = ", ".join(("least cost", *METHODS))
        raise SamplingError(f"`method` must be one of {allowed}; got {method!r}.")
    elif (total is None) == (budget is None):
        raise SamplingError(f"The method {method} divides a `total` or a `budget`: give one.")
    else:
        return allocate_total(
            float(total if total is not None else budget or 0.0),
            people.size,
            method=method,
            sd=people.sd,
            cost=people.cost,
            minimum=people.minimum,
            maximum=most,
            is_budget=total is None,
        )
    if budget is not None and allocation.cost > budget:
        raise SamplingError(
            f"{total:g} interviews cost {allocation.cost:g}; the budget is {budget:g}. "
            f"Give `total` or `budget`."
        )
    return allocation

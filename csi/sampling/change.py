"""How many interviews a difference needs, and which change two waves can detect.

All sizes rest on the normal approximation and a two-sided test. Two waves may share respondents:
with ``m`` shared of ``n1`` and ``n2`` and a correlation ρ between the two answers of a person,

    Var(change) = deff · sd² · (1/n1 + 1/n2 − 2 ρ m / (n1 n2))

(Kish 1965, 12.4), so a panel detects smaller changes and costs no more.
"""

from __future__ import annotations

import math
from typing import Literal

from scipy import stats

from csi.errors import SamplingError
from csi.sampling.size import SampleSize, check_ranges, normal_quantile, round_up


def minimum_detectable_change(
    n_before: float,
    n_after: float,
    *,
    sd: float,
    overlap: float = 0.0,
    correlation: float = 0.0,
    conf_level: float = 0.95,
    power: float = 0.8,
    deff: float = 1.0,
) -> float:
    """Return the smallest true change that two waves find with probability ``power``.

    Parameters
    ----------
    n_before, n_after : float
        Interviews in each wave.
    sd : float
        Standard deviation between respondents.
    overlap : float
        Share of the smaller wave that answered in both.
    correlation : float
        Between the two answers of one respondent.
    conf_level, power, deff : float

    Returns
    -------
    float
        In the units of ``sd``.

    Raises
    ------
    SamplingError
        With every argument that is out of range.

    Examples
    --------
    >>> round(minimum_detectable_change(720, 720, sd=15), 2)
    2.21
    >>> round(minimum_detectable_change(720, 720, sd=15, overlap=0.5, correlation=0.6), 2)
    1.85
    """
    check_ranges(
        n_before=(n_before, 0, math.inf),
        n_after=(n_after, 0, math.inf),
        sd=(sd, 0, math.inf),
        conf_level=(conf_level, 0, 1),
        power=(power, 0, 1),
        deff=(deff, 0, math.inf),
    )
    _check_overlap(overlap, correlation)
    shared = overlap * min(n_before, n_after)
    spread = 1 / n_before + 1 / n_after - 2 * correlation * shared / (n_before * n_after)
    return _multiple(conf_level, power) * sd * math.sqrt(deff * spread)


def size_for_change(
    change: float,
    *,
    sd: float,
    overlap: float = 0.0,
    correlation: float = 0.0,
    conf_level: float = 0.95,
    power: float = 0.8,
    deff: float = 1.0,
    response_rate: float = 1.0,
) -> SampleSize:
    """Return the interviews per wave that detect a change of a mean or an index.

    ``n = 2 · deff · (1 − ρ · overlap) · ((z_{1−α/2} + z_power) · sd / change)²``

    With the defaults for ``overlap`` it is the size per group for the difference of two groups.

    Parameters
    ----------
    change : float
        The true change to find, in the units of ``sd``.
    sd, overlap, correlation, conf_level, power, deff : float
        As in `minimum_detectable_change`.
    response_rate : float

    Returns
    -------
    SampleSize
        Of each wave.

    Raises
    ------
    SamplingError
        With every argument that is out of range.

    Examples
    --------
    >>> size_for_change(2.0, sd=15).n
    883
    """
    check_ranges(
        change=(change, 0, math.inf),
        sd=(sd, 0, math.inf),
        conf_level=(conf_level, 0, 1),
        power=(power, 0, 1),
        deff=(deff, 0, math.inf),
        response_rate=(response_rate, 0, 1),
    )
    _check_overlap(overlap, correlation)
    simple = 2 * (_multiple(conf_level, power) * sd / change) ** 2
    return _sized(simple, simple * deff * (1 - correlation * overlap), response_rate)


def size_for_share_difference(
    share_a: float,
    share_b: float,
    *,
    variance: Literal["pooled", "unpooled"] = "pooled",
    conf_level: float = 0.95,
    power: float = 0.8,
    deff: float = 1.0,
    response_rate: float = 1.0,
) -> SampleSize:
    """Return the interviews per group that tell two shares apart.

    ``variance="pooled"`` tests with the common share (Fleiss 1981; R's ``power.prop.test``),
    ``"unpooled"`` with each group's own.

    Parameters
    ----------
    share_a, share_b : float
        The shares expected.
    variance : {"pooled", "unpooled"}
    conf_level, power, deff, response_rate : float

    Returns
    -------
    SampleSize
        Of each group.

    Raises
    ------
    SamplingError
        With every argument that is out of range, or if the shares are equal.

    Examples
    --------
    >>> size_for_share_difference(0.80, 0.75).n
    1094
    """
    check_ranges(
        share_a=(share_a, 0, 1),
        share_b=(share_b, 0, 1),
        conf_level=(conf_level, 0, 1),
        power=(power, 0, 1),
        deff=(deff, 0, math.inf),
        response_rate=(response_rate, 0, 1),
    )
    if share_a == share_b:
        raise SamplingError(
            f"`share_a` and `share_b` are both {share_a}: nothing tells them apart."
        )
    if variance not in ("pooled", "unpooled"):
        raise SamplingError(f"`variance` must be pooled or unpooled; got {variance!r}.")
    z, z_power = normal_quantile(conf_level), float(stats.norm.ppf(power))
    mean = (share_a + share_b) / 2
    own = share_a * (1 - share_a) + share_b * (1 - share_b)
    tested = 2 * mean * (1 - mean) if variance == "pooled" else own
    simple = ((z * math.sqrt(tested) + z_power * math.sqrt(own)) / (share_a - share_b)) ** 2
    return _sized(simple, simple * deff, response_rate)


def _multiple(conf_level: float, power: float) -> float:
    return normal_quantile(conf_level) + float(stats.norm.ppf(power))


def _check_overlap(overlap: float, correlation: float) -> None:
    faults = []
    if not 0 <= overlap <= 1:
        faults.append(f"`overlap` must be a share from 0 to 1; got {overlap!r}.")
    if not -1 <= correlation < 1:
        faults.append(f"`correlation` must be at least -1 and below 1; got {correlation!r}.")
    if faults:
        raise SamplingError(faults)


def _sized(simple: float, exact: float, response_rate: float) -> SampleSize:
    n = round_up(exact)
    return SampleSize(
        n=n,
        exact=exact,
        simple=simple,
        contacts=round_up(n / response_rate),
        half_width=math.nan,
    )

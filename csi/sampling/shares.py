"""How many interviews a half-width of a share needs, with intervals that hold near 0 and 1."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Literal

from scipy import stats

from csi.errors import SamplingError
from csi.sampling.size import (
    SampleSize,
    check_ranges,
    correct_for_population,
    normal_quantile,
    round_up,
)

ShareMethod = Literal["wilson", "clopper-pearson", "wald"]


def size_for_share(
    half_width: float,
    *,
    share: float = 0.5,
    method: ShareMethod = "wilson",
    conf_level: float = 0.95,
    deff: float = 1.0,
    population: float = math.inf,
    response_rate: float = 1.0,
) -> SampleSize:
    """Return the interviews that a confidence interval of a share needs.

    Near 0 and 1 Wald's interval is far too short: at a share of .98 and a half-width of .05 it
    asks for 31 interviews. Wilson (1927) and Clopper and Pearson (1934) hold there.

    Parameters
    ----------
    half_width : float
        Half of the interval's length, as a share: .05 is five percentage points.
    share : float
        The share expected; .5 is the worst case.
    method : {"wilson", "clopper-pearson", "wald"}
    conf_level, deff, population, response_rate : float
        As in `size_for_mean`.

    Returns
    -------
    SampleSize
        With a note where fewer than ten respondents are expected on one side.

    Raises
    ------
    SamplingError
        With every argument that is out of range.

    Examples
    --------
    >>> size_for_share(0.05, method="wald").n, size_for_share(0.05).n
    (385, 381)
    >>> size_for_share(0.02, share=0.98, method="clopper-pearson").n
    245
    """
    check_ranges(
        half_width=(half_width, 0, 0.5),
        share=(share, 0, 1),
        conf_level=(conf_level, 0, 1),
        deff=(deff, 0, math.inf),
        population=(population, 1, math.inf),
        response_rate=(response_rate, 0, 1),
    )
    simple = _simple_share_size(half_width, share, method, conf_level)
    spread = population / (population - 1) if method == "wald" and population < math.inf else 1.0
    exact = correct_for_population(simple * spread * deff, population)
    n = round_up(exact)
    low, high = share_interval(
        share, n, method=method, conf_level=conf_level, deff=deff, population=population
    )
    expected = n * min(share, 1 - share)
    note = ""
    if expected < 10:
        note = f"Only {expected:.1f} respondents are expected on the smaller side; 10 are wanted."
    return SampleSize(
        n=n,
        exact=exact,
        simple=simple,
        contacts=round_up(n / response_rate),
        half_width=(high - low) / 2,
        note=note,
    )


def share_interval(
    share: float,
    n: float,
    *,
    method: ShareMethod = "wilson",
    conf_level: float = 0.95,
    deff: float = 1.0,
    population: float = math.inf,
) -> tuple[float, float]:
    """Return the interval of a share among ``n`` respondents.

    The design effect and the finite population enter through the effective base
    ``n / (deff · (1 − n/N))`` (Kish 1965; Korn and Graubard 1998 for Clopper-Pearson).

    Examples
    --------
    >>> [round(limit, 3) for limit in share_interval(0.98, 100)]
    [0.93, 0.994]
    """
    fraction = n / population
    if fraction >= 1:
        return share, share
    base = n / (deff * (1 - fraction))
    return _INTERVALS[_known(method)](share, base, conf_level)


def _simple_share_size(
    half_width: float, share: float, method: ShareMethod, conf_level: float
) -> float:
    z = normal_quantile(conf_level)
    spread = share * (1 - share)
    if _known(method) == "wald":
        return z**2 * spread / half_width**2
    if method == "wilson":
        # Half the length of Wilson's interval set equal to e, solved for n.
        root = math.sqrt(spread**2 + half_width**2 * (1 - 4 * spread))
        return z**2 * (spread - 2 * half_width**2 + root) / (2 * half_width**2)
    return _least_base(
        lambda n: _half(_clopper_pearson(share, n, conf_level)) <= half_width,
        start=z**2 * spread / half_width**2,
    )


def _least_base(enough: Callable[[float], bool], start: float) -> float:
    low, high = 1, max(2, math.ceil(start))
    while not enough(high):
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return float(low if enough(low) else high)


def _half(interval: tuple[float, float]) -> float:
    return (interval[1] - interval[0]) / 2


def _wald(share: float, n: float, conf_level: float) -> tuple[float, float]:
    half = normal_quantile(conf_level) * math.sqrt(share * (1 - share) / n)
    return share - half, share + half


def _wilson(share: float, n: float, conf_level: float) -> tuple[float, float]:
    z = normal_quantile(conf_level)
    centre = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * math.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return max(centre - half, 0.0), min(centre + half, 1.0)


def _clopper_pearson(share: float, n: float, conf_level: float) -> tuple[float, float]:
    tail, hits = (1 - conf_level) / 2, share * n
    low = float(stats.beta.ppf(tail, hits, n - hits + 1)) if hits > 0 else 0.0
    high = float(stats.beta.ppf(1 - tail, hits + 1, n - hits)) if hits < n else 1.0
    return low, high


_INTERVALS: dict[str, Callable[[float, float, float], tuple[float, float]]] = {
    "wilson": _wilson,
    "clopper-pearson": _clopper_pearson,
    "wald": _wald,
}


def _known(method: ShareMethod) -> ShareMethod:
    if method not in _INTERVALS:
        raise SamplingError(f"`method` must be one of {', '.join(_INTERVALS)}; got {method!r}.")
    return method

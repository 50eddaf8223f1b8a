"""How many interviews a half-width of a mean or of the index needs.

The order is fixed: simple random sample, then the design effect, then the finite population
correction, then non-response. Half-widths are in the units of the number itself: index points for
an index.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy import stats

from csi.errors import SamplingError

_ROUNDING = 1e-9
"""A size this close above a whole number is that number: 1600.0000000002 is 1600."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleSize:
    """An answer to "how many?", with the steps that led to it.

    Attributes
    ----------
    n : int
        Completed interviews.
    exact : float
        The same before rounding up.
    simple : float
        What a simple random sample from an endless population would need.
    contacts : int
        Numbers to approach at the expected response rate.
    half_width : float
        What `n` interviews give; NaN for sizes that rest on power.
    note : str
        What to know before using it; may be empty.
    """

    n: int
    exact: float
    simple: float
    contacts: int
    half_width: float
    note: str = ""


def size_for_mean(
    half_width: float,
    *,
    sd: float,
    conf_level: float = 0.95,
    deff: float = 1.0,
    population: float = math.inf,
    response_rate: float = 1.0,
) -> SampleSize:
    """Return the interviews that a confidence interval of a mean or an index needs.

    ``n0 = deff · (z · sd / half_width)²`` and ``n = n0 / (1 + n0 / N)`` (Cochran 1977, 4.7).

    Parameters
    ----------
    half_width : float
        Half of the interval, in the units of ``sd``: index points for an index.
    sd : float
        Standard deviation between respondents.
    conf_level : float
    deff : float
        Design effect: weights and clusters over a simple random sample.
    population : float
        Customers that the result speaks of. Leave it infinite when the result is to hold for the
        service in general, not for this year's customers.
    response_rate : float
        Share of the numbers approached that give an interview.

    Returns
    -------
    SampleSize

    Raises
    ------
    SamplingError
        With every argument that is out of range.

    Examples
    --------
    >>> size_for_mean(2.0, sd=18, deff=1.3, response_rate=0.15).n
    405
    """
    check_ranges(
        half_width=(half_width, 0, math.inf),
        sd=(sd, 0, math.inf),
        conf_level=(conf_level, 0, 1),
        deff=(deff, 0, math.inf),
        population=(population, 1, math.inf),
        response_rate=(response_rate, 0, 1),
    )
    simple = (normal_quantile(conf_level) * sd / half_width) ** 2
    exact = correct_for_population(simple * deff, population)
    n = round_up(exact)
    achieved = half_width_of_mean(n, sd=sd, conf_level=conf_level, deff=deff, population=population)
    contacts = round_up(n / response_rate)
    return SampleSize(n=n, exact=exact, simple=simple, contacts=contacts, half_width=achieved)


def half_width_of_mean(
    n: float,
    *,
    sd: float,
    conf_level: float = 0.95,
    deff: float = 1.0,
    population: float = math.inf,
) -> float:
    """Return the half-width that ``n`` interviews give a mean: `size_for_mean` turned round.

    Examples
    --------
    >>> round(half_width_of_mean(720, sd=15), 2)
    1.1
    """
    variance = deff * sd**2 * max(1 / n - 1 / population, 0.0)
    return normal_quantile(conf_level) * math.sqrt(variance)


def correct_for_population(n: float, population: float) -> float:
    """Return ``n / (1 + n/N)``: the same precision from a finite population."""
    return n / (1 + n / population)


def normal_quantile(conf_level: float) -> float:
    """Return z, so that a standard normal lies within ±z with probability ``conf_level``."""
    return float(stats.norm.ppf(0.5 + conf_level / 2))


def round_up(value: float) -> int:
    """Return the least whole number that is not below ``value``, but for rounding error."""
    return max(1, math.ceil(value - _ROUNDING * max(1.0, value)))


def check_ranges(**arguments: tuple[float, float, float]) -> None:
    """Raise one error with every argument outside ``(low, high]``; ``high`` may be infinite.

    Raises
    ------
    SamplingError
    """
    faults = []
    for name, (value, low, high) in arguments.items():
        closed = name in ("response_rate", "population")
        inside = low < value <= high if closed else low < value < high
        if not inside:
            allowed = f"above {low:g}"
            if high < math.inf:
                allowed += f" and {'at most' if closed else 'below'} {high:g}"
            faults.append(f"`{name}` must be {allowed}; got {value!r}.")
    if faults:
        raise SamplingError(faults)

"""What a plan is to achieve: the questionnaire's `sampling` section and what the caller changes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from csi.errors import SamplingError, suggest
from csi.questionnaire.schema import Questionnaire

Domain = tuple[str, ...]

TARGETS = ("index", "mean", "share", "change")
"""What a half-width is of: a level (``change``: the change of a level between two waves)."""

DEFAULT_FILL = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanSettings:
    """Every choice behind a plan.

    Attributes
    ----------
    strata : tuple of str
    domains : tuple of tuple of str
        Groups that results are published for; the first is everybody, ``()``.
    half_widths : mapping of domain to float
        One for each domain, in points.
    target : {"index", "mean", "share", "change"}
    sd : float
        Between respondents, in points.
    conf_level, power, deff, response_rate : float
    overlap, correlation : float
        Respondents shared with the next wave, and the correlation of their two answers.
    minimum : int
        Interviews in every stratum.
    maximum : float
        Likewise; infinite where there is none.
    reserve_ratio : float
        Reserve numbers per main number; NaN where reserves are sized by `fill_probability`.
    fill_probability : float
        Probability with which each cell is to be full.
    finite_population : bool
    """

    strata: tuple[str, ...]
    domains: tuple[Domain, ...]
    half_widths: Mapping[Domain, float]
    target: str
    sd: float
    conf_level: float
    power: float
    deff: float
    response_rate: float
    overlap: float
    correlation: float
    minimum: int
    maximum: float
    reserve_ratio: float
    fill_probability: float
    finite_population: bool

    @property
    def change_factor(self) -> float:
        """Variance of a change between two such waves over that of a level."""
        return 2 * (1 - self.correlation * self.overlap)


def settle(
    questionnaire: Questionnaire,
    *,
    half_width: float | Mapping[str | Domain, float] | None,
    domains: Sequence[Sequence[str]] | None,
    reserve: float | None,
    fill_probability: float | None,
    finite_population: bool,
    numbers: Mapping[str, float | None],
) -> PlanSettings:
    """Merge the questionnaire's section with the caller's arguments, and check the result.

    Parameters
    ----------
    numbers : mapping of str to float or None
        ``sd, conf_level, power, deff, response_rate, overlap, correlation, minimum, maximum``;
        None takes the questionnaire's.

    Raises
    ------
    SamplingError
        With every fault.
    """
    section = questionnaire.sampling
    given = section.get("precision")
    precision = given if isinstance(given, Mapping) else {}
    faults = [] if section else [f"{questionnaire.source or 'The questionnaire'}: no `sampling`."]
    strata = tuple(_names(section.get("strata")))
    if section and not strata:
        faults.append("The sampling plan names no `strata`.")
    groups = _domains(section.get("domains") if domains is None else domains, strata, faults)
    target = str(precision.get("target", "index"))
    if target not in TARGETS:
        faults.append(f"`target` must be one of {', '.join(TARGETS)}; got {target!r}.")
    values = _numbers(section, precision, target, numbers, faults)
    ratio, fill = _reserve(section, reserve, fill_probability, faults)
    wanted = half_width if half_width is not None else precision.get("half_width")
    widths = _half_widths(wanted, groups, faults)
    if faults:
        raise SamplingError(faults)
    return PlanSettings(
        strata=strata,
        domains=groups,
        half_widths=widths,
        target=target,
        minimum=int(values.pop("minimum")),
        reserve_ratio=ratio,
        fill_probability=fill,
        finite_population=finite_population,
        **values,
    )


def domain_name(domain: Domain) -> str:
    """Return ``line × operator``, or ``all`` for everybody."""
    return " × ".join(domain) or "all"


def _names(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [str(name) for name in value] if isinstance(value, Sequence) else []


def _domains(value: object, strata: Domain, faults: list[str]) -> tuple[Domain, ...]:
    listed = value if isinstance(value, Sequence) and not isinstance(value, str) else []
    domains = [tuple(_names(part)) for part in listed]
    for domain in domains:
        for name in domain:
            if name not in strata:
                faults.append(
                    f"The domain {domain_name(domain)} needs `{name}`, which is not one of the "
                    f"strata ({', '.join(strata)}). {suggest(name, strata)}".strip()
                )
    return tuple(dict.fromkeys([(), *domains]))


def _half_widths(
    wanted: object, domains: tuple[Domain, ...], faults: list[str]
) -> Mapping[Domain, float]:
    if wanted is None:
        faults.append("No `half_width` is given: write it into `precision`, or pass it.")
        return {}
    if not isinstance(wanted, Mapping):
        widths = dict.fromkeys(domains, _number(wanted))
    else:
        given = {_domain_of(key): _number(value) for key, value in wanted.items()}
        for domain in given:
            if domain not in domains:
                known = [domain_name(each) for each in domains]
                faults.append(
                    f"`half_width` names the domain {domain_name(domain)}; the plan has "
                    f"{', '.join(known)}. {suggest(domain_name(domain), known)}".strip()
                )
        # A domain without a half-width is reported but not planned for.
        widths = {domain: given.get(domain, math.inf) for domain in domains}
    for domain, value in widths.items():
        if not value > 0:
            faults.append(
                f"The half-width for {domain_name(domain)} must be above 0; got {value!r}."
            )
    return widths


def _domain_of(key: object) -> Domain:
    """Return ``()`` for "all", ``("line",)`` for "line"."""
    return () if key in ("all", "", ()) else tuple(_names(key))


def _numbers(
    section: Mapping[str, object],
    precision: Mapping[str, object],
    target: str,
    given: Mapping[str, float | None],
    faults: list[str],
) -> dict[str, float]:
    defaults = {
        "sd": precision.get("sd", 50.0 if target == "share" else None),
        "conf_level": precision.get("confidence", 0.95),
        "power": 0.8,
        "deff": precision.get("deff", 1.0),
        "response_rate": section.get("response_rate", 1.0),
        "overlap": 0.0,
        "correlation": 0.0,
        "minimum": section.get("minimum", 2),
        "maximum": section.get("maximum", math.inf),
    }
    chosen = {
        name: given[name] if given.get(name) is not None else default
        for name, default in defaults.items()
    }
    if chosen["sd"] is None:
        faults.append(
            "No standard deviation is given: write `sd` into the plan's `precision`, or pass it. "
            "It is usually 15 to 20 index points."
        )
        chosen["sd"] = 1.0
    values = {name: _number(value) for name, value in chosen.items()}
    _check_numbers(values, faults)
    return values


def _reserve(
    section: Mapping[str, object],
    reserve: float | None,
    fill_probability: float | None,
    faults: list[str],
) -> tuple[float, float]:
    """Return the ratio, NaN where reserves are sized, and the probability of filling."""
    if reserve is not None and fill_probability is not None:
        faults.append("Give `reserve` or `fill_probability`, not both: each one sizes the reserve.")
    fill = DEFAULT_FILL if fill_probability is None else fill_probability
    if not 0 < fill < 1:
        faults.append(f"`fill_probability` must be between 0 and 1; got {fill!r}.")
    ratio: object = reserve
    if reserve is None and fill_probability is None:
        ratio = section.get("reserve")
    if ratio is None:
        return math.nan, fill
    if not _number(ratio) >= 0:
        faults.append(f"`reserve` must be at least 0; got {ratio!r}.")
    return _number(ratio), fill


_RANGES: Mapping[str, tuple[float, float]] = {
    "sd": (0, math.inf),
    "conf_level": (0, 1),
    "power": (0, 1),
    "deff": (0, math.inf),
    "response_rate": (0, 1),
}


def _check_numbers(values: Mapping[str, float], faults: list[str]) -> None:
    for name, (low, high) in _RANGES.items():
        value = values[name]
        if not (low < value <= high if name == "response_rate" else low < value < high):
            allowed = f"above {low:g}" + (f" and up to {high:g}" if high < math.inf else "")
            faults.append(f"`{name}` must be {allowed}; got {value!r}.")
    if not 0 <= values["overlap"] <= 1:
        faults.append(f"`overlap` must be a share from 0 to 1; got {values['overlap']!r}.")
    if not -1 <= values["correlation"] < 1:
        faults.append(
            f"`correlation` must be at least -1 and below 1; got {values['correlation']!r}."
        )
    if not 1 <= values["minimum"] <= values["maximum"]:
        faults.append(
            f"`minimum` must be at least 1 and not above `maximum`; got {values['minimum']:g} and "
            f"{values['maximum']:g}."
        )


def _number(value: object) -> float:
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return math.nan

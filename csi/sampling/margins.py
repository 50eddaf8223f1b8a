"""What a plan promises: the expected margin of every published number."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from csi.results import base_flag
from csi.sampling.change import minimum_detectable_change
from csi.sampling.limits import (
    BoolArray,
    FloatArray,
    IntArray,
    VarianceLimits,
    domain_coefficients,
    limit_variances,
)
from csi.sampling.population import Population
from csi.sampling.settings import Domain, PlanSettings, domain_name
from csi.sampling.size import normal_quantile


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PublishedDomains:
    """Every group that a result is published for.

    Attributes
    ----------
    groups : tuple of (domain, codes)
        E.g. ``(("line", "operator"), (2, 1))``.
    members : ndarray of bool, shape (K, H)
    """

    groups: tuple[tuple[Domain, tuple[int, ...]], ...]
    members: BoolArray

    def labels(self) -> tuple[str, ...]:
        """Return ``line = 2, operator = 1`` for each group, ``all`` for everybody."""
        return tuple(
            ", ".join(f"{name} = {code}" for name, code in zip(domain, codes, strict=True)) or "all"
            for domain, codes in self.groups
        )


def publish(population: Population, settings: PlanSettings) -> PublishedDomains:
    """List the groups of every domain, in the order of their codes."""
    groups: list[tuple[Domain, tuple[int, ...]]] = []
    members: list[BoolArray] = []
    for domain in settings.domains:
        codes = population.codes[list(domain)].to_numpy(dtype=np.int64)
        for group in np.unique(codes, axis=0) if domain else np.zeros((1, 0), dtype=np.int64):
            groups.append((domain, tuple(int(code) for code in group)))
            members.append((codes == group).all(axis=1))
    return PublishedDomains(groups=tuple(groups), members=np.array(members))


def variance_limits(
    published: PublishedDomains, population: Population, settings: PlanSettings
) -> tuple[VarianceLimits, BoolArray]:
    """Return the limits of the groups with a half-width, and which groups these are."""
    coefficients = domain_coefficients(
        published.members, population.size, population.deff * population.sd**2
    )
    wanted = np.array([settings.half_widths[domain] for domain, _ in published.groups])
    limited = np.isfinite(wanted)
    factor = settings.change_factor if settings.target == "change" else 1.0
    variances = (wanted[limited] / normal_quantile(settings.conf_level)) ** 2 / factor
    labels = [label for label, use in zip(published.labels(), limited, strict=True) if use]
    size = population.size if settings.finite_population else None
    return limit_variances(labels, coefficients[limited], variances, size), limited


def expected_margins(
    published: PublishedDomains,
    population: Population,
    settings: PlanSettings,
    n: IntArray,
    saving: FloatArray,
) -> pd.DataFrame:
    """Tabulate what every group may expect.

    Groups with quota cells get no margin of error: nobody in them is drawn at random.

    Returns
    -------
    DataFrame
        ``domain``, the strata, ``design, population, n, n_eff, wanted, half_width,
        change_half_width, detectable_change, saving, flag``.
    """
    spread = population.deff * population.sd**2
    coefficients = domain_coefficients(published.members, population.size, spread)
    unit = domain_coefficients(published.members, population.size, np.ones(len(n)))
    share = np.sqrt(unit)
    gross = coefficients @ (1 / n)
    net = gross.copy()
    if settings.finite_population:
        net = np.maximum(gross - coefficients @ (1 / population.size), 0.0)
    z = normal_quantile(settings.conf_level)
    half_width = z * np.sqrt(net)
    base = (share @ population.sd**2) / gross
    quota = published.members @ population.quota.astype(float)
    cells = published.members.sum(axis=1)
    random = quota == 0
    # `deff` and the loss from unequal rates are in the variance already.
    detectable = [
        minimum_detectable_change(
            1.0,
            1.0,
            sd=max(float(np.sqrt(value)), 1e-12),
            overlap=settings.overlap,
            correlation=settings.correlation,
            conf_level=settings.conf_level,
            power=settings.power,
        )
        for value in net
    ]
    table = pd.DataFrame({"domain": [domain_name(domain) for domain, _ in published.groups]})
    for name in settings.strata:
        table[name] = pd.array(
            [_code(name, domain, codes) for domain, codes in published.groups], dtype="Int64"
        )
    table["design"] = np.where(random, "probability", np.where(quota == cells, "quota", "mixed"))
    table["population"] = published.members @ population.size
    table["n"] = published.members @ n
    table["n_eff"] = np.where(random, base, np.nan)
    wanted = np.array([settings.half_widths[domain] for domain, _ in published.groups])
    table["wanted"] = np.where(np.isfinite(wanted), wanted, np.nan)
    table["half_width"] = np.where(random, half_width, np.nan)
    table["change_half_width"] = table["half_width"] * np.sqrt(settings.change_factor)
    table["detectable_change"] = np.where(random, detectable, np.nan)
    table["saving"] = saving
    table["flag"] = [
        base_flag(value) if drawn else "no margin of error"
        for value, drawn in zip(base, random, strict=True)
    ]
    return table


def _code(name: str, domain: Domain, codes: tuple[int, ...]) -> int | None:
    return codes[domain.index(name)] if name in domain else None

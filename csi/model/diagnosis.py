"""May the paths of a fitted model be read as drivers? Certified, provisional or withheld."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from csi.inference import Estimates, FloatArray
from csi.model.effects import latent_correlations, standardised_values
from csi.model.group_fit import GroupFit
from csi.model.reliability import heterotrait_monotrait
from csi.model.structure import PSI, expected_information, implied_moments

Verdict = Literal["certified", "provisional", "withheld"]
Severity = Literal["note", "provisional", "withheld"]

CONDITION_WITHHELD = 1000.0
CORRELATION_NOTE = 0.85
CORRELATION_LIMIT = 0.95
HTMT_LIMIT = 0.90
PATH_ERROR_LIMIT = 0.20
WEAK_LOADING = 0.40


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a reader of the paths must know.

    Attributes
    ----------
    code : str
        Kind of finding, e.g. ``condition``; reports have a sentence for each.
    subject : str
        The parameter, construct or pair it is about; "" for the whole model.
    value, threshold : float
    severity : {"note", "provisional", "withheld"}
    """

    code: str
    subject: str
    value: float
    threshold: float
    severity: Severity

    def __str__(self) -> str:
        about = f" {self.subject}" if self.subject else ""
        return f"{self.code}{about}: {self.value:.3g} (limit {self.threshold:.3g})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """The verdict on a model's paths, with its reasons.

    Attributes
    ----------
    verdict : {"certified", "provisional", "withheld"}
    findings : tuple of Finding
        The gravest first.
    condition : float
        Condition number of the expected information, scaled to unit diagonal.
    """

    verdict: Verdict
    findings: tuple[Finding, ...]
    condition: float


def diagnose(fit: GroupFit) -> Diagnosis:
    """Judge whether a solution is converged, proper, identified by the data and stable.

    The paths are *withheld* when the solution is not converged or not proper (a variance at or
    below zero, latent correlations not positive definite, a standardised path beyond ±1), or when
    the scaled information has a condition number above 1,000 (healthy models: 20 to 100; the full
    ECSI on mobile customers: 3.5 million). They are *provisional* when latent correlations come
    near 1, when a standardised path has a standard error above .2, when a path's sign contradicts
    the correlation of the two constructs and is not just noise, or when a total effect's sign does
    at all: a driver that goes with satisfaction would be shown to lower it.

    The limits come from simulated models whose truth is known (benchmarks/results/truth_meter.md).
    """
    standardised = standardised_values(fit.structure, fit.theta)
    condition = scaled_condition(fit)
    found = [
        *_improper(fit),
        *_ill_conditioned(condition),
        *_collinear(fit),
        *_unstable_paths(fit, standardised),
        *_weak_loadings(standardised),
    ]
    if not any(finding.severity == "withheld" for finding in found):
        found += _opposed_effects(fit)
    order = {"withheld": 0, "provisional": 1, "note": 2}
    found.sort(key=lambda finding: order[finding.severity])
    severities = {finding.severity for finding in found}
    verdict: Verdict = "certified"
    if "withheld" in severities:
        verdict = "withheld"
    elif "provisional" in severities:
        verdict = "provisional"
    return Diagnosis(verdict=verdict, findings=tuple(found), condition=condition)


def scaled_condition(fit: GroupFit) -> float:
    """Return the condition number of the expected information with unit diagonal."""
    information = expected_information(implied_moments(fit.structure, fit.theta.values))
    scale = np.sqrt(np.diag(information))
    with np.errstate(divide="ignore", invalid="ignore"):
        scaled = information / np.outer(scale, scale)
    if not np.isfinite(scaled).all():
        return np.inf
    values = np.linalg.eigvalsh(scaled)
    return float(values[-1] / values[0]) if values[0] > 0 else np.inf


def _improper(fit: GroupFit) -> Iterator[Finding]:
    if not fit.record.converged:
        yield Finding("not_converged", "", fit.record.gradient, 1e-6, "withheld")
    structure = fit.structure
    values = structure.values(fit.theta.values)
    for k, p in enumerate(structure.table.parameters):
        is_variance = p.op == "~~" and p.lhs == p.rhs
        if is_variance and structure.free[k] >= 0 and values[k] <= _smallest(fit, k):
            yield Finding("variance", p.lhs, float(values[k]), 0.0, "withheld")
    phi = implied_moments(structure, fit.theta.values).phi
    sd = np.sqrt(np.abs(np.diag(phi)))
    smallest = float(np.linalg.eigvalsh(phi / np.outer(sd, sd))[0])
    if smallest <= 1e-6:
        yield Finding("not_positive_definite", "", smallest, 0.0, "withheld")


def _smallest(fit: GroupFit, row: int) -> float:
    """Return what counts as zero: a millionth of the item's or construct's variance."""
    implied = implied_moments(fit.structure, fit.theta.values)
    total = implied.phi if fit.structure.matrix[row] == PSI else implied.sigma
    k = fit.structure.row[row]
    return 1e-6 * float(abs(total[k, k]))


def _ill_conditioned(condition: float) -> Iterator[Finding]:
    if not condition < CONDITION_WITHHELD:
        yield Finding("condition", "", condition, CONDITION_WITHHELD, "withheld")


def _collinear(fit: GroupFit) -> Iterator[Finding]:
    table = latent_correlations(fit.structure, fit.theta.values)
    R = table.to_numpy(dtype=np.float64)
    names = [name for name in fit.structure.nodes if name in fit.structure.table.constructs]
    ratios = heterotrait_monotrait(fit)
    pairs = zip(ratios["construct_a"], ratios["construct_b"], strict=True)
    htmt = dict(zip(map(frozenset, pairs), ratios["htmt"].to_numpy(dtype=np.float64), strict=True))
    competing = _competing_pairs(fit)
    for i, a in enumerate(names):
        for j, b in enumerate(names[i + 1 :], start=i + 1):
            r = abs(float(R[i, j]))
            compete = frozenset((a, b)) in competing
            if r > CORRELATION_LIMIT:
                severity: Severity = "provisional" if compete else "note"
                yield Finding("correlation", f"{a}, {b}", r, CORRELATION_LIMIT, severity)
            elif r > CORRELATION_NOTE:
                yield Finding("correlation", f"{a}, {b}", r, CORRELATION_NOTE, "note")
            if htmt.get(frozenset((a, b)), 0.0) > HTMT_LIMIT:
                value = float(htmt[frozenset((a, b))])
                yield Finding("htmt", f"{a}, {b}", value, HTMT_LIMIT, "note")


def _competing_pairs(fit: GroupFit) -> set[frozenset[str]]:
    """Pairs of constructs that predict the same outcome: their effects must be told apart."""
    table = fit.structure.table
    pairs = set()
    for outcome in fit.structure.nodes:
        own = table.predictors_of(outcome)
        pairs |= {frozenset((a, b)) for i, a in enumerate(own) for b in own[i + 1 :]}
    return pairs


def _unstable_paths(fit: GroupFit, standardised: Estimates) -> Iterator[Finding]:
    errors = standardised.std_errors()
    nodes = list(fit.structure.nodes)
    R = latent_correlations(fit.structure, fit.theta.values).to_numpy(dtype=np.float64)
    for k, p in enumerate(fit.structure.table.parameters):
        if p.op != "~":
            continue
        value, error = float(standardised.values[k]), float(errors[k])
        if not abs(value) <= 1.0:
            yield Finding("path_beyond_one", str(p), value, 1.0, "withheld")
        if not error <= PATH_ERROR_LIMIT:
            yield Finding("path_error", str(p), error, PATH_ERROR_LIMIT, "provisional")
        correlation = float(R[nodes.index(p.lhs), nodes.index(p.rhs)])
        if _contradicts(value, error, correlation):
            yield Finding("sign", str(p), value, correlation, "provisional")


def _opposed_effects(fit: GroupFit) -> Iterator[Finding]:
    """Find total effects whose sign is not that of the correlation."""
    structure = fit.structure
    implied = implied_moments(structure, fit.theta.values)
    with np.errstate(invalid="ignore"):
        sd = np.sqrt(np.diag(implied.phi))
    for i, outcome in enumerate(structure.nodes):
        for driver in structure.table.antecedents_of(outcome):
            j = structure.nodes.index(driver)
            effect = float(implied.total[i, j] * sd[j] / sd[i])
            correlation = float(implied.phi[i, j] / (sd[i] * sd[j]))
            if effect * correlation < 0.0:
                subject = f"{outcome} ~ {driver}"
                yield Finding("effect_sign", subject, effect, correlation, "provisional")


def _contradicts(path: float, error: float, correlation: float) -> bool:
    """Say whether a path goes against its correlation by more than a standard error."""
    return path * correlation < 0.0 and abs(path) > error


def _weak_loadings(standardised: Estimates) -> Iterator[Finding]:
    labels: FloatArray = standardised.labels["op"].to_numpy()
    for k in np.flatnonzero(labels == "=~"):
        value = float(standardised.values[k])
        if not abs(value) >= WEAK_LOADING:
            item = str(standardised.labels["rhs"].iloc[k])
            yield Finding("weak_loading", item, value, WEAK_LOADING, "note")

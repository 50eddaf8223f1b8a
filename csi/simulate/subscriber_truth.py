"""Why simulated subscribers are dissatisfied: mechanisms with known size."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

FloatArray = npt.NDArray[np.float64]

CAUSES = ("none", "network", "outage", "billing", "tariff", "service", "device", "broadband")
"""What a subscriber's loss of satisfaction is put down to; position is the code."""

DISSATISFIED_BELOW = 50.0
"""On 0-100. A rating of 5 or less on 1-10 is a score below 50 before rounding."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mechanisms:
    """How satisfaction comes about in a simulated base.

    Score = (level − Σ losses) · (1 + silent gap if silent) + state + error.

    Attributes
    ----------
    level : float
        Score of a subscriber without any loss, 0-100.
    strength : float
        Multiplies every loss; 0 makes operational data useless.
    silent_gap, silent_gap_second : float
        Relative gap of silent subscribers on the two measures of satisfaction, all else equal.
    state_sd, error_sd : float
        Standard deviation of what data do not show and lasts, and of what an answer adds.
    interactions : float
        Points lost by pairs of conditions beyond the sum of their own losses.
    """

    level: float = 82.0
    strength: float = 1.0
    silent_gap: float = -0.12
    silent_gap_second: float = -0.14
    state_sd: float = 12.0
    error_sd: float = 6.0
    interactions: float = 3.0

    @property
    def noise_sd(self) -> float:
        """Standard deviation of an answer around its expectation."""
        return float(np.hypot(self.state_sd, self.error_sd))


def losses(columns: Mapping[str, npt.NDArray[np.generic]], m: Mechanisms) -> dict[str, FloatArray]:
    """Return the points that each cause takes from each subscriber.

    Parameters
    ----------
    columns : mapping of str to array
        Complete values, before any is blanked; see `csi.simulate.subscriber_columns`.
    m : Mechanisms

    Returns
    -------
    dict of str to FloatArray, shape (n,)
        One entry per cause but ``none``. Mostly additive in the indicators, with thresholds.
    """
    x = {name: np.asarray(column, dtype=np.float64) for name, column in columns.items()}
    poor = x["network_poor"]
    heavy = x["data_gb"] > x["allowance_gb"]
    network = 15.0 / (1.0 + np.exp(-2.2 * (poor - 1.1)))
    network = network + m.interactions * ((poor > 1.0) & heavy)
    outage = 9.0 * (1.0 - np.exp(-x["outage_hours_90d"] / 6.0))
    outage = outage + m.interactions * ((outage > 3.0) & (x["broadband"] > 0))
    billing = 7.0 * (x["bill_jump"] > 0.3) + 10.0 * np.minimum(x["disputes_6m"], 2.0)
    tariff = 6.0 * heavy + 6.0 * (x["arpu_change"] < -0.3) + 8.0 * (x["port_queries_6m"] > 0)
    tariff = tariff + 3.0 * ((x["tenure_months"] > 4.0) & (x["tenure_months"] < 22.0))
    service = 8.0 * (x["complaints_6m"] > 0) + 6.0 * (x["complaints_6m"] > 1)
    service = service + 4.0 * (x["hotline_6m"] > 2)
    device = np.clip(0.12 * (x["device_months"] - 18.0), 0.0, 5.0)
    broadband = 4.0 * np.minimum(x["broadband_faults_6m"], 3.0)
    parts = (network, outage, billing, tariff, service, device, broadband)
    return {cause: m.strength * part for cause, part in zip(CAUSES[1:], parts, strict=True)}


def expected_scores(
    lost: Mapping[str, FloatArray], silent: npt.NDArray[np.bool_], m: Mechanisms
) -> tuple[FloatArray, FloatArray]:
    """Return the expected scores on both measures, 0-100, each of shape (n,)."""
    score = np.maximum(m.level - np.add.reduce(list(lost.values())), 5.0)
    first = score * (1.0 + m.silent_gap * silent)
    second = (score - 2.0) * (1.0 + m.silent_gap_second * silent)
    return first, second


def dissatisfied_probability(expected: FloatArray, m: Mechanisms) -> FloatArray:
    """Return P(rating of 5 or less | everything known about the subscriber), shape (n,)."""
    return np.asarray(ndtr((DISSATISFIED_BELOW - expected) / m.noise_sd))


def to_rating(score: FloatArray) -> npt.NDArray[np.int8]:
    """Turn a 0-100 score into a rating from 1 to 10."""
    return np.clip(np.floor(1.5 + 0.09 * score), 1, 10).astype(np.int8)

"""AAPOR's outcome rates from counts of final dispositions.

Formulas: AAPOR, *Standard Definitions: Final Dispositions of Case Codes and Outcome Rates for
Surveys*. With I complete and P partial interviews, R refusals and break-offs, NC non-contacts, O
other eligible, UH unknown whether eligible, UO unknown for other reasons, and e the share of the
unknown that are eligible:

    RR1 … RR6    I or I + P over everybody, over e · unknown, over the known eligible
    COOP1 … 4    I or I + P over those reached, with or without O
    REF1 … 3     R over the same three bases as the response rates
    CON1 … 3     those reached (I + P + R + O) over the same three bases
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from csi.sampling.limits import FloatArray

CLASSES = ("I", "P", "R", "NC", "O", "UH", "UO", "NE")
"""Classes of final dispositions; NE is not eligible, which includes a quota that is full."""

RATES = (
    *("RR1", "RR2", "RR3", "RR4", "RR5", "RR6"),
    *("COOP1", "COOP2", "COOP3", "COOP4"),
    *("REF1", "REF2", "REF3"),
    *("CON1", "CON2", "CON3"),
)


def eligibility_rate(counts: npt.ArrayLike) -> FloatArray:
    """Return the share of eligible among the cases whose eligibility is known.

    Known as the CASRO method: the unknown are taken to be eligible as often as the known.

    Parameters
    ----------
    counts : array_like, shape (..., 8)
        In the order of `CLASSES`; may be weighted.

    Returns
    -------
    ndarray, shape (...)
        1 where nothing is known.
    """
    counts = np.asarray(counts, dtype=float)
    eligible = counts[..., :5].sum(axis=-1)
    known = eligible + counts[..., 7]
    return np.asarray(np.divide(eligible, known, out=np.ones_like(known), where=known > 0))


def outcome_rates(counts: npt.ArrayLike, eligibility: npt.ArrayLike) -> Mapping[str, FloatArray]:
    """Return every rate.

    Parameters
    ----------
    counts : array_like, shape (..., 8)
        In the order of `CLASSES`; may be weighted.
    eligibility : array_like, shape (...)
        e, from 0 to 1.

    Returns
    -------
    mapping of str to ndarray, shape (...)
        In the order of `RATES`; NaN where the base is 0.

    Examples
    --------
    >>> rates = outcome_rates([4, 2, 1, 1, 1, 1, 1, 1], 0.9)
    >>> [round(float(rates[name]), 3) for name in ("RR1", "RR3", "RR5", "COOP1", "REF2", "CON1")]
    [0.364, 0.37, 0.444, 0.5, 0.093, 0.727]
    """
    parts = np.moveaxis(np.asarray(counts, dtype=float), -1, 0)
    complete, partial, refused, no_contact, other, unknown, unknown_other, _ = parts
    interviews = complete + partial
    eligible = interviews + refused + no_contact + other
    doubtful = unknown + unknown_other
    bases = (eligible + doubtful, eligible + np.asarray(eligibility) * doubtful, eligible)
    reached = interviews + refused + other
    rates = {
        **{f"RR{2 * i + 1}": _over(complete, base) for i, base in enumerate(bases)},
        **{f"RR{2 * i + 2}": _over(interviews, base) for i, base in enumerate(bases)},
        "COOP1": _over(complete, reached),
        "COOP2": _over(interviews, reached),
        "COOP3": _over(complete, interviews + refused),
        "COOP4": _over(interviews, interviews + refused),
        **{f"REF{i + 1}": _over(refused, base) for i, base in enumerate(bases)},
        **{f"CON{i + 1}": _over(reached, base) for i, base in enumerate(bases)},
    }
    return {name: rates[name] for name in RATES}


def _over(part: FloatArray, base: FloatArray) -> FloatArray:
    whole = np.asarray(base, dtype=float)
    return np.asarray(np.divide(part, whole, out=np.full(whole.shape, np.nan), where=whole > 0))

"""Looking at some respondents only, while the others stay in the design."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from csi.errors import DesignError
from csi.inference.arrays import BoolArray
from csi.inference.design import SurveyDesign


def restrict_design(design: SurveyDesign, keep: BoolArray) -> SurveyDesign:
    """Look at some respondents only, as a domain: the others stay in the design.

    Weight first, restrict then: strata, clusters and margins belong to the whole sample, and
    standard errors need those who are set aside.

    Parameters
    ----------
    design : SurveyDesign
    keep : BoolArray, shape (n,)

    Returns
    -------
    SurveyDesign
        With weight 0 for the others.

    Raises
    ------
    DesignError
        If ``keep`` has another length, or nobody with weight is left.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from csi.inference import make_design
    >>> design = make_design(pd.DataFrame({"line": [1, 1, 2]}))
    >>> restrict_design(design, np.array([True, False, True])).weights
    array([1., 0., 1.])
    """
    kept = np.asarray(keep, dtype=np.bool_)
    if kept.shape != design.weights.shape:
        raise DesignError(f"`keep` has {kept.size} values for {design.n} respondents.")
    weights = np.where(kept, design.weights, 0.0)
    if not weights.any():
        raise DesignError("Nobody is left: `keep` is false for every respondent with weight.")
    return replace(design, weights=weights, full_weights=design.variance_weights)


def drop_set_aside(design: SurveyDesign) -> SurveyDesign:
    """Leave out the rows of those whom `restrict_design` set aside, where that changes nothing.

    They have no influence, so only the numbers of sampled units are needed of them, and these stay:
    every estimate and standard error is the same, from fewer rows. After a calibration (and in
    panels) residuals reach everybody, and the design is returned as it is.

    Parameters
    ----------
    design : SurveyDesign

    Returns
    -------
    SurveyDesign

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from csi.inference import make_design
    >>> design = make_design(pd.DataFrame({"line": [1, 1, 2]}))
    >>> one = drop_set_aside(restrict_design(design, np.array([True, False, True])))
    >>> one.n, one.stages[0].units_per_stratum
    (2, array([3]))
    """
    rows, reasons = np.flatnonzero(design.weights > 0), design.reasons
    if design.calibrations or design.behind is not None or len(rows) == design.n:
        return design
    return replace(
        design,
        frame=design.frame.iloc[rows].reset_index(drop=True),
        weights=design.weights[rows],
        stages=tuple(stage.keep(rows) for stage in design.stages),
        reasons=None if reasons is None else reasons.iloc[rows].reset_index(drop=True),
        full_weights=None,
    )

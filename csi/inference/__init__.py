"""Design-based inference: every number carries each respondent's influence on it."""

from csi.inference.arrays import BoolArray, FloatArray, IntArray
from csi.inference.design import (
    Behind,
    Calibration,
    Lonely,
    SurveyDesign,
    effective_base,
    kish_deff,
    make_design,
)
from csi.inference.domains import Domains, split_domains
from csi.inference.estimates import (
    ArrayBasis,
    Basis,
    Estimates,
    JoinedBasis,
    join_estimates,
    tidy_numbers,
)
from csi.inference.means import domain_means, estimate_means, numeric_items
from csi.inference.quantiles import Quantiles, estimate_quantiles
from csi.inference.restriction import drop_set_aside, restrict_design
from csi.inference.stages import Stage
from csi.inference.statistics import (
    estimate_ratios,
    estimate_shares,
    estimate_totals,
    scale_boxes,
    share_intervals,
)

__all__ = [
    "ArrayBasis",
    "Basis",
    "Behind",
    "BoolArray",
    "Calibration",
    "Domains",
    "Estimates",
    "FloatArray",
    "IntArray",
    "JoinedBasis",
    "Lonely",
    "Quantiles",
    "Stage",
    "SurveyDesign",
    "domain_means",
    "drop_set_aside",
    "effective_base",
    "estimate_means",
    "estimate_quantiles",
    "estimate_ratios",
    "estimate_shares",
    "estimate_totals",
    "join_estimates",
    "kish_deff",
    "make_design",
    "numeric_items",
    "restrict_design",
    "scale_boxes",
    "share_intervals",
    "split_domains",
    "tidy_numbers",
]

"""Design-based inference: every number carries each respondent's influence on it."""

from csi.inference.design import (
    BoolArray,
    Calibration,
    Domains,
    FloatArray,
    IntArray,
    Lonely,
    Stage,
    SurveyDesign,
    effective_base,
    kish_deff,
    make_design,
    split_domains,
)
from csi.inference.estimates import (
    ArrayBasis,
    Basis,
    Estimates,
    JoinedBasis,
    join_estimates,
    tidy_numbers,
)
from csi.inference.means import domain_means, estimate_means, numeric_items

__all__ = [
    "ArrayBasis",
    "Basis",
    "BoolArray",
    "Calibration",
    "Domains",
    "Estimates",
    "FloatArray",
    "IntArray",
    "JoinedBasis",
    "Lonely",
    "Stage",
    "SurveyDesign",
    "domain_means",
    "effective_base",
    "estimate_means",
    "join_estimates",
    "kish_deff",
    "make_design",
    "numeric_items",
    "split_domains",
    "tidy_numbers",
]

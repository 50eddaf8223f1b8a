"""Weights: base, multiplicity, non-response, calibration, trimming, replicates, diagnostics."""

from csi.weighting.adjustment import base_weights, share_multiplicity
from csi.weighting.calibration import Calibrated, calibrate, poststratify, rake
from csi.weighting.diagnostics import WeightDiagnostics, diagnose_weights
from csi.weighting.distances import Exponential, Linear, Logit
from csi.weighting.nonresponse import NonresponseAdjustment, adjust_nonresponse
from csi.weighting.replication import ReplicateWeights, replicate_weights
from csi.weighting.trimming import Trimmed, trim_weights
from csi.weighting.weights import weight_responses

__all__ = [
    "Calibrated",
    "Exponential",
    "Linear",
    "Logit",
    "NonresponseAdjustment",
    "ReplicateWeights",
    "Trimmed",
    "WeightDiagnostics",
    "adjust_nonresponse",
    "base_weights",
    "calibrate",
    "diagnose_weights",
    "poststratify",
    "rake",
    "replicate_weights",
    "share_multiplicity",
    "trim_weights",
    "weight_responses",
]

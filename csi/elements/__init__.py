"""Quality elements: the second level, judged by those who use each channel and by nobody else."""

from csi.elements.levels import DissatisfiedBy, Elements, estimate_elements
from csi.elements.ranking import ElementDrivers, rank_elements
from csi.elements.regression import AudienceModel

__all__ = [
    "AudienceModel",
    "DissatisfiedBy",
    "ElementDrivers",
    "Elements",
    "estimate_elements",
    "rank_elements",
]

"""Quality elements: the second level, judged by those who use each channel and by nobody else."""

from csi.elements.board_table import QUADRANTS, ShortBoards
from csi.elements.element_drivers import ElementDrivers
from csi.elements.ladder import ComplaintLadder, complaint_ladder
from csi.elements.levels import DissatisfiedBy, Elements, estimate_elements
from csi.elements.ranking import rank_elements
from csi.elements.regression import AudienceModel
from csi.elements.short_boards import find_short_boards

__all__ = [
    "QUADRANTS",
    "AudienceModel",
    "ComplaintLadder",
    "DissatisfiedBy",
    "ElementDrivers",
    "Elements",
    "ShortBoards",
    "complaint_ladder",
    "estimate_elements",
    "find_short_boards",
    "rank_elements",
]

"""Comparisons of groups and waves: what differs, what may be compared, and why it moved."""

from csi.comparison.comparability import Comparability, judge_comparability
from csi.comparison.decomposition import Decomposition, decompose_change
from csi.comparison.facts import Breaks, Obstacle, WaveFacts, find_breaks
from csi.comparison.gap_parts import decompose_gaps
from csi.comparison.groups import compare_groups
from csi.comparison.regions import Regions, assess_regions
from csi.comparison.result import FOUND, Comparison
from csi.comparison.shrinkage import Shrunk, shrink
from csi.comparison.sources import read_sources
from csi.comparison.stacking import stack_waves, wave_overlap
from csi.comparison.trend import Trend, screen_together, trace_trend
from csi.comparison.waves import compare_waves, correct_together, select_wave

__all__ = [
    "FOUND",
    "Breaks",
    "Comparability",
    "Comparison",
    "Decomposition",
    "Obstacle",
    "Regions",
    "Shrunk",
    "Trend",
    "WaveFacts",
    "assess_regions",
    "compare_groups",
    "compare_waves",
    "correct_together",
    "decompose_change",
    "decompose_gaps",
    "find_breaks",
    "judge_comparability",
    "read_sources",
    "screen_together",
    "select_wave",
    "shrink",
    "stack_waves",
    "trace_trend",
    "wave_overlap",
]

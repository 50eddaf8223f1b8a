"""English texts of drivers."""

from __future__ import annotations

TEXT: dict[str, str] = {
    "drivers.title": "Drivers",
    "drivers.intro": (
        "Importance is the total effect on {outcome} under the model: the index points that go "
        "with one point more on the driver, through every path. Performance is the driver's own "
        "0–100 score. Both are associations in one cross-section, not proof of cause."
    ),
    "drivers.withheld_title": "Why this report shows no path coefficients as drivers",
    "drivers.withheld_text": (
        "The paths of the model cannot be estimated from these data: the constructs are so close "
        "to each other that their separate effects are undetermined. Numbers for single paths "
        "would change sign or size with a few more interviews. The diagnosis found:"
    ),
    "drivers.beyond_one": (
        "{count} of the {total} standardised paths lie beyond ±1, as happens when the constructs "
        "overlap so much that their effects cancel each other."
    ),
    "drivers.share_intro": (
        "Instead, each construct gets its share of the explained variance of {outcome}, averaged "
        "over all orders in which the constructs can enter (Lindeman, Merenda and Gold 1980). "
        "The shares are stable where constructs overlap, and say how much goes with each, not "
        "what causes it."
    ),
    "drivers.map": "Importance and performance of the drivers, with 95 % intervals",
    "drivers.map_alt": (
        "Map of the drivers, importance against performance, with 95 % intervals. Of most "
        "importance: {strongest}; of least performance: {weakest}. The table of the drivers holds "
        "the same numbers."
    ),
    "drivers.shares": "Relative weights: shares of the explained variance, with 95 % intervals",
    "drivers.shares_alt": (
        "Bars of the relative weights in per cent of R². Largest: {high}; smallest: {low}. The "
        "table of the drivers holds the same numbers."
    ),
    "quadrant.improve": "Improve first",
    "quadrant.strength": "Strength",
    "quadrant.low": "Low priority",
    "quadrant.keep": "Maintain",
    "quadrant.unclear": "Unclear",
    "drivers.beyond_one_single": (
        "1 of the {total} standardised paths lies beyond ±1, as happens when the constructs "
        "overlap so much that their effects cancel each other."
    ),
    "drivers.table_lmg_share": "Constructs by strength of association",
    "drivers.table_importance": "Drivers by rank",
}

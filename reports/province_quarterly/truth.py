"""What is true of the simulated province, wave by wave: the plants that the book must find."""

from csi.simulate.truth import Truth

WAVES = ("2025q1", "2025q2", "2025q3", "2025q4", "2026q1")
LINES, OPERATORS = (1, 2, 3, 4), (1, 2, 3)
OWN = 1
MOBILE, FIXED, BROADBAND = 2, 3, 4

CUSTOMERS = {1: (900, 2400, 1800, 900), 2: (400, 1200, 300, 500), 3: (300, 900, 200, 400)}
"""Thousands of customers of each operator, by line."""

MOVED = 1080
"""Of our fixed-line customers, thousands that have broadband instead in the last wave."""

FIXED_LIKED, BROADBAND_DISLIKED = 0.35, -0.35
"""Satisfaction in those lines, in standard deviations, at every operator in every wave."""

BROADBAND_OURS = (0.30, 0.30, 0.25, 0.15, -0.25)
BROADBAND_RIVAL = (-0.20, -0.15, -0.05, 0.05, 0.30)
"""Satisfaction with broadband of operators 1 and 2: the second overtakes the first."""

NETWORK_FALL = -0.7
"""Network quality of our mobile service in the last wave, in standard deviations."""

BIASED_ITEM, BIASED_OPERATOR, BIAS = "SAT3", 3, 1.0
"""A question that customers of one operator answer a point higher at the same satisfaction."""

REWORDED_ITEM, REWORDED_WAVE, WORDING_EFFECT = "TAR2", "2025q4", 0.9
"""A question that was asked in other words in one wave, and what that did to its answers."""

REWORDING = {
    "How do you rate how easy the plans are to understand?": (
        "How do you rate how well the plans are explained?"
    ),
    "您如何评价套餐内容的通俗易懂程度？": "您如何评价套餐说明的清楚程度？",
    'version: "2026.1"': 'version: "2025.4"',
}
"""What is replaced in the questionnaire of that wave."""

WEAK_REGION, REGION_GAP = 5, -0.5
"""A prefecture whose customers are less satisfied, in standard deviations."""

WEAK_ELEMENT, WEAK_MEAN = "HOT1", 5.2
"""Reaching an agent of our hotline: its mean on 1 to 10; elsewhere 7.3."""

COMPLAINERS, COMPLAINT_COSTS, UNSETTLED_COSTS = 0.22, -0.5, 1.2
"""Share that complained; loyalty lost, in standard deviations; further points lost on each loyalty
question where the complaint was not settled."""


def customers(line: int, operator: int, wave: str) -> float:
    """Return how many customers a cell has in a wave, in thousands: the mix shifts in the last."""
    size = float(CUSTOMERS[operator][line - 1])
    if operator == OWN and wave == WAVES[-1]:
        size += {FIXED: -MOVED, BROADBAND: MOVED}.get(line, 0)
    return size


def cell_truth(line: int, operator: int, wave: str) -> Truth:
    """Return the truth of one line of one operator in one wave."""
    return Truth(
        shares={
            "line": {line: 1.0},
            "operator": {operator: 1.0},
            "mode": {1: 0.85, 2: 0.15},
            "trade": {0: 1.0},
            "used_outlet": {0: 0.65, 1: 0.35},
            "used_hotline": {0: 0.55, 1: 0.45},
            "used_online": {0: 0.4, 1: 0.6},
            "used_vas": {0: 0.75, 1: 0.25},
            "had_visit": {0: 0.6, 1: 0.4},
            "complained": {0: 1 - COMPLAINERS, 1: COMPLAINERS},
            "complaint_solved": {0: 0.45, 1: 0.55},
            "other_operator": {0: 0.8, **{o: 0.1 for o in OPERATORS if o != operator}},
        },
        means={**_element_means(operator), **dict.fromkeys(("COM1", "COM2", "COM3"), 3.6)},
        shifts={
            ("region", WEAK_REGION): {"Satisfaction": REGION_GAP},
            ("complained", 1): {"Loyalty": COMPLAINT_COSTS},
        },
        biases=_biases(operator, wave),
        paths=PATHS,
        waves={wave: _changes(line, operator, wave)},
        dont_know={"FAI1": 0.03, "TAR2": 0.02, "EXP3": 0.02},
        no_answer={"VAL2": 0.01},
        strata=1,
        clusters=0,
        stratum_spread=0.0,
        intraclass=0.0,
        informative=0.3,
        response_rate=0.15,
    )


PATHS = {
    ("Image", "Expectation"): 0.50,
    ("Expectation", "Quality"): 0.15,
    ("Network", "Quality"): 0.40,
    ("Tariffs", "Quality"): 0.20,
    ("Billing", "Quality"): 0.15,
    ("Expectation", "Value"): 0.15,
    ("Quality", "Value"): 0.55,
    ("Image", "Satisfaction"): 0.10,
    ("Expectation", "Satisfaction"): 0.08,
    ("Quality", "Satisfaction"): 0.40,
    ("Value", "Satisfaction"): 0.25,
    ("Fairness", "Satisfaction"): 0.10,
    ("Satisfaction", "Complaints"): -0.50,
    ("Image", "Loyalty"): 0.15,
    ("Satisfaction", "Loyalty"): 0.45,
    ("Complaints", "Loyalty"): -0.15,
}
"""Standardised paths: network quality matters most of the three elements."""


def _element_means(operator: int) -> dict[str, float]:
    return {WEAK_ELEMENT: WEAK_MEAN} if operator == OWN else {}


def _biases(operator: int, wave: str) -> dict[tuple[str, int], dict[str, float]]:
    biases = {}
    if operator == BIASED_OPERATOR:
        biases[BIASED_ITEM] = BIAS
    if wave == REWORDED_WAVE:
        biases[REWORDED_ITEM] = WORDING_EFFECT
    return {("operator", operator): biases} if biases else {}


def _changes(line: int, operator: int, wave: str) -> dict[str, float]:
    place = WAVES.index(wave)
    satisfaction = {FIXED: FIXED_LIKED, BROADBAND: BROADBAND_DISLIKED}.get(line, 0.0)
    if line == BROADBAND:
        satisfaction += {1: BROADBAND_OURS, 2: BROADBAND_RIVAL}.get(operator, (0.0,) * 5)[place]
    changes = {"Satisfaction": satisfaction}
    if line == MOBILE and operator == OWN and wave == WAVES[-1]:
        changes["Network"] = NETWORK_FALL
    return changes

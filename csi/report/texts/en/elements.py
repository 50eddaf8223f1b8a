"""English texts of elements, channels, regions and complaints."""

from __future__ import annotations

TEXT: dict[str, str] = {
    "elements.title": "Quality elements",
    "elements.intro": (
        "Every element is rated by those who use it and by nobody else; nothing is filled in for "
        "the others. Importance is the points of perceived quality, over all customers, that go "
        "with one point more among the users."
    ),
    "elements.dissatisfied": "Dissatisfied users of each element",
    "elements.scores": "Scores of each element among its users",
    "elements.boards": "Short-boards: {own} against the best competitor",
    "elements.boards_line": "Short-boards by line: what was found for {own}",
    "channels.title": "Channel contact rates",
    "channels.intro": (
        "How many customers met each channel in the period that the questionnaire names."
    ),
    "channels.table": "Customers who used each channel",
    "regions.title": "Regions",
    "regions.table": "{index} by region, the best adjusted score first",
    "regions.chart": "Adjusted scores with 95 % intervals; the dashed line is the common mean",
    "regions.sources": "Other sources beside the scores, each on its own base",
    "loyalty.title": "Loyalty and complaints",
    "loyalty.intro": (
        "Scores of customers by what became of their problems. The steps are associated with the "
        "scores; they are not proof that the handling caused them."
    ),
    "loyalty.steps": "The complaint ladder",
    "loyalty.gaps": "Differences between steps",
    "finding.short_board": (
        "{scope}: {element} is a short-board: important, weak, and behind {other} by "
        "{difference} points {interval}, {p}."
    ),
    "finding.behind": (
        "{scope}: {element} is behind {other} by {difference} points {interval}, {p}."
    ),
    "finding.regions_alike": (
        "The tests cannot separate any of the {count} regions once their customers are made alike."
    ),
    "finding.regions_low": (
        "In the lowest of {tiers} tiers of the {count} regions, with customers made alike: "
        "{regions}."
    ),
    "finding.ladder_lower": (
        "{construct} of “{step}” is lower than of “{other}” by {difference} points {interval}, {p}."
    ),
    "finding.ladder_higher": (
        "{construct} of “{step}” is higher than of “{other}” by {difference} points {interval}, "
        "{p}."
    ),
}

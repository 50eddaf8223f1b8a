"""Questionnaires for the simulation studies, made in memory."""

from __future__ import annotations

from collections.abc import Mapping

from csi.questionnaire.schema import Block, Item, Model, Questionnaire, Scale, Text

TEN = Scale(id="ten", minimum=1, maximum=10, low=Text(en="Very low"), high=Text(en="Very high"))

QUALITY_MODEL = """
Quality ~ Expectation
Value ~ Expectation + Quality
Satisfaction ~ Expectation + Quality + Value
"""
QUALITY_ITEMS = {"Expectation": 3, "Quality": 3, "Value": 3, "Satisfaction": 3}


def questionnaire(
    constructs: Mapping[str, int] = QUALITY_ITEMS, paths: str = QUALITY_MODEL, *, operators: int = 2
) -> Questionnaire:
    """Return a questionnaire with so many 1-10 items per construct, and a question on operators."""
    names = {c: [f"{c[0].lower()}{c[1]}{k + 1}" for k in range(n)] for c, n in constructs.items()}
    measured = "\n".join(f"{c} =~ {' + '.join(own)}" for c, own in names.items())
    ratings = [name for own in names.values() for name in own]
    items = {
        name: Item(id=name, type="scale", block="all", text=Text(en=name), scale=TEN)
        for name in ratings
    }
    choices = {code: Text(en=f"Operator {code}") for code in range(1, operators + 1)}
    operator = Item(
        id="operator", type="single", block="all", text=Text(en="?"), role="domain", choices=choices
    )
    return Questionnaire(
        id="simulated",
        version="1",
        title=Text(en="Simulated study"),
        blocks=(Block(id="all", title=Text(), items=("operator", *ratings)),),
        items={"operator": operator, **items},
        model=Model(
            syntax=measured + paths,
            constructs={c: Text(en=c) for c in constructs},
            index="Satisfaction",
        ),
    )

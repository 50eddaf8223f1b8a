"""Who is left out before the draw, by named rules in a fixed order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from csi.questionnaire.conditions import Condition, parse_condition
from csi.questionnaire.schema import Questionnaire, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    """A rule that takes customers out of the frame.

    Attributes
    ----------
    id : str
    when : Condition
        On the columns of the subscriber file.
    text : Text
        The reason, for readers.
    """

    id: str
    when: Condition
    text: Text


def read_exclusions(questionnaire: Questionnaire) -> tuple[Exclusion, ...]:
    """Take the rules from the questionnaire's sampling plan, in their order."""
    rules = questionnaire.sampling.get("exclusions", ())
    found: list[Exclusion] = []
    for rule in rules if isinstance(rules, Sequence) else ():
        if isinstance(rule, Mapping):
            text = rule.get("text")
            found.append(
                Exclusion(
                    id=str(rule["id"]),
                    when=parse_condition(str(rule["when"])),
                    text=text if isinstance(text, Text) else Text(),
                )
            )
    return tuple(found)

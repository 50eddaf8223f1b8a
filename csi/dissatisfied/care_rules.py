"""The file of care rules: who is cared for, how, how often at most, and who is held out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from csi.dissatisfied.faults import CareRulesError
from csi.errors import QuestionnaireError
from csi.questionnaire.conditions import Condition, parse_condition
from csi.questionnaire.located import read_yaml
from csi.questionnaire.sections import Section

Strategy = Literal["reach_out", "next_contact", "remedy"]

STRATEGIES: dict[str, str] = {
    "reach_out": "contact the customer first",
    "next_contact": "act when the customer gets in touch",
    "remedy": "remove the known cause",
}
_WHOLE = 1_000_000_000
LARGEST_HOLD_OUT = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class CareRule:
    """One rule.

    Attributes
    ----------
    name : str
    strategy : {"reach_out", "next_contact", "remedy"}
    when : Condition
        On the columns of scores and pool, such as ``silent = 1 and probability >= 0.2``.
    action : str
        What is done, for those who do it.
    cost : float
        Of caring for one customer.
    capacity : int or None
        The most customers that can be cared for.
    where : str
        ``file:line`` of the condition, for messages.
    """

    name: str
    strategy: Strategy
    when: Condition
    action: str
    cost: float
    capacity: int | None
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CareRules:
    """All rules of one file; the first that fits a customer is the one that counts.

    Attributes
    ----------
    title : str
    rules : tuple of CareRule
    hold_out : float
        The share of customers, chosen at random, who get no care so that its effect can be seen.
    within : tuple of str
        Columns that the hold-out is stratified by, besides the rule.
    capacity : int or None
        The most customers that can be cared for, over all rules.
    budget : float or None
        The most that all care may cost.
    fatigue_column : str
        Column with the number of recent care contacts; empty without a limit.
    fatigue_most : int
        Customers with this many or more are left alone.
    source, sha256 : str
        File name, and hash of its bytes.
    """

    title: str
    rules: tuple[CareRule, ...]
    hold_out: float
    within: tuple[str, ...]
    capacity: int | None
    budget: float | None
    fatigue_column: str
    fatigue_most: int
    source: str
    sha256: str


def read_care_rules(path: str | Path) -> CareRules:
    """Read a file of care rules.

    Parameters
    ----------
    path : str or Path
        A YAML file::

            title: Spring care
            hold_out: {share: 0.2, within: [region]}
            fatigue: {column: care_contacts_90d, most: 1}
            capacity: 5000
            budget: 20000
            rules:
              - name: billing
                strategy: remedy
                when: pool_cause = 3
                action: Review the bill and call back
                cost: 6
              - name: silent
                strategy: reach_out
                when: silent = 1 and probability >= 0.2
                action: Call
                cost: 4
                capacity: 2000

        ``hold_out`` is required: write ``hold_out: {share: 0}`` to do without, and know that no
        effect can then be shown.

    Returns
    -------
    CareRules

    Raises
    ------
    CareRulesError
        With every fault of the file and its line.
    """
    document = read_yaml(path, CareRulesError)
    root = document.root
    root.label = "The file of care rules"
    share, within = _hold_out(root)
    column, most = _fatigue(root)
    rules = CareRules(
        title=root.text("title", ""),
        rules=_rules(root),
        hold_out=share,
        within=within,
        capacity=root.integer("capacity", required=False, within=(1, _WHOLE)),
        budget=root.number("budget", required=False, within=(0, _WHOLE)),
        fatigue_column=column,
        fatigue_most=most,
        source=document.name,
        sha256=document.sha256,
    )
    root.close()
    document.faults.check()
    return rules


def _hold_out(root: Section) -> tuple[float, tuple[str, ...]]:
    section = root.section("hold_out")
    if section is None:
        return 0.0, ()
    share = section.number("share", within=(0, LARGEST_HOLD_OUT))
    within = tuple(entry.text for entry in section.entries("within", required=False))
    section.close()
    return share or 0.0, within


def _fatigue(root: Section) -> tuple[str, int]:
    section = root.section("fatigue", required=False)
    if section is None:
        return "", 1
    column, most = section.text("column"), section.integer("most", within=(1, _WHOLE))
    section.close()
    return column, most or 1


def _rules(root: Section) -> tuple[CareRule, ...]:
    sections = root.sections("rules")
    if "rules" in root and not sections:
        root.fault("rules", "`rules` lists no rule.")
    rules: list[CareRule] = []
    for section in sections:
        rule = _rule(section)
        if rule is None:
            continue
        if any(rule.name == other.name for other in rules):
            section.fault("name", f"Two rules are called `{rule.name}`.", "Rename one.")
        rules.append(rule)
    return tuple(rules)


def _rule(section: Section) -> CareRule | None:
    name = section.text("name")
    if name:
        section.label = f"Rule `{name}`"
    strategy = section.choice("strategy", STRATEGIES)
    when = _condition(section)
    action = section.text("action")
    cost = section.number("cost", 0.0, within=(0, _WHOLE))
    capacity = section.integer("capacity", required=False, within=(1, _WHOLE))
    section.close()
    if when is None or strategy not in STRATEGIES:
        return None
    return CareRule(
        name=name,
        strategy=strategy,  # type: ignore[arg-type]
        when=when,
        action=action,
        cost=cost or 0.0,
        capacity=capacity,
        where=section.faults.where(section.line_of("when")),
    )


def _condition(section: Section) -> Condition | None:
    text = section.text("when")
    if not text:
        return None
    try:
        return parse_condition(text)
    except QuestionnaireError as problem:
        section.fault(
            "when", f"{section.label}: {problem.faults[0].message}", problem.faults[0].hint
        )
        return None

"""The part of ``dissatisfied.yaml`` that says who is acted on, with the file of care rules."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from csi.dissatisfied.care_rules import read_care_rules
from csi.dissatisfied.faults import CareRulesError
from csi.dissatisfied_file.parts import read_file, read_words
from csi.dissatisfied_schema import Actions
from csi.errors import suggest
from csi.questionnaire.sections import Section
from csi.storage import short_path

_SEED = 2**31
_PART = (0.001, 0.999)


def read_actions(root: Section, folder: Path, tiers: Collection[str]) -> Actions | None:
    """Read ``actions``: care rules, who is a candidate, and the planned evaluation.

    Faults of the file of care rules are faults of the study.
    """
    section = root.section("actions", required=False)
    if section is None:
        return None
    default = Actions(rules=folder)
    names = section.section("names", required=False)
    actions = Actions(
        rules=read_file(section, "rules", folder) or folder,
        tiers=tuple(entry.text for entry in section.entries("tiers", required=False))
        or default.tiers,
        seed=section.integer("seed", default.seed, within=(0, _SEED)) or 0,
        purpose=section.text("purpose", default.purpose),
        responsible=section.text("responsible", default.responsible),
        currency=section.text("currency", ""),
        names={} if names is None else {name: read_words(names, name) for name in names},
        sd=section.number("sd", default.sd, within=(0.1, 100.0)) or default.sd,
        response=section.number("response", default.response, within=(0.001, 0.999))
        or default.response,
        deff=section.number("deff", default.deff, within=(0.1, 100.0)) or default.deff,
        take_up=section.number("take_up", required=False, within=(0.001, 1.0)),
    )
    section.close()
    for tier in actions.tiers:
        if tier not in tiers:
            hint = f"Tiers of `model`: {', '.join(f'`{name}`' for name in tiers)}."
            section.fault("tiers", f"{section.label}: no tier is called `{tier}`.", hint)
    if actions.rules.is_file():
        _check_rules(section, actions)
    return actions


def _check_rules(section: Section, actions: Actions) -> None:
    try:
        rules = read_care_rules(short_path(actions.rules))
    except CareRulesError as error:
        for fault in error.faults:
            section.faults.include(section.line_of("rules"), fault)
        return
    known = [rule.name for rule in rules.rules]
    for name in actions.names:
        if name not in known:
            hint = suggest(name, known) or f"Its rules: {', '.join(f'`{rule}`' for rule in known)}."
            message = f"{section.label}: `names` has `{name}`, which {rules.source} lacks."
            section.fault("names", message, hint)

"""Read what a questionnaire file says of its model, its sampling plan and its report."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from csi.questionnaire.elements import read_elements
from csi.questionnaire.items import read_condition
from csi.questionnaire.schema import Item, LadderStep, Model, Text
from csi.questionnaire.sections import Entry, Section
from csi.questionnaire.texts import read_text

_POLARITIES = ("lower_is_better", "higher_is_better")


def read_model(root: Section) -> Model | None:
    """Read the model; the whole may be absent."""
    section = root.section("model", required=False)
    if section is None:
        return None
    section.label = "The model"
    lines = {"syntax": section.text_line("syntax"), "index": section.line_of("index")}
    model = Model(
        syntax=section.text("syntax"),
        constructs=_read_constructs(section, lines),
        index=section.text("index"),
        reliability=_read_reliability(section, lines),
        note=read_text(section, "note", Text()),
        elements=read_elements(section, lines),
        complaint_ladder=_read_ladder(section, lines),
        lines=lines,
    )
    section.close()
    return model


def read_sampling(root: Section, items: Mapping[str, Item]) -> Mapping[str, object]:
    """Read the sampling plan; what it names must be items with a list of codes."""
    section = root.section("sampling", required=False)
    if section is None:
        return {}
    section.label = "The sampling plan"
    strata = section.entries("strata", required=False)
    domains = section.entry_lists("domains", required=False)
    for entry in (*strata, *(entry for domain in domains for entry in domain)):
        _check_domain(section, entry, items)
    plan: dict[str, object] = {
        "strata": tuple(entry.text for entry in strata),
        "domains": tuple(tuple(entry.text for entry in domain) for domain in domains),
        "precision": _read_precision(section),
        "response_rate": section.number("response_rate", required=False, within=(0.0001, 1)),
        "minimum": section.integer("minimum", required=False, within=(1, 1e9)),
        "maximum": section.integer("maximum", required=False, within=(1, 1e9)),
        "reserve": section.number("reserve", required=False, within=(0, 1000)),
        "exclusions": _read_exclusions(section),
    }
    section.close()
    return {key: value for key, value in plan.items() if value not in (None, (), {})}


def read_report(root: Section, names: Collection[str]) -> Mapping[str, object]:
    """Read ``{order: [names], polarity: {name: lower_is_better}, names: {item: short name}}``.

    What is named must be a construct or an item; the short names head the columns of groups.
    """
    section = root.section("report", required=False)
    if section is None:
        return {}
    section.label = "The report"
    order = section.entries("order", required=False)
    named = [(entry.text, entry.line) for entry in order]
    polarity: dict[str, str] = {}
    if part := section.section("polarity", required=False):
        part.label = "The report, `polarity`"
        polarity = {name: part.choice(name, _POLARITIES) for name in part}
        named += [(name, part.line_of(name)) for name in part]
    short: dict[str, Text] = {}
    if part := section.section("names", required=False):
        part.label = "The report, `names`"
        short = {name: read_text(part, name) for name in part}
        named += [(name, part.line_of(name)) for name in part]
    for name, line in named:
        if name not in names:
            message = f"The report names `{name}`, which is neither a construct nor an item."
            section.faults.add(line, message, section.faults.suggest(name, names))
    section.close()
    return {
        "order": tuple(entry.text for entry in order),
        "polarity": polarity,
        **({"names": short} if short else {}),
    }


def _read_constructs(section: Section, lines: dict[str, int]) -> Mapping[str, Text]:
    names = section.section("constructs")
    if names is None:
        return {}
    names.label = "The model, `constructs`"
    lines |= {f"constructs.{name}": names.line_of(name) for name in names}
    return {name: read_text(names, name) for name in names}


def _read_reliability(section: Section, lines: dict[str, int]) -> Mapping[str, float]:
    values = section.section("reliability", required=False)
    if values is None:
        return {}
    values.label = "The model, `reliability`"
    lines |= {f"reliability.{name}": values.line_of(name) for name in values}
    found = {name: values.number(name, within=(0.01, 1)) for name in values}
    return {name: value for name, value in found.items() if value is not None}


def _read_ladder(section: Section, lines: dict[str, int]) -> Mapping[str, LadderStep]:
    """Read ``{STEP: {en: ..., zh: ..., when: condition}}``."""
    steps = section.section("complaint_ladder", required=False)
    if steps is None:
        return {}
    steps.label = "The model, `complaint_ladder`"
    lines |= {f"complaint_ladder.{name}": steps.line_of(name) for name in steps}
    found: dict[str, LadderStep] = {}
    for name in steps:
        part = steps.section(name)
        if part is None:
            continue
        part.label = f"The step `{name}`"
        text = Text(en=part.text("en"), zh=part.text("zh"))
        when = read_condition(part, "when", required=True)
        part.close()
        if when is not None:
            found[name] = LadderStep(id=name, text=text, when=when)
    return found


def _check_domain(section: Section, entry: Entry, items: Mapping[str, Item]) -> None:
    item = items.get(entry.text)
    if item is None:
        message = f"{section.label} names `{entry.text}`, which is not an item."
        section.faults.add(entry.line, message, section.faults.suggest(entry.text, items))
    elif item.type != "single":
        message = f"{section.label} divides by `{entry.text}`, which is a `{item.type}` item."
        section.faults.add(entry.line, message, "Divide by a `single` item.")


def _read_precision(section: Section) -> Mapping[str, object]:
    precision = section.section("precision", required=False)
    if precision is None:
        return {}
    precision.label = "The sampling plan, `precision`"
    found: dict[str, object] = {
        "target": precision.text("target", "index"),
        "half_width": precision.number("half_width", within=(0.001, 100)),
        "confidence": precision.number("confidence", 0.95, within=(0.5, 0.9999)),
        "sd": precision.number("sd", required=False, within=(0.001, 100)),
        "deff": precision.number("deff", 1.0, within=(0.1, 100)),
    }
    precision.close()
    return {key: value for key, value in found.items() if value is not None}


def _read_exclusions(section: Section) -> tuple[Mapping[str, object], ...]:
    exclusions: dict[str, Mapping[str, object]] = {}
    for part in section.sections("exclusions", required=False):
        name = part.text("id")
        part.label = f"Exclusion `{name}`" if name else part.label
        if name in exclusions:
            part.fault("id", f"The exclusion `{name}` stands twice.", "Rename one.")
        when = read_condition(part, "when", required=True)
        text = read_text(part, "text", Text())
        part.close()
        exclusions[name] = {"id": name, "when": str(when or ""), "text": text}
    return tuple(exclusions.values())

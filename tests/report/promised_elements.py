"""What a book promises of elements, short-boards, regions and the complaint ladder."""

from __future__ import annotations

from collections.abc import Iterator

from promised import (
    Cell,
    Expected,
    Promise,
    Row,
    interval,
    marked,
    num,
    p_value,
    score,
    span,
    verdict,
)

from csi.report.document import format_interval
from csi.report.wording import Element, Step

_ELEMENT_TABLES = (
    ("elements.title", "elements.dissatisfied", "dissatisfied", 100.0),
    ("elements.title", "elements.scores", "score", 1.0),
    ("channels.title", "channels.table", "contact", 100.0),
)


def _elements(promise: Promise) -> Iterator[Expected]:
    """Elements among the users in each group, and among all users."""
    words, form = promise.words, promise.results.questionnaire
    for section, caption, measure, factor in _ELEMENT_TABLES:
        cells: dict[str, dict[object, Row]] = {}
        for row in promise.records("elements", measure=measure):
            line, group = promise.place(row)
            term = str(row["term"])
            if line is None and (measure != "contact" or form.element_condition(term)):
                cells.setdefault(term, {})[group] = promise.show("elements", row)
        rows = tuple(
            (words.value(Element(term)),
             *(score(own.get(g), factor) for g in (*promise.groups, None)))
            for term, own in cells.items()
        )  # fmt: skip
        yield Expected(section=words(section), caption=words(caption), rows=rows)


def _boards(promise: Promise) -> Iterator[Expected]:
    words = promise.words
    plain_rows: list[tuple[Cell, ...]] = []
    lined: list[tuple[Cell, ...]] = []
    for row in promise.records("short_boards", kind="element"):
        line = row.code(promise.line)
        found = row["verdict"] in ("short board", "behind", "ahead")
        if line is not None and not found:
            continue
        promise.show("short_boards", row)
        hidden = row["verdict"] == "base too small"
        best = row.code("best")
        cells = (
            words.value(Element(str(row["term"]))),
            num(row, "importance", 2),
            "–" if hidden else num(row, "performance"),
            "–" if hidden or best is None else promise.group_label(best),
            "–" if hidden else num(row, "best_performance"),
            num(row, "estimate"),
            interval(row),
            p_value(row, "p_adjusted"),
            verdict(promise, row),
        )
        if line is None:
            plain_rows.append(cells)
        else:
            lined.append((promise.line_label(line), *cells))
    own = "" if promise.own is None else promise.group_label(promise.own)
    for caption, rows in (("elements.boards", plain_rows), ("elements.boards_line", lined)):
        yield Expected(
            section=words("elements.title"), caption=words(caption, own=own), rows=tuple(rows)
        )


def _regions(promise: Promise) -> Iterator[Expected]:
    words, found = promise.words, promise.results.regions
    if found is None:
        return
    measures: dict[object, dict[str, Row]] = {}
    for row in promise.records("regions"):
        own = measures.setdefault(row.code(found.region), {})
        own[str(row["measure"])] = promise.show("regions", row)
    rows: list[tuple[Cell, ...]] = []
    for code, own in measures.items():
        adjusted, raw, shrunk = (own[name] for name in ("adjusted", "raw", "shrunk"))
        hidden = adjusted["flag"] == "suppressed"
        rows.append(
            (
                words.level(found.region, code),  # type: ignore[arg-type]
                "–" if hidden else span(adjusted),
                "–" if hidden else num(adjusted, "tier", 0),
                marked(adjusted),
                interval(adjusted),
                marked(raw),
                marked(shrunk),
                num(raw, "n", 0),
            )
        )
    yield Expected(
        section=words("regions.title"),
        caption=words("regions.table", index=words.construct(found.term)),
        rows=tuple(rows),
    )
    sources = tuple(
        (words.level(found.region, row.code(found.region)), str(row["source"]),  # type: ignore[arg-type]
         num(row, "value"), str(row["unit"]), num(row, "base", 0), str(row["base_unit"]),
         format_interval(row.number_in("low"), row.number_in("high")))
        for row in (promise.show("region_sources", r) for r in promise.records("region_sources"))
    )  # fmt: skip
    yield Expected(section=words("regions.title"), caption=words("regions.sources"), rows=sources)


def _ladder(promise: Promise) -> Iterator[Expected]:
    words, ladder = promise.words, promise.results.complaint_ladder
    if ladder is None:
        return
    cells: dict[str, dict[str, Row]] = {}
    for row in promise.records("complaint_ladder"):
        own = cells.setdefault(str(row["step"]), {})
        own["share" if row["measure"] == "share" else str(row["term"])] = row
        promise.show("complaint_ladder", row)
    rows = tuple(
        (words.value(Step(step)), score(own.get("share"), 100.0),
         *(score(own.get(term)) for term in ladder.terms))
        for step, own in cells.items()
    )  # fmt: skip
    section = words("loyalty.title")
    yield Expected(section=section, caption=words("loyalty.steps"), rows=rows)
    gaps = tuple(
        (
            words.construct(str(row["term"])),
            f"{words.value(Step(str(row['step_a'])))} − {words.value(Step(str(row['step_b'])))}",
            num(row, "estimate"),
            interval(row),
            p_value(row, "p_adjusted"),
            verdict(promise, row),
        )
        for row in (
            promise.show("complaint_ladder_gaps", r)
            for r in promise.records("complaint_ladder_gaps")
            if r["verdict"] != "base too small"
        )
    )
    yield Expected(section=section, caption=words("loyalty.gaps"), rows=gaps)


ELEMENTS = (_elements, _boards, _regions, _ladder)

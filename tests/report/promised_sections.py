"""What the sections of a book promise: league, scores, changes, comparability, drivers."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from promised import (
    Cell,
    Expected,
    Promise,
    Row,
    comparable,
    corrected,
    interval,
    marked,
    num,
    p_value,
    pair_label,
    place_label,
    score,
    span,
    verdict,
)
from promised_data import DATA
from promised_elements import ELEMENTS
from promised_gaps import GAPS

from csi.report.document import format_interval, format_number
from csi.report.wording import WaveName


def promised_tables(promise: Promise) -> tuple[Expected, ...]:
    """Return every table of the book that shows numbers of a tidy table."""
    makers: tuple[Callable[[Promise], Iterator[Expected]], ...] = (
        _league, _index_section, *GAPS, _lines, _constructs, _changes, _invariance, _drivers,
        *ELEMENTS, *DATA,
    )  # fmt: skip
    return tuple(table for maker in makers for table in maker(promise) if table.rows)


def _scores_of(promise: Promise, term: str) -> dict[tuple[object, object], Row]:
    return {promise.place(row): row for row in promise.records("index", term=term)}


def _headed(promise: Promise, code: int | str) -> str:
    return (
        f"{promise.group_label(code)} ({'ABCDEFGHIJKLMNOPQRSTUVWXYZ'[promise.groups.index(code)]})"
    )


def _league(promise: Promise) -> Iterator[Expected]:
    words = promise.words
    rows: list[tuple[Cell, ...]] = []
    if not promise.groups:
        for row in promise.records("index"):
            promise.show("index", row)
            rows.append((words.construct(str(row["term"])), marked(row), "", interval(row),
                         num(row, "n", 0), num(row, "n_eff", 0)))  # fmt: skip
        yield Expected(
            section=words("summary.title"), caption=words("profile.caption"), rows=tuple(rows)
        )
        return
    for (line, group), row in _scores_of(promise, promise.index).items():
        if line is None and group is not None:
            rows.append((None, _headed(promise, group), marked(row), "", interval(row), None,  # type: ignore[arg-type]
                         num(row, "n", 0)))  # fmt: skip
    yield Expected(
        section=words("summary.title"), caption=words("league.caption"), rows=tuple(rows)
    )


def _index_section(promise: Promise) -> Iterator[Expected]:
    words = promise.words
    if not promise.groups:
        return
    scored = _scores_of(promise, promise.index)
    if promise.line:
        lines = sorted({line for line, _ in scored}, key=str)
        rows = [
            (promise.line_label(line),  # type: ignore[arg-type]
             *(score(scored.get((line, g))) for g in (*promise.groups, None)))
            for line in lines
        ]  # fmt: skip
    else:
        rows = [
            (
                promise.group_label(None) if group is None else _headed(promise, group),  # type: ignore[arg-type]
                score(row),
                "",
                None,
                num(row, "std_error", 2),
                num(row, "n_eff", 0),
            )
            for (_, group), row in scored.items()
        ]
    section = words("scores.title")
    yield Expected(section=section, caption=words("scores.table"), rows=tuple(rows))
    tests: list[tuple[Cell, ...]] = []
    count = 0
    for row in promise.records("comparisons", term=promise.index):
        if row["verdict"] == "base too small":
            continue
        line = row.code(promise.line)
        count += 1
        everybody = line is None and row["across"] == promise.line
        tests.append(
            (
                promise.line_label(line)
                if promise.line and not everybody
                else promise.group_label(None),
                pair_label(promise, row),
                num(row, "estimate"),
                interval(row),
                p_value(row, "p_adjusted"),
                verdict(promise, row),
                comparable(promise, row),
            )
        )
        tests += corrected(promise, row, ("",))
    caption = words("differences.caption", count=count)
    yield Expected(section=section, caption=caption, rows=tuple(tests))


def _construct_rows(promise: Promise, line: int | str | None) -> tuple[tuple[Cell, ...], ...]:
    terms = dict.fromkeys(str(row["term"]) for row in promise.records("index"))
    rows = []
    for term in terms:
        scored = _scores_of(promise, term)
        cells = (score(scored.get((line, g))) for g in (*promise.groups, None))
        rows.append((promise.words.construct(term), *cells))
    return tuple(rows)


def _lines(promise: Promise) -> Iterator[Expected]:
    words = promise.words
    if not promise.line:
        return
    lines = {promise.place(row)[0] for row in promise.records("index")} - {None}
    for line in sorted(lines, key=str):
        assert line is not None
        if not _any_shown(promise, line):
            continue
        section = words("lines.title", line=promise.line_label(line))
        caption = words("constructs.table_line", line=promise.line_label(line))
        yield Expected(section=section, caption=caption, rows=_construct_rows(promise, line))
        if promise.own is not None:
            yield Expected(
                section=section,
                caption=words("lines.short_boards", own=promise.group_label(promise.own)),
                rows=tuple(_line_boards(promise, line)),
            )


def _any_shown(promise: Promise, line: int | str) -> bool:
    """Tell whether a group of a line has a score that may be shown: else it has no page."""
    return any(
        row["flag"] != "suppressed"
        for row in promise.records("index", term=promise.index)
        if promise.place(row)[0] == line and promise.place(row)[1] is not None
    )


def _line_boards(promise: Promise, line: int | str) -> Iterator[tuple[Cell, ...]]:
    """Our gap to the best competitor on the six strongest drivers."""
    shown = promise.results.drivers.shown
    drivers = sorted(
        promise.records("drivers", measure=shown), key=lambda row: row.number_in("rank")
    )
    for driver in drivers[:6]:
        term = str(driver["term"])
        scored = _scores_of(promise, term)
        tests = []
        for row in promise.records("comparisons", across=promise.group, term=term):
            pair = row.code("group_a"), row.code("group_b")
            tested = row["verdict"] not in ("base too small", "not comparable")
            if row.code(promise.line) == line and promise.own in pair and tested:
                sign = 1 if pair[0] == promise.own else -1
                tests.append((sign * row.number_in("estimate"), sign, row, pair[sign == 1]))
        lower = term in (promise.results.questionnaire.report.get("polarity") or {})  # type: ignore[operator]
        best = min(tests, key=lambda t: -t[0] if lower else t[0], default=None)
        if best is None:
            continue
        gap, sign, row, rival = best
        ends = [sign * row.number_in(c) for c in ("conf_low", "conf_high")]
        importance = shown == "importance"
        yield (
            promise.words.construct(term),
            num(driver, "estimate", 2 if importance else 1, 1 if importance else 100),
            num(scored[line, promise.own], "estimate"),
            promise.group_label(rival),
            num(scored[line, rival], "estimate"),
            format_number(gap),
            format_interval(*sorted(ends)),
            p_value(row, "p_adjusted"),
            None,
        )


def _constructs(promise: Promise) -> Iterator[Expected]:
    if promise.groups:
        key = "constructs.table" if promise.line else "constructs.table_flat"
        yield Expected(
            section=promise.words("constructs.title"),
            caption=promise.words(key),
            rows=_construct_rows(promise, None),
        )


def _changes(promise: Promise) -> Iterator[Expected]:
    words, section = promise.words, promise.words("trend.title")
    index: list[tuple[Cell, ...]] = []
    others: list[tuple[Cell, ...]] = []
    for row in promise.records("changes"):
        if row["verdict"] == "base too small":
            continue
        line, group = promise.place(row)
        numbers = (
            words.value(WaveName(str(row["before"]))),
            num(row, "estimate"),
            interval(row),
            p_value(row, "p_adjusted"),
            verdict(promise, row),
        )
        name = words.construct(str(row["term"]))
        if row["basis"] != "all items":
            name = words("trend.unchanged_items", construct=name, items=row["items"])
        if row["term"] == promise.index:
            index.append((place_label(promise, line, group), *numbers))
            promise.show("changes", row)
        elif ((line, group) == (None, None) or group == promise.own is not None) and (
            row["verdict"] in ("moved up", "moved down", "not comparable")
            or row["basis"] != "all items"
        ):
            others.append((place_label(promise, line, group), name, *numbers))
            promise.show("changes", row)
    yield Expected(section=section, caption=words("trend.index_table"), rows=tuple(index))
    yield Expected(section=section, caption=words("trend.construct_table"), rows=tuple(others))


def _invariance(promise: Promise) -> Iterator[Expected]:
    words = promise.words
    for item in promise.results.invariances:
        rows = [
            (
                words(f"invariance.level.{str(row['level']).replace(' ', '_')}"),
                num(row, "chi2"),
                num(row, "df", 0),
                num(row, "cfi", 3),
                num(row, "rmsea", 3),
                num(row, "diff_chi2"),
                num(row, "diff_df", 0),
                p_value(row, "diff_p"),
            )
            for row in (
                promise.show("invariance", r) for r in promise.records("invariance", across=item)
            )
        ]
        name = words.item_name(item, "column.line" if item == promise.line else "column.group")
        yield Expected(
            section=words("invariance.title"),
            caption=words("invariance.ladder", groups=name),
            rows=tuple(rows),
        )


def _drivers(promise: Promise) -> Iterator[Expected]:
    words, shown = promise.words, promise.results.drivers.shown
    importance = shown == "importance"
    by = {
        measure: {str(row["term"]): row for row in promise.records("drivers", measure=measure)}
        for measure in (shown, "performance", "lmg_share")
    }
    rows: list[tuple[Cell, ...]] = []
    for term, row in by[shown].items():
        performance, share = by["performance"][term], by["lmg_share"][term]
        for part in (row, performance, *((share,) if importance else ())):
            promise.show("drivers", part)
        decimals, factor = (2, 1.0) if importance else (1, 100.0)
        rows.append(
            (
                f"{row.number_in('rank'):.0f}",
                span(row),
                words.construct(term),
                num(row, "estimate", decimals, factor),
                interval(row, decimals, factor),
                num(performance, "estimate"),
                interval(performance),
                *((num(share, "estimate", 1, 100),) if importance else ()),
                None,
            )
        )
    yield Expected(
        section=words("drivers.title"), caption=words(f"drivers.table_{shown}"), rows=tuple(rows)
    )

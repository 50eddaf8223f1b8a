"""What the appendices of a book promise: path model, measurement, fit, and the data tables."""

from __future__ import annotations

import math
from collections.abc import Iterator

from promised import (
    Cell,
    Expected,
    Promise,
    Row,
    comparable,
    corrected,
    interval,
    num,
    p_value,
    pair_label,
    place_label,
    score,
    verdict,
)

from csi.report.document import PValue, format_interval, format_number
from csi.report.wording import WaveName


def _paths(promise: Promise) -> Iterator[Expected]:
    words = promise.words
    rows: list[tuple[Cell, ...]] = []
    for row in promise.records("parameters", op="~"):
        if row["verdict"] == "withheld":
            continue
        std, half = row.number_in("std_all"), 1.959963984540054 * row.number_in("std_all_se")
        rows.append(
            (
                f"{words.construct(str(row['rhs']))} → {words.construct(str(row['lhs']))}",
                format_number(std, 2),
                format_interval(std - half, std + half, 2),
                num(row, "estimate", 3),
                num(row, "std_error", 3),
                p_value(row, "p_value"),
            )
        )
    caption = words("paths.table", scope=words("scope.pooled"))
    yield Expected(section=words("paths.title"), caption=caption, rows=tuple(rows))


def _measurement(promise: Promise) -> Iterator[Expected]:
    words, section = promise.words, promise.words("measurement.title")
    reliability = tuple(
        (
            words.construct(str(row["construct"])) + ("‡" if row["assumed"] else ""),
            num(row, "n_items", 0),
            num(row, "alpha", 2),
            num(row, "omega", 2),
            num(row, "ave", 2),
        )
        for row in (promise.show("reliability", r) for r in promise.records("reliability"))
    )
    yield Expected(section=section, caption=words("measurement.reliability"), rows=reliability)
    weights = {
        (row["construct"], row["term"]): promise.show("weights", row)
        for row in promise.records("weights")
    }
    means = _item_means(promise)
    rows: list[tuple[Cell, ...]] = []
    for row in promise.records("parameters", op="=~"):
        key = (row["lhs"], row["rhs"])
        rows.append(
            (
                None,
                str(row["rhs"]),
                words.item_text(str(row["rhs"])),
                num(row, "std_all", 2),
                num(weights[key], "estimate", 2) if key in weights else "–",
                num(means[key], "estimate") if key in means else "–",
                num(means[key], "n", 0) if key in means else "0",
            )
        )
    yield Expected(section=section, caption=words("measurement.loadings"), rows=tuple(rows))


def _item_means(promise: Promise) -> dict[tuple[object, object], Row]:
    return {
        (row["construct"], row["term"]): promise.show("indicators", row)
        for row in promise.records("indicators")
        if promise.place(row) == (None, None)
    }


def _fit(promise: Promise) -> Iterator[Expected]:
    words = promise.words
    (row,) = promise.records("fit")
    promise.show("fit", row)
    p, scaled = (words.value(PValue(row.number_in(c))) for c in ("p_value", "p_scaled"))
    bare = math.isnan(row.number_in("chi2_scaled"))
    values = {
        "n": num(row, "n", 0),
        "npar": num(row, "npar", 0),
        "chi2": f"{num(row, 'chi2')} (df = {num(row, 'df', 0)}, {p})",
        "chi2_scaled": "–" if bare else f"{num(row, 'chi2_scaled')} ({scaled})",
        "loglik": num(row, "loglik"),
        "aic": num(row, "aic"),
        "bic": num(row, "bic"),
        "cfi": num(row, "cfi", 3),
        "tli": num(row, "tli", 3),
        "rmsea": f"{num(row, 'rmsea', 3)} {interval(row, 3, of='rmsea')}",
        "srmr": num(row, "srmr", 3),
        "verdict": words(f"model.{row['verdict']}"),
    }
    yield Expected(
        section=words("method.title"),
        caption=words("fit.caption"),
        rows=tuple((words(f"fit.{name}"), value, None) for name, value in values.items()),
        fold=3,
    )


def _waves(promise: Promise) -> Iterator[Expected]:
    words = promise.words
    rows = [
        (words.value(WaveName(str(row["wave"]))), num(row, "n", 0), num(row, "n_eff", 0),
         None, None, None)
        for row in promise.records("trend", term=promise.index, basis="all items")
        if promise.place(row) == (None, None)
    ]  # fmt: skip
    yield Expected(
        section=words("method.title"), caption=words("method.waves_table"), rows=tuple(rows)
    )


def _data_scores(promise: Promise) -> Iterator[Expected]:
    words, section = promise.words, promise.words("data.title")
    index: list[tuple[Cell, ...]] = []
    others: list[tuple[Cell, ...]] = []
    for row in promise.records("index"):
        promise.show("index", row)
        cells = (
            *promise.scope(row),
            num(row, "estimate", 2),
            num(row, "std_error", 2),
            interval(row, 2),
            num(row, "n", 0),
            num(row, "n_eff", 0),
            None,
            words(f"flag.{row['flag']}") if row["flag"] else "",
        )
        if row["term"] == promise.index:
            index.append(cells)
        else:
            others.append((words.construct(str(row["term"])), *cells))
    yield Expected(section=section, caption=words("data.index"), rows=tuple(index))
    yield Expected(section=section, caption=words("data.constructs"), rows=tuple(others))


def _data_waves(promise: Promise) -> Iterator[Expected]:
    """The index of every group in every wave: a row per group, a column per wave."""
    words = promise.words
    found: dict[tuple[str, ...], dict[str, Row]] = {}
    for row in promise.records("trend", term=promise.index, basis="all items"):
        promise.show("trend", row)
        found.setdefault(promise.scope(row), {})[str(row["wave"])] = row
    waves = [wave.id for wave in promise.results.study.waves]
    rows = tuple((*scope, *(score(own.get(w)) for w in waves)) for scope, own in found.items())
    yield Expected(section=words("data.title"), caption=words("data.waves"), rows=rows)


def _data_parts(promise: Promise) -> Iterator[Expected]:
    """The parts of every explained change."""
    words = promise.words
    rows: list[tuple[Cell, ...]] = []
    for row in promise.records("decomposition", by=""):
        promise.show("decomposition", row)
        line, group = promise.place(row)
        rows.append(
            (
                place_label(promise, line, group),
                words.value(WaveName(str(row["before"]))),
                words(f"part.{row['part']}"),
                num(row, "estimate", 2),
                num(row, "std_error", 2),
                interval(row, 2),
            )
        )
    yield Expected(section=words("data.title"), caption=words("data.parts"), rows=tuple(rows))


def _data_items(promise: Promise) -> Iterator[Expected]:
    words = promise.words
    rows = tuple(
        (
            words.construct(str(construct)),
            str(term),
            words.item_text(str(term)),
            num(row, "estimate", 2),
            num(row, "std_error", 2),
            interval(row, 2),
            num(row, "n", 0),
        )
        for (construct, term), row in _item_means(promise).items()
    )
    yield Expected(section=words("data.title"), caption=words("data.indicators"), rows=rows)


def _data_tests(promise: Promise) -> Iterator[Expected]:
    words = promise.words
    rows: list[tuple[Cell, ...]] = []
    count = 0
    for row in promise.records("comparisons"):
        if row["verdict"] == "base too small":
            continue
        count += 1
        promise.show("comparisons", row)
        line = row.code(promise.line) if row["across"] != promise.line else None
        rows.append(
            (
                words.construct(str(row["term"])),
                words("all.short") if line is None else promise.line_label(line),
                pair_label(promise, row),
                num(row, "estimate", 2),
                interval(row, 2),
                p_value(row, "p_adjusted"),
                verdict(promise, row),
                comparable(promise, row),
            )
        )
        rows += corrected(promise, row, ("", ""), decimals=2)
    caption = words("data.tests", count=count)
    yield Expected(section=words("data.title"), caption=caption, rows=tuple(rows))


def _data_parameters(promise: Promise) -> Iterator[Expected]:
    words = promise.words
    rows: list[tuple[Cell, ...]] = []
    withheld = False
    for row in promise.records("parameters"):
        withheld = withheld or row["verdict"] == "withheld"
        if row["op"] not in ("=~", "~", "~~") or (
            row["verdict"] == "withheld" and row["op"] != "=~"
        ):
            continue
        promise.show("parameters", row)
        left, right = words.construct(str(row["lhs"])), words.construct(str(row["rhs"]))
        rows.append(
            (
                f"{left} {row['op']} {right}",
                num(row, "estimate", 3),
                num(row, "std_error", 3),
                interval(row, 3),
                p_value(row, "p_value"),
                num(row, "std_all", 3),
            )
        )
    caption = words("data.parameters_withheld" if withheld else "data.parameters")
    yield Expected(section=words("data.title"), caption=caption, rows=tuple(rows))


DATA = (
    _paths, _measurement, _fit, _waves, _data_scores, _data_waves, _data_parts, _data_items,
    _data_tests, _data_parameters,
)  # fmt: skip

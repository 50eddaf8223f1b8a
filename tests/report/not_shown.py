"""What a book leaves to its workbook and tables, and why: columns, then rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from promised import Promise, Row

_ZERO = "a test against zero, which no reader of a score, a share or a part asks for"
_ADJUSTED = "the book shows the adjusted p alone, so that nobody picks the one that suits"
_ERROR = "the interval beside the number says it"
_BASE = "the book gives the base of both groups with their scores"
_LABEL = "named in the caption, or only labels what is shown"
_TECHNICAL = "for who recomputes the fit: solver, scaling, baseline model"
_WORKBOOK = "a second opinion, in the workbook"

_TEST_OF_ZERO = dict.fromkeys(("statistic", "df", "p_value"), _ZERO)
_RAW_TEST = dict.fromkeys(("statistic", "df", "p_value"), _ADJUSTED) | {"std_error": _ERROR}
_JUDGED = {
    "family": "the notes say which terms are corrected by which method",
    "detectable": _WORKBOOK,
    "corrected_p_value": _WORKBOOK,
}

COLUMNS: Mapping[str, Mapping[str, str]] = {
    "index": _TEST_OF_ZERO,
    "indicators": {
        **_TEST_OF_ZERO,
        "n_eff": "the base of an item is n; the effective one stands with the constructs",
        "flag": "set for groups, whose items are in the workbook alone",
    },
    "weights": {
        **_TEST_OF_ZERO,
        **dict.fromkeys(
            ("std_error", "conf_low", "conf_high"), "already in the error of the index"
        ),
        **dict.fromkeys(("n", "n_eff"), "the base of the model, in the notes"),
    },
    "parameters": {
        **dict.fromkeys(("statistic", "df"), "estimate, error and p say it"),
        **dict.fromkeys(("n", "n_eff"), "the base of the model, in the notes"),
        "std_all_se": "in the intervals of the paths; not shown where they are withheld",
    },
    "fit": dict.fromkeys(
        ("scaling", "baseline_chi2", "baseline_df", "gradient", "semopy_gradient", "polish_steps",
         "polish_size", "condition"), _TECHNICAL,
    ) | {
        "n_eff": "in the facts of the design",
        "n_left_out": "in the table of missing answers, by construct",
        "share_missing": "in the table of missing answers, by construct",
    },
    "reliability": {"spearman_brown": "of constructs of two items; alpha and omega are shown"},
    "drivers": {
        **_TEST_OF_ZERO, "std_error": _ERROR,
        **dict.fromkeys(("n", "n_eff"), "the base of the model, in the notes"),
    },
    "comparisons": _RAW_TEST | _JUDGED | dict.fromkeys(("n", "n_eff"), _BASE)
    | dict.fromkeys(
        ("bias", "bias_low", "bias_high", "corrected", "corrected_low", "corrected_high"),
        "shown where items of the index are biased",
    ),
    "invariance": dict.fromkeys(
        ("scaling", "chi2_scaled", "p_value", "cfi_scaled", "rmsea_scaled", "srmr", "diff_cfi"),
        "the scaled difference test of each step is what decides",
    ) | {"holds": "follows from the difference test", "verdict": "by construct, in its own table"},
    "elements": {**_TEST_OF_ZERO, "std_error": _ERROR, "n_eff": "the mark says where it is low"},
    "short_boards": {
        **_RAW_TEST, "across": _LABEL, "n": _BASE, "n_eff": _BASE,
        "quadrant": "in the verdict", "sure": "in the verdict",
    },
    "complaint_ladder": {
        **_TEST_OF_ZERO, "std_error": _ERROR, "n_eff": "the mark says where it is low",
    },
    "complaint_ladder_gaps": {**_RAW_TEST, "n": _BASE, "n_eff": _BASE},
    "changes": {
        **_RAW_TEST, **_JUDGED, "n": _BASE, "n_eff": _BASE,
        "comparability": "the notes name the constructs that measure otherwise",
        "after": _LABEL, "reason": "in the table of where series end",
        **dict.fromkeys(
            ("bias", "bias_low", "bias_high", "corrected", "corrected_low", "corrected_high"),
            _WORKBOOK,
        ),
    },
    "trend": {
        **_TEST_OF_ZERO, "std_error": _ERROR,
        "segment": "the lines of the chart break, and a table says where and why",
        "reason": "in the table of where series end",
        **dict.fromkeys(
            ("change", "change_error", "change_df", "change_p_value", "change_p_adjusted",
             "change_low", "change_high", "change_verdict"),
            "steps between earlier waves were reported by earlier books; the last is in `changes`",
        ),
    },
    "decomposition": {
        **_TEST_OF_ZERO, "n": _BASE, "n_eff": _BASE, "flag": "parts on a small base are empty",
        "term": _LABEL, "after": _LABEL, "item": "of rows by item, in the workbook",
        "element": "of rows by element, in the workbook",
    },
    "gap_parts": {
        **_TEST_OF_ZERO, "std_error": _ERROR, "n": _BASE, "n_eff": _BASE,
        "flag": "the mark of the gap says it",
        **dict.fromkeys(("term", "group_a", "across"), _LABEL),
        **dict.fromkeys(("item", "element"), "of rows by item and element, in the workbook"),
    },
    "regions": {
        **_TEST_OF_ZERO, "std_error": _ERROR, "n_eff": "the mark says where it is low",
        "term": _LABEL, "rank": "only the ranks that tests leave open are shown",
        "n_tied": "the rank interval says it",
    },
}  # fmt: skip
"""By table; labels beside codes are shown in the language of the book."""

_REGION_ANSWERS = "about interviews, not customers: for the field department"
TABLES: Mapping[str, str] = {
    "element_drivers": "the short-boards have the importance; the rest is a second opinion",
    "region_answers": _REGION_ANSWERS,
    "units": "what the columns of the tables are counted in: the notes of a book say it",
}
"""Tables of which a book shows nothing."""

Left = Callable[[Promise, Row], bool]

ROWS: Mapping[str, tuple[Left, str]] = {
    "indicators": (lambda p, r: p.place(r) != (None, None), "items by group: hundreds of rows"),
    "parameters": (
        lambda p, r: r["verdict"] == "withheld" and r["op"] != "=~",
        "paths that must not be read",
    ),
    "drivers": (
        lambda p, r: (
            r["measure"] not in (p.results.drivers.shown, "performance")
            and (p.results.drivers.shown != "importance" or r["measure"] != "lmg_share")
        ),
        "other measures of the same weights",
    ),
    "comparisons": (
        lambda p, r: r["verdict"] == "base too small",
        "not tested: counted in the notes",
    ),
    "elements": (
        lambda p, r: p.place(r)[0] is not None or r["measure"] == "contact",
        "by line: short-boards name what was found; contact of channels that everybody meets",
    ),
    "short_boards": (
        lambda p, r: r["kind"] == "construct" or p.place(r)[0] is not None,
        "constructs stand on the page of their line; by line, what was found",
    ),
    "changes": (
        lambda p, r: r["term"] != p.index or r["verdict"] == "base too small",
        "untested ones are counted; other constructs where they moved or break",
    ),
    "complaint_ladder_gaps": (lambda p, r: r["verdict"] == "base too small", "not tested"),
    "trend": (lambda p, r: r["term"] != p.index, "other constructs over all waves"),
    "gap_parts": (lambda p, r: r["by"] != "", "the share of each cell, item and element"),
    "decomposition": (lambda p, r: r["by"] != "", "the share of each cell, item and element"),
}
"""By table: which rows may be absent."""


def left_out(promise: Promise) -> list[str]:
    """Return columns and rows that the book does not show, and no list says why."""
    found = []
    for name, table in promise.tables.items():
        if name in TABLES:
            continue
        labels = {c for c in table if str(c).endswith("_label") or c in promise.results.study.by}
        unread = set(table) - labels - promise.shown.columns[name] - set(COLUMNS.get(name, ()))
        found += [f"{name}: {column}" for column in sorted(unread)]
        may_be_absent = ROWS[name][0] if name in ROWS else lambda p, r: False
        found += [
            f"{name}: row {row.number}"
            for row in promise.records(name)
            if row.number not in promise.shown.rows.get(name, ())
            and not may_be_absent(promise, row)
        ]
    return found

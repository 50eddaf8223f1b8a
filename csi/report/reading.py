"""What the sections read off the results: scores by plain codes, tests, letters, drivers.

Nothing here has a language; `csi.report.wording` gives the words.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from csi.results import FLAG_BELOW, SUPPRESS_BELOW

if TYPE_CHECKING:
    from csi.report.book import StudyResults

Code = int | str
Domain = tuple[Code, ...]

ALL: Domain = ()
SIGNIFICANCE = 0.05
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreRow:
    """One construct score of one group; NaN where the base is too small to show it."""

    estimate: float
    std_error: float
    low: float
    high: float
    n: int
    n_eff: float
    flag: str

    @property
    def shown(self) -> bool:
        """Whether the number may be printed."""
        return self.flag != "suppressed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Test:
    """One tested difference between two codes of the item ``across``: a minus b."""

    across: str
    within: Domain
    a: Code
    b: Code
    term: str
    difference: float
    low: float
    high: float
    p: float
    verdict: str

    @property
    def decided(self) -> bool:
        """Whether one of the two is higher beyond chance."""
        return self.verdict in ("higher", "lower")

    @property
    def tested(self) -> bool:
        """Whether both bases allowed a test."""
        return self.verdict not in ("base too small", "not comparable")


@dataclass(frozen=True, slots=True, kw_only=True)
class DriverRow:
    """One driver with one measure of its weight: importance, or share of explained variance."""

    term: str
    weight: float
    weight_low: float
    weight_high: float
    rank: int
    rank_low: int
    rank_high: int
    performance: float
    performance_low: float
    performance_high: float
    share: float


class Reading:
    """The results of a study, indexed for the sections.

    Parameters
    ----------
    results : StudyResults
    """

    def __init__(self, results: StudyResults) -> None:
        self.results = results
        self.questionnaire = results.questionnaire
        by = tuple(results.study.by)
        self.line = by[0] if len(by) == 2 else None
        self.group = by[-1] if by else None
        self.index = results.questionnaire.model.index if results.questionnaire.model else ""
        self._scores = {domain: score_rows(index.tidy()) for domain, index in results.indices.items()}
        self.lines = self._codes(self.line)
        self.groups = self._own_first(self._codes(self.group))
        self.tests = tuple(self._read_tests())
        self.constructs = self._construct_order()

    def score(self, where: Mapping[str, Code], term: str | None = None) -> ScoreRow | None:
        """Return the score of a construct (the index by default) in a domain, or None."""
        items = tuple(i for i in (self.line, self.group) if i is not None and i in where)
        rows = self._scores.get(items, {})
        return rows.get((tuple(where[i] for i in items), term or self.index))

    def where(self, line: Code | None = None, group: Code | None = None) -> dict[str, Code]:
        """Return the domain of a line and a group; None takes all of them."""
        domain: dict[str, Code] = {}
        if line is not None and self.line:
            domain[self.line] = line
        if group is not None and self.group:
            domain[self.group] = group
        return domain

    def group_tests(self, line: Code | None = None, term: str | None = None) -> tuple[Test, ...]:
        """Return the tests between groups inside a line, or overall, of one construct."""
        within = ALL if line is None else (line,)
        wanted = term or self.index
        return tuple(
            t
            for t in self.tests
            if t.across == self.group and t.within == within and t.term == wanted
        )

    def line_tests(self) -> tuple[Test, ...]:
        """Return the tests of the index between lines, over all groups."""
        return tuple(
            t for t in self.tests if t.across == self.line and t.within == ALL and t.term == self.index
        )

    def letter(self, group: Code) -> str:
        """Return the letter of a group's column."""
        place = self.groups.index(group)
        return LETTERS[place] if place < len(LETTERS) else f"({place + 1})"

    def letters(self, group: Code, line: Code | None = None, term: str | None = None) -> str:
        """Return the letters of the groups that ``group`` is significantly higher than."""
        below = []
        for test in self.group_tests(line, term):
            if test.verdict == "higher" and test.a == group:
                below.append(test.b)
            elif test.verdict == "lower" and test.b == group:
                below.append(test.a)
        return "".join(sorted(self.letter(other) for other in below))

    def rank_interval(self, group: Code, line: Code | None = None) -> tuple[int, int]:
        """Return the best and the worst rank that the tests leave open."""
        shown = [g for g in self.groups if self._shown(g, line)]
        mine = [t for t in self.group_tests(line) if group in (t.a, t.b) and t.decided]
        above = sum((t.verdict == "lower") == (t.a == group) for t in mine)
        return 1 + above, len(shown) - (len(mine) - above)

    def drivers(self) -> tuple[DriverRow, ...]:
        """Return the drivers by the measure that may be shown, strongest first."""
        frame = self.results.drivers.tidy()
        measure = self.results.drivers.shown
        weights = frame[frame["measure"] == measure].sort_values("rank", kind="stable")
        performance = frame[frame["measure"] == "performance"].set_index("term")
        shares = frame[frame["measure"] == "lmg_share"].set_index("term")["estimate"]
        return tuple(_driver(row, performance, shares) for row in weights.to_dict("records"))

    def cells(self) -> Iterator[tuple[dict[str, Code], ScoreRow]]:
        """Yield the index of the finest groups."""
        for line in self.lines or (None,):
            for group in self.groups:
                row = self.score(self.where(line, group))
                if row is not None:
                    yield self.where(line, group), row

    def fit_groups(self) -> tuple[tuple[Domain, pd.DataFrame], ...]:
        """Return the parameter table of the fit, or one per group of a fit by group."""
        frame = self.results.fit.tidy()
        by = list(self.results.fit.by)
        if not by:
            return ((ALL, frame),)
        return tuple(
            (tuple(plain(code) for code in _tupled(key)), part)
            for key, part in frame.groupby(by, sort=False)
        )

    @property
    def withheld(self) -> bool:
        """Whether the structural paths must not be read as drivers."""
        return self.verdict == "withheld"

    @property
    def verdict(self) -> str:
        """The verdict of the (first) fit: certified, provisional or withheld."""
        return str(self.results.fit.diagnosis(0).verdict)

    @property
    def overall(self) -> ScoreRow:
        """The index of all respondents."""
        row = self.score({})
        if row is None:
            raise KeyError("The results hold no index of all respondents: indices[()].")
        return row

    def _shown(self, group: Code, line: Code | None) -> bool:
        row = self.score(self.where(line, group))
        return row is not None and row.shown

    def _codes(self, item: str | None) -> tuple[Code, ...]:
        """Return the codes of an item in the order of its choices."""
        if item is None:
            return ()
        seen = {key[0] for key, _ in self._scores.get((item,), {})}
        declared = self.questionnaire.items[item].choices if item in self.questionnaire.items else {}
        order = [plain(code) for code in declared]
        known = [code for code in order if code in seen]
        return (*known, *sorted((c for c in seen if c not in order), key=str))

    def _own_first(self, codes: tuple[Code, ...]) -> tuple[Code, ...]:
        own = self.results.study.own
        if own is None or plain(own) not in codes:
            return codes
        return (plain(own), *(code for code in codes if code != plain(own)))

    def _construct_order(self) -> tuple[str, ...]:
        model = self.questionnaire.model
        order = self.questionnaire.report.get("order")
        declared = [str(c) for c in order] if isinstance(order, list | tuple) else []
        declared += [c for c in (model.constructs if model else ()) if c not in declared]
        seen = {term for _, term in self._scores.get((), {})}
        return (*(c for c in declared if c in seen), *sorted(seen.difference(declared)))

    def _read_tests(self) -> Iterator[Test]:
        for comparison in self.results.comparisons:
            frame = comparison.tidy()
            columns = list(frame.columns)
            within = columns[: columns.index("group_a")]
            for row in frame.to_dict("records"):
                yield Test(
                    across=str(comparison.across),
                    within=tuple(plain(row[column]) for column in within),
                    a=plain(row["group_a"]),
                    b=plain(row["group_b"]),
                    term=str(row["term"]),
                    difference=float(row["estimate"]),
                    low=float(row["conf_low"]),
                    high=float(row["conf_high"]),
                    p=float(row["p_adjusted"]),
                    verdict=str(row["verdict"]),
                )


def plain(code: object) -> Code:
    """Return an answer code as int where it is a whole number, else as text."""
    try:
        number = float(code)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return str(code)
    return int(number) if number.is_integer() else str(code)


def base_rules() -> tuple[int, int]:
    """Return the effective bases below which numbers are suppressed and marked."""
    return int(SUPPRESS_BELOW), int(FLAG_BELOW)


def score_rows(frame: pd.DataFrame) -> dict[tuple[Domain, str], ScoreRow]:
    columns = list(frame.columns)
    by = columns[: columns.index("term")]
    rows = {}
    for row in frame.to_dict("records"):
        flag = str(row["flag"])
        hidden = flag == "suppressed"
        estimate, std_error, low, high = (
            math.nan if hidden else float(row[c])
            for c in ("estimate", "std_error", "conf_low", "conf_high")
        )
        rows[tuple(plain(row[c]) for c in by), str(row["term"])] = ScoreRow(
            estimate=estimate,
            std_error=std_error,
            low=low,
            high=high,
            n=int(row["n"]),
            n_eff=float(row["n_eff"]),
            flag=flag,
        )
    return rows


def _driver(row: Mapping[Any, Any], performance: pd.DataFrame, shares: pd.Series[float]) -> DriverRow:
    term = str(row["term"])
    scored = performance.loc[term] if term in performance.index else None
    return DriverRow(
        term=term,
        weight=float(row["estimate"]),
        weight_low=float(row["conf_low"]),
        weight_high=float(row["conf_high"]),
        rank=_whole(row["rank"]),
        rank_low=_whole(row["rank_low"]),
        rank_high=_whole(row["rank_high"]),
        performance=math.nan if scored is None else float(scored["estimate"]),
        performance_low=math.nan if scored is None else float(scored["conf_low"]),
        performance_high=math.nan if scored is None else float(scored["conf_high"]),
        share=float(shares.get(term, math.nan)),
    )


def _whole(value: Any) -> int:
    return 0 if pd.isna(value) else int(value)


def _tupled(key: object) -> tuple[object, ...]:
    return key if isinstance(key, tuple) else (key,)

"""What the sections read off the results: scores by plain codes, tests, letters, drivers.

Nothing here has a language; `csi.report.wording` gives the words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import pandas as pd

from csi.report.rows import (
    Code,
    Difference,
    Domain,
    DriverRow,
    ScoreRow,
    difference_rows,
    driver_rows,
    plain,
    score_rows,
)
from csi.report.wave_rows import ChangeRow, change_rows

if TYPE_CHECKING:
    from csi.report.book import StudyResults

ALL: Domain = ()
SIGNIFICANCE = 0.05
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


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
        self._scores = {
            domain: score_rows(index.tidy()) for domain, index in results.indices.items()
        }
        self.lines = self._codes(self.line)
        self.groups = self._own_first(self._codes(self.group))
        self.tests = tuple(
            row for comparison in results.comparisons for row in difference_rows(comparison)
        )
        self.changes: tuple[ChangeRow, ...] = change_rows(results)
        self.constructs = self._construct_order()
        self.drivers: tuple[DriverRow, ...] = driver_rows(results.drivers)
        self.parameters = results.fit.tidy()

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

    def group_tests(
        self, line: Code | None = None, term: str | None = None
    ) -> tuple[Difference, ...]:
        """Return the tests between groups inside a line, or overall, of one construct."""
        within = ALL if line is None else (line,)
        wanted = term or self.index
        return tuple(
            t
            for t in self.tests
            if t.across == self.group and t.within == within and t.term == wanted
        )

    def line_tests(self) -> tuple[Difference, ...]:
        """Return the tests of the index between lines, over all groups."""
        return tuple(
            t
            for t in self.tests
            if t.across == self.line and t.within == ALL and t.term == self.index
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

    def cells(self) -> Iterator[tuple[dict[str, Code], ScoreRow]]:
        """Yield the index of the finest groups."""
        for line in self.lines or (None,):
            for group in self.groups:
                row = self.score(self.where(line, group))
                if row is not None:
                    yield self.where(line, group), row

    def fit_groups(self) -> tuple[tuple[Domain, pd.DataFrame], ...]:
        """Return the parameter table of the fit, or one per group of a fit by group."""
        frame = self.parameters
        by = list(self.results.fit.by)
        if not by:
            return ((ALL, frame),)
        return tuple(
            (tuple(plain(code) for code in _tupled(key)), part)
            for key, part in frame.groupby(by, sort=False)
        )

    def lower_is_better(self, construct: str) -> bool:
        """Return whether a fall of a construct is good news: ``report: polarity:``."""
        polarity = self.questionnaire.report.get("polarity")
        declared = polarity.get(construct) if isinstance(polarity, Mapping) else None
        return declared == "lower_is_better"

    @property
    def compared(self) -> tuple[str, ...]:
        """The items of which at least two groups were compared."""
        return tuple(dict.fromkeys(t.across for t in self.tests if t.shown))

    @property
    def own(self) -> Code | None:
        """Our own group: the first of `groups`; None in a study without one."""
        return self.groups[0] if self.results.study.own is not None and self.groups else None

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
        declared = (
            self.questionnaire.items[item].choices if item in self.questionnaire.items else {}
        )
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


def _tupled(key: object) -> tuple[object, ...]:
    return key if isinstance(key, tuple) else (key,)

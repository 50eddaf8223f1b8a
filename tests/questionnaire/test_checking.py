from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csi.questionnaire.checking import check_questionnaire
from csi.questionnaire.model_checking import find_cycle
from csi.questionnaire.model_names import Link, names_in_model
from csi.questionnaire.schema import Questionnaire, Text

Read = Callable[..., Questionnaire]
FaultsOf = Callable[..., list[str]]

FILTER = "ask_if: line = 1"
SAT3 = "- {id: sat3, scale: ten, text: {en: Near ideal?, zh: 接近理想？}}"
SYNTAX = "Satisfaction ~ Network"


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        (
            [(FILTER, "ask_if: lin = 1")],
            [
                "q.yaml:29: Item `net3` is asked if `lin = 1`, but there is no item `lin`. "
                "Did you mean `line`?"
            ],
        ),
        (
            [(FILTER, "ask_if: net3 = 1")],
            ["q.yaml:29: Item `net3` is asked if `net3 = 1`, but that is the item itself."],
        ),
        (
            [("scale: ten, text: {en: As", "scale: ten, ask_if: net1 = 1, text: {en: As")],
            [
                "q.yaml:23: Item `sat2` is asked if `net1 = 1`, but `net1` is asked later. "
                "Move `net1` before `sat2`."
            ],
        ),
        (
            [(FILTER, "ask_if: line = 3")],
            [
                "q.yaml:29: Item `net3` is asked if `line = 3`, but `line` has no code 3. "
                "Its codes: 1, 2."
            ],
        ),
        (
            [(FILTER, 'ask_if: "net1 in (0, 5)"')],
            [
                "q.yaml:29: Item `net3` is asked if `net1 in (0, 5)`, but `net1` has no code 0. "
                "Its answers run from 1 to 10."
            ],
        ),
        (
            [(FILTER, "ask_if: net1 = 98")],
            [
                "q.yaml:29: Item `net3` is asked if `net1 = 98`, but 98 is a missing code of "
                "`net1`, which is never an answer. Its answers run from 1 to 10."
            ],
        ),
        (
            [(FILTER, "ask_if: line = 'Mobile'")],
            [
                "q.yaml:29: Item `net3` is asked if `line = 'Mobile'`, but `line` holds codes, "
                "not text. Its codes: 1, 2."
            ],
        ),
        (
            [(SAT3, SAT3 + "\n      " + SAT3.replace("sat3", "SAT3"))],
            [
                "q.yaml:25: The ids `sat3` on line 24 and `SAT3` differ only in case. "
                "Rename one: SPSS takes them for the same.",
                "q.yaml:25: Item `SAT3` serves nothing: no construct, role, filter or use. "
                "Put it in the model, give it a `role`, say its `use`, or drop it.",
            ],
        ),
        (
            [("sat1 + sat2", "sat1 + stisfied")],
            [
                "q.yaml:23: Item `sat2` serves nothing: no construct, role, filter or use. "
                "Put it in the model, give it a `role`, say its `use`, or drop it.",
                "q.yaml:32: `Satisfaction` is measured by `stisfied`, which is not an item.",
            ],
        ),
        (
            [("sat1 + sat2", "sat1 + sat2 + sat1 + line")],
            ["q.yaml:32: `Satisfaction` is measured by `sat1` twice."],
        ),
        (
            [
                (
                    "          2: {en: Fixed",
                    "          3: {en: TV, zh: 电视}\n          2: {en: Fixed",
                ),
                (SYNTAX, SYNTAX + " + line"),
            ],
            [
                "q.yaml:35: The model uses `line`, which is a `single` item of 3 codes. "
                "Use a `scale` item, a `number` item or a `single` item with two codes."
            ],
        ),
        (
            [(SYNTAX, "Satisfaction ~ Network +\n      Trust")],
            ["q.yaml:35: The model uses `Trust`, which no item measures. Add `Trust =~ ...`."],
        ),
        (
            [(SYNTAX, "Satisfaction ~ Netwrk")],
            ["q.yaml:34: The model uses `Netwrk`, which no item measures. Did you mean `Network`?"],
        ),
        (
            [(SYNTAX, SYNTAX + "\n    Network ~ Satisfaction")],
            [
                "q.yaml:35: The paths run in a circle: Network → Satisfaction → Network. "
                "Remove one of these paths."
            ],
        ),
        (
            [(SYNTAX, SYNTAX + "\n    Network ~ Network")],
            ["q.yaml:35: The paths run in a circle: Network → Network. Remove one of these paths."],
        ),
        (
            [(SYNTAX, SYNTAX + "\n    Network Satisfaction")],
            [
                "q.yaml:35: The model line `Network Satisfaction` cannot be read. Write "
                "`Construct =~ item + item`, `Outcome ~ Cause + Cause` or `a ~~ b`."
            ],
        ),
        (
            [("    Network: {en: Network, zh: 网络质量}\n", "")],
            [
                "q.yaml:33: The construct `Network` has no name to show. "
                "Add `Network: {en: ..., zh: ...}` under `constructs`."
            ],
        ),
        (
            [("    Network: {en", "    Network: {en: N, zh: 网}\n    Netwrk: {en")],
            [
                "q.yaml:38: `constructs` names `Netwrk`, which no item measures. "
                "Did you mean `Network`?"
            ],
        ),
        (
            [("index: Satisfaction", "index: Satisfacton")],
            [
                "q.yaml:38: The index `Satisfacton` is not a construct of the model. "
                "Did you mean `Satisfaction`?"
            ],
        ),
        (
            [("index: Satisfaction", "index: Satisfaction\n  reliability: {Network: .8}")],
            ["q.yaml:39: `reliability` names the construct `Network`. Name its item: `net1`."],
        ),
        (
            [("index: Satisfaction", "index: Satisfaction\n  reliability: {net1: .8, net9: .8}")],
            [
                "q.yaml:39: `reliability` names `net1`, which is not the only item of a "
                "construct. The reliability of other constructs is estimated: drop it.",
                "q.yaml:39: `reliability` names `net9`, which is not an item. Did you mean `net3`?",
            ],
        ),
        (
            [("index: Satisfaction", "index: Satisfaction\n  reliability: {sat1: 1.8}")],
            [
                "q.yaml:39: The model, `reliability`: `sat1` must be a number from 0.01 to 1, "
                "found `1.8`."
            ],
        ),
        (
            [
                ("    Network =~ net1", "    sat1 =~ net1"),
                (SYNTAX, "Satisfaction ~ sat1"),
                ("    Network: {en", "    sat1: {en"),
            ],
            ["q.yaml:33: `sat1` is both a construct and an item. Rename one."],
        ),
    ],
)
def test_every_fault_has_its_line_and_remedy(
    faults: FaultsOf, edits: list[tuple[str, str]], expected: list[str]
) -> None:
    assert faults(*edits) == expected


def test_a_questionnaire_built_in_python_is_checked_too(read: Read) -> None:
    q = read()
    assert check_questionnaire(q) == ()
    items = {**q.items, "sat1": replace(q.items["sat1"], scale=None, text=Text("How?", ""))}
    assert [str(fault) for fault in check_questionnaire(replace(q, items=items))] == [
        "q.yaml:22: Item `sat1` has no scale. Give it one.",
        "q.yaml:22: Item `sat1` is not complete in `zh`. Give every text in both languages.",
    ]


def test_names_in_model_reads_lavaan() -> None:
    names = names_in_model(
        """
        # comment
        A =~ x1 + 0.5*x2 +   ! goes on
             start(.7)*x3

             + c(a, b)*x4 ; B =~ NA*y
        A + B ~ eq*C
        A ~ 1
        x1 ~~ x2
        total := a*b; a == b
        """,
        10,
    )
    assert [(link.right, link.line) for link in names.loadings] == [
        ("x1", 12),
        ("x2", 12),
        ("x3", 13),
        ("x4", 15),
        ("y", 15),
    ]
    assert names.paths == (Link("A", "C", 16), Link("B", "C", 16))
    assert names.covariances == (Link("x1", "x2", 18),)
    assert names.constructs == {"A": ("x1", "x2", "x3", "x4"), "B": ("y",)}
    assert names.lines == {"A": 12, "B": 15}
    assert names.items_of("C") == ()
    assert names.unread == ()


@given(st.text(alphabet="AB=~+*:;#\n (),'\"1.", max_size=60))
def test_any_syntax_is_scanned(syntax: str) -> None:
    names = names_in_model(syntax)
    assert all(link.line >= 1 for link in (*names.loadings, *names.paths))


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=12))
def test_find_cycle_agrees_with_brute_force(pairs: list[tuple[int, int]]) -> None:
    links = [Link(str(to), str(start), 1) for start, to in pairs]
    reached = {(start, to) for start, to in pairs}
    for _ in range(7):
        reached |= {(a, d) for a, b in reached for c, d in reached if b == c}
    cycle = find_cycle(links)
    assert bool(cycle) == any(a == b for a, b in reached)
    for link, following in zip(cycle, (*cycle[1:], *cycle[:1]), strict=True):
        assert link in links
        assert link.left == following.right

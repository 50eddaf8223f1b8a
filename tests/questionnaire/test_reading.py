from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from csi.errors import QuestionnaireError
from csi.questionnaire.reading import read_questionnaire
from csi.questionnaire.schema import Questionnaire, Text

Read = Callable[..., Questionnaire]
FaultsOf = Callable[..., list[str]]

SAT1 = "{id: sat1, scale: ten, text: {en: How satisfied?, zh: 是否满意？}}"
LINE_CODES = "2: {en: Fixed, zh: 固定}\n"
MISSING = "missing: {98: dont_know, 99: refused}"
ENDS = "ends: {en: [Bad, Good], zh: [差, 好]}"


def test_reads_the_whole_file(read: Read) -> None:
    q = read()
    assert repr(q) == "Questionnaire('small', version='1', items=7)"
    assert q.title == Text("Small", "小问卷")
    assert [block.kind for block in q.blocks] == ["screening", "overall", "elements"]
    assert q.blocks[0].title == Text("Screening", "甄别")
    item = q.items["net3"]
    assert (item.type, item.block, item.scale and item.scale.maximum) == ("scale", "elements", 10)
    assert item.missing == {98: "dont_know", 99: "refused"}
    assert str(item.ask_if) == "line = 1"
    assert item.line == 29
    assert q.items["line"].role == "domain"
    assert q.level_label("line", 2, "zh") == "固定"
    assert q.model is not None
    assert q.model.lines == {
        "syntax": 32,
        "index": 38,
        "constructs.Satisfaction": 36,
        "constructs.Network": 37,
    }
    assert q.source == "q.yaml"
    assert len(q.sha256) == 64


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("id: small\n", "", ["q.yaml:1: The file has no `id`."]),
        (
            "id: small\n",
            "id: my file\n",
            ["q.yaml:1: The id `my file` may hold letters, digits, `_`, `.` and `-`."],
        ),
        (
            "model:\n",
            "modell:\n",
            ["q.yaml:30: The file has an unknown key `modell`. Did you mean `model`?"],
        ),
        (
            "title: {en: Small, zh: 小问卷}",
            "title: Small",
            [
                "q.yaml:3: The file: `title` stands in one language. "
                "Write `title: {en: ..., zh: ...}`, found `Small`."
            ],
        ),
        (
            "{en: Small, zh: 小问卷}",
            "{en: Small}",
            ["q.yaml:3: The file, `title` has no `zh`."],
        ),
        (
            "{en: Small, zh: 小问卷}",
            "{en: Small, short, zh: 小问卷}",
            [
                "q.yaml:3: The file, `title` has an unknown key `short`. "
                "Put a text that contains a comma in quotes."
            ],
        ),
        (
            "min: 1\n",
            "min: 10\n",
            ["q.yaml:6: Scale `ten` runs from 10 to 10. `min` must be less than `max`."],
        ),
        ("    max: 10\n", "", ["q.yaml:6: Scale `ten` has no `max`."]),
        (
            "max: 10\n",
            "max: ten\n",
            ["q.yaml:7: Scale `ten`: `max` must be a whole number, found `ten`."],
        ),
        (f"    {ENDS}\n", "", ["q.yaml:6: Scale `ten` has no `ends`."]),
        ("en: [Bad, Good], ", "", ["q.yaml:8: Scale `ten`, `ends` has no `en`."]),
        (
            "zh: [差, 好]",
            "zh: [差, 中, 好]",
            [
                "q.yaml:8: Scale `ten`, `ends`: `zh` needs two texts, found 3. "
                "Write the words for the lowest and the highest code."
            ],
        ),
        (
            MISSING,
            "missing: {9: dont_know}",
            [
                "q.yaml:9: Scale `ten`: the missing code 9 lies between 1 and 10. "
                "Use a code outside the scale."
            ],
        ),
        (
            MISSING,
            "missing: {98: dont_no}",
            [
                "q.yaml:9: Scale `ten`, `missing`: `98` cannot be `dont_no`. "
                "Did you mean `dont_know`?"
            ],
        ),
        (
            MISSING,
            "missing: {dk: dont_know}",
            ["q.yaml:9: Scale `ten`, `missing`: the code `dk` is not a whole number."],
        ),
        (
            SAT1,
            SAT1.replace("scale: ten", "scale: tenn"),
            ["q.yaml:22: Item `sat1`: there is no scale `tenn`. Did you mean `ten`?"],
        ),
        (
            SAT1,
            SAT1.replace("scale: ten", "type: scale"),
            ["q.yaml:22: Item `sat1` has no `scale`."],
        ),
        (SAT1, SAT1.replace("scale: ten, ", ""), ["q.yaml:22: Item `sat1` has no `type`."]),
        (
            SAT1,
            SAT1.replace("scale: ten", "type: singel"),
            ["q.yaml:22: Item `sat1`: `type` cannot be `singel`. Did you mean `single`?"],
        ),
        (
            SAT1,
            SAT1.replace("scale:", "colour: red, scale:"),
            [
                "q.yaml:22: Item `sat1` has an unknown key `colour`. Known keys: `id`, `type`, "
                "`scale`, `missing`, `min`, `max`, `text`, `role`, `use`, `ask_if`, `reverse`, "
                "`sensitive`."
            ],
        ),
        (
            SAT1,
            SAT1.replace("scale: ten", "scale: ten, min: 2"),
            ["q.yaml:22: Item `sat1`: a `scale` item has no `min`."],
        ),
        (
            SAT1,
            SAT1.replace("scale: ten", "scale: ten, role: domian"),
            ["q.yaml:22: Item `sat1`: `role` cannot be `domian`. Did you mean `domain`?"],
        ),
        (
            SAT1,
            SAT1.replace("scale: ten", "scale: ten, reverse: yes"),
            ["q.yaml:22: Item `sat1`: `reverse` must be `true` or `false`, found `yes`."],
        ),
        (
            SAT1,
            SAT1.replace("scale: ten", "scale: ten, ask_if: line == 1"),
            [
                "q.yaml:22: Condition `line == 1`, character 6: expected `=`, `!=`, `<`, `<=`, "
                "`>`, `>=` or `in`, found `==`. Write `=`."
            ],
        ),
        (
            "role: domain",
            "role: domain\n        missing: {2: refused}",
            [
                "q.yaml:16: Item `line`: the code 2 is both an answer and a missing code. "
                "Use another code."
            ],
        ),
        (f"          {LINE_CODES}", "", ["q.yaml:17: Item `line` needs two choices, found 1."]),
        (
            LINE_CODES,
            "2: {en: Mobile, zh: 固定}\n",
            ["q.yaml:17: Item `line`: the codes 1 and 2 are both `Mobile`. Word them apart."],
        ),
        (
            LINE_CODES,
            "b: {en: Fixed, zh: 固定}\n          3: {en: New, zh: 新}\n",
            ["q.yaml:19: Item `line`, `choices`: the code `b` is not a whole number."],
        ),
        (LINE_CODES, "2: {en: Fixed}\n", ["q.yaml:19: Item `line`, `choices`, `2` has no `zh`."]),
        (
            "id: sat2",
            "id: sat1",
            [
                "q.yaml:23: The item `sat1` stands twice, first on line 22. Rename one.",
                "q.yaml:32: `Satisfaction` is measured by `sat2`, which is not an item. "
                "Did you mean `sat3`?",
            ],
        ),
        (
            "id: elements",
            "id: overall",
            ["q.yaml:25: The block `overall` stands twice, first on line 20. Rename one."],
        ),
        ("id: elements", "id: parts", ["q.yaml:25: Block `parts` has no `title`."]),
    ],
)
def test_every_fault_has_its_line_and_remedy(
    faults: FaultsOf, old: str, new: str, expected: list[str]
) -> None:
    assert faults((old, new)) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "1st",
            "The id `1st` cannot name a column. Use letters, digits, `_` and `.`, starting "
            "with a letter, at most 64.",
        ),
        (
            "a b",
            "The id `a b` cannot name a column. Use letters, digits, `_` and `.`, starting "
            "with a letter, at most 64.",
        ),
        (
            "x" * 65,
            f"The id `{'x' * 65}` cannot name a column. Use letters, digits, `_` and `.`, "
            "starting with a letter, at most 64.",
        ),
        ("not", "The id `not` is a word of conditions. Choose another."),
        ("estimate", "The id `estimate` is a column of every result. Choose another."),
    ],
)
def test_ids_must_be_able_to_name_columns(faults: FaultsOf, name: str, expected: str) -> None:
    use = f"{{id: {name}, type: text, use: x, text: {{en: Why?, zh: 为何？}}}}\n      - "
    assert faults((SAT1, use + SAT1)) == [f"q.yaml:22: {expected}"]


def test_a_block_needs_items(faults: FaultsOf) -> None:
    edit = ("  - id: elements\n", "  - {id: usage, items: []}\n  - id: elements\n")
    assert faults(edit) == [
        "q.yaml:25: Block `usage` has no items. Add items, or drop it.",
    ]


def test_every_fault_of_a_file_is_found_at_once(faults: FaultsOf) -> None:
    found = faults(
        ("min: 1\n", "min: 11\n"),
        ("role: domain", "role: domian"),
        ("en: Coverage?", "en: Coverage"),
        ("ask_if: line = 1", "ask_if: lin = 1"),
        ("net1 + net2", "net1 + net22"),
        ("index: Satisfaction", "index: Satisfacton"),
    )
    assert [fault.split(":")[1] for fault in found] == ["6", "15", "29", "33", "38"]


def test_report_and_sampling_are_read(read: Read) -> None:
    plan = """\
sampling:
  strata: [line]
  domains: [[line]]
  precision: {half_width: 2, sd: 18}
  response_rate: 0.15
  minimum: 30
  exclusions:
    - {id: do_not_disturb, when: dnd = 1}
report:
  order: [Network, Satisfaction]
  polarity: {net1: lower_is_better}
  names: {net1: {en: Network, zh: 网络}}
minutes: 5
model:
"""
    q = read(("model:\n", plan))
    assert q.minutes == 5
    assert q.report == {
        "order": ("Network", "Satisfaction"),
        "polarity": {"net1": "lower_is_better"},
        "names": {"net1": Text(en="Network", zh="网络")},
    }
    assert q.sampling == {
        "strata": ("line",),
        "domains": (("line",),),
        "precision": {
            "target": "index",
            "half_width": 2,
            "confidence": 0.95,
            "sd": 18,
            "deff": 1.0,
        },
        "response_rate": 0.15,
        "minimum": 30,
        "exclusions": ({"id": "do_not_disturb", "when": "dnd = 1", "text": Text()},),
    }


def test_report_and_sampling_are_checked(faults: FaultsOf) -> None:
    plan = """\
sampling:
  strata: [lines, sat1]
  precision: {width: 2}
  response_rate: 15
  exclusions:
    - {id: a, when: dnd = }
    - {id: a, when: dnd = 1}
    - {id: b}
report:
  order: [Netwrk]
  polarity: {net1: lower}
model:
"""
    assert faults(("model:\n", plan)) == [
        "q.yaml:31: The sampling plan names `lines`, which is not an item. Did you mean `line`?",
        "q.yaml:31: The sampling plan divides by `sat1`, which is a `scale` item. "
        "Divide by a `single` item.",
        "q.yaml:32: The sampling plan, `precision` has no `half_width`.",
        "q.yaml:32: The sampling plan, `precision` has an unknown key `width`. "
        "Did you mean `half_width`?",
        "q.yaml:33: The sampling plan: `response_rate` must be a number from 0.0001 to 1, "
        "found `15`.",
        "q.yaml:35: Condition `dnd =`, character 6: expected a number or a quoted text, it ends.",
        "q.yaml:36: The exclusion `a` stands twice. Rename one.",
        "q.yaml:37: Exclusion `b` has no `when`.",
        "q.yaml:39: The report names `Netwrk`, which is neither a construct nor an item. "
        "Did you mean `Network`?",
        "q.yaml:40: The report, `polarity`: `net1` cannot be `lower`. "
        "Allowed: `lower_is_better`, `higher_is_better`.",
    ]


def test_strict_turns_warnings_into_faults(faults: FaultsOf) -> None:
    edit = (MISSING, "missing: {}")
    assert faults(edit) == []
    assert faults(edit, strict=True) == [
        "q.yaml:6: Scale `ten` has no code for those who do not know or refuse. "
        "Add `missing: {98: dont_know, 99: refused}`."
    ]


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_a_damaged_file_is_read_or_refused(small: str, tmp_path: Path, data: st.DataObject) -> None:
    lines = small.splitlines(keepends=True)
    place = data.draw(st.integers(0, len(lines) - 1))
    damage = data.draw(
        st.sampled_from(
            ["", "null\n", "- x\n", "  a: [\n", "\t\n", "id: 1\n", "  - {id: a}\n", "*x\n"]
        )
    )
    cut = data.draw(st.integers(0, len(lines[place])))
    lines[place] = lines[place][:cut] + damage
    path = tmp_path / "q.yaml"
    path.write_text("".join(lines), encoding="utf-8")
    with suppress(QuestionnaireError):
        read_questionnaire(path)

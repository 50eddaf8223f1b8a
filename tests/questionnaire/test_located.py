from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csi.errors import QuestionnaireError, StudyError
from csi.questionnaire.located import Document, parse_yaml, read_yaml
from csi.questionnaire.sections import Faults


def parse(content: str | bytes) -> Document:
    raw = content.encode() if isinstance(content, str) else content
    return parse_yaml(raw, "q.yaml", Faults("q.yaml", QuestionnaireError))


def plain(content: str | bytes) -> dict[str, object]:
    document = parse(content)
    document.faults.check()
    return {key: document.root.plain(key) for key in document.root}


def message(content: str | bytes) -> str:
    with pytest.raises(QuestionnaireError) as caught:
        plain(content)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yes", "yes"),
        ("no", "no"),
        ("on", "on"),
        ("Off", "Off"),
        ("true", True),
        ("False", False),
        ("12:30", "12:30"),
        ("2024-01-01", "2024-01-01"),
        ("010", 10),
        ("0x1F", "0x1F"),
        ("1_000", "1_000"),
        ("-99", -99),
        ("0.80", 0.8),
        ("1e3", 1000.0),
        (".inf", ".inf"),
        ("null", None),
        ("", None),
        ("3G", "3G"),
        ('"98"', "98"),
        ("9" * 30, "9" * 30),
    ],
)
def test_reads_only_plain_yaml_values(text: str, value: object) -> None:
    assert plain(f"key: {text}\n") == {"key": value}


def test_yes_and_no_are_texts_as_keys_too() -> None:
    assert plain("on: 1\nno: 2\n1: {yes: off}\n") == {"on": 1, "no": 2, "1": {"yes": "off"}}


def test_a_question_mark_does_not_end_a_text_in_brackets() -> None:
    content = "text: {en: Are you satisfied?, zh: 您满意吗？}\nlist: [really?, a? b]\n? long\n: 1\n"
    assert plain(content) == {
        "text": {"en": "Are you satisfied?", "zh": "您满意吗？"},
        "list": ("really?", "a? b"),
        "long": 1,
    }


def test_text_is_what_stands_in_the_file() -> None:
    root = parse('a: 2026.10\nb: " x "\nc: 007\nd: |\n  one\n  two\n').root
    assert [root.text(key) for key in "abcd"] == ["2026.10", "x", "007", "one\ntwo\n"]
    assert [root.text_line(key) for key in "abcd"] == [1, 2, 3, 5]


def test_a_byte_order_mark_and_windows_line_ends_are_fine() -> None:
    assert plain("\ufeffa: 1\r\nb: 2\r\n") == {"a": 1, "b": 2}


def test_aliases_are_written_out() -> None:
    assert plain("a: &m {98: x}\nb: *m\n") == {"a": {"98": "x"}, "b": {"98": "x"}}


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", "q.yaml: The file is empty."),
        ("# only a comment\n", "q.yaml: The file is empty."),
        (
            "- a\n",
            "q.yaml:1: The file is not a mapping. "
            "It must hold keys, each with a colon and a space after it.",
        ),
        ("a: 1\na: 2\n", "q.yaml:2: The key `a` stands twice, first on line 1. Remove one."),
        ("1: x\n01: y\n", "q.yaml:2: The key `1` stands twice, first on line 1. Remove one."),
        (
            "x:\n  a: 1\n  b: 2\n  a: 3\n",
            "q.yaml:4: The key `a` stands twice, first on line 2. Remove one.",
        ),
        (
            "? [a]\n: b\n",
            "q.yaml:1: A key must be a text or a number, not a list or mapping.",
        ),
        (
            "a: b: c\n",
            "q.yaml:1: This is not valid YAML, column 5: mapping values are not allowed here. "
            "Put a text that contains a colon and a space in quotes.",
        ),
        (
            "a:\n\tb: 1\n",
            "q.yaml:2: This is not valid YAML, column 1: found character '\\t' that cannot start "
            "any token. Indent with spaces, not tabs.",
        ),
        (
            "a:\n b:\n\u00a0 c: 1\n  d: 1\n",
            "q.yaml:4: This is not valid YAML, column 4: mapping values are not allowed here. "
            "Indent with plain spaces: `c: 1` stands after one of another kind.",
        ),
        (
            "a: 1\n\u3000\u3000b: 1\n",
            "q.yaml:2: The key `b` has a space of another kind beside it. "
            "Indent with plain spaces.",
        ),
        (
            "a:\n  b: 1\n  c: 2\n d: 3\n",
            "q.yaml:4: This is not valid YAML, column 2: expected <block end>, but found "
            "'<block mapping start>' (while parsing a block mapping that starts on line 1). "
            "Check the indentation: keys that belong together start alike.",
        ),
        (
            "a: 1\nb：2\n",
            "q.yaml:3: This is not valid YAML, column 1: could not find expected ':' "
            "(while scanning a simple key that starts on line 2). "
            "Write a plain colon and a space: `b：2` has the full-width colon.",
        ),
        (
            "a: 1\nb\nc: 2\n",
            "q.yaml:3: This is not valid YAML, column 1: could not find expected ':' "
            "(while scanning a simple key that starts on line 2). "
            "A key needs a colon and a space after it.",
        ),
        (
            "a: {x: 1\n",
            "q.yaml:2: This is not valid YAML, column 1: expected ',' or '}', but got "
            "'<stream end>' (while parsing a flow mapping that starts on line 1). "
            "Close the bracket, or put a text that holds `: ` or a bracket in quotes.",
        ),
        (
            "a: 'x\nb: 1\n",
            "q.yaml:3: This is not valid YAML, column 1: found unexpected end of stream "
            "(while scanning a quoted scalar that starts on line 1). "
            "A quote is opened and not closed.",
        ),
        (
            "a: @x\n",
            "q.yaml:1: This is not valid YAML, column 4: found character '@' that cannot start "
            "any token. Put a text that starts with this character in quotes.",
        ),
        (
            "a: *x\n",
            "q.yaml:1: This is not valid YAML, column 4: found undefined alias 'x'. "
            "Put a text that starts with `*` in quotes.",
        ),
        (
            "a: 1\n---\nb: 2\n",
            "q.yaml:2: This is not valid YAML, column 1: found another document. "
            "Remove the line `---`: one file holds one document.",
        ),
        ("a: &x [*x]\n", "q.yaml:1: This value contains itself through an alias."),
        (
            "a: !!python/object/apply:os.system [ls]\n",
            "q.yaml:1: The tag `!!python/object/apply:os.system` is not read here. Remove it.",
        ),
        ("a: \x00\n", "q.yaml:1: The character U+0000 is not allowed in YAML."),
        ("a: 1\nb: \x07\n", "q.yaml:2: The character U+0007 is not allowed in YAML."),
        ("a: " + "x" * 1_000_000, "q.yaml: The file is larger than 1 MB. Is it the right file?"),
        (b"\xff\xfea\x00:\x00", "q.yaml: The file is UTF-16 text. Save it as UTF-8."),
        (
            b"a: 1\nb: caf\xe9 \n",
            "q.yaml:2: The file is not UTF-8 text: byte 0xE9 on this line. Save it as UTF-8.",
        ),
        (
            "id: x\n标题: 移动用户满意度调查，您满意吗？\n".encode("gbk"),
            "q.yaml:2: The file is GBK (GB18030) text, not UTF-8: byte 0xB1 on this line. "
            "Save it as UTF-8.",
        ),
    ],
)
def test_one_clear_fault(content: str | bytes, expected: str) -> None:
    assert message(content) == expected


@pytest.mark.parametrize("opening", ["[", "{a: ", "- "])
def test_deep_nesting_is_one_fault(opening: str) -> None:
    assert "values are nested more than 40 deep." in message("a:\n " + opening * 20_000)


def test_billion_laughs_is_one_fault() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 8)}]" for n in range(1, 30)]
    assert message("\n".join(lines)) == "q.yaml:6: Aliases make this value too large to read."


def test_a_long_chain_of_aliases_is_one_fault() -> None:
    lines = ["a0: &a0 [x]", *(f"a{n}: &a{n} [*a{n - 1}]" for n in range(1, 3000))]
    assert message("\n".join(lines)).endswith(": Aliases make this value too large to read.")


def test_many_faults_are_capped() -> None:
    lines = message("a: 1\n" * 150).splitlines()
    assert len(lines) == 101
    assert lines[-1] == "q.yaml: 49 more faults."


def test_files_that_cannot_be_opened(tmp_path: Path) -> None:
    (tmp_path / "survey.yaml").write_text("a: 1\n")
    with pytest.raises(StudyError) as caught:
        read_yaml(tmp_path / "survy.yaml", StudyError)
    path = tmp_path / "survy.yaml"
    assert str(caught.value) == f"{path}: There is no such file. Did you mean `survey.yaml`?"
    with pytest.raises(QuestionnaireError) as caught_folder:
        read_yaml(tmp_path, QuestionnaireError)
    assert str(caught_folder.value) == f"{tmp_path}: The file cannot be read: Is a directory."


def test_the_hash_is_of_the_bytes(tmp_path: Path) -> None:
    path = tmp_path / "q.yaml"
    path.write_bytes(b"a: 1\n")
    document = read_yaml(path, QuestionnaireError)
    assert document.name == "q.yaml"
    assert document.sha256 == ("37b128c59f1f5097f73f82691cb519f1f568667faab5ced1b4ab979d36837eae")


class TestSection:
    def test_wrong_kinds_are_named(self) -> None:
        document = parse("a: [1]\nb: x\nc: 1.5\nd: yes\ne: {}\nf: x\ng: 11\nh: 0\n")
        root = document.root
        root.label = "Item `x`"
        assert root.text("a") == ""
        assert root.integer("b") is None
        assert root.integer("c", 7) == 7
        assert root.flag("d") is False
        assert root.entries("e") == ()
        assert root.section("f") is None
        assert root.integer("g", within=(1, 10)) is None
        assert root.number("h", within=(1, float("inf"))) is None
        assert [str(fault) for fault in document.faults.found] == [
            "q.yaml:1: Item `x`: `a` must be a text, found a list.",
            "q.yaml:2: Item `x`: `b` must be a whole number, found `x`.",
            "q.yaml:3: Item `x`: `c` must be a whole number, found `1.5`.",
            "q.yaml:4: Item `x`: `d` must be `true` or `false`, found `yes`.",
            "q.yaml:5: Item `x`: `e` must be a list of texts, found a mapping.",
            "q.yaml:6: Item `x`: `f` must be a mapping, found `x`.",
            "q.yaml:7: Item `x`: `g` must be a whole number from 1 to 10, found `11`.",
            "q.yaml:8: Item `x`: `h` must be a number, at least 1, found `0`.",
        ]

    def test_absent_empty_and_unknown_keys(self) -> None:
        document = parse("name: x\nempty:\nblank: ''\ntyp: y\nelse: z\nafter comma: \n")
        root = document.root
        for key in ("name", "empty", "blank", "absent"):
            root.text(key)
        root.text("type", "scale")
        root.close()
        assert [str(fault) for fault in document.faults.found] == [
            "q.yaml:1: The file has no `absent`.",
            "q.yaml:2: The file: `empty` is empty.",
            "q.yaml:3: The file: `blank` is empty.",
            "q.yaml:4: The file has an unknown key `typ`. Did you mean `type`?",
            "q.yaml:5: The file has an unknown key `else`. "
            "Known keys: `name`, `empty`, `blank`, `absent`, `type`.",
            "q.yaml:6: The file has an unknown key `after comma`. "
            "Put a text that contains a comma in quotes.",
        ]

    def test_lists_know_their_lines(self) -> None:
        root = parse("a:\n  - x\n  - y\nb: z\nc:\n  - [x, y]\n  - z\n").root
        assert [(entry.text, entry.line) for entry in root.entries("a")] == [("x", 2), ("y", 3)]
        assert [(entry.text, entry.line) for entry in root.entries("b")] == [("z", 4)]
        rows = [[entry.text for entry in row] for row in root.entry_lists("c")]
        assert rows == [["x", "y"], ["z"]]

    def test_a_choice_is_suggested(self) -> None:
        document = parse("a: singel\nb: other\n")
        document.root.choice("a", ("scale", "single"))
        document.root.choice("b", ("scale", "single"))
        assert [str(fault) for fault in document.faults.found] == [
            "q.yaml:1: The file: `a` cannot be `singel`. Did you mean `single`?",
            "q.yaml:2: The file: `b` cannot be `other`. Allowed: `scale`, `single`.",
        ]


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    with suppress(QuestionnaireError):
        plain(content)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="ab:-?[]{},&*!|>'\"#%@` \n\t：\u3000\u00a0\u2028~1.", max_size=60))
def test_any_yaml_like_text_is_read_or_refused(content: str) -> None:
    with suppress(QuestionnaireError):
        plain(content)

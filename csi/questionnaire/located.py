"""The only door to YAML: from bytes to values that know their line.

YAML 1.1 reads ``yes``, ``no``, ``on`` and ``off`` as booleans, ``12:30`` as 750 and ``010`` as 8.
A questionnaire is full of such words, so here only ``true`` and ``false`` are booleans, numbers
are decimal, and a text is what stands in the file: ``version: 2026.10`` keeps its zero.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NoReturn

import yaml

from csi.errors import suggest
from csi.questionnaire.sections import Faults, FaultsError, Keyed, Leaf, Listing, Node, Section

_MAX_BYTES = 1_000_000
_MAX_DEPTH = 40
_MAX_VALUES = 200_000
_TAG = "tag:yaml.org,2002:"
_KINDS: dict[str, Literal["text", "number", "boolean", "nothing"]] = {
    _TAG + "str": "text",
    _TAG + "int": "number",
    _TAG + "float": "number",
    _TAG + "bool": "boolean",
    _TAG + "null": "nothing",
}
_HINTS = (
    ("mapping values are not allowed", "Put a text that contains a colon and a space in quotes."),
    ("could not find expected ':'", "A key needs a colon and a space after it."),
    ("expected <block end>", "Check the indentation: keys that belong together start alike."),
    ("expected ',' or", "Close the bracket, or put a text that holds `: ` or a bracket in quotes."),
    ("unexpected end of stream", "A quote is opened and not closed."),
    ("cannot start any token", "Put a text that starts with this character in quotes."),
    ("undefined alias", "Put a text that starts with `*` in quotes."),
    ("expected alphabetic", "Put a text that starts with `*` or `&` in quotes."),
    ("another document", "Remove the line `---`: one file holds one document."),
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Document:
    """One YAML file.

    Attributes
    ----------
    root : Section
        The mapping at the top.
    faults : Faults
        What was found so far; sections add to it.
    name, sha256 : str
        File name without its folder, and hash of the bytes.
    """

    root: Section
    faults: Faults
    name: str
    sha256: str


def read_yaml(path: str | Path, error: FaultsError) -> Document:
    """Read a YAML file into located values.

    Parameters
    ----------
    path : str or Path
        A UTF-8 file, with or without a byte-order mark.
    error : type
        What faults are raised as, e.g. `QuestionnaireError`.

    Returns
    -------
    Document
        Duplicate keys and tags are already in its ``faults``.

    Raises
    ------
    CsiError
        As ``error``, if the file cannot be opened, decoded or parsed as one YAML mapping.
    """
    path = Path(path)
    faults = Faults(str(path), error)
    try:
        with path.open("rb") as file:
            content = file.read(_MAX_BYTES + 1)
    except FileNotFoundError:
        near = sorted(entry.name for entry in path.parent.glob("*.y*ml"))
        _stop(faults, 0, "There is no such file.", suggest(path.name, near))
    except OSError as problem:
        _stop(faults, 0, f"The file cannot be read: {problem.strerror}.")
    return parse_yaml(content, path.name, faults)


def parse_yaml(content: bytes, name: str, faults: Faults) -> Document:
    """Parse the bytes of a YAML file; see `read_yaml`."""
    if len(content) > _MAX_BYTES:
        _stop(faults, 0, "The file is larger than 1 MB.", "Is it the right file?")
    text = _decode(content, faults)
    try:
        composed = _Loader(text).get_single_node()
    except yaml.MarkedYAMLError as problem:
        _stop_at_syntax(text, problem, faults)
    except yaml.reader.ReaderError as problem:
        line = text.count("\n", 0, problem.position) + 1
        _stop(faults, line, f"The character U+{problem.character:04X} is not allowed in YAML.")
    if composed is None:
        _stop(faults, 0, "The file is empty.")
    root, _, _ = _Converter(faults).convert(composed)
    if not isinstance(root, Keyed):
        hint = "It must hold keys, each with a colon and a space after it."
        _stop(faults, root.line, "The file is not a mapping.", hint)
    return Document(
        root=Section(root, "The file", faults),
        faults=faults,
        name=name,
        sha256=hashlib.sha256(content).hexdigest(),
    )


def _decode(content: bytes, faults: Faults) -> str:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        _stop(faults, 0, "The file is UTF-16 text.", "Save it as UTF-8.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = content.count(b"\n", 0, problem.start) + 1
        byte = f"byte 0x{content[problem.start]:02X} on this line"
    kind = "is GBK (GB18030) text, not UTF-8" if _reads_as_gbk(content) else "is not UTF-8 text"
    return _stop(faults, line, f"The file {kind}: {byte}.", "Save it as UTF-8.")


def _reads_as_gbk(content: bytes) -> bool:
    """Tell whether the bytes are plausible GBK: all valid, and nearly all common characters."""
    try:
        text = content.decode("gb18030")
    except UnicodeDecodeError:
        return False
    beyond_ascii = [character for character in text if character > "\x7f"]
    common = sum(
        "\u4e00" <= c <= "\u9fa5" or c in "，。：；？！、（）《》“”…" for c in beyond_ascii
    )
    return common >= 0.9 * len(beyond_ascii)


class _Loader(yaml.SafeLoader):
    """Composes nodes; nothing is ever constructed."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012
    depth = 0
    in_plain_text = False

    def scan_plain(self) -> yaml.ScalarToken:
        self.in_plain_text = True
        token = super().scan_plain()
        self.in_plain_text = False
        return token

    def peek(self, index: int = 0) -> str:
        """Look ahead; a question mark is an ordinary letter of a text.

        PyYAML ends a text in brackets at ``?``, which YAML does not ask for: the texts of
        ``{en: Are you satisfied?, zh: 您满意吗？}`` would have to be quoted.
        """
        character = str(super().peek(index))
        return "x" if character == "?" and self.in_plain_text else character

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            # Stop before Python's own recursion limit does.
            problem = f"values are nested more than {_MAX_DEPTH} deep"
            raise yaml.MarkedYAMLError(problem=problem, problem_mark=self.get_mark())
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


_INTEGER = "[-+]?[0-9]{1,18}"
_FLOAT = r"[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=[eE]))(?:[eE][-+]?[0-9]{1,2})?"
_NUMBER = re.compile(f"{_INTEGER}|{_FLOAT}")
for _kind, _pattern, _starts in (
    ("bool", "true|True|TRUE|false|False|FALSE", "tTfF"),
    ("null", "~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("int", _INTEGER, "-+0123456789"),
    ("float", _FLOAT, "-+.0123456789"),
):
    _Loader.add_implicit_resolver(_TAG + _kind, re.compile(f"^(?:{_pattern})$"), list(_starts))


def _stop_at_syntax(text: str, problem: yaml.MarkedYAMLError, faults: Faults) -> NoReturn:
    mark = problem.problem_mark or problem.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    what = (problem.problem or "it cannot be parsed").removeprefix("but ")
    context, start = problem.context or "", problem.context_mark
    if start and start.line + 1 < line and context.startswith("while "):
        what += f" ({context} that starts on line {start.line + 1})"
    # What is wrong often stands on the line before the one where the parser stumbles.
    hint = _syntax_hint(text.split("\n")[max(line - 2, 0) : line], what)
    _stop(faults, line, f"This is not valid YAML, column {column}: {what}.", hint)


def _syntax_hint(lines: list[str], problem: str) -> str:
    if "'\\t'" in problem:
        return "Indent with spaces, not tabs."
    for line in lines:
        if line[: len(line) - len(line.lstrip())].strip(" \r\t"):
            return f"Indent with plain spaces: `{line.strip()}` stands after one of another kind."
        if "：" in line and ": " not in line:
            return f"Write a plain colon and a space: `{line.strip()}` has the full-width colon."
    return next((hint for words, hint in _HINTS if words in problem), "")


class _Converter:
    """Turns PyYAML's nodes into ours, each once; what aliases share stays shared."""

    def __init__(self, faults: Faults) -> None:
        self.faults = faults
        self.done: dict[int, tuple[Node, int, int]] = {}
        self.open: set[int] = set()

    def convert(self, node: yaml.Node) -> tuple[Node, int, int]:
        """Return a node, how many values it holds with aliases written out, and its height."""
        if id(node) in self.open:
            _stop(self.faults, _line(node), "This value contains itself through an alias.")
        if id(node) not in self.done:
            self.open.add(id(node))
            parts = [self.convert(child) for child in _children(node)]
            values = 1 + sum(part[1] for part in parts)
            height = 1 + max((part[2] for part in parts), default=0)
            if values > _MAX_VALUES or height > _MAX_DEPTH:
                _stop(self.faults, _line(node), "Aliases make this value too large to read.")
            self.done[id(node)] = (self.build(node, [part[0] for part in parts]), values, height)
            self.open.discard(id(node))
        return self.done[id(node)]

    def build(self, node: yaml.Node, parts: list[Node]) -> Node:
        line = _line(node)
        if node.tag not in (*_KINDS, _TAG + "map", _TAG + "seq"):
            tag = node.tag.replace(_TAG, "!!")
            self.faults.add(line, f"The tag `{tag}` is not read here.", "Remove it.")
        if isinstance(node, yaml.MappingNode):
            return self.build_mapping([key for key, _ in node.value], parts, line)
        if isinstance(node, yaml.SequenceNode):
            return Listing(tuple(parts), line)
        kind = _KINDS.get(node.tag, "text")
        if kind == "number" and not _NUMBER.fullmatch(node.value):
            kind = "text"
        is_block = isinstance(node, yaml.ScalarNode) and node.style in ("|", ">")
        return Leaf(str(node.value), kind, line, is_block)

    def build_mapping(self, keys: list[yaml.Node], parts: list[Node], line: int) -> Keyed:
        nodes: dict[str, Node] = {}
        key_lines: dict[str, int] = {}
        for key_node, value in zip(keys, parts, strict=True):
            key_line = _line(key_node)
            if not isinstance(key_node, yaml.ScalarNode):
                self.faults.add(
                    key_line, "A key must be a text or a number, not a list or mapping."
                )
                continue
            key = _key(key_node)
            if key != key.strip():
                message = f"The key `{key.strip()}` has a space of another kind beside it."
                self.faults.add(key_line, message, "Indent with plain spaces.")
            if key in nodes:
                message = f"The key `{key}` stands twice, first on line {key_lines[key]}."
                self.faults.add(key_line, message, "Remove one.")
                continue
            nodes[key], key_lines[key] = value, key_line
        return Keyed(nodes, key_lines, line)


def _children(node: yaml.Node) -> list[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        return [value for _, value in node.value]
    return list(node.value) if isinstance(node, yaml.SequenceNode) else []


def _key(node: yaml.ScalarNode) -> str:
    """Return a key as text; ``01`` and ``1`` are the same code."""
    is_code = node.tag == _TAG + "int" and _NUMBER.fullmatch(node.value)
    return str(int(node.value)) if is_code else str(node.value)


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def _stop(faults: Faults, line: int, message: str, hint: str = "") -> NoReturn:
    faults.add(line, message, hint)
    raise faults.error(faults.found)

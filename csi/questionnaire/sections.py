"""A mapping of a file a person typed, read key by key: values know their line, faults add up."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Literal, Protocol

from csi.errors import Fault, suggest


class FaultsError(Protocol):
    """A kind of error that carries faults."""

    def __call__(self, faults: Iterable[Fault]) -> Exception:
        """Make the error."""


Bounds = tuple[float, float]

_MAX_FAULTS = 100
_UNBOUNDED: Bounds = (-math.inf, math.inf)


@dataclass(frozen=True, slots=True, eq=False)
class Leaf:
    """A text, number, boolean or nothing; ``text`` is what stands in the file."""

    text: str
    kind: Literal["text", "number", "boolean", "nothing"]
    line: int
    is_block: bool = False

    @property
    def value(self) -> str | int | float | bool | None:
        """The Python value."""
        if self.kind == "number":
            return float(self.text) if set(self.text) & set(".eE") else int(self.text)
        if self.kind == "boolean":
            return self.text.lower() == "true"
        return self.text if self.kind == "text" else None


@dataclass(frozen=True, slots=True, eq=False)
class Listing:
    """A list."""

    nodes: tuple[Node, ...]
    line: int


@dataclass(frozen=True, slots=True, eq=False)
class Keyed:
    """A mapping; ``key_lines`` has the line of each key."""

    nodes: Mapping[str, Node]
    key_lines: Mapping[str, int]
    line: int


Node = Leaf | Listing | Keyed


@dataclass(frozen=True, slots=True)
class Entry:
    """A text of the file and its line."""

    text: str
    line: int


class Faults:
    """Collects the faults of one file, to be raised once."""

    def __init__(self, source: str, error: FaultsError) -> None:
        self.source = source
        self.error = error
        self._found: dict[tuple[int, str], Fault] = {}

    def add(self, line: int, message: str, hint: str = "") -> None:
        """Note one fault; the same fault on the same line counts once."""
        self._found.setdefault((line, message), Fault(self.where(line), message, hint))

    def include(self, line: int, fault: Fault) -> None:
        """Note the fault of another file, which this one names on ``line``."""
        self._found.setdefault((line, str(fault)), fault)

    def suggest(self, word: str, known: Iterable[str]) -> str:
        """Return ``Did you mean ...?``; nothing for faults that will not be shown.

        Comparing words is slow: a damaged file of a megabyte must not take hours.
        """
        return suggest(word, islice(known, 2000)) if self.count < _MAX_FAULTS else ""

    def where(self, line: int) -> str:
        """Return ``file:line``, or the file alone for line 0."""
        return f"{self.source}:{line}" if line else self.source

    @property
    def count(self) -> int:
        """How many faults there are so far."""
        return len(self._found)

    @property
    def found(self) -> tuple[Fault, ...]:
        """The first hundred faults so far, in the order of the file."""
        order = sorted(self._found, key=lambda key: key[0])
        found = [self._found[key] for key in order[:_MAX_FAULTS]]
        if len(order) > _MAX_FAULTS:
            found.append(Fault(self.where(0), f"{len(order) - _MAX_FAULTS} more faults."))
        return tuple(found)

    def check(self) -> None:
        """Raise every fault so far, if there is one."""
        if self._found:
            raise self.error(self.found)


class Section:
    """A mapping of the file; every wrong value becomes a fault.

    A key that is asked for without a ``default`` is required. After the last key, `close` reports
    the keys that nobody asked for. Methods return a harmless stand-in (``""``, ``None``, ``()``)
    where there is a fault, so reading goes on and finds the next one.

    Attributes
    ----------
    label : str
        How messages call the section; a caller that learns a better name sets it.
    line : int
    """

    def __init__(self, node: Keyed, label: str, faults: Faults) -> None:
        self.label = label
        self.line = node.line
        self.faults = faults
        self._nodes = node.nodes
        self._key_lines = node.key_lines
        self._asked: dict[str, None] = {}

    def __contains__(self, key: str) -> bool:
        return key in self._nodes

    def __iter__(self) -> Iterator[str]:
        """Yield the keys as written, in the order of the file."""
        return iter(self._nodes)

    def keys(self) -> tuple[str, ...]:
        """Return the keys as written, in the order of the file."""
        return tuple(self._nodes)

    def line_of(self, key: str) -> int:
        """Return the line of a key, or of the section where the key is absent."""
        return self._key_lines.get(key, self.line)

    def fault(self, key: str, message: str, hint: str = "") -> None:
        """Note a fault at the line of ``key``."""
        self.faults.add(self.line_of(key), message, hint)

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text as it stands in the file, numbers included."""
        leaf = self._leaf(key, "a text", required=default is None)
        if leaf is None:
            return default or ""
        if default is None and not leaf.text.strip():
            self.fault(key, f"{self.label}: `{key}` is empty.")
        return leaf.text if leaf.is_block else leaf.text.strip()

    def text_line(self, key: str) -> int:
        """Return the line on which the text itself starts: below the ``|`` of a block text."""
        node = self._nodes.get(key)
        if node is None:
            return self.line
        return node.line + 1 if isinstance(node, Leaf) and node.is_block else node.line

    def choice(self, key: str, allowed: Iterable[str], default: str | None = None) -> str:
        """Return one of the ``allowed`` words, or the default."""
        word, words = self.text(key, default), tuple(allowed)
        if word in words or word == (default or ""):
            return word
        hint = suggest(word, words) or f"Allowed: {_join(words)}."
        self.fault(key, f"{self.label}: `{key}` cannot be `{word}`.", hint)
        return default or ""

    def number(
        self,
        key: str,
        default: float | None = None,
        *,
        required: bool = True,
        within: Bounds = _UNBOUNDED,
    ) -> float | None:
        """Return a number ``within`` bounds, which are allowed themselves."""
        return self._number(key, "a number", default, required, within)

    def integer(
        self,
        key: str,
        default: int | None = None,
        *,
        required: bool = True,
        within: Bounds = _UNBOUNDED,
    ) -> int | None:
        """Return a whole number ``within`` bounds, which are allowed themselves."""
        value = self._number(key, "a whole number", default, required, within)
        return None if value is None else int(value)

    def flag(self, key: str, default: bool = False) -> bool:
        """Return ``true`` or ``false``."""
        leaf = self._leaf(key, "`true` or `false`", required=False)
        if leaf is None:
            return default
        if leaf.kind != "boolean":
            message = f"{self.label}: `{key}` must be `true` or `false`, found `{leaf.text}`."
            self.fault(key, message)
            return default
        return leaf.value is True

    def section(self, key: str, *, required: bool = True) -> Section | None:
        """Return the mapping under ``key``."""
        node = self._node(key, required)
        if node is None:
            return None
        if not isinstance(node, Keyed):
            self._wrong(key, "a mapping", node)
            return None
        return Section(node, f"`{key}`", self.faults)

    def sections(self, key: str, *, required: bool = True) -> tuple[Section, ...]:
        """Return the mappings of the list under ``key``."""
        sections = []
        for number, node in enumerate(self._listed(key, "a list", required), start=1):
            label = f"Entry {number} of `{key}`"
            if isinstance(node, Keyed):
                sections.append(Section(node, label, self.faults))
            else:
                self.faults.add(node.line, f"{label} must be a mapping, found {_describe(node)}.")
        return tuple(sections)

    def entries(self, key: str, *, required: bool = True) -> tuple[Entry, ...]:
        """Return the texts of the list under ``key``; one text alone is a list of one."""
        node = self._nodes.get(key)
        if isinstance(node, Leaf) and node.kind != "nothing":
            return (Entry(self.text(key), node.line),)
        return self._texts(key, self._listed(key, "a list of texts", required))

    def entry_lists(self, key: str, *, required: bool = True) -> tuple[tuple[Entry, ...], ...]:
        """Return the lists of texts in the list under ``key``; one text is a list of one."""
        return tuple(
            self._texts(key, node.nodes if isinstance(node, Listing) else (node,))
            for node in self._listed(key, "a list of lists", required)
        )

    def plain(self, key: str) -> object:
        """Return whatever stands under ``key`` as dicts, tuples, texts and numbers."""
        node = self._node(key, required=False)
        return None if node is None else _plain(node)

    def close(self) -> None:
        """Report every key that was not asked for."""
        for key, node in self._nodes.items():
            if key in self._asked:
                continue
            hint = suggest(key, self._asked) or f"Known keys: {_join(self._asked)}."
            if isinstance(node, Leaf) and node.kind == "nothing":
                hint = "Put a text that contains a comma in quotes."
            self.fault(key, f"{self.label} has an unknown key `{key}`.", hint)

    def _node(self, key: str, required: bool) -> Node | None:
        self._asked[key] = None
        node = self._nodes.get(key)
        if isinstance(node, Leaf) and node.kind == "nothing":
            if required:
                self.fault(key, f"{self.label}: `{key}` is empty.")
            return None
        if node is None and required:
            self.faults.add(self.line, f"{self.label} has no `{key}`.")
        return node

    def _leaf(self, key: str, expected: str, *, required: bool) -> Leaf | None:
        node = self._node(key, required)
        if node is None or isinstance(node, Leaf):
            return node
        self._wrong(key, expected, node)
        return None

    def _number(
        self, key: str, expected: str, default: float | None, required: bool, within: Bounds
    ) -> float | None:
        whole = expected == "a whole number"
        low, high = within
        if within != _UNBOUNDED:
            expected += f" from {low:g} to {high:g}" if high < math.inf else f", at least {low:g}"
        leaf = self._leaf(key, expected, required=required and default is None)
        if leaf is None:
            return default
        value = leaf.value if leaf.kind == "number" else None
        fits = isinstance(value, int) or (isinstance(value, float) and not whole)
        if not fits or not isinstance(value, int | float) or not low <= value <= high:
            self.fault(key, f"{self.label}: `{key}` must be {expected}, found `{leaf.text}`.")
            return default
        return value

    def _listed(self, key: str, expected: str, required: bool) -> tuple[Node, ...]:
        node = self._node(key, required)
        if node is None:
            return ()
        if not isinstance(node, Listing):
            self._wrong(key, expected, node)
            return ()
        return node.nodes

    def _texts(self, key: str, nodes: Iterable[Node]) -> tuple[Entry, ...]:
        entries = []
        for node in nodes:
            if isinstance(node, Leaf) and node.kind != "nothing":
                entries.append(Entry(node.text.strip(), node.line))
            else:
                message = f"{self.label}: `{key}` must list texts, found {_describe(node)}."
                self.faults.add(node.line, message)
        return tuple(entries)

    def _wrong(self, key: str, expected: str, node: Node) -> None:
        self.fault(key, f"{self.label}: `{key}` must be {expected}, found {_describe(node)}.")


def _plain(node: Node) -> object:
    if isinstance(node, Keyed):
        return {key: _plain(value) for key, value in node.nodes.items()}
    if isinstance(node, Listing):
        return tuple(_plain(value) for value in node.nodes)
    return node.value


def _describe(node: Node) -> str:
    if isinstance(node, Leaf):
        return "nothing" if node.kind == "nothing" else f"`{node.text}`"
    return "a mapping" if isinstance(node, Keyed) else "a list"


def _join(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)

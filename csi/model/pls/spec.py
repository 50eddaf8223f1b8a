"""What a PLS path model is: blocks of items, paths, modes and a scheme, checked once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Literal, TypeAlias, TypeVar, get_args

import numpy as np
from numpy.typing import NDArray

from csi.errors import ModelError, suggest

Mode: TypeAlias = Literal["A", "B"]
Scheme: TypeAlias = Literal["centroid", "factorial", "path"]
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PLSModel:
    """A checked PLS path model. Make it with `pls_model`.

    Attributes
    ----------
    matrix_items : tuple of str
        The rows of the covariance matrix, in its order; items outside the model are allowed.
    constructs : tuple of str
        J constructs, in the order of the blocks.
    blocks : tuple of tuple of str
        The items of each construct.
    paths : tuple of (str, str)
        m paths ``(from, to)``, as given.
    modes : tuple of {"A", "B"}
        How each construct weights its items.
    composites : frozenset of str
        Mode A constructs that are not common factors: consistent PLS leaves them alone.
    scheme : {"centroid", "factorial", "path"}
        How each construct is predicted from its neighbours while the weights are found.
    """

    matrix_items: tuple[str, ...]
    constructs: tuple[str, ...]
    blocks: tuple[tuple[str, ...], ...]
    paths: tuple[tuple[str, str], ...]
    modes: tuple[Mode, ...]
    composites: frozenset[str]
    scheme: Scheme

    @property
    def items(self) -> tuple[str, ...]:
        """The k items that the model uses, block after block: the order of every result."""
        return tuple(item for block in self.blocks for item in block)

    @property
    def positions(self) -> NDArray[np.intp]:
        """Where each item of `items` stands in the covariance matrix, shape (k,)."""
        row = {item: i for i, item in enumerate(self.matrix_items)}
        return np.array([row[item] for item in self.items], dtype=np.intp)

    @property
    def owner(self) -> NDArray[np.intp]:
        """The construct of each item, as an index into `constructs`, shape (k,)."""
        sizes = [len(block) for block in self.blocks]
        return np.repeat(np.arange(len(sizes), dtype=np.intp), sizes)

    @property
    def adjacency(self) -> NDArray[np.bool_]:
        """True at ``[from, to]`` for every path, shape (J, J)."""
        edges = np.zeros((len(self.constructs), len(self.constructs)), dtype=np.bool_)
        for start, end in self.paths:
            edges[self.constructs.index(start), self.constructs.index(end)] = True
        return edges

    @property
    def effects(self) -> tuple[tuple[str, str], ...]:
        """Every pair ``(from, to)`` joined by a path or a chain of paths."""
        reached = self.adjacency
        for middle in range(len(self.constructs)):
            reached |= np.outer(reached[:, middle], reached[middle])
        return tuple((self.constructs[i], self.constructs[j]) for i, j in np.argwhere(reached))

    @property
    def endogenous(self) -> tuple[tuple[int, NDArray[np.intp]], ...]:
        """Each construct with arrows into it, and the constructs that the arrows come from."""
        edges = self.adjacency
        return tuple((int(j), np.flatnonzero(edges[:, j])) for j in np.flatnonzero(edges.any(0)))

    @property
    def corrected(self) -> NDArray[np.bool_]:
        """True for the constructs that consistent PLS corrects for unreliability, shape (J,)."""
        return np.array(
            [
                mode == "A" and len(block) > 1 and name not in self.composites
                for name, block, mode in zip(self.constructs, self.blocks, self.modes, strict=True)
            ],
            dtype=np.bool_,
        )


def pls_model(
    items: Sequence[str],
    blocks: Mapping[str, Sequence[str]],
    paths: Iterable[tuple[str, str]],
    *,
    modes: Mapping[str, Mode] | None = None,
    composites: Collection[str] = (),
    scheme: Scheme = "path",
) -> PLSModel:
    """Check a PLS path model.

    Parameters
    ----------
    items : sequence of str
        The rows of the covariance matrix, in its order. Items outside every block are allowed.
    blocks : mapping of str to sequence of str
        Construct to its items.
    paths : iterable of (str, str)
        Paths ``(from, to)`` between constructs. They may not form a cycle.
    modes : mapping of str to {"A", "B"}, optional
        ``"A"`` weights items by their covariance with the construct's neighbours (reflective
        items), ``"B"`` by regression on the items (formative items). Mode A where not given.
    composites : collection of str, optional
        Mode A constructs that stand for a composite rather than for a common factor, so that
        consistent PLS does not correct their correlations.
    scheme : {"centroid", "factorial", "path"}
        The inner weighting scheme (Lohmöller 1989).

    Returns
    -------
    PLSModel

    Raises
    ------
    ModelError
        With every fault at once: unknown, repeated or shared items, unknown or unconnected
        constructs, repeated paths, a cycle, an unknown mode or scheme.

    Examples
    --------
    >>> model = pls_model(
    ...     ["q1", "q2", "s1", "s2"],
    ...     {"Quality": ["q1", "q2"], "Satisfaction": ["s1", "s2"]},
    ...     [("Quality", "Satisfaction")],
    ... )
    >>> model.effects
    (('Quality', 'Satisfaction'),)
    """
    names = tuple(items)
    arrows = tuple((start, end) for start, end in paths)
    chosen = dict(modes or {})
    faults = [
        *_block_faults(names, blocks),
        *_path_faults(tuple(blocks), arrows),
        *_option_faults(tuple(blocks), chosen, composites, scheme),
    ]
    if faults:
        raise ModelError("\n".join(faults))
    return PLSModel(
        matrix_items=names,
        constructs=tuple(blocks),
        blocks=tuple(tuple(block) for block in blocks.values()),
        paths=arrows,
        modes=tuple(chosen.get(name, "A") for name in blocks),
        composites=frozenset(composites),
        scheme=scheme,
    )


def _block_faults(items: tuple[str, ...], blocks: Mapping[str, Sequence[str]]) -> list[str]:
    if not blocks:
        return ["The model has no constructs."]
    faults = [f"Item `{name}` names two rows of the matrix." for name in _repeated(items)]
    for construct, block in blocks.items():
        if not block:
            faults.append(f"Construct `{construct}` has no items; give it at least one.")
        faults += [
            _advise(f"Construct `{construct}`: item `{item}` is not in the matrix.", item, items)
            for item in block
            if item not in items
        ]
    for item in _repeated(item for block in blocks.values() for item in block):
        homes = ", ".join(f"`{name}`" for name, block in blocks.items() if item in block)
        faults.append(f"Item `{item}` is listed twice ({homes}); an item serves one construct.")
    return faults


def _path_faults(constructs: tuple[str, ...], paths: tuple[tuple[str, str], ...]) -> list[str]:
    faults = [
        _advise(f"Path {start} -> {end}: no construct is named `{name}`.", name, constructs)
        for start, end in paths
        for name in dict.fromkeys((start, end))
        if name not in constructs
    ]
    faults += [f"Path {start} -> {end} is given twice." for start, end in _repeated(paths)]
    connected = {name for path in paths for name in path}
    faults += [
        f"Construct `{name}` has no path; PLS finds its weights from its neighbours. "
        "Add a path or drop the construct."
        for name in constructs
        if name not in connected
    ]
    cycle = _find_cycle(paths)
    if cycle:
        faults.append(f"The paths go round: {' -> '.join(cycle)}. Turn or drop one of them.")
    return faults


def _option_faults(
    constructs: tuple[str, ...], modes: Mapping[str, str], composites: Collection[str], scheme: str
) -> list[str]:
    faults = []
    for what, names in (("modes", modes), ("composites", composites)):
        faults += [
            _advise(f"`{what}` names `{name}`, which is not a construct.", name, constructs)
            for name in names
            if name not in constructs
        ]
    faults += [
        f"Construct `{name}`: mode {mode!r}; allowed are 'A' and 'B'."
        for name, mode in modes.items()
        if mode not in get_args(Mode)
    ]
    if scheme not in get_args(Scheme):
        allowed = ", ".join(repr(name) for name in get_args(Scheme))
        faults.append(f"Scheme {scheme!r}; allowed are {allowed}.")
    return faults


def _advise(message: str, word: str, known: Iterable[str]) -> str:
    return f"{message} {suggest(word, known)}".rstrip()


def _repeated(values: Iterable[_T]) -> list[_T]:
    return [value for value, count in Counter(values).items() if count > 1]


def _find_cycle(paths: tuple[tuple[str, str], ...]) -> list[str]:
    graph: dict[str, list[str]] = {}
    for start, end in paths:
        graph.setdefault(end, []).append(start)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return [str(name) for name in error.args[1]]
    return []

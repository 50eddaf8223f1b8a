"""Which column of a file holds which item."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from csi.errors import Fault, suggest
from csi.questionnaire.schema import Item, Questionnaire
from csi.responses.tables import AnswerTable

Change = tuple[str, str, str, int]
"""One row of `Responses.changes`: item, change, detail, n."""


SHOWN = 20
"""Columns that a message lists."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where one column of the result comes from.

    Attributes
    ----------
    name : str
        Name in the result: the item, ``item_code`` for a choice of a multiple item, or the name
        in the file for a column that is only carried along.
    column : str
        Name in the file.
    item : Item or None
        None for a column that is only carried along.
    choice : int or None
        Code of the choice of a multiple item.
    listed : bool
        The file lists the chosen codes in one cell (``1 3``).
    """

    name: str
    column: str
    item: Item | None = None
    choice: int | None = None
    listed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """The columns that were found, and what was done to find them."""

    sources: Mapping[str, Source]
    changes: tuple[Change, ...] = ()
    faults: tuple[Fault, ...] = ()
    left_out: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class _Search:
    table: AnswerTable
    renamed: Mapping[str, str]
    sources: dict[str, Source] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def find(self, name: str) -> str | None:
        """Return the column for ``name``: as renamed, as it is, or but for capital letters.

        Field apps put the group of a question before it: ``block/item`` or ``block-item``.
        """
        names = [str(column) for column in self.table.frame.columns]
        wanted = self.renamed.get(name, name)
        if wanted in names:
            if wanted != name:
                self.changes.append((name, "column renamed", f"`{wanted}` in the file", 0))
            return wanted
        close = [column for column in names if column.casefold() == wanted.casefold()]
        close = close or [name for name in names if name.endswith((f"/{wanted}", f"-{wanted}"))]
        if len(close) == 1:
            self.changes.append((name, "column renamed", f"`{close[0]}` in the file", 0))
            return close[0]
        return None

    def absent(self, name: str) -> None:
        wanted = self.renamed.get(name, name)
        what = f"item `{name}`" if wanted == name else f"column `{wanted}` for item `{name}`"
        known = [str(column) for column in self.table.frame.columns]
        taken = {source.column for source in self.sources.values()}
        hint = suggest(wanted, [column for column in known if column not in taken])
        hint = hint or f"Name its column: columns={{'{name}': '...'}}."
        self.faults.append(Fault(self.table.source, f"There is no {what}.", hint))


def match_columns(
    table: AnswerTable,
    questionnaire: Questionnaire,
    renamed: Mapping[str, str],
    keep: Sequence[str],
) -> Match:
    """Find the column of every item; absent ones are faults, with the nearest name."""
    search = _Search(table=table, renamed=renamed)
    absent: list[str] = []
    for item in questionnaire.items.values():
        found = list(_sources_of(search, item, absent))
        search.sources |= {source.name: source for source in found}
        if not found:
            absent.append(item.id)
    for name in absent:  # only now is it known which columns are free to be suggested
        search.absent(name)
    for name in renamed:
        if name not in questionnaire.items:
            hint = suggest(name, questionnaire.items)
            search.faults.append(Fault("columns", f"There is no item `{name}`.", hint))
    for name in keep:
        column = search.find(name)
        if column is None:
            search.faults.append(_unknown_column(table, name))
        elif column not in {source.column for source in search.sources.values()}:
            search.sources[column] = Source(name=column, column=column)
    used = {source.column for source in search.sources.values()}
    return Match(
        sources=search.sources,
        changes=tuple(search.changes),
        faults=tuple(search.faults),
        left_out=tuple(str(name) for name in table.frame.columns if name not in used),
    )


def _unknown_column(table: AnswerTable, name: str) -> Fault:
    """Report a column to carry along that is not there; nothing else can stand for it."""
    names = [str(column) for column in table.frame.columns]
    more = ", ..." if len(names) > SHOWN else ""
    hint = suggest(name, names) or f"Its columns: {', '.join(names[:SHOWN])}{more}."
    return Fault(table.source, f"There is no column `{name}`.", hint)


def _sources_of(search: _Search, item: Item, absent: list[str]) -> Iterator[Source]:
    """Yield one source for an item, or one for each choice of a multiple item."""
    if item.type == "multiple":
        names = {code: f"{item.id}_{code}" for code in item.choices}
        columns = {code: search.find(name) for code, name in names.items()}
        if any(columns.values()):
            for code, column in columns.items():
                if column is None:
                    absent.append(names[code])
                else:
                    yield Source(name=names[code], column=column, item=item, choice=code)
            return
    column = search.find(item.id)
    if column is None:
        return
    if item.type == "multiple":
        for code in item.choices:
            name = f"{item.id}_{code}"
            yield Source(name=name, column=column, item=item, choice=code, listed=True)
    else:
        yield Source(name=item.id, column=column, item=item)

"""Executive summary: headline numbers, tested findings, cautions, and the league of groups."""

from __future__ import annotations

from collections.abc import Iterator

from csi.report.cautions import cautions
from csi.report.document import (
    Block,
    Bullets,
    Callout,
    Cell,
    Column,
    Heading,
    Interval,
    Number,
    PValue,
    Range,
    Table,
    Tile,
    Tiles,
    Tone,
    base_mark,
    format_number,
    signed,
)
from csi.report.findings import grouped_findings, leading_drivers
from csi.report.headline import headlines, latest_change
from csi.report.reading import Reading
from csi.report.rows import Code, Difference, ScoreRow, towards
from csi.report.sections.comparable import alike_note
from csi.report.sections.parts import (
    group_header,
    range_header,
    range_scale,
    rank_span,
    score_notes,
)
from csi.report.wording import Construct, Either, Phrase, WaveName, Wording

_NAMED_DRIVERS = 3
_HANDFUL = 12
_FEW = 4


def summary(reading: Reading, words: Wording) -> tuple[Block, ...]:
    """Return the summary page."""
    warned = tuple(words.sentence(phrase) for phrase in cautions(reading))
    blocks: list[Block] = [
        Heading(words("summary.title"), new_page=True),
        Tiles(_tiles(reading, words)),
        *_findings(reading, words),
        _league(reading, words) if reading.groups else _profile(reading, words),
    ]
    if warned:
        box = Callout(title=words("summary.cautions"), text="", items=warned, tone="bad")
        blocks.append(box)
    return tuple(blocks)


def _findings(reading: Reading, words: Wording) -> Iterator[Block]:
    """Return what the tests found: the few that matter most, then all others by subject."""
    groups = grouped_findings(reading)
    count = sum(len(phrases) for _, phrases in groups)
    first = headlines(reading, groups) if count > _FEW else ()
    if first:
        told = tuple(words.sentence(phrase) for phrase in first)
        yield Callout(title=words("summary.first"), text="", items=told)
        groups = tuple(
            (key, tuple(phrase for phrase in phrases if phrase not in first))
            for key, phrases in groups
        )
    yield Heading(words("summary.findings" if not first else "summary.more"), level=2, listed=False)
    if count - len(first) <= _HANDFUL:
        groups = (("", tuple(phrase for _, phrases in groups for phrase in phrases)),)
    for key, phrases in groups:
        if key and phrases:
            yield Heading(words(key), level=3)
        if phrases:
            yield Bullets(tuple(words.sentence(phrase) for phrase in phrases))


def _tiles(reading: Reading, words: Wording) -> tuple[Tile, ...]:
    driver = _driver_tile(reading, words)
    if not reading.groups:
        return (_index_tile(reading, words), driver, _explained_tile(reading, words),
                _model_tile(reading, words))  # fmt: skip
    if reading.own is None:
        ends = _extreme_tiles(reading, words)
        change = _change_tiles(reading, words)
        return (_index_tile(reading, words), *change, *ends[: 2 - len(change)], driver)
    return (*_own_tiles(reading, words, reading.own), driver)


def _index_tile(reading: Reading, words: Wording) -> Tile:
    return _score_tile(words, words("tile.index_all"), reading.overall)


def _score_tile(words: Wording, label: str, row: ScoreRow) -> Tile:
    detail = words("tile.interval_n", interval=Interval(row.low, row.high), n=row.n)
    return Tile(label=label, value=format_number(row.estimate), detail=detail)


def _extreme_tiles(reading: Reading, words: Wording) -> list[Tile]:
    """Highest and lowest group of the table."""
    shown = _shown_groups(reading)
    if len(shown) < 2:
        return []
    ends = (max(shown, key=lambda pair: pair[1].estimate), min(shown, key=lambda p: p[1].estimate))
    return [
        _score_tile(words, words(key, group=words.level(reading.group, group)), row)
        for key, (group, row) in zip(("tile.highest", "tile.lowest"), ends, strict=True)
    ]


def _own_tiles(reading: Reading, words: Wording, own: Code) -> list[Tile]:
    row = reading.score(reading.where(group=own))
    if row is None or not row.shown:
        return [_index_tile(reading, words)]
    best, worst = reading.rank_interval(own)
    rank = Tile(
        label=words("tile.rank", count=len(_shown_groups(reading))),
        value=rank_span(best, worst),
        detail=words("tile.rank_detail"),
    )
    tiles = [
        _score_tile(words, words("tile.index_own", own=words.level(reading.group, own)), row),
        *(_change_tiles(reading, words) or [rank]),
    ]
    rivals = [pair for pair in _shown_groups(reading) if pair[0] != own]
    if rivals:
        rival = max(rivals, key=lambda pair: pair[1].estimate)[0]
        tiles += _gap_tiles(reading, words, own, rival)
    return tiles


def _change_tiles(reading: Reading, words: Wording) -> list[Tile]:
    """How far the index moved since the wave before, where that was tested."""
    row = latest_change(reading)
    if row is None:
        return []
    better = (row.difference > 0) != reading.lower_is_better(reading.index)
    unlike: Phrase | str = ""
    if row.partial:
        unlike = Phrase("tile.gap_unlike", {"corrected": Number(row.corrected)})
    return [
        Tile(
            label=words("tile.change", wave=WaveName(row.before)),
            value=signed(row.difference),
            detail=words(
                "tile.gap_detail",
                interval=Interval(row.low, row.high),
                p=PValue(row.p),
                unlike=unlike,
            ),
            tone=("good" if better else "bad") if row.moved else "quiet",
        )
    ]


def _gap_tiles(reading: Reading, words: Wording, own: Code, rival: Code) -> list[Tile]:
    """Our distance to the highest of the others, where it was tested."""
    tones: dict[str, Tone] = {"higher": "good", "lower": "bad"}
    if reading.lower_is_better(reading.index):
        tones = {"higher": "bad", "lower": "good"}
    return [
        Tile(
            label=words("tile.gap", other=words.level(reading.group, rival)),
            value=signed(mine.difference),
            detail=words(
                "tile.gap_detail",
                interval=Interval(mine.low, mine.high),
                p=PValue(mine.p),
                unlike=_without_unlike(words, mine),
            ),
            tone=tones.get(mine.verdict, "quiet"),
        )
        for test in reading.group_tests()
        if {test.a, test.b} == {own, rival} and test.tested
        for mine in [towards(own, test)]
    ]


def _without_unlike(words: Wording, test: Difference) -> str:
    return words("tile.gap_unlike", corrected=Number(test.corrected)) if test.partial else ""


def _driver_tile(reading: Reading, words: Wording) -> Tile:
    """Name every driver that may be the first; with the paths withheld, every association."""
    first, shown = reading.drivers[0], reading.results.drivers.shown
    leaders = leading_drivers(reading.drivers)
    if shown == "importance":
        weight = words("tile.importance", weight=Number(first.weight, 2))
    else:
        weight = words("tile.share", weight=Number(100 * first.weight))
    detail = {"weight": weight, "driver": Construct(first.term)}
    if len(leaders) == 1:
        ranks = rank_span(first.rank_low, first.rank_high)
        text = words("tile.driver_detail", ranks=ranks, **detail)
    else:
        text = words("tile.driver_tied", **detail)
    named = Either(tuple(Construct(d.term) for d in leaders[:_NAMED_DRIVERS]))
    value = words.value(named)
    if len(leaders) > _NAMED_DRIVERS:
        value = words("tile.driver_many", count=len(leaders))
    return Tile(label=words(f"tile.driver_{shown}"), value=value, detail=text)


def _explained_tile(reading: Reading, words: Wording) -> Tile:
    drivers = reading.results.drivers
    return Tile(
        label=words("tile.explained"),
        value=f"{format_number(100 * drivers.r_squared, 0)} %",
        detail=words("tile.explained_detail", count=len(reading.drivers)),
    )


def _model_tile(reading: Reading, words: Wording) -> Tile:
    tones: dict[str, Tone] = {"certified": "good", "withheld": "bad"}
    return Tile(
        label=words("tile.model"),
        value=words(f"model.{reading.verdict}"),
        detail=words(f"tile.model_{reading.verdict}"),
        tone=tones.get(reading.verdict, "quiet"),
    )


def _league(reading: Reading, words: Wording) -> Table:
    """List groups by score, each with the ranks that the tests leave open."""
    shown = sorted(_shown_groups(reading), key=lambda pair: -pair[1].estimate)
    hidden = [g for g in reading.groups if g not in {group for group, _ in shown}]
    scale = range_scale(row for _, row in shown)
    rows: list[tuple[Cell, ...]] = []
    for group, row in shown:
        best, worst = reading.rank_interval(group)
        own = group == reading.own
        rows.append(
            (
                rank_span(best, worst),
                group_header(reading, words, group),
                Number(row.estimate, bold=True, mark=base_mark(row.flag)),
                Range(row.estimate, row.low, row.high, "accent" if own else "quiet"),
                Interval(row.low, row.high),
                reading.letters(group) or "\u2013",
                Number(row.n, 0),
            )
        )
    for group in hidden:
        row_n = reading.score(reading.where(group=group))
        rows.append(("\u2013", group_header(reading, words, group), "\u2013", "", "\u2013", "",
                     Number(row_n.n if row_n else 0, 0)))  # fmt: skip
    return Table(
        caption=words("league.caption"),
        columns=(
            Column(words("column.rank"), "center"),
            Column(words.item_name(reading.group, "column.group"), width=1.5),
            Column(words("column.index"), "right"),
            Column(range_header(scale), width=2.4, scale=scale),
            Column(words("column.interval"), "right"),
            Column(words("column.higher_than"), "center"),
            Column(words("column.n"), "right"),
        ),
        rows=tuple(rows),
        notes=(
            *score_notes(words, [reading.score(reading.where(group=g)) for g in reading.groups],
                         letters=True, ranged=scale),
            words("note.rank"),
            *alike_note(reading, words, [reading.index]),
        ),
    )  # fmt: skip


def _profile(reading: Reading, words: Wording) -> Table:
    """Every construct of a study without groups."""
    found = [(c, reading.score({}, c)) for c in reading.constructs]
    scored = [(c, row) for c, row in found if row is not None]
    scale = range_scale(row for _, row in scored)
    return Table(
        caption=words("profile.caption"),
        columns=(
            Column(words("column.construct"), width=1.5),
            Column(words("column.score"), "right"),
            Column(range_header(scale), width=2.4, scale=scale),
            Column(words("column.interval"), "right"),
            Column(words("column.n"), "right"),
            Column(words("column.n_eff"), "right"),
        ),
        rows=tuple(
            (
                words.construct(c),
                Number(row.estimate, bold=True, mark=base_mark(row.flag)),
                Range(row.estimate, row.low, row.high, "accent" if c == reading.index else "quiet"),
                Interval(row.low, row.high),
                Number(row.n, 0),
                Number(row.n_eff, 0),
            )
            for c, row in sorted(scored, key=lambda pair: -pair[1].estimate)
        ),
        notes=score_notes(words, [row for _, row in scored], letters=False, ranged=scale),
    )


def _shown_groups(reading: Reading) -> list[tuple[Code, ScoreRow]]:
    rows = [(g, reading.score(reading.where(group=g))) for g in reading.groups]
    return [(g, row) for g, row in rows if row is not None and row.shown]

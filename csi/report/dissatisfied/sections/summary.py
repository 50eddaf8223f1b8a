"""Executive summary: the numbers that were tested, and how far they reach."""

from __future__ import annotations

from csi.report.dissatisfied.reading import LIST, NOTHING, Reading, Row
from csi.report.dissatisfied.sections.parts import change_cell, share_cell
from csi.report.dissatisfied.words import Words, interval, percent, signed
from csi.report.document import (
    NO_NUMBER,
    Block,
    Bullets,
    Callout,
    Heading,
    Tile,
    Tiles,
    format_number,
)

CLAIMED_LIFT = 3.0


def summary(reading: Reading, words: Words) -> tuple[Block, ...]:
    """Return headline numbers, findings and cautions."""
    return (
        Heading(words("summary.title"), new_page=True),
        *_tiles(reading, words),
        Heading(words("summary.findings"), level=2),
        Bullets(findings(reading, words)),
        Callout(
            title=words("summary.cautions"),
            text="",
            items=_cautions(reading, words),
            tone="bad",
        ),
    )


def findings(reading: Reading, words: Words) -> tuple[str, ...]:
    """Return the findings as sentences, the same numbers in every language."""
    found: list[str] = []
    base, capture = reading.base_rate, captured(reading)
    if base.n:
        found.append(words("finding.base", share=share_cell(base), n=base.n))
    if capture.n:
        found.append(words("finding.capture", share=share_cell(capture), n=capture.n))
    found += _gaps(reading, words)
    lift = reading.performance("lift", LIST)
    if lift.n:
        wrong = reading.performance("wrong_calls", LIST)
        found.append(
            words(
                "finding.lift",
                lift=format_number(lift.estimate, 2),
                interval=interval(lift, decimals=2),
                ceiling=format_number(min(1.0 / base.estimate, 1.0 / LIST), 1),
                wrong=percent(wrong.estimate, 0),
            )
        )
        found.append(words(f"finding.three.{three_times(lift)}"))
    only = reading.row("rules", finder="model only", term="recall")
    if only.n:
        found.append(words("finding.model_only", share=share_cell(only)))
    found += _effects(reading, words)
    return tuple(found)


def three_times(lift: Row) -> str:
    """Tell whether three times random is shown, out of reach, or neither."""
    if lift.low > CLAIMED_LIFT:
        return "shown"
    return "not_reached" if lift.high < CLAIMED_LIFT else "open"


def captured(reading: Reading) -> Row:
    """Return the share of the dissatisfied who have said so on any channel."""
    return reading.row("capture", source="any", term="captured")


def effect_row(reading: Reading, term: str) -> Row:
    """Return a number of the evaluation."""
    return reading.row("effect", term=term)


def _gaps(reading: Reading, words: Words) -> list[str]:
    outcome = reading.study.survey.outcome
    sentences = []
    for name in reading.study.hypotheses.labels:
        gap = reading.row("hypotheses", hypothesis=name, outcome=outcome, term="gap")
        if not gap.n or gap.flag == "suppressed":
            continue
        same = reading.row("hypotheses", hypothesis=name, outcome=outcome, term="adjusted_gap")
        relative = reading.row("hypotheses", hypothesis=name, outcome=outcome, term="gap_percent")
        key = "finding.gap" if same.n else "finding.gap_raw"
        sentences.append(
            words(
                key,
                name=words.hypothesis(name),
                gap=change_cell(gap),
                relative=signed(relative.estimate),
                same=change_cell(same),
            )
        )
    return sentences


def _effects(reading: Reading, words: Words) -> list[str]:
    effect = effect_row(reading, "effect")
    sentences = []
    if effect.n:
        shown = "shown" if effect.low > 0 or effect.high < 0 else "open"
        sentences.append(words(f"finding.effect.{shown}", effect=change_cell(effect)))
    naive, rest = effect_row(reading, "naive_change"), effect_row(reading, "corrected_change")
    if naive.n:
        sentences.append(
            words("finding.naive", naive=change_cell(naive), corrected=change_cell(rest))
        )
    return sentences


def _tiles(reading: Reading, words: Words) -> tuple[Block, ...]:
    base, capture = reading.base_rate, captured(reading)
    lift, wrong = reading.performance("lift", LIST), reading.performance("wrong_calls", LIST)
    effect, take_up = effect_row(reading, "effect"), effect_row(reading, "take_up")
    first = (
        _tile(words, "base", base, percent(base.estimate), 100.0),
        _tile(words, "capture", capture, percent(capture.estimate), 100.0),
        _tile(words, "lift", lift, f"{format_number(lift.estimate, 2)} ×", 1.0, decimals=2),
        _tile(words, "wrong", wrong, percent(wrong.estimate), 100.0),
    )
    silent = next(iter(reading.study.hypotheses.silent), None)
    gap = NOTHING
    if silent is not None:
        terms = {"hypothesis": silent.name, "outcome": reading.study.survey.outcome}
        gap = reading.row("hypotheses", **terms, term="adjusted_gap")
    second = (
        _tile(words, "silent", gap, signed(gap.estimate), 1.0),
        _tile(words, "auc", reading.performance("auc"), _three(reading), 1.0, decimals=3),
        _tile(words, "effect", effect, signed(effect.estimate), 1.0),
        _tile(words, "take_up", take_up, percent(take_up.estimate), 100.0),
    )
    rows = [tuple(tile for tile in row if tile is not None) for row in (first, second)]
    return tuple(Tiles(row) for row in rows if row)


def _three(reading: Reading) -> str:
    return format_number(reading.performance("auc").estimate, 3)


def _tile(
    words: Words, key: str, row: Row, value: str, factor: float, decimals: int = 1
) -> Tile | None:
    if not row.n or value == NO_NUMBER:
        return None
    detail = words("tile.detail", interval=interval(row, factor, decimals), n=row.n)
    return Tile(label=words(f"tile.{key}"), value=value, detail=detail)


def _cautions(reading: Reading, words: Words) -> tuple[str, ...]:
    items = []
    if reading.study.synthetic:
        items.append(words("synthetic.caution"))
    items.append(words("caution.level"))
    if reading.has("hypotheses"):
        items.append(words("caution.gap"))
    if reading.has("performance"):
        items.append(words("caution.calls"))
    if effect_row(reading, "effect").n:
        items.append(words("caution.effect"))
    elif effect_row(reading, "naive_change").n:
        items.append(words("caution.no_hold_out"))
    return tuple(items)

"""Tell *not asked* from *no answer*, by the questionnaire's own rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from csi.questionnaire.schema import Item
from csi.responses.answers import Answers
from csi.responses.matching import Change, Match


def route(
    match: Match, answers: Mapping[str, Answers]
) -> tuple[pd.DataFrame, pd.DataFrame, list[Change]]:
    """Give every missing cell its reason.

    An empty cell is *not asked* where ``ask_if`` does not hold, else *no answer*. An answer where
    ``ask_if`` is known to be false is taken out (reason *not asked*) and counted; where the
    condition itself rests on a missing answer, what was answered is kept and counted.

    Returns
    -------
    values, reasons : DataFrame, shape (n_respondents, n_columns)
    changes : list of Change
    """
    values = {name: answer.values for name, answer in answers.items()}
    reasons = {name: answer.reasons.astype(object) for name, answer in answers.items()}
    changes: list[Change] = []
    for name in _in_order(match):
        item = match.sources[name].item
        if item is None:
            reasons[name] = reasons[name].mask(values[name].isna(), "no_answer")
            continue
        asked, unknown = _asked(item, values)
        answered = values[name].notna() | (reasons[name] != "")
        against = answered & ~asked & ~unknown
        values[name] = values[name].mask(against)
        reasons[name] = (
            reasons[name]
            .mask(against | (~answered & ~asked), "not_asked")
            .mask(~answered & asked, "no_answer")
        )
        counted = (
            ("not asked", f"unless {item.ask_if}", ~answered & ~asked),
            ("answered though not asked", f"taken out unless {item.ask_if}", against),
            ("answered though the filter is missing", f"kept; {item.ask_if}", answered & unknown),
            ("no answer", "", ~answered & asked),
        )
        changes += [
            (name, kind, text, int(hits.sum())) for kind, text, hits in counted if hits.any()
        ]
    order = list(answers)
    return (
        pd.DataFrame({name: values[name] for name in order}),
        pd.DataFrame({name: reasons[name] for name in order}, dtype="str"),
        sorted(changes, key=lambda change: order.index(change[0])),
    )


def _asked(item: Item, values: Mapping[str, pd.Series]) -> tuple[pd.Series, pd.Series]:
    """Return who was asked, and for whom that cannot be known."""
    index = next(iter(values.values())).index
    if item.ask_if is None:
        return pd.Series(True, index=index), pd.Series(False, index=index)
    frame = pd.DataFrame({name: values[name] for name in item.ask_if.items if name in values})
    asked = item.ask_if.tree.known(frame, True)
    refused = item.ask_if.tree.known(frame, False)
    return pd.Series(asked, index=index), pd.Series(~asked & ~refused, index=index)


def _in_order(match: Match) -> Iterator[str]:
    """Yield the columns so that a filter comes before what it filters."""
    done: set[str] = set()

    def visit(name: str) -> Iterator[str]:
        if name in done:
            return
        done.add(name)
        item = match.sources[name].item
        filters = item.ask_if.items if item is not None and item.ask_if is not None else ()
        for other in sorted(filters):
            if other in match.sources:
                yield from visit(other)
        yield name

    for name in match.sources:
        yield from visit(name)

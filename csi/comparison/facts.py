"""What is known of each wave beside its answers, and which comparisons that forbids."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import pandas as pd

from csi.errors import DesignError, suggest
from csi.questionnaire.diffing import QuestionnaireDiff, diff_questionnaires
from csi.questionnaire.model_names import names_in_model
from csi.questionnaire.schema import Questionnaire


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveFacts:
    """How one wave was asked.

    Attributes
    ----------
    id : str
    questionnaire : Questionnaire or None
    mode : str
        How people were asked, e.g. "CATI"; "" where it is not known.
    design : str
        How they were sampled, in words that change when the design does; "" where not known.
    """

    id: str
    questionnaire: Questionnaire | None = None
    mode: str = ""
    design: str = ""


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Something that stands in the way of comparing two waves.

    Attributes
    ----------
    kind : {"questionnaire", "mode", "design", "groups"}
    construct : str
        The one concerned; "" for all.
    items : tuple of str
        Items that were changed; empty for all.
    reason : str
        In words.
    """

    kind: str
    construct: str
    items: tuple[str, ...]
    reason: str


@dataclass(frozen=True, eq=False)
class Breaks:
    """What stands between any two waves."""

    waves: Mapping[str, WaveFacts]
    groups: tuple[str, ...] = ()

    def between(self, before: str, after: str) -> tuple[Obstacle, ...]:
        """Return the obstacles to comparing two waves; none where nothing is known."""
        if before not in self.waves or after not in self.waves:
            return ()
        return self._found[before, after]

    def on(self, construct: str, before: str, after: str) -> tuple[Obstacle, ...]:
        """Return the obstacles that concern one construct."""
        return tuple(o for o in self.between(before, after) if o.construct in ("", construct))

    def table(self, pairs: Sequence[tuple[str, str]]) -> pd.DataFrame:
        """Return the obstacles of some pairs.

        Returns
        -------
        DataFrame
            ``before, after, kind, subject, items, reason``; ``subject`` is a construct, or "" for
            all.
        """
        rows = [
            (before, after, o.kind, o.construct, ", ".join(o.items), o.reason)
            for before, after in pairs
            for o in self.between(before, after)
        ]
        return pd.DataFrame(
            rows, columns=["before", "after", "kind", "subject", "items", "reason"], dtype=object
        )

    @cached_property
    def _found(self) -> dict[tuple[str, str], tuple[Obstacle, ...]]:
        diffs: dict[tuple[int, int], QuestionnaireDiff] = {}
        found = {}
        for a, b in combinations(self.waves.values(), 2):
            obstacles = tuple(_obstacles(a, b, diffs, self.groups))
            found[a.id, b.id] = found[b.id, a.id] = obstacles
        return found


def find_breaks(
    facts: Sequence[WaveFacts],
    waves: Sequence[str] | None = None,
    groups: Sequence[str] = (),
) -> Breaks:
    """Find what stands between waves: changed questions, another mode, another design.

    Parameters
    ----------
    facts : sequence of WaveFacts
        In the order of time.
    waves : sequence of str, optional
        The waves that there are, to check the names with.
    groups : sequence of str
        Items whose codes are the compared groups: where one was changed, no group is the same.

    Raises
    ------
    DesignError
        For two facts about one wave, or about a wave that is not there.
    """
    named: dict[str, WaveFacts] = {}
    for each in facts:
        if each.id in named:
            raise DesignError(f"`facts` describe the wave `{each.id}` twice.")
        if waves is not None and each.id not in waves:
            raise DesignError(
                f"`facts` describe a wave `{each.id}`; the waves are {', '.join(waves)}. "
                f"{suggest(each.id, list(waves))}".rstrip()
            )
        named[each.id] = each
    return Breaks(named, tuple(groups))


def _obstacles(
    a: WaveFacts,
    b: WaveFacts,
    diffs: dict[tuple[int, int], QuestionnaireDiff],
    groups: tuple[str, ...],
) -> Iterator[Obstacle]:
    for kind in ("mode", "design"):
        before, after = getattr(a, kind), getattr(b, kind)
        if before and after and before != after:
            yield Obstacle(kind, "", (), f"{kind}: {before} → {after}")
    old, new = a.questionnaire, b.questionnaire
    if old is None or new is None or old is new:
        return
    key = id(old), id(new)
    if key not in diffs:
        diffs[key] = diff_questionnaires(old, new)
    for item in diffs[key].broken_items:
        if item in groups:
            yield Obstacle("groups", "", (), _said(diffs[key], (item,)))
    yield from _changed_questions(diffs[key], old, new)


def _changed_questions(
    diff: QuestionnaireDiff, old: Questionnaire, new: Questionnaire
) -> Iterator[Obstacle]:
    for construct in diff.broken_constructs:
        own = set(_items(old, construct)) | set(_items(new, construct))
        changed = tuple(
            dict.fromkeys(
                [item for item in diff.broken_items if item in own]
                + sorted(set(_items(old, construct)) ^ set(_items(new, construct)))
            )
        )
        yield Obstacle("questionnaire", construct, changed, _said(diff, (*changed, construct)))


def _said(diff: QuestionnaireDiff, subjects: Sequence[str]) -> str:
    """Return in words which changes break the trends of some subjects."""
    return "; ".join(
        str(change)
        for change in diff.changes
        if change.effect == "break" and change.subject in subjects
    )


def _items(questionnaire: Questionnaire, construct: str) -> tuple[str, ...]:
    model = questionnaire.model
    return tuple(names_in_model(model.syntax).items_of(construct)) if model else ()

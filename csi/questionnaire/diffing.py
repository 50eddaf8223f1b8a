"""Compare two versions of a questionnaire: what changed, and which trends it breaks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from csi.questionnaire.changes import Change, item_changes, renamed_items, words
from csi.questionnaire.model_names import Link, ModelNames, names_in_model
from csi.questionnaire.schema import Questionnaire

_COLUMNS = ["kind", "subject", "change", "before", "after", "effect"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class QuestionnaireDiff:
    """What changed from one version of a questionnaire to the next.

    Attributes
    ----------
    before, after : str
        Id and version of the two.
    changes : tuple of Change
        Items in the order of the second version, then constructs, elements, the index.
    broken_items, broken_constructs : tuple of str
        Those whose trend must not be drawn through without a bridge (a parallel run of both
        versions).
    """

    before: str
    after: str
    changes: tuple[Change, ...]
    broken_items: tuple[str, ...]
    broken_constructs: tuple[str, ...]

    def __repr__(self) -> str:
        return (
            f"QuestionnaireDiff({self.before!r} → {self.after!r}, changes={len(self.changes)}, "
            f"broken={len(self.broken_items)} items, {len(self.broken_constructs)} constructs)"
        )

    def tidy(self) -> pd.DataFrame:
        """Return a row per change: ``kind, subject, change, before, after, effect``."""
        rows = [[getattr(change, name) for name in _COLUMNS] for change in self.changes]
        return pd.DataFrame(rows, columns=_COLUMNS, dtype=object)

    def summary(self) -> str:
        """Return the changes as text, those that break a trend first."""
        lines = [f"{self.before} → {self.after}"]
        if not self.changes:
            return f"{lines[0]}: nothing changed that answers could depend on."
        headings = {"break": "Breaks the trend", "caution": "With caution", "none": "Harmless"}
        for effect, heading in headings.items():
            found = [change for change in self.changes if change.effect == effect]
            if found:
                lines += [f"{heading} ({len(found)}):", *(f"  {change}" for change in found)]
        for kind, broken in (("items", self.broken_items), ("constructs", self.broken_constructs)):
            lines.append(f"Trends broken, {kind}: {', '.join(broken) or 'none'}.")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        return str(self.tidy().to_html(index=False))


def diff_questionnaires(before: Questionnaire, after: Questionnaire) -> QuestionnaireDiff:
    """Find what changed between two versions, and which trends the changes break.

    A trend breaks where the answers of the two waves mean different things: another wording,
    scale, filter or type, a code with another meaning, a construct measured by other items, an
    item of the index asked at another place. Codes added or removed, other items moved and a
    changed model call for caution. Case, spacing and punctuation are harmless.

    Parameters
    ----------
    before, after : Questionnaire

    Returns
    -------
    QuestionnaireDiff

    Examples
    --------
    >>> from dataclasses import replace
    >>> from csi.questionnaire.reading import read_questionnaire
    >>> before = read_questionnaire("questionnaires/ecsi_mobile.yaml")
    >>> items = {**before.items, "CUSA1": replace(before.items["CUSA1"], reverse=True)}
    >>> diff = diff_questionnaires(before, replace(before, version="2026.2", items=items))
    >>> diff.broken_items, diff.broken_constructs
    (('CUSA1',), ('Satisfaction',))
    """
    old_names, new_names = _names(before), _names(after)
    index = after.model.index if after.model else ""
    items = list(item_changes(before, after, set(new_names.items_of(index))))
    broken = {change.subject for change in items if change.effect == "break"}
    constructs = _construct_changes(old_names, new_names, renamed_items(before, after))
    broken_constructs = {
        name
        for name in old_names.constructs
        if broken & {*new_names.items_of(name), *old_names.items_of(name)}
    }
    broken_constructs |= {change.subject for change in constructs if change.effect == "break"}
    return QuestionnaireDiff(
        before=f"{before.id} {before.version}",
        after=f"{after.id} {after.version}",
        changes=(
            *items,
            *_base_changes(after, broken),
            *constructs,
            *_element_changes(before, after),
            *_model_changes(before, after, old_names, new_names),
        ),
        broken_items=_in_order((*after.items, *before.items), broken),
        broken_constructs=_in_order(
            (*new_names.constructs, *old_names.constructs), broken_constructs
        ),
    )


def _names(questionnaire: Questionnaire) -> ModelNames:
    return names_in_model(questionnaire.model.syntax if questionnaire.model else "")


def _in_order(names: Iterable[str], wanted: Collection[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name in wanted))


def _base_changes(after: Questionnaire, broken: Collection[str]) -> list[Change]:
    """Return a change for every item that is asked because of a broken one."""
    return [
        Change("item", item.id, "filter item", "", words(sorted(sources)), "caution")
        for item in after.items.values()
        if item.ask_if and (sources := item.ask_if.items & set(broken))
    ]


def _construct_changes(
    old: ModelNames, new: ModelNames, renamed: Mapping[str, str]
) -> list[Change]:
    changes = []
    for name in dict.fromkeys((*new.constructs, *old.constructs)):
        before, after = old.items_of(name), new.items_of(name)
        if not before:
            changes.append(Change("construct", name, "added", "", words(after), "none"))
        elif not after:
            changes.append(Change("construct", name, "removed", words(before), "", "break"))
        elif set(before) != {renamed.get(item, item) for item in after}:
            changes.append(Change("construct", name, "items", words(before), words(after), "break"))
    return changes


def _element_changes(before: Questionnaire, after: Questionnaire) -> list[Change]:
    """Return what changed of the elements; a construct of the same name has said it already."""
    renamed = renamed_items(before, after)
    old, new = _element_items(before), _element_items(after)
    changes = []
    for name in dict.fromkeys((*new, *old)):
        was, now = old.get(name, ()), new.get(name, ())
        if not was:
            changes.append(Change("element", name, "added", "", words(now), "none"))
        elif not now:
            changes.append(Change("element", name, "removed", words(was), "", "break"))
        elif set(was) != {renamed.get(item, item) for item in now}:
            changes.append(Change("element", name, "items", words(was), words(now), "break"))
    return changes


def _element_items(questionnaire: Questionnaire) -> dict[str, tuple[str, ...]]:
    elements = questionnaire.model.elements if questionnaire.model else {}
    measured = _names(questionnaire).constructs
    return {name: part.items for name, part in elements.items() if name not in measured}


def _model_changes(
    before: Questionnaire, after: Questionnaire, old: ModelNames, new: ModelNames
) -> list[Change]:
    if before.model is None or after.model is None:
        return []
    changes = []
    if before.model.index != after.model.index:
        pair = before.model.index, after.model.index
        changes.append(Change("model", "index", "index", *pair, "break"))
    paths = _arrows(old.paths), _arrows(new.paths)
    if set(paths[0]) != set(paths[1]):
        # The weights of the index come from the fitted model: a fixed-weight index goes on.
        gone, come = set(paths[0]) - set(paths[1]), set(paths[1]) - set(paths[0])
        pair = words(sorted(gone)), words(sorted(come))
        changes.append(Change("model", "paths", "paths", *pair, "caution"))
    old_steps, new_steps = before.model.complaint_ladder, after.model.complaint_ladder
    for name in dict.fromkeys((*new_steps, *old_steps)):
        whens = [str(s[name].when) if name in s else "" for s in (old_steps, new_steps)]
        if whens[0] != whens[1]:
            changes.append(Change("model", name, "complaint ladder", whens[0], whens[1], "caution"))
    for item in dict.fromkeys((*after.model.reliability, *before.model.reliability)):
        values = [str(model.reliability.get(item, "")) for model in (before.model, after.model)]
        if values[0] != values[1]:
            changes.append(Change("model", item, "reliability", values[0], values[1], "caution"))
    return changes


def _arrows(paths: tuple[Link, ...]) -> list[str]:
    return [f"{link.right} → {link.left}" for link in paths]

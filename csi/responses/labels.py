"""Compare the value labels of an SPSS file with the questionnaire: is 1 the same in both."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from csi.questionnaire.schema import Item, Text
from csi.responses.dictionary import SpssDictionary, SpssVariable
from csi.responses.matching import Change, Match


def compare_labels(match: Match, dictionary: SpssDictionary) -> list[Change]:
    """Return one change for every label that contradicts the questionnaire.

    A code whose label in the file is the questionnaire's label of *another* code is called
    swapped: such an item may run the wrong way. Other wording is only noted.
    """
    changes = []
    for name, source in match.sources.items():
        variable = dictionary.variables.get(source.column)
        if source.item is None or source.choice is not None or variable is None:
            continue
        changes += [
            (name, change, detail, 0) for change, detail in _contradictions(source.item, variable)
        ]
    return changes


def _contradictions(item: Item, variable: SpssVariable) -> Iterator[tuple[str, str]]:
    ours = _labels_of(item)
    for code, text in ours.items():
        theirs = variable.value_labels.get(float(code), "")
        if not theirs or _same(theirs, text):
            continue
        owner = next((other for other, label in ours.items() if _same(theirs, label)), None)
        if owner is not None:
            detail = f"{code} is `{theirs}` in the file; in the questionnaire {owner} is"
            yield "labels swapped", detail
        else:
            detail = (
                f"{code} is `{theirs}` in the file, `{text.en or text.zh}` in the questionnaire"
            )
            yield "labels differ", detail


def _labels_of(item: Item) -> dict[int, Text]:
    if item.scale is not None:
        return {item.scale.minimum: item.scale.low, item.scale.maximum: item.scale.high}
    return dict(item.choices)


def _same(label: str, text: Text) -> bool:
    return _plain(label) in {_plain(word) for word in (text.en, text.zh) if word}


def _plain(text: str) -> str:
    """Reduce a label to its letters and digits."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(letter for letter in folded if letter.isalnum())

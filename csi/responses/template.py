"""The SPSS dictionary of a questionnaire: variable labels, value labels, missing codes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from csi.questionnaire.missing_labels import MISSING_LABELS
from csi.questionnaire.schema import Item, Language, Questionnaire, Text
from csi.responses.dictionary import (
    MissingRange,
    MultipleResponseSet,
    SpssDictionary,
    SpssVariable,
    Value,
)
from csi.responses.spss_data import SpssData

TEXT_WIDTH = 255


def spss_template(questionnaire: Questionnaire, *, language: Language = "en") -> SpssData:
    """Return an SPSS file without cases for a questionnaire: write it, and type answers into it.

    Labels are in ``language``; the wording in the other one is kept as a custom attribute,
    ``text_zh`` or ``text_en``. A multiple item makes one 0/1 variable for each choice and a
    multiple-response set.

    Parameters
    ----------
    questionnaire : Questionnaire
    language : {"en", "zh"}

    Returns
    -------
    SpssData
        With no rows; put answers in with ``dataclasses.replace(template, frame=answers)``.

    Examples
    --------
    >>> write_spss(spss_template(questionnaire), "answers.sav")  # doctest: +SKIP
    """
    variables: dict[str, SpssVariable] = {}
    sets = {}
    weight = None
    for item in questionnaire.items.values():
        if item.type == "multiple":
            choices = dict(_choices(item, language))
            variables |= choices
            sets[item.id] = MultipleResponseSet(
                label=item.text.to(language),
                kind="dichotomies",
                variables=tuple(choices),
                counted="1",
            )
        else:
            variables[item.id] = _variable(item, language)
        weight = item.id if item.role == "weight" else weight
    dictionary = SpssDictionary(
        variables=variables,
        weight=weight,
        multiple_response_sets=sets,
        attributes={"questionnaire": (questionnaire.id, questionnaire.version)},
        file_label=questionnaire.title.to(language),
    )
    frame = pd.DataFrame(
        {
            name: pd.Series(dtype="str" if variable.width else "float64")
            for name, variable in variables.items()
        }
    )
    return SpssData(frame=frame, dictionary=dictionary)


def _choices(item: Item, language: Language) -> Iterator[tuple[str, SpssVariable]]:
    answers = {0: Text("Not chosen", "未选"), 1: Text("Chosen", "选中")}
    for code, label in item.choices.items():
        yield (
            f"{item.id}_{code}",
            SpssVariable(
                label=label.to(language),
                format="F8.0",
                measure="nominal",
                value_labels=_labels(answers, item, language),
                missing=_missing_ranges(item),
                attributes=_other_wording(item, language),
            ),
        )


def _variable(item: Item, language: Language) -> SpssVariable:
    labels: Mapping[int, Text] = item.choices
    if item.scale is not None:
        labels = {item.scale.minimum: item.scale.low, item.scale.maximum: item.scale.high}
    if item.type == "text":
        return SpssVariable(
            width=TEXT_WIDTH,
            label=item.text.to(language),
            format=f"A{TEXT_WIDTH}",
            measure="nominal",
            alignment="left",
            attributes=_other_wording(item, language),
        )
    whole = item.type in ("scale", "single")
    return SpssVariable(
        label=item.text.to(language),
        format="DATE11" if item.type == "date" else "F8.0" if whole else "F8.2",
        measure="nominal" if item.type == "single" else "scale",
        value_labels=_labels(labels, item, language),
        missing=_missing_ranges(item),
        attributes=_other_wording(item, language),
    )


def _labels(labels: Mapping[int, Text], item: Item, language: Language) -> dict[Value, str]:
    texts = {**labels, **{code: MISSING_LABELS[kind] for code, kind in item.missing.items()}}
    return {float(code): text.to(language) for code, text in texts.items()}


def _missing_ranges(item: Item) -> tuple[MissingRange, ...]:
    """Declare the missing codes: up to three one by one, more as a range and one more code."""
    codes = sorted(float(code) for code in item.missing)
    if len(codes) <= 3:
        return tuple(MissingRange(code, code) for code in codes)
    answers = set(map(float, item.choices))
    if item.scale is not None:
        answers |= {float(item.scale.minimum), float(item.scale.maximum)}
    for span, single in ((codes, []), (codes[1:], codes[:1]), (codes[:-1], codes[-1:])):
        if not any(span[0] <= answer <= span[-1] for answer in answers):
            alone = (MissingRange(code, code) for code in single)
            return (MissingRange(span[0], span[-1]), *alone)
    return ()


def _other_wording(item: Item, language: Language) -> dict[str, tuple[str, ...]]:
    other: Language = "en" if language == "zh" else "zh"
    wording = item.text.zh if other == "zh" else item.text.en
    return {f"text_{other}": (wording,)} if wording else {}

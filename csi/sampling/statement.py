"""The method statement: the eleven items that a survey discloses, filled from its own data.

The items are those of the AAPOR Code of Professional Ethics and Practices (April 2021, III.A).
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from csi.errors import SamplingError
from csi.questionnaire.schema import LANGUAGES, Language, Text
from csi.sampling.fieldwork import Fieldwork
from csi.sampling.method_details import ITEMS as ITEMS
from csi.sampling.method_details import MethodDetails as MethodDetails
from csi.sampling.plan import SamplingPlan
from csi.sampling.sample import Sample
from csi.sampling.statement_facts import (
    instrument_facts,
    limitation_facts,
    population_facts,
    precision_facts,
    selection_facts,
    weighting_facts,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DisclosureItem:
    """One of the eleven items.

    Attributes
    ----------
    number : int
        From 1.
    title, body : Text
    missing : tuple of str
        Fields of `MethodDetails` that this item needs and nobody filled.
    """

    number: int
    title: Text
    body: Text
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MethodStatement:
    """The eleven items, in English and Chinese.

    Attributes
    ----------
    items : tuple of DisclosureItem
    """

    items: tuple[DisclosureItem, ...]

    def __repr__(self) -> str:
        complete = sum(not item.missing for item in self.items)
        return f"MethodStatement({complete} of {len(self.items)} items complete)"

    @property
    def missing(self) -> tuple[str, ...]:
        """Fields of `MethodDetails` that are still to be filled, in the order of the items."""
        return tuple(dict.fromkeys(name for item in self.items for name in item.missing))

    def text(self, language: Language = "en") -> str:
        """Return the statement as numbered paragraphs."""
        stop = "。" if language == "zh" else ". "
        return "\n\n".join(
            f"{item.number}{'. ' if language == 'en' else '、'}"
            f"{item.title.to(language)}{stop}{item.body.to(language)}"
            for item in self.items
        )

    def summary(self) -> str:
        """Return the statement in English."""
        return self.text("en")

    def tidy(self) -> pd.DataFrame:
        """Return one row per item.

        Returns
        -------
        DataFrame
            ``number, title_en, title_zh, body_en, body_zh, complete``.
        """
        return pd.DataFrame(
            {
                "number": [item.number for item in self.items],
                **{f"title_{lang}": [i.title.to(lang) for i in self.items] for lang in LANGUAGES},
                **{f"body_{lang}": [i.body.to(lang) for i in self.items] for lang in LANGUAGES},
                "complete": [not item.missing for item in self.items],
            }
        )

    def _repr_html_(self) -> str:
        return self.tidy().to_html(index=False)


def describe_method(
    plan: SamplingPlan,
    details: MethodDetails | None = None,
    *,
    sample: Sample | None = None,
    fieldwork: Fieldwork | None = None,
) -> MethodStatement:
    """Fill the eleven items from the plan, the draw, the field and what people add.

    Margins of error are given for groups drawn at random only; quota groups are named as such.

    Parameters
    ----------
    plan : SamplingPlan
    details : MethodDetails, optional
    sample : Sample, optional
        By default the one of ``fieldwork``.
    fieldwork : Fieldwork, optional

    Returns
    -------
    MethodStatement
        ``missing`` names what is still to be filled.

    Raises
    ------
    SamplingError
        If ``sample`` or ``fieldwork`` belong to another plan.
    """
    details = details or MethodDetails()
    if sample is None and fieldwork is not None:
        sample = fieldwork.sample
    if sample is not None and sample.plan is not plan:
        raise SamplingError("`sample` was drawn by another plan than `plan`: give the one it has.")
    if fieldwork is not None and fieldwork.sample is not sample:
        raise SamplingError("`fieldwork` accounts for another sample than `sample`.")
    parts = (
        ((_strategy(plan),), ()),
        (_sponsor(details), ("sponsor", "conductor")),
        (instrument_facts(plan), ()),
        ((details.population, *population_facts(plan, sample)), ("population",)),
        ((*selection_facts(plan, sample), details.recruitment), ("recruitment",)),
        ((details.mode,), ("mode",)),
        ((details.dates,), ("dates",)),
        (precision_facts(plan, fieldwork), ()),
        ((*weighting_facts(plan), details.weighting), ("weighting",)),
        ((details.processing,), ("processing",)),
        ((*limitation_facts(plan, sample, fieldwork), details.limitations), ()),
    )
    return MethodStatement(
        items=tuple(
            _item(number, title, sentences, needs, details)
            for number, (title, (sentences, needs)) in enumerate(
                zip(ITEMS, parts, strict=True), start=1
            )
        )
    )


def _item(
    number: int,
    title: Text,
    sentences: tuple[Text, ...],
    needs: tuple[str, ...],
    details: MethodDetails,
) -> DisclosureItem:
    absent = tuple(name for name in needs if not _said(getattr(details, name)))
    said = [sentence for sentence in sentences if _said(sentence)]
    said += [_NOT_STATED[name] for name in absent]
    body = Text(
        " ".join(_ended(sentence.to("en"), ".") for sentence in said),
        "".join(_ended(sentence.to("zh"), "。") for sentence in said),
    )
    return DisclosureItem(number=number, title=title, body=body, missing=absent)


def _said(text: Text) -> bool:
    return bool(text.en or text.zh)


def _ended(text: str, stop: str) -> str:
    return text if text.endswith((".", "。", "!", "?", "！", "？")) else text + stop


def _strategy(plan: SamplingPlan) -> Text:
    return Text(
        f"A survey of customers with a structured questionnaire "
        f"({plan.questionnaire.title.to('en')})",
        f"以结构化问卷进行的用户抽样调查（{plan.questionnaire.title.to('zh')}）",
    )


def _sponsor(details: MethodDetails) -> tuple[Text, ...]:
    labels = {
        "sponsor": Text("Sponsored by", "委托方："),
        "conductor": Text("Conducted by", "执行方："),
        "funder": Text("Funded by", "出资方："),
    }
    return tuple(
        Text(f"{label.en} {value.to('en')}", f"{label.zh}{value.to('zh')}")
        for name, label in labels.items()
        if _said(value := getattr(details, name))
    )


_NOT_STATED: dict[str, Text] = {
    "sponsor": Text("The sponsor is not stated", "未说明委托方"),
    "conductor": Text("Who conducted the survey is not stated", "未说明执行方"),
    "population": Text("The population is not stated in words", "未用文字说明调查总体"),
    "recruitment": Text(
        "How people were approached, and whether they were paid, is not stated",
        "未说明如何联系受访者及是否给予酬谢",
    ),
    "mode": Text("The mode of interviewing is not stated", "未说明访问方式"),
    "dates": Text("The dates of interviewing are not stated", "未说明调查日期"),
    "weighting": Text(
        "Whether and to which totals the data were calibrated is not stated",
        "未说明是否校准以及校准所用的总量",
    ),
    "processing": Text(
        "How interviews were checked and processed is not stated", "未说明数据的核查与处理"
    ),
}

"""From results to a document: the sections in order, in one language."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from csi.report.document import Block, Document
from csi.report.reading import Reading
from csi.report.sections.comparability import comparability
from csi.report.sections.constructs import constructs
from csi.report.sections.cover import cover
from csi.report.sections.data_tables import data_tables
from csi.report.sections.drivers import drivers
from csi.report.sections.elements import channels, elements
from csi.report.sections.lines import lines
from csi.report.sections.loyalty import loyalty
from csi.report.sections.measurement import measurement
from csi.report.sections.method import method, method_facts
from csi.report.sections.path_model import path_model
from csi.report.sections.regions import regions
from csi.report.sections.scores import scores
from csi.report.sections.summary import summary
from csi.report.sections.trend import trend
from csi.report.theme import Theme
from csi.report.wording import Wording
from csi.study_schema import SECTIONS

if TYPE_CHECKING:
    from csi.report.book import StudyResults

Section = Callable[[Reading, Wording], tuple[Block, ...]]

_SECTIONS: dict[str, Section] = {
    "cover": cover,
    "summary": summary,
    "scores": scores,
    "trend": trend,
    "lines": lines,
    "constructs": constructs,
    "comparability": comparability,
    "drivers": drivers,
    "elements": elements,
    "channels": channels,
    "regions": regions,
    "loyalty": loyalty,
    "path_model": path_model,
    "measurement": measurement,
    "method": method,
    "data_tables": data_tables,
}
"""By the name that a study file uses; one that has nothing to say returns no blocks."""


_BRIEF = ("constructs", "path_model", "measurement", "comparability", "data_tables")
"""Left out of a brief report, whose method is a page of facts."""


def compose(
    results: StudyResults, language: str, theme: Theme, *, brief: bool = False,
    without: Collection[str] = (),
) -> Document:  # fmt: skip
    """Return the report of a study as blocks.

    Parameters
    ----------
    results : StudyResults
    language : {"en", "zh"}
    theme : Theme
        For the name of the agency.
    brief : bool
        Only what one shows in a meeting: for slides.
    without : collection of str
        Sections that are left out whatever the study wants.

    Raises
    ------
    ReportError
        Another language.
    """
    words = Wording(
        results.questionnaire, language, {wave.id: wave.label for wave in results.study.waves}
    )
    reading = Reading(results)
    study = results.study
    sections = _SECTIONS | {"method": method_facts} if brief else _SECTIONS
    wanted = set(study.sections) & set(sections) - set(_BRIEF if brief else ()) - set(without)
    return Document(
        language=words.language,
        title=study.title.to(words.language),
        period=study.period.to(words.language),
        author=theme.name,
        confidential=study.confidential.to(words.language),
        blocks=tuple(
            block for name in SECTIONS if name in wanted for block in sections[name](reading, words)
        ),
        words={
            "bars": words("note.range", low="\0", high="").partition("\0")[0],
            "table": words("word.table"),
            "lost_title": words("word.lost_title"),
            "lost": words("word.lost", characters="{characters}"),
            "figure": words("word.figure"),
            "low": words("column.low"),
            "score": words("column.score"),
            "high": words("column.high"),
            "marks": words("column.marks"),
        },
        mark=words("mark.synthetic") if results.synthetic else "",
    )

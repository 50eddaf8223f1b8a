"""The title page."""

from __future__ import annotations

from csi.report.document import Block, Cover
from csi.report.reading import Reading
from csi.report.wording import Wording


def cover(reading: Reading, words: Wording) -> tuple[Block, ...]:
    """Return the cover: what was studied, for whom, when, on which data."""
    results, study = reading.results, reading.results.study
    language = words.language
    facts = (
        (words("cover.client"), study.client.to(language)),
        (words("cover.period"), study.period.to(language)),
        (words("cover.fieldwork"), study.fieldwork.to(language)),
        (words("cover.mode"), study.mode.to(language)),
        (words("cover.interviews"), words.value(results.n)),
        (words("cover.data"), f"{results.responses.source}\n{results.responses.sha256[:16]}"),
        (
            words("cover.questionnaire"),
            f"{results.questionnaire.id} {results.questionnaire.version}",
        ),
    )
    return (
        Cover(
            title=study.title.to(language),
            subtitle=study.period.to(language),
            facts=tuple(pair for pair in facts if pair[1].strip()),
            contents=words("cover.contents"),
            remark=study.confidential.to(language),
        ),
    )

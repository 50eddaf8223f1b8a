"""The title page."""

from __future__ import annotations

from csi.report.dissatisfied.reading import Reading
from csi.report.dissatisfied.words import Words
from csi.report.document import Block, Cover


def cover(reading: Reading, words: Words) -> tuple[Block, ...]:
    """Return the cover: whose customers, when, on which data; what is synthetic says so."""
    study, language = reading.study, words.language
    rows = sum(int(part["rows"]) for part in reading.results.manifest.get("parts", {}).values())
    facts = (
        (words("cover.client"), study.client.to(language)),
        (words("cover.population"), study.population.to(language)),
        (words("cover.snapshot"), study.as_of.isoformat()),
        (words("cover.fieldwork"), study.fieldwork.to(language)),
        (words("cover.mode"), study.mode.to(language)),
        (words("cover.interviews"), f"{int(reading.facts('survey').get('responded', 0)):,}"),
        (words("cover.subscribers"), f"{rows:,}" if rows else ""),
        (words("cover.model"), str(reading.facts("fit").get("model_sha256", ""))[:16]),
    )
    mark = words("synthetic.remark") if study.synthetic else ""
    return (
        Cover(
            title=study.title.to(language),
            subtitle=study.period.to(language),
            facts=tuple(pair for pair in facts if pair[1].strip()),
            contents=words("cover.contents"),
            depth=1,
            remark="  ".join(part for part in (mark, study.confidential.to(language)) if part),
        ),
    )

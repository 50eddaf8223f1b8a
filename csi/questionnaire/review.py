"""Review a questionnaire: faults, warnings and length in one value."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from csi.errors import Fault, QuestionnaireError
from csi.questionnaire.advice import advise, estimate_minutes
from csi.questionnaire.checking import find_faults
from csi.questionnaire.reading import read_leniently
from csi.questionnaire.schema import Questionnaire
from csi.questionnaire.sections import Faults


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Review:
    """What is wrong with a questionnaire, what should be mended, and how long it lasts.

    Attributes
    ----------
    source : str
        The file, or the file name of a questionnaire that is already read.
    questionnaire : Questionnaire or None
        None where there are faults.
    faults, warnings : tuple of Fault
        What stops, and what does not. Warnings are looked for where nothing stops.
    minutes, longest : float
        Estimated interview, with filtered items asked of half and of all respondents; NaN where
        there are faults.
    """

    source: str
    questionnaire: Questionnaire | None
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]
    minutes: float
    longest: float

    def __repr__(self) -> str:
        return (
            f"Review({self.source!r}, faults={len(self.faults)}, warnings={len(self.warnings)}, "
            f"minutes={self.minutes:.1f})"
        )

    def summary(self) -> str:
        """Return the review as text, a fault or warning per line."""
        lines = [f"{self.source}: {self._heading()}"]
        for kind, found in (("fault", self.faults), ("warning", self.warnings)):
            if found:
                plural = "" if len(found) == 1 else "s"
                lines += [f"{len(found)} {kind}{plural}:", *(f"  {fault}" for fault in found)]
        if not self.faults and not self.warnings:
            lines.append("No faults, no warnings.")
        return "\n".join(lines)

    def to_dict(self) -> dict[str, object]:
        """Return the review as plain values, for JSON; a length that is not known is None."""
        questionnaire = self.questionnaire
        known = questionnaire is not None
        return {
            "source": self.source,
            "id": questionnaire.id if questionnaire else None,
            "version": questionnaire.version if questionnaire else None,
            "sha256": questionnaire.sha256 if questionnaire else None,
            "blocks": len(questionnaire.blocks) if questionnaire else None,
            "items": len(questionnaire.items) if questionnaire else None,
            "minutes": round(self.minutes, 2) if known else None,
            "longest": round(self.longest, 2) if known else None,
            "faults": [_as_dict(fault) for fault in self.faults],
            "warnings": [_as_dict(fault) for fault in self.warnings],
        }

    def _heading(self) -> str:
        if self.questionnaire is None:
            return "cannot be used."
        q = self.questionnaire
        return (
            f"{q.id} {q.version}, {len(q.items)} items in {len(q.blocks)} blocks, "
            f"about {self.minutes:.0f} minutes ({self.longest:.0f} with every filtered item)."
        )


def review_questionnaire(source: str | Path | Questionnaire) -> Review:
    """Review a questionnaire file, or a questionnaire that is already read.

    Parameters
    ----------
    source : str, Path or Questionnaire

    Returns
    -------
    Review
        Also of a file that cannot be read at all: then with the faults that say why.

    Examples
    --------
    >>> review = review_questionnaire("questionnaires/operators_reputation.yaml")
    >>> len(review.faults), len(review.warnings), review.minutes < 12
    (0, 0, True)
    """
    if isinstance(source, Questionnaire):
        name, questionnaire = source.source, source
        faults = Faults(name, QuestionnaireError)
        find_faults(questionnaire, faults)
    else:
        name = str(source)
        try:
            questionnaire, faults = read_leniently(source)
        except QuestionnaireError as error:
            return _faulty(name, error.faults)
    if faults.count:
        return _faulty(name, faults.found)
    advise(questionnaire, faults)
    return Review(
        source=name,
        questionnaire=questionnaire,
        faults=(),
        warnings=faults.found,
        minutes=estimate_minutes(questionnaire),
        longest=estimate_minutes(questionnaire, filtered=1.0),
    )


def _faulty(source: str, faults: tuple[Fault, ...]) -> Review:
    nan = float("nan")
    return Review(
        source=source, questionnaire=None, faults=faults, warnings=(), minutes=nan, longest=nan
    )


def _as_dict(fault: Fault) -> dict[str, str]:
    return {"where": fault.where, "message": fault.message, "hint": fault.hint}

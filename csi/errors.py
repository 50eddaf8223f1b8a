"""Every error and warning that csi raises on purpose.

::

    CsiError(Exception)
    ├─ QuestionnaireError(ValueError)   .faults: every fault of a questionnaire file
    ├─ StudyError(ValueError)           .faults: every fault of a study file
    ├─ ResponseError(ValueError)        .faults: every fault of a table of answers
    │  └─ ResponseFileError             .path .offset .hint: the file itself cannot be read
    ├─ DesignError(ValueError)          weights, strata, PSUs or domains that cannot be used
    ├─ SamplingError(ValueError)        .faults: why a plan or a draw cannot be made
    ├─ WeightingError(ValueError)       .faults: why margins cannot be met
    ├─ ModelError(ValueError)           a model that cannot be read, identified or fitted
    │  └─ TooFewGroupsError             fewer than two groups are large enough to be compared
    ├─ ReportError(ValueError)          a report that cannot be written
    ├─ StorageError(ValueError)         a stored result that cannot be read
    └─ MissingDependencyError(ImportError)  an extra that is not installed

    CsiWarning(UserWarning)
    ├─ QuestionnaireWarning             a questionnaire that works but should be mended
    ├─ ResponseWarning                  answers that were changed or look wrong
    ├─ SmallBaseWarning                 numbers that rest on too few respondents
    └─ ReportWarning                    text or a font that could not be shown as asked

A message says what, where, what was found, what is allowed and what to do. Faults in anything
that a person typed are collected and raised once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault in something a person typed.

    Attributes
    ----------
    where : str
        ``file:line`` or ``file, row 12, column CUSA1``.
    message : str
        What is wrong, with what was found and what is allowed.
    hint : str
        What to do; may be empty.
    """

    where: str
    message: str
    hint: str = ""

    def __str__(self) -> str:
        text = f"{self.where}: {self.message}" if self.where else self.message
        return f"{text} {self.hint}" if self.hint else text


class CsiError(Exception):
    """The root of every error that csi raises on purpose."""


class _FaultsError(CsiError, ValueError):
    """An error that lists every fault at once."""

    def __init__(self, faults: Iterable[Fault | str] | Fault | str) -> None:
        if isinstance(faults, str | Fault):
            faults = (faults,)
        self.faults = tuple(Fault("", f) if isinstance(f, str) else f for f in faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


class QuestionnaireError(_FaultsError):
    """A questionnaire file that cannot be used."""


class StudyError(_FaultsError):
    """A study file that cannot be used."""


class ResponseError(_FaultsError):
    """Answers that do not fit their questionnaire."""


class ResponseFileError(ResponseError):
    """A file of answers that cannot be read at all.

    Attributes
    ----------
    path : str
    offset : int or None
        Byte offset of the damage, where known.
    hint : str
    """

    def __init__(
        self, path: str, message: str, *, offset: int | None = None, hint: str = ""
    ) -> None:
        self.path = str(path)
        self.offset = offset
        self.hint = hint
        where = self.path if offset is None else f"{self.path}, byte {offset}"
        super().__init__(Fault(where, message, hint))

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild_file_error, (self.path, self.faults[0].message, self.offset, self.hint))


def _rebuild_file_error(
    path: str, message: str, offset: int | None, hint: str
) -> ResponseFileError:
    return ResponseFileError(path, message, offset=offset, hint=hint)


class DesignError(CsiError, ValueError):
    """Weights, strata, primary sampling units or domains that cannot be used."""


class SamplingError(_FaultsError):
    """A sampling plan or a draw that cannot be made."""


class WeightingError(_FaultsError):
    """Margins that cannot be met."""


class ModelError(CsiError, ValueError):
    """A model that cannot be read, identified or fitted."""


class TooFewGroupsError(ModelError):
    """Fewer than two groups are large enough to be compared."""


class ReportError(CsiError, ValueError):
    """A report that cannot be written."""


class StorageError(CsiError, ValueError):
    """A stored result that cannot be read."""


class MissingDependencyError(CsiError, ImportError):
    """A package that an optional capability needs is not installed."""

    @classmethod
    def for_extra(cls, package: str, extra: str, purpose: str) -> MissingDependencyError:
        """Name the extra that brings ``package``."""
        return cls(
            f"{purpose} needs the package `{package}`. Install it: pip install 'csi[{extra}]'."
        )


class CsiWarning(UserWarning):
    """The root of every warning that csi gives."""


class QuestionnaireWarning(CsiWarning):
    """A questionnaire that works but should be mended."""


class ResponseWarning(CsiWarning):
    """Answers that were changed, or that look wrong."""


class SmallBaseWarning(CsiWarning):
    """Numbers that rest on too few respondents."""


class ReportWarning(CsiWarning):
    """Text or a font that could not be shown as asked."""


def suggest(word: str, known: Iterable[object]) -> str:
    """Return ``Did you mean `x`?`` for the closest known word, or an empty string."""
    names = {str(name).casefold(): str(name) for name in known}
    close = get_close_matches(str(word).casefold(), names, n=1, cutoff=0.6)
    return f"Did you mean `{names[close[0]]}`?" if close else ""

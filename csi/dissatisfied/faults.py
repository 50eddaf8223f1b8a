"""The errors of this stage and of the warehouse that scores for it."""

from __future__ import annotations

from csi.errors import CsiError, StudyError


class DissatisfiedError(CsiError, ValueError):
    """Records, indicators, rules or outcomes that cannot be used."""


class LeakageError(DissatisfiedError):
    """An indicator that was not yet known when the subscriber was interviewed."""


class IdentityError(DissatisfiedError):
    """Keys that look like names, telephone numbers or other marks of a person."""


class CareRulesError(StudyError, DissatisfiedError):
    """A file of care rules with faults; ``.faults`` has every one of them."""

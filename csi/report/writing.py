"""Write a report to a file; the ending says which kind."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from csi.errors import ReportError
from csi.report.composing import compose
from csi.report.theme import read_theme

if TYPE_CHECKING:
    from csi.report.book import StudyResults

_ENDINGS = (".pdf", ".xlsx", ".pptx")


def write_report(results: StudyResults, path: str | Path, *, language: str = "en") -> Path:
    """Write the report of a study.

    Parameters
    ----------
    results : StudyResults
    path : str or Path
        Ending in ``.pdf`` (the whole report), ``.xlsx`` (its numbers, one sheet per table) or
        ``.pptx`` (slides with tables and charts that can be edited).
    language : {"en", "zh"}

    Returns
    -------
    Path
        The file, complete: a failed report leaves no half of one.

    Raises
    ------
    ReportError
        An unknown ending or language, a folder that cannot be written, a faulty branding.
    MissingDependencyError
        Chinese characters without the ``zh`` extra, slides without the ``slides`` extra.

    Warns
    -----
    ReportWarning
        Characters that no font can show.

    Examples
    --------
    >>> write_report(results, "out/report_zh.pdf", language="zh")  # doctest: +SKIP
    """
    target = Path(path)
    ending = check_ending(target, _ENDINGS)
    _check_folder(target)
    theme = read_theme(results.study.branding)
    if ending == ".xlsx":
        from csi.report.tables import render_workbook

        return _replace(target, render_workbook(results, language))
    if ending == ".pptx":
        from csi.report.slides.writing import render_slides

        return _replace(target, render_slides(compose(results, language, theme, brief=True), theme))
    from csi.report.pdf import render_pdf

    return _replace(target, render_pdf(compose(results, language, theme), theme))


def check_ending(target: Path, endings: Sequence[str]) -> str:
    """Return the ending of a report's name, if it is one that can be written."""
    ending = target.suffix.lower()
    if ending not in endings:
        raise ReportError(
            f"A report cannot be written as `{target.name}`: its name must end in "
            f"{', '.join(endings[:-1])} or {endings[-1]}."
        )
    return ending


def _check_folder(target: Path) -> None:
    """Find out before the work whether it can be kept."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _cannot_write(target, error) from error
    if not os.access(target.parent, os.W_OK):
        raise _cannot_write(target, PermissionError(13, "Permission denied"))


def _cannot_write(target: Path, error: OSError) -> ReportError:
    return ReportError(
        f"The report `{target}` cannot be written: {error.strerror or error}. Choose a folder "
        "where you may write."
    )


def _replace(target: Path, data: bytes) -> Path:
    """Write beside the target and rename: nobody sees half a report."""
    handle, name = tempfile.mkstemp(prefix=".report-", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).chmod(0o644)
        Path(name).replace(target)
    except OSError as error:
        Path(name).unlink(missing_ok=True)
        raise _cannot_write(target, error) from error
    return target

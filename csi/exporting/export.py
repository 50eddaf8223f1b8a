"""Write a questionnaire for those who do not have csi; the ending of the file says how."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from csi.errors import StorageError
from csi.exporting.printed.printing import print_questionnaire
from csi.questionnaire.exporting import write_codebook
from csi.questionnaire.schema import Language, Questionnaire
from csi.questionnaire.xlsform import write_xlsform
from csi.responses.spss import write_spss
from csi.responses.template import spss_template
from csi.storage import whole_file

WorkbookKind = Literal["codebook", "xlsform"]

_FORM_ENDING = ".xlsform.xlsx"
_ENDINGS = (".xlsx", _FORM_ENDING, ".pdf", ".sav", ".zsav")


def export_questionnaire(
    questionnaire: Questionnaire,
    path: str | Path,
    *,
    kind: WorkbookKind | None = None,
    language: Language = "en",
) -> Path:
    """Write a questionnaire as a codebook, a form for apps or for paper, or an SPSS file.

    Parameters
    ----------
    questionnaire : Questionnaire
    path : str or Path
        Ending in ``.xlsform.xlsx`` (an XLSForm for ODK, KoboToolbox or SurveyCTO, in both
        languages); in ``.xlsx`` (a codebook: items, codes, constructs, in both languages); in
        ``.pdf`` (a printed form for interviews face to face, with show cards); or in ``.sav`` or
        ``.zsav`` (variable labels, value labels and missing codes, no answers).
    kind : {"codebook", "xlsform"}, optional
        Which workbook an ``.xlsx`` file is, whatever else its name says.
    language : {"en", "zh"}
        Of the printed form, or of the labels in the SPSS file.

    Returns
    -------
    Path

    Raises
    ------
    StorageError
        For another ending, or a folder that cannot be written.
    MissingDependencyError
        A printed form with Chinese characters without the ``zh`` extra.

    Examples
    --------
    >>> export_questionnaire(questionnaire, "codebook.xlsx")  # doctest: +SKIP
    >>> export_questionnaire(questionnaire, "form.xlsx", kind="xlsform")  # doctest: +SKIP
    """
    path = Path(path)
    ending = path.suffix.lower()
    if ending not in _ENDINGS:
        raise StorageError(
            f"{path}: a questionnaire cannot be written as `{ending or path.name}`. "
            f"Allowed endings: {', '.join(_ENDINGS)}."
        )
    if kind is not None and ending != ".xlsx":
        raise StorageError(f"{path}: a `{kind}` is a workbook. Let the file end in .xlsx.")
    with whole_file(path) as temporary:
        if ending == ".pdf":
            temporary.write_bytes(print_questionnaire(questionnaire, language=language))
        elif ending != ".xlsx":
            write_spss(spss_template(questionnaire, language=language), temporary)
        elif (kind or _kind_of(path)) == "xlsform":
            write_xlsform(questionnaire, temporary)
        else:
            write_codebook(questionnaire, temporary)
    return path


def _kind_of(path: Path) -> WorkbookKind:
    return "xlsform" if path.name.lower().endswith(_FORM_ENDING) else "codebook"

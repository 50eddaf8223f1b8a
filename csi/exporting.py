"""Write a questionnaire for those who do not have csi; the ending of the file says how."""

from __future__ import annotations

from pathlib import Path

from csi.errors import StorageError
from csi.questionnaire.exporting import write_codebook
from csi.questionnaire.schema import Language, Questionnaire
from csi.responses.spss import write_spss
from csi.responses.template import spss_template
from csi.storage import whole_file

_ENDINGS = (".xlsx", ".sav", ".zsav")


def export_questionnaire(
    questionnaire: Questionnaire, path: str | Path, *, language: Language = "en"
) -> Path:
    """Write a questionnaire as a codebook or as an SPSS file without cases.

    Parameters
    ----------
    questionnaire : Questionnaire
    path : str or Path
        Ending in ``.xlsx`` (a codebook: items, codes, constructs, in both languages), or in
        ``.sav`` or ``.zsav`` (variable labels, value labels and missing codes, no answers).
    language : {"en", "zh"}
        Of the labels in the SPSS file.

    Returns
    -------
    Path

    Raises
    ------
    StorageError
        For another ending, or a folder that cannot be written.

    Examples
    --------
    >>> export_questionnaire(questionnaire, "codebook.xlsx")  # doctest: +SKIP
    """
    path = Path(path)
    ending = path.suffix.lower()
    if ending not in _ENDINGS:
        raise StorageError(
            f"{path}: a questionnaire cannot be written as `{ending or path.name}`. "
            f"Allowed endings: {', '.join(_ENDINGS)}."
        )
    with whole_file(path) as temporary:
        if ending == ".xlsx":
            write_codebook(questionnaire, temporary)
        else:
            write_spss(spss_template(questionnaire, language=language), temporary)
    return path

"""Make a questionnaire of a form that another program wrote; the ending of the file says which."""

from __future__ import annotations

from pathlib import Path

from csi.errors import Fault, QuestionnaireError, suggest
from csi.questionnaire.adopting.draft import QuestionnaireDraft
from csi.questionnaire.adopting.limesurvey import adopt_limesurvey
from csi.questionnaire.adopting.xlsform import adopt_xlsform

_READERS = {".xlsx": adopt_xlsform, ".xlsm": adopt_xlsform, ".lss": adopt_limesurvey}
_LARGEST = 20_000_000


def adopt_questionnaire(path: str | Path) -> QuestionnaireDraft:
    """Make a questionnaire of an XLSForm or a LimeSurvey survey.

    Items, choices, scales, missing codes and routing are carried over, in English and Chinese.
    Nothing is dropped in silence: what a questionnaire file cannot hold is in ``notes`` and stands
    as a comment in ``text``. Forms have no model, so the items still serve nothing; ``faults`` says
    so for each, and the text ends with a model to start from.

    Parameters
    ----------
    path : str or Path
        ``.xlsx`` (XLSForm, as for ODK, KoboToolbox and SurveyCTO) or ``.lss`` (LimeSurvey 2 to 6).

    Returns
    -------
    QuestionnaireDraft

    Raises
    ------
    QuestionnaireError
        If the file is no such form.

    Examples
    --------
    >>> draft = adopt_questionnaire("form.xlsx")  # doctest: +SKIP
    >>> Path("questionnaire.yaml").write_text(draft.text, encoding="utf-8")  # doctest: +SKIP
    """
    path = Path(path)
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        allowed = "Allowed: .xlsx (XLSForm), .lss (LimeSurvey)."
        message = f"A form cannot be read from `{path.suffix or path.name}`."
        raise QuestionnaireError(Fault(str(path), message, allowed))
    return reader(path, _content(path))


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
    except FileNotFoundError:
        near = sorted(entry.name for entry in path.parent.glob(f"*{path.suffix}"))
        hint = suggest(path.name, near)
        raise QuestionnaireError(Fault(str(path), "There is no such file.", hint)) from None
    except OSError as problem:
        message = f"The file cannot be read: {problem.strerror}."
        raise QuestionnaireError(Fault(str(path), message)) from None
    if len(content) > _LARGEST:
        message = f"The file is larger than {_LARGEST // 1_000_000} MB."
        raise QuestionnaireError(Fault(str(path), message, "Is it the right file?"))
    return content

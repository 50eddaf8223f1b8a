"""The questionnaires that come with csi, wherever it is installed."""

from __future__ import annotations

from pathlib import Path

from csi.errors import QuestionnaireError, suggest

_PACKAGE = Path(__file__).parents[1]


def shipped_questionnaires() -> dict[str, Path]:
    """Return the files of the questionnaires that come with csi, by name.

    In a checkout they are in ``questionnaires/``; an installed package carries a copy of them.

    Examples
    --------
    >>> "tcsi" in shipped_questionnaires()
    True
    """
    for folder in (_PACKAGE / "shipped", _PACKAGE.parent / "questionnaires"):
        if found := sorted(folder.glob("*.yaml")):
            return {path.stem: path for path in found}
    return {}


def find_shipped(name: str) -> Path:
    """Return the file of one of them.

    Raises
    ------
    QuestionnaireError
        If there is none of that name.
    """
    known = shipped_questionnaires()
    if name not in known:
        hint = suggest(name, known) or f"There are {', '.join(known) or 'none'}."
        raise QuestionnaireError(f"No questionnaire called `{name}` comes with csi. {hint}")
    return known[name]

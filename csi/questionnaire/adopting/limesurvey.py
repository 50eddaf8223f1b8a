"""Read a LimeSurvey survey."""

from __future__ import annotations

import re
from pathlib import Path

from csi.errors import Fault, QuestionnaireError
from csi.questionnaire.adopting.assembling import assemble
from csi.questionnaire.adopting.draft import QuestionnaireDraft, finish_draft
from csi.questionnaire.adopting.expressions import LIMESURVEY
from csi.questionnaire.adopting.limesurvey_file import SurveyFile, read_survey_file
from csi.questionnaire.adopting.limesurvey_survey import Survey, read_survey
from csi.questionnaire.adopting.limesurvey_types import read_question
from csi.questionnaire.adopting.parts import Form, FormBlock
from csi.questionnaire.schema import Text


def adopt_limesurvey(path: Path, content: bytes) -> QuestionnaireDraft:
    """Make a questionnaire of a LimeSurvey survey; see `adopt_questionnaire`."""
    file = read_survey_file(path, content)
    survey = read_survey(path, file)
    form = Form(
        source=path.name, dialect=LIMESURVEY, name=f"limesurvey-{_plain(survey.sid)}",
        version="1", title=survey.title,
    )  # fmt: skip
    _note_what_is_left(form, survey, file)
    aliases: dict[str, str] = {}
    for number, group in enumerate(survey.groups, start=1):
        block = FormBlock(name=_block_name(group.title, number), title=group.title)
        for question in group.questions:
            block.items += read_question(form, question, aliases)
        form.blocks.append(block)
    if not any(block.items for block in form.blocks):
        raise QuestionnaireError(Fault(str(path), "The survey asks no question.", ""))
    return finish_draft(form, assemble(form, declared=False, aliases=aliases))


def _plain(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_.-]", "-", name) or "survey"


def _block_name(title: Text, number: int) -> str:
    words = re.findall(r"[A-Za-z0-9]+", title.en.lower())[:3]
    return "_".join(words) if words and words[0][0].isalpha() else f"group_{number}"


def _note_what_is_left(form: Form, survey: Survey, file: SurveyFile) -> None:
    if survey.taken_as_english:
        message = f"The texts in `{survey.taken_as_english}` stand as English: translate them."
        form.note("languages", message)
    for name in survey.left:
        form.note("languages", f"The texts in `{name}` are not carried over.")
    kinds = {
        "quota": "quotas",
        "assessments": "assessment rules",
        "defaultvalues": "default answers",
        "survey_url_parameters": "URL parameters",
    }
    for table, words in kinds.items():
        if rows := file.rows(table):
            form.note(table, f"{len(rows)} {words} are not carried over.")
    texts = file.rows("surveys_languagesettings")
    for column, words in (("surveyls_welcometext", "welcome"), ("surveyls_endtext", "closing")):
        if any(row.get(column) for row in texts):
            form.note("survey", f"The {words} text is not carried over.")

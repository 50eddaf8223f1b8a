"""Tables of LimeSurvey as groups, questions, subquestions and answers, in both languages.

Up to version 3 a row stands in the table once for each language; from version 4 on the texts have
tables of their own (``question_l10ns`` and so on). Both are read alike here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from csi.errors import Fault, QuestionnaireError
from csi.questionnaire.adopting.html_text import plain_text
from csi.questionnaire.adopting.languages import language_of
from csi.questionnaire.adopting.limesurvey_file import Row, SurveyFile
from csi.questionnaire.schema import Text


@dataclass(slots=True, kw_only=True)
class Answer:
    """One answer option."""

    code: str
    text: Text
    scale: str


@dataclass(slots=True, kw_only=True)
class Subquestion:
    """One row or column of a question."""

    code: str
    text: Text
    scale: str
    relevance: str


@dataclass(slots=True, kw_only=True)
class Question:
    """One question with what belongs to it.

    Attributes
    ----------
    base : str
        Its name in old expressions: survey, group and question number joined by ``X``.
    conditions : list of str
        Of its group and its own, all of which must hold.
    """

    qid: str
    code: str
    type: str
    base: str
    text: Text
    help: Text
    mandatory: bool
    other: bool
    pattern: str
    conditions: list[str]
    subquestions: list[Subquestion] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    attributes: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Group:
    """One group of questions, in order."""

    title: Text
    questions: list[Question]


@dataclass(slots=True, kw_only=True)
class Survey:
    """A whole survey.

    Attributes
    ----------
    left : list of str
        Names of other languages, whose texts are not read.
    taken_as_english : str
        The language that stands in for English, where the survey has neither of ours.
    """

    sid: str
    title: Text
    groups: list[Group]
    left: list[str]
    taken_as_english: str = ""


def read_survey(path: Path, file: SurveyFile) -> Survey:
    """Put the tables together.

    Raises
    ------
    QuestionnaireError
        Where the survey names no language, has no question, or has two of a code.
    """
    return _Reader(path, file).read()


class _Reader:
    def __init__(self, path: Path, file: SurveyFile) -> None:
        self.path = path
        self.file = file
        self.survey = (file.rows("surveys") or ({},))[0]
        self.index: dict[tuple[str, str], dict[str, list[Row]]] = {}
        self.names, self.left, self.stand_in = self.languages()

    def read(self) -> Survey:
        rows = self.unique(self.file.rows("groups"), "gid", "group_order")
        groups = [self.group(row) for row in rows]
        groups = [group for group in groups if group.questions]
        if not groups:
            raise self.error("The survey has no question.")
        self.check_codes(groups)
        title = self.texts(self.file.rows("surveys_languagesettings"), "surveyls_title",
                           language="surveyls_language")  # fmt: skip
        return Survey(
            sid=self.survey.get("sid", "") or self.path.stem,
            title=title,
            groups=groups,
            left=self.left,
            taken_as_english=self.stand_in,
        )

    def languages(self) -> tuple[dict[str, str], list[str], str]:
        """Return which language of the file is which of ours, and which are left."""
        more = self.survey.get("additional_languages", "").split()
        listed = dict.fromkeys([self.survey.get("language", ""), *more, *self.file.languages])
        present = [name for name in listed if name]
        if not present:
            raise self.error("The survey names no language.", "Is the export complete?")
        names: dict[str, str] = {}
        left: list[str] = []
        for name in present:
            ours = language_of(name)
            if ours and ours not in names.values():
                names[name] = ours
            else:
                left.append(name)
        if names:
            return names, left, ""
        return {present[0]: "en"}, left[1:], present[0]

    def unique(self, rows: Iterable[Row], key: str, order: str) -> list[Row]:
        """Return rows without their repetitions for each language, in order."""
        first: dict[str, Row] = {}
        for row in rows:
            first.setdefault(row.get(key, ""), row)
        return sorted(first.values(), key=lambda row: _whole(row.get(order, "")))

    def texts(self, rows: Iterable[Row], column: str, *, language: str = "language") -> Text:
        found: dict[str, str] = {}
        for row in rows:
            ours = self.names.get(row.get(language, ""))
            if ours and row.get(column):
                found.setdefault(ours, plain_text(row[column]))
        return Text(**found)

    def localised(self, table: str, key: str, value: str, column: str) -> Text:
        """Return a text from the rows themselves, or from the table of its texts."""
        rows = [*self.rows_of(table, key, value), *self.rows_of(_l10ns(table), key, value)]
        return self.texts(rows, column)

    def rows_of(self, table: str, key: str, value: str) -> list[Row]:
        if (table, key) not in self.index:
            by_value: dict[str, list[Row]] = {}
            for row in self.file.rows(table):
                by_value.setdefault(row.get(key, ""), []).append(row)
            self.index[table, key] = by_value
        return self.index[table, key].get(value, [])

    def group(self, row: Row) -> Group:
        gid = row.get("gid", "")
        rows = self.unique(self.rows_of("questions", "gid", gid), "qid", "question_order")
        return Group(
            title=self.localised("groups", "gid", gid, "group_name"),
            questions=[
                self.question(question, row.get("grelevance", ""))
                for question in rows
                if question.get("parent_qid", "0") in ("", "0")
            ],
        )

    def question(self, row: Row, of_group: str) -> Question:
        qid = row.get("qid", "")
        base = f"{self.survey.get('sid', '')}X{row.get('gid', '')}X{qid}"
        own = row.get("relevance", "") or " || ".join(self.scenarios(qid))
        return Question(
            qid=qid,
            code=row.get("title", ""),
            type=row.get("type", ""),
            base=base,
            text=self.localised("questions", "qid", qid, "question"),
            help=self.localised("questions", "qid", qid, "help"),
            mandatory=row.get("mandatory", "") in ("Y", "S"),
            other=row.get("other", "") == "Y",
            pattern=row.get("preg", ""),
            conditions=[text for text in map(_bare, (of_group, own)) if text not in ("", "1")],
            subquestions=list(self.subquestions(qid)),
            answers=list(self.answers(qid)),
            attributes={
                attribute["attribute"]: attribute["value"]
                for attribute in self.rows_of("question_attributes", "qid", qid)
                if attribute.get("attribute") and attribute.get("value")
            },
        )

    def subquestions(self, qid: str) -> Iterator[Subquestion]:
        rows = self.rows_of("subquestions", "parent_qid", qid)
        for row in self.unique(rows, "qid", "question_order"):
            yield Subquestion(
                code=row.get("title", ""),
                text=self.localised("subquestions", "qid", row.get("qid", ""), "question"),
                scale=row.get("scale_id", "") or "0",
                relevance=row.get("relevance", ""),
            )

    def answers(self, qid: str) -> Iterator[Answer]:
        rows = sorted(
            self.rows_of("answers", "qid", qid), key=lambda row: _whole(row.get("sortorder", ""))
        )
        seen: Counter[tuple[str, str, str]] = Counter()
        answers: dict[tuple[str, str, int], list[Row]] = {}
        for row in rows:
            # Rows of one code in several languages are one answer, in one language they are two.
            key = (row.get("scale_id", "") or "0", row.get("code", ""), row.get("language", ""))
            answers.setdefault((key[0], key[1], seen[key]), []).append(row)
            seen[key] += 1
        for (scale, code, _), same in answers.items():
            texts = self.rows_of("answer_l10ns", "aid", same[0].get("aid", " "))
            yield Answer(code=code, text=self.texts([*same, *texts], "answer"), scale=scale)

    def scenarios(self, qid: str) -> Iterator[str]:
        """Write the conditions of versions before 1.92 as expressions."""
        rows = self.rows_of("conditions", "qid", qid)
        by_scenario: dict[str, dict[str, list[str]]] = {}
        for row in rows:
            name = row.get("cfieldname", "").lstrip("+")
            sign = row.get("method", "").strip() or "=="
            value = "Y" if row.get("cfieldname", "").startswith("+") else row.get("value", "")
            comparison = f'{name} {sign} "{value}"'
            parts = by_scenario.setdefault(row.get("scenario", ""), {})
            parts.setdefault(row.get("cqid", ""), []).append(comparison)
        for parts in by_scenario.values():
            alternatives = (f"({' || '.join(same)})" for same in parts.values())
            yield f"({' && '.join(alternatives)})"

    def check_codes(self, groups: list[Group]) -> None:
        """Refuse a survey in which two things have one code: its answers cannot be told apart."""
        questions = [question for group in groups for question in group.questions]
        faults = list(self.repeated([q.code for q in questions], "Two questions have the code"))
        for question in questions:
            where = f"Question `{question.code}`: two"
            pairs = [f"{sub.scale} {sub.code}" for sub in question.subquestions]
            faults += self.repeated(pairs, f"{where} subquestions have the code")
            pairs = [f"{answer.scale} {answer.code}" for answer in question.answers]
            faults += self.repeated(pairs, f"{where} answers have the code")
        if faults:
            raise QuestionnaireError(faults)

    def repeated(self, codes: list[str], message: str) -> Iterator[Fault]:
        for code in dict.fromkeys(codes):
            if codes.count(code) > 1:
                shown = code.split(" ")[-1]
                yield Fault(str(self.path), f"{message} `{shown}`.", "Rename one in LimeSurvey.")

    def error(self, message: str, hint: str = "") -> QuestionnaireError:
        return QuestionnaireError(Fault(str(self.path), message, hint))


def _bare(expression: str) -> str:
    """Return an expression without the braces that some surveys put around it."""
    text = expression.strip()
    return text[1:-1].strip() if text.startswith("{") and text.endswith("}") else text


def _l10ns(table: str) -> str:
    return {"groups": "group_l10ns"}.get(table, "question_l10ns")


def _whole(text: str) -> int:
    return int(text) if re.fullmatch(r"\d{1,9}", text) else 0

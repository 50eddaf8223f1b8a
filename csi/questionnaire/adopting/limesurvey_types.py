"""What each type of LimeSurvey question is in a questionnaire."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from csi.questionnaire.adopting.coding import kind_by_code
from csi.questionnaire.adopting.limesurvey_survey import Answer, Question, Subquestion
from csi.questionnaire.adopting.parts import Form, FormItem, Option
from csi.questionnaire.schema import ItemType, Text

_FIXED: Mapping[str, tuple[tuple[str, Text], ...]] = {
    "Y": (("Y", Text("Yes", "是")), ("N", Text("No", "否"))),
    "G": (("F", Text("Female", "女")), ("M", Text("Male", "男"))),
    "C": (("Y", Text("Yes", "是")), ("U", Text("Uncertain", "不一定")), ("N", Text("No", "否"))),
    "E": (
        ("I", Text("Increase", "增加")),
        ("S", Text("Same", "不变")),
        ("D", Text("Decrease", "减少")),
    ),
    "5": tuple((str(point), Text(str(point), str(point))) for point in range(1, 6)),
    "B": tuple((str(point), Text(str(point), str(point))) for point in range(1, 11)),
}
_NOT_CARRIED: Mapping[str, str] = {
    "X": "a text display",
    "I": "a language switch",
    "*": "an equation",
    "|": "a file upload",
}
_TELLING = (
    "array_filter", "array_filter_exclude", "em_validation_q", "em_validation_sq",
    "exclude_all_others", "hidden", "max_answers", "min_answers", "num_value_int_only",
    "random_order", "random_group",
)  # fmt: skip
_OTHER = Text("Other", "其他")


def read_question(form: Form, question: Question, aliases: dict[str, str]) -> list[FormItem]:
    """Turn a question into items, one for each column of its answers.

    Parameters
    ----------
    form : Form
        Takes the notes on what is left behind.
    question : Question
    aliases : dict of str to str
        Takes the names by which expressions call the items and choices.

    Returns
    -------
    list of FormItem
        Empty where a questionnaire has no such question.
    """
    return _Types(form, question, aliases).items()


class _Types:
    """Turns one question into items; each method reads some types."""

    def __init__(self, form: Form, question: Question, aliases: dict[str, str]) -> None:
        self.form = form
        self.question = question
        self.aliases = aliases
        self.where = f"question {question.code}"
        self.rows = [sub for sub in question.subquestions if sub.scale == "0"]
        self.columns = [sub for sub in question.subquestions if sub.scale != "0"]

    def items(self) -> list[FormItem]:
        kind = self.question.type
        reader = self.readers().get(kind)
        if reader is None:
            what = _NOT_CARRIED.get(kind, f"of the unknown type `{kind}`")
            words = self.question.text.en or self.question.text.zh
            message = f"The question `{self.question.code}` is not carried over: it is {what}."
            self.form.note(self.where, f"{message} ({words[:80]})" if words else message)
            return []
        items = list(reader())
        if items:
            self.leftovers(items[0])
        else:
            message = f"The question `{self.question.code}` is not carried over: it has no rows."
            self.form.note(self.where, message)
        return items

    def readers(self) -> Mapping[str, Callable[[], Iterator[FormItem]]]:
        return {
            **dict.fromkeys("L!O", self.choice),
            **dict.fromkeys("YG5", self.fixed),
            **dict.fromkeys("ABCE", self.fixed_array),
            **dict.fromkeys("FH", self.array),
            "1": self.dual,
            **dict.fromkeys("MP", self.multiple),
            "N": self.number,
            "K": self.numbers,
            **dict.fromkeys("STU", self.text),
            "Q": self.texts,
            "D": self.date,
            ":": self.grid_of_numbers,
            ";": self.grid_of_texts,
            "R": self.ranking,
        }

    # -------------------------------------------------------------- one item

    def choice(self) -> Iterator[FormItem]:
        item = self.item("single")
        item.options = _options(self.question.answers)
        self.add_other(item)
        if self.question.type == "O":
            self.tell(item, "the comment beside the answer is not carried over")
        yield item

    def fixed(self) -> Iterator[FormItem]:
        kind = self.question.type
        item = self.item("single")
        item.options, item.shared = _fixed(kind), f"type {kind}"
        item.rating = kind == "5"
        yield item

    def multiple(self) -> Iterator[FormItem]:
        question = self.question
        item = self.item("multiple")
        item.rating = False
        item.options = [Option(name=sub.code, label=sub.text) for sub in self.rows]
        self.add_other(item)
        for sub in self.rows:
            for name in (f"{question.code}_{sub.code}", f"{question.base}{sub.code}"):
                self.aliases[name] = f"{question.code}/{sub.code}"
            if sub.relevance.strip() not in ("", "1"):
                self.tell(item, f"`{sub.code}` was shown only if `{sub.relevance}`")
        if question.type == "P":
            self.tell(item, "the comments beside the choices are not carried over")
        yield item

    def number(self) -> Iterator[FormItem]:
        item = self.item("number")
        self.bound(item, "min_num_value_n", "max_num_value_n")
        yield item

    def text(self) -> Iterator[FormItem]:
        yield self.item("text")

    def date(self) -> Iterator[FormItem]:
        yield self.item("date")

    # -------------------------------------------------------------- an item for each row

    def fixed_array(self) -> Iterator[FormItem]:
        kind = {"A": "5"}.get(self.question.type, self.question.type)
        for item in self.by_row("single"):
            item.options, item.shared = _fixed(kind), f"type {self.question.type}"
            item.rating = kind in ("5", "B")
            yield item

    def array(self) -> Iterator[FormItem]:
        for item in self.by_row("single"):
            item.options = _options(self.question.answers)
            item.rating = len(item.options) > 2
            item.shared = f"question {self.question.code}, answers"
            yield item

    def dual(self) -> Iterator[FormItem]:
        for sub in self.rows:
            for scale in ("0", "1"):
                answers = [answer for answer in self.question.answers if answer.scale == scale]
                item = self.of_row("single", sub, f"_{scale}", self.heading(scale))
                item.options, item.rating = _options(answers), len(answers) > 2
                item.shared = f"question {self.question.code}, answers {scale}"
                yield item

    def numbers(self) -> Iterator[FormItem]:
        for item in self.by_row("number"):
            self.bound(item, "min_num_value_n", "max_num_value_n")
            yield item

    def texts(self) -> Iterator[FormItem]:
        yield from self.by_row("text")

    def grid_of_numbers(self) -> Iterator[FormItem]:
        ticked = self.question.attributes.get("multiflexible_checkbox") == "1"
        for row in self.rows:
            for column in self.columns:
                kind: ItemType = "single" if ticked else "number"
                item = self.of_row(kind, row, f"_{column.code}", column.text)
                if ticked:
                    item.options, item.rating = _ticks(), False
                else:
                    self.bound(item, "multiflexible_min", "multiflexible_max")
                yield item

    def grid_of_texts(self) -> Iterator[FormItem]:
        for row in self.rows:
            for column in self.columns:
                yield self.of_row("text", row, f"_{column.code}", column.text)

    def ranking(self) -> Iterator[FormItem]:
        options = _options(self.question.answers) or [
            Option(name=sub.code, label=sub.text) for sub in self.rows
        ]
        most = self.question.attributes.get("max_answers", "")
        places = min(int(most), len(options)) if most.isdigit() else len(options)
        for place in range(1, places + 1):
            item = self.item("single", f"_{place}", Text(f"place {place}", f"第{place}位"))
            item.options, item.rating = options, False
            item.shared = f"question {self.question.code}, answers"
            self.aliases[f"{self.question.base}{place}"] = item.name
            yield item

    # -------------------------------------------------------------- helpers

    def item(self, kind: ItemType, suffix: str = "", more: Text | None = None) -> FormItem:
        question = self.question
        name = f"{question.code}{suffix}"
        if not suffix:
            self.aliases[question.base] = name
        return FormItem(
            name=name,
            type=kind,
            text=_join(question.text, more or Text()),
            where=self.where,
            conditions=[*question.conditions],
            optional=not question.mandatory,
        )

    def by_row(self, kind: ItemType) -> Iterator[FormItem]:
        for sub in self.rows:
            yield self.of_row(kind, sub)

    def of_row(
        self, kind: ItemType, sub: Subquestion, suffix: str = "", more: Text | None = None
    ) -> FormItem:
        item = self.item(kind, f"_{sub.code}{suffix}", _join(sub.text, more or Text()))
        self.aliases[f"{self.question.base}{sub.code}{suffix}"] = item.name
        if sub.relevance.strip() not in ("", "1"):
            item.conditions.append(sub.relevance)
        return item

    def heading(self, scale: str) -> Text:
        """Return the heading of one of two scales; LimeSurvey keeps it for one language."""
        words = self.question.attributes.get(f"dualscale_header{'AB'[int(scale)]}", "")
        return (
            Text(words, words)
            if words
            else Text(f"scale {int(scale) + 1}", f"量表{int(scale) + 1}")
        )

    def add_other(self, item: FormItem) -> None:
        if not self.question.other:
            return
        numbers = [re.fullmatch(r"(\D*)(\d+)", option.name) for option in item.options]
        found = [
            (match[1], match[2])
            for match in numbers
            if match and not (len(match[2]) > 1 and kind_by_code(int(match[2])))
        ]
        if found and all(numbers):
            prefix, digits = max(found, key=lambda pair: int(pair[1]))
            name = f"{prefix}{str(int(digits) + 1).zfill(len(digits))}"
        else:
            name = "other"
        item.options = [*item.options, Option(name=name, label=_OTHER)]
        self.tell(item, f"`other` has the code `{name}`; its words are not carried over")

    def bound(self, item: FormItem, low: str, high: str) -> None:
        for key, name in (("minimum", low), ("maximum", high)):
            text = self.question.attributes.get(name, "")
            if re.fullmatch(r"-?\d+(\.\d+)?", text):
                setattr(item, key, float(text))
            elif text:
                self.tell(item, f"the bound `{text}` is not carried over")

    def leftovers(self, first: FormItem) -> None:
        """Tell what else the question had that a questionnaire cannot hold."""
        question = self.question
        if question.help.en or question.help.zh:
            self.tell(
                first, f"the help is not carried over: {question.help.en or question.help.zh}"
            )
        if question.pattern:
            self.tell(first, f"the pattern `{question.pattern}` is not carried over")
        for name in _TELLING:
            value = question.attributes.get(name, "")
            if value not in ("", "0", "N") and not (name == "max_answers" and question.type == "R"):
                self.tell(first, f"`{name}` is not carried over: {value}")
        piped = re.findall(r"\{[^{}]+\}", f"{question.text.en} {question.text.zh}")
        if piped:
            self.tell(first, f"the text takes in `{piped[0]}`")

    def tell(self, item: FormItem, message: str) -> None:
        self.form.note(self.where, f"`{item.name}`: {message}.")
        item.comments.append(message)


def _options(answers: Sequence[Answer]) -> list[Option]:
    return [Option(name=answer.code, label=answer.text) for answer in answers]


def _fixed(kind: str) -> list[Option]:
    return [Option(name=code, label=label) for code, label in _FIXED[kind]]


def _ticks() -> list[Option]:
    return [Option(name="1", label=_FIXED["Y"][0][1]), Option(name="0", label=_FIXED["Y"][1][1])]


def _join(first: Text, second: Text) -> Text:
    """Put the words of a row behind those of its question."""
    return Text(_beside(first.en, second.en, ": ", " "), _beside(first.zh, second.zh, "：", ""))


def _beside(first: str, second: str, between: str, after_sentence: str) -> str:
    if not first or not second:
        return first or second
    ended = first.endswith(("?", "？", "!", "！", ".", "。", "…"))
    return f"{first.rstrip(' :：')}{after_sentence if ended else between}{second}"

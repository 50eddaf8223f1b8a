"""The words of the printed form, in both languages."""

from __future__ import annotations

from collections.abc import Mapping

from csi.questionnaire.schema import Language, Text

WORDS: Mapping[str, Text] = {
    "interviewer_copy": Text("Questionnaire for interviews face to face", "面访问卷"),
    "version": Text("Version {version}", "版本 {version}"),
    "case": Text("Case number", "个案编号"),
    "interviewer": Text("Interviewer number", "访问员编号"),
    "date": Text("Date", "访问日期"),
    "start": Text("Start (hh:mm)", "开始时间（时:分）"),
    "end": Text("End (hh:mm)", "结束时间（时:分）"),
    "outcome": Text("Outcome code", "访问结果代码"),
    "contacts": Text("Attempts to make contact", "接触记录"),
    "attempt": Text("No.", "次数"),
    "time": Text("Time", "时间"),
    "remarks": Text("Remarks", "备注"),
    "checked": Text("Checked by", "审核人"),
    "instructions": Text("For the interviewer", "访问员须知"),
    "read_out": Text("Read out", "开场白（请宣读）"),
    "thanks": Text(
        "Those were all my questions. Thank you very much for your time.",
        "我的问题到此结束，非常感谢您的配合。",
    ),
    "closing": Text("End of the interview", "访问结束"),
    "write_end": Text(
        "Write the end time on the first page.", "请在首页填写结束时间。"
    ),
    "do_not_read": Text("Do not read out", "不读出"),
    "from_to": Text("{low} to {high}", "{low}至{high}"),
    "page": Text("Page", "页"),
    "year": Text("Year", "年"),
    "month": Text("Month", "月"),
    "day": Text("Day", "日"),
    "card": Text("Card {number}", "示卡 {number}"),
    "show_card": Text("SHOW CARD {number}.", "出示示卡 {number}。"),
    "circle_one": Text("Circle one code.", "圈选一个代码。"),
    "tick_all": Text("Tick all that apply.", "可多选，请勾选所有适用项。"),
    "write_number": Text("Write the number.", "请填写数字。"),
    "write_number_within": Text("Write a number from {low} to {high}.",
                                "请填写{low}至{high}之间的数字。"),
    "write_number_from": Text("Write a number of at least {low}.", "请填写不小于{low}的数字。"),
    "write_number_to": Text("Write a number of at most {high}.", "请填写不大于{high}的数字。"),
    "write_date": Text("Write the date.", "请填写日期。"),
    "write_text": Text("Write down the answer word for word.", "请逐字记录回答。"),
    "sensitive": Text(
        "Sensitive: let the respondent point at the answer, and accept a refusal.",
        "敏感问题：可请受访者指认答案，允许拒答。",
    ),
    "decides": Text("Decides whether {questions} are asked.", "此题决定是否询问 {questions}。"),
    "decides_one": Text("Decides whether {questions} is asked.", "此题决定是否询问 {questions}。"),
    "route": Text("ASK {questions} IF {condition}. OTHERWISE GO TO {next}.",
                  "若 {condition}，询问 {questions}；否则跳至{next}。"),
    "only": Text("Only if {condition}", "仅当 {condition}"),
    "finish": Text("THE END", "访问结束"),
    "and": Text(" AND ", "且"),
    "or": Text(" OR ", "或"),
    "or_code": Text(" or ", "或"),
    "except": Text(" (not {codes})", "（{codes} 除外）"),
    "code_label": Text("{code} ({label})", "{code}（{label}）"),
    "quoted": Text("“{text}”", "“{text}”"),
    "between": Text(", ", "、"),
}  # fmt: skip

INSTRUCTIONS: tuple[Text, ...] = (
    Text(
        "Write your number, the case number and the start time before you begin.",
        "访问开始前，请填写访问员编号、个案编号和开始时间。",
    ),
    Text(
        "Read every question aloud, word for word and in this order. If it is not understood, "
        "repeat it; do not explain it.",
        "请按顺序逐字读出每个问题；受访者没听懂时请重读，不要解释。",
    ),
    Text(
        "What stands in a grey box or in grey print is for you and is not read out.",
        "灰框内文字及灰色文字供访问员使用，不读出。",
    ),
    Text(
        "Circle one code for each question, unless it says to tick all that apply.",
        "除注明“可多选”外，每题只圈选一个代码。",
    ),
    Text(
        "The codes under “Do not read out” are for respondents who say so of their own accord. "
        "Never offer them.",
        "“不读出”栏的代码仅在受访者主动表示时使用，切勿提示。",
    ),
    Text(
        "A box with ASK ... IF says who is asked. If the condition does not hold, leave these "
        "questions blank and go where the box says.",
        "灰框注明询问条件：条件不成立时，相应题目留空，并跳至所示题号。",
    ),
    Text(
        "Where it says SHOW CARD, hand over the card and let the respondent keep it in view.",
        "注明“出示示卡”时，请把示卡交给受访者，作答期间保持可见。",
    ),
    Text(
        "To correct an answer, strike out the wrong code and circle the right one.",
        "更正答案时，请划去错误代码，再圈选正确代码。",
    ),
)

OPENING: tuple[Text, ...] = (
    Text(
        "Good day. My name is ____________________ and I work for ____________________. "
        "We are carrying out a survey: {title}.",
        "您好！我是____________________的访问员，我姓____________________。"
        "我们正在进行一项调查：{title}。",
    ),
    Text(
        "It takes about {minutes} minutes. Taking part is voluntary, you may leave out any "
        "question, and your answers are only used together with those of others. May I begin?",
        "访问大约需要{minutes}分钟。参加与否完全自愿，您可以不回答任何问题，"
        "您的回答只与其他人的回答合并使用。现在可以开始吗？",
    ),
)


def say(key: str, language: Language, **values: object) -> str:
    """Return a phrase with its values put in."""
    return WORDS[key].to(language).format(**values)

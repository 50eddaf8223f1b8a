"""From the options of a form to codes, missing codes and scales."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from csi.questionnaire.adopting.parts import Option
from csi.questionnaire.missing_labels import MISSING_LABELS
from csi.questionnaire.schema import MissingKind, Text

_WORDS: Mapping[MissingKind, str] = {
    "not_applicable": "n/a|na|does not apply|doesn't apply|not relevant|不涉及|无此情况",
    "dont_know": (
        "dk|do not know|dont know|i don't know|can't say|cannot say|don't know / can't say|"
        "not sure|unsure|no opinion|不清楚|说不清|说不准|不了解|不确定|难以回答|记不清"
    ),
    "refused": (
        "refusal|refuse|refuse to answer|refused to answer|prefer not to say|declined|"
        "prefer not to answer|decline to answer|拒绝|拒绝回答|不愿回答|不便回答"
    ),
    "skipped": "skip",
    "not_asked": "未问",
    "no_answer": "no reply|missing|无回答|未作答",
}
_KIND_OF: Mapping[str, MissingKind] = {
    **{word: kind for kind, words in _WORDS.items() for word in words.split("|")},
    **{label.en.lower(): kind for kind, label in MISSING_LABELS.items()},
    **{label.zh: kind for kind, label in MISSING_LABELS.items()},
}
_USUAL_CODE: Mapping[MissingKind, int] = {
    "no_answer": 94, "not_asked": 95, "skipped": 96, "not_applicable": 97, "dont_know": 98,
    "refused": 99,
}  # fmt: skip
_KIND_OF_LAST_DIGIT: Mapping[int, MissingKind] = {
    7: "not_applicable",
    8: "dont_know",
    9: "refused",
}
_WHOLE = re.compile(r"-?\d{1,9}")
_NUMBERED = re.compile(r"([^\W\d][^\W\d]*)(\d{1,6})")
_SEPARATOR = r"\s*[-–—=:：.、)）]*\s*"


@dataclass(slots=True, kw_only=True)
class Coded:
    """What the options of one question are in a questionnaire.

    Attributes
    ----------
    codes : dict of str to int
        Code of every option, by its name in the form.
    choices : dict of int to Text
        The options that are answers.
    missing : dict of int to MissingKind
    ends : tuple of Text, or None
        Words of the lowest and the highest point, where the choices are the points of a scale.
    remarks : list of str
        What was changed, assumed or left behind.
    """

    codes: dict[str, int] = field(default_factory=dict)
    choices: dict[int, Text] = field(default_factory=dict)
    missing: dict[int, MissingKind] = field(default_factory=dict)
    ends: tuple[Text, Text] | None = None
    remarks: list[str] = field(default_factory=list)


def code_options(options: Sequence[Option], *, rating: bool | None, declared: bool) -> Coded:
    """Give every option a code, and tell answers from missing codes and scales from choices.

    Parameters
    ----------
    options : sequence of Option
    rating : bool or None
        Whether they are the points of a scale. If None, they are where the codes of three or more
        follow each other and only the ends have words.
    declared : bool
        Whether the form itself says which options are missing codes; else their words tell.

    Returns
    -------
    Coded
    """
    coded = Coded()
    kept = _without_repeats(options, coded)
    kinds = {o.name: o.missing if declared else o.missing or _kind_by_words(o) for o in kept}
    if not declared and rating is not False:
        kinds |= _kinds_by_code([o for o in kept if kinds[o.name] is None], coded)
    answers = [option for option in kept if kinds[option.name] is None]
    coded.codes = _codes(answers, coded)
    coded.choices = {coded.codes[option.name]: option.label for option in answers}
    for option in kept:
        kind = kinds[option.name]
        if kind is not None:
            code = _missing_code(option, kind, coded)
            coded.codes[option.name] = code
            coded.missing[code] = kind
    if rating is not False:
        _find_scale(coded, rating=bool(rating))
    return coded


def kind_by_code(code: int) -> MissingKind | None:
    """Return what a code such as 97, 98 or 999 usually means."""
    repeated = re.fullmatch(r"-?9*([789])", str(code))
    return _KIND_OF_LAST_DIGIT[int(repeated[1])] if repeated else None


def _without_repeats(options: Sequence[Option], coded: Coded) -> list[Option]:
    first: dict[str, Option] = {}
    for option in options:
        other = first.setdefault(option.name, option)
        if other is not option:
            words = option.label.en or option.label.zh
            coded.remarks.append(f"the second option `{option.name}` ({words}) is left out")
    return list(first.values())


def _kind_by_words(option: Option) -> MissingKind | None:
    for words in (option.label.en, option.label.zh):
        plain = re.sub(rf"^{re.escape(option.name)}{_SEPARATOR}", "", words.strip())
        plain = plain.replace("’", "'").strip(" .。()（）[]").lower()
        if plain in _KIND_OF:
            return _KIND_OF[plain]
    return None


def _kinds_by_code(options: list[Option], coded: Coded) -> dict[str, MissingKind]:
    """Find 97, 98, 99 above a scale whose words do not say what they are."""
    if not all(_WHOLE.fullmatch(option.name) for option in options):
        return {}
    found: dict[str, MissingKind] = {}
    for option in options:
        kind = kind_by_code(int(option.name))
        rest = [int(o.name) for o in options if o is not option and o.name not in found]
        if kind and abs(int(option.name)) > 10 and len(rest) > 2 and _gap(int(option.name), rest):
            found[option.name] = kind
            words = option.label.en or option.label.zh
            coded.remarks.append(f"{option.name} ({words}) is taken for `{kind}`")
    return found


def _gap(code: int, rest: list[int]) -> bool:
    """Tell whether a code stands apart from the others."""
    lower = [other for other in rest if kind_by_code(other) is None or abs(other) <= 10]
    return bool(lower) and (code > max(lower) + 10 or code < 0 <= min(lower))


def _codes(answers: Sequence[Option], coded: Coded) -> dict[str, int]:
    names = [option.name for option in answers]
    if all(_WHOLE.fullmatch(name) for name in names):
        codes = [int(name) for name in names]
    else:
        numbered = [_NUMBERED.fullmatch(name) for name in names]
        codes = [int(match[2]) for match in numbered if match]
        if len(codes) < len(names) or len({match[1] for match in numbered if match}) > 1:
            codes = list(range(1, len(names) + 1))
    if len(set(codes)) < len(codes):
        codes = list(range(1, len(names) + 1))
    given = dict(zip(names, codes, strict=True))
    renamed = [f"{name} → {code}" for name, code in given.items() if name != str(code)]
    if renamed:
        coded.remarks.append(f"the options have new codes: {_some(renamed)}")
    return given


def _missing_code(option: Option, kind: MissingKind, coded: Coded) -> int:
    taken = {*coded.choices, *coded.missing}
    code = int(option.name) if _WHOLE.fullmatch(option.name) else _USUAL_CODE[kind]
    while code in taken:
        code += 900 if code < 900 else 1
    if option.name != str(code):
        coded.remarks.append(f"the option `{option.name}` ({kind}) has the code {code}")
    return code


def _find_scale(coded: Coded, *, rating: bool) -> None:
    points = sorted(coded.choices)
    follow = points == list(range(points[0], points[-1] + 1)) if points else False
    between = {code: coded.choices[code] for code in points[1:-1]}
    worded = {code: label for code, label in between.items() if not _is_number(code, label)}
    if not follow or len(points) < (2 if rating else 3) or (worded and not rating):
        return
    inside = [code for code in coded.missing if points[0] <= code <= points[-1]]
    if inside:
        return
    coded.ends = (_end(points[0], coded.choices), _end(points[-1], coded.choices))
    if worded:
        shown = [f"{code} = {label.en or label.zh}" for code, label in worded.items()]
        coded.remarks.append(f"the words between the ends are not carried over: {_some(shown)}")
    if _counts_down(coded, points):
        coded.remarks.append("the words count against the codes: `reverse: true` may be due")
    coded.choices = {}


def _counts_down(coded: Coded, points: Sequence[int]) -> bool:
    numbers = [re.match(r"\s*(\d+)", coded.choices[code].en) for code in (points[0], points[-1])]
    low, high = numbers
    return bool(low and high and int(low[1]) > int(high[1]))


def _is_number(code: int, label: Text) -> bool:
    """Tell whether a label says no more than the code does."""
    return all(re.fullmatch(r"\s*(-?\d+)?\s*", words) for words in (label.en, label.zh))


def _end(code: int, choices: Mapping[int, Text]) -> Text:
    """Return the words of an end; the number itself where it has none."""
    label = choices[code]
    plain = [re.sub(rf"^\s*{code}(?!\d){_SEPARATOR}", "", words) for words in (label.en, label.zh)]
    if not any(plain):
        return Text(str(code), str(code))
    return Text(plain[0], plain[1])


def _some(words: Sequence[str], limit: int = 12) -> str:
    more = [f"and {len(words) - limit} more"] if len(words) > limit else []
    return ", ".join([*words[:limit], *more])

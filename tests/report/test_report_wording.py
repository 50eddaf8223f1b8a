from __future__ import annotations

import re
from pathlib import Path

import pytest
from report_studies import questionnaire

import csi.report
from csi.errors import ReportError
from csi.report.document import Interval, Number, PValue
from csi.report.texts import CATALOGUES
from csi.report.wording import Construct, Level, Phrase, Wording


def placeholders(text: str) -> list[str]:
    return sorted(set(re.findall(r"\{(\w+)\}", text)))


def test_both_languages_have_the_same_keys() -> None:
    assert CATALOGUES["en"].keys() == CATALOGUES["zh"].keys()


def test_both_languages_have_the_same_placeholders() -> None:
    english, chinese = CATALOGUES["en"], CATALOGUES["zh"]
    assert not [k for k in english if placeholders(english[k]) != placeholders(chinese[k])]


def test_every_key_is_used() -> None:
    folder = Path(csi.report.__file__).parent
    source = "\n".join(
        path.read_text("utf-8")
        for path in folder.rglob("*.py")
        if not path.name.startswith("text_")
    )
    composed = set(re.findall(r'f"([a-z]+\.(?:[a-z]+_)?)\{', source))
    unused = [
        key
        for key in CATALOGUES["en"]
        if f'"{key}"' not in source and not any(key.startswith(head) for head in composed)
    ]
    assert not unused


def test_values_read_alike_in_both_languages() -> None:
    form = questionnaire("operators_reputation")
    for language in ("en", "zh"):
        words = Wording(form, language)
        assert words.value(Number(-1.25, 1)) == "−1.2"
        assert words.value(Interval(1.0, 2.5)) == "[1.0, 2.5]"
        assert words.value(PValue(0.0004)) == "p < 0.001"
        assert words.value(12345) == "12,345"


def test_names_are_in_the_language() -> None:
    form = questionnaire("operators_reputation")
    phrase = Phrase(
        "scope.cell", {"line": Level("servicetype", 1), "group": Level("serviceprovider", 2)}
    )
    assert Wording(form, "en").sentence(phrase) == "Provider B (Prepaid)"
    assert Wording(form, "zh").sentence(phrase) == "运营商乙（预付费）"
    named = (Construct("COMP"), Construct("LIKE"), Construct("QUAL"))
    assert Wording(form, "en").value(named) == "Competence, Likeability and Quality"
    assert Wording(form, "zh").value(named) == "能力声誉、好感度和产品与服务质量"


def test_unknown_language() -> None:
    with pytest.raises(ReportError, match="No report can be written in language `fr`: choose one"):
        Wording(questionnaire("ecsi_mobile"), "fr")

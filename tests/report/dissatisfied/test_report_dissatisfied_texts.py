from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

from csi.report.dissatisfied import text_en, text_zh

EN, ZH = text_en.TEXT, text_zh.TEXT
FORBIDDEN = ("because of silence", "caused by", "leads to", "due to", "导致", "造成", "归因于")


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_both_languages_have_the_same_keys_in_the_same_order() -> None:
    assert list(EN) == list(ZH)


def test_both_languages_have_the_same_placeholders() -> None:
    assert [k for k in EN if placeholders(EN[k]) != placeholders(ZH[k])] == []


def test_every_key_that_a_section_names_is_there(project: Path) -> None:
    folder = project / "csi" / "report" / "dissatisfied"
    sources = [p.read_text("utf-8") for p in folder.rglob("*.py") if "text_" not in p.name]
    heads = {key.split(".")[0] for key in EN}
    named = set(re.findall(r'words\(\s*"([a-z_0-9]+\.[a-z_0-9.]+)"', "\n".join(sources)))
    assert len(named) > 100
    assert {key for key in named if key.split(".")[0] in heads and key not in EN} == set()


def test_no_text_claims_a_cause() -> None:
    texts = [*EN.values(), *ZH.values()]
    assert [text for text in texts for word in FORBIDDEN if word in text] == []

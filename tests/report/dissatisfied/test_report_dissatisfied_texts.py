from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

from csi.report.dissatisfied import text_en, text_zh

EN, ZH = text_en.TEXT, text_zh.TEXT
FORBIDDEN = ("because of silence", "caused by", "leads to", "due to", "导致", "造成", "归因于")


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_both_languages_have_the_same_keys_in_the_same_order() -> None:
    assert list(EN) == list(ZH)


@pytest.mark.parametrize("key", EN)
def test_both_languages_have_the_same_placeholders(key: str) -> None:
    assert placeholders(EN[key]) == placeholders(ZH[key])


def test_every_key_that_a_section_names_is_there(project: Path) -> None:
    folder = project / "csi" / "report" / "dissatisfied"
    sources = [p.read_text("utf-8") for p in folder.rglob("*.py") if "text_" not in p.name]
    heads = {key.split(".")[0] for key in EN}
    named = set(re.findall(r'words\(\s*"([a-z_0-9]+\.[a-z_0-9.]+)"', "\n".join(sources)))
    assert len(named) > 100
    assert {key for key in named if key.split(".")[0] in heads and key not in EN} == set()


@pytest.mark.parametrize("text", [*EN.values(), *ZH.values()])
def test_no_text_claims_a_cause(text: str) -> None:
    assert not any(word in text for word in FORBIDDEN)

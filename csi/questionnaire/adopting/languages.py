"""Which language of a form is which of ours."""

from __future__ import annotations

import re

from csi.questionnaire.schema import Language

_CHINESE = re.compile(
    r"(?<![a-z])(zh|cn|chi|zho|cmn|chinese|mandarin)(?![a-z])|中文|汉语|漢語|简体|繁"
)
_ENGLISH = re.compile(r"(?<![a-z])(en|eng|english)(?![a-z])|英文|英语")
_HANZI = re.compile(r"[\u3400-\u9fff]")


def language_of(name: str) -> Language | None:
    """Return our language for a name such as ``English (en)``, ``zh-Hans`` or ``中文``.

    Examples
    --------
    >>> language_of("中文 (zh)"), language_of("en"), language_of("Français (fr)")
    ('zh', 'en', None)
    """
    name = name.lower()
    if _CHINESE.search(name):
        return "zh"
    return "en" if _ENGLISH.search(name) else None


def language_of_text(text: str) -> Language:
    """Guess the language of a text that does not say: Chinese where it has Chinese characters."""
    return "zh" if _HANZI.search(text) else "en"

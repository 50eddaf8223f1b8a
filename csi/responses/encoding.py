"""Decide in which character set a legacy SPSS file is really written.

Files of SPSS 15 and before name no character set, or a wrong one; Chinese text in them turns into
garbage without an error (``µØÊÐ`` for 地市). The bytes themselves tell: GB18030 text is made of
pairs that mostly name the 3,755 common characters; Western text has single accented letters.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

CHINESE = "gb18030"  # reads GBK, GB 2312, code pages 936, 20936 and 54936 as well
COMMON = 0.7
"""Least share of common characters; random pairs reach about 0.4."""

PAIRED = {CHINESE: 0.8, "cp950": 0.25}
"""Least share of high bytes beside another; the second byte of Big5 is often plain ASCII."""

UNSURE = frozenset({"", "ascii", "cp1252", "iso8859-1"})

_CODE_PAGES = {
    20127: "ascii",
    936: CHINESE,
    20936: CHINESE,
    51936: CHINESE,
    52936: CHINESE,
    54936: CHINESE,
    10000: "mac_roman",
    20866: "koi8_r",
    20932: "euc_jp",
    21866: "koi8_u",
    51932: "euc_jp",
    51949: "euc_kr",
    65001: "utf-8",
}
_FAMILIES = (
    *("utf-8", "ascii", "iso8859", "cp", "mac", "koi8", "euc", "shift_jis", "big5", "johab"),
    *("gb", "kz1048", "tis"),
)
_NAMES_OF_CHINESE = ("gb2312", "gbk", "gb18030", "936", "euccn", "eucgb", "isoir58", "hz")


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoding:
    """The decision: a Python codec, and what to tell the user."""

    codec: str
    note: str = ""


@dataclass(slots=True, kw_only=True)
class Decoder:
    """Decodes bytes with one codec and remembers what it could not decode."""

    codec: str
    failures: list[bytes] = field(default_factory=list)

    def __call__(self, data: bytes) -> str:
        """Return the text without padding; half a character at the end is dropped."""
        data = data.rstrip(b" \0")
        text = _decode(data, self.codec)
        if text is None:
            text = _decode(data, "utf-8")  # GNU PSPP 1.6 writes some UTF-8 into GB18030 files
        if text is None:
            self.failures.append(data)
            text = data.decode(self.codec, errors="replace")
        return text


def _decode(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        half = "incomplete" in error.reason or "unexpected end" in error.reason
        if half and error.start > 0 and len(data) - error.start < 4:
            return data[: error.start].decode(codec)
        return None


def declared_codec(name: str, code_page: int | None) -> str:
    """Return the codec that a file names, or "" where it names none that exists."""
    squeezed = "".join(letter for letter in name.lower() if letter.isalnum())
    if any(chinese in squeezed for chinese in _NAMES_OF_CHINESE):
        return CHINESE
    for candidate in (name, name.lower().replace("windows-", "cp")):
        codec = _text_codec(candidate)
        if codec:
            return codec
    if code_page is None or code_page in (0, 1, 2, 3, 4):
        return ""
    part = code_page - 28590
    return _CODE_PAGES.get(code_page) or _text_codec(
        f"iso8859-{part}" if 1 <= part <= 16 else f"cp{code_page}"
    )


def _text_codec(name: str) -> str:
    """Return Python's name of a character set, "" if it is none that a data file may have."""
    try:
        codec = codecs.lookup(name).name
    except (LookupError, ValueError):
        return ""
    return codec if codec.startswith(_FAMILIES) else ""


def choose_encoding(declared: str, texts: Iterable[bytes]) -> Encoding:
    """Choose the codec of a file from what it declares and from all its text.

    Parameters
    ----------
    declared : str
        From `declared_codec`.
    texts : iterable of bytes
        Names, labels and text answers.
    """
    telling = [text for text in texts if not text.isascii()]
    if not telling:
        return Encoding(codec=declared if declared not in UNSURE else declared or "utf-8")
    if declared not in UNSURE and _share_decoded(telling, declared) == 1.0:
        return Encoding(codec=declared)
    if _share_decoded(telling, "utf-8") == 1.0:
        return _changed(declared, "utf-8")
    scores = {codec: _plausibility(telling, codec) for codec in PAIRED}
    best = max(scores, key=lambda codec: scores[codec])
    if scores[best] >= COMMON and (declared not in UNSURE or _pairs(telling) >= PAIRED[best]):
        return _changed(declared, best)
    return Encoding(codec=declared if declared not in ("", "ascii") else "cp1252")


def _changed(declared: str, codec: str) -> Encoding:
    named = {"": "no character set", "utf-8": "UTF-8", "gb18030": "GB18030", "cp950": "Big5"}
    said = named.get(declared, declared)
    used = named.get(codec, codec)
    note = f"The file declares {said}, but its text is {used}; read as {used}."
    return Encoding(codec=codec, note=note)


def _share_decoded(texts: Sequence[bytes], codec: str) -> float:
    return sum(_decode(text, codec) is not None for text in texts) / len(texts)


def _plausibility(texts: Sequence[bytes], codec: str) -> float:
    """Return the share of double bytes that name a common character or a mark of punctuation.

    Common are the first level of GB 2312 (lead bytes to D7) and of Big5 (to C6).
    """
    if _share_decoded(texts, codec) < 0.98:
        return 0.0
    last_lead, first_trail = (0xD7, 0xA1) if codec == CHINESE else (0xC6, 0x40)
    common = total = 0
    for text in texts:
        for letter in _decode(text, codec) or "":
            pair = letter.encode(codec)
            total += len(pair) > 1
            common += len(pair) == 2 and 0xA1 <= pair[0] <= last_lead and pair[1] >= first_trail
    return common / total if total else 0.0


def _pairs(texts: Sequence[bytes]) -> float:
    """Return the share of high bytes that stand next to another high byte."""
    high = beside = 0
    for text in texts:
        flags = [byte >= 0x80 for byte in text]
        for at, flag in enumerate(flags):
            high += flag
            near = (at > 0 and flags[at - 1]) or (at + 1 < len(flags) and flags[at + 1])
            beside += flag and near
    return beside / high if high else 0.0

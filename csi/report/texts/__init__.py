"""Every text of a report: the same keys and placeholders in each language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from csi.report.texts import en, zh


def _joined(parts: Iterable[Mapping[str, str]]) -> Mapping[str, str]:
    """Put the parts together; a key belongs to one of them."""
    texts: dict[str, str] = {}
    for part in parts:
        twice = texts.keys() & part.keys()
        if twice:
            raise ValueError(f"Texts defined twice: {', '.join(sorted(twice))}.")
        texts |= part
    return MappingProxyType(texts)


CATALOGUES: Mapping[str, Mapping[str, str]] = {"en": _joined(en.PARTS), "zh": _joined(zh.PARTS)}
"""By language, then by key."""

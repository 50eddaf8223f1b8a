"""What the codes that are no answers are called, for those who see them."""

from __future__ import annotations

from collections.abc import Mapping

from csi.questionnaire.schema import MissingKind, Text

MISSING_LABELS: Mapping[MissingKind, Text] = {
    "not_applicable": Text("Not applicable", "不适用"),
    "dont_know": Text("Don't know", "不知道"),
    "refused": Text("Refused", "拒答"),
    "skipped": Text("Skipped", "跳过"),
    "not_asked": Text("Not asked", "未询问"),
    "no_answer": Text("No answer", "未回答"),
}

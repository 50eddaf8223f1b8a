"""Chinese texts of the pages of the business lines."""

from __future__ import annotations

TEXT: dict[str, str] = {
    "lines.title": "{line}",
    "lines.short_boards": "{own}在最强驱动因素上与最佳竞争对手的比较",
}

"""English texts of the pages of the business lines."""

from __future__ import annotations

TEXT: dict[str, str] = {
    "lines.title": "{line}",
    "lines.short_boards": "{own} against the best competitor on the strongest drivers",
}

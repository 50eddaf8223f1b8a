"""How a workbook looks: formats, made once each, widths, and the page that is printed."""

from __future__ import annotations

import math
import re
from collections.abc import Collection
from typing import Any

from csi.report.theme import Theme

FONTS = {"zh": "Microsoft YaHei", "en": "Calibri"}
SIZE = 10
LINE = 14.5
"""Height of a line of text, in points."""

_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]")


class Looks:
    """The formats of a workbook in the colours of a brand.

    Parameters
    ----------
    book : xlsxwriter.Workbook
    theme : Theme
    language : {"en", "zh"}
    """

    def __init__(self, book: Any, theme: Theme, language: str) -> None:
        self.book, self.theme = book, theme
        self.font = FONTS[language]
        self._made: dict[tuple[tuple[str, object], ...], Any] = {}

    def __call__(self, number: str = "", /, **wanted: object) -> Any:
        """Return the format with these properties; ``number`` is a number format."""
        looks: dict[str, object] = {"font_name": self.font, "font_size": SIZE, "valign": "vcenter"}
        if number:
            looks["num_format"] = number
        looks |= wanted
        key = tuple(sorted(looks.items()))
        if key not in self._made:
            self._made[key] = self.book.add_format(looks)
        return self._made[key]

    def head(self, align: str = "left", *, indent: int = 0) -> Any:
        """Return the format of a column's head."""
        return self(bold=True, bg_color=self.theme.primary, font_color="#FFFFFF", align=align,
                    text_wrap=True, border=1, border_color=self.theme.rule,
                    indent=indent)  # fmt: skip

    def tone(self, tone: str) -> str:
        """Return the colour of a tone."""
        theme = self.theme
        colours = {"good": theme.good, "bad": theme.bad, "accent": theme.accent,
                   "quiet": theme.quiet}  # fmt: skip
        return colours.get(tone, theme.ink)


def text_width(text: str) -> float:
    """Return how wide a text is in the units of a column: a hanzi takes two.

    Examples
    --------
    >>> text_width("p值")
    3.0
    """
    lines = str(text).split("\n")
    return max(sum(2.0 if ord(c) >= 0x2E80 else 1.0 for c in line) for line in lines)


def lines_in(text: str, width: float) -> int:
    """Return how many lines a text takes in a cell of a width."""
    return sum(
        max(1, math.ceil(text_width(line) * 1.02 / max(width, 1.0))) for line in text.split("\n")
    )


def sheet_name(text: str, taken: Collection[str]) -> str:
    """Return a name that Excel allows and that no other sheet has, in at most 31 characters.

    Examples
    --------
    >>> sheet_name("3G/4G/5G mobile", ["x"])
    '3G-4G-5G mobile'
    >>> sheet_name("Scores", ["scores"])
    'Scores 2'
    """
    plain = _FORBIDDEN.sub("-", text).strip(" '")[:31].rstrip() or "-"
    lowered = {name.lower() for name in taken} | {"history"}
    name, number = plain, 1
    while name.lower() in lowered:
        number += 1
        name = f"{plain[: 30 - len(str(number))].rstrip()} {number}"
    return name


def set_page(sheet: Any, *, foot: str, mark: str, head_rows: tuple[int, int] | None) -> None:
    """Print a sheet on A4 across, as wide as the page, with its head on every page.

    Parameters
    ----------
    mark : str
        Stands at the head of every page.
    head_rows : (int, int) or None
        First and last row that are repeated.
    """
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.5, right=0.5, top=0.7, bottom=0.7)
    sheet.set_footer(f"&L&8{_code_free(foot)}&C&8&A&R&8&P / &N")
    if mark:
        sheet.set_header(f"&R&B&8{_code_free(mark)}")
    if head_rows:
        sheet.repeat_rows(*head_rows)


def _code_free(text: str) -> str:
    """Keep "&" of a text from being read as a code; Excel takes 255 characters at most."""
    return text.replace("&", "&&")[:150]

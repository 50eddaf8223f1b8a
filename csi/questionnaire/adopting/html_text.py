"""The words of an HTML text."""

from __future__ import annotations

from html.parser import HTMLParser

_TAGS_THAT_PART = ("br", "p", "div", "li", "tr", "td", "h1", "h2", "h3", "h4", "hr")
_SILENT = ("script", "style")


def plain_text(html: str) -> str:
    """Return the words of an HTML text in one line."""
    if "<" not in html and "&" not in html:
        return " ".join(html.split())
    parser = _Words()
    parser.feed(html)
    parser.close()
    return " ".join("".join(parser.words).split())


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in _SILENT
        if tag in _TAGS_THAT_PART:
            self.words.append(" ")

    def handle_endtag(self, tag: str) -> None:
        self.silent = max(0, self.silent - (tag in _SILENT))
        if tag in _TAGS_THAT_PART:
            self.words.append(" ")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.words.append(data)

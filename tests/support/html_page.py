"""A page of HTML as the tests read it: its elements, their attributes and its text."""

import re
from collections import Counter
from html.parser import HTMLParser

VOID = {"meta", "rect", "line", "circle", "polyline", "br", "link", "img"}


class Page(HTMLParser):
    """Collects what a page holds and whether its elements close in order."""

    def __init__(self, html: str) -> None:
        """Read a page."""
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: Counter[str] = Counter()
        self.attributes: list[tuple[str, str, str]] = []
        self.text: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element and, unless it is void, that it is open."""
        self.tags[tag] += 1
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element that closes itself."""
        self.tags[tag] += 1
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        """Elements close in the order they were opened."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Note text."""
        self.text.append(data)

    def values(self, name: str) -> list[str]:
        """The values of all attributes of that name."""
        return [value for _, attribute, value in self.attributes if attribute == name]

    @property
    def words(self) -> str:
        """The text with runs of blanks made one, styles left out."""
        return re.sub(r"\s+", " ", " ".join(text for text in self.text if "color-scheme" not in text))

"""The text of a mail that has no plain one: an HTML page without its quoted part."""

import re
from html.parser import HTMLParser

MOST_SIGNS = 1_000_000
"""Of a page: what is longer is read up to here."""

_SKIP = frozenset(("style", "script", "title", "blockquote", "head", "template", "select"))
_LINES = frozenset(
    ("br", "p", "div", "tr", "hr", "li", "h1", "h2", "h3", "h4", "table", "ul", "ol", "pre")
)
_QUOTED = re.compile(
    r"gmail_quote|gmail_extra|moz-cite-prefix|divrplyfwdmsg|appendonsend|isreplycontent"
    r"|yahoo_quoted|protonmail_quote|foxmailreply|includetail",
    re.IGNORECASE,
)
"""How mail programs name what they quote: from there on nothing is the writer's own."""


class Lines(HTMLParser):
    """Collects the text; `quoted` says that the rest was cut."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.quoted = False
        self._skip: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Line ends, and what is not read."""
        if tag in _SKIP:
            self._skip.append(tag)
        if not self._skip and any(
            name in ("class", "id", "name") and _QUOTED.search(value or "") for name, value in attrs
        ):
            self.quoted = True
        if tag in _LINES:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """Back to what is read; an end without its beginning ends nothing."""
        if tag in self._skip:
            while self._skip.pop() != tag:
                pass
        if tag in ("p", "div", "td", "th", "tr", "li"):
            self.parts.append(" " if tag in ("td", "th") else "\n")

    def handle_data(self, data: str) -> None:
        """Words."""
        if not self._skip and not self.quoted:
            self.parts.append(re.sub(r"[ \t\r\n\f\xa0]+", " ", data))


def text_of(html: str) -> str:
    """Its words, a line for each paragraph.

    >>> text_of("<style>x</style><p>Lamp &amp; pole</p><blockquote>old</blockquote>")
    'Lamp & pole'
    """
    reader = Lines()
    reader.feed(html[:MOST_SIGNS])
    reader.close()
    lines = [line.strip() for line in "".join(reader.parts).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()

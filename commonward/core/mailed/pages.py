"""The text of a mail that has no plain one: an HTML page without its quoted part.

Read sign by sign and each once, as browsers divide a page: a comment, a tag or a quote that is never
closed swallows the rest. The reader of Python's library looks for each such end from every beginning
anew: a page of a hundred thousand of them would keep it busy for hours.

>>> text_of("Hello<!-- a <b> --> there<br>5 < 6")
'Hello there\\n5 < 6'
"""

import re
from collections import Counter
from html import unescape

MOST_SIGNS = 1_000_000
"""Of a page: what is longer is read up to here."""

_SKIP = frozenset(("style", "script", "title", "blockquote", "head", "template", "select"))
_RAW = frozenset(("style", "script", "title", "textarea"))
"""What holds no tags: it goes on to its own end."""
_LINES = frozenset(
    ("br", "p", "div", "tr", "hr", "li", "h1", "h2", "h3", "h4", "table", "ul", "ol", "pre")
)
_TAG = re.compile(
    r"<!--.*?(?:--!?>|\Z)"
    r"|<(?:[!?]|/(?![a-z]))[^>]*+(?:>|\Z)"
    r"|<(/?)([a-z][^\s/>]*+)"
    r"((?:=\s*+(?:\"[^\"]*+(?:\"|\Z)|'[^']*+(?:'|\Z)|[^\s>]*+)|[^=>]++)*+)(?:>|\Z)",
    re.IGNORECASE | re.DOTALL,
)
"""A comment, what is no tag, or a tag: its end's "/", its name, its attributes. Each way ends at the
end of the page too, so that none is tried twice."""
_NAMED = re.compile(
    r"(?<![\w-])(?:class|id|name)\s*+=\s*+(?:\"([^\"]*+)|'([^']*+)|([^\s>\"']++))", re.IGNORECASE
)
_QUOTED = re.compile(
    r"gmail_quote|gmail_extra|moz-cite-prefix|divrplyfwdmsg|appendonsend|isreplycontent"
    r"|yahoo_quoted|protonmail_quote|foxmailreply|includetail",
    re.IGNORECASE,
)
"""How mail programs name what they quote: from there on nothing is the writer's own."""
_NO_SIGN = re.compile(r"&#(?:\d{8,}|x[0-9a-f]{7,});?", re.IGNORECASE)
_BLANKS = re.compile(r"[ \t\r\n\f\xa0]+")


class Lines:
    """Collects the text; `quoted` says that the rest was cut."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.quoted = False
        self._skip: list[str] = []
        self._within: Counter[str] = Counter()

    def read(self, html: str) -> None:
        """A whole page."""
        at = 0
        while not self.quoted and (found := _TAG.search(html, at)) is not None:
            self._words(html[at : found.start()])
            at = found.end()
            if found[2] is None:
                continue
            tag = found[2].lower()
            if found[1]:
                self._ends(tag)
                continue
            self._begins(tag, found[3])
            if tag in _RAW:
                end = re.compile(rf"</{tag}(?=[\s/>]|\Z)", re.IGNORECASE).search(html, at)
                at = end.start() if end is not None else len(html)
        self._words(html[at:])

    def _begins(self, tag: str, attributes: str) -> None:
        """Line ends, and what is not read."""
        if tag in _SKIP:
            self._skip.append(tag)
            self._within[tag] += 1
        if not self._skip and any(_QUOTED.search(one[0]) for one in _NAMED.finditer(attributes)):
            self.quoted = True
        if tag in _LINES:
            self.parts.append("\n")

    def _ends(self, tag: str) -> None:
        """Back to what is read; an end without its beginning ends nothing."""
        while self._within[tag]:
            last = self._skip.pop()
            self._within[last] -= 1
            if last == tag:
                break
        if tag in ("p", "div", "td", "th", "tr", "li"):
            self.parts.append(" " if tag in ("td", "th") else "\n")

    def _words(self, text: str) -> None:
        if text and not self._skip and not self.quoted:
            self.parts.append(_BLANKS.sub(" ", unescape(_NO_SIGN.sub("\ufffd", text))))


def text_of(html: str) -> str:
    """Its words, a line for each paragraph.

    >>> text_of("<style>x</style><p>Lamp &amp; pole</p><blockquote>old</blockquote>")
    'Lamp & pole'
    """
    reader = Lines()
    reader.read(html[:MOST_SIGNS])
    lines = [line.strip() for line in "".join(reader.parts).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()

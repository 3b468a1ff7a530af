"""Where an answer is written (依据): laws, documents and addresses, and when somebody last looked."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from commonward.core.refusals import N_, Invalid

KINDS = ("law", "document", "address")
MOST = 6
LONGEST = 300
_LINK = re.compile(r"https?://[^\s/<>\"'\\]+(?:/[^\s<>\"'\\]*)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Source:
    """One source; `checked` is the day on which it was last looked at, None for never."""

    kind: str
    name: str
    link: str = ""
    checked: date | None = None

    def to_data(self) -> dict[str, str]:
        """As it is kept."""
        return asdict(self) | {"checked": self.checked.isoformat() if self.checked else ""}


def source_of(data: Mapping[str, Any]) -> Source:
    """A source as it was kept."""
    day = str(data.get("checked") or "")
    return Source(
        str(data.get("kind") or "document"), str(data.get("name", "")), str(data.get("link", "")),
        date.fromisoformat(day) if day else None,
    )  # fmt: skip


def check_sources(given: Iterable[Source], today: date) -> tuple[Source, ...]:
    """The sources as they will be kept, without empty ones. Raises Invalid (field "sources")."""
    kept = []
    for one in given:
        name, link = " ".join(one.name.split()), one.link.strip()
        if not name and not link:
            continue
        if one.kind not in KINDS:
            raise Invalid(
                N_("A source is a law, a document or an address: {known}."),
                known=", ".join(KINDS), field="sources",
            )  # fmt: skip
        if not name:
            raise Invalid(N_("Give the source a name: an address alone tells nobody what it is."), field="sources")  # fmt: skip
        if len(name) > LONGEST or len(link) > LONGEST or "\x00" in name + link:
            raise Invalid(N_("A source is too long: at most {most} characters are taken."), most=LONGEST, field="sources")  # fmt: skip
        if link and not _LINK.fullmatch(link):
            raise Invalid(
                N_("“{link}” is no address of a page: write it as https://example.org/page."),
                link=link[:80], field="sources",
            )  # fmt: skip
        if one.checked is not None and one.checked > today:
            raise Invalid(N_("A source cannot have been looked at on a day to come."), field="sources")  # fmt: skip
        kept.append(Source(one.kind, name, link, one.checked))
    if len(kept) > MOST:
        raise Invalid(N_("An answer has at most {most} sources."), most=MOST, field="sources")
    return tuple(kept)

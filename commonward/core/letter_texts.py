"""The words of messages to people: shipped, checked when a site changes them, and filled in (通知模板)."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from commonward.core.channels import one_line, unseen_out
from commonward.core.refusals import N_, Invalid

LENGTHS = ("long", "short")
LANGUAGES = ("zh-hans", "en")
SHIPPED = ("confirm", "mailed", "step", "asks", "ends")
"""What there always are words for: the first question, the same where the report came by mail, a
step, a question of the office, the end."""
PLACES: Mapping[str, str] = {
    "number": N_("the report's number"),
    "heading": N_("what happened, in a few words"),
    "plain": N_("what that means, in a sentence or two"),
    "words": N_("what the office wrote, or asks"),
    "has": N_("who has it now, while it is open"),
    "had": N_("who worked on it, once it is closed"),
    "due": N_("by when, while it is open"),
    "reopen": N_("until when it can be opened again"),
    "follow": N_("the address of the reporter's own page"),
    "page": N_("the address of the public page"),
    "receipt": N_("the reporter's own page, in the first answer to a report by mail alone"),
    "link": N_("the page that confirms, changes and ends these messages"),
    "until": N_("until when the first question stands"),
    "site_contact": N_("how to reach the office"),
}
LONGEST_TITLE = 200
LONGEST_BODY = 4000

_PLACE = re.compile(r"\{([^{}\n]*)\}")
_FILE = Path(__file__).with_suffix(".toml")


@dataclass(frozen=True, slots=True)
class LetterWords:
    """The words of one use in one length and language, with places in {braces}."""

    title: str
    body: str


@cache
def shipped() -> Mapping[tuple[str, str, str], LetterWords]:
    """The shipped words by (use, length, language)."""
    read = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return {
        (use, length, language): LetterWords(words["title"], words["body"].strip())
        for use, lengths in read.items()
        for length, languages in lengths.items()
        for language, words in languages.items()
    }


def uses_of(verb: str, stage: str, *, asks: bool, ends: bool) -> tuple[str, ...]:
    """Which words a step may have, the nearest first; one of `SHIPPED` is the last.

    >>> uses_of("hand_back", "dispatch", asks=False, ends=False)
    ('verb:hand_back', 'stage:dispatch', 'step')
    """
    last = "asks" if asks else "ends" if ends else "step"
    return tuple(
        use
        for use in (f"verb:{verb}" if verb else "", f"stage:{stage}" if stage else "", last)
        if use
    )


def check_words(use: str, title: str, body: str) -> LetterWords:
    """Words as a site may keep them. Raises Invalid, naming the field and every place there is."""
    title, body = one_line(title), unseen_out(body).strip()
    if not 1 <= len(title) <= LONGEST_TITLE:
        raise Invalid(
            N_("Give it a title of 1 to {most} characters."), field="title", most=LONGEST_TITLE
        )
    if not 1 <= len(body) <= LONGEST_BODY:
        raise Invalid(N_("Write 1 to {most} characters."), field="body", most=LONGEST_BODY)
    for field, text in (("title", title), ("body", body)):
        for place in _PLACE.findall(text):
            if place not in PLACES:
                raise Invalid(
                    N_("There is nothing called “{place}” to put in; there are: {known}."),
                    field=field,
                    place=place,
                    known=", ".join(f"{{{one}}}" for one in PLACES),
                )
        if set(_PLACE.sub("", text)) & set("{}"):
            raise Invalid(
                N_("A brace stands alone: places are written like {example}."),
                field=field,
                example="{number}",
            )
    if "{link}" not in body:
        raise Invalid(
            N_("Keep {place} in it: without it nobody can confirm or end these messages."),
            field="body",
            place="{link}",
        )
    if use in ("confirm", "mailed") and _PLACE.search(title.replace("{number}", "")):
        raise Invalid(N_("Before it is confirmed, only the number is told."), field="title")
    return LetterWords(title, body)


def fill(words: LetterWords, values: Mapping[str, str], longest: int = 0) -> LetterWords:
    """The words with their places filled; lines whose places are all empty are left out.

    Where a channel takes so many characters only, what the office wrote is cut, then what it means,
    so that the addresses in it stay whole.
    """
    clean = {name: unseen_out(value).strip() for name, value in values.items()}
    body = _lines(words.body, clean)
    for name in ("words", "plain", "heading", "has", "had"):
        over = len(body) - longest
        if not longest or over <= 0:
            break
        given = clean.get(name, "")
        if given:
            keep = max(len(given) - over - 1, 0)
            clean[name] = given[:keep].rstrip() + "…" if keep else ""
            body = _lines(words.body, clean)
    title = one_line(_PLACE.sub(lambda found: clean.get(found[1], ""), words.title))
    return LetterWords(title, body if not longest else body[:longest])


def _lines(text: str, values: Mapping[str, str]) -> str:
    kept: list[str] = []
    for line in text.splitlines():
        places = _PLACE.findall(line)
        if places and not any(values.get(one) for one in places):
            continue
        if not line.strip() and (not kept or not kept[-1]):
            continue
        kept.append(_PLACE.sub(lambda found: values.get(found[1], ""), line).rstrip())
    return "\n".join(kept).strip()


def every_use(verbs: Iterable[str], stages: Iterable[str]) -> tuple[str, ...]:
    """Every use that a site may write words for."""
    return (
        *SHIPPED,
        *(f"stage:{one}" for one in sorted(set(stages))),
        *(f"verb:{one}" for one in sorted(set(verbs))),
    )

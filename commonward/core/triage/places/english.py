"""Places named in English: 12 Harbour Street, Central Park (英文地名)."""

import re

from commonward.core.triage.places.boundaries import Kind, Named

_ENGLISH = re.compile(
    r"\b(?:(?P<house>\d{1,5}[A-Za-z]?),?\s+)?"
    r"(?P<name>(?:(?:[A-Z][\w'’-]*|\d{1,3}(?:st|nd|rd|th))\s+){1,3}"
    r"(?P<end>Street|St|Road|Rd|Avenue|Ave|Lane|Drive|Boulevard|Way|Estate|Court|Gardens?|Park|"
    r"Square|Village|School|Hospital|Station|Bridge|Market|Lake|Subdistrict|Community))"
    r"\b(?!\s+(?:Ltd|Inc|Co)\b)"
)
_ENGLISH_KINDS = {
    **dict.fromkeys(("Estate", "Court", "Garden", "Gardens"), "estate"),
    **dict.fromkeys(("Village", "Subdistrict", "Community"), "area"),
    **dict.fromkeys(
        ("Park", "Square", "School", "Hospital", "Station", "Bridge", "Market", "Lake"), "landmark"
    ),
}
_OPENING = frozenset(
    [
        "The",
        "A",
        "An",
        "This",
        "That",
        "Our",
        "Your",
        "My",
        "In",
        "On",
        "At",
        "Of",
        "Near",
        "From",
        "To",
        "By",
        "Please",
        "Every",
    ]
)


def english(text: str) -> list[Named]:
    """Names with a house number before them, by their last word."""
    found = []
    for one in _ENGLISH.finditer(text):
        start = one.start("name")
        words = one["name"].split()
        while len(words) > 1 and words[0] in _OPENING:
            start = text.index(words[1], start + len(words[0]))
            words = words[1:]
        if len(words) < 2:
            continue
        kind = Kind(_ENGLISH_KINDS.get(one["end"], "road"))
        end = one.end("name")
        found.append(Named(text[start:end], kind, start, end, one["house"] or ""))
    return found

"""Standard texts with named places (标准用语): checked when written, filled when used."""

from collections.abc import Mapping
from string import Formatter

from commonward.core.refusals import N_, Invalid

PLACES = ("number", "due", "stage", "team", "category")
"""What may stand in braces: the case's number, its due moment, its stage, who has it, its kind."""
LONGEST_STANDARD_TEXT = 2_000


def check_words(words: str) -> None:
    """Refuses (Invalid) an empty or too long text, and a place that nothing fills."""
    if not words.strip():
        raise Invalid(N_("Write the words of the text."), field="words")
    if len(words) > LONGEST_STANDARD_TEXT:
        raise Invalid(
            N_("The text has {given} characters; at most {most} are taken."),
            given=len(words),
            most=LONGEST_STANDARD_TEXT,
            field="words",
        )
    for place in _places(words):
        if place not in PLACES:
            raise Invalid(
                N_("Nothing fills the place “{place}”; known are: {known}."),
                place=place,
                known=", ".join(PLACES),
                field="words",
            )


def fill(words: str, values: Mapping[str, str]) -> str:
    """The text with its places filled; Invalid names a place for which this case has no value.

    >>> fill("Case {number} is with {team}.", {"number": "A1", "team": "Roads"})
    'Case A1 is with Roads.'
    """
    for place in _places(words):
        if not values.get(place):
            raise Invalid(
                N_("This case has nothing for the place “{place}”; choose another text."),
                place=place,
                field="text",
            )
    return words.format_map(dict(values))


def _places(words: str) -> list[str]:
    try:
        parts = list(Formatter().parse(words))
    except ValueError:
        raise Invalid(
            N_("A brace in the text is open or lonely: places look like “{example}”."),
            example="{number}",
            field="words",
        ) from None
    found = []
    for _text, place, form, conversion in parts:
        if place is None:
            continue
        if form or conversion or place not in PLACES:
            found.append(
                f"{place}{'!' + conversion if conversion else ''}{':' + form if form else ''}"
            )
        else:
            found.append(place)
    return found

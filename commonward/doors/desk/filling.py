"""Forms of the desk: fields that a step asks for, what was typed, and what of it is right."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils import timezone

from commonward.cases.actions import LONGEST_WORDS
from commonward.cases.actions.photos import MOST_BYTES, MOST_PHOTOS, Ready, prepare_photo
from commonward.core.refusals import N_, Invalid

_LONGEST_LINE = 300
FIND, PLACE = "find", "place_found"
"""What a place field sends beside its position: a name to search, and the place that was taken."""
LOOK = "look"
"""The button that searches for a place; it takes no step, and neither does taking a place."""


@dataclass(frozen=True, slots=True)
class Option:
    """One choice, with what explains it."""

    value: str
    label: str
    hint: str = ""
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Choices that belong together; without a label they stand alone."""

    label: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """A question of a form.

    `kind` is text, line, number, date, select, radio, checks, place or photos; each has its
    template in desk/steps/fields/. `value` is what was typed so far. `texts` are standard texts
    that can be put in.
    """

    name: str
    kind: str
    label: str
    required: bool = False
    hint: str = ""
    groups: tuple[Group, ...] = ()
    value: str = ""
    least: int | None = None
    most: int | None = None
    after: str = ""
    """What stands after a number, such as its unit."""
    texts: tuple[Option, ...] = ()
    lat: str = ""
    lon: str = ""
    find: str = ""
    """The place that was searched by name."""
    places: tuple[Option, ...] | None = None
    """What the search found, each with "lat|lon|address" as its value; None: nothing was asked."""
    wrong: str = ""
    """What is wrong with it, in words."""

    @property
    def template(self) -> str:
        """The part of the page that draws it."""
        return f"desk/steps/fields/{self.kind}.html"


def typed(fields: Iterable[Field], given: QueryDict) -> tuple[Field, ...]:
    """The fields with what was typed into them."""
    return tuple(_typed(one, given) for one in fields)


def _typed(one: Field, given: QueryDict) -> Field:
    if one.kind == "place":
        lat, lon, value = given.get("lat", one.lat), given.get("lon", one.lon), one.value
        value = given.get("address", value)
        taken = given.get(PLACE, "")
        if taken.count("|") >= 2:
            lat, lon, value = taken.split("|", 2)
        return replace(one, value=value, lat=lat, lon=lon, find=given.get(FIND, ""))
    if one.name not in given:
        return one
    chosen = set(given.getlist(one.name))
    groups = tuple(
        replace(group, options=tuple(replace(o, chosen=o.value in chosen) for o in group.options))
        for group in one.groups
    )
    return replace(one, value=given.get(one.name, ""), groups=groups)


def words_of(given: QueryDict, name: str) -> str:
    """Typed words as they are kept: one kind of line end, no end of text inside."""
    return given.get(name, "").replace("\r\n", "\n").replace("\x00", "").strip()


def read(fields: Iterable[Field], given: QueryDict) -> dict[str, Any]:
    """What was filled in, by name and checked. Raises Invalid, naming the field."""
    found: dict[str, Any] = {}
    for one in fields:
        found |= _READ[one.kind](one, given)
    for one in fields:
        if one.required and found.get(one.name) in (None, "", []):
            raise Invalid(N_("Please fill this in."), field=one.name)
    return found


def photos_of(request: HttpRequest, fields: Iterable[Field]) -> tuple[Ready, ...]:
    """The photos that were sent with a form, checked and encoded anew. Raises Invalid."""
    ready: list[Ready] = []
    for one in fields:
        if one.kind != "photos":
            continue
        files = [f for f in request.FILES.getlist(one.name) if f.size]
        if len(files) > MOST_PHOTOS:
            raise Invalid(
                N_("{given} photos were sent; at most {most} are taken at once."),
                field=one.name,
                given=len(files),
                most=MOST_PHOTOS,
            )
        for file in files:
            try:
                ready.append(prepare_photo(file.read(MOST_BYTES + 1)))
            except Invalid as refusal:
                raise Invalid(refusal.text, field=one.name, **refusal.values) from None
    return tuple(ready)


def _text(one: Field, given: QueryDict) -> dict[str, Any]:
    words = words_of(given, one.name)
    most = LONGEST_WORDS if one.kind == "text" else _LONGEST_LINE
    if len(words) > most:
        raise Invalid(
            N_("This has {given} characters; at most {most} are taken."),
            field=one.name,
            given=len(words),
            most=most,
        )
    return {one.name: words}


def _number(one: Field, given: QueryDict) -> dict[str, Any]:
    text = given.get(one.name, "").strip()
    if not text:
        return {one.name: None}
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None
    least, most = one.least or 0, 10**9 if one.most is None else one.most
    if number is None or not least <= number <= most:
        raise Invalid(
            N_("Give a whole number from {least} to {most}."),
            field=one.name,
            least=least,
            most=most,
        )
    return {one.name: number}


def _date(one: Field, given: QueryDict) -> dict[str, Any]:
    """A day is included: it ends at the midnight after it, by the site's clock."""
    text = given.get(one.name, "").strip()
    if not text:
        return {one.name: None}
    try:
        day = date.fromisoformat(text) + timedelta(days=1)
    except (ValueError, OverflowError):
        raise Invalid(N_("Give the day as 2026-03-31."), field=one.name) from None
    return {one.name: datetime.combine(day, time(), timezone.get_current_timezone())}


def _choice(one: Field, given: QueryDict) -> dict[str, Any]:
    value = given.get(one.name, "")
    known = {o.value for group in one.groups for o in group.options}
    if value and value not in known:
        raise Invalid(N_("Choose one of those that are offered."), field=one.name)
    return {one.name: value}


def _choices(one: Field, given: QueryDict) -> dict[str, Any]:
    values = given.getlist(one.name)
    known = {o.value for group in one.groups for o in group.options}
    if not set(values) <= known:
        raise Invalid(N_("Choose some of those that are offered."), field=one.name)
    return {one.name: list(dict.fromkeys(values))}


def _place(one: Field, given: QueryDict) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, furthest in (("lat", 90.0), ("lon", 180.0)):
        text = given.get(name, "").strip()
        try:
            number = float(text) if text else None
        except ValueError:
            number = float("nan")
        if number is not None and not -furthest <= number <= furthest:
            raise Invalid(
                N_("Give the position in degrees, such as 27.805 and 113.105."), field=one.name
            )
        found[name] = number
    if one.required and None in found.values():
        raise Invalid(N_("Please fill this in."), field=one.name)
    address = given.get("address", "").strip()[:_LONGEST_LINE]
    return {**found, "address": address, one.name: "given" if found["lat"] is not None else ""}


def _nothing(one: Field, given: QueryDict) -> dict[str, Any]:
    return {}


_READ: Mapping[str, Any] = {
    "text": _text,
    "line": _text,
    "number": _number,
    "date": _date,
    "select": _choice,
    "radio": _choice,
    "checks": _choices,
    "place": _place,
    "photos": _nothing,
}

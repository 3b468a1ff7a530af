"""What lists, searches, tiles, photos and live news show to somebody is theirs to see, by the same table.

Of those to whom the table shows the same cases, and who hold the same kind of post, two ask.
"""

import re
from collections.abc import Callable, Hashable, Iterable

from django.urls import reverse

from commonward.core.following import Position
from tests.rights.asking import Asking, undrawn
from tests.rights.people import Person, everybody
from tests.rights.table import sees
from tests.rights.things import OF_CASES, Things
from tests.rights.town import WORDS, Town

FIELD = ("grid_worker", "handler")
LISTED = {"south", "north"}


def ours(things: Things, person: Person) -> set[str]:
    """The names of the cases that the table shows to this person."""
    return {name for name in OF_CASES if sees(person, things.case(name))}


def two_of_each(things: Things, *more: Callable[[Person], Hashable]) -> Iterable[Person]:
    """Two of those whom the table shows the same, as far as these differ, too."""
    alike: dict[Hashable, list[Person]] = {}
    for person in everybody():
        key = (frozenset(ours(things, person)), person.signed_in, *(one(person) for one in more))
        alike.setdefault(key, []).append(person)
    return [person for people in alike.values() for person in {people[0], people[-1]}]


def test_a_search_and_the_palette_find_what_is_theirs_and_nothing_else(
    asking: Asking, town: Town, things: Things
) -> None:
    found_by_some = set()
    for person in two_of_each(things):
        if not person.post:
            continue
        asked = {"q": WORDS, "state": "all"}
        page = asking.ask(person.login, reverse("desk:queue"), data=asked).content.decode()
        found = {name for name in OF_CASES if town.named[name] in page}
        assert found <= ours(things, person), person.login
        assert LISTED & ours(things, person) <= found, person.login
        found_by_some |= found
        for name in OF_CASES:
            goals = asking.ask(
                person.login, reverse("desk:go"), data={"q": town.named[name], "part": "list"}
            ).content.decode()
            led = f"/{town.named[name]}/" in goals
            assert not led or name in ours(things, person), (person.login, name)
    assert found_by_some >= LISTED


def test_news_after_a_place_tell_of_nothing_else(
    asking: Asking, town: Town, things: Things
) -> None:
    begin, told = Position().to_text(), 0
    names = {town.named[one]: one for one in OF_CASES}
    for person in two_of_each(things):
        answer = asking.ask(person.login, reverse("live:since"), data={"id": begin})
        for event in answer.json()["events"] if answer.status_code == 200 else ():
            told += 1
            if event["case"] in names:
                assert names[event["case"]] in ours(things, person), person.login
    assert told > 50


def test_the_live_map_is_for_who_coordinates(asking: Asking) -> None:
    coordinates = [p for p in everybody() if p.post in ("response_coordinator", "unit", "leader")]
    for person in coordinates:
        got = asking.ask(person.login, reverse("live:since"), data={"fleet": ""}).status_code
        right = person.post == "response_coordinator" and not person.scope.verbs
        assert (got == 200) == right, person.login


def test_a_photo_of_a_case_opens_to_whoever_sees_it_and_to_nobody_else(
    asking: Asking, town: Town, things: Things
) -> None:
    name = town.named["photo"].removesuffix(".jpg")
    field, public = reverse("field:photo", args=[name]), reverse("portal:photo", args=[name])
    with undrawn():
        for person in two_of_each(things, lambda p: p.post in FIELD):
            assert asking.ask(person.login, public).status_code == 404, "nobody let it out"
            got = asking.ask(person.login, field).status_code
            right = person.post in FIELD and "south" in ours(things, person)
            assert (got == 200) == right, person.login


def test_tiles_of_the_desk_are_made_for_whoever_asks(asking: Asking, things: Things) -> None:
    path = reverse("tiles:desk", args=[0, 0, 0])
    shown: dict[bool, set[bytes]] = {}
    for person in two_of_each(things):
        answer = asking.ask(person.login, path)
        if not person.signed_in:
            assert answer.status_code == 401, person.login
            continue
        assert "private" in answer.headers["Cache-Control"]
        shown.setdefault(bool(ours(things, person) & LISTED), set()).add(answer.content)
    assert len(shown[False]) == 1 and not shown[False] & shown[True], "an empty map for strangers"


def test_numbers_are_drawn_by_chance_and_tell_no_order(town: Town) -> None:
    in_order = [town.named[name] for name in OF_CASES]
    assert all(re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{10}", one) for one in in_order)
    assert len({one[:3] for one in in_order}) >= len(in_order) - 1, "no part that counts"
    for kind in ("council", "consultation", "alliance", "drill", "staff", "survey", "cover"):
        assert re.fullmatch(r"[0-9A-Za-z]{8,}", town.named[kind]), kind
        assert not town.named[kind].isdecimal(), kind

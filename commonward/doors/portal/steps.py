"""The questions of a report, one after the other: what each shows, and what it takes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from commonward.areas.queries import Located, area_by_code, chain, locate
from commonward.cases.actions import LONGEST_WORDS
from commonward.cases.queries.perhaps_same import PerhapsSame, perhaps_same
from commonward.cases.queries.reading import reading
from commonward.cases.queries.reference import book
from commonward.cases.queries.services import Service, service, services
from commonward.cases.queries.suggested import offered
from commonward.core.answers import applies
from commonward.core.refusals import N_, Invalid
from commonward.doors.look.showing import language, named
from commonward.doors.portal import asking, nearby, placing
from commonward.doors.portal.draft import Draft

_LONGEST_ADDRESS = 300
_LONGEST_CONTACT = 200
_FEWEST_DIGITS = 5
_ASK = "ask-"


@dataclass(frozen=True, slots=True)
class Moment:
    """When it is asked, and the marks of the reference data at that moment."""

    at: datetime
    revisions: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Step:
    """One question: its template, what it shows, and how the answer changes the draft.

    `show` gives the template's context; `take` raises Invalid naming the field.
    """

    template: str
    show: Callable[[Draft, Moment], dict[str, Any]]
    take: Callable[[Draft, QueryDict, Moment], Draft]


def order(draft: Draft, now: Moment) -> list[str]:
    """The names of the questions that this report needs, in order."""
    names = ["words", "category", "where"]
    if placing.meant(draft, now):
        names.append("place")
    found = located(draft, now)
    if found is not None and found.candidates:
        names.append("side")
    if same_as(draft, now):
        names.append("same")
    if not draft.same:
        names += [f"{_ASK}{q['code']}" for q in _questions(draft, now)]
    return [*names, "contact", "check"]


def step_named(name: str) -> Step:
    """The question of this name. Raises Invalid for a name that there is not."""
    if name.startswith(_ASK):
        code = name.removeprefix(_ASK)
        return Step(
            "portal/steps/ask.html",
            lambda draft, now: _show_question(draft, now, code),
            lambda draft, post, now: _take_question(draft, post, now, code),
        )
    if name not in _STEPS:
        raise Invalid(N_("There is no such question."), field="step")
    return _STEPS[name]


def located(draft: Draft, now: Moment) -> Located | None:
    """Where the draft's point lies, None without one."""
    if draft.lat is None or draft.lon is None:
        return None
    return locate(draft.lat, draft.lon, at=now.at, revisions=now.revisions)


def same_as(draft: Draft, now: Moment) -> tuple[PerhapsSame, ...]:
    """Public reports that may be the same problem."""
    if draft.lat is None or draft.lon is None or not draft.category:
        return ()
    return perhaps_same(
        draft.category,
        draft.lat,
        draft.lon,
        now.at,
        now.revisions,
        words=draft.words,
        address=draft.address,
    )


def near(draft: Draft, post: QueryDict, now: Moment) -> tuple[PerhapsSame, ...]:
    """The same for words or a position that are still in the form. Raises Invalid where the
    position is none."""
    words = post.get("words", "").replace("\x00", "").strip()[:LONGEST_WORDS]
    typed = replace(draft, words=words) if words else draft
    lat, lon = _degrees(post, "lat"), _degrees(post, "lon")
    return nearby.around(typed if lat is None else replace(typed, lat=lat, lon=lon), now)


def place_name(path: str, at: datetime) -> str:
    """The areas of a path as a reader says them, the largest first."""
    return " › ".join(named(p.name, p.name_en) for p in chain(path, at))


def chosen_service(draft: Draft, now: Moment) -> Service | None:
    """The category that was chosen, while it can be reported."""
    return service(draft.category, now.revisions)


def _questions(draft: Draft, now: Moment) -> list[Mapping[str, Any]]:
    """Those that are asked after the answers so far."""
    found = chosen_service(draft, now)
    questions = asking.in_order(found.questions) if found else []
    return [q for q in questions if applies(q, draft.answers)]


def _take_words(draft: Draft, post: QueryDict, now: Moment) -> Draft:
    words = post.get("words", "").replace("\r\n", "\n").replace("\x00", "").strip()
    if not words:
        raise Invalid(N_("Please say in a few words what is wrong."), field="words")
    if len(words) > LONGEST_WORDS:
        raise Invalid(
            N_("The description has {given} characters; at most {most} are taken."),
            given=len(words),
            most=LONGEST_WORDS,
            field="words",
        )
    return replace(draft, words=words)


def _show_category(draft: Draft, now: Moment) -> dict[str, Any]:
    open_to_all = [s for s in services(now.revisions).values() if s.reportable]
    unsorted = reading(now.revisions).unsorted
    found = [s for s in offered(draft.words, now.revisions).kinds if s.code != unsorted]
    by_code = {s.code: s for s in open_to_all}
    likely = {s.code for s in found}
    groups: dict[str, list[dict[str, str]]] = {}
    for one in open_to_all:
        if one.code not in likely and one.code != unsorted:
            groups.setdefault(one.grouped(language()), []).append(_shown(one))
    return {
        "suggested": [{**_shown(by_code[s.code]), "because": ", ".join(s.because)} for s in found],
        "groups": groups,
        "unsorted": unsorted if unsorted in by_code else "",
        "open_groups": not found
        or (draft.category and draft.category not in likely and draft.category != unsorted),
    }


def _shown(one: Service) -> dict[str, str]:
    return {
        "code": one.code,
        "name": one.named(language()),
        "about": one.about if language().startswith("zh") else "",
    }


def _take_category(draft: Draft, post: QueryDict, now: Moment) -> Draft:
    code = post.get("category", "")
    found = service(code, now.revisions)
    if found is None:
        raise Invalid(N_("Please choose what kind of problem it is."), field="category")
    known = {str(q["code"]) for q in found.questions}
    kept = {c: a for c, a in draft.answers.items() if c in known}
    same = draft.same if draft.category == code else ""
    return replace(draft, category=code, answers=kept, same=same)


def _take_where(draft: Draft, post: QueryDict, now: Moment) -> Draft:
    if post.get("cannot"):
        return replace(
            draft, address="", lat=None, lon=None, place="", side="", same="", nowhere=True
        )
    address = " ".join(post.get("address", "").replace("\x00", "").split())
    if len(address) > _LONGEST_ADDRESS:
        raise Invalid(
            N_("The address has {given} characters; at most {most} are taken."),
            given=len(address),
            most=_LONGEST_ADDRESS,
            field="address",
        )
    said = {one.key: one for one in placing.offers(draft.words, now)}
    chosen = said.get(str(post.get("place")))
    if chosen is not None:
        return placing.at_offer(replace(draft, address=address), chosen)
    lat, lon = _degrees(post, "lat"), _degrees(post, "lon")
    if (lat is None) != (lon is None):
        raise Invalid(
            N_("A position has two numbers; one is missing. You may also leave both empty."),
            field="lat" if lat is None else "lon",
        )
    if lat is None and not address:
        raise Invalid(N_("Please say where it is, or choose “I can't say where”."), field="address")
    moved = (lat, lon) != (draft.lat, draft.lon)
    if draft.place and not moved and address != draft.address:
        # The position was that of the place named before.
        lat, lon, moved = None, None, True
    taken = replace(
        draft,
        address=address,
        lat=lat,
        lon=lon,
        nowhere=False,
        place="" if moved else draft.place,
        side="" if moved else draft.side,
        same="" if moved else draft.same,
    )
    found = located(taken, now)
    if found is not None and found.outside:
        if found.swapped_hint:
            raise Invalid(
                N_("This place is outside the area served; the two numbers look swapped."),
                field="lat",
            )
        raise Invalid(
            N_(
                "This place is outside the area served. Correct the two numbers, or leave them "
                "empty and write the address."
            ),
            field="lat",
        )
    return taken


def _show_where(draft: Draft, now: Moment) -> dict[str, Any]:
    said = placing.offers(draft.words, now) if draft.lat is None else ()
    return {"said": placing.shown(said, now)}


def _degrees(post: QueryDict, name: str) -> float | None:
    text = post.get(name, "").strip().replace("，", ".").replace(",", ".")
    if not text:
        return None
    most = 90 if name == "lat" else 180
    try:
        found = float(text)
    except ValueError:
        found = float("nan")
    if not abs(found) <= most:
        raise Invalid(
            N_("“{given}” is no position: write a number such as {example}, at most {most}."),
            given=text[:40],
            example="27.8156" if name == "lat" else "113.1532",
            most=most,
            field=name,
        )
    return round(found, 6)


def _show_side(draft: Draft, now: Moment) -> dict[str, Any]:
    found = located(draft, now)
    return {
        "sides": [
            {"code": c.code, "name": place_name(c.path, now.at), "metres": round(c.metres)}
            for c in (found.candidates if found else ())
        ]
    }


def _take_side(draft: Draft, post: QueryDict, now: Moment) -> Draft:
    found = located(draft, now)
    side = post.get("side", "")
    if side == "unknown":
        return replace(draft, side="")
    if found is None or side not in {c.code for c in found.candidates}:
        raise Invalid(N_("Please choose a side, or say that you do not know."), field="side")
    return replace(draft, side=side)


def _show_same(draft: Draft, now: Moment) -> dict[str, Any]:
    return {"perhaps": same_as(draft, now)}


def _take_same(draft: Draft, post: QueryDict, now: Moment) -> Draft:
    same = post.get("same", "")
    if same == "other":
        return replace(draft, same="", another=True)
    if same not in {s.entry.number for s in same_as(draft, now)}:
        raise Invalid(N_("Please say whether it is one of these."), field="same")
    return replace(draft, same=same, another=False)


def _show_question(draft: Draft, now: Moment, code: str) -> dict[str, Any]:
    question = next((q for q in _questions(draft, now) if str(q["code"]) == code), None)
    if question is None:
        raise Invalid(N_("There is no such question."), field="step")
    return {"question": asking.shown(question, draft.answers.get(code))}


def _take_question(draft: Draft, post: QueryDict, now: Moment, code: str) -> Draft:
    question = next((q for q in _questions(draft, now) if str(q["code"]) == code), None)
    if question is None:
        raise Invalid(N_("There is no such question."), field="step")
    answer = asking.taken(question, post.getlist("answer"))
    others = {c: a for c, a in draft.answers.items() if c != code}
    return replace(draft, answers={**others, **answer})


def _show_contact(draft: Draft, now: Moment) -> dict[str, Any]:
    known = book(now.revisions)
    _id, procedure = known.procedure_in_force(known.category(draft.category).procedure)
    return {"keep_years": procedure.keep_years}


def _take_contact(draft: Draft, post: QueryDict, now: Moment) -> Draft:
    given = {
        name: " ".join(post.get(name, "").replace("\x00", "").split())
        for name in ("last_name", "phone", "email")
    }
    for name, value in given.items():
        if len(value) > _LONGEST_CONTACT:
            raise Invalid(
                N_("This is too long; at most {most} characters are taken."),
                most=_LONGEST_CONTACT,
                field=name,
            )
    if given["phone"] and sum(c.isdecimal() for c in given["phone"]) < _FEWEST_DIGITS:
        raise Invalid(N_("This telephone number is too short; compare it."), field="phone")
    if given["email"] and not 0 < given["email"].find("@") < len(given["email"]) - 1:
        raise Invalid(
            N_("An e-mail address looks like name@example.org; compare it."), field="email"
        )
    return replace(draft, contact={k: v for k, v in given.items() if v})


def _show_check(draft: Draft, now: Moment) -> dict[str, Any]:
    found = chosen_service(draft, now)
    place = located(draft, now)
    path = place.path if place else ""
    if draft.side:
        path = area_by_code(draft.side, now.at).path
    return {
        "category_name": found.named(language()) if found else "",
        "place": place_name(path, now.at) if path else "",
        "answers": asking.told(_questions(draft, now), draft.answers),
        "contact": [
            (label, draft.contact[name])
            for name, label in (
                ("last_name", _("Name")),
                ("phone", _("Telephone")),
                ("email", _("E-mail")),
            )
            if name in draft.contact
        ],
    }


def _take_check(draft: Draft, post: QueryDict, now: Moment) -> Draft:
    return replace(draft, quiet=bool(post.get("quiet")))


def _nothing(draft: Draft, now: Moment) -> dict[str, Any]:
    return {}


_STEPS: Mapping[str, Step] = {
    "words": Step("portal/steps/words.html", _nothing, _take_words),
    "category": Step("portal/steps/category.html", _show_category, _take_category),
    "where": Step("portal/steps/where.html", _show_where, _take_where),
    "place": Step("portal/steps/place.html", placing.show, placing.take),
    "side": Step("portal/steps/side.html", _show_side, _take_side),
    "same": Step("portal/steps/same.html", _show_same, _take_same),
    "contact": Step("portal/steps/contact.html", _show_contact, _take_contact),
    "check": Step("portal/steps/check.html", _show_check, _take_check),
}

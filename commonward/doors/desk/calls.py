"""A call as its form holds it, and what the officer is shown beside it while listening."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from commonward.areas.queries import Located, chain, locate
from commonward.cases.actions.calls import ANSWER
from commonward.cases.actions.opening import LONGEST_WORDS, Said
from commonward.cases.actions.receipts import sent_under
from commonward.cases.actions.same import Shown
from commonward.cases.queries.answers import AnswerLine, answers_matching
from commonward.cases.queries.lists import planned
from commonward.cases.queries.nearby import Similar, Telling, likely, similar
from commonward.cases.queries.places import PlaceFound, places_named
from commonward.cases.queries.reference import book
from commonward.cases.queries.same_weights import weighing
from commonward.cases.queries.searched import AtPlace, at_place
from commonward.cases.queries.services import Service, services
from commonward.cases.queries.suggested import offered
from commonward.cases.queries.texts import texts_for
from commonward.core.danger import numbers_to_call
from commonward.core.refusals import N_, Invalid, Refusal
from commonward.core.standard_texts import fill
from commonward.doors.desk.choosing import place_told
from commonward.doors.desk.sorting import calibrated, percent
from commonward.doors.look.showing import language, named
from commonward.doors.look.standing import Standing

CHANNELS = ("phone", "counter")
LANGUAGES = ("zh-hans", "en")
NEAR_METRES, NEAR_DAYS = 100, 365
MOST_EARLIER = 10
_CONTACT = ("last_name", "phone", "email")
_LONGEST_LINE = 300
_ANSWER = "answer-"


@dataclass(frozen=True, slots=True)
class Call:
    """What was typed so far; `key` names this one filing, however often it is sent."""

    key: str
    channel: str = "phone"
    words: str = ""
    find: str = ""
    address: str = ""
    lat_text: str = ""
    lon_text: str = ""
    side: str = ""
    category: str = ""
    language: str = ""
    incident: str = ""
    """The incident that the case belongs with, where help was sent for first."""
    another: bool = False
    """The caller said that it is none of the cases near by that were read out."""
    answers: Mapping[str, str | list[str]] = field(default_factory=dict)
    contact: Mapping[str, str] = field(default_factory=dict)

    @property
    def point(self) -> tuple[float, float] | None:
        """Latitude and longitude, where both are numbers on the earth."""
        try:
            lat, lon = float(self.lat_text), float(self.lon_text)
        except ValueError:
            return None
        return (lat, lon) if abs(lat) <= 90 and abs(lon) <= 180 else None

    @property
    def started(self) -> bool:
        """Whether anything is known by which something could be shown beside the form."""
        return bool(self.words or self.find or self.category or self.point)

    def said(self, otherwise: str = "") -> Said:
        """For the actions; `otherwise` are the words of a call without any. Raises Invalid naming
        the field."""
        if not (self.words or otherwise):
            raise Invalid(N_("Please say in a few words what is wrong."), field="words")
        if (self.lat_text or self.lon_text) and self.point is None:
            raise Invalid(
                N_("Give the position in degrees, such as 27.805 and 113.105."), field="lat"
            )
        lat, lon = self.point or (None, None)
        return Said(
            channel=self.channel,
            words=self.words or otherwise,
            lat=lat,
            lon=lon,
            address=self.address,
            answers=_answers(self.questions(), self.answers),
            contact=self.contact,
            language=self.language or language(),
            idempotency=sent_under(self.key),
        )

    def questions(self) -> Sequence[Mapping[str, Any]]:
        """What the chosen category asks, in its order."""
        known = book()
        found = known.codes.get(self.category)
        asked = known.categories[found].questions if found is not None else ()
        return sorted(asked, key=lambda q: int(q.get("order", 0) or 0))


def read(given: QueryDict) -> Call:
    """The call of a form; what a button puts in place of a field is in it already."""

    def line(name: str, most: int = _LONGEST_LINE) -> str:
        return " ".join(given.get(name, "").replace("\x00", "").split())[:most]

    words = given.get("words", "").replace("\r\n", "\n").replace("\x00", "").strip()
    place = given.get("place", "").split("|", 2)
    lat, lon, address = place if len(place) == 3 else (line("lat"), line("lon"), line("address"))
    key = line("key", 60)
    channel, chosen = given.get("channel", ""), given.get("reads", "")
    return Call(
        key=key if len(key) >= 16 else secrets.token_urlsafe(24),
        channel=channel if channel in CHANNELS else CHANNELS[0],
        words=words[: LONGEST_WORDS + 1],
        find="" if len(place) == 3 else line("find"),
        address=address[:_LONGEST_LINE],
        lat_text=lat.replace(",", "."),
        lon_text=lon.replace(",", "."),
        side=line("side", 40),
        category=line("suggested", 40) or line("category", 40),
        language=chosen if chosen in LANGUAGES else "",
        incident=line("incident", 20),
        another=bool(given.get("another")),
        answers={
            name.removeprefix(_ANSWER): [a for a in given.getlist(name) if a.strip()]
            for name in given
            if name.startswith(_ANSWER)
        },
        contact={name: line(name, 200) for name in _CONTACT if line(name)},
    )


def _answers(
    questions: Sequence[Mapping[str, Any]], given: Mapping[str, str | list[str]]
) -> dict[str, Any]:
    """As the actions check them: a list for several choices, moments with the site's zone."""
    found: dict[str, Any] = {}
    for question in questions:
        code, kind = str(question["code"]), str(question["datatype"])
        answer = list(given.get(code, ()))
        if not answer:
            continue
        found[code] = answer if kind == "multivaluelist" else answer[0]
        if kind == "datetime":
            found[code] = _with_zone(answer[0])
    return found


def _with_zone(text: str) -> str:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return (timezone.make_aware(moment) if moment.tzinfo is None else moment).isoformat()


@dataclass(frozen=True, slots=True)
class Suggested:
    """A kind of problem that the words may mean, with the words that say so.

    `percent` is its probability, None where none is measured yet.
    """

    code: str
    name: str
    because: tuple[str, ...]
    percent: int | None = None


@dataclass(frozen=True, slots=True)
class Side:
    """One of the areas that a point near a border may belong to."""

    code: str
    name: str
    metres: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """A standard text as the resident will read it."""

    name: str
    words: str


@dataclass(frozen=True, slots=True)
class Beside:
    """All that is shown beside the form."""

    call_now: tuple[str, ...]
    suggested: tuple[Suggested, ...]
    places: tuple[tuple[PlaceFound, str], ...]
    """Each with what is said beside it."""
    where: str
    outside: bool
    sides: tuple[Side, ...]
    same: tuple[Similar, ...]
    same_by: str
    earlier: tuple[AtPlace, ...]
    answers: tuple[AnswerLine, ...]
    answer_at_once: bool
    previews: tuple[Preview, ...]
    questions: tuple[Mapping[str, Any], ...]
    wrong: str = ""


def beside(call: Call, standing: Standing, marks: Mapping[str, int]) -> Beside:
    """What may help with this call: places, cases there, answers, texts. Writes nothing."""
    actor, at = standing.actor, standing.at
    located = _located(call, at, marks)
    same, earlier = (
        _near(call, standing, marks) if located is not None and not located.outside else ((), ())
    )
    reader = call.language or language()
    return Beside(
        call_now=numbers_to_call(call.words),
        suggested=suggested(call.words, marks),
        places=tuple(
            (place, place_told(place, standing)) for place in places_named(actor, call.find, at)
        )
        if call.find
        else (),
        where=place_name(located.path, at) if located is not None and located.path else "",
        outside=located is not None and located.outside,
        sides=_sides(call, located, at),
        same=same,
        same_by=weighing(marks).weights.version,
        earlier=earlier,
        answers=answers_matching(
            actor,
            call.words,
            at,
            language=reader,
            most=4,
            area_path=located.path if located is not None else "",
        ),  # fmt: skip
        answer_at_once=bool(call.category) and book(marks).offers_at_once(call.category, ANSWER),
        previews=_previews(call, standing, reader, marks),
        questions=tuple(_shown(q, call.answers) for q in call.questions()),
    )


def suggested(words: str, marks: Mapping[str, int], most: int = 4) -> tuple[Suggested, ...]:
    """The kinds of problem that the words may mean, the likeliest first; () where the site has
    switched it off."""
    by_code = {s.code: s for s in services(marks).values()}
    found = offered(words, marks, most=most)
    measured = calibrated(found.version)
    return tuple(
        Suggested(
            s.code,
            by_code[s.code].named(language()),
            s.because,
            percent(s.probability) if measured else None,
        )
        for s in found.kinds
    )


def category_for_danger(call: Call, marks: Mapping[str, int]) -> str:
    """The kind under which a danger is filed when nobody had time to choose: the chosen one, the
    best suggestion, else the first that asks nothing. It can be corrected afterwards.

    A kind whose questions must be answered first is passed over. Raises Invalid for none.
    """
    known = book(marks)
    offered: list[Service] = sorted(
        (s for s in services(marks).values() if s.reportable), key=lambda s: s.code
    )
    problems = [s.code for s in offered if not known.offers_at_once(s.code, ANSWER)]
    for code in (call.category, *(s.code for s in suggested(call.words, marks)), *problems):
        found = known.codes.get(code)
        if found is None:
            continue
        questions = known.categories[found].questions
        if not any(q.get("required") and not call.answers.get(str(q["code"])) for q in questions):
            return code
    raise Invalid(N_("Choose the kind of problem first."), field="category")


def place_name(path: str, at: datetime) -> str:
    """The areas of a path as a reader says them, the largest first."""
    return " › ".join(named(p.name, p.name_en) for p in chain(path, at))


def _located(call: Call, at: datetime, marks: Mapping[str, int]) -> Located | None:
    if call.point is None:
        return None
    found = locate(*call.point, at=at, revisions=marks)
    chosen = next((c for c in found.candidates if c.code == call.side), None)
    return found.chosen(chosen) if chosen is not None else found


def _sides(call: Call, located: Located | None, at: datetime) -> tuple[Side, ...]:
    return tuple(
        Side(c.code, place_name(c.path, at), round(c.metres), c.code == call.side)
        for c in (located.candidates if located is not None else ())
    )


def _near(
    call: Call, standing: Standing, marks: Mapping[str, int]
) -> tuple[tuple[Similar, ...], tuple[AtPlace, ...]]:
    if call.point is None:
        return (), ()
    lat, lon = call.point
    telling = Telling(lat, lon, call.category, call.words, call.address)
    with planned():
        return _near_there(call, telling, standing, marks)


def _near_there(
    call: Call, telling: Telling, standing: Standing, marks: Mapping[str, int]
) -> tuple[tuple[Similar, ...], tuple[AtPlace, ...]]:
    lat, lon = telling.lat, telling.lon
    try:
        same = likely(standing.actor, telling, standing.at, marks=marks)
        weighed = {one.line.number for one in same}
        if call.category:
            # Those that the site calls near, though the model did not put them first.
            near = similar(standing.actor, call.category, lat, lon, standing.at, marks)
            same += tuple(one for one in near if one.line.number not in weighed)
    except Refusal:
        same = ()
    shown = {s.line.number for s in same}
    earlier = at_place(
        standing.actor,
        lat,
        lon,
        standing.at,
        metres=NEAR_METRES,
        days=NEAR_DAYS,
        most=MOST_EARLIER,
        marks=marks,
    )
    return same, tuple(one for one in earlier if one.line.number not in shown)


def shown_same(call: Call, standing: Standing, marks: Mapping[str, int]) -> tuple[Shown, ...]:
    """What was compared of the cases beside the form, to be kept with what the caller said."""
    located = _located(call, standing.at, marks)
    if located is None or located.outside:
        return ()
    same, _ = _near(call, standing, marks)
    return tuple(Shown(one.line.id, one.row) for one in same if one.row is not None)


def _previews(
    call: Call, standing: Standing, reader: str, marks: Mapping[str, int]
) -> tuple[Preview, ...]:
    known = book(marks)
    found = known.codes.get(call.category)
    if found is None:
        return ()
    facts = known.categories[found]
    procedure = known.procedure_in_force(facts.procedure)[1]
    stage = procedure.stages[procedure.start]
    values = {
        "number": _("(its number)"),
        "due": _("(its deadline)"),
        "team": _("(the team)"),
        "stage": stage.title.in_language(reader),
        "category": facts.name if reader.startswith("zh") else facts.name_en or facts.name,
    }
    texts = texts_for(standing.actor, reader, category=call.category, stage=stage.name, marks=marks)
    return tuple(Preview(t.name, fill(t.words, values)) for t in texts[:4])


def _shown(question: Mapping[str, Any], given: Mapping[str, str | list[str]]) -> dict[str, Any]:
    code = str(question["code"])
    answer = list(given.get(code, ()))
    return {
        "code": code,
        "name": f"{_ANSWER}{code}",
        "kind": str(question["datatype"]),
        "prompt": named(str(question.get("prompt") or code), str(question.get("prompt_en") or "")),
        "required": bool(question.get("required")),
        "text": answer[0] if answer else "",
        "values": [
            {
                "key": str(v["key"]),
                "name": named(str(v["name"]), str(v.get("name_en") or "")),
                "chosen": str(v["key"]) in answer,
            }
            for v in question.get("values", ())
        ],
    }

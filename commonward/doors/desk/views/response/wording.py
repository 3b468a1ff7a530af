"""Names of what urgent help knows, in the reader's language."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from commonward.core.refusals import N_
from commonward.core.urgent.cards import Card, wanted_from
from commonward.core.urgent.words import AGENCIES, PRIORITIES, STEPS
from commonward.doors.look.showing import named, said
from commonward.doors.look.standing import Standing
from commonward.people.queries import now
from commonward.response.models import Incident, Suggestion, Unit
from commonward.response.queries.cards import card_of, cards
from commonward.response.queries.fleet import names
from commonward.response.queries.rosters import NextShift

SHAPES: Mapping[str, str] = {"critical": "■", "urgent": "▲", "routine": "●"}
STEP_SHAPES: Mapping[str, str] = {
    "reserved": "◇", "sent": "○", "acknowledged": "◔", "en_route": "◑", "on_scene": "●",
    "free": "–",
}  # fmt: skip
SOURCES: Mapping[str, str] = {
    "phone": N_("telephone"),
    "desk": N_("counter"),
    "portal": N_("danger button of the portal"),
    "field": N_("grid worker"),
    "api": N_("another system"),
    "centre": N_("another centre"),
}
FREED: Mapping[str, str] = {
    "done": N_("done"),
    "stood_down": N_("stood down"),
    "cannot": N_("could not go"),
    "handed_on": N_("handed to another centre"),
    "real_call": N_("called to a real incident"),
}
HANDED: Mapping[str, str] = {
    "sent": N_("sent, no receipt yet"),
    "received": N_("received"),
    "returned": N_("given back"),
}
HAPPENED: Mapping[str, str] = {
    "opened": N_("Call taken"),
    "another_call": N_("One more call"),
    "locate": N_("Located"),
    "moved_place": N_("The place was corrected"),
    "card_answered": N_("Questions answered"),
    "grade": N_("Kind and priority known"),
    "recommend": N_("Units recommended"),
    "recommended_again": N_("Units recommended again"),
    "reserve": N_("Reserved for later"),
    "order": N_("Order given"),
    "order_more": N_("More units ordered"),
    "units_sent": N_("Sent"),
    "units_reserved": N_("Reserved"),
    "reserved_sent": N_("The reserved units were sent"),
    "acknowledge": N_("The first unit answered"),
    "depart": N_("The first unit is on its way"),
    "arrive": N_("The first unit is there"),
    "unit_acknowledged": N_("Answered"),
    "unit_en_route": N_("On the way"),
    "unit_on_scene": N_("There"),
    "unit_free": N_("Free again"),
    "move_up_ordered": N_("A unit was told to wait elsewhere"),
    "unit_silent": N_("Silent: called again"),
    "silence_escalated": N_("Still silent: who coordinates was told"),
    "end_on_spot": N_("Ended on the spot"),
    "call_off": N_("Called off"),
    "keep_note": N_("After-action note kept"),
    "linked": N_("Linked to a case"),
    "joined_by": N_("Another incident joined it"),
    "join": N_("Joined to another incident"),
    "hand_on": N_("Handed to another centre"),
    "handed_to_centre": N_("The other centre was told"),
    "hand_over_received": N_("The other centre has it"),
    "hand_over_returned": N_("The other centre gave it back"),
    "taken_from_centre": N_("Taken over from another centre"),
    "taken_over": N_("The other centre has it"),
    "come_back": N_("It came back"),
    "warned": N_("A limit is nearly over"),
    "overdue": N_("A limit is over"),
    "escalated": N_("The ladder: the next were told"),
}
STATUS: Mapping[str, str] = {
    "idle": N_("free"),
    "busy": N_("held by an order"),
    "reserved": N_("reserved soon"),
    "rest": N_("due a rest"),
    "resting": N_("must rest"),
    "drill": N_("in a drill"),
}


def word(table: Mapping[str, str], code: str) -> str:
    """The name of a code; the code itself where it has none."""
    return _(table[code]) if code in table else code


def agency(code: str) -> str:
    """The name of a force (出动力量)."""
    zh, en = AGENCIES.get(code, (code, code))
    return named(zh, _(en))


def agencies() -> list[tuple[str, str]]:
    """Every force with its name."""
    return [(code, agency(code)) for code in AGENCIES]


def radio(unit: Unit) -> str:
    """What a unit is called."""
    return named(unit.radio_name, unit.radio_name_en)


def kinds(at: datetime) -> list[tuple[str, str]]:
    """The cards that can be asked, with their titles."""
    return [(one.kind, said(one.title)) for one in cards(at).cards.values()]


def kind(incident: Incident) -> str:
    """What an incident is, as its card names it."""
    found = card_of(incident.cards, incident.kind, now())
    return said(found.title) if found is not None else incident.kind


def priority(grade: str) -> dict[str, str]:
    """A priority with its shape."""
    return {"name": grade, "text": word(PRIORITIES, grade), "shape": SHAPES.get(grade, "○")}


def seconds(given: int | None) -> str:
    """A time span to the second: "43 s", "2 min 05 s"."""
    if given is None:
        return "–"
    if given < 60:
        return _("{seconds} s").format(seconds=given)
    if given < 3600:
        return _("{minutes} min {seconds:02d} s").format(minutes=given // 60, seconds=given % 60)
    return _("{hours} h {minutes:02d} min").format(hours=given // 3600, minutes=given % 3600 // 60)


def questions(asked: Card, answers: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The questions of a card, with what was answered."""
    return [
        {
            "code": q.code,
            "ask": said(q.ask),
            "number": q.kind == "number",
            "answer": answers.get(q.code),
            "yes": answers.get(q.code) is True,
            "no": answers.get(q.code) is False,
        }
        for q in asked.questions
    ]


def needs(incident: Incident) -> list[str]:
    """What the run card sends, in words."""
    return [need(n.to_data()) for n in wanted_from(incident.needs)]


def need(data: Mapping[str, Any]) -> str:
    """One need: force, how many, skills and crew."""
    parts = [f"{data['number']} × {agency(data['agency'])}"]
    if data.get("skills"):
        parts.append(", ".join(data["skills"]))
    if data.get("crew"):
        parts.append(
            ngettext("crew of {count}", "crew of {count}", data["crew"]).format(count=data["crew"])
        )
    return " · ".join(parts)


def suggestion(made: Suggestion | None) -> dict[str, Any] | None:
    """A recommendation as the page tells it: each unit with its reason, who was passed, what lacks."""
    if made is None:
        return None
    data = made.data
    rows = [*data["picks"], *data["passed"], *data.get("move_ups", ())]
    units = names([row["unit"] for row in rows])
    wanted = data["needs"]

    def told(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
        return [
            {
                "unit": units[row["unit"]],
                "radio": radio(units[row["unit"]]),
                "agency": agency(units[row["unit"]].agency),
                "need": row.get("need"),
                "seconds": seconds(row["seconds"]),
                "station": row.get("station", ""),
                "why": reasons(row["why"]),
            }
            for row in rows
            if row["unit"] in units
        ]

    return {
        "made": made,
        "road": made.method in ("road", "together"),
        "together": made.method == "together",
        "speed": data.get("speed"),
        "picks": told(data["picks"]),
        "passed": told(data["passed"]),
        "short": [
            {
                "what": need({**wanted[row["need"]], "number": row["missing"]}),
                "why": reasons(row["why"]),
            }
            for row in data["short"]
        ],
        "move_ups": told(data.get("move_ups", ())),
        "cover": [round(100 * share) for share in data.get("cover", ())],
    }


def reasons(given: Sequence[Mapping[str, Any]]) -> str:
    """The sentences of a reason, translated and filled."""
    return " ".join(_(one["text"]).format(**one["values"]) for one in given)


def step(code: str) -> dict[str, str]:
    """How far a unit is, by shape and word."""
    return {"name": code, "text": word(STEPS, code), "shape": STEP_SHAPES.get(code, "○")}


def coordinates(standing: Standing) -> bool:
    """Whether this person coordinates urgent help somewhere."""
    return standing.holds(("response_coordinator",))


def shifts(coming: Sequence[NextShift]) -> list[dict[str, Any]]:
    """The next shifts of a unit's seats: the day, the times, which seats."""
    found = []
    for one in coming:
        begin, end = timezone.localtime(one.begin), timezone.localtime(one.end)
        found.append(
            {
                "day": f"{WEEKDAYS_ABBR[begin.weekday()]} {date_format(begin, 'MONTH_DAY_FORMAT')}",
                "times": f"{begin:%H:%M}–{end:%H:%M}",
                "kind": one.kind,
                "seats": ", ".join(str(seat) for seat in one.seats if seat),
                "changed": one.changed,
            }
        )
    return found

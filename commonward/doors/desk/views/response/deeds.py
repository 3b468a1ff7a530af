"""What can be done on an incident's page: each deed reads its form, asks the room, leads on."""

from collections.abc import Callable, Mapping
from functools import partial

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from commonward.core.refusals import N_, Invalid
from commonward.doors.desk import sheets
from commonward.doors.desk.views.admin.doing import Deed, done, text
from commonward.doors.desk.views.response.board import answers, degrees
from commonward.doors.look.standing import Standing
from commonward.people.queries import team_by_code
from commonward.response.actions.calling import ask_card, join_incidents, locate_incident
from commonward.response.actions.ending import (
    call_off,
    end_on_spot,
    hand_to_centre,
    keep_note,
    link_to,
)
from commonward.response.actions.ordering import give_order, send_reserved
from commonward.response.actions.recommending import recommend
from commonward.response.models import Incident
from commonward.response.queries.cards import card


def deeds_of(found: Incident) -> Mapping[str, Deed]:
    """Every deed of this incident by its name."""
    return {name: partial(deed, found) for name, deed in _DEEDS.items()}


def _here(found: Incident, page: str = "incident") -> str:
    return reverse(f"desk:{page}", args=[found.case.number])


def _locate(found: Incident, asked: HttpRequest, who: Standing) -> str:
    lat, lon = degrees(asked, "lat"), degrees(asked, "lon")
    if lat is None or lon is None:
        raise Invalid(N_("Give the position in degrees, such as 27.805 and 113.105."), field="lat")
    locate_incident(found.case.number, lat, lon, text(asked, "place"), who.actor, who.at)
    return _here(found)


def _ask(found: Incident, asked: HttpRequest, who: Standing) -> str:
    _version, known = card(found.kind, who.at)
    given = answers(asked, [(q.code, q.kind) for q in known.questions])
    ask_card(found.case.number, given, who.actor, who.at)
    return _here(found)


def _recommend(found: Incident, asked: HttpRequest, who: Standing) -> str:
    recommend(found.case.number, who.actor, who.at)
    return f"{_here(found)}#recommended"


def _send(found: Incident, asked: HttpRequest, who: Standing) -> str:
    given = [int(v) for v in asked.POST.getlist("unit") if v.isdecimal() and len(v) < 12]
    upon, later = text(asked, "upon"), asked.POST.get("do") == "reserve"
    order = give_order(
        found.case.number, given, who.actor, who.at, key=text(asked, "key"), reserve=later,
        upon=int(upon) if upon.isdecimal() and len(upon) < 19 else None,
    )  # fmt: skip
    done(asked, _("Order {number} was given.").format(number=order.number))
    return _here(found) if later else _here(found, "incident_assembly")


def _send_reserved(found: Incident, asked: HttpRequest, who: Standing) -> str:
    send_reserved(found.case.number, who.actor, who.at)
    return _here(found, "incident_assembly")


def _end(found: Incident, asked: HttpRequest, who: Standing) -> str:
    end_on_spot(found.case.number, who.actor, who.at)
    done(asked, _("Ended. Now the after-action note, please."))
    return _here(found)


def _off(found: Incident, asked: HttpRequest, who: Standing) -> str:
    call_off(found.case.number, text(asked, "reason"), who.actor, who.at)
    return _here(found)


def _keep(found: Incident, asked: HttpRequest, who: Standing) -> str:
    keep_note(found.case.number, text(asked, "note"), who.actor, who.at)
    return _here(found, "incident_report")


def _link(found: Incident, asked: HttpRequest, who: Standing) -> str:
    link_to(found.case.number, text(asked, "other"), who.actor, who.at)
    return _here(found)


def _join(found: Incident, asked: HttpRequest, who: Standing) -> str:
    into = sheets.meant(text(asked, "into"))
    return _here(join_incidents(found.case.number, into, who.actor, who.at))


def _hand(found: Incident, asked: HttpRequest, who: Standing) -> str:
    team = team_by_code(text(asked, "team")).pk
    hand_to_centre(found.case.number, team, text(asked, "reason"), who.actor, who.at)
    done(asked, _("Handed over; its receipt is awaited."))
    return _here(found)


_DEEDS: Mapping[str, Callable[[Incident, HttpRequest, Standing], str]] = {
    "locate": _locate,
    "ask": _ask,
    "recommend": _recommend,
    "send": _send,
    "reserve": _send,
    "send_reserved": _send_reserved,
    "end": _end,
    "off": _off,
    "keep": _keep,
    "link": _link,
    "join": _join,
    "hand": _hand,
}

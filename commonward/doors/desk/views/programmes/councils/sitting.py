"""Councils with their terms and consultations with answers owed, at the desk."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commonward.cases.queries.reference import book
from commonward.core.refusals import N_
from commonward.doors.desk.views.admin.doing import administer, done, number, text
from commonward.doors.desk.views.programmes.councils.meeting import meeting_deeds, meetings_shown
from commonward.doors.desk.views.programmes.councils.votes import areas_of, day
from commonward.doors.desk.views.programmes.ways import OFFICE
from commonward.doors.look.showing import named
from commonward.doors.look.standing import Standing, for_staff
from commonward.programmes.actions.council_rules import set_up_councils
from commonward.programmes.actions.councilling import (
    Question,
    Seats,
    answer_words,
    end_consultation,
    open_consultation,
    set_council,
)
from commonward.programmes.queries.decisions import (
    consultation_of,
    consultations,
    council_of,
    councils_for,
)

KINDS = {
    "house": N_("House council"),
    "entrance": N_("Entrance council"),
    "estate": N_("Estate council"),
    "village": N_("Village council"),
}
NAMES = ("kind", "name", "name_en", "room", "office_line", "office_box", "meets")


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*OFFICE, "administrator")
def programme_councils(request: HttpRequest, standing: Standing) -> HttpResponse:
    """What residents decide: proposals, votes, consultations, and the councils themselves."""

    def add(asked: HttpRequest, who: Standing) -> str:
        made = set_council("", _seats(asked), who.actor, who.at)
        done(asked, _("Done."))
        return reverse("desk:programme_council", args=[made.code])

    def set_up(asked: HttpRequest, who: Standing) -> str:
        set_up_councils(who.at, who.actor)
        done(asked, _("Done."))
        return reverse("desk:programme_councils")

    return administer(
        request, standing, "desk/programmes/councils/councils.html",
        lambda: {
            "rows": [
                {"one": c, "name": named(c.name, c.name_en), "kind": _(KINDS[c.kind]),
                 "past": c.ends_on < standing.at.date()}
                for c in councils_for(standing.actor)
            ],
            "set_up": {"proposal", "vote", "council"} <= book().in_force.keys(),
            "office": standing.holds(OFFICE),
            "administers": standing.holds(("administrator",)),
            "keeps": standing.holds(("programme_officer",)),
            "one": dict.fromkeys(NAMES, ""),
            "seats": "",
            **_choices(standing),
        },
        {"add": add, "set_up": set_up},
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*OFFICE)
def programme_council(request: HttpRequest, standing: Standing, code: str) -> HttpResponse:
    """One council: its meetings, what was decided and became of it; its term and its office."""

    def change(asked: HttpRequest, who: Standing) -> str:
        set_council(code, _seats(asked), who.actor, who.at)
        done(asked, _("Done."))
        return reverse("desk:programme_council", args=[code])

    def shown() -> Mapping[str, Any]:
        found = council_of(code, standing.actor)
        seats = "\n".join(f"{s.title} | {s.shown_name}".strip(" |") for s in found.seats.all())
        return {"one": found, "name": named(found.name, found.name_en), "seats": seats,
                "keeps": standing.holds(("programme_officer",)),
                **meetings_shown(found, request, standing), **_choices(standing)}  # fmt: skip

    return administer(
        request, standing, "desk/programmes/councils/council.html", shown,
        {"change": change, **meeting_deeds(code)},
    )  # fmt: skip


def _choices(standing: Standing) -> dict[str, Any]:
    return {"kinds": [(k, _(v)) for k, v in KINDS.items()], "areas": areas_of(standing)}


def _seats(asked: HttpRequest) -> Seats:
    rows = [row for row in text(asked, "seats").splitlines() if row.strip()]
    seats = [
        (title.strip(), name.strip()) for title, _sign, name in (r.partition("|") for r in rows)
    ]
    return Seats(
        **{name: text(asked, name) for name in NAMES}, area=number(asked, "area"), seats=seats,
        begins_on=day(asked, "begins_on"), ends_on=day(asked, "ends_on"),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*OFFICE)
def programme_consultations(request: HttpRequest, standing: Standing) -> HttpResponse:
    """Consultations, and a form for a new one."""

    def ask(asked: HttpRequest, who: Standing) -> str:
        given = Question(
            title=text(asked, "title"), title_en=text(asked, "title_en"), area=number(asked, "area"),
            about=text(asked, "about"), about_en=text(asked, "about_en"),
            opens_on=day(asked, "opens_on"), closes_on=day(asked, "closes_on"),
            answer_by=day(asked, "answer_by"),
        )  # fmt: skip
        made = open_consultation(given, who.actor, who.at)
        return reverse("desk:programme_consultation", args=[made.code])

    return administer(
        request, standing, "desk/programmes/councils/consultations.html",
        lambda: {
            "rows": [{"one": c, "title": named(c.title, c.title_en)} for c in consultations()],
            "areas": areas_of(standing), "keeps": standing.holds(("programme_officer",)),
        },
        {"ask": ask},
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*OFFICE)
def programme_consultation(request: HttpRequest, standing: Standing, code: str) -> HttpResponse:
    """One consultation: answer what was asked, sum up, and say what was changed."""
    here = reverse("desk:programme_consultation", args=[code])

    def answer(asked: HttpRequest, who: Standing) -> str:
        answer_words(number(asked, "said"), text(asked, "answer"), who.actor, who.at)
        return f"{here}#said"

    def end(asked: HttpRequest, who: Standing) -> str:
        end_consultation(code, text(asked, "summary"), text(asked, "changed"), who.actor, who.at)
        done(asked, _("Done."))
        return here

    def shown() -> Mapping[str, Any]:
        found = consultation_of(code)
        return {"one": found, "title": named(found.title, found.title_en),
                "said": list(found.said.order_by("id")[:300]),
                "keeps": standing.holds(("programme_officer",))}  # fmt: skip

    return administer(
        request, standing, "desk/programmes/councils/consultation.html", shown,
        {"answer": answer, "end": end},
    )  # fmt: skip

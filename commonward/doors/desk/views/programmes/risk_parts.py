"""The pages on which a review of risk is written: each part with its forms."""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commonward.cases.actions.sealing import unseal_words
from commonward.core.refusals import N_, Invalid
from commonward.core.risk.table import GRAVE, LIKELY
from commonward.core.risk.terms import GROUNDS, OUTCOMES, PARTS, SIZES
from commonward.doors.desk.views.admin.doing import Deed, administer, done, number, text
from commonward.doors.desk.views.programmes.risk import facts_of, page_of
from commonward.doors.desk.views.programmes.risk_forms import day_end, kept, moment, teams, whole
from commonward.doors.desk.views.programmes.risk_place import place_deeds, place_form
from commonward.doors.desk.views.programmes.ways import WORKS
from commonward.doors.look.risk import choices
from commonward.doors.look.standing import Standing, for_staff
from commonward.people.actions import record_access
from commonward.programmes.actions.risk import (
    asking,
    deciding,
    drafting,
    hearing,
    masking,
    opining,
    weighing,
)
from commonward.programmes.models import RiskMask, RiskReview, RiskSeat
from commonward.programmes.queries.risk import KEEPS, keeps, review_of, terms

CONDITIONS_AT_ONCE = 4
Do = Callable[[HttpRequest, Standing], None]


def _part(
    request: HttpRequest,
    standing: Standing,
    review: str,
    name: str,
    more: Callable[[RiskReview], Mapping[str, Any]],
    deeds: Mapping[str, tuple[Do, str]],
) -> HttpResponse:
    """A page of a review; each deed does one thing, says what, and leads back to the page."""

    def shown() -> Mapping[str, Any]:
        found = review_of(review, standing.actor)
        return {**page_of(found, standing, name), "kept": kept(request), **more(found)}

    def deed(do: Do, told: str) -> Deed:
        def act(asked: HttpRequest, who: Standing) -> str:
            do(asked, who)
            if not told:  # it only opens something, on this very page
                return ""
            done(asked, _(told))
            return reverse(f"desk:{name}", args=[review])

        return act

    return administer(
        request,
        standing,
        f"desk/programmes/risk/{name.removeprefix('programme_risk_')}.html",
        shown,
        {key: deed(*one) for key, one in deeds.items()},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*WORKS)
def facts(request: HttpRequest, standing: Standing, review: str) -> HttpResponse:
    """What is planned, where it lies, and which groups are affected."""

    def more(found: RiskReview) -> Mapping[str, Any]:
        return {
            "sizes": choices(SIZES),
            "own": request.POST if request.POST.get("do") == "facts" else found,
            "group_given": request.POST if request.POST.get("do") == "group" else {},
            "writing": found.case.stage == "drafted",
            "grouping": found.case.stage in ("drafted", "announced"),
            **place_form(found, request, standing),
        }

    def write(asked: HttpRequest, who: Standing) -> None:
        drafting.set_facts(review, facts_of(asked), who.actor, who.at)

    def group(asked: HttpRequest, who: Standing) -> None:
        given = drafting.Affected(
            text(asked, "name"), text(asked, "size"), text(asked, "how"), text(asked, "name_en"),
            text(asked, "how_en"),
        )  # fmt: skip
        drafting.add_group(review, given, who.actor, who.at)

    def drop(asked: HttpRequest, who: Standing) -> None:
        drafting.drop_group(review, number(asked, "group"), who.actor, who.at)

    return _part(request, standing, review, "programme_risk_facts", more, {
        "facts": (write, N_("The facts are kept.")),
        "group": (group, N_("The group is on the list.")),
        "drop": (drop, N_("The group is off the list.")),
        **place_deeds(review),
    })  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*WORKS)
def questions(request: HttpRequest, standing: Standing, review: str) -> HttpResponse:
    """What the public said, read and answered; contacts open for who answers, and that is noted."""

    def more(found: RiskReview) -> Mapping[str, Any]:
        return {"contacts": _opened(found, standing, request.POST.get("open", ""))}

    def read(asked: HttpRequest, who: Standing) -> None:
        asking.read(review, number(asked, "question"), who.actor, who.at)

    def answer(asked: HttpRequest, who: Standing) -> None:
        asking.answer(
            review, number(asked, "question"), text(asked, "answer"), who.actor, who.at,
            said_en=text(asked, "answer_en"), heeded=bool(text(asked, "heeded")),
        )  # fmt: skip

    return _part(request, standing, review, "programme_risk_questions", more, {
        "read": (read, N_("It is shown to everybody from now on.")),
        "answer": (answer, N_("The answer is published.")),
        "look": (lambda _asked, _who: None, ""),
    })  # fmt: skip


def _opened(found: RiskReview, standing: Standing, wanted: str) -> dict[int, str]:
    """How to answer the one question that was asked for; the look is noted. Empty for others."""
    actor = standing.actor
    if not wanted.isdecimal() or not keeps(found.case, actor) or actor.seen_by is not None:
        return {}
    row = found.questions.filter(pk=int(wanted)).exclude(contact=None).first()
    if row is None or row.contact is None:
        return {}
    if actor.account is not None:
        record_access(actor.account, None, found.case.number, "contact", "desk", standing.at)
    return {row.pk: unseal_words(found.case, row.contact, f"risk contact {row.pk}")}


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*WORKS)
def hearings(request: HttpRequest, standing: Standing, review: str) -> HttpResponse:
    """Hearings: announced, who wants to speak, minutes, called off."""

    def more(found: RiskReview) -> Mapping[str, Any]:
        speakers: dict[int, list[str]] = {}
        if keeps(found.case, standing.actor) and standing.actor.seen_by is None:
            rows = RiskSeat.objects.filter(hearing__review=found).exclude(name=None)
            for one in rows.order_by("pk"):
                name = unseal_words(found.case, one.name or b"", f"risk seat {one.pk}")
                speakers.setdefault(one.hearing_id, []).append(name)
        return {
            "speakers": speakers,
            "hearing_days": terms().hearing_days,
            "announcing": found.case.stage in ("announced", "hearing"),
        }

    def announce(asked: HttpRequest, who: Standing) -> None:
        hearing.announce_hearing(
            review, moment(asked, "day", "time"), text(asked, "place"), whole(asked, "slots"),
            who.actor, who.at, place_en=text(asked, "place_en"),
        )  # fmt: skip

    def held(asked: HttpRequest, who: Standing) -> None:
        hearing.hold_hearing(
            review, number(asked, "hearing"), text(asked, "minutes"), whole(asked, "came"),
            who.actor, who.at, minutes_en=text(asked, "minutes_en"),
        )  # fmt: skip

    def off(asked: HttpRequest, who: Standing) -> None:
        hearing.call_off(review, number(asked, "hearing"), text(asked, "reason"), who.actor, who.at)

    return _part(request, standing, review, "programme_risk_hearing", more, {
        "announce": (announce, N_("The hearing is announced; places can be taken.")),
        "held": (held, N_("The minutes are published.")),
        "off": (off, N_("The hearing is called off; the names are deleted.")),
    })  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*WORKS)
def experts(request: HttpRequest, standing: Standing, review: str) -> HttpResponse:
    """Experts: asked with consent, interests, opinion."""

    def more(found: RiskReview) -> Mapping[str, Any]:
        return {"outcomes": choices(OUTCOMES)}

    def invite(asked: HttpRequest, who: Standing) -> None:
        opining.ask_expert(
            review, text(asked, "name"), text(asked, "office"), who.actor, who.at,
            consent=bool(text(asked, "consent")),
        )  # fmt: skip

    def declare(asked: HttpRequest, who: Standing) -> None:
        opining.declare(
            review, number(asked, "opinion"), text(asked, "interests"), who.actor, who.at
        )

    def give(asked: HttpRequest, who: Standing) -> None:
        opining.give_opinion(
            review, number(asked, "opinion"), text(asked, "recommends"), text(asked, "words"),
            who.actor, who.at, said_en=text(asked, "words_en"),
        )  # fmt: skip

    def unname(asked: HttpRequest, who: Standing) -> None:
        opining.withdraw_name(review, number(asked, "opinion"), who.actor, who.at)

    return _part(request, standing, review, "programme_risk_experts", more, {
        "invite": (invite, N_("The expert is noted; the interests are next.")),
        "declare": (declare, N_("The interests are declared, for everybody to read.")),
        "give": (give, N_("The opinion is published.")),
        "unname": (unname, N_("The name is gone; opinion and interests stay.")),
    })  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*WORKS)
def items(request: HttpRequest, standing: Standing, review: str) -> HttpResponse:
    """The risks of the project, the table, and what is done about each."""

    def more(found: RiskReview) -> Mapping[str, Any]:
        return {
            "likelies": choices(LIKELY),
            "graves": choices(GRAVE),
            "teams": teams(),
            "writing": found.case.stage in ("drafted", "announced", "hearing", "experts"),
        }

    def put(asked: HttpRequest, who: Standing) -> None:
        given = weighing.Risk(
            what=text(asked, "what"), what_en=text(asked, "what_en"),
            likely=text(asked, "likely"), grave=text(asked, "grave"),
            measure=text(asked, "measure"), measure_en=text(asked, "measure_en"),
            owner=number(asked, "owner"), due=day_end(asked, "due"),
            group=number(asked, "group") if text(asked, "group") else None,
        )  # fmt: skip
        weighing.set_item(review, given, who.actor, who.at)

    def drop(asked: HttpRequest, who: Standing) -> None:
        weighing.drop_item(review, number(asked, "item"), who.actor, who.at)

    return _part(request, standing, review, "programme_risk_items", more, {
        "put": (put, N_("The risk is on the list.")),
        "drop": (drop, N_("The risk is off the list; the ledger keeps that it was there.")),
    })  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*KEEPS)
def decide(request: HttpRequest, standing: Standing, review: str) -> HttpResponse:
    """The decision, by somebody who wrote nothing of it."""

    def more(found: RiskReview) -> Mapping[str, Any]:
        given = kept(request)
        return {
            "outcomes": choices(OUTCOMES),
            "teams": teams(),
            "places": [
                {
                    "place": one,
                    "words": given.get(f"condition-{one}", ""),
                    "words_en": given.get(f"condition_en-{one}", ""),
                    "team": given.get(f"team-{one}", ""),
                    "due": given.get(f"due-{one}", ""),
                }
                for one in range(1, CONDITIONS_AT_ONCE + 1)
            ],
            "deciding": found.case.stage == "weighed",
        }

    def go(asked: HttpRequest, who: Standing) -> None:
        wanted = [
            deciding.Condition(
                text(asked, f"condition-{one}"), number(asked, f"team-{one}"),
                day_end(asked, f"due-{one}"), text(asked, f"condition_en-{one}"),
            )
            for one in range(1, CONDITIONS_AT_ONCE + 1)
            if text(asked, f"condition-{one}")
        ]  # fmt: skip
        given = deciding.Decided(
            text(asked, "outcome"), text(asked, "why"), text(asked, "changed"), wanted,
            text(asked, "why_en"), text(asked, "changed_en"),
        )  # fmt: skip
        deciding.decide(review, given, who.actor, who.at)

    return _part(request, standing, review, "programme_risk_decide", more, {
        "decide": (go, N_("It is decided, and everybody can read why.")),
    })  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*WORKS)
def conditions(request: HttpRequest, standing: Standing, review: str) -> HttpResponse:
    """The conditions: met by their teams, checked by others."""

    def more(found: RiskReview) -> Mapping[str, Any]:
        checks = standing.actor.roles_for(KEEPS, "see", found.case.area_path, "P-risk")
        return {"own_teams": standing.actor.teams, "checks": bool(checks)}

    def meet(asked: HttpRequest, who: Standing) -> None:
        deciding.meet(
            review, number(asked, "condition"), text(asked, "evidence"), who.actor, who.at
        )

    def check(asked: HttpRequest, who: Standing) -> None:
        if text(asked, "good") not in ("yes", "no"):
            raise Invalid(N_("Say whether it is met."), field="good")
        deciding.check_condition(
            review, number(asked, "condition"), who.actor, who.at,
            good=text(asked, "good") == "yes", reason=text(asked, "reason"),
        )  # fmt: skip

    return _part(request, standing, review, "programme_risk_conditions", more, {
        "meet": (meet, N_("Noted: it is met; somebody else checks it.")),
        "check": (check, N_("The check is noted.")),
    })  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*WORKS)
def hidden(request: HttpRequest, standing: Standing, review: str) -> HttpResponse:
    """Lines that are hidden from the public, with the reason; hidden and shown again."""

    def more(found: RiskReview) -> Mapping[str, Any]:
        part, _sep, row = request.GET.get("line", "").partition("-")
        return {
            "masks": [
                {"row": one, "part": dict(choices(PARTS))[one.part],
                 "ground": dict(choices(GROUNDS))[one.ground]}
                for one in RiskMask.objects.filter(review=found).order_by("-at", "-pk")
            ],
            "parts": choices(PARTS),
            "grounds": choices(GROUNDS),
            "line_part": part,
            "line_row": row if row.isdecimal() else "0",
            "me_account": standing.actor.account,
        }  # fmt: skip

    def hide(asked: HttpRequest, who: Standing) -> None:
        masking.hide_line(
            review, text(asked, "part"), whole(asked, "row", otherwise=0), text(asked, "ground"),
            text(asked, "reason"), who.actor, who.at,
        )  # fmt: skip

    def show(asked: HttpRequest, who: Standing) -> None:
        masking.show_line(review, number(asked, "mask"), who.actor, who.at)

    return _part(request, standing, review, "programme_risk_hidden", more, {
        "hide": (hide, N_("The line is hidden; everybody sees that and why.")),
        "show": (show, N_("The line is shown again.")),
    })  # fmt: skip

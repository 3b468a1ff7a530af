"""What is handed to neighbours and offered by them: the list, one of it, and the step on a case."""

from datetime import datetime
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from commonward.cases.actions.federating import asking311, giving, taking
from commonward.cases.models import Case
from commonward.cases.queries import neighbours as asked
from commonward.cases.queries.handed_seen import readable
from commonward.cases.queries.reference import book
from commonward.core.refusals import N_, Forbidden, Invalid, Missing
from commonward.doors.desk.rows import case_address
from commonward.doors.desk.showing import desk_page
from commonward.doors.desk.views.admin.doing import administer, done, number, text
from commonward.doors.desk.views.admin.wording import limit_told
from commonward.doors.desk.views.steps import case_of, refusing
from commonward.doors.desk.wording import KINDS, word
from commonward.doors.look.showing import named
from commonward.doors.look.standing import Standing, for_staff

HANDS = ("dispatcher", "duty_chief", "leader")
HOW = {"phone": N_("by telephone"), "counter": N_("at the counter"), "letter": N_("in writing"),
       "page": N_("on their own page")}  # fmt: skip


@require_safe
@for_staff(*HANDS)
def hand_overs(request: HttpRequest, standing: Standing) -> HttpResponse:
    """What neighbours offer us, what is between us, and what does not arrive."""
    offers, every = asked.asked_of_us(standing.at), asked.hand_overs(standing.at)
    may = readable([line.row for line in (*offers, *every)], standing.actor, standing.at)
    every = [line for line in every if line.row.pk in may]
    context = {
        "offers": _shown([line for line in offers if line.row.pk in may]),
        "stuck": _shown([line for line in every if line.stuck]),
        "lines": _shown(every),
    }
    return desk_page(request, standing, "desk/neighbours/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*HANDS)
def hand_over(request: HttpRequest, standing: Standing, hand_over: int) -> HttpResponse:
    """One hand-over: accept, decline, take back, write a consent down, send again."""

    def shown() -> dict[str, Any]:
        line = asked.hand_over(hand_over, standing.at)
        row = line.row
        if row.pk not in readable([row], standing.actor, standing.at):
            raise Missing(N_("There is no such hand-over."), field="hand_over")
        content = row.content if row.state == "asked" else {}
        return {
            "one": _shown([line])[0],
            "offer": content,
            "took_on": row.told if row.state in ("held", "committed") else "",
            "categories": [
                (code, f"{code} {named(name, english)}")
                for code, name, english in asked.categories_to_take()
            ],
            "chosen": text(request, "category") or content.get("category", ""),
            "consents": [
                {"number": report.number, "said": said, "how": _(HOW[said.how]) if said else ""}
                for report, said in (asked.consents(row) if row.side == "giver" else ())
            ],
            "hows": [(code, _(words)) for code, words in HOW.items() if code != "page"],
            "case_href": case_address(row.case.number) if row.case else "",
        }

    deeds = {
        "accept": _accept, "decline": _decline, "withdraw": _withdraw, "consent": _consent,
        "again": _again,
    }  # fmt: skip
    bound = {name: partial(deed, hand_over) for name, deed in deeds.items()}
    return administer(request, standing, "desk/neighbours/one.html", shown, bound)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff()
@refusing
def of_case(request: HttpRequest, standing: Standing, number: str) -> HttpResponse:
    """Hand a case to a neighbour, and every hand-over of it so far."""
    case = case_of(number, standing)
    code = _may_hand(case, standing)

    def shown() -> dict[str, Any]:
        return {
            **_to_offer(case, code, standing, None),
            "open311": [
                one for one in asked.to_hand_to(standing.at, code) if one.speaks == "open311"
            ],
            "pushed": asked.pushed(case),
        }

    return administer(
        request,
        standing,
        "desk/neighbours/case.html",
        shown,
        {"offer": partial(_offer, number), "push": partial(_push, number)},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff()
@refusing
def of_task(request: HttpRequest, standing: Standing, number: str, task: int) -> HttpResponse:
    """Hand one task of a case to a neighbour; the case and its reporter stay here."""
    case = case_of(number, standing)
    code = _may_hand(case, standing)
    found = asked.task_to_hand(case, task)

    def shown() -> dict[str, Any]:
        return {
            **_to_offer(case, code, standing, found.pk),
            "task": {
                "kind": word(KINDS, found.kind),
                "team": named(found.team.name, found.team.name_en) if found.team else "",
            },
        }

    deeds = {"offer": partial(_offer, number, task=found.pk)}
    return administer(request, standing, "desk/neighbours/case.html", shown, deeds)


def _may_hand(case: Case, standing: Standing) -> str:
    """The code of the case's category, for whoever may hand it on. Raises Forbidden."""
    code = book().categories[case.category_id].code
    if not standing.actor.roles_for(HANDS, "hand_over", case.area_path, code):
        raise Forbidden(N_("Your post does not hand matters to neighbours."))
    return code


def _to_offer(case: Case, code: str, standing: Standing, task: int | None) -> dict[str, Any]:
    """What the form of an offer shows: to whom, by when, and what was offered already."""
    lines = asked.of_case(case, standing.at)
    mine = [line for line in lines if line.row.side == "giver" and line.row.task_id == task]
    takers = asked.to_hand_to(standing.at, code)
    return {
        "case": case,
        "case_href": case_address(case.number),
        "lines": _shown(lines),
        "neighbours": [one for one in takers if one.speaks == "commonward"],
        "offered": any(line.row.ended_at is None for line in mine),
        "promise": giving.promise_of(case, standing.at),
    }


def _shown(lines: Any) -> list[dict[str, Any]]:
    return [{"line": line, "row": line.row, "waits": _(line.waits) if line.waits else "",
             "limit": limit_told(line.row.clock.get("rule")),
             "href": reverse("desk:hand_over", args=[line.row.pk])} for line in lines]  # fmt: skip


def _offer(number: str, request: HttpRequest, standing: Standing, task: int | None = None) -> str:
    case = case_of(number, standing)
    made = giving.offer(
        case.number, _number(request, "neighbour"), text(request, "reason"), standing.actor,
        standing.at, task=task,
    )  # fmt: skip
    done(request, _("Offered. It stays ours until the neighbour has taken it."))
    return reverse("desk:hand_over", args=[made.pk])


def _push(number: str, request: HttpRequest, standing: Standing) -> str:
    case = case_of(number, standing)
    asking311.push(
        case.number, _number(request, "neighbour"), text(request, "service"), standing.actor,
        standing.at,
    )  # fmt: skip
    done(request, _("It is sent within a minute; look at this page again then."))
    return reverse("desk:case_neighbour", args=[case.number])


def _number(request: HttpRequest, name: str) -> int:
    return number(request, name)


def _here(hand_over: int) -> str:
    return reverse("desk:hand_over", args=[hand_over])


def _accept(hand_over: int, request: HttpRequest, standing: Standing) -> str:
    taking.accept(
        hand_over, text(request, "category"), standing.actor, standing.at,
        due=_moment(text(request, "due")), late_because=text(request, "reason"),
    )  # fmt: skip
    done(request, _("Accepted. It is ours when the giver's commit has come."))
    return _here(hand_over)


def _moment(given: str) -> datetime | None:
    if not given:
        return None
    try:
        found = parse_datetime(given)
    except ValueError:
        found = None
    if found is None:
        raise Invalid(N_("Give a day and an hour."), field="due")
    return found if found.tzinfo else timezone.make_aware(found)


def _decline(hand_over: int, request: HttpRequest, standing: Standing) -> str:
    taking.decline(hand_over, text(request, "reason"), standing.actor, standing.at)
    done(request, _("Declined; the giver reads the reason."))
    return _here(hand_over)


def _withdraw(hand_over: int, request: HttpRequest, standing: Standing) -> str:
    giving.withdraw(hand_over, standing.actor, standing.at)
    done(request, _("Taken back."))
    return _here(hand_over)


def _consent(hand_over: int, request: HttpRequest, standing: Standing) -> str:
    giving.consent(
        hand_over, text(request, "report"), text(request, "given") == "yes", text(request, "how"),
        standing.actor, standing.at,
    )  # fmt: skip
    done(request, _("Noted."))
    return _here(hand_over)


def _again(hand_over: int, request: HttpRequest, standing: Standing) -> str:
    giving.send_again(hand_over, standing.actor, standing.at)
    done(request, _("It is sent within a minute; look at this page again then."))
    return _here(hand_over)

"""What reporters ask of their own data: of one report, of one case, and what waits for an answer."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from commonward.cases.access import CIRCLES, seen_by
from commonward.cases.actions.sealing import unseal_words
from commonward.cases.models import Case, DataRequest, Event, Remark
from commonward.cases.queries.listed import CaseLine, lines
from commonward.cases.queries.reference import book
from commonward.core.refusals import N_
from commonward.core.rights import Actor
from commonward.people.queries import revisions as read_revisions

ASKED, GRANTED, REFUSED, ERASED = "data_asked", "data_granted", "data_refused", "data_erased"
EVENTS = (ASKED, GRANTED, REFUSED, ERASED)
ANSWERS = ("intake_officer", "dispatcher", "duty_chief")
ANSWER_WITHIN = timedelta(days=30)
"""A month in GDPR (article 12); the law of China (PIPL, article 50) says: in time."""
WISHES: Mapping[tuple[str, str], str] = {
    ("correct", "contact"): N_("Correct how I can be reached"),
    ("correct", "place"): N_("Correct the words for the place"),
    ("correct", "words"): N_("Correct what I wrote"),
    ("erase", "contact"): N_("Delete how I can be reached"),
    ("erase", "all"): N_("Delete everything that I told"),
}
"""Everything that may be asked, in the words of whoever asks."""
MOST_WAITING = 50
_LOOKED_THROUGH = 1_000


@dataclass(frozen=True, slots=True)
class Asked:
    """One request of a report; `wish` is to be translated, `reason` what the officer answered."""

    id: int
    wish: str
    state: str
    asked_at: datetime
    due_at: datetime
    answered_at: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class Owed:
    """A request that waits for an officer's answer, with its case."""

    id: int
    wish: str
    due_at: datetime
    late: bool
    case: CaseLine


def answers_as(case: Case, actor: Actor) -> str:
    """The post by which somebody answers what is asked of data in this case, "" for none."""
    code = book().categories[case.category_id].code
    posts = CIRCLES[code[:2]][0] if code[:2] in CIRCLES else ANSWERS
    return next(iter(actor.roles_for(posts, "answer_data", case.area_path, code)), "")


def asked_of(report: int) -> tuple[Asked, ...]:
    """What was asked of this report, the newest first, with the answers (3 queries)."""
    rows = list(DataRequest.objects.filter(report_id=report).order_by("-id"))
    if not rows:
        return ()
    answers = {
        data.get("request"): event
        for event, data in Event.objects.filter(report_id=report, verb__in=(GRANTED, REFUSED))
        .order_by("id")
        .values_list("id", "data")
    }
    words = dict(
        Remark.objects.filter(event_id__in=answers.values()).values_list("event_id", "words")
    )
    return tuple(
        Asked(
            one.pk, WISHES[one.kind, one.what], one.state, one.asked_at, one.due_at,
            one.answered_at, words.get(answers.get(one.pk, 0), ""),
        )
        for one in rows
    )  # fmt: skip


def wanted_of(request: DataRequest, case: Case) -> Mapping[str, str]:
    """What it should say, by field; empty for a deletion and once it was answered."""
    if request.wanted is None:
        return {}
    opened = unseal_words(case, request.wanted, f"request {request.pk}")
    found: dict[str, str] = json.loads(opened or "{}")
    return found


def open_in(case: Case) -> tuple[DataRequest, ...]:
    """What waits for an answer in this case (1 query)."""
    return tuple(
        DataRequest.objects.filter(case=case, state="asked").select_related("report").order_by("id")
    )


def to_answer(actor: Actor, at: datetime) -> tuple[Owed, ...]:
    """What this person may answer, the soonest due first; of the 1,000 soonest of the site."""
    rows = list(
        DataRequest.objects.filter(state="asked")
        .order_by("due_at", "id")
        .values_list("id", "kind", "what", "due_at", "case_id")[:_LOOKED_THROUGH]
    )
    if not rows:
        return ()
    marks = read_revisions()
    seen = Case.objects.filter(seen_by(actor, marks), pk__in={row[4] for row in rows})
    mine = {case.pk for case in seen if answers_as(case, actor)}
    found = [row for row in rows if row[4] in mine][:MOST_WAITING]
    shown = {line.id: line for line in lines(sorted({row[4] for row in found}), at, marks)}
    return tuple(
        Owed(pk, WISHES[kind, what], due, due < at, shown[case])
        for pk, kind, what, due, case in found
    )


def erased_lately(at: datetime) -> int:
    """How many were done in the last three days: what they took out may still lie beside (1 query)."""
    since = at - timedelta(days=3)
    return DataRequest.objects.filter(state="done", answered_at__gte=since).count()


def late_requests(at: datetime) -> int:
    """How many have no answer though their day is over (1 query)."""
    return DataRequest.objects.filter(state="asked", due_at__lt=at).count()

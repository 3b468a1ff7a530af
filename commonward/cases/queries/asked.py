"""Questions to a case's reporters, and their answers."""

from dataclasses import dataclass
from datetime import datetime

from commonward.cases.models import Case, Event, Remark
from commonward.cases.queries.reference import book
from commonward.core.rights import Actor

ASKS = ("intake_officer", "dispatcher", "duty_chief", "handler", "grid_worker")
ASKED = "ask_reporter"
ANSWERED = "answer_question"
WITHDRAWN = "withdraw_question"


@dataclass(frozen=True, slots=True)
class Question:
    """A question to one reporter; `id` is its event's. `answer` is "" while it is open."""

    id: int
    report_id: int
    report: str
    at: datetime
    words: str
    answered_at: datetime | None
    answer: str
    withdrawn: bool

    @property
    def is_open(self) -> bool:
        """Whether an answer is still awaited."""
        return self.answered_at is None


def questions_of(case: int) -> tuple[Question, ...]:
    """Every question asked on a case (its id), the oldest first (2 queries, or 1 for none)."""
    rows = list(
        Event.objects.filter(case_id=case, verb__in=(ASKED, ANSWERED, WITHDRAWN))
        .order_by("id")
        .values_list("id", "verb", "report_id", "report__number", "at", "data")
    )
    if not rows:
        return ()
    said = dict(
        Remark.objects.filter(event_id__in=[r[0] for r in rows]).values_list("event_id", "words")
    )
    ends = {int(data["question"]): (id_, verb, at) for id_, verb, _, _, at, data in rows if data}
    found = []
    for id_, verb, report_id, number, at, _data in rows:
        if verb != ASKED or report_id is None or number is None:
            continue
        end, ended_by, ended_at = ends.get(id_, (0, "", None))
        found.append(
            Question(
                id=id_,
                report_id=report_id,
                report=number,
                at=at,
                words=said.get(id_, ""),
                answered_at=ended_at,
                answer=said.get(end, ""),
                withdrawn=ended_by == WITHDRAWN,
            )
        )
    return tuple(found)


def open_questions(case: int) -> tuple[Question, ...]:
    """Those that wait for an answer."""
    return tuple(q for q in questions_of(case) if q.is_open)


def asks_as(case: Case, actor: Actor) -> str:
    """The post by which somebody may ask this case's reporters, "" for none (no query).

    A handler may only while one of their teams has the case.
    """
    code = book().categories[case.category_id].code
    own = case.team_id in actor.teams or case.handling_team_id in actor.teams
    held = actor.roles_for(ASKS, ASKED, case.area_path, code)
    return next((role for role in held if role != "handler" or own), "")

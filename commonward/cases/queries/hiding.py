"""What the office hid from the public: since when, on which ground, why, and who objected."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Q

from commonward.cases.models import Approval, Case, Event, Remark, Report
from commonward.cases.queries.levels import OBJECTION
from commonward.cases.queries.reference import book
from commonward.core.checking import hides
from commonward.core.masking import mask
from commonward.core.refusals import N_
from commonward.core.rights import Actor

HIDDEN = "hidden"
MARKED = "marked"
"""Single stretches were hidden, or said to be public."""
SHOWN = "shown_again"
OBJECTED = f"{OBJECTION}_asked"
EVENTS = (HIDDEN, MARKED, SHOWN, OBJECTED, f"{OBJECTION}_approved", f"{OBJECTION}_refused")
GROUNDS: Mapping[str, str] = {
    "private": N_("It tells private things about somebody"),
    "unlawful": N_("The law plainly forbids publishing it"),
}
"""The only grounds on which anything is hidden: never that it criticises."""
HIDES = ("intake_officer", "dispatcher", "duty_chief")


@dataclass(frozen=True, slots=True)
class Hiding:
    """Something that is hidden now. `report` is the number whose words it is, "" for the whole
    case; `words` the reason (masked); `objection` how the objection stands: "" (none), "asked"
    or "refused"."""

    case: str
    report: str
    since: datetime
    ground: str
    words: str
    objection: str = ""
    partly: bool = False
    """Only single stretches of these words are hidden."""

    @property
    def why(self) -> str:
        """The ground as a text to be translated."""
        return GROUNDS.get(self.ground, self.ground)


def hides_as(case: Case, actor: Actor) -> str:
    """The post by which somebody may hide this case, or show it again, "" for none (no query)."""
    code = book().categories[case.category_id].code
    return next(iter(actor.roles_for(HIDES, HIDDEN, case.area_path, code)), "")


def hidings_of(case: Case, reports: Collection[Report] | None = None) -> tuple[Hiding, ...]:
    """What of a case is hidden now, the whole first (1 query, 4 where something is)."""
    if reports is None:
        some = Q(hidden_at__isnull=False) | ~Q(marks={})
        reports = list(Report.objects.filter(some, case=case).order_by("id"))
    hidden: dict[int | None, tuple[str, datetime]] = {
        r.pk: (r.number, r.hidden_at) for r in reports if r.hidden_at is not None
    }
    if case.hidden_at is not None:
        hidden = {None: ("", case.hidden_at), **hidden}
    partly = {r.pk: r.number for r in reports if r.hidden_at is None and case.public and _marked(r)}
    if not hidden and not partly:
        return ()
    events = list(
        Event.objects.filter(case=case, verb__in=(HIDDEN, MARKED, OBJECTED))
        .order_by("id")
        .values_list("id", "verb", "report_id", "at", "data")
    )
    words = dict(
        Remark.objects.filter(event_id__in=[e[0] for e in events]).values_list("event_id", "words")
    )
    states = dict(Approval.objects.filter(case=case, kind=OBJECTION).values_list("id", "state"))
    found = []
    for report, number in partly.items():
        own_marks = [e for e in events if e[1] == MARKED and e[2] == report and e[4].get("hidden")]
        if own_marks:
            hidden[report] = (number, own_marks[-1][3])
    for of, (number, since) in hidden.items():
        verb = MARKED if of in partly else HIDDEN
        own = [e for e in events if e[1] == verb and e[2] == of]
        made = own[-1] if own else None
        one = Hiding(
            case.number,
            number,
            since,
            made[4].get("ground", "") if made else "",
            mask(words.get(made[0], "")) if made else "",
            partly=of in partly,
        )
        after = [
            e[4].get("approval")
            for e in events
            if e[1] == OBJECTED and (of is None or e[2] == of) and made and e[0] > made[0]
        ]
        found.append(replace(one, objection=states.get(after[-1], "") if after else ""))
    return tuple(found)


def _marked(report: Report) -> bool:
    return any(hides(part) for part in report.marks.values())


def hiding_of_number(number: str) -> Hiding | None:
    """Why the public page of this report is not there: its whole case was hidden (4 queries)."""
    report = (
        Report.objects.select_related("case")
        .filter(number=number, public=True, case__hidden_at__isnull=False)
        .first()
    )
    return hidings_of(report.case, ())[0] if report is not None else None

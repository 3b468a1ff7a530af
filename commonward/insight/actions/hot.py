"""Find hot issues as cases come (热点问题识别); split, merge, make a case: each with a reason."""

import importlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Max, Min

from commonward.cases.actions import Said, open_case
from commonward.cases.actions.joining import join
from commonward.cases.queries.listed import lines
from commonward.cases.queries.spoken import (
    SpokenOf,
    case_facts,
    seen_among,
    spoken_of,
    spoken_since,
)
from commonward.core.refusals import N_, Forbidden, Invalid, Missing, Refusal
from commonward.core.rights import Actor, refuse_onlooker
from commonward.insight.models import HotAct, HotIssue, HotMember, HotRun
from commonward.people.queries import revisions

WINDOW = timedelta(days=180)
"""Cases that are compared with new ones, and how far back the first run reads."""
MOST_READ = 2_000
"""New cases of one run; what is left waits for the next."""
MOST_KNOWN = 20_000
FRESH = timedelta(hours=1)
COMMON = 3
"""Cases that must share a word before it names an issue."""
_ACTING = ("dispatcher", "duty_chief", "leader", "administrator")


def hot_due(at: datetime) -> bool:
    """Whether the last run is an hour old, or left something for the next."""
    last = HotRun.objects.first()
    return last is None or last.read >= MOST_READ or at - last.made_at >= FRESH


def find_hot(at: datetime, leaving: Callable[[], bool] = bool) -> int:
    """Put the cases that came since the last run where they belong; how many were read.

    The work is bounded by `MOST_READ` new cases and `MOST_KNOWN` of the window. Everything is
    thought out first, while others write; then it is written in one short transaction, unless
    another run or a person was there meanwhile: then it has not happened, and the next run finds
    all of it anew.
    """
    run = HotRun.objects.first()
    after = run.after if run else 0
    new = spoken_since(after, at - WINDOW, MOST_READ)
    belongs = _belonging(at)
    # The case that was made of an issue is no further report of it.
    made = set(HotIssue.objects.filter(case__in=[c.id for c in new]).values_list("case", flat=True))
    told = [one for one in new if one.id not in made]
    placed = _placed(told, belongs) if told else _Placed({}, {})
    if leaving():
        return 0
    with transaction.atomic():
        row, _ = HotRun.objects.select_for_update().get_or_create(pk=1, defaults={"made_at": at})
        if row.after != after or _belonging(at) != belongs:
            return 0
        _write(placed, at)
        _let_go(belongs, at)
        row.after = new[-1].id if new else after
        row.made_at, row.read = at, len(new)
        row.save()
    return len(new)


def _belonging(at: datetime) -> dict[int, int]:
    """The issue of each case of the window that has one, the newest of them."""
    recent = HotMember.objects.filter(at__gte=at - WINDOW).order_by("-at", "-id")
    return dict(recent.values_list("case_id", "issue_id")[:MOST_KNOWN])


@dataclass(frozen=True, slots=True)
class _Placed:
    """What a run comes to: the new cases by issue, and the names of those that have one.

    New issues have numbers of their own here, below nought.
    """

    cases: Mapping[int, Sequence[SpokenOf]]
    names: Mapping[int, tuple[str, list[str]]]


def _placed(new: Sequence[SpokenOf], belongs: Mapping[int, int]) -> _Placed:
    """Find where the new cases belong; nothing is written."""
    clustering = importlib.import_module("commonward.core.triage.hot.clustering")
    naming = importlib.import_module("commonward.core.triage.hot.naming")
    cases = [*spoken_of(belongs), *(one for one in new if one.id not in belongs)]
    order = sorted(cases, key=lambda one: (one.opened_at, one.id))
    # What is known has the number of its issue; what is new is numbered after the highest.
    known = {i: belongs[one.id] for i, one in enumerate(order) if one.id in belongs}
    found = clustering.cluster(_texts(order), known)
    highest = max(known.values(), default=-1)
    members: dict[int, list[SpokenOf]] = {}
    added: dict[int, list[SpokenOf]] = {}
    for one, its in zip(order, found, strict=True):
        number = its if its <= highest else highest - its
        members.setdefault(number, []).append(one)
        if one.id not in belongs:
            added.setdefault(number, []).append(one)
    names = {}
    for number in added:
        if len(members[number]) >= COMMON:
            place, words = naming.named([(m.title, m.words) for m in members[number]], COMMON)
            names[number] = (place, list(words))
    return _Placed(added, names)


def _write(placed: _Placed, at: datetime) -> None:
    """Write down what was found: a few statements, however many cases there are."""
    linking = importlib.import_module("commonward.core.triage.hot.linking")
    version = linking.shipped().version
    fresh = {
        number: HotIssue(first_at=at, last_at=at, version=version, changed_at=at)
        for number in placed.cases
        if number < 0
    }
    made = {
        number: row.pk
        for number, row in zip(fresh, HotIssue.objects.bulk_create(fresh.values()), strict=True)
    }
    HotMember.objects.bulk_create(
        [
            HotMember(issue_id=made.get(number, number), case_id=one.id, at=one.opened_at)
            for number, cases in placed.cases.items()
            for one in cases
        ]
    )
    names = {made.get(number, number): name for number, name in placed.names.items()}
    touched = [made.get(number, number) for number in placed.cases]
    for some in (touched[i : i + 500] for i in range(0, len(touched), 500)):
        counted = HotMember.objects.filter(issue__in=some).values("issue")
        sums = counted.annotate(n=Count("id"), first=Min("at"), last=Max("at"))
        rows = HotIssue.objects.in_bulk(some)
        for one in sums:
            row = rows[one["issue"]]
            row.count, row.first_at, row.last_at = one["n"], one["first"], one["last"]
            row.place, row.words = names.get(row.pk, (row.place, row.words))
            row.changed_at = at
        HotIssue.objects.bulk_update(
            rows.values(), ["count", "first_at", "last_at", "place", "words", "changed_at"]
        )


def _texts(cases: Sequence[SpokenOf]) -> list[object]:
    reading = importlib.import_module("commonward.core.triage.hot.reading")
    return [
        reading.Spoken(one.title, one.words, one.opened_at.timestamp() / 86400, one.lat, one.lon)
        for one in cases
    ]


def _let_go(belongs: Mapping[int, int], at: datetime) -> None:
    """Count and name anew the issues of which cases became a dispute, an incident or void."""
    cases = list(belongs)
    staying: set[int] = set()
    for start in range(0, len(cases), 500):
        staying.update(case_facts(cases[start : start + 500]))
    some = {its for case, its in belongs.items() if case not in staying}
    for issue in HotIssue.objects.filter(pk__in=some).order_by("pk"):
        if issue.count != len(_staying(issue)):
            retell(issue, at)


def _staying(issue: HotIssue) -> list[tuple[int, datetime]]:
    """The cases that are still in an issue, and when each was told."""
    every = list(HotMember.objects.filter(issue=issue).values_list("case_id", "at"))
    facts: dict[int, object] = {}
    for start in range(0, len(every), 500):
        facts.update(case_facts([case for case, _ in every[start : start + 500]]))
    return [(case, moment) for case, moment in every if case in facts]


def retell(issue: HotIssue, at: datetime) -> None:
    """Count an issue anew and name it by what those of its cases that stayed have in common."""
    members = _staying(issue)
    told = spoken_of([case for case, _ in members], joined=True)
    naming = importlib.import_module("commonward.core.triage.hot.naming")
    issue.place, words = naming.named([(one.title, one.words) for one in told], COMMON)
    issue.words = list(words)
    issue.count = len(members)
    if members:
        issue.first_at = min(moment for _, moment in members)
        issue.last_at = max(moment for _, moment in members)
    issue.changed_at = at
    issue.save()


# ---- What a person decides ------------------------------------------------------------------


def _locked(issue: int) -> HotIssue:
    row = HotIssue.objects.select_for_update().filter(pk=issue).first()
    if row is None:
        raise Missing(N_("There is no such hot issue."))
    if row.state != "found":
        raise Refusal(N_("This hot issue was merged into another."))
    return row


def _allowed(actor: Actor, reason: str, cases: Sequence[int]) -> None:
    """Who acts sees all of the cases: nobody moves what is hidden from them. Raises Forbidden."""
    refuse_onlooker(actor)
    if actor.account is None or not any(right.role in _ACTING for right in actor.rights):
        raise Forbidden(N_("Hot issues are for the centre's officers."))
    if not reason.strip():
        raise Invalid(N_("Give the reason: it stays beside the issue."), field="reason")
    if len(seen_among(actor, list(cases))) < len(set(cases)):
        raise Forbidden(N_("Some of these cases are not yours to see."))


def _members(issue: HotIssue) -> list[int]:
    return list(
        HotMember.objects.filter(issue=issue).order_by("at", "id").values_list("case_id", flat=True)
    )


def _note(
    issue: HotIssue, verb: str, reason: str, actor: Actor, at: datetime, **data: object
) -> None:
    if actor.account is None:  # `_allowed` has refused that
        raise Forbidden(N_("Hot issues are for the centre's officers."))
    HotAct.objects.create(
        issue=issue, verb=verb, reason=reason.strip()[:300], data=data, by_id=actor.account, at=at
    )


def split_hot(
    issue: int, cases: Sequence[int], reason: str, actor: Actor, at: datetime
) -> HotIssue:
    """Put some of its cases into an issue of their own (拆分); they stay there from now."""
    with transaction.atomic():
        row = _locked(issue)
        members = _members(row)
        _allowed(actor, reason, members)
        chosen = [case for case in members if case in set(cases)]
        if not chosen or len(chosen) == len(members):
            raise Invalid(N_("Choose some of the cases, not all of them."), field="cases")
        new = HotIssue.objects.create(first_at=at, last_at=at, version=row.version, changed_at=at)
        HotMember.objects.filter(issue=row, case_id__in=chosen).update(issue=new, by_hand=True)
        HotMember.objects.filter(issue=row).update(by_hand=True)
        _note(row, "split", reason, actor, at, into=new.pk, cases=len(chosen))
        retell(row, at)
        retell(new, at)
    return new


def merge_hot(issue: int, into: int, reason: str, actor: Actor, at: datetime) -> HotIssue:
    """Put all of its cases into another issue (合并); its number leads there from now."""
    if issue == into:
        raise Invalid(N_("An issue cannot be merged into itself."), field="into")
    with transaction.atomic():
        both = {pk: _locked(pk) for pk in sorted((issue, into))}
        row, main = both[issue], both[into]
        _allowed(actor, reason, [*_members(row), *_members(main)])
        count = HotMember.objects.filter(issue=row).update(issue=main, by_hand=True)
        row.state, row.into = "merged", main
        row.count, row.changed_at = 0, at
        row.save()
        _note(row, "merge", reason, actor, at, into=main.pk, cases=count)
        retell(main, at)
    return main


def case_of_hot(issue: int, words: str, reason: str, actor: Actor, at: datetime) -> str:
    """Open one case for the whole issue (转为案件); its open cases are joined to it. The number.

    Every reporter follows the new case and is answered when it ends, as after any joining.
    """
    if not words.strip():
        raise Invalid(N_("Please say in a few words what is wrong."), field="words")
    with transaction.atomic():
        row = _locked(issue)
        members = _members(row)
        _allowed(actor, reason, members)
        if row.case_id is not None:
            raise Refusal(N_("A case was made of this issue already."))
        told = [line for line in lines(members, at, revisions()) if line.is_open]
        if not told:
            raise Refusal(N_("None of its cases is open: there is nothing left to do together."))
        most = Counter(line.category for line in told).most_common(1)[0][0]
        model = next(line for line in told if line.category == most)
        said = Said(
            channel="counter", words=words.strip(), lat=model.lat, lon=model.lon,
            address=model.address, idempotency=f"hot-{row.pk}",
        )  # fmt: skip
        report = open_case(most, said, at, actor=actor, area_code=model.area, public=False)
        number = report.case.number
        joined, left = [], []
        for line in told:
            try:
                with transaction.atomic():
                    join(line.number, number, reason, actor, at)
            except Refusal:
                left.append(line.number)
            else:
                joined.append(line.number)
        row.case_id, row.changed_at = report.case_id, at
        row.save()
        _note(row, "case", reason, actor, at, case=number, joined=joined, left=left)
    return str(number)

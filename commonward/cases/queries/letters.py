"""What a message tells its subscriber: the step, and where the report stands now."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from commonward.cases.actions.mailed_marks import answer_mark, receipt_of
from commonward.cases.actions.sealing import case_keys
from commonward.cases.actions.subscribing import CONFIRM_WITHIN, opened, token_of, versions_of
from commonward.cases.models import Case, CaseKey, Delivery, Subscription
from commonward.cases.queries.followed import Told, steps_of, where_it_stands
from commonward.cases.queries.public import PublicReport, Wanted, public_reports
from commonward.cases.queries.steps import public_steps
from commonward.core.channels import MAIL
from commonward.core.procedures import Stage
from commonward.people.queries import reading_once, revisions
from commonward.people.rows import Joined


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a report stands, as this subscriber may know it; `has` is (name, English name)."""

    stage: Stage
    has: tuple[str, str] | None
    contact: str
    due_at: datetime | None
    paused: bool
    closed_at: datetime | None
    reopen_until: datetime | None


@dataclass(frozen=True, slots=True)
class Letter:
    """All that one message says. `step` and `standing` are None in the first question, which is
    asked until `until`; `token` opens the page that confirms and ends."""

    delivery: int
    made_at: datetime
    to: str
    language: str
    token: str
    number: str
    own: bool
    public: bool
    until: datetime
    step: Told | None
    standing: Standing | None
    channel: str = MAIL
    receipt: str = ""
    """The link of the receipt, in the first answer to a report that came by mail."""
    answer: str = ""
    """What an answer by mail to it is known by; of the reporter's own alone."""


Mark: TypeAlias = tuple[int, int, str]
"""What a letter was written of: the versions of the report's case and of the one that it was
joined to, and the reader's language. Another mark: it must be read again."""

_MARK = Joined(
    {"own": Case, "main": Case, "s": Subscription},
    "own.version main.version s.language",
    """FROM cases_delivery d JOIN cases_subscription s ON s.id = d.subscription_id
    JOIN cases_report r ON r.id = s.report_id JOIN cases_case own ON own.id = r.case_id
    LEFT JOIN cases_case main ON main.id = own.joined_to_id
    WHERE d.id = %s AND d.state = 'waiting'""",
)


def mark_of(delivery: int) -> Mark | None:
    """The mark as it is now, to be looked at right before the letter goes out (1 constant
    statement). None where nothing is owed to a subscriber any more: it was stopped, or forgotten."""
    found = _MARK.read(delivery)
    if not found:
        return None
    own, main, language = found[0]
    return own, main or 0, language


def letter(delivery: int, at: datetime) -> Letter | None:
    """What this delivery says; None when there is nothing (any more) to send."""
    found = letters([delivery], at).get(delivery)
    return None if found is None else found[1]


def letters(deliveries: Collection[int], at: datetime) -> Mapping[int, tuple[Mark, Letter | None]]:
    """What each of these says, read together: a bounded number of queries for all of them, and one
    more for each first answer to a mail. Those of rooms, and those that ended, are not in it."""
    with reading_once():
        rows = list(
            Delivery.objects.select_related(
                *(f"subscription__report__case{case}{team}" for case in ("", "__joined_to")
                  for team in ("__team", "__handling_team"))
            )
            .filter(pk__in=deliveries, state="waiting", subscription__isnull=False)
            .order_by("id")
        )  # fmt: skip
        there = [row.subscription for row in rows if row.subscription is not None]
        told = _told_to(there)
        keys = case_keys({one.report.case_id for one in there if one.address is not None})
        found = {}
        for row in rows:
            of = row.subscription
            assert of is not None  # noqa: S101 (the filter says so)
            found[row.pk] = (
                (*versions_of(of.report.case), of.language),
                _letter(row, of, told.get(of.pk, ([], None)), keys),
            )
        return found


def _letter(
    row: Delivery,
    of: Subscription,
    told: tuple[list[Told], Standing | None],
    keys: Mapping[int, CaseKey],
) -> Letter | None:
    report = of.report
    to = opened(of, report.case, keys)
    step, standing = None, None
    if row.event_id is not None:
        steps, standing = told
        step = next((s for s in steps if s.id == row.event_id), None)
    if not to or (row.event_id is not None and step is None):
        return None
    receipt = receipt_of(of) if step is None else ""
    return Letter(
        delivery=row.pk,
        made_at=row.made_at,
        to=to,
        language=of.language,
        token=token_of(of.pk),
        number=report.number,
        own=of.own,
        public=report.public and report.case.public,
        until=of.asked_at + CONFIRM_WITHIN,
        step=step,
        standing=standing,
        channel=row.channel,
        receipt=receipt,
        answer=answer_mark(of.pk) if of.own and (step or receipt) else "",
    )


def steps_to_tell(subscription: Subscription, at: datetime) -> list[Told]:
    """The steps that this subscriber may read, wants to hear of and did not take, in order.

    An answer is whatever the office wrote something with; the end is the closing, and what ends.
    """
    with reading_once():
        steps = _told_to([subscription], stands=False)[subscription.pk][0]
    if subscription.news == "asked":
        return [s for s in steps if s.asks or s.words]
    if subscription.news == "end":
        return [s for s in steps if s.stage is not None and (s.stage.closed or s.stage.ends)]
    return steps


def _told_to(
    subscriptions: Sequence[Subscription], *, stands: bool = True
) -> Mapping[int, tuple[list[Told], Standing | None]]:
    """By subscription, what its reader may know: the steps, and where the report stands."""
    found: dict[int, tuple[list[Told], Standing | None]] = {}
    own = [(one, _worked_on(one.report.case)) for one in subscriptions if one.own]
    steps = steps_of([(one.report_id, one.report.case_id, case.pk) for one, case in own])
    for one, case in own:
        told = [s for s in steps[one.report_id] if not s.mine]
        found[one.pk] = told, _standing(case) if stands else None
    others = [one for one in subscriptions if not one.own]
    if not others:
        return found
    marks = revisions()
    numbers = tuple({one.report.number for one in others})
    shown = {r.id: r for r in public_reports(Wanted(numbers=numbers), marks, most=len(numbers))}
    happened = public_steps(tuple(shown.values()), marks)
    for one in others:
        public = shown.get(one.report_id)
        found[one.pk] = ([], None) if public is None else (
            [
                Told(s.id, s.at, s.verb, None, s.stage, s.words, False)
                for s in happened[one.report_id]
            ],
            _public_standing(public),
        )  # fmt: skip
    return found


def _worked_on(own: Case) -> Case:
    return own.joined_to or own


def _standing(case: Case) -> Standing:
    stands = where_it_stands(case)
    return Standing(
        stage=stands.stage,
        has=None if stands.has is None else (stands.has.name, stands.has.name_en),
        contact="" if stands.has is None else stands.has.contact,
        due_at=None if stands.stage.ends else stands.due_at,
        paused=case.paused,
        closed_at=case.closed_at,
        reopen_until=stands.reopen_until,
    )


def _public_standing(found: PublicReport) -> Standing:
    return Standing(
        stage=found.stage,
        has=found.team if found.team[0] else None,
        contact="",
        due_at=found.due_at,
        paused=False,
        closed_at=found.closed_at,
        reopen_until=None,
    )

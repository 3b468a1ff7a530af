"""What a message tells its subscriber: the step, and where the report stands now."""

from dataclasses import dataclass
from datetime import datetime

from commonward.areas.queries import revisions
from commonward.cases.actions.mailed_marks import answer_mark, receipt_of
from commonward.cases.actions.subscribing import CONFIRM_WITHIN, opened, token_of
from commonward.cases.models import Delivery, Subscription
from commonward.cases.queries.followed import Followed, Told, followed
from commonward.cases.queries.public import PublicReport, public_report
from commonward.cases.queries.steps import public_steps
from commonward.core.channels import MAIL
from commonward.core.procedures import Stage


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


def letter(delivery: int, at: datetime) -> Letter | None:
    """What this delivery says; None when there is nothing (any more) to send."""
    found = (
        Delivery.objects.select_related("subscription__report__case")
        .filter(pk=delivery, state="waiting")
        .first()
    )
    if found is None:
        return None
    subscription = found.subscription
    if subscription is None:
        return None
    report = subscription.report
    to = opened(subscription, report.case)
    step, standing = None, None
    if found.event_id is not None:
        steps, standing = _told(subscription, at)
        step = next((s for s in steps if s.id == found.event_id), None)
    if not to or (found.event_id is not None and step is None):
        return None
    receipt = receipt_of(subscription) if step is None else ""
    return Letter(
        delivery=found.pk,
        made_at=found.made_at,
        to=to,
        language=subscription.language,
        token=token_of(subscription.pk),
        number=report.number,
        own=subscription.own,
        public=report.public and report.case.public,
        until=subscription.asked_at + CONFIRM_WITHIN,
        step=step,
        standing=standing,
        channel=found.channel,
        receipt=receipt,
        answer=answer_mark(subscription.pk) if subscription.own and (step or receipt) else "",
    )


def steps_to_tell(subscription: Subscription, at: datetime) -> list[Told]:
    """The steps that this subscriber may read, wants to hear of and did not take, in order.

    An answer is whatever the office wrote something with; the end is the closing, and what ends.
    """
    steps = _told(subscription, at)[0]
    if subscription.news == "asked":
        return [s for s in steps if s.asks or s.words]
    if subscription.news == "end":
        return [s for s in steps if s.stage is not None and (s.stage.closed or s.stage.ends)]
    return steps


def _told(subscription: Subscription, at: datetime) -> tuple[list[Told], Standing | None]:
    if subscription.own:
        own = followed(subscription.report_id, at)
        return [s for s in own.steps if not s.mine], _standing(own)
    marks = revisions()
    found = public_report(subscription.report.number, marks)
    if found is None:
        return [], None
    steps = [
        Told(s.id, s.at, s.verb, None, s.stage, s.words, False)
        for s in public_steps([found], marks)[found.id]
    ]
    return steps, _public_standing(found)


def _standing(own: Followed) -> Standing:
    return Standing(
        stage=own.stage,
        has=None if own.has is None else (own.has.name, own.has.name_en),
        contact="" if own.has is None else own.has.contact,
        due_at=None if own.stage.ends else own.due_at,
        paused=own.paused,
        closed_at=own.closed_at,
        reopen_until=own.reopen_until,
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

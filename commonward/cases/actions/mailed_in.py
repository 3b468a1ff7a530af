"""What residents send by e-mail: a new report, or an answer to a mail of ours (来信登记、邮件答复).

A sender's address opens nothing. An answer is known by what only our own mail to that address held,
and counts for the one report that it was about; it does what its reporter could do on their page.
The same mail twice changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db import transaction

from commonward.cases.actions import delivering, receipts
from commonward.cases.actions.allowing import one_more_today, spend
from commonward.cases.actions.asking import answer_question
from commonward.cases.actions.mailed_marks import (
    CHANNEL,
    digest_of_mail,
    first_answer,
    token_of_mailed,
)
from commonward.cases.actions.moving import act
from commonward.cases.actions.opening import LONGEST_WORDS, Said
from commonward.cases.actions.photos import MOST_PHOTOS, Ready, add_photos, with_photos
from commonward.cases.actions.subscribing import checked_address, subscribe
from commonward.cases.actions.subscribing import opened as address_of
from commonward.cases.actions.suggesting import take_in
from commonward.cases.models import Case, Delivery, Remark, Report, Subscription
from commonward.cases.queries.asked import ANSWERED, ASKED, open_questions
from commonward.core.channels import MAIL
from commonward.core.danger import numbers_to_call
from commonward.core.mailed import Bounce
from commonward.core.refusals import N_, Missing, Refusal
from commonward.core.rights import SYSTEM, reporter

ADDED = "add_words"


@dataclass(frozen=True, slots=True)
class Written:
    """A mail that a person wrote, as it was read; `checked` is what the office's server found."""

    sender: str
    words: str
    key: str
    """The same for the same mail, however often it comes."""
    language: str = ""
    checked: str = "unknown"
    photos: tuple[Ready, ...] = ()


def report_by_mail(
    told: Written, category: str, at: datetime, *, a_day: int, an_hour: int = 0
) -> Report:
    """Keep a mail as a new report, and owe its sender one mail with the receipt. `category` is ""
    for what somebody must sort.

    It is not public: its writer saw no page that says what everybody reads. Where the office's
    server found that the sender is another no mail is owed: its owner wrote nothing. Raises what
    `take_in` raises, Invalid for an address that cannot be written to, Refusal "allowance" where it
    sent so many today already, and Refusal "many" where `an_hour` came in the last one from senders
    whom the office's server did not find to be themselves (0: any number): such a sender is drawn
    anew for each mail by whoever wants to fill the list. Words of danger are heard beyond it, ten
    times as many.
    """
    address = checked_address(told.sender)
    kept = digest_of_mail(told.key)
    photos = told.photos[:MOST_PHOTOS]
    said = Said(
        channel=CHANNEL,
        words=told.words[:LONGEST_WORDS],
        contact={"email": address},
        language=told.language,
        idempotency=kept,
        photos=tuple(one.digest for one in photos),
    )

    def opened() -> Report:
        there = _earlier(kept)
        if there is not None:
            return there
        if not one_more_today(address, at, a_day, "mail"):
            raise Refusal(
                N_("This address sent {most} reports by mail today; no more are taken."),
                most=a_day,
                code="allowance",
            )
        if told.checked != "yes":
            _one_more_unproven(told.words, at, an_hour)
        opening = partial(take_in, category, said, at, public=False)
        report = receipts.with_receipt(opening, token_of_mailed(kept), at)
        report.marks = {**report.marks, "sender": {"checked": told.checked}}
        report.save(update_fields=["marks"])
        if told.checked != "no":
            subscribe(report.pk, address, told.language, at, own=True)
        return report

    return with_photos(photos, opened, at, SYSTEM)


def _one_more_unproven(words: str, at: datetime, an_hour: int) -> None:
    pressing = bool(numbers_to_call(words))
    use = "mail unproven, danger" if pressing else "mail unproven"
    try:
        spend("", at, an_hour * (10 if pressing else 1), use)
    except Refusal as refusal:
        raise Refusal(
            N_("Very many reports came by mail within the hour; this one waits for a person."),
            code="many",
        ) from refusal


def answer_by_mail(
    subscription: int, told: Written, at: datetime, *, question: int | None = None
) -> str:
    """Take an answer to a mail of ours: "answered" (a question), "added" or "known".

    `question` is the event that the mail it answers was about. Raises Missing where this address
    asked for no mails of its own report, and what the step itself raises.
    """
    with transaction.atomic():
        found = (
            Subscription.objects.select_for_update(of=("self",))
            .select_related("report__case__joined_to")
            .filter(pk=subscription)
            .first()
        )
        if found is None or not _answers(found, told.sender):
            raise Missing(
                N_("This link opens nothing: it is mistyped, or what it belongs to is gone.")
            )
        report = found.report
        case = report.case.joined_to or report.case
        who = reporter(report.pk)
        words = told.words.strip()[:LONGEST_WORDS]
        what = "known"
        if words and not _said_before(case, report, words):
            asked = _question(case, report, question)
            if asked is not None:
                answer_question(case.number, asked, words, who, at)
                what = "answered"
            else:
                act(case.number, ADDED, who, at, {"words": words, "reason": words})
                what = "added"
        if told.photos:
            add_photos(report.number, told.photos[:MOST_PHOTOS], who, at, moment="before")
            what = "added" if what == "known" else what
    return what


def bounced_back(keys: Sequence[str], told: Bounce, at: datetime) -> bool:
    """What a mail server says became of a mail of ours; False where it is of none."""
    receipt = {"failed": "undeliverable", "delivered": "delivered"}.get(told.action, "")
    for key in keys:
        if not receipt:
            if Delivery.objects.filter(channel=MAIL, provider_id=key).exists():
                return True
        elif delivering.received(MAIL, key, receipt, at, f"DSN {told.status or '5'}"):
            return True
    return False


def subscription_of_key(keys: Sequence[str]) -> tuple[int, int | None] | None:
    """The subscription of the mail with one of these names, and the question it was about."""
    for key in keys:
        found = (
            Delivery.objects.exclude(provider_id="")
            .filter(channel=MAIL, provider_id=key, subscription__isnull=False)
            .values_list("subscription_id", "event_id", "event__verb")
            .first()
        )
        if found is not None and found[0] is not None:
            return found[0], found[1] if found[2] == ASKED else None
    return None


def _answers(found: Subscription, sender: str) -> bool:
    told = address_of(found, found.report.case)
    asked = found.confirmed_at is not None or first_answer(found)
    return bool(found.own and asked and told and told.casefold() == sender.strip().casefold())


def _question(case: Case, report: Report, question: int | None) -> int | None:
    """The open question that is answered: the one in the mail, or the only one there is."""
    there = [one.id for one in open_questions(case.pk) if one.report_id == report.pk]
    if question is not None:
        return question if question in there else None
    return there[0] if len(there) == 1 else None


def _said_before(case: Case, report: Report, words: str) -> bool:
    """Whether this reporter said exactly this already: the same mail once more."""
    return Remark.objects.filter(
        event__case=case, event__role="reporter", event__verb__in=(ANSWERED, ADDED),
        event__report=report, words=words,
    ).exists()  # fmt: skip


def _earlier(kept: str) -> Report | None:
    # The last condition is the index's own, word for word: only then is the index used.
    rows = Report.objects.filter(channel=CHANNEL, idempotency=kept)
    return rows.extra(where=["NOT (idempotency = '')"]).first()

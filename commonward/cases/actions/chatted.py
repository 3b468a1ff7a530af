"""What residents tell in a chat (对话登记): a report, words about one, an end to its news.

Whom a report came from is sealed in its own case, as the address to which its news go, and
nowhere else: no conversation and no other case leads there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db import transaction

from commonward.cases.actions import delivering, receipts
from commonward.cases.actions.allowing import one_more_today
from commonward.cases.actions.asking import answer_question
from commonward.cases.actions.moving import act
from commonward.cases.actions.opening import LONGEST_WORDS, Said
from commonward.cases.actions.photos import MOST_PHOTOS, Ready, add_photos, with_photos
from commonward.cases.actions.subscribing import confirm, opened, subscribe, token_of, unsubscribe
from commonward.cases.actions.suggesting import take_in
from commonward.cases.models import Delivery, Report, Subscription
from commonward.cases.queries.asked import open_questions
from commonward.core.chat.model import Draft
from commonward.core.refusals import N_, Refusal
from commonward.core.rights import SYSTEM, reporter


@dataclass(frozen=True, slots=True)
class Told:
    """A report as it was told in a chat. `key` is the same for the same draft, however often it
    comes; `whose` is the platform's name of who told it; `news` says that the platform tells them."""

    channel: str
    whose: str
    draft: Draft
    key: str
    language: str
    news: bool = True


def report_by_chat(
    told: Told, category: str, photos: Sequence[Ready], at: datetime, *, a_day: int
) -> tuple[Report, str]:
    """Keep it as a new report, not public, with its receipt's token; its news go back to the chat.

    `category` is "" for what somebody must sort. The platform itself says who wrote, so nobody is
    asked again whether the news are wanted: they were told so before they sent it. Raises what
    `take_in` raises, and Refusal "allowance" where so many came from there today already.
    """
    token = receipts.token_of(f"chat {told.key}")
    draft, photos = told.draft, photos[:MOST_PHOTOS]
    said = Said(
        channel=told.channel,
        words=draft.words[:LONGEST_WORDS],
        lat=draft.lat,
        lon=draft.lon,
        address=draft.address,
        language=told.language,
        idempotency=receipts.sent_under(f"chat {told.key}"),
        photos=tuple(one.digest for one in photos),
    )

    def made() -> Report:
        new = not receipts.is_sent(f"chat {told.key}", told.channel)
        if new and a_day > 0 and not one_more_today(told.whose, at, a_day, f"{told.channel} chat"):
            raise Refusal(
                N_("{most} reports came from this chat today; no more are taken."),
                most=a_day,
                code="allowance",
            )
        opening = partial(take_in, category, said, at, area_code=draft.side, public=False)
        report = receipts.with_receipt(opening, token, at)
        if new and told.news:
            _tell_here(report, told, at)
        return report

    return with_photos(photos, made, at, SYSTEM), token


def add_by_chat(report: int, words: str, photos: Sequence[Ready], at: datetime) -> str:
    """Add words and pictures to a report, by who holds its receipt: "answered" where the office
    asked one question and this is the answer, else "added". Raises what the step raises."""
    what = "added"
    with transaction.atomic():
        found = Report.objects.select_related("case__joined_to").get(pk=report)
        case = found.case.joined_to or found.case
        words = words.strip()[:LONGEST_WORDS]
        if words:
            asked = [one.id for one in open_questions(case.pk) if one.report_id == report]
            if len(asked) == 1:
                answer_question(case.number, asked[0], words, reporter(report), at)
                what = "answered"
            else:
                given = {"words": words, "reason": words}
                act(case.number, "add_words", reporter(report), at, given)
        if photos:
            add_photos(found.number, photos[:MOST_PHOTOS], reporter(report), at, moment="before")
    return what


def no_more_news(number: str, channel: str, whose: str, at: datetime) -> None:
    """End the news of this report to this chat; of any other nothing is told."""
    rows = Subscription.objects.filter(report__number=number, channel=channel, ended_at=None)
    for one in rows.select_related("report__case"):
        if opened(one, one.report.case) == whose:
            unsubscribe(token_of(one.pk), at)


def answered_of(channel: str, provider_id: str, whose: str) -> tuple[int, str] | None:
    """The own report, and its number, that a message of ours to this very chat was about; None
    for none. Nobody is looked up by who they are: the one message is, and then compared."""
    if not provider_id:
        return None
    found = (
        Delivery.objects.exclude(provider_id="")
        .filter(channel=channel, provider_id=provider_id, subscription__isnull=False)
        .values_list("subscription_id", flat=True)
        .first()
    )
    if found is None:
        return None
    one = (
        Subscription.objects.select_related("report__case")
        .filter(pk=found, channel=channel, own=True, ended_at=None)
        .first()
    )
    if one is None or opened(one, one.report.case) != whose:
        return None
    return one.report_id, one.report.number


def _tell_here(report: Report, told: Told, at: datetime) -> None:
    made = subscribe(
        report.pk, told.whose, told.language or "zh-hans", at, own=True, channel=told.channel
    )
    if made is None:
        return
    confirm(token_of(made.pk), at)
    # The answer in the chat says it all: no question whether the news are wanted.
    for one in Delivery.objects.filter(subscription=made, event=None, state="waiting"):
        delivering.dropped(one.pk, at)

"""Take what comes by text message: a receipt, an end to messages, words about a report, or a report.

Nobody is looked up by a number. A number is compared only with that of the one report, or the one
message, that the sender named or answered.
"""

import logging
import re
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac

from commonward.cases.actions import LONGEST_WORDS, Said, act, delivering
from commonward.cases.actions.allowing import first_today, one_more_today
from commonward.cases.actions.asking import answer_question
from commonward.cases.actions.receipts import enter, is_sent, sent_under, token_of, with_receipt
from commonward.cases.actions.subscribing import opened, unsubscribe
from commonward.cases.actions.subscribing import token_of as token_of_subscription
from commonward.cases.actions.suggesting import take_in
from commonward.cases.models import Delivery, Report, Subscription
from commonward.cases.queries.followed import followed
from commonward.core.channels import unseen_out
from commonward.core.danger import numbers_to_call
from commonward.core.refusals import Invalid, Refusal
from commonward.core.rights import reporter
from commonward.core.sms import pdu
from commonward.core.sms.alphabet import decoded
from commonward.core.sms.numbers import sender
from commonward.core.sms.parts import Place, parted
from commonward.core.sms.pdu import Sms
from commonward.core.sms.provider import Provider, provider_of
from commonward.core.sms.reading import Written, read
from commonward.core.sms.receipts import receipt_of
from commonward.doors.sms.answering import ROOM, lane_of
from commonward.doors.sms.behind import subscription_behind
from commonward.doors.sms.spool import Part, keep, sweep
from commonward.people.queries import now as site_now

log = logging.getLogger(__name__)

CHANNEL = "sms"
MOST_UNKNOWN = 5
"""How often a receipt of no message of ours is asked for again: the message may be written down
a moment later. Then it is let go: nothing would ever know it."""
MOST_BEHIND = 20
"""Texts a day from one number that count as answers by the number they are sent to."""
_REFERENCE, _TOTAL, _NUMBER = 0x020C, 0x020E, 0x020F
"""Optional parameters of SMPP that name a part without a header (sar_…)."""
_CHINESE = re.compile("[\u3400-\u9fff]")
_unknown: dict[str, int] = {}


@dataclass(frozen=True, slots=True)
class Came:
    """One text: who sent it, to which number of ours, what the provider calls it ("" for nothing),
    and the name of the message of ours that it answers, where it says so."""

    source: str
    destination: str
    text: str
    name: str = ""
    answers: str = ""


def take_delivered(sms: Sms) -> int:
    """A deliver_sm; the status to answer it with. Raises what it raises: it is then told again."""
    told = receipt_of(sms)
    if told is not None:
        return take_receipt(told.name, told.outcome, told.fault)
    source = f"+{sms.source}" if sms.source_ton == 1 and sms.source else sms.source
    octets = sms.content
    place = _sar(sms)
    if sms.esm_class & pdu.HAS_HEADER:
        try:
            place, octets = parted(octets)
        except Invalid:  # nobody can tell where the text begins; nothing of it is lost
            log.warning("A part of a text message has a broken header; it is taken as it is")
    text = _text(octets, sms.coding)
    if place is not None and place.total > 1:
        keep(Part(source, sms.destination, text, place, site_now()), _whole)
    else:
        take(Came(source, sms.destination, text), site_now())
    return pdu.OK


def take_receipt(name: str, outcome: str, fault: str = "") -> int:
    """What became of a message of ours; the status to answer with."""
    if not outcome or not name or not name.isprintable():
        return pdu.OK
    if _by().decimal_ids and name.isdecimal() and len(name) <= 120:
        name = f"{int(name):x}"
    if delivering.received(CHANNEL, name, outcome, site_now(), fault):
        _unknown.pop(name, None)
        return pdu.OK
    if len(_unknown) > 10_000:
        _unknown.clear()
    _unknown[name] = _unknown.get(name, 0) + 1
    if _unknown[name] < MOST_UNKNOWN:
        return pdu.LATER
    del _unknown[name]
    log.warning("A receipt of a message that is not ours was let go")
    return pdu.OK


def take_alone(at: datetime) -> int:
    """Take what waited a day for its other parts; says how many."""
    return sweep(at, _whole)


def take(came: Came, at: datetime) -> str:
    """One text, whole, as one change; what it was: "again", "nothing", "flood", "stop", "words" or
    "report". Sent again within the day it changes nothing. Raises what filing a report refuses.
    """
    by = _by()
    written = read(came.text)
    if not (written.words or written.code or written.stop):
        return "nothing"
    number = sender(came.source, by.country)
    with transaction.atomic():
        if _came_before(came, at):
            return "again"
        if written.stop:
            _stop(came, written.number, number, by, at)
            return "stop"
        if not _may(came.source, written.words, at):
            log.warning("More text messages came today than are taken; one was not kept")
            return "flood"
        report = _report_of(came, written, number, by, at)
        if report is not None and _said(report, written.words, at):
            return "words"
        _file(_without_code(came.text, written), came, number, by, at)
    return "report"


def _by() -> Provider:
    return provider_of(settings.SMS)


def _whole(first: Part, text: str) -> None:
    take(Came(first.source, first.destination, text), site_now())


def _came_before(came: Came, at: datetime) -> bool:
    """Whether it was taken already: by its name, else by the text of its sender on this day.

    What is noted without a name is a keyed hash that ends with the day, as an allowance does.
    """
    if came.name:
        if is_sent(f"sms {came.name}", CHANNEL):
            return True
        told = f"name {came.name}"
    else:
        told = f"text {came.source} {came.destination} {came.text}"
    drawn = salted_hmac("commonward.sms.came", told, algorithm="sha256").hexdigest()
    return not first_today("", at, f"sms {drawn}")


def _may(source: str, words: str, at: datetime) -> bool:
    """Whether it may be taken today; words of danger are not held by the limit of all numbers."""
    most = settings.SMS_A_DAY
    if most <= 0:
        return True
    own = one_more_today(source, at, most, CHANNEL)
    everybody = one_more_today("", at, most * 100, "sms of all")
    return own and (everybody or bool(numbers_to_call(words)))


def _stop(came: Came, report: str, number: str, by: Provider, at: datetime) -> None:
    """End what the sender named or answered, if it goes to their own number, and nothing else."""
    if report:
        rows = Subscription.objects.filter(report__number=report)
    else:
        rows = Subscription.objects.filter(pk=_answered(came, by, at)[0])
    for one in rows.filter(channel=CHANNEL, ended_at=None).select_related("report__case"):
        if number and opened(one, one.report.case) == number:
            unsubscribe(token_of_subscription(one.pk), at)


def _answered(came: Came, by: Provider, at: datetime) -> tuple[int, int]:
    """The subscription, or the report, whose message this answers (0 for none): by the name that
    the provider gave it, or the number behind ours that it was sent from."""
    if came.answers.isprintable() and came.answers:
        found = (
            Delivery.objects.exclude(provider_id="")
            .filter(channel=CHANNEL, provider_id=came.answers)
            .values_list("subscription_id", "room", "lane")
            .first()
        )
        if found is None:
            return 0, 0
        subscription, room, lane = found
        return subscription or 0, int(lane[len(lane_of("")) :]) if room == ROOM else 0
    behind = came.destination.removeprefix("+").removeprefix(by.source.removeprefix("+"))
    if not by.extension or came.destination.removeprefix("+") == behind:
        return 0, 0
    # Who guesses the drawn digits under one number, and be it forged, has so many tries a day.
    if not one_more_today(came.source, at, MOST_BEHIND, "sms behind"):
        return 0, 0
    return subscription_behind(behind), 0


def _report_of(came: Came, written: Written, number: str, by: Provider, at: datetime) -> int | None:
    """The report that the sender's words are about: by number and code, as on the portal, or as an
    answer from the reporter's own number. None for none."""
    if written.code:
        try:
            return enter(written.number, written.code, at).report_id
        except Refusal:  # a wrong code, or too many: whoever sorts it reads the words
            return None
    subscription, _report = _answered(came, by, at)
    one = (
        Subscription.objects.select_related("report__case")
        .filter(pk=subscription, channel=CHANNEL, own=True, ended_at=None)
        .first()
    )
    mine = one is not None and number and opened(one, one.report.case) == number
    return one.report_id if one is not None and mine else None


def _said(report: int, words: str, at: datetime) -> bool:
    """The answer to the oldest open question of the report, else words added to it; False where
    nothing can be added any more."""
    if not words:
        return True
    found = followed(report, at)
    words = words[:LONGEST_WORDS]
    try:
        if found.questions:
            question = found.questions[0].id
            answer_question(found.case, question, words, reporter(report), at)
        else:
            act(found.case, "add_words", reporter(report), at, {"words": words, "reason": words})
    except Refusal:
        return False
    return True


def _without_code(text: str, written: Written) -> str:
    """What somebody else reads: the code of a receipt opens its report, and no other reads it. A text
    that only happens to begin like one is left as it is."""
    if written.code and Report.objects.filter(number=written.number).exists():
        return f"{written.number} {written.words}".strip()
    return unseen_out(text).strip()


def _file(words: str, came: Came, number: str, by: Provider, at: datetime) -> None:
    """A new report, not public: nobody showed its sender what everybody would read."""
    said = Said(
        channel=CHANNEL,
        words=words[:LONGEST_WORDS],
        contact={"phone": number} if number else {},
        language="zh-hans" if _CHINESE.search(words) else "en",
        idempotency=sent_under(f"sms {came.name}") if came.name else "",
    )
    report = take_in(by.category, said, at, public=False)
    with_receipt(lambda: report, token_of(f"sms {report.number}"), at)
    # Whoever has numbers that cost much writes from them to be answered.
    if number and (by.abroad or number.startswith(f"+{by.country}")):
        delivering.owe(ROOM, at, channel=CHANNEL, lane=lane_of(report.pk))


def _sar(sms: Sms) -> Place | None:
    reference, total, number = (
        int.from_bytes(sms.more.get(tag, b""), "big") for tag in (_REFERENCE, _TOTAL, _NUMBER)
    )
    return Place(reference, total, number, wide=True) if 1 <= number <= total <= 255 else None


def _text(octets: bytes, coding: int) -> str:
    """The text by its data_coding; a message class (0xF0…) leaves the alphabet in two bits."""
    if coding == 0x08 or (coding & 0xF0 != 0xF0 and coding & 0x0C == 0x08 and coding < 0xC0):
        return decoded(octets, "ucs2")
    if coding in (0x01, 0x03):
        return octets.decode("latin-1")
    return decoded(octets, "gsm")

"""Ask to be told by mail or another channel, confirm it, say what of it, end it (订阅、确认、退订).

Nobody is written to who did not ask: the first message holds only the question whether it is wanted,
and until its answer there is no other. The link in each message is derived from the row, so nothing
that opens it is kept.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import F, Max
from django.utils.crypto import constant_time_compare, salted_hmac

from commonward.cases.actions.sealing import seal_words, unseal_with, unseal_words
from commonward.cases.models import Case, CaseKey, Delivery, Event, Report, Subscription
from commonward.core.channels import MAIL
from commonward.core.refusals import N_, Invalid, Missing, Refusal

LONGEST_ADDRESS = 200
MOST_OWN = 3
"""Addresses that the holder of one receipt may have told, at a time."""
MOST_FOLLOWERS = 300
"""Addresses of others that follow one public report."""
CONFIRM_WITHIN = timedelta(days=2)

_MARK = 32


NEWS = ("all", "asked", "end")
"""Which steps somebody wants to hear of: every one, questions and answers alone, or the end."""


def subscribe(
    report: int, address: str, language: str, at: datetime, *, own: bool, channel: str = MAIL
) -> Subscription | None:
    """Keep a sealed address and owe it the question whether it is wanted, by the same channel.

    An address that is none of e-mail comes as its channel's own `check` gave it. `own` is for the holder of the receipt; others follow a public report only. None where the
    address is there already: whoever asks is told the same in both cases, and nobody learns from
    it who follows what. Raises Invalid (field "address"), Missing, Refusal "full".
    """
    wanted = checked_address(address) if channel == MAIL else _plain_address(address)
    with transaction.atomic():
        found = (
            Report.objects.select_for_update(of=("self",))
            .select_related("case")
            .filter(pk=report)
            .first()
        )
        if found is None or not (own or (found.public and found.case.public)):
            raise Missing(N_("There is no such report."))
        there = Subscription.objects.filter(report=found, ended_at=None)
        if any(
            opened(one, found.case).casefold() == wanted.casefold()
            for one in there
            if one.address is not None and one.channel == channel
        ):
            return None
        most = MOST_OWN if own else MOST_FOLLOWERS
        if there.filter(own=own).count() >= most:
            raise Refusal(
                N_("{most} addresses follow this report already; no more are taken."),
                most=most,
                code="full",
                field="address",
            )
        made = Subscription.objects.create(
            report=found,
            own=own,
            channel=channel,
            address=seal_words(found.case, wanted, _context(found, channel)),
            language=language[:10],
            asked_at=at,
        )
        Delivery.objects.create(
            subscription=made, channel=channel, lane=f"s{made.pk}", made_at=at, next_at=at
        )
    return made


def confirm(token: str, at: datetime, *, told: str = "") -> Subscription:
    """Yes, it is wanted: each step from now on is told. `told` is the version of the words that
    stood there. Raises Missing."""
    with transaction.atomic():
        found = _locked(token)
        if found.ended_at is not None:
            raise Missing(N_("This has ended; ask for it again on the report's page."))
        if found.confirmed_at is None:
            own = found.report.case
            cases = [c for c in (own.pk, own.joined_to_id) if c is not None]
            found.confirmed_at, found.told = at, told
            found.version, found.main_version = versions_of(own)
            found.last_event = (
                Event.objects.filter(case_id__in=cases).aggregate(last=Max("id"))["last"] or 0
            )
            found.save()
    return found


def unsubscribe(token: str, at: datetime) -> Subscription:
    """Nothing more is sent, and the address is forgotten at once. Raises Missing."""
    with transaction.atomic():
        found = _locked(token)
        end(found, at, "asked")
    return found


def prefer(
    subscription: int,
    *,
    news: str,
    language: str,
    quiet_from: int | None = None,
    quiet_until: int | None = None,
) -> Subscription:
    """What of it, in which language, and when not (接收偏好). Quiet hours are minutes of the day,
    both or none. Raises Invalid, Missing."""
    if news not in NEWS:
        raise Invalid(N_("Choose which news you want."), field="news")
    if (quiet_from is None) != (quiet_until is None):
        raise Invalid(N_("Quiet hours need a beginning and an end."), field="quiet_from")
    with transaction.atomic():
        found = Subscription.objects.select_for_update().filter(pk=subscription).first()
        if found is None or found.ended_at is not None:
            raise Missing(N_("This has ended; ask for it again on the report's page."))
        found.news, found.language = news, language[:10]
        found.quiet_from, found.quiet_until = quiet_from, quiet_until
        found.save(update_fields=["news", "language", "quiet_from", "quiet_until"])
        if quiet_from is None:
            # What waited for quiet hours that are no more need not wait.
            Delivery.objects.filter(subscription=found, state="waiting", why="quiet").update(
                next_at=F("made_at"), why=""
            )
    return found


def end(found: Subscription, at: datetime, because: str) -> None:
    """End a locked subscription: its address goes, and what was still owed is dropped."""
    if found.ended_at is not None:
        return
    found.ended_at, found.ended_because, found.address = at, because, None
    found.save(update_fields=["ended_at", "ended_because", "address"])
    Delivery.objects.filter(subscription=found, state="waiting").update(
        state="dropped", next_at=None, ended_at=at
    )


def sweep(at: datetime) -> int:
    """Delete what nobody confirmed in time, address and all; says how many."""
    late = list(
        Subscription.objects.filter(
            confirmed_at=None, asked_at__lt=at - CONFIRM_WITHIN
        ).values_list("pk", flat=True)[:1000]
    )
    if not late:
        return 0
    with transaction.atomic():
        # Confirmed at this very moment, it stays.
        still = Subscription.objects.select_for_update().filter(pk__in=late, confirmed_at=None)
        ids = list(still.values_list("pk", flat=True))
        Delivery.objects.filter(subscription_id__in=ids).delete()
        Subscription.objects.filter(pk__in=ids).delete()
    return len(ids)


def token_of(subscription: int) -> str:
    """What the link of its mails holds: nobody else can make it."""
    return f"{subscription}-{_seal(subscription)}"


def subscription_of(token: str) -> Subscription:
    """The subscription that a mail's link belongs to. Raises Missing."""
    number, _, mark = token.partition("-")
    if not (number.isdecimal() and len(number) < 19 and number.isascii()):
        raise _no_such()
    if not constant_time_compare(mark, _seal(int(number))):
        raise _no_such()
    found = Subscription.objects.select_related("report__case").filter(pk=int(number)).first()
    if found is None:
        raise _no_such()
    return found


def opened(
    subscription: Subscription, case: Case, keys: Mapping[int, CaseKey] | None = None
) -> str:
    """The address of a subscription to a report of this case; "" when it is gone. Its key is
    looked for where `keys` are not those of all such cases."""
    if subscription.address is None:
        return ""
    context = _context(subscription.report, subscription.channel)
    if keys is None:
        return unseal_words(case, subscription.address, context)
    return unseal_with(keys.get(case.pk), case.number, subscription.address, context).decode()


def versions_of(own: Case) -> tuple[int, int]:
    """The version of a report's own case, and of the one that it was joined to (0 for none)."""
    return own.version, 0 if own.joined_to is None else own.joined_to.version


def _locked(token: str) -> Subscription:
    found = subscription_of(token)
    return (
        Subscription.objects.select_for_update(of=("self",))
        .select_related("report__case__joined_to")
        .get(pk=found.pk)
    )


def checked_address(address: str) -> str:
    """An address that can be written to; nothing in it can end a header's line."""
    wanted = address.strip()
    try:
        validate_email(wanted)
    except ValidationError:
        wanted = ""
    if not wanted or len(wanted) > LONGEST_ADDRESS or not wanted.isascii():
        raise Invalid(
            N_("An e-mail address looks like name@example.org; compare it."), field="address"
        )
    return wanted


def _plain_address(address: str) -> str:
    if not 1 <= len(address) <= LONGEST_ADDRESS or not address.isprintable():
        raise Invalid(N_("This address cannot be written to; compare it."), field="address")
    return address


def _context(report: Report, channel: str) -> str:
    return f"{channel} of {report.number}"


def _seal(subscription: int) -> str:
    return salted_hmac(
        "commonward.subscription", str(subscription), algorithm="sha256"
    ).hexdigest()[:_MARK]


def _no_such() -> Missing:
    return Missing(N_("This link opens nothing: it is mistyped, or what it belongs to is gone."))

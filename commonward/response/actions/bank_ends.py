"""How a bank is reached: its computer's address and secret, its number to call, a trial call."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from commonward.cases.actions.sealing import masters
from commonward.core import sealing
from commonward.core.hooking import hook_address, secret_text
from commonward.core.refusals import N_, Invalid, Refusal
from commonward.core.rights import Actor
from commonward.people.access import require_administrator
from commonward.people.actions import record_change
from commonward.people.models import Team
from commonward.response.models import BankEnd

FEWEST_SECONDS, MOST_SECONDS = 5, 600
LONGEST_HOTLINE = 60


def set_bank_end(
    bank: int,
    *,
    address: str,
    hotline: str,
    silent_seconds: int,
    at: datetime,
    actor: Actor,
) -> tuple[BankEnd, str]:
    """Say how a bank is asked; with its first address a secret is made, which is told this once.

    Raises Forbidden, and Invalid naming the field: for a team that is no bank, for an address
    that is not called (plain http, our own network), or for seconds out of bounds.
    """
    require_administrator(actor, "set_bank_end")
    address, hotline = address.strip(), hotline.strip()
    if address:
        hook_address(address, private=settings.HOOKS_PRIVATE)
    if len(hotline) > LONGEST_HOTLINE:
        raise Invalid(
            N_("{which} is too long or unknown; at most {most} characters are taken."),
            which="hotline",
            most=LONGEST_HOTLINE,
            field="hotline",
        )
    if not FEWEST_SECONDS <= silent_seconds <= MOST_SECONDS:
        raise Invalid(
            N_("A bank is called after {fewest} to {most} seconds of silence."),
            fewest=FEWEST_SECONDS,
            most=MOST_SECONDS,
            field="silent_seconds",
        )
    with transaction.atomic():
        found = _end_of(bank)
        found.address, found.hotline, found.silent_seconds = address, hotline, silent_seconds
        secret = _new_secret(found) if address and found.secret is None else ""
        found.save()
        # The address without its query, in which a token may stand.
        facts = {"address": address.partition("?")[0], "silent_seconds": silent_seconds}
        record_change(actor, "set_bank_end", found.bank.code, at, facts)
    return found, secret


def new_bank_secret(bank: int, *, at: datetime, actor: Actor) -> str:
    """Another secret from now on, told this once; the old one signs nothing more."""
    require_administrator(actor, "set_bank_end")
    with transaction.atomic():
        found = _end_of(bank)
        secret = _new_secret(found)
        found.save()
        record_change(actor, "new_bank_secret", found.bank.code, at)
    return secret


def try_bank(bank: int, *, at: datetime, actor: Actor) -> None:
    """Have the worker make a trial call, which names no case. Raises Forbidden, Refusal."""
    require_administrator(actor, "set_bank_end")
    with transaction.atomic():
        found = _end_of(bank)
        if not found.address:
            raise Refusal(N_("This bank has no address to call yet."))
        found.trial_at, found.trial_ended_at, found.trial_said = at, None, ""
        found.save()
        record_change(actor, "try_bank", found.bank.code, at)


def trials(at: datetime) -> list[int]:
    """The banks whose trial call is due, taken for oneself; the worker makes them."""
    with transaction.atomic():
        due = BankEnd.objects.select_for_update(skip_locked=True).filter(
            trial_at__lte=at, trial_ended_at=None, trial_said=""
        )
        taken = [end.pk for end in due]
        BankEnd.objects.filter(pk__in=taken).update(trial_said="…")
    return taken


def tried(bank: int, at: datetime, said: str) -> None:
    """What came of the trial: "ok", or a fault's code."""
    BankEnd.objects.filter(pk=bank).update(trial_ended_at=at, trial_said=said[:120])


def secret_of(end: BankEnd) -> bytes:
    """The key that signs, for whoever sends."""
    return sealing.unwrap(bytes(end.secret or b""), masters(), _context(end))


def _new_secret(end: BankEnd) -> str:
    key = sealing.new_key()
    end.secret = sealing.wrap(key, masters(), _context(end))
    return secret_text(key)


def _context(end: BankEnd) -> str:
    return f"bank end {end.pk}"


def _end_of(bank: int) -> BankEnd:
    """Its row, locked, or a new one. Raises Invalid for a team that is no bank."""
    team = Team.objects.select_for_update().filter(pk=bank, kind="bank", active=True).first()
    if team is None:
        raise Invalid(N_("Choose a bank from the list."), field="bank")
    found = BankEnd.objects.select_for_update().filter(pk=bank).first() or BankEnd(pk=bank)
    found.bank = team
    return found

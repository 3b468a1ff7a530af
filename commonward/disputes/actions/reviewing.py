"""Cases that look invented are listed, read again by a person, and get a finding with a reason."""

import base64
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.db import transaction
from django.db.models import QuerySet

from commonward.cases.models import Event
from commonward.core.fabrication import Claim, Limits, flags, marks
from commonward.core.refusals import N_, Forbidden, Invalid, Missing
from commonward.core.rights import Actor
from commonward.disputes.access import dispute_to_change, roles_in
from commonward.disputes.actions.recording import note
from commonward.disputes.actions.sealing import seal, unseal
from commonward.disputes.models import Dispute, Review, Session, Side, Signature, WordsMark
from commonward.people.keyring import masters

FINDINGS = ("real", "invented", "unclear")
LOOKED_BACK = timedelta(days=365)
_CLAIMED = ("agreed", "perform", "follow")
_OWN = ("side_agreed", "side_refused", "mediators_ticked", "objected")
_SAME_DAY = timedelta(days=1)


def mark_words(at: datetime, *, most: int = 2_000) -> int:
    """Take the marks of disputes that have none yet; their words are seen in memory only."""
    rows = Dispute.objects.select_related("case").filter(registered_at__lte=at)
    missing = rows.exclude(pk__in=WordsMark.objects.values("dispute")).order_by("case")
    key = _marks_key()
    done = 0
    for dispute in missing[:most]:
        words = unseal(dispute, dispute.words, "words")
        made = marks(words, key) if words else b""
        with transaction.atomic():
            sealed = seal(dispute, base64.b64encode(made).decode(), "marks") if made else None
            WordsMark.objects.get_or_create(dispute=dispute, defaults={"sealed": sealed})
        done += 1
    return done


def look_for_invented(at: datetime, limits: Limits | None = None) -> int:
    """List the cases of the last year that look invented; how many are new on the list.

    What was read already is not listed again. Nothing of it is about a party.
    """
    mark_words(at)
    claims = _claims(at)
    new = 0
    for flag in flags(claims, limits):
        row, made = Review.objects.get_or_create(
            dispute_id=flag.case,
            defaults={"weight": flag.weight, "signs": dict(flag.signs), "listed_at": at},
        )
        if made:
            new += 1
        elif row.read_at is None and row.weight != flag.weight:
            row.weight, row.signs = flag.weight, dict(flag.signs)
            row.save(update_fields=["weight", "signs"])
    return new


def settle_review(number: str, finding: str, words: str, actor: Actor, at: datetime) -> Review:
    """A coordinator who read a listed case again says what they found, and why.

    Raises Invalid, Forbidden for whoever typed the case themselves, Missing.
    """
    if finding not in FINDINGS:
        raise Invalid(
            N_("Say what you found: {known}."), known=", ".join(FINDINGS), field="finding"
        )
    if not words.strip() or len(words) > 4_000 or "\x00" in words:
        raise Invalid(
            N_("Say it in words, in at most {most} characters."), field="words", most=4_000
        )
    with transaction.atomic():
        dispute = dispute_to_change(number, actor)
        if "coordinator" not in roles_in(dispute, actor):
            raise Forbidden(N_("Listed cases are read again by coordinators."))
        found = Review.objects.select_for_update().filter(dispute=dispute, read_at=None).first()
        if found is None:
            raise Missing(N_("This case is not on the list."))
        typed = Event.objects.filter(case=dispute.case, verb="dispute_registered").first()
        if typed is not None and typed.account_id == actor.account:
            raise Forbidden(N_("You registered this case; somebody else reads it again."))
        found.finding, found.read_at, found.by_id = finding, at, actor.account
        found.words = seal(dispute, words.strip(), "review")
        found.save(update_fields=["finding", "read_at", "by", "words"])
        note(dispute, "reviewed", at, actor, role="coordinator", data={"finding": finding})
    return found


def _claims(at: datetime) -> list[Claim]:
    year = Dispute.objects.filter(registered_at__gt=at - LOOKED_BACK, registered_at__lte=at)
    keys = year.values("pk")  # as a condition of the database's own: a year may hold 30,000
    met = _met(keys)
    signed: dict[int, set[str]] = {}
    for row_id, letter in Signature.objects.filter(
        side__dispute__in=keys, says="signed"
    ).values_list("side__dispute", "side__letter"):
        signed.setdefault(row_id, set()).add(letter)
    typed = Event.objects.filter(case__in=keys, verb="dispute_registered")
    desks = dict(typed.values_list("case", "account"))
    sealed = dict(WordsMark.objects.filter(dispute__in=keys).values_list("dispute", "sealed"))
    found = []
    for row in year.select_related("case").order_by("case"):
        settled = row.result.startswith("settled") or row.case.stage in _CLAIMED
        found.append(
            Claim(
                row.pk,
                # Whoever registers for themselves on the portal has no desk, so makes no burst.
                desks.get(row.pk) or -row.pk,
                int(row.registered_at.timestamp()),
                # Only what claims a settlement is compared; nothing else is opened.
                base64.b64decode(unseal(row, sealed.get(row.pk), "marks")) if settled else b"",
                settled,
                frozenset(met.get(row.pk, ())),
                frozenset(signed.get(row.pk, ())),
                row.came_from_id or 0,
            )
        )
    return found


def _met(keys: QuerySet[Dispute, Any]) -> Mapping[int, set[str]]:
    """The sides that acted themselves, or were present at a session recorded on its day."""
    met: dict[int, set[str]] = {}
    said = Event.objects.filter(case__in=keys, verb__in=_OWN, role="party")
    for case, data in said.values_list("case", "data"):
        met.setdefault(case, set()).add(str(data.get("side", "")))
    for row in Session.objects.filter(dispute__in=keys).exclude(recorded_at=None):
        if row.recorded_at is not None and row.recorded_at - row.end <= _SAME_DAY:
            met.setdefault(row.dispute_id, set()).update(row.present)
    # Whoever applied on the portal acted themselves, without an office.
    own = Event.objects.filter(case__in=keys, verb="dispute_registered", account=None)
    for case in own.values_list("case", flat=True):
        met.setdefault(case, set()).add("a")
    letters: dict[int, set[str]] = {}
    for case, letter in Side.objects.filter(dispute__in=keys).values_list("dispute", "letter"):
        letters.setdefault(case, set()).add(letter)
    return {case: found & letters.get(case, set()) for case, found in met.items()}


def _marks_key() -> bytes:
    """The site's secret for marks, drawn from the newest master key."""
    newest = masters()[0]
    drawn = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"commonward words' marks 1")
    return drawn.derive(newest.key)

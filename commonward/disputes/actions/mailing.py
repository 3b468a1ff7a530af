"""The mailbox of another office: where it is, and what comes back from it (协作单位邮箱).

A mail to us says of which hand-over it speaks by a token that only that office was sent. The token
gives a receipt and an answer of that one hand-over, and nothing else: it reads nothing.
"""

import hashlib
import re
from collections.abc import Sequence
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac

from commonward.cases.actions.sealing import seal_bytes
from commonward.cases.actions.subscribing import checked_address
from commonward.core.answering_by_mail import RECEIPT, Mailed
from commonward.core.papers.scans import scan_of
from commonward.core.refusals import N_, Invalid, Refusal
from commonward.core.rights import SYSTEM, Actor
from commonward.disputes.actions.handing import CONFIRMATION, take_answer, take_receipt
from commonward.disputes.actions.papers import MOST_SCANS
from commonward.disputes.actions.recording import note
from commonward.disputes.actions.sealing import seal
from commonward.disputes.actions.telling import tell_office
from commonward.disputes.models import HandOver, Notice, OfficeMail, Paper
from commonward.people.access import require_administrator
from commonward.people.actions import record_change
from commonward.people.models import Team

LANGUAGES = ("zh-hans", "en")
MOST_UNREAD = 5
"""Mails about one hand-over that are answered with what was wrong; the desk sees each."""
LEAST_KEY = 2048
_TOKEN = re.compile(r"([0-9A-Za-z][0-9A-Za-z-]{5,19}) #([0-9a-f]{24})(?![0-9a-f])")


def set_office_mail(
    actor: Actor, team: int, address: str, at: datetime, *, certificate: str = "",
    language: str = "zh-hans",
) -> OfficeMail | None:  # fmt: skip
    """Write down where a partner office takes mail; an empty address ends it.

    `certificate` is an X.509 certificate (PEM) with an RSA key: the papers go along, readable by
    its holder only. Raises Forbidden, Invalid naming the field.
    """
    require_administrator(actor, "set_office_mail")
    with transaction.atomic():
        office = Team.objects.select_for_update().filter(pk=team, kind="partner").first()
        if office is None:
            raise Invalid(N_("Choose a partner office from the list."), field="team")
        record_change(actor, "set_office_mail", office.code, at,
                      {"mail": bool(address.strip()), "sealed": bool(certificate.strip())})  # fmt: skip
        if not address.strip():
            OfficeMail.objects.filter(team=office).delete()
            return None
        if language not in LANGUAGES:
            raise Invalid(N_("Choose one of the list."), field="language")
        text = certificate.strip()
        if text:
            _checked_certificate(text, at)
        made, _ = OfficeMail.objects.update_or_create(
            team=office,
            defaults={
                "address": checked_address(address), "certificate": text, "language": language,
                "set_at": at,
            },
        )  # fmt: skip
    return made


def certificate_of(text: str, at: datetime) -> x509.Certificate | None:
    """The certificate, if it holds at this moment."""
    if not text:
        return None
    found = x509.load_pem_x509_certificate(text.encode())
    return found if found.not_valid_before_utc <= at <= found.not_valid_after_utc else None


def token_of(made: HandOver) -> str:
    """What an answer to a hand-over carries; derived, so that nothing that opens is kept."""
    told = f"{made.pk} {made.number} {made.team_id}"
    return salted_hmac("commonward.hand-over.mail", told, algorithm="sha256").hexdigest()[:24]


def hand_over_named(subject: str) -> int | None:
    """The hand-over (its id) that a subject with its number and right token names, or None."""
    found = _TOKEN.search(" ".join(subject.split())[:400])
    if found is None:
        return None
    made = HandOver.objects.filter(number=found[1], direction="out").first()
    if made is None or not constant_time_compare(token_of(made), found[2]):
        return None
    return made.pk


def from_its_office(hand_over: int, sender: str) -> bool:
    """Whether a mail claims to come from the domain of the office's own mailbox."""
    office = OfficeMail.objects.filter(
        team_id__in=HandOver.objects.filter(pk=hand_over).values("team_id")
    ).first()
    return office is not None and _domain(sender) == _domain(office.address) != ""


def answer_by_mail(
    hand_over: int, given: Mailed | None, at: datetime, *, papers: Sequence[bytes] = ()
) -> str:
    """Take a receipt or an answer that came by mail from the office; what was taken, "" for none.

    The office is told by mail what was taken, and of what could not be read why. `papers` are PDFs
    that came along, such as a ruling: kept with the file, sealed. The same mail twice changes
    nothing.
    """
    clean = [] if given is None else [scan_of(one) for one in papers]
    with transaction.atomic():
        found = (
            HandOver.objects.select_for_update(of=("self",))
            .select_related("dispute__case")
            .get(pk=hand_over)
        )
        if given is None:
            return _unread(found, "words", at)
        try:
            with transaction.atomic():
                changed = _taken(found, given, at)
        except Refusal as why:
            return _unread(found, why.code or "refused", at)
        if changed:
            for one in clean:
                _keep(found, one.pdf, one.pages, at)
            tell_office(found, "answer_noted", at, reason=given.says)
    return given.says


def _taken(found: HandOver, given: Mailed, at: datetime) -> bool:
    """Take it; False where it was known already."""
    if given.says == RECEIPT:
        before = found.received_at
        take_receipt(found, given.rest.partition("\n")[0][:60].strip(), at, "mail")
        return before is None
    if (found.state, found.answer) in (("answered", given.says), ("defects", given.says)):
        return False
    take_answer(found, given.says, given.rest, at, "mail")
    return True


def _keep(found: HandOver, pdf: bytes, pages: int, at: datetime) -> None:
    rows = Paper.objects.filter(dispute=found.dispute, form="scan")
    digest = hashlib.sha256(pdf).hexdigest()
    if found.what != CONFIRMATION or rows.count() >= MOST_SCANS or rows.filter(sha256=digest):
        return
    made = Paper.objects.create(
        dispute=found.dispute, form="scan", entry="confirmation", made_at=at, sha256=digest,
        pages=pages,
    )  # fmt: skip
    made.sealed = seal_bytes(found.dispute.case, pdf, f"paper {made.pk}")
    made.name = seal(found.dispute, found.number, f"paper name {made.pk}")
    made.save(update_fields=["sealed", "name"])
    note(found.dispute, "paper_kept", at, SYSTEM,
         data={"entry": "confirmation", "kind": "", "which": 0, "pages": pages, "side": ""})  # fmt: skip


def _unread(found: HandOver, why: str, at: datetime) -> str:
    """Note that a mail could not be taken; the office reads why, a bounded number of times."""
    note(found.dispute, "hand_over_mail_unread", at, SYSTEM, data={"hand_over": found.number})
    if Notice.objects.filter(hand_over=found, what="answer_unread").count() < MOST_UNREAD:
        tell_office(found, "answer_unread", at, reason=why)
    return ""


def _checked_certificate(text: str, at: datetime) -> None:
    try:
        found = x509.load_pem_x509_certificate(text.encode())
        key = found.public_key()
    except ValueError as wrong:
        raise Invalid(
            N_("This is no X.509 certificate in PEM form (-----BEGIN CERTIFICATE-----)."),
            field="certificate",
        ) from wrong
    if not isinstance(key, RSAPublicKey) or key.key_size < LEAST_KEY:
        raise Invalid(
            N_("The certificate needs an RSA key of at least {bits} bits."),
            bits=LEAST_KEY,
            field="certificate",
        )
    if certificate_of(text, at) is None:
        raise Invalid(N_("The certificate does not hold at this time."), field="certificate")


def _domain(address: str) -> str:
    return address.rpartition("@")[2].strip().casefold()

"""Hand papers out, take scans in, bind the file (文书)."""

import hashlib
from datetime import datetime

from django.db import transaction

from commonward.cases.actions.sealing import seal_bytes
from commonward.core.papers.binding import Bound, bind, package
from commonward.core.papers.scans import scan_of
from commonward.core.refusals import N_, Forbidden, Invalid, Missing, Refusal
from commonward.core.rights import Actor, refuse_onlooker
from commonward.disputes.access import dispute_to_change, roles_in, sees, side_of
from commonward.disputes.actions.recording import note
from commonward.disputes.actions.sealing import seal
from commonward.disputes.models import Dispute, Paper, Side
from commonward.disputes.queries.file_facts import file_of
from commonward.disputes.queries.papers import (
    Drawn,
    attached_to,
    drawn,
    entry_of,
    may_bind,
    sees_entry,
)

MOST_SCANS = 200
"""Of one dispute."""
LONGEST_NAME = 100
FROM_A_SIDE = frozenset({"identity", "proxy", "evidence", "performance", "application"})
"""Lines of the index under which a side itself hands in."""
OFFICES = ("mediator", "coordinator")


def make_paper(
    number: str,
    code: str,
    actor: Actor,
    at: datetime,
    *,
    which: int = 0,
    language: str = "zh",
    shown: str = "pdf",
    big: bool = False,
) -> Drawn:
    """Draw a paper to hand it out: its digest is kept, so that a copy can be checked later.

    Raises Missing, Forbidden, Invalid.
    """
    refuse_onlooker(actor)
    dispute = dispute_to_change(number, actor)
    # Drawn before anything is locked: it may take a second.
    made = drawn(dispute, actor, code, which=which, language=language, shown=shown, big=big)
    with transaction.atomic():
        _note_made(dispute, made, actor, at, which)
    return made


def keep_scan(
    number: str,
    entry: str,
    sent: bytes,
    actor: Actor,
    at: datetime,
    *,
    name: str = "",
    kind: str = "",
    which: int = 0,
    letter: str = "",
) -> Paper:
    """Keep a photo or PDF under a line of the index, made harmless and sealed.

    `kind` and `which` say of which paper it is the signed copy. A party hands in for their own
    side; `letter` says for which side the office does. Raises Invalid naming the field,
    Forbidden, Missing, Refusal when the file is full.
    """
    refuse_onlooker(actor)
    line = entry_of(entry)
    name = " ".join(name.split())
    if len(name) > LONGEST_NAME or "\x00" in name:
        raise Invalid(
            N_("{which} is too long or unknown; at most {most} characters are taken."),
            which="name",
            most=LONGEST_NAME,
            field="name",
        )
    if kind and kind not in line.kinds:
        raise Invalid(N_("No such paper stands in that line of the index."), field="kind")
    clean = scan_of(sent)  # before any lock: it may take a second
    with transaction.atomic():
        dispute = dispute_to_change(number, actor)
        side = _side_for(dispute, actor, letter)
        if not sees_entry(dispute, actor, line, side) or not _may_hand_in(dispute, actor, entry):
            raise Forbidden(N_("Papers of this sort are handed in by somebody else."))
        role = roles_in(dispute, actor)[0]
        note(
            dispute, "paper_kept", at, actor, role=role,
            data={"entry": entry, "kind": kind, "which": which, "pages": clean.pages,
                  "side": side.letter if side else ""},
        )  # fmt: skip
        if Paper.objects.filter(dispute=dispute, form="scan").count() >= MOST_SCANS:
            raise Refusal(N_("The file is full: {most} scans."), most=MOST_SCANS)
        made = Paper.objects.create(
            dispute=dispute,
            form="scan",
            entry=entry,
            kind=kind,
            which=which,
            side=side,
            made_at=at,
            made_by_id=actor.account,
            sha256=hashlib.sha256(clean.pdf).hexdigest(),
            pages=clean.pages,
        )
        made.sealed = seal_bytes(dispute.case, clean.pdf, f"paper {made.pk}")
        made.name = seal(dispute, name, f"paper name {made.pk}") if name else None
        made.save(update_fields=["sealed", "name"])
    return made


def take_back(number: str, paper: int, actor: Actor, at: datetime) -> None:
    """Take a scan out of the file again: its pages are destroyed, that it was there stays.

    An office takes back any, a party what their own side handed in. Raises Missing.
    """
    refuse_onlooker(actor)
    with transaction.atomic():
        dispute = dispute_to_change(number, actor)
        rows = Paper.objects.select_for_update(of=("self",)).filter(
            pk=paper, dispute=dispute, form="scan", taken_back_at=None
        )
        if actor.party is not None:
            rows = rows.filter(made_by=None, side=side_of(actor))
        found = rows.select_related("side").first()
        if found is None or not sees_entry(dispute, actor, entry_of(found.entry), found.side):
            raise Missing(N_("There is no such paper, or none that you may see."))
        if not _may_hand_in(dispute, actor, found.entry):
            raise Forbidden(N_("Papers of this sort are handed in by somebody else."))
        found.taken_back_at, found.sealed, found.name = at, None, None
        found.save(update_fields=["taken_back_at", "sealed", "name"])
        note(dispute, "paper_taken_back", at, actor, data={"entry": found.entry})


def bind_file(
    number: str, actor: Actor, at: datetime, *, name: str = "", language: str = "zh"
) -> Bound:
    """Bind the whole file for the archive (装订归档); `name` is who files it.

    Raises Forbidden for who may not read all of it.
    """
    refuse_onlooker(actor)
    dispute = dispute_to_change(number, actor)
    if not may_bind(dispute, actor):
        raise Forbidden(N_("The bound file is for the mediator of the dispute."))
    file = file_of(dispute, actor, language, code="confirmation", filed_by=name, filed_at=at)
    bound = bind(file, attached_to(dispute), language)
    with transaction.atomic():
        _keep_digest(dispute, "file", bound, file.rule_version, actor, at, language)
    return bound


def court_package(number: str, actor: Actor, at: datetime, *, language: str = "zh") -> Bound:
    """What goes to the court with the application for confirmation (司法确认材料), and no more.

    Raises Forbidden, Missing without an agreement.
    """
    refuse_onlooker(actor)
    dispute = dispute_to_change(number, actor)
    if actor.party is not None or not sees(dispute, actor, "confirmation"):
        raise Forbidden(N_("The court's papers are put together once the agreement is in force."))
    file = file_of(dispute, actor, language, code="confirmation")
    if file.agreement is None:
        raise Missing(N_("There is nothing in this file for the paper “{name}”."), name="agreement")
    bound = package(file, attached_to(dispute), language)
    with transaction.atomic():
        _keep_digest(dispute, "package", bound, file.rule_version, actor, at, language)
    return bound


def _note_made(dispute: Dispute, made: Drawn, actor: Actor, at: datetime, which: int) -> None:
    sheet = made.sheet
    note(
        dispute, "paper_made", at, actor, role=roles_in(dispute, actor)[0],
        data={"kind": sheet.kind, "which": which, "sha256": made.sha256},
    )  # fmt: skip
    Paper.objects.create(
        dispute=dispute,
        form="drawn",
        kind=sheet.kind,
        which=which,
        shown="pdf" if made.name.endswith(".pdf") else "word",
        language=sheet.language,
        rule_version=sheet.rule_version,
        made_at=at,
        made_by_id=actor.account,
        sha256=made.sha256,
    )


def _keep_digest(
    dispute: Dispute, what: str, bound: Bound, rules: str, actor: Actor, at: datetime, language: str
) -> None:
    digest = hashlib.sha256(bound.pdf).hexdigest()
    note(
        dispute, "file_bound" if what == "file" else "package_made", at, actor,
        role=roles_in(dispute, actor)[0],
        data={"sha256": digest, "pages": bound.pages, "lacking": len(bound.lacking)},
    )  # fmt: skip
    Paper.objects.create(
        dispute=dispute,
        form="drawn",
        kind="confirmation" if what == "package" else "",
        shown=what,
        language=language,
        rule_version=rules,
        made_at=at,
        made_by_id=actor.account,
        sha256=digest,
        pages=bound.pages,
    )


def _may_hand_in(dispute: Dispute, actor: Actor, entry: str) -> bool:
    if actor.party is not None:
        return entry in FROM_A_SIDE
    return bool(set(OFFICES) & set(roles_in(dispute, actor)))


def _side_for(dispute: Dispute, actor: Actor, letter: str) -> Side | None:
    sides = Side.objects.filter(dispute=dispute)
    if actor.party is not None:
        return side_of(actor)
    if not letter:
        return None
    found = sides.filter(letter=letter).first()
    if found is None:
        raise Missing(N_("This dispute has no side {letter}."), letter=letter)
    return found

"""Draft, propose, sign and object: an agreement binds once all have signed and it is sealed.

Nothing unclear can be proposed (the linter), nothing proposed can be changed (its digest), and no
side is bound by another side's signature.
"""

import hashlib
import json
import secrets
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from commonward.core.agreements.clauses import Agreement as Terms
from commonward.core.agreements.clauses import as_data, read_agreement
from commonward.core.agreements.linting import Finding, lint, version
from commonward.core.agreements.wording import found_in
from commonward.core.confidentiality import TALKS
from commonward.core.refusals import N_, Forbidden, Invalid, Missing, Refusal, Stale
from commonward.core.rights import Actor
from commonward.disputes.access import dispute_to_change, roles_in
from commonward.disputes.actions.moving import move
from commonward.disputes.actions.owing import open_ledger
from commonward.disputes.actions.recording import lock, note
from commonward.disputes.actions.sealing import seal, seal_data, unseal_data
from commonward.disputes.actions.terms import start_term
from commonward.disputes.models import Agreement, Dispute, Party, Side, Signature

MAY_DRAFT = ("mediator", "panelist")
IN_HAND = ("draft", "proposed")
ON_PAPER_ONLY = frozenset({"family"})
"""Kinds whose papers cannot be signed electronically: marriage, adoption, inheritance
(Electronic Signature Law art. 3)."""
LONGEST_OBJECTION = 2000


def draft_agreement(
    number: str, data: Mapping[str, Any], actor: Actor, at: datetime, *, upon: str | None = None
) -> tuple[Agreement, list[Finding]]:
    """Write the terms down as they stand (起草); what is unclear in them is given back.

    `data` as `core.agreements.clauses.as_data`; the sides are the dispute's. `upon` is
    `digest_of_terms` of the text that was edited, "" for none. A proposed version stays as it is: a new one is begun, and its signatures count
    no more. Raises Invalid, Forbidden, Stale, Refusal at the wrong stage.
    """
    with transaction.atomic():
        dispute = _locked(number, actor, at)
        role = _drafter(dispute, actor)
        _refuse_stage(dispute, (*TALKS, "agreed"))
        terms = read_agreement({**data, "sides": _letters(dispute)})
        current = in_hand(dispute)
        last = Agreement.objects.filter(dispute=dispute).order_by("-version").first()
        if upon is not None and upon != (digest_of_terms(last, dispute) if last else ""):
            raise Stale(N_("Somebody else changed the agreement; look at it again."))
        if current is not None and current.state == "proposed":
            current.state = "replaced"
            current.save(update_fields=["state"])
            current = None
        if current is None:
            current = Agreement(dispute=dispute, version=last.version + 1 if last else 1)
        findings = lint(terms, timezone.localdate(at))
        current.terms = _sealed(dispute, current.version, terms)
        current.findings = dict(Counter(one.rule for one in findings))
        current.rules, current.drafted_at = version(), at
        current.save()
        note(dispute, "agreement_drafted", at, actor, role=role, data={"version": current.version})
    return current, findings


def propose_agreement(
    number: str,
    actor: Actor,
    at: datetime,
    *,
    oral: bool = False,
    free_words_read: bool = True,
) -> Agreement:
    """Put the draft before all sides, unchanged from now on (提出协议文本).

    `free_words_read`: the mediator vouches for clauses in free words, of which rules see only a
    part. Raises Refusal "unclear" while the linter finds anything, "free_words" where nobody
    vouches for them, Missing without a draft.
    """
    with transaction.atomic():
        dispute = _locked(number, actor, at)
        role = _drafter(dispute, actor)
        _refuse_stage(dispute, (*TALKS, "agreed"))
        current = in_hand(dispute)
        if current is None or current.state != "draft":
            raise Missing(N_("There is no draft to propose."))
        terms = terms_of(current, dispute)
        findings = lint(terms, timezone.localdate(at))
        if findings:
            raise Refusal(
                N_("{count} things are still unclear; nothing unclear can be signed."),
                count=len(findings),
                code="unclear",
            )
        free = any(clause.act == "other" for clause in terms.clauses)
        if free and not free_words_read:
            raise Refusal(
                N_("Read the clauses in free words once more and tick that you did."),
                code="free_words",
                field="read",
            )
        current.state, current.proposed_at, current.oral = "proposed", at, oral
        current.digest = digest_of_terms(current, dispute)
        current.save(update_fields=["state", "proposed_at", "oral", "digest"])
        data = {**_told(current), "free_words_read": free}
        note(dispute, "agreement_proposed", at, actor, role=role, data=data)
        if dispute.case.stage in TALKS:
            move(dispute, "settle", actor, at)
    return current


def sign_agreement(number: str, digest: str, actor: Actor, at: datetime) -> Signature:
    """A side signs electronically what it has seen (电子签名), of which `digest` is the proof.

    Raises Refusal "on_paper" where the law wants paper, Stale for another text, Forbidden.
    """
    with transaction.atomic():
        dispute = _locked(number, actor, at)
        side, by = _speaker(dispute, actor)
        current = _proposed(dispute, digest)
        if current.oral:
            raise Refusal(N_("This agreement is oral: the mediator notes what each side says."))
        if on_paper_only(dispute, terms_of(current, dispute)):
            raise Refusal(
                N_(
                    "Marriage, adoption and inheritance are signed on paper: an electronic "
                    "signature is not valid for them."
                ),
                code="on_paper",
            )
        return _say(dispute, current, side, by, "signed", "electronic", actor, at)


def record_signature(
    number: str, letter: str, digest: str, actor: Actor, at: datetime
) -> Signature:
    """A mediator or coordinator notes that a side signed on paper, or agreed orally (纸质签名)."""
    with transaction.atomic():
        dispute = _locked(number, actor, at)
        _staff(dispute, actor, ("mediator", "coordinator"))
        side = Side.objects.filter(dispute=dispute, letter=letter).first()
        if side is None:
            raise Missing(N_("This dispute has no side {letter}."), letter=letter)
        current = _proposed(dispute, digest)
        way = "oral" if current.oral else "paper"
        return _say(dispute, current, side, None, "signed", way, actor, at)


def object_to_agreement(
    number: str, digest: str, words: str, actor: Actor, at: datetime
) -> Signature:
    """A side says what it does not agree with (异议): a new draft begins, nothing is held against it.

    Raises Invalid without words.
    """
    words = words.strip()
    if not words or len(words) > LONGEST_OBJECTION:
        raise Invalid(
            N_("Say in up to {most} characters what you do not agree with."),
            most=LONGEST_OBJECTION,
            field="words",
        )
    with transaction.atomic():
        dispute = _locked(number, actor, at)
        side, by = _speaker(dispute, actor)
        current = _proposed(dispute, digest)
        Signature.objects.filter(agreement=current, side=side).delete()
        said = _say(dispute, current, side, by, "objected", "electronic", actor, at, words)
        current.state = "replaced"
        current.save(update_fields=["state"])
        again = Agreement(dispute=dispute, version=current.version + 1, drafted_at=at)
        again.terms = _sealed(dispute, again.version, terms_of(current, dispute))
        again.rules = version()
        again.save()
    return said


def bring_into_force(
    number: str, digest: str, actor: Actor, at: datetime, *, seal_set: bool
) -> Agreement:
    """The mediator signs and the committee's seal is set: in force from this moment (协议生效).

    An oral agreement needs no seal (People's Mediation Law 28). Raises Refusal while a side has not
    signed, or when a day in it has passed meanwhile.
    """
    with transaction.atomic():
        dispute = _locked(number, actor, at)
        role = _drafter(dispute, actor)
        _refuse_stage(dispute, ("agreed",))
        current = _proposed(dispute, digest)
        unsigned = unsigned_by(current, dispute)
        if unsigned:
            raise Refusal(N_("Side {letters} has not signed."), letters=", ".join(unsigned).upper())
        if not seal_set and not current.oral:
            raise Refusal(N_("Set the committee's seal first: without it nothing is in force."))
        terms = terms_of(current, dispute)
        late = lint(terms, timezone.localdate(at))
        if late:
            raise Refusal(
                N_(
                    "Something in it has become unclear, such as a day that has passed: draft again."
                ),
                code="unclear",
            )
        Agreement.objects.filter(dispute=dispute, state="in_force").update(state="replaced")
        current.state, current.effective_at, current.mediator_id = "in_force", at, actor.account
        current.sealed_at = at if seal_set else None
        current.save(update_fields=["state", "effective_at", "mediator", "sealed_at"])
        note(dispute, "agreement_in_force", at, actor, role=role, data=_told(current))
        move(dispute, "sign", actor, at)
        open_ledger(dispute, current, terms, at, actor)
        # Thirty days for both sides to ask the court together (Civil Procedure Law 205).
        start_term(dispute, "confirmation", at, at)
    return current


def in_hand(dispute: Dispute) -> Agreement | None:
    """The version that is drafted or proposed now."""
    return Agreement.objects.filter(dispute=dispute, state__in=IN_HAND).first()


def in_force(dispute: Dispute) -> Agreement | None:
    """The version that binds the sides."""
    return Agreement.objects.filter(dispute=dispute, state="in_force").first()


def terms_of(agreement: Agreement, dispute: Dispute) -> Terms:
    """The clauses; without any once the case's key is gone."""
    stored: Any = unseal_data(dispute, agreement.terms, _context(agreement.version))
    return read_agreement(stored.get("terms") or {"sides": _letters(dispute)})


def digest_of_terms(agreement: Agreement, dispute: Dispute) -> str:
    """SHA-256 over the stored terms with their salt: nobody guesses the text from it."""
    stored = unseal_data(dispute, agreement.terms, _context(agreement.version))
    return hashlib.sha256(json.dumps(stored, sort_keys=True).encode()).hexdigest()


def on_paper_only(dispute: Dispute, terms: Terms) -> bool:
    """Whether the law keeps this agreement from being signed electronically."""
    if dispute.kind in ON_PAPER_ONLY:
        return True
    said = [terms.facts, *(c.text for c in terms.clauses), *(c.what for c in terms.clauses)]
    return any(found_in(text, "inheritance") for text in said)


def unsigned_by(agreement: Agreement, dispute: Dispute) -> list[str]:
    """The letters of the sides that have not signed this version."""
    signed = Signature.objects.filter(agreement=agreement, says="signed", digest=agreement.digest)
    have = set(signed.values_list("side__letter", flat=True))
    return [letter for letter in _letters(dispute) if letter not in have]


def _say(
    dispute: Dispute,
    agreement: Agreement,
    side: Side,
    by: Party | None,
    says: str,
    way: str,
    actor: Actor,
    at: datetime,
    words: str = "",
) -> Signature:
    if Signature.objects.filter(agreement=agreement, side=side).exists():
        raise Refusal(N_("This side has signed already."), code="signed")
    made = Signature.objects.create(
        agreement=agreement,
        side=side,
        by=by,
        says=says,
        way=way,
        at=at,
        digest=agreement.digest,
        words=seal(dispute, words, f"objection {agreement.version} {side.letter}")
        if words
        else None,
    )
    note(
        dispute, f"agreement_{says}", at, actor, role=roles_in(dispute, actor)[0],
        data={**_told(agreement), "side": side.letter, "way": way},
    )  # fmt: skip
    return made


def _told(agreement: Agreement) -> dict[str, object]:
    return {"version": agreement.version, "digest": agreement.digest}


def _context(number: int) -> str:
    return f"agreement {number}"


def _sealed(dispute: Dispute, number: int, terms: Terms) -> bytes:
    return seal_data(
        dispute, {"salt": secrets.token_hex(16), "terms": as_data(terms)}, _context(number)
    )


def _letters(dispute: Dispute) -> list[str]:
    rows = Side.objects.filter(dispute=dispute).order_by("letter")
    return list(rows.values_list("letter", flat=True))


def _locked(number: str, actor: Actor, at: datetime) -> Dispute:
    dispute = dispute_to_change(number, actor)
    lock(dispute, at)
    return dispute


def _proposed(dispute: Dispute, digest: str) -> Agreement:
    current = in_hand(dispute)
    if current is None or current.state != "proposed" or current.digest != digest:
        raise Stale(N_("Another text lies before the sides by now; read it first."))
    return current


def _drafter(dispute: Dispute, actor: Actor) -> str:
    return _staff(dispute, actor, MAY_DRAFT)


def _staff(dispute: Dispute, actor: Actor, posts: tuple[str, ...]) -> str:
    role = next((r for r in roles_in(dispute, actor) if r in posts), "")
    if not role:
        raise Forbidden(N_("Only those who mediate this dispute do this."))
    return role


def _speaker(dispute: Dispute, actor: Actor) -> tuple[Side, Party]:
    """The side that this party speaks for; a supporter speaks for nobody."""
    found = (
        Party.objects.select_related("side")
        .filter(pk=actor.party or 0, side__dispute=dispute, left_at=None)
        .exclude(part="supporter")
        .first()
    )
    if found is None:
        raise Forbidden(N_("Only this side itself, or who acts for it, can say so."))
    return found.side, found


def _refuse_stage(dispute: Dispute, stages: tuple[str, ...]) -> None:
    if dispute.case.stage not in stages:
        raise Refusal(
            N_("This is not done at this stage: the talks come first."), code="not_from_here"
        )


def latest_text(dispute: Dispute) -> tuple[Agreement | None, str]:
    """The newest version whatever its state, and what `draft_agreement` asks of it as `upon`."""
    last = Agreement.objects.filter(dispute=dispute).order_by("-version").first()
    return last, digest_of_terms(last, dispute) if last else ""

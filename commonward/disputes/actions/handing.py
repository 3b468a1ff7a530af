"""Hand over to another office and take in from one, with receipt and answer both ways.

A partner's program or clerk may send the same thing twice: what is known already is answered as
before, and nothing happens a second time.
"""

import base64
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from commonward.core.confirmation import RULINGS, Defect, defects
from commonward.core.disputes import PARTNERS
from commonward.core.numbers import new_number
from commonward.core.refusals import N_, Forbidden, Invalid, Missing, Refusal
from commonward.core.rights import SYSTEM, Actor, refuse_onlooker
from commonward.disputes.access import dispute_to_change, roles_in
from commonward.disputes.actions.agreements import in_force, on_paper_only, terms_of
from commonward.disputes.actions.moving import move
from commonward.disputes.actions.papers import court_package
from commonward.disputes.actions.recording import lock, note
from commonward.disputes.actions.registering import Application, register
from commonward.disputes.actions.sealing import seal
from commonward.disputes.actions.telling import tell_office
from commonward.disputes.actions.terms import meet_term
from commonward.disputes.models import Dispute, DisputeClock, HandOver
from commonward.people.models import Team

CONFIRMATION = "confirmation"
ANSWERS = ("returned", "ended")
"""How a partner answers what was handed on: it comes back, or it ends there."""
PARTNER_POSTS = ("clerk", "legal_aid", "partner")
LONGEST_WORDS = 2000
LONGEST_REFERENCE = 60


def hand_on(number: str, what: str, team: int, reason: str, actor: Actor, at: datetime) -> HandOver:
    """Hand a dispute on to another office (移交): it waits there, and comes back or ends there.

    Raises Invalid for an unknown route or a team that is no partner, and what the step raises.
    """
    if what not in PARTNERS or what == CONFIRMATION:
        raise Invalid(
            N_("It can be handed on for {known}."),
            known=", ".join(k for k in PARTNERS if k != CONFIRMATION),
            field="what",
        )
    with transaction.atomic():
        dispute = dispute_to_change(number, actor)
        partner = _partner(team)
        move(dispute, "hand_on", actor, at, {"reason": reason})
        made = HandOver.objects.create(
            dispute=dispute, number=new_number(), direction="out", what=what, team=partner,
            state="sent", made_at=at, sent_at=at,
        )  # fmt: skip
        made.words = seal(dispute, _short(reason), f"hand-over {made.number}")
        made.save(update_fields=["words"])
        note(dispute, "handed_on", at, actor, data=_told(made))
        tell_office(made, "hand_over", at)
    return made


def prepare_confirmation(
    number: str, team: int, checks: Mapping[str, bool], actor: Actor, at: datetime
) -> tuple[HandOver, list[Defect]]:
    """Put the application for judicial confirmation together, and say what it lacks (司法确认)."""
    refuse_onlooker(actor)
    with transaction.atomic():
        dispute = dispute_to_change(number, actor)
        _staff(dispute, actor)
        lock(dispute, at)
        made = HandOver.objects.filter(
            dispute=dispute, what=CONFIRMATION, state__in=["prepared", "defects"]
        ).first() or HandOver(
            dispute=dispute, number=new_number(), direction="out", what=CONFIRMATION,
            state="prepared", made_at=at,
        )  # fmt: skip
        made.team = _partner(team)
        made.checks = {k: bool(v) for k, v in checks.items()}
        made.save()
        return made, confirmation_defects(dispute, made.checks, at)


def send_confirmation(number: str, actor: Actor, at: datetime) -> HandOver:
    """Send the prepared application to the court's inbox; the thirty days are kept by that.

    Raises Missing where none is prepared, Refusal "defects" naming what is lacking.
    """
    refuse_onlooker(actor)
    with transaction.atomic():
        dispute = dispute_to_change(number, actor)
        _staff(dispute, actor)
        _, at = lock(dispute, at)
        made = HandOver.objects.filter(
            dispute=dispute, what=CONFIRMATION, state__in=["prepared", "defects"]
        ).first()
        if made is None:
            raise Missing(N_("No application is prepared."))
        lacking = confirmation_defects(dispute, made.checks, at)
        # What the court sent back for mending was in time when it first came.
        if made.sent_at is not None:
            lacking = [d for d in lacking if d.code != "too_late"]
        if lacking:
            raise Refusal(
                N_("The application lacks {count} things; the first: {what}"),
                count=len(lacking),
                what=lacking[0].words,
                code="defects",
            )
        bound = court_package(number, actor, at)
        package = base64.b64encode(bound.pdf).decode()
        made.package = seal(dispute, package, f"package {made.number}")
        made.state, made.sent_at = "sent", made.sent_at or at
        made.save(update_fields=["package", "state", "sent_at"])
        meet_term(dispute, CONFIRMATION, at, actor)
        note(dispute, "confirmation_sent", at, actor, data=_told(made))
        tell_office(made, "hand_over", at)
    return made


def confirmation_defects(
    dispute: Dispute, checks: Mapping[str, bool], at: datetime
) -> list[Defect]:
    """What keeps the application from being sent now."""
    agreement = in_force(dispute)
    clock = DisputeClock.objects.filter(dispute=dispute, rule=CONFIRMATION).order_by("-pk").first()
    last = clock.due_at if clock is not None else None
    return defects(
        checks,
        in_force=agreement is not None,
        status=agreement is not None and on_paper_only(dispute, terms_of(agreement, dispute)),
        last_day=timezone.localdate(last) if last is not None else None,
        today=timezone.localdate(at),
    )


def take_in(
    given: Application, reference: str, actor: Actor, at: datetime, *, team: int
) -> HandOver:
    """Take a dispute in that another office hands over (接收移交); sent again, nothing is added.

    `reference` is that office's own number. Raises Forbidden for who does not belong to it.
    """
    _of_team(actor, team)
    reference = _reference(reference)
    with transaction.atomic():
        known = HandOver.objects.filter(team_id=team, direction="in", reference=reference).first()
        if known is not None:
            return known
        made = register(given, at, SYSTEM, channel="api", idempotency=f"in {team} {reference}")
        dispute = Dispute.objects.select_related("case").get(case__number=made.number)
        kept = HandOver.objects.create(
            dispute=dispute, number=new_number(), direction="in", what="police"
            if given.source == "police" else "court", team_id=team, state="received",
            reference=reference, made_at=at, received_at=at,
        )  # fmt: skip
        note(dispute, "taken_in", at, SYSTEM, data=_told(kept))
    return kept


def receive(number: str, actor: Actor, at: datetime, *, reference: str = "") -> HandOver:
    """The other office says that it has it (回执); said again, nothing changes."""
    with transaction.atomic():
        return take_receipt(_theirs(number, actor), reference, at)


def take_receipt(found: HandOver, reference: str, at: datetime, way: str = "desk") -> HandOver:
    """The same with a hand-over already locked, by whatever way it came in."""
    if found.received_at is None:
        found.state, found.received_at = "received", at
        found.reference = _reference(reference) if reference else found.reference
        found.save(update_fields=["state", "received_at", "reference"])
        note(found.dispute, "hand_over_received", at, SYSTEM, data={**_told(found), "way": way})
    return found


def reply(number: str, answer: str, actor: Actor, at: datetime, *, words: str = "") -> HandOver:
    """The other office answers (答复): a ruling or what to mend, or that it came back or ended.

    A ruling is kept with the case; "returned" resumes the talks where they were, "ended" closes
    the dispute as handed on. The same answer twice changes nothing; another one is refused.
    """
    with transaction.atomic():
        return take_answer(_theirs(number, actor), answer, words, at)


def take_answer(
    found: HandOver, answer: str, words: str, at: datetime, way: str = "desk"
) -> HandOver:
    """The same with a hand-over already locked, by whatever way it came in."""
    if found.direction != "out":
        raise Refusal(N_("This was handed over by you; you read our answer here."))
    allowed = (*RULINGS, "defects") if found.what == CONFIRMATION else ANSWERS
    if answer not in allowed:
        raise Invalid(N_("The answer is one of {known}."), known=", ".join(allowed), field="answer")
    if found.state == "answered":
        if found.answer == answer:
            return found
        raise Refusal(N_("This was answered already: {answer}."), answer=found.answer)
    if found.state not in ("sent", "received"):
        raise Refusal(N_("It waits for the other office; nothing is asked of you now."))
    found.received_at = found.received_at or at
    found.state = "defects" if answer == "defects" else "answered"
    found.answer, found.answered_at = answer, at
    if words.strip():
        found.words = seal(found.dispute, _short(words), f"hand-over {found.number}")
    found.save(update_fields=["received_at", "state", "answer", "answered_at", "words"])
    note(found.dispute, "hand_over_answered", at, SYSTEM, data={**_told(found), "way": way})
    if found.what != CONFIRMATION:
        _goes_on(found, answer, at)
    return found


def _goes_on(found: HandOver, answer: str, at: datetime) -> None:
    if found.dispute.case.stage != "handed":
        return
    if answer == "returned":
        move(found.dispute, "come_back", SYSTEM, at)
    else:
        name = PARTNERS[found.what][0]
        move(
            found.dispute, "end_there", SYSTEM, at, {"reason": f"{name} {found.reference}".strip()}
        )


def _theirs(number: str, actor: Actor) -> HandOver:
    """The hand-over of the actor's own office; Missing alike for none and for another's."""
    refuse_onlooker(actor)
    found = (
        HandOver.objects.select_for_update(of=("self",))
        .select_related("dispute__case")
        .filter(number=number, team_id__in=actor.teams)
        .first()
    )
    if found is None or found.state == "prepared":
        raise Missing(N_("There is no hand-over {number} for your office."), number=number)
    _posted(actor)
    return found


def _of_team(actor: Actor, team: int) -> None:
    refuse_onlooker(actor)
    if team not in actor.teams:
        raise Forbidden(N_("You do not belong to that office."))
    _posted(actor)


def _posted(actor: Actor) -> None:
    if not any(right.role in PARTNER_POSTS for right in actor.rights):
        raise Forbidden(N_("Hand-overs are for partner offices, courts and legal aid."))


def _staff(dispute: Dispute, actor: Actor) -> None:
    if not {"mediator", "coordinator"} & set(roles_in(dispute, actor)):
        raise Forbidden(N_("Only those who mediate this dispute do this."))


def _partner(team: int) -> Team:
    found = Team.objects.filter(pk=team, kind="partner").first()
    if found is None:
        raise Invalid(N_("Choose a partner office from the list."), field="team")
    return found


def _reference(given: str) -> str:
    text = " ".join(given.split())
    if not text or len(text) > LONGEST_REFERENCE or "\x00" in text:
        raise Invalid(
            N_("Give your own number of it, at most {most} characters."),
            most=LONGEST_REFERENCE,
            field="reference",
        )
    return text


def _short(words: str) -> str:
    if len(words) > LONGEST_WORDS or "\x00" in words:
        raise Invalid(
            N_("{which} is too long or unknown; at most {most} characters are taken."),
            which="words",
            most=LONGEST_WORDS,
            field="words",
        )
    return words.strip()


def _told(made: HandOver) -> dict[str, object]:
    return {"hand_over": made.number, "what": made.what, "answer": made.answer}

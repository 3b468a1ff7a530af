"""Sides and who stands on them: invited in neutral words, free to say yes, no, or nothing."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from commonward.core.refusals import N_, Forbidden, Invalid, Missing, Refusal
from commonward.core.rights import SYSTEM, Actor
from commonward.disputes.access import dispute_to_change, roles_in
from commonward.disputes.actions.moving import move
from commonward.disputes.actions.passes import new_pass
from commonward.disputes.actions.recording import note
from commonward.disputes.actions.sealing import seal_data
from commonward.disputes.actions.telling import (
    MOST_INVITATIONS,
    mailed_key,
    reached_at,
    tell_side,
)
from commonward.disputes.models import Dispute, Notice, Party, Side
from commonward.disputes.models.sides import PARTS

DETAILS = (
    "name", "gender", "ethnicity", "age", "occupation", "phone", "email", "work_or_address",
    "head", "relation", "powers",
)  # fmt: skip
"""What the official papers ask of a party (DOMAIN 2.3, paper 3); each may stay empty but the name.

`head` is an organisation's legal representative; `relation` and `powers` are of who acts for a side.
"""
LONGEST_DETAIL = 200
NOTICE = "2026-1"
"""Version of the notice that is shown before consent."""


def add_party(
    dispute: Dispute, letter: str, part: str, details: Mapping[str, str], actor: Actor, at: datetime
) -> Party:
    """Put a person, a representative or a supporter on a side. Must run in a transaction.

    Raises Invalid naming the field.
    """
    if part not in PARTS:
        raise Invalid(N_("A party is one of {known}."), known=", ".join(PARTS), field="part")
    given = checked(details)
    side, _ = Side.objects.get_or_create(dispute=dispute, letter=letter)
    made = Party.objects.create(side=side, part=part)
    made.details = seal_data(dispute, given, f"party {made.pk}")
    made.save(update_fields=["details"])
    note(dispute, "party_added", at, actor, data={"side": letter, "part": part})
    return made


def put_on_side(
    number: str, letter: str, part: str, details: Mapping[str, str], actor: Actor, at: datetime
) -> Party:
    """Add somebody to a side of a dispute that is registered already: at the desk, or a side
    itself brings a representative or a helper.

    Raises Invalid, Forbidden, Missing.
    """
    with transaction.atomic():
        dispute = dispute_to_change(number, actor)
        may_speak_for(dispute, side_to_change(dispute, letter), actor)
        return add_party(dispute, letter, part, details, actor, at)


def checked(details: Mapping[str, str]) -> dict[str, str]:
    """The details that were given, trimmed. Raises Invalid for an unknown or overlong one."""
    given = {k: " ".join(str(v).split()) for k, v in details.items() if str(v).strip()}
    for name, value in given.items():
        if name not in DETAILS or len(value) > LONGEST_DETAIL or "\x00" in value:
            raise Invalid(
                N_("{which} is too long or unknown; at most {most} characters are taken."),
                which=name,
                most=LONGEST_DETAIL,
                field=name,
            )
    if not given.get("name"):
        raise Invalid(N_("Say how this person wants to be called."), field="name")
    return given


def invite(number: str, letter: str, actor: Actor, at: datetime) -> str:
    """Invite a side in neutral words; the secret link for its letter. Nothing follows from silence.

    Raises Missing where nobody stands on that side.
    """
    with transaction.atomic():
        dispute = dispute_to_change(number, actor)
        side = side_to_change(dispute, letter)
        who = _asked(side)
        move(dispute, "invite", actor, at)
        key = _pass_of(who, at)
        Side.objects.filter(pk=side.pk, invited_at=None).update(invited_at=at)
        asked = Notice.objects.filter(side=side, what="invitation").count()
        if not side.answer and asked < MOST_INVITATIONS:
            tell_side(side, "invitation", at, turn=asked, only=who)
    return key


def remind(number: str, letter: str, actor: Actor, at: datetime) -> str:
    """Invite a silent side once more; the procedure bounds how often. A new link is given.

    Raises Refusal where this side has answered.
    """
    with transaction.atomic():
        dispute = dispute_to_change(number, actor)
        side = side_to_change(dispute, letter)
        if side.answer:
            raise Refusal(N_("This side has answered; it is not asked again."), code="answered")
        who = _asked(side)
        move(dispute, "remind", actor, at)
        key = _pass_of(who, at)
        side.reminders += 1
        side.save(update_fields=["reminders"])
        tell_side(side, "reminder", at, turn=side.reminders, only=who)
    return key


def answer(
    number: str, letter: str, says: str, actor: Actor, at: datetime, *, told: str = NOTICE
) -> Side:
    """A side says "agreed" or "refused": itself, or orally to a coordinator or mediator.

    When every side has agreed the dispute goes on; a clear no ends it (People's Mediation Law
    art. 17), whenever it comes. Raises Invalid, Forbidden.
    """
    if says not in ("agreed", "refused"):
        raise Invalid(N_("Say “agreed” or “refused”."), field="answer")
    with transaction.atomic():
        dispute = dispute_to_change(number, actor)
        side = side_to_change(dispute, letter, lock=True)
        may_speak_for(dispute, side, actor)
        side.answer, side.answered_at, side.told = says, at, told
        side.save(update_fields=["answer", "answered_at", "told"])
        note(
            dispute, f"side_{says}", at, actor, role=roles_in(dispute, actor)[0],
            data={"side": letter, "told": told},
        )  # fmt: skip
        if says == "refused":
            move(dispute, "withdraw" if letter == "a" else "refused", actor, at)
        elif dispute.case.stage == "invite" and all_agreed(dispute):
            move(dispute, "both_agree", SYSTEM, at)
    return side


def all_agreed(dispute: Dispute) -> bool:
    """Whether there are two sides or more and each said yes."""
    answers = list(Side.objects.filter(dispute=dispute).values_list("answer", flat=True))
    return len(answers) > 1 and all(a == "agreed" for a in answers)


def leave(number: str, party: int, actor: Actor, at: datetime) -> None:
    """Take a person off a side (a representative whose power ended); their link stops working."""
    with transaction.atomic():
        dispute = dispute_to_change(number, actor)
        found = Party.objects.filter(pk=party, side__dispute=dispute, left_at=None).first()
        if found is None:
            raise Missing(N_("There is no such party."))
        if found.part == "party":
            raise Refusal(N_("A party itself stays; representatives and supporters may leave."))
        found.left_at, found.pass_digest, found.code_digest, found.details = at, "", "", None
        found.save(update_fields=["left_at", "pass_digest", "code_digest", "details"])
        note(dispute, "party_left", at, actor, data={"part": found.part})


def _asked(side: Side) -> Party:
    """Whom a side's invitation goes to: whoever stood on it first."""
    who = (
        Party.objects.select_related("side__dispute__case")
        .filter(side=side, left_at=None)
        .order_by("pk")
        .first()
    )
    if who is None:
        raise Missing(N_("Nobody stands on side {letter} yet."), letter=side.letter)
    return who


def _pass_of(who: Party, at: datetime) -> str:
    return new_pass(who.pk, at, key=mailed_key(who.pk, at) if reached_at(who) else "")


def side_to_change(dispute: Dispute, letter: str, *, lock: bool = False) -> Side:
    """The side with this letter. Raises Missing."""
    rows = Side.objects.filter(dispute=dispute, letter=letter)
    found = (rows.select_for_update(of=("self",)) if lock else rows).first()
    if found is None:
        raise Missing(N_("This dispute has no side {letter}."), letter=letter)
    return found


def may_speak_for(dispute: Dispute, side: Side, actor: Actor) -> None:
    """Raises Forbidden for all but the side itself, who acts for it, and who notes it at the desk."""
    if actor.party is not None:
        on_it = Party.objects.filter(pk=actor.party, side=side, left_at=None).first()
        if on_it is None or on_it.part == "supporter":
            raise Forbidden(N_("Only this side itself, or who acts for it, can say so."))
    elif not {"coordinator", "mediator"} & set(roles_in(dispute, actor)):
        raise Forbidden(N_("An oral answer is noted by a coordinator or mediator."))

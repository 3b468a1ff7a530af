"""Who mediates: three are proposed, both sides tick, the mediator discloses and may be objected to.

The parties choose the mediator (People's Mediation Law art. 19); a committee names one where they
leave it to it. Nobody is appointed against a rule that nothing outweighs (`core.matching`), nor
before having said that they have no interest in it.
"""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from commonward.core.matching import Match
from commonward.core.refusals import N_, Forbidden, Invalid, Missing, Refusal
from commonward.core.rights import SYSTEM, Actor
from commonward.disputes.access import dispute_to_change, roles_in, side_of
from commonward.disputes.actions.levels import start_talks
from commonward.disputes.actions.recording import note
from commonward.disputes.actions.sealing import seal
from commonward.disputes.models import (
    Appointment,
    ConflictAnswer,
    Dispute,
    Mediator,
    Objection,
    Party,
    Proposal,
    Side,
    Tick,
)
from commonward.disputes.queries.mediators import appointed, day_of, found_for
from commonward.people.queries import actor_for, revisions
from commonward.people.queries.names import teams_to_choose
from commonward.people.queries.qualified import refuse_unqualified

LONGEST = 4_000
_LEVEL_OF = {"grid": "grid", "community": "community", "street": "street"}
"""Kind of a mediator's team → where its talks are held; all others work for the district."""


def propose(number: str, actor: Actor, at: datetime) -> Proposal:
    """Find three mediators for a dispute and put them to both sides. Raises Forbidden, Refusal."""
    with transaction.atomic():
        dispute = dispute_to_change(number, actor)
        _refuse_others(dispute, actor)
        _refuse_appointed(dispute)
        return _put(dispute, found_for([dispute], at)[0], actor, at)


def propose_all(actor: Actor, at: datetime) -> int:
    """Put three to the sides of each dispute that waits for a choice, in one assignment for all.

    Only disputes this coordinator may see. Says how many were given one.
    """
    waiting = Dispute.objects.select_related("case").filter(case__stage="choose", ended_at=None)
    busy = set(Appointment.objects.filter(ended_at=None).values_list("dispute", flat=True))
    busy |= set(Proposal.objects.filter(ended_at=None).values_list("dispute", flat=True))
    with transaction.atomic():
        mine = [
            d
            for d in waiting.order_by("registered_at", "case")
            if d.pk not in busy and "coordinator" in roles_in(d, actor)
        ]
        found = found_for(mine, at)
        for dispute, one in zip(mine, found, strict=True):
            _put(dispute, one, actor, at)
    return sum(1 for one in found if one.assigned is not None)


def wish(number: str, gender: str, actor: Actor, at: datetime) -> Proposal:
    """A side would rather speak with a woman or a man; three others are found.

    Raises Invalid, and Refusal where the other wish stands already.
    """
    if gender not in ("f", "m"):
        raise Invalid(N_("Wish for a woman or a man."), field="gender")
    with transaction.atomic():
        dispute = dispute_to_change(number, actor)
        _own_side(actor)
        open_one = _open_proposal(dispute)
        if open_one.gender not in ("", gender):
            raise Refusal(
                N_("Another wish stands already; a coordinator will speak with both sides."),
                code="other_wish",
            )
        open_one.gender = gender
        open_one.save(update_fields=["gender"])
        return _put(dispute, found_for([dispute], at)[0], actor, at)


def answer_conflict(number: str, conflicted: bool, actor: Actor, at: datetime) -> bool:
    """A proposed mediator says whether they have an interest in the dispute: yes or no, no more.

    After a yes others are proposed. True when an appointment followed. Raises Missing.
    """
    with transaction.atomic():
        row = _asked(number, actor)
        dispute = row.dispute
        ConflictAnswer.objects.update_or_create(
            dispute=dispute,
            mediator_id=actor.account,
            defaults={"conflicted": conflicted, "answered_at": at},
        )
        note(dispute, "conflict_answered", at, actor, role="mediator",
             data={"conflicted": conflicted})  # fmt: skip
        if conflicted:
            _put(dispute, found_for([dispute], at)[0], SYSTEM, at)
            return False
        return _appoint_ticked(dispute, at)


def tick(number: str, says: Mapping[int, bool], actor: Actor, at: datetime) -> bool:
    """A side ticks the proposed mediators it accepts; one it does not is a veto.

    When both have ticked, the first whom all accept and who has no interest is appointed. True
    when an appointment followed. Raises Invalid, Forbidden, Missing.
    """
    with transaction.atomic():
        dispute = dispute_to_change(number, actor)
        side = _own_side(actor)
        known = {int(one["mediator"]) for one in _open_proposal(dispute).three}
        if not says or not set(says) <= known:
            raise Invalid(N_("Tick those who stand on the list."), field="mediator")
        for mediator, accepts in says.items():
            Tick.objects.update_or_create(
                side=side, mediator_id=mediator, defaults={"accepts": accepts, "said_at": at}
            )
        note(dispute, "mediators_ticked", at, actor, data={"side": side.letter})
        return _appoint_ticked(dispute, at)


def appoint(number: str, mediator: int, actor: Actor, at: datetime) -> Appointment:
    """A coordinator names the mediator, where the sides leave it to the office or tick nobody
    in common. Never against a rule or a veto. Raises Forbidden, Refusal, Missing."""
    with transaction.atomic():
        dispute = dispute_to_change(number, actor)
        _refuse_others(dispute, actor)
        _refuse_appointed(dispute)
        if mediator not in [int(one["mediator"]) for one in _open_proposal(dispute).three]:
            raise Invalid(N_("Name one of those who are proposed."), field="mediator")
        if Tick.objects.filter(side__dispute=dispute, mediator=mediator, accepts=False).exists():
            raise Refusal(N_("A side does not accept this mediator."), code="veto")
        if not _is_free(dispute, mediator):
            raise Refusal(
                N_("This mediator has not yet said that they have no interest in it."),
                code="conflict_unanswered",
            )
        refuse_unqualified(revisions(), "mediator", mediator, day_of(at), dispute.kind)
        return _appoint(dispute, mediator, "coordinator", actor, at)


def disclose(number: str, words: str, actor: Actor, at: datetime) -> Appointment:
    """The mediator signs what both sides should know about their independence (披露声明).

    It can be said again whenever something changes; both sides read it. Raises Invalid, Forbidden.
    """
    _refuse_words(words)
    with transaction.atomic():
        dispute = dispute_to_change(number, actor)
        found = own_appointment(dispute, actor)
        found.disclosure = seal(dispute, words.strip(), f"disclosure {found.pk}")
        found.disclosed_at = at
        found.save(update_fields=["disclosure", "disclosed_at"])
        note(dispute, "disclosed", at, actor, role="mediator")
    return found


def object_to(number: str, words: str, actor: Actor, at: datetime) -> Objection:
    """A side objects to the mediator, before or during the talks; a coordinator decides it.

    Raises Invalid, Missing, Refusal where one is open already.
    """
    _refuse_words(words)
    with transaction.atomic():
        dispute = dispute_to_change(number, actor)
        side = _own_side(actor)
        now = appointed(dispute)
        if now is None:
            raise Missing(N_("Nobody mediates this dispute at the moment."))
        if Objection.objects.filter(appointment=now, side=side, decided_at=None).exists():
            raise Refusal(N_("Your objection is open already; it will be decided."), code="open")
        made = Objection.objects.create(appointment=now, side=side, said_at=at)
        made.words = seal(dispute, words.strip(), f"objection {made.pk}")
        made.save(update_fields=["words"])
        note(dispute, "objected", at, actor, data={"side": side.letter})
    return made


def decide_objection(
    number: str, objection: int, upheld: bool, words: str, actor: Actor, at: datetime
) -> Objection:
    """A coordinator decides an objection with a reason; upheld, the mediator is replaced.

    Raises Invalid, Forbidden, Missing.
    """
    _refuse_words(words)
    with transaction.atomic():
        dispute = dispute_to_change(number, actor)
        _refuse_others(dispute, actor)
        found = (
            Objection.objects.select_for_update(of=("self",))
            .select_related("appointment", "side")
            .filter(pk=objection, appointment__dispute=dispute, decided_at=None)
            .first()
        )
        if found is None:
            raise Missing(N_("There is no such open objection."))
        if found.appointment.mediator_id == actor.account:
            raise Forbidden(N_("Nobody decides an objection to themselves."))
        found.upheld, found.decided_at, found.by_id = upheld, at, actor.account
        found.answer = seal(dispute, words.strip(), f"objection answer {found.pk}")
        found.save(update_fields=["upheld", "decided_at", "by", "answer"])
        note(dispute, "objection_decided", at, actor, role="coordinator", data={"upheld": upheld})
        if upheld and found.appointment.ended_at is None:
            Tick.objects.update_or_create(
                side=found.side,
                mediator_id=found.appointment.mediator_id,
                defaults={"accepts": False, "said_at": at},
            )
            _end(dispute, found.appointment, "objection", at, actor)
    return found


def withdraw_from(number: str, why: str, actor: Actor, at: datetime) -> None:
    """The mediator leaves the dispute: for an interest that came up ("conflict"), or otherwise
    ("left"); others are proposed. Raises Invalid, Forbidden."""
    if why not in ("conflict", "left"):
        raise Invalid(N_("A mediator leaves for an interest, or for another reason."), field="why")
    with transaction.atomic():
        dispute = dispute_to_change(number, actor)
        now = own_appointment(dispute, actor)
        ConflictAnswer.objects.update_or_create(
            dispute=dispute,
            mediator=now.mediator,
            defaults={"conflicted": True, "answered_at": at},
        )
        _end(dispute, now, why, at, actor)


def own_appointment(dispute: Dispute, actor: Actor) -> Appointment:
    """The appointment of whoever acts. Raises Forbidden for anybody but the mediator."""
    found = appointed(dispute)
    if found is None or actor.account is None or found.mediator_id != actor.account:
        raise Forbidden(N_("Only the mediator of this dispute may do this."))
    return found


def _put(dispute: Dispute, found: Match, actor: Actor, at: datetime) -> Proposal:
    """End the open proposal and make the new one; the wish of a side goes on."""
    former = Proposal.objects.filter(dispute=dispute, ended_at=None).first()
    if former is not None:
        former.ended_at = at
        former.save(update_fields=["ended_at"])
    made = Proposal.objects.create(
        dispute=dispute,
        three=[
            {"mediator": p.mediator, "km": p.km, "load": p.load, "most": p.most}
            for p in found.proposed
        ],
        filtered=dict(found.filtered),
        reason=found.reason,
        gender=former.gender if former else "",
        made_at=at,
    )
    note(dispute, "mediators_proposed", at, actor,
         data={"proposed": len(made.three), "reason": found.reason,
               "filtered": dict(found.filtered)})  # fmt: skip
    return made


def _appoint_ticked(dispute: Dispute, at: datetime) -> bool:
    """Appoint whom every side accepts, if there is one who is free."""
    if appointed(dispute) is not None:
        return False
    sides = set(Side.objects.filter(dispute=dispute).values_list("pk", flat=True))
    for one in _open_proposal(dispute).three:
        mediator = int(one["mediator"])
        said = Tick.objects.filter(side__in=sides, mediator=mediator, accepts=True)
        agreed = set(said.values_list("side", flat=True)) == sides
        if agreed and _is_free(dispute, mediator) and _learnt(dispute, mediator, at):
            _appoint(dispute, mediator, "sides", SYSTEM, at)
            return True
    return False


def _appoint(
    dispute: Dispute, mediator: int, chosen_by: str, actor: Actor, at: datetime
) -> Appointment:
    Mediator.objects.select_for_update().get(pk=mediator)
    made = Appointment.objects.create(
        dispute=dispute, mediator_id=mediator, chosen_by=chosen_by, appointed_at=at
    )
    Proposal.objects.filter(dispute=dispute, ended_at=None).update(ended_at=at)
    note(dispute, "mediator_appointed", at, actor,
         data={"mediator": mediator, "chosen_by": chosen_by})  # fmt: skip
    if dispute.case.stage == "choose":
        team, level = _where(mediator, at)
        start_talks(dispute.case.number, level, SYSTEM, at, team=team)
    return made


def _where(mediator: int, at: datetime) -> tuple[int | None, str]:
    """The committee whose mediator this is, and the level at which it talks."""
    kinds = {one.id: one.kind for one in teams_to_choose(revisions()).values()}
    team = next((t for t in sorted(actor_for(mediator, at).teams) if t in kinds), None)
    return team, _LEVEL_OF.get(kinds[team] if team else "", "district")


def _end(dispute: Dispute, now: Appointment, why: str, at: datetime, actor: Actor) -> None:
    now.ended_at, now.end = at, why
    now.save(update_fields=["ended_at", "end"])
    note(dispute, "mediator_left", at, actor, data={"mediator": now.mediator_id, "why": why})
    _put(dispute, found_for([dispute], at)[0], SYSTEM, at)


def _is_free(dispute: Dispute, mediator: int) -> bool:
    """They have said no to having an interest."""
    return ConflictAnswer.objects.filter(
        dispute=dispute, mediator=mediator, conflicted=False
    ).exists()


def _learnt(dispute: Dispute, mediator: int, at: datetime) -> bool:
    """They have the courses that the site asks for; one may have run out since they were proposed."""
    try:
        refuse_unqualified(revisions(), "mediator", mediator, day_of(at), dispute.kind)
    except Refusal:
        return False
    return True


def _asked(number: str, actor: Actor) -> Proposal:
    """The open proposal in which this mediator stands; alike for none and none for them."""
    row = (
        Proposal.objects.select_related("dispute__case")
        .filter(dispute__case__number=number, ended_at=None, dispute__ended_at=None)
        .first()
    )
    if row is None or actor.account not in [int(one["mediator"]) for one in row.three]:
        raise Missing(N_("There is no case {number}, or none that you may see."), number=number)
    return row


def _open_proposal(dispute: Dispute) -> Proposal:
    found = Proposal.objects.select_for_update().filter(dispute=dispute, ended_at=None).first()
    if found is None:
        raise Missing(N_("No mediators are proposed at the moment."))
    return found


def _own_side(actor: Actor) -> Side:
    side = side_of(actor)
    if Party.objects.filter(pk=actor.party or 0, part="supporter").exists():
        raise Forbidden(N_("Only this side itself, or who acts for it, can say so."))
    return side


def _refuse_others(dispute: Dispute, actor: Actor) -> None:
    if "coordinator" not in roles_in(dispute, actor):
        raise Forbidden(N_("Mediators are proposed and named by a coordinator."))


def _refuse_appointed(dispute: Dispute) -> None:
    if appointed(dispute) is not None:
        raise Refusal(N_("Somebody mediates this dispute already."), code="appointed")


def _refuse_words(words: str) -> None:
    if not words.strip() or len(words) > LONGEST or "\x00" in words:
        raise Invalid(
            N_("Say it in words, in at most {most} characters."), field="words", most=LONGEST
        )

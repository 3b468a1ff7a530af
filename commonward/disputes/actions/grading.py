"""Grade a dispute by its stated facts; a party may object, a person may grade again (分级)."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from commonward.cases.actions.regrading import regrade as regrade_case
from commonward.core.grading import Grade, grade, sorted_facts
from commonward.core.refusals import N_, Forbidden, Invalid, Refusal
from commonward.core.rights import SYSTEM, Actor, refuse_onlooker
from commonward.disputes.access import dispute_to_change, roles_in, side_of
from commonward.disputes.actions.recording import lock, note
from commonward.disputes.actions.sealing import seal
from commonward.disputes.models import Dispute, GradeWord
from commonward.disputes.queries.grading import known_facts
from commonward.disputes.queries.ruling import grade_table

LONGEST_REASON = 1000


def graded_by_rules(facts: Mapping[str, object], at: datetime) -> Grade:
    """What the rules in force say of facts as they were stated at a registration.

    Facts that the table does not ask are left alone; raises Invalid naming one of the wrong kind.
    """
    rules = grade_table(at)
    return grade(rules, sorted_facts(rules, facts))


def grade_dispute(
    number: str, facts: Mapping[str, bool | int], actor: Actor, at: datetime
) -> Grade:
    """State more facts, or others; the rules grade by them at once, with their reasons.

    What a person has graded by hand stays until a person changes it. Raises Invalid naming the
    fact, Forbidden, Missing.
    """
    with transaction.atomic():
        dispute = dispute_to_change(number, actor)
        role = _grader(dispute, actor)
        _refuse_closed(dispute)
        rules = grade_table(at)
        if unknown := sorted(set(facts) - {fact.name for fact in rules.facts}):
            raise Invalid(
                N_("Nobody asks {fact}; the questions are those of the table of grading."),
                field=unknown[0],
                fact=unknown[0],
            )
        given = sorted_facts(rules, facts)
        dispute.facts = {**dispute.facts, **given}
        found = grade(rules, known_facts(rules, dispute.facts))
        if dispute.grade_why.get("by_hand"):
            note(
                dispute, "facts_stated", at, actor, role=role,
                data={"rules": found.version, "would_be": found.colour},
            )  # fmt: skip
        else:
            regrade_case(
                dispute.case.number, found.colour, actor, at,
                verb="graded", role=role, rules=found.version,
            )  # fmt: skip
            dispute.grade_why = found.to_data()
        dispute.save(update_fields=["facts", "grade_why"])
    return found


def contest_grade(number: str, words: str, actor: Actor, at: datetime) -> GradeWord:
    """A party objects to the grade, in its own words; a person must answer (分级异议).

    One objection of a side is open at a time. Raises Forbidden for anybody but a party, Refusal.
    """
    words = _reason(words)
    with transaction.atomic():
        dispute = dispute_to_change(number, actor)
        if actor.party is None:
            raise Forbidden(N_("Only a side of this dispute can object to its grade."))
        side = side_of(actor)
        _refuse_closed(dispute)
        case, at = lock(dispute, at)
        if GradeWord.objects.filter(side=side, kind="objection", answered_at=None).exists():
            raise Refusal(
                N_("Your objection is with the coordinator; it is answered first."),
                code="objected",
            )
        made = GradeWord.objects.create(
            dispute=dispute, kind="objection", side=side, before=case.grade, said_at=at
        )
        made.words = seal(dispute, words, f"grade {made.pk}")
        made.save(update_fields=["words"])
        note(dispute, "grade_contested", at, actor, data={"side": side.letter})
    return made


def regrade(number: str, colour: str, reason: str, actor: Actor, at: datetime) -> GradeWord:
    """A person grades the dispute, with a reason that both sides can read (复核).

    The same colour again is an answer too; every open objection is answered by it. Raises
    Invalid, Forbidden.
    """
    refuse_onlooker(actor)
    reason = _reason(reason)
    with transaction.atomic():
        dispute = dispute_to_change(number, actor)
        role = _grader(dispute, actor)
        if actor.account is None:
            raise Forbidden(N_("A grade is changed by a person, who says why."))
        _refuse_closed(dispute)
        before = dispute.case.grade
        rules = grade_table(at)
        event = regrade_case(
            number, colour, actor, at, verb="regraded", role=role, rules=rules.version
        )
        made = GradeWord.objects.create(
            dispute=dispute, kind="regrade", before=before, after=colour,
            said_at=event.at, by_id=actor.account,
        )  # fmt: skip
        made.words = seal(dispute, reason, f"grade {made.pk}")
        made.save(update_fields=["words"])
        GradeWord.objects.filter(dispute=dispute, kind="objection", answered_at=None).update(
            answered_at=event.at
        )
        dispute.grade_why = {
            **grade(rules, known_facts(rules, dispute.facts)).to_data(), "by_hand": True,
        }  # fmt: skip
        dispute.save(update_fields=["grade_why"])
    return made


def _grader(dispute: Dispute, actor: Actor) -> str:
    if actor is SYSTEM:
        return "system"
    roles = [role for role in roles_in(dispute, actor) if role in ("coordinator", "mediator")]
    if not roles:
        raise Forbidden(N_("A dispute is graded by a coordinator or mediator."))
    return roles[0]


def _refuse_closed(dispute: Dispute) -> None:
    if not dispute.case.is_open:
        raise Refusal(N_("This dispute is closed; its grade stays as it is."))


def _reason(words: str) -> str:
    words = words.strip()
    if not words or len(words) > LONGEST_REASON or "\x00" in words:
        raise Invalid(
            N_("Say why, in at most {most} characters."), field="reason", most=LONGEST_REASON
        )
    return words

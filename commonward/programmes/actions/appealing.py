"""Appeals against a score of the month (申诉与复核): contested once, decided by a third."""

from datetime import datetime

from django.db import transaction

from commonward.cases.actions.moving import in_order
from commonward.core.refusals import N_, Forbidden, Invalid, Refusal
from commonward.core.rights import Actor
from commonward.core.targets.table_cells import amount
from commonward.programmes.access_plans import (
    REVIEW,
    parts_of,
    path_of,
    works_for,
)
from commonward.programmes.actions.reviewing import (
    carry,
    check_words,
    line_of,
    month_end,
    note,
    score_line,
    shapes_of,
)
from commonward.programmes.models import ReviewLine


def appeal_score(number: str, target: int, words: str, actor: Actor, at: datetime) -> ReviewLine:
    """Contest a score (申诉): once, by the team that owns the target, while the notice is out."""
    with transaction.atomic():
        case, line = line_of(number, target, actor, "notified")
        team = works_for(actor, parts_of(target)["owner"], line.review.plan, "appeal_score")
        if team is None:
            raise Forbidden(N_("Only the team that owns the target contests its score."))
        if line.appealed_at is not None:
            raise Refusal(N_("This score was contested already."), code="bound")
        check_words(words)
        if not words.strip():
            raise Invalid(N_("Say why."), field="words")
        at = in_order(case, at)
        line.appeal, line.appealed_by_id, line.appealed_at = words.strip(), actor.account, at
        line.save(update_fields=["appeal", "appealed_by", "appealed_at"])
        note(case, "score_appealed", line, actor, at, team)
    return line


def decide_appeal(
    number: str, target: int, value: str, words: str, actor: Actor, at: datetime, *, upheld: bool
) -> ReviewLine:
    """Decide on an appeal (复核): by somebody who neither reported, checked nor contested.

    Where it is upheld the score is reckoned anew, of `value` where one is given.
    """
    with transaction.atomic():
        case, line = line_of(number, target, actor, "notified")
        plan = line.review.plan
        roles = actor.roles_for(
            ("programme_officer", "leader"), "decide_appeal", path_of(plan), REVIEW
        )
        parts = parts_of(target)
        own = parts["owner"] | parts["partner"]
        if not roles or actor.account in (line.by_id, line.checker_id, line.appealed_by_id):
            raise Forbidden(
                N_("An appeal is decided by somebody who neither reported nor checked.")
            )
        if actor.teams & own:
            raise Forbidden(N_("Nobody checks their own target."))
        if line.appealed_at is None or line.decided_at is not None:
            raise Refusal(N_("There is no appeal to decide on here."), code="stage")
        check_words(words)
        if not words.strip():
            raise Invalid(N_("Say why."), field="words")
        at = in_order(case, at)
        line.decision, line.decided_by_id, line.decided_at = words.strip(), actor.account, at
        line.upheld = upheld
        if upheld:
            line.counted = amount(value, "value") if value.strip() else line.own
            line.verdict = "corrected"
            score_line(line, shapes_of([line.target])[target], month_end(line.review.month))
            carry([line], month_end(line.review.month))
        line.save(update_fields=["decision", "decided_by", "decided_at", "upheld", "counted",
                                 "verdict", "score", "why", "formula"])  # fmt: skip
        note(case, "appeal_decided", line, actor, at, case.team_id)
    return line

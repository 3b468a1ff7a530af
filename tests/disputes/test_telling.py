"""What no longer needs to be told ends by itself, found row by row and in the list alike."""

from datetime import datetime, timedelta

from commonward.core.rights import SYSTEM
from commonward.disputes import actions as disputes
from commonward.disputes.access import party_by
from commonward.disputes.actions import sessions
from commonward.disputes.actions.handing import hand_on, reply
from commonward.disputes.actions.mailing import set_office_mail
from commonward.disputes.actions.performing import claim, tick_performing
from commonward.disputes.actions.sessions import Plan
from commonward.disputes.actions.telling import needed, opened_notices, settle_notices
from commonward.disputes.models import Notice
from commonward.people import actions as people
from commonward.people.queries import actor_for
from tests.chosen import appointed, choosing
from tests.disputes.test_performing import in_force
from tests.district import SINCE
from tests.talks import Talks

HOUR = timedelta(hours=1)


def ends(at: datetime) -> set[str]:
    """What a tick ended, which is what nobody needs to be told any more."""
    idle = {one.pk for one in opened_notices() if not needed(one, at)}
    open_before = set(opened_notices().values_list("pk", flat=True))
    settle_notices(at)
    ended = open_before - set(opened_notices().values_list("pk", flat=True))
    assert ended == idle, "row by row and in the list the same is asked"
    return set(Notice.objects.filter(pk__in=ended).values_list("what", flat=True))


def test_an_answer_a_move_a_cancelling_and_the_end_of_a_dispute_end_what_they_make_idle(
    talks: Talks,
) -> None:
    case = choosing(talks)
    assert ends(case.at(31)) == {"invitation"}
    appointed(case)
    start = case.at(60 * 50)
    made = sessions.plan(case.number, Plan(start, start + HOUR), talks.mediator, case.at(60))
    assert ends(case.at(61)) == set()
    later = Plan(start + HOUR, start + 2 * HOUR)
    sessions.move_session(case.number, made.pk, later, talks.mediator, case.at(62))
    assert ends(case.at(63)) == {"session"}
    sessions.cancel_session(case.number, made.pk, talks.mediator, case.at(64))
    assert ends(case.at(65)) == {"session_moved"}
    again = sessions.plan(case.number, later, talks.mediator, case.at(66))
    assert ends(start + HOUR) == {"session_cancelled", "session"}
    assert again.state == "planned"
    other = talks.registered(at=case.at(70))
    disputes.take_step(other.number, "contact", talks.coordinator, case.at(71))
    key = disputes.invite(other.number, "b", talks.coordinator, case.at(72))
    actor = party_by(key, case.at(73))
    disputes.answer(other.number, "b", "refused", actor, case.at(74))
    assert ends(case.at(75)) == {"invitation"}


def test_what_was_paid_and_what_was_answered_is_not_told_any_more(talks: Talks) -> None:
    number, first, second = in_force(talks)
    ends(talks.later(75))
    near = talks.at + timedelta(days=28)
    tick_performing(near)
    assert ends(near) == set()
    claim(number, 1, first, near + HOUR)
    assert ends(near + HOUR) == {"due_soon"}
    alone = people.add_team(SYSTEM, "arbitration", "仲裁委员会", at=SINCE, kind="partner").pk
    set_office_mail(SYSTEM, alone, "", talks.at)
    talking, *_ = talks.talking("street", at=talks.later(80))
    ends(talks.later(125))
    made = hand_on(talking, "arbitration", alone, "x", talks.mediator, talks.later(130))
    assert ends(talks.later(131)) == set()
    account = people.add_account(SYSTEM, "arbiter", "Arbiter", at=SINCE).pk
    people.grant(SYSTEM, account, "partner", at=SINCE)
    people.join_team(SYSTEM, account, alone, at=talks.later(132))
    reply(made.number, "returned", actor_for(account, talks.later(133)), talks.later(134))
    assert ends(talks.later(135)) == {"hand_over"}

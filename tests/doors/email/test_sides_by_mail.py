"""Sides are told by mail in neutral words, once, in their language, and not after they withdrew."""

import re
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from icalendar import Calendar

from commonward.core.refusals import Refusal
from commonward.disputes import actions as disputes
from commonward.disputes.access import party_by
from commonward.disputes.actions import sessions
from commonward.disputes.actions.passes import code_of, enter
from commonward.disputes.actions.sessions import Plan
from commonward.disputes.actions.telling import note_told, settle_notices
from commonward.disputes.actions.ticking import tick_disputes
from commonward.disputes.models import Notice, Obligation, Party, Side
from commonward.disputes.queries.telling import to_tell
from tests.chosen import appointed, choosing
from tests.disputes.test_performing import in_force
from tests.district import small_district
from tests.doors.email.conftest import Box, sent, words_of
from tests.talks import Talks, mediation

SHE = {"name": "赵小梅", "phone": "13887654321", "email": "zhao@example.org"}
HE = {"name": "钱多多", "phone": "13912345678", "email": "qian@example.org"}
SECRETS = (
    "钱多多",
    "赵小梅",
    "wall",
    "Wall",
    "墙",
    "邻里",
    "neighbour",
    "South lane",
    "13912345678",
)
HOUR = timedelta(hours=1)


@pytest.fixture
def talks(db: None) -> Talks:
    """The district with mediation."""
    return mediation(small_district())


def registered(talks: Talks, **more: Any) -> disputes.Registered:
    """A dispute whose other side gave an address, contacted already."""
    made = talks.registered(others=(disputes.Person(SHE),), **more)
    disputes.take_step(made.number, "contact", talks.coordinator, talks.later(10))
    return made


def leaks(mail: EmailMessage) -> list[str]:
    """What of the dispute stands anywhere in a mail, its calendar file included."""
    said = mail.as_string() + words_of_all(mail)
    return [one for one in SECRETS if one in said]


def words_of_all(mail: EmailMessage) -> str:
    return " ".join(
        str(part.get_content()) for part in mail.walk() if part.get_content_maintype() == "text"
    )


def link_in(mail: EmailMessage) -> str:
    found = re.search(r"https://tongli\.example\.org/disputes/my/([0-9a-f]+)/", words_of_all(mail))
    assert found is not None
    return found[1]


def test_an_invitation_goes_out_in_neutral_words_and_its_link_opens_the_page(
    talks: Talks, box: Box
) -> None:
    made = registered(talks)
    key = disputes.invite(made.number, "b", talks.coordinator, talks.later(20))
    assert sent(talks.later(21)).sent == 1
    (mail,) = box.taken
    assert box.tos == [["zhao@example.org"]] and not leaks(mail)
    assert link_in(mail) == key, "the letter and the mail hold the same link"
    assert party_by(key, talks.later(22)).party is not None
    assert sent(talks.later(23)).sent == 0


def test_in_the_language_of_the_side_and_chinese_where_none_is_known(
    talks: Talks, box: Box
) -> None:
    made = registered(talks)
    disputes.invite(made.number, "b", talks.coordinator, talks.later(20))
    sent(talks.later(21))
    assert box.taken[-1]["Content-Language"] == "zh-Hans"
    Side.objects.filter(letter="b").update(language="en")
    disputes.remind(made.number, "b", talks.coordinator, talks.later(30))
    sent(talks.later(31))
    assert "reminder 1 of at most three" in words_of(box.taken[-1])


def test_at_most_three_reminders_and_none_after_an_answer(talks: Talks, box: Box) -> None:
    made = registered(talks)
    disputes.invite(made.number, "b", talks.coordinator, talks.later(20))
    for n in range(3):
        disputes.remind(made.number, "b", talks.coordinator, talks.later(30 + n))
        sent(talks.later(30.5 + n))
    with pytest.raises(Refusal):
        disputes.remind(made.number, "b", talks.coordinator, talks.later(40))
    # The invitation was not yet sent when the first reminder took its place.
    assert len(box.taken) == 3
    assert len({link_in(mail) for mail in box.taken}) == 3
    with pytest.raises(Refusal):
        party_by(link_in(box.taken[0]), talks.later(41))


def test_whoever_said_no_meanwhile_gets_no_mail(talks: Talks, box: Box) -> None:
    made = registered(talks)
    key = disputes.invite(made.number, "b", talks.coordinator, talks.later(20))
    disputes.answer(made.number, "b", "refused", party_by(key, talks.later(21)), talks.later(21))
    assert sent(talks.later(22)).sent == 0 and not box.taken
    settle_notices(talks.later(23))
    assert Notice.objects.get(side__letter="b").ended_at is not None
    assert to_tell(talks.coordinator, talks.later(24)) == []


def test_inviting_again_and_again_is_bounded_and_the_former_link_is_not_sent(
    talks: Talks, box: Box
) -> None:
    made = registered(talks)
    for n in range(6):
        key = disputes.invite(made.number, "b", talks.coordinator, talks.later(20 + n))
    sent(talks.later(30))
    assert Notice.objects.filter(what="invitation").count() == 3
    assert len(box.taken) <= 1
    assert all(link_in(mail) == key for mail in box.taken)


def test_without_an_address_a_person_tells_it_and_nothing_is_silently_stuck(
    talks: Talks, box: Box
) -> None:
    made = talks.registered()
    disputes.take_step(made.number, "contact", talks.coordinator, talks.later(10))
    disputes.invite(made.number, "b", talks.coordinator, talks.later(20))
    assert sent(talks.later(21)).sent == 0
    (one,) = to_tell(talks.coordinator, talks.later(22))
    assert (one.why, one.what, one.details["name"]) == ("no_address", "invitation", "赵小梅")
    note_told(one.id, "letter", talks.coordinator, talks.later(23))
    assert to_tell(talks.coordinator, talks.later(24)) == []
    with pytest.raises(Refusal, match="already"):
        note_told(one.id, "phone", talks.coordinator, talks.later(25))


def test_an_address_that_is_refused_falls_to_a_person(talks: Talks, box: Box) -> None:
    made = registered(talks)
    disputes.invite(made.number, "b", talks.coordinator, talks.later(20))
    box.says["zhao@example.org"] = "550 unknown"
    assert sent(talks.later(21)).refused == 1
    (one,) = to_tell(talks.coordinator, talks.later(22))
    assert (one.why, one.details["phone"]) == ("refused", "13887654321")


def test_a_session_is_told_with_its_calendar_changed_and_cancelled(talks: Talks, box: Box) -> None:
    case = choosing(talks)
    appointed(case)
    details = {"a": HE, "b": SHE}
    for letter, told in details.items():
        disputes.put_on_side(case.number, letter, "representative", told, talks.coordinator,
                             case.at(40))  # fmt: skip
    start = case.at(60 * 50)
    made = sessions.plan(
        case.number, Plan(start, start + HOUR, place="Room 3", video="https://video.example/s1"),
        talks.mediator, case.at(60),
    )  # fmt: skip
    assert sent(case.at(61)).sent == 2
    mail = box.taken[-1]
    assert not leaks(mail) and "video.example" not in words_of_all(mail)
    (event,) = Calendar.from_ical(_calendar(mail)).walk("VEVENT")
    assert event.decoded("dtstart") == start and str(event["location"]) == "Room 3"
    first = str(event["uid"])
    later = start + 2 * HOUR
    sessions.move_session(case.number, made.pk, Plan(later, later + HOUR), talks.mediator,
                          case.at(62))  # fmt: skip
    assert sent(case.at(63)).sent == 2
    (event,) = Calendar.from_ical(_calendar(box.taken[-1])).walk("VEVENT")
    assert (str(event["uid"]), event.decoded("sequence")) == (first, 1)
    tick_disputes(later - 20 * HOUR)
    tick_disputes(later - 19 * HOUR)
    assert sent(later - 18 * HOUR).sent == 2, "reminded once"
    sessions.cancel_session(case.number, made.pk, talks.mediator, later - 17 * HOUR)
    assert sent(later - 16 * HOUR).sent == 2
    (event,) = Calendar.from_ical(_calendar(box.taken[-1])).walk("VEVENT")
    assert str(event["status"]) == "CANCELLED"


def _calendar(mail: EmailMessage) -> str:
    (file,) = mail.iter_attachments()
    assert file.get_content_type() == "text/calendar"
    return str(file.get_content())


def test_a_session_planned_for_tomorrow_is_told_once_not_twice(talks: Talks, box: Box) -> None:
    case = choosing(talks)
    appointed(case)
    disputes.put_on_side(case.number, "b", "representative", SHE, talks.coordinator, case.at(40))
    start = case.at(60 * 10)
    sessions.plan(case.number, Plan(start, start + HOUR), talks.mediator, case.at(60))
    tick_disputes(case.at(70))
    sent(case.at(71))
    assert [n.what for n in Notice.objects.filter(delivery__state="sent")] == ["session"]


def test_what_was_moved_before_the_mail_left_is_told_as_it_stands(talks: Talks, box: Box) -> None:
    case = choosing(talks)
    appointed(case)
    disputes.put_on_side(case.number, "b", "representative", SHE, talks.coordinator, case.at(40))
    start = case.at(60 * 50)
    made = sessions.plan(case.number, Plan(start, start + HOUR), talks.mediator, case.at(60))
    sessions.move_session(case.number, made.pk, Plan(start + HOUR, start + 2 * HOUR),
                          talks.mediator, case.at(61))  # fmt: skip
    assert sent(case.at(62)).sent == 1
    (event,) = Calendar.from_ical(_calendar(box.taken[0])).walk("VEVENT")
    assert event.decoded("dtstart") == start + HOUR


def test_who_owes_soon_is_reminded_and_reads_no_amount(talks: Talks, box: Box) -> None:
    number, *_ = in_force(talks)
    disputes.put_on_side(number, "b", "representative", SHE, talks.mediator, talks.later(75))
    sent(talks.later(80))
    box.taken.clear()
    due = Obligation.objects.get(number=1)
    assert due.due is not None
    near = talks.at + timedelta(days=28)
    tick_disputes(near)
    tick_disputes(near + HOUR)
    assert sent(near + HOUR).sent == 1
    (mail,) = box.taken
    assert "1000" not in words_of(mail) and "1,000" not in words_of(mail) and not leaks(mail)
    assert number in str(mail["Subject"])


def test_who_left_a_side_and_who_never_had_mail_set_up_gets_none(
    talks: Talks, box: Box, settings: Any
) -> None:
    case = choosing(talks)
    appointed(case)
    added = disputes.put_on_side(
        case.number, "b", "representative", SHE, talks.coordinator, case.at(40)
    )
    start = case.at(60 * 50)
    sessions.plan(case.number, Plan(start, start + HOUR), talks.mediator, case.at(60))
    disputes.leave(case.number, added.pk, talks.coordinator, case.at(61))
    assert sent(case.at(62)).sent == 0
    assert Party.objects.get(pk=added.pk).details is None
    settings.MAIL = False
    start += 5 * HOUR
    sessions.plan(case.number, Plan(start, start + HOUR), talks.mediator, case.at(63))
    assert {n.letter for n in to_tell(talks.coordinator, case.at(64)) if n.start == start} == {
        "a", "b",
    }  # fmt: skip


def test_a_link_made_for_mail_has_a_code_like_every_other(talks: Talks, box: Box) -> None:
    made = registered(talks)
    key = disputes.invite(made.number, "b", talks.coordinator, talks.later(20))
    assert enter(made.number, code_of(key), talks.later(21)).side.letter == "b"

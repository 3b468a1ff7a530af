"""The attack on a caucus note: the other side, every office, the whole database, the master key."""

import base64
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models

from commonward.cases.access import visible_case
from commonward.cases.actions.emergencies import filed_where, note_break_glass
from commonward.cases.actions.sealing import masters
from commonward.cases.models import CaseKey, Event
from commonward.core import sealing
from commonward.core.caucus import Opened, WrongPassphrase
from commonward.core.refusals import Forbidden, Invalid, Missing, Refusal
from commonward.core.sealing import CannotOpen
from commonward.disputes.actions import appointing, caucus, mediators
from commonward.disputes.actions.sealing import unseal
from commonward.disputes.models import Appointment, CaucusKey, CaucusNote, Mediator
from commonward.people import actions as people
from commonward.people.actions.breaking_glass import ask_break_glass, decide_break_glass
from commonward.people.models import AccessRecord
from commonward.people.queries import actor_for
from tests.chosen import PHRASES, Choosing, appointed, choosing, with_passphrase
from tests.chosen import cheap as cheap
from tests.talks import Talks

SECRET = "我方底线四万,还要道歉 – forty thousand and an apology"


@pytest.fixture
def case(talks: Talks, cheap: None) -> Choosing:
    """A dispute with an appointed mediator, whose passphrase is set."""
    made = choosing(talks)
    appointed(made)
    with_passphrase(made)
    return made


def noted(case: Choosing, letter: str = "a", words: str = SECRET, minutes: float = 60) -> int:
    return caucus.write_note(
        case.number, letter, words, PHRASES["mediator"], case.talks.mediator, case.at(minutes)
    )


def read(case: Choosing, letter: str, actor: Any, phrase: str, at: datetime) -> list[str]:
    found = caucus.read_notes(case.number, letter, phrase, actor, at, door="desk")
    return [one.words for one in found]


def test_the_mediator_reads_it_with_the_passphrase_and_the_look_is_noted(case: Choosing) -> None:
    assert noted(case) == 1
    assert noted(case, words="A second talk.", minutes=61) == 2
    found = read(case, "a", case.talks.mediator, PHRASES["mediator"], case.at(62))
    assert found == [SECRET, "A second talk."]
    assert read(case, "b", case.talks.mediator, PHRASES["mediator"], case.at(62)) == []
    assert AccessRecord.objects.filter(what="caucus a", case_number=case.number).count() == 1


def test_nobody_else_reads_it_not_even_with_the_right_passphrase(case: Choosing) -> None:
    noted(case)
    talks = case.talks
    others = (
        case.first, case.second, talks.coordinator, talks.second_mediator, talks.panelist,
        talks.clerk, talks.legal_aid, talks.here.leader, talks.here.administrator,
        talks.here.duty_chief, talks.here.outsider,
    )  # fmt: skip
    for actor in others:
        with pytest.raises((Forbidden, Missing)):
            read(case, "a", actor, PHRASES["mediator"], case.at(70))


def test_a_right_for_an_emergency_opens_the_file_and_says_so_there_but_no_note(
    case: Choosing,
) -> None:
    noted(case)
    here, at = case.talks.here, case.at(5000)
    filed = filed_where(case.number)
    assert here.duty_chief.account is not None
    asked = ask_break_glass(
        here.duty_chief, "The mediator is ill and a hearing is today.", 2, at=at,
        area_path=filed.area_path, category=filed.category, case_number=case.number,
    )  # fmt: skip
    decide_break_glass(here.administrator, asked.pk, give=True, at=at, area_path=filed.area_path)
    note_break_glass(here.administrator, case.number, asked.pk, ended=False, at=at)
    reader = actor_for(here.duty_chief.account, at)
    assert visible_case(case.number, reader).number == case.number
    with pytest.raises(Missing):
        visible_case(case.number, here.duty_chief)
    with pytest.raises((Forbidden, Missing)):
        read(case, "a", reader, PHRASES["mediator"], at)
    with pytest.raises(Missing):
        visible_case(case.number, actor_for(here.duty_chief.account, case.at(5000 + 121)))
    last = Event.objects.filter(case__number=case.number).latest("id")
    assert (last.verb, last.data) == ("break_glass", {"emergency": asked.pk})


def test_whoever_looks_with_the_mediators_eyes_reads_nothing(case: Choosing) -> None:
    noted(case)
    looking = replace(case.talks.mediator, seen_by=case.talks.here.administrator.account)
    with pytest.raises(Forbidden):
        read(case, "a", looking, PHRASES["mediator"], case.at(70))


def test_a_wrong_passphrase_opens_nothing(case: Choosing) -> None:
    noted(case)
    for wrong in ("", "x", PHRASES["mediator"] + " ", PHRASES["second_mediator"]):
        with pytest.raises(WrongPassphrase):
            read(case, "a", case.talks.mediator, wrong, case.at(70))


def everything_stored() -> list[bytes]:
    """Every byte string of every table, as whoever holds the database has them."""
    found: list[bytes] = []
    tables = set(connection.introspection.table_names())
    for model in apps.get_models():
        if model._meta.db_table not in tables:
            continue
        names = [
            f.name for f in model._meta.local_concrete_fields if isinstance(f, models.BinaryField)
        ]
        for row in model._default_manager.values_list(*names) if names else ():
            found += [bytes(value) for value in row if value]
    return found


def test_the_whole_database_with_the_master_key_and_the_cases_key_opens_nothing(
    case: Choosing,
) -> None:
    noted(case)
    dispute = case.dispute
    row = CaucusNote.objects.get()
    # What an administrator with all keys of the house can do: take off the outer seal.
    outer = unseal(dispute, row.sealed, "caucus a 1")
    assert outer and "forty" not in outer
    inner = base64.b64decode(outer)
    kept = CaseKey.objects.get(case=dispute.case).wrapped
    assert kept is not None
    case_key = sealing.unwrap(kept, masters(), case.number)
    stored = [*everything_stored(), *(m.key for m in masters()), case_key]
    keys = {one[k : k + 32] for one in stored if len(one) < 400 for k in range(len(one) - 31)}
    assert len(keys) > 50
    wrapped = bytes(CaucusKey.objects.get().wrapped or b"")
    for key in keys:
        with pytest.raises(CannotOpen):
            sealing.open_sealed(inner, key, f"caucus/{case.number}/a/1")
        with pytest.raises(CannotOpen):
            Opened(key).side_key(wrapped, f"{case.number}/a")
    for one in everything_stored():
        assert "四万".encode() not in one and b"forty" not in one


def test_a_row_moved_to_the_other_side_or_another_key_put_in_its_place_opens_nothing(
    case: Choosing,
) -> None:
    noted(case)
    noted(case, "b", "What side B said.")
    a = CaucusNote.objects.get(side__letter="a")
    b = CaucusNote.objects.get(side__letter="b")
    CaucusNote.objects.filter(pk=b.pk).update(sealed=a.sealed)
    with pytest.raises(CannotOpen):  # the case's own seal binds it to its side already
        read(case, "b", case.talks.mediator, PHRASES["mediator"], case.at(70))
    key = CaucusKey.objects.get(side__letter="a")
    CaucusKey.objects.filter(side__letter="b").update(wrapped=key.wrapped)
    with pytest.raises(CannotOpen):
        noted(case, "b", "More.", 71)


def test_an_administrator_who_becomes_a_mediator_gets_no_key(case: Choosing) -> None:
    """Even granted every post, added to the team, registered and given the row of the pair."""
    noted(case)
    talks = case.talks
    admin = talks.here.administrator.account
    assert admin is not None
    for role in ("mediator", "coordinator"):
        people.grant(talks.here.administrator, admin, role, at=case.at(65))
    actor = actor_for(admin, case.at(66))
    mediators.put_mediator(actor, admin, mediators.Profile(("zh-Hans",)), case.at(66))
    mediators.set_passphrase(actor, "an administrator's own", case.at(66))
    Appointment.objects.update(mediator_id=admin)
    assert read(case, "a", actor, "an administrator's own", case.at(67)) == [""]
    CaucusKey.objects.update(mediator_id=admin)
    with pytest.raises(CannotOpen):
        read(case, "a", actor, "an administrator's own", case.at(68))
    own = Mediator.objects.get(pk=case.account("mediator"))
    Mediator.objects.filter(pk=admin).update(public=own.public, locked=own.locked)
    with pytest.raises(WrongPassphrase):
        read(case, "a", actor, "an administrator's own", case.at(69))


def test_there_is_no_reset_of_the_passphrase_and_a_change_keeps_the_notes(case: Choosing) -> None:
    noted(case)
    with pytest.raises(Refusal, match="Nobody can reset it"):
        mediators.set_passphrase(case.talks.mediator, "another long phrase", case.at(70))
    with pytest.raises(WrongPassphrase):
        mediators.set_passphrase(
            case.talks.mediator, "another long phrase", case.at(70), former="not the former"
        )
    mediators.set_passphrase(
        case.talks.mediator, "another long phrase", case.at(71), former=PHRASES["mediator"]
    )
    assert read(case, "a", case.talks.mediator, "another long phrase", case.at(72)) == [SECRET]


def replaced(case: Choosing) -> None:
    """The first mediator leaves; the second, who joined the committee, follows."""
    talks = case.talks
    people.join_team(
        talks.here.administrator, talks.accounts["second_mediator"],
        talks.teams["committee-south"], at=case.at(80),
    )  # fmt: skip
    appointing.withdraw_from(case.number, "left", talks.mediator, case.at(81))
    successor = actor_for(talks.accounts["second_mediator"], case.at(82))
    appointing.answer_conflict(case.number, False, successor, case.at(82))
    appointing.appoint(
        case.number, talks.accounts["second_mediator"], talks.coordinator, case.at(83)
    )
    with_passphrase(case, "second_mediator")


def test_a_successor_reads_what_was_handed_over_and_the_former_no_more(case: Choosing) -> None:
    noted(case)
    replaced(case)
    talks, phrase = case.talks, PHRASES["second_mediator"]
    successor = actor_for(talks.accounts["second_mediator"], case.at(90))
    assert read(case, "a", successor, phrase, case.at(90)) == [""]
    with pytest.raises(Forbidden):
        read(case, "a", talks.mediator, PHRASES["mediator"], case.at(91))
    # The successor has written already when the keys come.
    caucus.write_note(case.number, "a", "A new talk.", phrase, successor, case.at(92))
    assert caucus.hand_over(case.number, PHRASES["mediator"], talks.mediator, case.at(93)) == 1
    assert read(case, "a", successor, phrase, case.at(94)) == [SECRET, "A new talk."]
    assert read(case, "a", successor, phrase, case.at(95)) == [SECRET, "A new talk."]
    assert not CaucusKey.objects.filter(mediator=case.account("mediator")).exists()


def test_what_is_not_handed_over_is_lost_and_said_to_be(case: Choosing) -> None:
    noted(case)
    replaced(case)
    successor = actor_for(case.account("second_mediator"), case.at(90))
    (found,) = caucus.read_notes(
        case.number, "a", PHRASES["second_mediator"], successor, case.at(90), door="desk"
    )
    assert found.lost and found.words == ""
    with pytest.raises(Missing):
        caucus.hand_over(case.number, PHRASES["mediator"], case.talks.panelist, case.at(91))


def test_shredding_the_case_ends_the_notes_for_the_mediator_too(case: Choosing) -> None:
    noted(case)
    CaseKey.objects.filter(case=case.dispute.case).delete()
    (found,) = caucus.read_notes(
        case.number, "a", PHRASES["mediator"], case.talks.mediator, case.at(70), door="desk"
    )
    assert found.lost


def test_an_empty_note_and_an_unknown_side_are_refused(case: Choosing) -> None:
    with pytest.raises(Invalid):
        noted(case, words="  ")
    with pytest.raises(Missing):
        noted(case, "z")

"""Mails from events to a real mail server: wanted, told once, in order, and never lost."""

import os
import re
import signal
import socket
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from commonward.cases import actions as cases
from commonward.cases.actions import delivering
from commonward.cases.actions.asking import ask_reporter
from commonward.cases.actions.subscribing import (
    confirm,
    subscribe,
    token_of,
    unsubscribe,
)
from commonward.cases.models import Delivery, Event
from commonward.cases.queries.attention import stuck_deliveries
from commonward.core.calendars import Limit
from commonward.core.rights import reporter
from commonward.doors.commands.management.commands import work
from commonward.doors.look import repeating
from tests.district import District
from tests.doors.email.conftest import Box, reported, sent, wanted, words_of

LINK = re.compile(r"https://tongli\.example\.org/mail/([0-9a-z-]+)/")


def test_before_the_yes_only_the_question_is_sent(district: District, box: Box) -> None:
    report = reported(district)
    asked = subscribe(report.pk, "alice@example.org", "en", timezone.now(), own=True)
    assert asked is not None
    district.act(report, "accept", district.intake_officer, 10)
    assert sent().sent == 1
    (mail,) = box.taken
    assert box.tos == [["alice@example.org"]]
    assert mail["Subject"] == f"Please confirm: news of report {report.number} by e-mail"
    assert "Somebody asked us to write to this address" in words_of(mail)
    (token,) = set(LINK.findall(words_of(mail)))
    confirm(token, timezone.now())
    assert sent().sent == 0, "what happened before the yes is not told"
    district.act(report, "file", district.duty_chief, 20)
    assert sent().sent == 1
    assert box.taken[-1]["Subject"] == f"Report {report.number}: Finding who must answer"


def test_each_step_is_one_mail_in_the_language_of_the_subscriber(
    district: District, box: Box
) -> None:
    report = reported(district)
    wanted(report, "alice@example.org", "en")
    wanted(report, "bob@example.org", "zh-hans")
    district.act(report, "accept", district.intake_officer, 10)
    district.act(report, "file", district.duty_chief, 20)
    done = sent()
    assert (done.prepared, done.sent) == (4, 4)
    assert sent().sent == 0
    by = [(tos[0], str(mail["Subject"])) for tos, mail in zip(box.tos, box.taken, strict=True)]
    assert [s for to, s in by if to.startswith("alice")] == [
        f"Report {report.number}: Filing",
        f"Report {report.number}: Finding who must answer",
    ]
    assert [s for to, s in by if to.startswith("bob")][0].endswith("案卷建立")
    english = words_of(box.taken[[to for to, _ in by].index("alice@example.org")])
    assert "The centre is opening a case." in english
    assert "Who has it now" in english
    assert f"https://tongli.example.org/follow/?number={report.number}" in english


def test_a_mail_tells_why_it_was_handed_back_and_hides_what_is_private(
    district: District, box: Box
) -> None:
    report = reported(district)
    wanted(report)
    district.handled(report)
    sent()
    before = len(box.taken)
    district.act(
        report, "hand_back", district.street_handler, 60, reason="Not our road. Ask 13912345678."
    )
    sent()
    (mail,) = box.taken[before:]
    assert "Not our road." in words_of(mail)
    assert "not theirs to solve, and why. The centre is sending it" in words_of(mail)
    assert "13912345678" not in words_of(mail)


def test_the_reason_for_more_time_is_told_to_those_who_wait(district: District, box: Box) -> None:
    report = reported(district)
    wanted(report)
    district.handled(report)
    sent()
    before = len(box.taken)
    number = report.case.number
    asked = cases.ask_extension(
        number,
        Limit.parse("1 work_day"),
        "Rain.",
        district.street_handler,
        district.at + timedelta(minutes=60),
    )
    cases.decide(
        asked.pk, True, "So be it.", district.duty_chief, district.at + timedelta(minutes=70)
    )
    cases.decide(
        asked.pk, True, "Rain until Friday.", district.leader, district.at + timedelta(minutes=80)
    )
    sent()
    (mail,) = box.taken[before:]
    assert mail["Subject"].endswith("They were given more time, for this reason")
    assert "Rain until Friday." in words_of(mail)
    assert "So be it." not in words_of(mail)


def test_a_question_of_the_office_comes_by_mail(district: District, box: Box) -> None:
    report = reported(district)
    wanted(report)
    ask_reporter(report.case.number, "Which gate?", district.intake_officer, timezone.now())
    sent()
    (mail,) = box.taken
    assert mail["Subject"].endswith("The office has a question for you")
    assert "The office asks you: Which gate?" in words_of(mail)


def test_nobody_is_written_what_they_did_themselves(district: District, box: Box) -> None:
    report = reported(district)
    wanted(report)
    cases.act(
        report.case.number,
        "add_words",
        reporter(report.pk),
        timezone.now(),
        {"words": "It smells."},
    )
    assert sent().sent == 0


def test_a_follower_of_a_public_report_reads_only_what_everybody_may(
    district: District, box: Box
) -> None:
    report = reported(district)
    wanted(report, own=False)
    ask_reporter(report.case.number, "Which gate?", district.intake_officer, timezone.now())
    district.act(report, "accept", district.intake_officer, 10)
    sent()
    (mail,) = box.taken
    assert "Which gate?" not in words_of(mail)
    assert f"https://tongli.example.org/cases/{report.number}/" in words_of(mail)
    assert "/follow/" not in words_of(mail)


def test_who_was_joined_to_another_report_hears_of_that_one(district: District, box: Box) -> None:
    first, second = reported(district), reported(district)
    wanted(second)
    cases.join(
        second.case.number,
        first.case.number,
        "same",
        district.intake_officer,
        district.at + timedelta(minutes=5),
    )
    sent()
    before = len(box.taken)
    district.act(first, "accept", district.intake_officer, 10)
    sent()
    (mail,) = box.taken[before:]
    assert mail["Subject"] == f"Report {second.number}: Filing"


def test_words_of_the_office_cannot_add_a_header(district: District, box: Box) -> None:
    report = reported(district)
    wanted(report)
    ask_reporter(
        report.case.number,
        "One\r\nBcc: eve@example.org\r\n\r\n.\r\nMAIL FROM:<eve@example.org>",
        district.intake_officer,
        timezone.now(),
    )
    sent()
    (mail,) = box.taken
    assert mail["Bcc"] is None
    assert box.tos == [["alice@example.org"]]


def test_whoever_ended_it_gets_nothing_more_not_even_what_was_owed(
    district: District, box: Box
) -> None:
    report = reported(district)
    made = wanted(report)
    district.act(report, "accept", district.intake_officer, 10)
    delivering.prepare(timezone.now())
    unsubscribe(token_of(made.pk), timezone.now())
    district.act(report, "file", district.duty_chief, 20)
    assert sent().sent == 0
    assert not box.taken


def test_an_address_refused_for_good_ends_the_mails(district: District, box: Box) -> None:
    report = reported(district)
    made = wanted(report)
    box.says["alice@example.org"] = "550 5.1.1 <alice@example.org> is unknown"
    district.act(report, "accept", district.intake_officer, 10)
    assert sent().refused == 1
    made.refresh_from_db()
    assert (made.ended_because, made.address) == ("refused", None)
    assert "alice" not in Delivery.objects.get(event__isnull=False).fault


def test_a_full_mailbox_is_tried_again_later_and_then_shown(district: District, box: Box) -> None:
    report = reported(district)
    wanted(report)
    box.says["alice@example.org"] = "452 mailbox full"
    district.act(report, "accept", district.intake_officer, 10)
    at = timezone.now()
    assert sent(at).put_off == 1
    assert sent(at).put_off == 0, "not again at once"
    for _ in range(4):
        at += timedelta(hours=7)
        sent(at)
    (found,) = stuck_deliveries(district.duty_chief)
    assert (found.report, found.fault) == (report.number, "SMTP 452")
    box.says.clear()
    assert sent(at + timedelta(hours=7)).sent == 1
    assert not stuck_deliveries(district.duty_chief)


def test_one_that_is_never_taken_is_given_up_and_the_next_goes(
    district: District, box: Box
) -> None:
    report = reported(district)
    made = wanted(report)
    box.says["alice@example.org"] = "452 mailbox full"
    district.act(report, "accept", district.intake_officer, 10)
    sent()
    late = timezone.now() + delivering.GIVE_UP_AFTER + timedelta(hours=1)
    sent(late)
    assert Delivery.objects.get(event__isnull=False).state == "failed"
    box.says.clear()
    district.act(report, "file", district.duty_chief, 20)
    assert sent(late).sent == 1
    made.refresh_from_db()
    assert made.ended_at is None


def test_where_three_in_a_row_are_given_up_nobody_is_there_any_more(
    district: District, box: Box
) -> None:
    report = reported(district)
    made = wanted(report)
    box.says["alice@example.org"] = "452 mailbox full"
    district.handled(report)
    sent()
    assert Delivery.objects.filter(event__isnull=False).count() >= 3
    at = timezone.now() + delivering.GIVE_UP_AFTER
    for _each in range(3):
        at += timedelta(hours=1)
        sent(at)
    made.refresh_from_db()
    assert (made.ended_because, made.address) == ("unreached", None)


def test_one_bad_address_does_not_hold_up_the_others(district: District, box: Box) -> None:
    report = reported(district)
    wanted(report, "alice@example.org")
    wanted(report, "bob@example.org")
    box.says["alice@example.org"] = "550 unknown"
    district.act(report, "accept", district.intake_officer, 10)
    done = sent()
    assert (done.refused, done.sent) == (1, 1)
    assert box.tos == [["bob@example.org"]]


def test_without_a_mail_server_nothing_is_lost(district: District, box: Box, settings: Any) -> None:
    report = reported(district)
    wanted(report, "alice@example.org")
    wanted(report, "bob@example.org")
    district.act(report, "accept", district.intake_officer, 10)
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        settings.EMAIL_PORT = closed.getsockname()[1]
        done = sent()
    assert done.unreachable
    assert done.put_off == 1, "the second one lost no attempt"
    settings.EMAIL_PORT = box.port
    assert sent(timezone.now() + timedelta(hours=1)).sent == 2


def test_killed_between_sending_and_noting_it_is_sent_again_as_the_same_mail(
    district: District, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = reported(district)
    wanted(report)
    district.act(report, "accept", district.intake_officer, 10)

    def dies(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(delivering, "taken", dies)
        with pytest.raises(KeyboardInterrupt):
            sent()
    assert sent().sent == 0, "its lease runs still"
    assert sent(timezone.now() + delivering.LEASE + timedelta(seconds=1)).sent == 1
    first, second = box.taken
    assert first["Message-ID"] == second["Message-ID"]
    assert first["Date"] == second["Date"]


def test_two_senders_never_hold_the_same_mail(district: District, box: Box) -> None:
    report = reported(district)
    wanted(report, "alice@example.org")
    wanted(report, "bob@example.org")
    district.act(report, "accept", district.intake_officer, 10)
    delivering.prepare(timezone.now())
    at = timezone.now()
    first, second, third = (delivering.lease(at) for _ in range(3))
    assert first is not None and second is not None and first != second
    assert third is None


def test_every_mail_can_be_ended_by_the_mail_program_itself(district: District, box: Box) -> None:
    report = reported(district)
    wanted(report)
    district.act(report, "accept", district.intake_officer, 10)
    sent()
    (mail,) = box.taken
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert re.fullmatch(
        r"<https://tongli\.example\.org/mail/[0-9a-f-]+/stop/>", mail["List-Unsubscribe"].strip()
    )
    assert mail["Auto-Submitted"] == "auto-generated"


def test_the_command_sends_once_and_says_so(
    district: District, box: Box, capsys: pytest.CaptureFixture[str]
) -> None:
    report = reported(district)
    wanted(report)
    district.act(report, "accept", district.intake_officer, 10)
    call_command("deliver")
    assert "1" in capsys.readouterr().out
    assert len(box.taken) == 1


def test_without_settings_the_command_says_which_are_missing(settings: Any) -> None:
    settings.MAIL = False
    with pytest.raises(CommandError, match="COMMONWARD_SMTP"):
        call_command("deliver")


def test_the_worker_ticks_the_clocks_and_sends_the_mails(district: District, box: Box) -> None:
    report = reported(district)
    wanted(report)
    district.act(report, "accept", district.intake_officer, 10)
    call_command("work")
    assert len(box.taken) == 1
    assert Event.objects.filter(case=report.case, verb="overdue").exists()


def test_the_worker_goes_on_when_one_of_its_tasks_fails(
    district: District, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = reported(district)
    wanted(report)
    district.act(report, "accept", district.intake_officer, 10)
    done: list[str] = []

    def called(name: str, **_: Any) -> None:
        done.append(name)
        if len(done) == 10:
            os.kill(os.getpid(), signal.SIGTERM)
        raise OSError(name)

    before = {n: signal.getsignal(n) for n in (signal.SIGTERM, signal.SIGINT)}
    try:
        with monkeypatch.context() as patched:
            patched.setattr(work, "call_command", called)
            patched.setattr(repeating, "close_old_connections", lambda: None)
            call_command("work", every=0.01)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    assert done[:10] == ["tick", "ask_banks", "call_hooks", "send_letters", "deliver"] * 2

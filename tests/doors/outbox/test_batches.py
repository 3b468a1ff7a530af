"""A batch is read together: few statements for each message, and yet each says what holds now."""

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from textwrap import dedent

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from commonward.cases.actions import Said, delivering, hiding, open_case
from commonward.cases.actions.subscribing import (
    confirm,
    prefer,
    subscribe,
    token_of,
    unsubscribe,
)
from commonward.cases.models import Delivery, Subscription
from commonward.cases.queries.outbox import ChannelCount, counts
from commonward.core.channels import Channel, Message, Sent
from commonward.doors.outbox.sending import Delivered, send_due
from commonward.people.durability import soon_durable
from tests.district import RUBBISH, District, small_district


@dataclass
class Loft:
    """A provider that takes everything, and does something else after the first."""

    got: list[Message] = field(default_factory=list)
    then: Callable[[], object] = lambda: None

    def send(self, message: Message) -> Sent:
        """Take it."""
        self.got.append(message)
        if len(self.got) == 1:
            self.then()
        return Sent(f"id-{len(self.got)}")

    def one_pass(self) -> Delivered:
        """One pass of a worker."""
        done, at = Delivered(), timezone.now()  # it stands still, however slow the machine is
        channel = Channel("mail", "Pigeon", "Loft", check=str, send=self.send, ready=lambda: True)
        send_due(channel, lambda: at, 50, done)
        return done


@pytest.fixture
def district(db: None) -> District:
    """The small district two days ago."""
    return small_district(timezone.now() - timedelta(days=2))


def owed(district: District, count: int, *, own: bool = True) -> list[Subscription]:
    """So many readers of reports of their own, each owed one step."""
    found = []
    at = timezone.now()
    for number in range(count):
        said = Said(channel="portal", words="Rubbish", lat=27.805, lon=113.105, language="en")
        report = open_case(RUBBISH, said, district.at, public=True)
        made = subscribe(report.pk, f"reader{number}@example.org", "en", at, own=own)
        assert made is not None
        found.append(confirm(token_of(made.pk), at))
        Delivery.objects.filter(subscription=made, event=None).delete()
        district.act(report, "accept", district.intake_officer, 10)
    assert delivering.prepare(timezone.now()) == count
    return found


@pytest.mark.parametrize("own", [True, False])
def test_a_message_more_costs_a_few_constant_statements_more(district: District, own: bool) -> None:
    asked = {}
    for count in (2, 6):
        owed(district, count, own=own)
        with CaptureQueriesContext(connection) as captured:
            assert Loft().one_pass().sent == count
        asked[count] = len(captured)
    # The mark, and in a savepoint: whose it is (PostgreSQL: held), that it was taken, and who comes
    # next in its lane.
    assert (asked[6] - asked[2]) / 4 <= 8
    assert asked[2] - 2 * 8 <= 20


def test_whoever_stops_it_while_the_batch_goes_out_is_told_nothing_more(
    district: District,
) -> None:
    first, second = owed(district, 2)
    loft = Loft(then=lambda: unsubscribe(token_of(second.pk), timezone.now()))
    done = loft.one_pass()
    assert (done.sent, done.dropped) == (1, 1)
    assert [one.to for one in loft.got] == ["reader0@example.org"]


def test_a_letter_is_read_again_where_its_reader_chose_another_language_meanwhile(
    district: District,
) -> None:
    _first, second = owed(district, 2)
    loft = Loft(then=lambda: prefer(second.pk, news="all", language="zh-hans"))
    assert loft.one_pass().sent == 2
    assert [one.language for one in loft.got] == ["en", "zh-hans"]
    assert any("\u4e00" <= sign <= "\u9fff" for sign in loft.got[1].text)


def test_what_was_hidden_while_the_batch_went_out_is_told_to_no_follower(
    district: District,
) -> None:
    _first, second = owed(district, 2, own=False)
    number = second.report.case.number

    def hide() -> None:
        hiding.hide(number, "private", "It names somebody.", district.duty_chief, timezone.now())

    loft = Loft(then=hide)
    done = loft.one_pass()
    assert (done.sent, done.dropped) == (1, 1)


def test_one_letter_that_cannot_be_read_stops_no_other(district: District) -> None:
    first, _second = owed(district, 2)
    Subscription.objects.filter(pk=first.pk).update(address=b"no sealed address")
    loft = Loft()
    done = loft.one_pass()
    assert (done.sent, done.put_off) == (1, 1)
    assert [one.to for one in loft.got] == ["reader1@example.org"]


def test_a_process_that_is_killed_after_it_was_noted_loses_nothing(tmp_path: Path) -> None:
    file = tmp_path / "kept.sqlite3"
    told = dedent("""
        import os, signal, sys
        from django.conf import settings
        settings.configure(DATABASES={"default": {
            "ENGINE": "django.db.backends.sqlite3", "NAME": sys.argv[1],
            "OPTIONS": {"init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"},
        }})
        from django.db import connection
        from commonward.people.durability import soon_durable
        def ask(statement):
            with connection.cursor() as cursor:
                cursor.execute(statement)
                return cursor.fetchone()
        ask("CREATE TABLE told (n INTEGER)")
        with soon_durable():
            assert ask("PRAGMA synchronous") == (1,)
            ask("INSERT INTO told VALUES (1)")
        assert ask("PRAGMA synchronous") == (2,)
        with soon_durable():
            ask("INSERT INTO told VALUES (2)")
        os.kill(os.getpid(), signal.SIGKILL)
    """)
    root = Path(__file__).resolve().parents[3]
    ended = subprocess.run(
        [sys.executable, "-c", told, str(file)], cwd=root, capture_output=True, check=False
    )
    assert ended.returncode == -9, ended.stderr.decode()
    with sqlite3.connect(file) as kept:
        assert kept.execute("SELECT count(*) FROM told").fetchone() == (2,)
    kept.close()


@pytest.mark.django_db(transaction=True)
def test_nothing_is_kept_of_what_was_not_ended() -> None:
    at = timezone.now()
    with pytest.raises(KeyError), soon_durable():
        delivering.owe("x", at)
        raise KeyError
    assert not Delivery.objects.exists()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET synchronous_commit = on")  # a cluster of tests has it off
            with soon_durable():
                cursor.execute("SHOW synchronous_commit")
                assert cursor.fetchone() == ("off",)
            cursor.execute("SHOW synchronous_commit")
            assert cursor.fetchone() == ("on",)
            cursor.execute("RESET synchronous_commit")


def test_what_waits_is_counted_by_channel_and_names_nobody(db: None) -> None:
    at = datetime(2026, 3, 2, 8, tzinfo=timezone.get_current_timezone())
    for minutes, channel, lane in (
        (90, "mail", "a"), (90, "mail", "a"), (10, "mail", "b"), (-5, "sms", "c"),
    ):  # fmt: skip
        delivering.owe("x", at - timedelta(minutes=minutes), channel=channel, lane=lane)
    gone = delivering.owe("x", at, channel="fed")
    delivering.refused(gone.pk, at, "unknown")
    with CaptureQueriesContext(connection) as captured:
        found = counts(at)
    assert len(captured) == 3
    assert found == {
        "fed": ChannelCount(dead=1),
        "mail": ChannelCount(waiting=3, due=2, oldest_due=90 * 60),
        "sms": ChannelCount(waiting=1),
    }

"""Whatever a provider does, nothing is lost and nobody is told under two names."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commonward.cases.actions import channel_rules, delivering
from commonward.cases.models import ChannelRule, Delivery
from commonward.core.channels import Channel, Later, Message, Refused, Sent
from commonward.doors.outbox.address import key_of
from commonward.doors.outbox.sending import Delivered, send_due

BEGIN = datetime(2026, 3, 2, 8, tzinfo=UTC)
MOODS = ("takes", "down", "slow", "lies", "dies", "dies first", "breaks", "busy")


class Died(BaseException):
    """The worker was killed here."""


@dataclass
class Pigeons:
    """A provider that does what the test wishes, and remembers each message it was handed."""

    moods: list[str] = field(default_factory=list)
    never: set[str] = field(default_factory=set)
    handed: list[tuple[str, str]] = field(default_factory=list)
    """(key, address) of each that it took, as often as it took it."""
    tried: list[tuple[str, str]] = field(default_factory=list)

    def send(self, message: Message) -> Sent:
        """Take it, or whatever its mood is."""
        self.tried.append((message.key, message.to))
        mood = self.moods.pop(0) if self.moods else "takes"
        if message.to in self.never:
            raise Refused("unknown")
        if mood == "down":
            raise Later("away", provider=True)
        if mood in ("lies", "busy"):  # "200" with an error in the body, which the door reads
            raise Later(mood)
        if mood == "breaks":
            raise ValueError("the door's own mistake")
        if mood == "dies first":
            raise Died
        self.handed.append((message.key, message.to))
        if mood == "slow":  # it took it, and its answer came too late
            raise Later("TimeoutError")
        if mood == "dies":
            raise Died
        return Sent(f"id-{len(self.handed)}")

    def channel(self) -> Channel:
        """The channel of this provider; the address of a message is its lane."""

        def write(delivery: int, at: datetime) -> Message | None:
            row = Delivery.objects.get(pk=delivery)
            return Message(key_of(delivery), row.lane, "en", "t", f"{delivery}", at)

        return Channel(
            code="pigeon", title="Pigeon", asked="Loft", check=str, send=self.send,
            ready=lambda: True, write=write,
        )  # fmt: skip


def one_pass(pigeons: Pigeons, at: datetime, most: int = 50) -> Delivered:
    """One pass of a worker, which may die in it."""
    done = Delivered()
    with suppress(Died):
        send_due(pigeons.channel(), lambda: at, most, done)
    return done


def owed(lane: str, count: int = 1) -> list[Delivery]:
    """So many messages in a lane."""
    return [delivering.owe("pigeons", BEGIN, channel="pigeon", lane=lane) for _ in range(count)]


@pytest.fixture
def pigeons(db: None) -> Iterator[Pigeons]:
    """A provider in a good mood."""
    yield Pigeons()


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    lanes=st.lists(st.integers(1, 4), min_size=1, max_size=4),
    moods=st.lists(st.sampled_from(MOODS), max_size=15),
    gone=st.booleans(),
)
def test_nothing_is_lost_and_each_is_told_under_one_key_in_order(
    db: None, lanes: list[int], moods: list[str], gone: bool
) -> None:
    pigeons = Pigeons(list(moods))
    with transaction.atomic():
        ids = {
            f"lane{number}": [one.pk for one in owed(f"lane{number}", count)]
            for number, count in enumerate(lanes)
        }
        if gone:
            pigeons.never.add("lane0")
        at = BEGIN
        waiting = Delivery.objects.filter(state="waiting")
        # Fifteen faults of one message are two days of pauses; it is given up after five.
        while at < BEGIN + timedelta(days=4):
            if not waiting.exists():
                break
            one_pass(pigeons, at, most=3 if pigeons.moods else 50)
            at += timedelta(minutes=35)
        assert not Delivery.objects.filter(state="waiting").exists(), "nothing is left behind"
        told: dict[str, list[str]] = defaultdict(list)
        for key, lane in pigeons.handed:
            if key not in told[lane]:
                told[lane].append(key)
        for lane, deliveries in ids.items():
            expected = [] if lane in pigeons.never else [key_of(one) for one in deliveries]
            assert told[lane] == expected, "each under one key, the earlier before the later"
        states = set(Delivery.objects.exclude(lane="lane0" if gone else "").values_list("state"))
        assert states <= {("sent",)}
        transaction.set_rollback(True)


def test_a_provider_that_is_away_is_left_alone_and_costs_the_others_no_attempt(
    pigeons: Pigeons,
) -> None:
    for number in range(5):
        owed(f"lane{number}")
    pigeons.moods = ["down"]
    assert one_pass(pigeons, BEGIN).unreachable == {"pigeon"}
    assert sorted(Delivery.objects.values_list("attempts", flat=True)) == [0, 0, 0, 0, 1]
    assert one_pass(pigeons, BEGIN + timedelta(seconds=5)).unreachable == {"pigeon"}
    assert len(pigeons.tried) == 1, "it is not asked again at once"
    rule = ChannelRule.objects.get(channel="pigeon")
    assert (rule.fault, rule.failures, rule.down_since) == ("away", 1, BEGIN)
    assert one_pass(pigeons, BEGIN + timedelta(minutes=2)).sent == 5
    rule.refresh_from_db()
    assert (rule.down_until, rule.failures) == (None, 0)


def test_a_message_waits_for_the_one_before_it_and_a_dead_one_lets_it_go(
    pigeons: Pigeons,
) -> None:
    first, second = owed("lane", 2)
    (other,) = owed("other")
    pigeons.moods = ["busy"]
    assert one_pass(pigeons, BEGIN).sent == 1
    assert [key for key, _ in pigeons.handed] == [key_of(other.pk)]
    second.refresh_from_db()
    assert (second.state, second.turn) == ("waiting", False)
    pigeons.moods = ["busy"]
    late = BEGIN + delivering.GIVE_UP_AFTER + timedelta(hours=1)
    one_pass(pigeons, late)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == ("failed", "sent")


def test_so_many_a_second_and_no_more(pigeons: Pigeons) -> None:
    ChannelRule.objects.create(channel="pigeon", per_second=0.5)
    for number in range(30):
        owed(f"lane{number}")
    assert one_pass(pigeons, BEGIN).sent == int(0.5 * channel_rules.BURST)
    assert one_pass(pigeons, BEGIN).sent == 0
    assert one_pass(pigeons, BEGIN + timedelta(seconds=6)).sent == 3


def test_a_worker_that_dies_gives_back_what_it_did_not_try(pigeons: Pigeons) -> None:
    for number in range(4):
        owed(f"lane{number}")
    pigeons.moods = ["dies"]
    one_pass(pigeons, BEGIN)
    assert one_pass(pigeons, BEGIN).sent == 3
    again = one_pass(pigeons, BEGIN + delivering.LEASE + timedelta(seconds=1))
    assert again.sent == 1
    keys = [key for key, _ in pigeons.handed]
    assert (len(keys), len(set(keys))) == (5, 4)


def test_a_receipt_ends_as_it_says_and_a_second_changes_nothing(pigeons: Pigeons) -> None:
    (good,), (bad,) = owed("a"), owed("b")
    one_pass(pigeons, BEGIN)
    good.refresh_from_db()
    bad.refresh_from_db()
    assert (good.provider_id, bad.provider_id) == ("id-1", "id-2")
    assert not delivering.received("pigeon", "id-9", "delivered", BEGIN), "told again, please"
    assert not delivering.received("mail", "id-1", "delivered", BEGIN), "of another channel"
    for _twice in range(2):
        assert delivering.received("pigeon", "id-1", "delivered", BEGIN)
        assert delivering.received("pigeon", "id-2", "undeliverable", BEGIN, "absent")
    assert delivering.received("pigeon", "id-1", "undeliverable", BEGIN), "it was delivered"
    good.refresh_from_db()
    bad.refresh_from_db()
    assert (good.state, good.receipt) == ("sent", "delivered")
    assert (bad.state, bad.receipt, bad.fault) == ("refused", "undeliverable", "absent")


def test_pauses_grow_and_are_a_little_different_for_each(pigeons: Pigeons) -> None:
    for number in range(8):
        owed(f"lane{number}")
    pigeons.moods = ["busy"] * 8
    one_pass(pigeons, BEGIN)
    pauses = {
        one - BEGIN for one in Delivery.objects.values_list("next_at", flat=True) if one is not None
    }
    assert len(pauses) == 8
    low, high = delivering.FIRST_PAUSE * 0.8, delivering.FIRST_PAUSE * 1.2
    assert all(low <= one <= high for one in pauses)

"""Mediators in the register, and a dispute whose mediator is chosen, as tests tell them."""

from dataclasses import dataclass
from datetime import date, datetime

import pytest

from commonward.core.rights import Actor
from commonward.disputes import actions as disputes
from commonward.disputes.actions import appointing, mediators
from commonward.disputes.models import Dispute
from tests.talks import Talks

PHRASES = {"mediator": "seven quiet herons cross", "second_mediator": "nine loud magpies rest"}


@dataclass(frozen=True)
class Choosing:
    """A dispute whose sides both want to talk, and two mediators in the register."""

    talks: Talks
    number: str
    first: Actor
    second: Actor

    @property
    def dispute(self) -> Dispute:
        """Read again."""
        return self.talks.dispute(self.number)

    def at(self, minutes: float) -> datetime:
        """So many minutes after the district's moment."""
        return self.talks.later(minutes)

    def account(self, login: str) -> int:
        """A mediator's account."""
        return self.talks.accounts[login]


def enrolled(talks: Talks, login: str, *, trained: bool = True, lon: float = 0.0) -> None:
    """Put a mediator in the register, near (0) or further away."""
    lat, here = talks.here.inside()
    account = talks.accounts[login]
    mediators.put_mediator(
        talks.coordinator,
        account,
        mediators.Profile(("zh-Hans",), lon=here + lon, lat=lat, gender="f"),
        talks.at,
    )
    if trained:
        mediators.record_training(
            talks.coordinator, account, "Basic course", date(2020, 1, 1), date(2090, 1, 1), talks.at
        )


def choosing(talks: Talks) -> Choosing:
    """Both sides said yes; the first mediator is near, the second further away."""
    enrolled(talks, "mediator")
    enrolled(talks, "second_mediator", lon=0.05)
    made = talks.registered()
    first, second = talks.applicant(made), talks.other(made)
    disputes.answer(made.number, "b", "agreed", second, talks.later(30))
    return Choosing(talks, made.number, first, second)


def appointed(case: Choosing, login: str = "mediator", *, minutes: float = 40) -> None:
    """The mediator is proposed, says that they have no interest, is named, and discloses."""
    talks = case.talks
    actor: Actor = getattr(talks, login)
    at = case.at(minutes)
    appointing.propose(case.number, talks.coordinator, at)
    appointing.answer_conflict(case.number, False, actor, at)
    appointing.appoint(case.number, talks.accounts[login], talks.coordinator, at)
    appointing.disclose(case.number, "I know neither side.", actor, at)


def with_passphrase(case: Choosing, login: str = "mediator") -> str:
    """The mediator's passphrase, set."""
    actor: Actor = getattr(case.talks, login)
    mediators.set_passphrase(actor, PHRASES[login], case.talks.at)
    return PHRASES[login]


@pytest.fixture
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passphrases are stretched little, so that tests are quick."""
    monkeypatch.setattr("commonward.core.caucus.COST", 10)

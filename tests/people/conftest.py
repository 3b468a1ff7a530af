"""Alice administers the site; Bob and Carol work; everything happens from NINE on."""

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

import pytest

from commonward.core.rights import SYSTEM, Actor
from commonward.people import actions, queries
from commonward.people.models import Account

NINE = datetime(2026, 3, 2, 9, tzinfo=timezone(timedelta(hours=8)))
STREET = "/43/4302/430211/430211001/"
OTHER_STREET = "/43/4302/430211/430211002/"


@dataclass(frozen=True)
class House:
    """The people of these tests; `at(hours)` is that long after NINE."""

    alice: Actor
    bob: Account
    carol: Account

    @staticmethod
    def at(hours: float) -> datetime:
        return NINE + timedelta(hours=hours)

    def made(self, login: str, *grants: dict[str, object]) -> Actor:
        """A new account with these grants, as an actor."""
        account = actions.add_account(SYSTEM, login, login.title(), at=NINE)
        for given in grants:
            actions.grant(SYSTEM, account.pk, at=NINE, **given)  # type: ignore[arg-type]
        return queries.actor_for(account.pk, NINE)


@pytest.fixture
def house(db: None) -> House:
    alice = actions.add_account(SYSTEM, "alice", "Alice", at=NINE)
    actions.grant(SYSTEM, alice.pk, "administrator", at=NINE)
    return House(
        alice=queries.actor_for(alice.pk, NINE),
        bob=actions.add_account(SYSTEM, "bob", "Bob", at=NINE),
        carol=actions.add_account(SYSTEM, "carol", "Carol", at=NINE),
    )

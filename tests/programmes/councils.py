"""A district with councils, its programme officers, and residents with browsers of their own."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from commonward.areas.models import Area
from commonward.core.ballots import blind, recount
from commonward.core.rights import SYSTEM, Actor
from commonward.people import actions as people
from commonward.people.queries import actor_for
from commonward.programmes.actions import ballot_rights, casting, voting
from commonward.programmes.actions.council_rules import day_of, set_up_councils
from commonward.programmes.models import Vote
from tests.district import COMMUNITIES, SINCE, District


@dataclass
class Voter:
    """What a voter's browser does; it keeps token and signature, the site sees neither together."""

    vote: Vote
    at: datetime
    number: int = 0

    def __post_init__(self) -> None:
        self.token = secrets.token_hex(32)
        self.randomizer = secrets.token_hex(32)
        self.key = blind.Key(int(self.vote.key_n, 16), 0)
        said = recount.message(self.vote.case.number, self.token, self.randomizer)
        self.sent, self.inverse = blind.blind(self.key, said)
        self.signature = ""

    def ask(self, code: str) -> None:
        given = ballot_rights.sign_right(self.vote.case.number, code, self.sent.hex(), self.at)
        self.signature = blind.unblind(self.key, bytes.fromhex(given), self.inverse).hex()

    def cast(self, choice: Any) -> None:
        casting.cast(
            self.vote.case.number, self.token, self.randomizer, self.signature, choice, self.at
        )


@dataclass
class Councils:
    """Two officers, the community where it happens, and a moment when votes are open."""

    here: District
    officer: Actor
    second: Actor
    area: Area
    at: datetime

    def vote(self, method: str = "approval", *, open_: bool = True, **more: Any) -> Vote:
        options = more.pop(
            "options",
            ()
            if method == "yes_no"
            else [voting.Option(f"选项{n}", f"Option {n}", 100 * n) for n in (1, 2, 3)],
        )
        today = day_of(self.at)
        terms = voting.Terms(
            title="小区预算", title_en="Money for the estate", method=method, area=self.area.pk,
            opens_on=today, closes_on=today + timedelta(days=7), options=options,
            budget=more.pop("budget", 300 if method in recount.BUDGETED else 0), **more,
        )  # fmt: skip
        made = voting.prepare_vote(terms, self.officer, self.at)
        if open_:
            voting.open_vote(made.case.number, self.officer, self.at)
        return made

    def letters(self, vote: Vote, count: int) -> list[str]:
        return ballot_rights.print_letters(
            vote.case.number, self.area.pk, count, self.officer, self.at
        )

    def close(self, vote: Vote) -> Vote:
        number = vote.case.number
        voting.end_voting(number, self.officer, self.at)
        made = voting.count_vote(number, self.second, self.at)
        voting.publish_vote(number, self.officer, self.at)
        return made


def councils(here: District) -> Councils:
    """Set up councils in the district."""
    set_up_councils(SINCE)
    officers = []
    for login in ("programme_officer", "second_officer"):
        account = people.add_account(SYSTEM, login, login, at=SINCE).pk
        people.grant(SYSTEM, account, "programme_officer", at=SINCE)
        officers.append(actor_for(account, here.at))
    area = Area.objects.get(code=COMMUNITIES[0])
    return Councils(here, officers[0], officers[1], area, here.at)

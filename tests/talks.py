"""People who mediate, added to the small district, and disputes as tests tell them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from commonward.areas import actions as areas
from commonward.cases.queries.reference import book
from commonward.core.disputes import LEVELS
from commonward.core.rights import SYSTEM, Actor
from commonward.disputes import access
from commonward.disputes import actions as disputes
from commonward.disputes.models import Dispute
from commonward.people import actions as people
from commonward.people.queries import actor_for
from tests.district import SINCE, STREETS, District

MEDIATION: Mapping[str, tuple[str, str]] = {
    "coordinator": ("coordinator", "coordinators"),
    "mediator": ("mediator", "committee-south"),
    "second_mediator": ("mediator", "committee-north"),
    "panelist": ("panelist", "panel"),
    "clerk": ("clerk", "court"),
    "legal_aid": ("legal_aid", "legal-aid"),
}
"""Log-in → role and team."""

TEAMS: Mapping[str, tuple[str, str, str]] = {
    "coordinators": ("调解协调席", "Coordinators", "centre"),
    "committee-south": ("南街人民调解委员会", "Southern committee", "street"),
    "committee-north": ("北街人民调解委员会", "Northern committee", "street"),
    "panel": ("专家库", "Panel of experts", "centre"),
    "court": ("人民法院", "Court", "partner"),
    "legal-aid": ("法律援助中心", "Legal aid", "partner"),
}


@dataclass(frozen=True)
class Talks:
    """Who mediates, by role, and the district they do it in."""

    here: District
    coordinator: Actor
    mediator: Actor
    second_mediator: Actor
    panelist: Actor
    clerk: Actor
    legal_aid: Actor
    teams: Mapping[str, int]
    accounts: Mapping[str, int]

    @property
    def at(self) -> datetime:
        """The moment of the district."""
        return self.here.at

    def later(self, minutes: float) -> datetime:
        """So many minutes after it."""
        return self.at + timedelta(minutes=minutes)

    def application(self, **more: Any) -> disputes.Application:
        """A quarrel about a wall between neighbours, in the middle of the first grid."""
        lat, lon = self.here.inside()
        told: dict[str, Any] = {
            "kind": "neighbours",
            "words": "The new wall takes our light. 赵小梅 built it.",
            "neutral": "A garden wall between two houses.",
            "applicant": (disputes.Person({"name": "钱多多", "phone": "13912345678"}),),
            "others": (disputes.Person({"name": "赵小梅"}),),
            "lat": lat,
            "lon": lon,
            "place": "South lane 4",
        }
        return disputes.Application(**(told | more))

    def registered(self, **more: Any) -> disputes.Registered:
        """It, registered by the first side on the portal."""
        at = more.pop("at", self.at)
        return disputes.register(self.application(**more), at)

    def dispute(self, number: str) -> Dispute:
        """The dispute of that number, read again."""
        return Dispute.objects.select_related("case").get(case__number=number)

    def applicant(self, made: disputes.Registered) -> Actor:
        """Whoever holds the applicant's link."""
        return access.party_by(made.key, self.at)

    def other(self, made: disputes.Registered, after: float = 20) -> Actor:
        """Whoever holds the other side's link: contacted, invited, and given it."""
        at = self.later(after)
        disputes.take_step(made.number, "contact", self.coordinator, at)
        key = disputes.invite(made.number, "b", self.coordinator, at)
        return access.party_by(key, at)

    def talking(self, level: str = "community", **more: Any) -> tuple[str, Actor, Actor]:
        """Number, first and second party of a dispute whose talks have begun at a level."""
        made = self.registered(**more)
        first, second = self.applicant(made), self.other(made)
        disputes.answer(made.number, "b", "agreed", second, self.later(30))
        disputes.start_talks(made.number, level, self.coordinator, self.later(40))
        return made.number, first, second


def mediation(here: District) -> Talks:
    """Add mediation to the district: procedure, categories, people, and who answers."""
    disputes.set_up(SINCE)
    teams = {
        code: people.add_team(SYSTEM, code, name, at=SINCE, kind=kind, name_en=english).pk
        for code, (name, english, kind) in TEAMS.items()
    }
    accounts = {}
    for login, (role, team) in MEDIATION.items():
        account = people.add_account(SYSTEM, login, login.replace("_", " ").title(), at=SINCE).pk
        people.grant(SYSTEM, account, role, at=SINCE)
        people.join_team(SYSTEM, account, teams[team], at=SINCE)
        accounts[login] = account
    known = tuple(sorted(book().duties()))
    categories = tuple(book().codes)

    def rule(name: str, duty: str, team: str, area: str = "") -> None:
        areas.set_rule(
            SYSTEM, name, duty=duty, team=teams[team], at=SINCE, duties=known,
            categories=categories, category="D-", area_code=area,
        )  # fmt: skip

    rule("coordinators", "coordinate", "coordinators")
    for level in LEVELS:
        duty = f"mediate_{level}"
        if level == "panel":
            rule("panel", duty, "panel")
            continue
        rule(f"south at {level}", duty, "committee-south")
        rule(f"north at {level}", duty, "committee-north", STREETS[1])
    return Talks(
        here=here,
        **{login: actor_for(account, here.at) for login, account in accounts.items()},
        teams=teams,
        accounts=accounts,
    )

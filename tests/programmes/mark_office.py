"""Marks in the small district: three officers, a room, a community with nothing open."""

from dataclasses import dataclass
from datetime import datetime

from commonward.areas.models import Area
from commonward.cases.models import Case
from commonward.core.rights import SYSTEM, Actor
from commonward.disputes.models import Venue
from commonward.people import actions as people
from commonward.people.queries import actor_for
from commonward.programmes.actions.marks import deciding, looking, nominating
from commonward.programmes.actions.marks.setting_up import set_up_marks
from commonward.programmes.models import Mark
from commonward.programmes.queries.marks import checks_of
from tests.district import COMMUNITIES, SINCE, District

ROOM, AREA = "five-star-room", "no-open-cases"


@dataclass
class Marks:
    """The office of the room is the roads' team; the lamps' team looks."""

    here: District
    officer: Actor
    second: Actor
    third: Actor
    fourth: Actor
    room: Venue
    area: Area
    at: datetime

    def nominated(self) -> Mark:
        """The room, nominated by its office with all its evidence."""
        found = nominating.nominate(
            ROOM, nominating.Bearer(room=self.room.pk), self.here.teams["roads"],
            self.here.handler, self.at,
        )  # fmt: skip
        for number in (2, 3):
            nominating.show(found.case.number, number, "门口告示照片", self.here.handler, self.at)
        return found

    def looked(self, *, met: bool = True) -> str:
        """The same, looked at by the lamps' team and put to the panel."""
        number = self.nominated().case.number
        looking.send(number, self.here.teams["lamps"], self.officer, self.at)
        for one in (1, 2, 3):
            looking.look(
                number, one, self.here.second_handler, self.at, met=met or one > 1,
                reason="到场查看", ticked=range(1, 6) if met else (1, 2),
            )  # fmt: skip
        looking.put(number, self.officer, self.at)
        return number

    def given(self) -> str:
        """The same, given by the second and third officer."""
        number = self.looked()
        for actor in (self.second, self.third):
            deciding.voice(number, "条件全部符合", actor, self.at, good=True)
        deciding.decide(
            number, "条件全部符合。", self.second, self.at, reason_en="All criteria are met."
        )
        return number

    def refused(self) -> str:
        """The same, refused for an unmet list."""
        number = self.looked(met=False)
        for actor in (self.second, self.third):
            deciding.voice(number, "现场核对不符", actor, self.at, good=False)
        deciding.decide(number, "现场清单未全部符合。", self.second, self.at)
        return number


def stage(number: str) -> str:
    """Where the case of a mark stands."""
    return Case.objects.get(number=number).stage


def unmet(mark: Mark) -> list[int]:
    """The numbers of criteria that are not met."""
    return [row.number for row in checks_of(mark) if not row.met]


def marks(here: District, at: datetime | None = None) -> Marks:
    """Set marks up; the shipped kinds take nominations since long."""
    at = at or here.at
    set_up_marks(SINCE)
    actors = []
    for login in ("programme_officer", "second_officer", "third_officer", "fourth_officer"):
        account = people.add_account(SYSTEM, login, login.replace("_", " ").title(), at=SINCE).pk
        people.grant(SYSTEM, account, "programme_officer", at=SINCE)
        actors.append(actor_for(account, at))
    room = Venue.objects.create(name="河滨调解室", name_en="Riverside room", address="河滨街1号")
    area = Area.objects.get(code=COMMUNITIES[0])
    return Marks(here, actors[0], actors[1], actors[2], actors[3], room, area, at)

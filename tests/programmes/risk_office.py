"""A review of risk in the small district, and the people who carry it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from commonward.core.rights import SYSTEM, Actor
from commonward.people import actions as people
from commonward.people.queries import actor_for
from commonward.programmes.actions.risk import (
    asking,
    deciding,
    hearing,
    opining,
    stepping,
    weighing,
)
from commonward.programmes.actions.risk.drafting import Affected, Facts, add_group, draft_review
from commonward.programmes.actions.risk.setting_up import set_up_risk
from commonward.programmes.models import RiskQuestion, RiskReview
from tests.district import SINCE, District

FACTS = Facts(
    "河滨路改造", "道路拓宽四米，施工六个月。", "Riverside Road works",
    "The road gets four metres wider; the works take six months.", 12_000_000,
)  # fmt: skip
SHOPS = Affected(
    "沿街商户", "5_49", "施工期间顾客减少。", "Shops along the street", "Fewer customers."
)


@dataclass(frozen=True)
class Reviews:
    """Who drafts, who decides, who does, in the district."""

    here: District
    officer: Actor
    leader: Actor
    roads: Actor
    at: datetime

    def later(self, days: float) -> datetime:
        """So many days after the beginning."""
        return self.at + timedelta(days=days)

    def drafted(self) -> RiskReview:
        """A draft of the roads' office with one group."""
        lat, lon = self.here.inside()
        made = draft_review(
            FACTS, self.here.teams["roads"], self.officer, self.at, lat=lat, lon=lon
        )
        add_group(made.case.number, SHOPS, self.officer, self.at)
        return made

    def announced(self) -> RiskReview:
        """The same, announced."""
        return stepping.announce(self.drafted().case.number, self.officer, self.later(1))

    def asked(self, review: RiskReview, words: str = "When is the road closed?") -> RiskQuestion:
        """Somebody asks a day later."""
        made, _secret = asking.ask(review.case.number, "objection", words, self.later(2))
        return made

    def risk(self, **more: object) -> weighing.Risk:
        """A risk with its measure."""
        kept = {
            "what": "店铺门前难以通行", "likely": "likely", "grave": "felt",
            "measure": "每户门前保留两米通道", "owner": self.here.teams["roads"],
            "due": self.later(60), "what_en": "Shops are hard to reach",
            "measure_en": "Two metres stay open before each door",
        } | more  # fmt: skip
        return weighing.Risk(**kept)  # type: ignore[arg-type]

    def at_experts(self) -> RiskReview:
        """One whose notice is over, with an answered objection and a hearing that was held."""
        made = self.announced()
        number = made.case.number
        said = self.asked(made)
        asking.answer(number, said.pk, "每天九点前开放。", self.officer, self.later(3), heeded=True)
        session = hearing.announce_hearing(
            number, self.later(20), "街道办大厅", 20, self.officer, self.later(3)
        )
        stepping.go_on(number, "hear", self.officer, self.later(4))
        hearing.hold_hearing(
            number, session.pk, "商户要求保留通道。", 12, self.officer, self.later(21)
        )
        return stepping.go_on(number, "consult", self.officer, self.later(22))

    def weighed(self, **more: object) -> RiskReview:
        """One that waits for its decision."""
        number = self.at_experts().case.number
        one = opining.ask_expert(
            number, "林工", "城市大学", self.officer, self.later(23), consent=True
        )
        opining.declare(number, one.pk, "无利害关系。", self.officer, self.later(23))
        opining.give_opinion(number, one.pk, "conditions", "可行。", self.officer, self.later(24))
        weighing.set_item(number, self.risk(**more), self.officer, self.later(24))
        return stepping.go_on(number, "weigh", self.officer, self.later(25))

    def conditional(self) -> RiskReview:
        """One decided with a condition on the roads' office."""
        number = self.weighed().case.number
        wanted = deciding.Condition("先修便道", self.here.teams["roads"], self.later(60))
        given = deciding.Decided("conditions", "利大于弊。", "保留通道。", (wanted,))
        return deciding.decide(number, given, self.leader, self.later(26))


def reviews(here: District) -> Reviews:
    """Set reviews up in the district."""
    set_up_risk(SINCE)
    account = people.add_account(SYSTEM, "programme_officer", "Programme Officer", at=SINCE).pk
    people.grant(SYSTEM, account, "programme_officer", at=SINCE)
    return Reviews(here, actor_for(account, here.at), here.leader, here.handler, here.at)

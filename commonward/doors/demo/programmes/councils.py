"""Residents decide in the demonstration: councils, proposals in all stages, two votes, a question.

One vote on money is open with its letters printed; one is closed, published and can be counted
again. Who has letters of the open one: nobody, so that whoever tries it prints some.
"""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from commonward.areas.models import Area
from commonward.core.ballots import blind, recount
from commonward.core.rights import SYSTEM, Actor
from commonward.doors.demo.pictures import picture
from commonward.doors.demo.settling import seeded
from commonward.people.queries import account_by_login, actor_for, teams_on
from commonward.programmes.actions import ballot_rights, casting, voting
from commonward.programmes.actions.council_meetings import (
    Decision,
    Minutes,
    tell_became,
    write_council_minutes,
)
from commonward.programmes.actions.council_rules import day_of, set_up_councils
from commonward.programmes.actions.councilling import (
    Question,
    Seats,
    answer_words,
    end_consultation,
    open_consultation,
    set_council,
    speak,
)
from commonward.programmes.actions.proposal_photos import (
    Picture,
    propose_with_photos,
    show_proposal_photo,
)
from commonward.programmes.actions.proposing import (
    Wish,
    add_supports,
    comment,
    merge_proposal,
    proposal_step,
    put_to_vote,
    reckon_cost,
)
from commonward.programmes.models import Consultation, Council, CouncilDecision, Proposal, Vote
from commonward.programmes.queries.proposal_photos import photos_of

WISHES: tuple[tuple[str, str, str, int], ...] = (
    ("公交站旁加一张长椅", "A bench at the bus stop", "等车的老人没有地方坐。", 3200),
    ("楼道装感应灯", "Lights on the stairs", "晚上看不清台阶。", 5400),
    ("小广场种几棵树", "Trees on the small square", "夏天没有树荫。", 12000),
    ("给孩子修一片沙坑", "A sandpit for children", "孩子们只能在路边玩。", 18000),
    ("单车停放画线", "Marked places for bicycles", "单车挡住了盲道。", 1500),
    ("垃圾房加一个水龙头", "A tap at the waste room", "洗手和冲地都方便。", 2600),
    ("二号门装无障碍坡道", "A ramp at gate two", "轮椅和婴儿车上不来。", 22000),
    ("图书角每周开放两晚", "The reading corner open two evenings", "上班的人白天来不了。", 0),
    ("菜场门口设减速带", "A speed hump at the market", "车子开得太快。", 4800),
    ("河边步道补路灯", "Lamps along the river path", "有一段全黑。", 26000),
)
_PLACES = (("东", "east"), ("南", "south"), ("西", "west"), ("北", "north"))
_STAGES = (
    "received", "supporting", "supporting", "asked", "answered", "voting", "accepted", "doing",
    "done", "declined",
)  # fmt: skip
_PROPOSALS = 40
_LAMP = "D102"
_VOTERS = 18


def live(begins: datetime, ends: datetime) -> int:
    """Make councils, proposals, votes and a consultation; how many things were made."""
    set_up_councils(begins)
    officer = actor_for(account_by_login("demo-programmes"), ends)
    leader = actor_for(account_by_login("demo-leader"), ends)
    areas = list(Area.objects.filter(level="community", valid_until=None).order_by("code")[:8])
    _councils(areas, officer, begins)
    _meetings(officer, ends)
    closed = _closed_vote(areas[0], officer, leader, begins)
    _money(areas[1], officer, ends)
    _proposals(areas, officer, begins, closed.case.number)
    _question(areas[0], officer, begins, ends)
    return 4 + _PROPOSALS + 2 + 2


def _councils(areas: list[Area], officer: Actor, at: datetime) -> None:
    today = day_of(at)
    kinds = (("house", "三号楼议事会", "House 3"), ("entrance", "二单元议事会", "Entrance 2"),
             ("estate", "锦绣苑议事会", "Jinxiu Estate"), ("village", "渡口村议事会", "Dukou Village"))  # fmt: skip
    for place, (kind, name, name_en) in enumerate(kinds):
        seats = [("召集人", "" if place % 2 else "王老师"), ("委员", ""), ("委员", "")]
        given = Seats(
            kind, name, areas[place % len(areas)].pk, today - timedelta(days=200), today + timedelta(days=900),
            name_en, f"社区服务站 {101 + place}", f"5555 01{place:02}",
            "", "每月第一个星期三 19:00", seats,
        )  # fmt: skip
        set_council("", given, officer, at)


def _meetings(officer: Actor, ends: datetime) -> None:
    """Two councils met: one decision is done, one is under way, one the council does itself."""
    roads = {t.code: t.id for t in teams_on(ends)}["roads"]
    estate, village = (Council.objects.filter(kind=kind)[0] for kind in ("estate", "village"))
    met = ends - timedelta(days=6)
    write_council_minutes(
        estate.code,
        Minutes(
            day_of(met), "停车和路灯", "与会者认为消防通道被占，二号门外两盏路灯不亮。",
            "Parking and lamps", "The way for fire engines is blocked; two lamps at gate two are out.",
        ),
        [
            Decision("修好二号门外两盏路灯", "The two lamps at gate two are mended", roads,
                     day_of(ends) + timedelta(days=4)),
            Decision("重画消防通道标线", "The lines of the fire way are painted anew", roads,
                     day_of(ends) + timedelta(days=9)),
            Decision("在公告栏贴停车示意图", "A plan of the parking places hangs on the board"),
        ],
        officer, met,
    )  # fmt: skip
    first = CouncilDecision.objects.order_by("pk")[0]
    tell_became(first.pk, "路灯已更换，当晚亮灯。", officer, ends - timedelta(days=1),
                became_en="The lamps were changed and burn since that night.")  # fmt: skip
    write_council_minutes(
        village.code,
        Minutes(
            day_of(met), "渡口步道", "步道雨后积水，老人绕行公路。", "The path to the ferry",
            "The path floods after rain, and old people walk on the road.",
        ),
        [Decision("步道加设排水沟", "The path gets a drain", roads,
                  day_of(ends) + timedelta(days=14))],
        officer, met,
    )  # fmt: skip


def _proposals(areas: list[Area], officer: Actor, begins: datetime, vote: str) -> None:
    chance = seeded("wishes")
    roads = {t.code: t.id for t in teams_on(begins)}["roads"]
    shown: list[str] = []
    for number in range(_PROPOSALS):
        title, title_en, words, cost = WISHES[number % len(WISHES)]
        at = begins + timedelta(hours=1 + 3 * number)
        area = areas[number % len(areas)]
        # A resident writes one title; these are written in both languages at once.
        zh, en = _PLACES[number // 10]
        wish = Wish(f"{zh}区{title} · {title_en} ({en})", words, area.pk)
        seen = picture(_LAMP, f"wish {number}", "before").content if "路灯" in title else b""
        sent = (
            [Picture(seen, "一段没有灯的步道 · A stretch of the path without light")]
            if seen
            else []
        )
        case = propose_with_photos(wish, sent, at).case.number
        stage = _STAGES[(number * 7 + number // 10) % len(_STAGES)]
        _taken(case, stage, officer, at, roads, vote)
        for one in photos_of(Proposal.objects.get(case__number=case), inside=True):
            if stage != "received":
                show_proposal_photo(case, one.photo.name, one.words, "", officer, at, public=True)
        if stage != "received":
            many = chance.randint(1, 19) if stage == "supporting" else chance.randint(20, 64)
            add_supports(case, many, officer, at)
        if stage == "supporting":
            shown.append(case)
            comment(case, chance.choice(("很需要。", "支持，我家老人也常在那里。")), "", at)
        if cost and number % 3 == 0:
            reckon_cost(case, cost, "社区惠民资金", 20, officer, at)
    if len(shown) > 2:
        merge_proposal(shown[-1], shown[0], officer, begins + timedelta(days=6))


def _taken(case: str, stage: str, officer: Actor, at: datetime, team: int, vote: str) -> None:
    """Take a proposal as far as a stage."""
    if stage == "received":
        return
    if stage == "declined":
        proposal_step(case, "decline", officer, at, words="该处为消防通道，不能占用。")
        return
    proposal_step(case, "admit", officer, at)
    if stage == "supporting":
        return
    proposal_step(case, "ask_answer", officer, at, team=team)
    if stage == "asked":
        return
    proposal_step(case, "answer", officer, at, words="可以办理，下月列入计划。")
    if stage == "voting":
        put_to_vote(case, vote, officer, at)
        return
    ways = {"accepted": ("accept",), "doing": ("accept", "begin"),
            "done": ("accept", "begin", "finish")}  # fmt: skip
    for verb in ways.get(stage, ()):
        proposal_step(case, verb, officer, at, words="已经办好。" if verb == "finish" else "")


def _closed_vote(area: Area, officer: Actor, leader: Actor, begins: datetime) -> Vote:
    """A vote of last week, by letters, counted and published."""
    today = day_of(begins)
    terms = voting.Terms(
        "小广场先做什么", "schulze", area.pk, today, today + timedelta(days=5), _options(),
        title_en="What comes first on the small square",
        about="请按您希望的先后排列。", about_en="Put them in the order you wish.",
    )  # fmt: skip
    vote = voting.prepare_vote(terms, officer, begins)
    number = vote.case.number
    voting.open_vote(number, officer, begins)
    at = begins + timedelta(days=1)
    codes = ballot_rights.print_letters(number, area.pk, 60, officer, at, entrance="1–3 单元")
    chance = seeded("ballots")
    for code in codes[:_VOTERS]:
        _vote(vote, code, chance.sample([1, 2, 3, 4], chance.randint(2, 4)), at)
    closing = begins + timedelta(days=6)
    voting.end_voting(number, officer, closing)
    made = voting.count_vote(number, leader, closing)
    voting.publish_vote(number, officer, closing)
    return made


def _options() -> tuple[voting.Option, ...]:
    return (
        voting.Option("长椅", "Benches", 8000), voting.Option("树荫", "Shade trees", 30000),
        voting.Option("沙坑", "A sand pit", 18000), voting.Option("照明", "Lighting", 26000),
    )  # fmt: skip


def _vote(vote: Vote, code: str, choice: list[int], at: datetime) -> None:
    """What a voter's browser does."""
    number, key = vote.case.number, blind.Key(int(vote.key_n, 16), 0)
    token, randomizer = secrets.token_hex(32), secrets.token_hex(32)
    sent, inverse = blind.blind(key, recount.message(number, token, randomizer))
    answered = ballot_rights.sign_right(number, code, sent.hex(), at)
    signature = blind.unblind(key, bytes.fromhex(answered), inverse).hex()
    casting.cast(number, token, randomizer, signature, choice, at)


def _money(area: Area, officer: Actor, ends: datetime) -> None:
    """A participatory budget that is open now, with letters printed."""
    at = ends - timedelta(hours=1)
    today = day_of(at)
    terms = voting.Terms(
        "社区惠民资金怎么用", "equal_shares", area.pk, today, today + timedelta(days=20),
        _options(), budget=50000, title_en="How to spend the community's money",
        about="五万元由居民决定。", about_en="Residents decide on 50,000 yuan.",
    )  # fmt: skip
    vote = voting.prepare_vote(terms, officer, at)
    voting.open_vote(vote.case.number, officer, at)
    ballot_rights.print_letters(vote.case.number, area.pk, 200, officer, at, entrance="1 号楼")


def _question(area: Area, officer: Actor, begins: datetime, ends: datetime) -> None:
    today = day_of(begins)
    asked = open_consultation(
        Question("口袋公园怎么建", area.pk, today, today + timedelta(days=4),
                 today + timedelta(days=10), "How to build the pocket park",
                 "地块约六百平方米。", "The plot has some 600 square metres."),
        officer, begins,
    )  # fmt: skip
    for words in ("要有树荫和座椅。", "请留出跑步的路。", "晚上不要太吵。"):
        said = speak(asked.code, words, begins)
        answer_words(said.pk, "已采纳，写进了设计。", officer, begins)
    end_consultation(asked.code, "三条意见，主要关于树荫、步道和安静。",
                     "增加十二棵树和环形步道，广场舞区移到路边。", officer, begins)  # fmt: skip
    today = day_of(ends)
    open_consultation(
        Question("公交 12 路改线", area.pk, today - timedelta(days=1), today + timedelta(days=14),
                 today + timedelta(days=30), "A new way for bus 12"),
        SYSTEM, ends,
    )  # fmt: skip


def pages(name: str) -> list[dict[str, Any]] | None:
    """What the addresses of this part name, for the camera; None for the addresses of others."""
    votes = Vote.objects.order_by("pk").values_list("case__number", flat=True)
    shown = (
        Proposal.objects.filter(shown=True).order_by("pk").values_list("case__number", flat=True)
    )
    given: Mapping[str, list[dict[str, Any]]] = {
        "portal:vote": [{"number": one} for one in votes],
        "portal:vote_thanks": [{"number": one} for one in votes[:1]],
        "desk:programme_vote": [{"number": one} for one in votes],
        "portal:proposal": [{"number": one} for one in shown[:1]],
        "portal:proposal_thanks": [{"number": one} for one in shown[:1]],
        "desk:programme_proposal": [{"number": one} for one in shown[:1]],
    }
    if name in given:
        return given[name]
    if name in ("portal:consultation", "desk:programme_consultation"):
        return [{"code": one} for one in Consultation.objects.values_list("code", flat=True)]
    if name in ("portal:council", "desk:programme_council"):
        estate = Council.objects.filter(kind="estate").values_list("code", flat=True)
        return [{"code": one} for one in estate[:1]]
    return None

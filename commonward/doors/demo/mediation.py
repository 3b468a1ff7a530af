"""Mediation in the demonstration: who answers, a year that is over, and talks under way."""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from commonward.areas import actions as areas
from commonward.cases.models import Case
from commonward.cases.queries.reference import book
from commonward.core.disputes import LEVELS
from commonward.core.rights import SYSTEM, Actor
from commonward.disputes import actions as disputes
from commonward.disputes.actions import agreements, appointing, mediators, sessions
from commonward.disputes.actions.taking_over import Past, take_over
from commonward.people import actions as people
from commonward.people.queries import account_by_login, accounts_of, actor_for, teams_on

YEAR = 30_000
"""Disputes of the year before."""
OPEN_NOW = 24
"""Disputes that stand in talks or before them when the demonstration begins."""
_DAYS = 365

TEAMS: Mapping[str, tuple[str, str, str]] = {
    "talks": ("调解协调席", "Mediation desk", "centre"),
    "committee": ("人民调解委员会", "People's mediation committee", "street"),
    "panel": ("调解专家库", "Panel of experts", "centre"),
    "court": ("区人民法院", "District court", "partner"),
    "legal-aid": ("法律援助中心", "Legal aid centre", "partner"),
}
"""Team → name, English name, kind."""

MEDIATORS = 12
"""People of the committee beside the log-in for visitors."""

_WEIGHTS: Mapping[str, int] = {
    "neighbours": 26, "family": 14, "property_service": 9, "contract": 8, "traffic": 8,
    "housing": 7, "damages": 7, "migrant_wages": 5, "labour": 4, "consumer": 3, "business": 2,
    "land": 2, "online_trade": 1, "medical": 1, "pollution": 1, "expropriation": 1, "travel": 1,
    "other": 4,
}  # fmt: skip
_SOURCES = ("applied",) * 11 + ("grid",) * 4 + ("own",) * 3 + ("hotline",) * 2 + (
    "police", "police", "court", "petitions", "other",
)  # fmt: skip


def teams(since: datetime) -> None:
    """The teams of mediation."""
    for code, (name, english, kind) in TEAMS.items():
        people.add_team(SYSTEM, code, name, at=since, kind=kind, name_en=english)


def rules(since: datetime) -> None:
    """Categories, and who answers in which stage."""
    disputes.set_up(since)
    known = book()
    ids = {team.code: team.id for team in teams_on(since)}
    duties, codes = tuple(sorted(known.duties())), tuple(known.codes)
    ways = [("调解协调 mediation desk", "coordinate", "talks")]
    ways += [
        (f"调解 {level}", f"mediate_{level}", "panel" if level == "panel" else "committee")
        for level in LEVELS
    ]
    for name, duty, team in ways:
        areas.set_rule(
            SYSTEM, name, duty=duty, team=ids[team], at=since, duties=duties, categories=codes,
            category="D-", area_code="",
        )  # fmt: skip


def last_year(grids: Sequence[str], ends: datetime, count: int = YEAR) -> Iterator[Past]:
    """Disputes registered in the year before `ends` that have ended, each the same every time."""
    for number in range(count):
        chance = random.Random(f"dispute:{number}")  # noqa: S311 (it hides nothing)
        begun = ends - timedelta(days=chance.uniform(40, 40 + _DAYS))
        begun = begun.replace(microsecond=0)
        steps, agreed = _course(chance, begun, ends)
        yield Past(
            ref=f"y{number:06}",
            kind=chance.choices(list(_WEIGHTS), list(_WEIGHTS.values()))[0],
            source=chance.choice(_SOURCES),
            area_code=chance.choice(grids),
            registered_at=begun,
            steps=steps,
            grade=chance.choices(("blue", "yellow", "red"), (80, 16, 4))[0],
            agreed=agreed,
            group=chance.random() < 0.05,
        )


def _course(
    chance: random.Random, begun: datetime, ends: datetime
) -> tuple[list[tuple[str, datetime]], str]:
    """The steps of one dispute and which sides agreed, drawn from what the field reports: well
    under half reach talks, four of five of those settle, and an agreement is not yet performed."""
    at = begun
    steps: list[tuple[str, datetime]] = []

    def then(verb: str, hours: float) -> None:
        nonlocal at
        at = min(at + timedelta(hours=hours), ends)
        steps.append((verb, at))

    if chance.random() < 0.03:
        then("gate", chance.uniform(0.1, 4))
        return steps, "a"
    then("contact", chance.lognormvariate(0.8, 0.8))
    then("invite", chance.uniform(0.5, 24))
    draw = chance.random()
    if draw < 0.13:
        then("withdraw", chance.uniform(5, 200))
        return steps, "a"
    if draw < 0.30:
        then("refused", chance.uniform(5, 150))
        return steps, "a"
    if draw < 0.58:
        for _ in range(chance.randint(1, 3)):
            then("remind", chance.uniform(48, 96))
        then("no_answer", chance.uniform(48, 120))
        return steps, "a"
    then("both_agree", chance.uniform(4, 120))
    levels = list(LEVELS)[:5] + (["panel"] if chance.random() > 0.95 else [])
    first = chance.choices(range(4), (10, 40, 40, 10))[0]
    then(f"to_{levels[first]}", chance.uniform(4, 60))
    for higher in levels[first + 1 :]:
        if chance.random() > 0.12:
            break
        then(f"to_{higher}", chance.uniform(60, 160))
    if chance.random() < 0.03:
        then("appraise", chance.uniform(20, 80))
        then("resume", chance.uniform(100, 500))
    _ending(chance, then)
    return steps, "ab"


def _ending(chance: random.Random, then: Callable[[str, float], None]) -> None:
    draw = chance.random()
    if draw < 0.04:
        then("hand_on", chance.uniform(20, 100))
        then("end_there", chance.uniform(50, 300))
    elif draw < 0.22:
        then("fail", chance.uniform(40, 300))
    else:
        then("settle", chance.uniform(24, 260))
        then("sign", chance.uniform(1, 60))
        draw = chance.random()
        if draw < 0.72:
            then("performed", chance.uniform(1, 500))
            then("hold", chance.uniform(100, 600))
        else:
            then("in_part" if draw < 0.84 else "not_performed", chance.uniform(300, 700))


def take_over_year(grids: Sequence[str], ends: datetime, count: int = YEAR) -> int:
    """The year as it would come from an earlier register; how many were new."""
    return take_over(last_year(grids, ends, count))


_QUARRELS = (
    ("neighbours", "邻居砌的墙挡住了采光。", "两户之间的一堵院墙。", "A garden wall between two houses."),
    ("property_service", "电梯坏了三周，物业仍收费。", "电梯停运期间的物业费。",
     "Fees while the lift stood still."),
    ("migrant_wages", "工程结束后三个月未发工资。", "完工后的工资。", "Wages after the end of a job."),
    ("consumer", "装修材料与合同不符。", "装修材料的质量。", "The quality of building materials."),
    ("neighbours", "楼上漏水，天花板损坏。", "楼上漏水造成的损坏。", "Damage by water from above."),
    ("family", "兄弟之间赡养老人的分担。", "照顾父母的分担。", "Sharing the care of parents."),
)  # fmt: skip
"""Kind, the applicant's words, the neutral sentence in Chinese and in English."""


def enrol_mediators(places: Sequence[tuple[float, float, str]], at: datetime) -> None:
    """The committee's people stand in the register, trained, with their hours and subjects, and
    there are rooms for sessions."""
    coordinator = actor_for(_account("talks1"), at)
    team = next(one.id for one in teams_on(at) if one.code == "committee")
    for number, account in enumerate(sorted(accounts_of([team], at)[team])):
        lat, lon, _place = places[number % len(places)]
        mediators.put_mediator(
            coordinator,
            account,
            mediators.Profile(
                ("zh-Hans", "en") if number % 3 == 0 else ("zh-Hans",),
                gender="fm"[number % 2],
                lat=lat,
                lon=lon,
            ),
            at,
        )
        mediators.record_training(
            coordinator, account, "人民调解员岗前培训", at.date() - timedelta(days=90),
            at.date() + timedelta(days=640), at,
        )  # fmt: skip
    for name, english in (("调解室一", "Talks room 1"), ("调解室二", "Talks room 2")):
        mediators.put_venue(coordinator, name, at, name_en=english, address="综治中心一楼")


def begin_talks(places: Sequence[tuple[float, float, str]], ends: datetime) -> int:
    """Disputes under way, each step taken by the coordinator and the sides; how many."""
    if Case.objects.filter(category__code__startswith="D-", is_open=True).exists():
        return 0
    coordinator = actor_for(_account("talks1"), ends)
    enrol_mediators(places, ends - timedelta(days=20))
    for number, (lat, lon, place) in enumerate(places[:OPEN_NOW]):
        kind, told, neutral, english = _QUARRELS[number % len(_QUARRELS)]
        # Those that nobody has spoken with yet came in just now: the others are older.
        begun = ends - (timedelta(minutes=4 + number) if number % 4 == 0
                        else timedelta(hours=2 + 7 * number))  # fmt: skip
        made = disputes.register(
            disputes.Application(
                kind=kind,
                words=told,
                neutral=f"{neutral} {english}",
                applicant=(disputes.Person({"name": f"申请人{number + 1}"}),),
                others=(disputes.Person({"name": f"被申请人{number + 1}"}),),
                group=kind == "migrant_wages",
                households=23 if kind == "migrant_wages" else 1,
                lat=lat,
                lon=lon,
                place=place,
            ),
            begun,
            grade=("blue", "yellow", "red")[0 if number % 4 else 2 if number % 3 == 0 else 1],
        )
        _so_far(made.number, number, begun, coordinator)
    return min(len(places), OPEN_NOW)


def _so_far(number: str, turn: int, begun: datetime, coordinator: Actor) -> None:
    """How far this one has come: registered, invited, agreed, or in talks."""
    if turn % 4 == 0:
        return
    at = begun + timedelta(minutes=20)
    disputes.take_step(number, "contact", coordinator, at)
    disputes.invite(number, "b", coordinator, at)
    if turn % 4 == 1:
        return
    disputes.answer(number, "b", "agreed", coordinator, at + timedelta(minutes=30))
    if turn % 4 == 3:
        level = list(LEVELS)[turn % 5]
        disputes.start_talks(number, level, coordinator, at + timedelta(minutes=60))
        _with_mediator(number, turn, coordinator, at + timedelta(minutes=90))
        if turn % 8 == 7:
            facts = _QUARRELS[turn % len(_QUARRELS)][1]
            _agreed(number, facts, coordinator, at + timedelta(minutes=100))


def _with_mediator(number: str, turn: int, coordinator: Actor, at: datetime) -> None:
    """One of the three who fit best: no interest in it, named, and disclosed; a session is planned."""
    three = [int(one["mediator"]) for one in appointing.propose(number, coordinator, at).three]
    visitor = _account("demo-mediator")
    # The log-in for visitors does nothing by itself.
    account = next(one for one in three if one != visitor)
    mediator = actor_for(account, at)
    appointing.answer_conflict(number, False, mediator, at)
    appointing.appoint(number, account, coordinator, at)
    appointing.disclose(number, "与双方均无利害关系。", mediator, at)
    # A day apart for each, so that the mediator is never in two rooms at once.
    begins = (at + timedelta(days=2 + turn)).replace(minute=0, second=0, microsecond=0)
    sessions.plan(
        number,
        sessions.Plan(begins, begins + timedelta(hours=1), place="综治中心一楼调解室"),
        mediator,
        at,
    )


def _agreed(number: str, facts: str, coordinator: Actor, at: datetime) -> None:
    """Side B pays in two parts; both signed at the counter, and the seal is set."""
    mediator = actor_for(_account("mediator1"), at)
    days = [(at + timedelta(days=n)).date().isoformat() for n in (15, 45)]
    clause = {
        "act": "pay", "who": ["b"], "to": ["a"], "fen": 300_000, "what": "补偿款",
        "how": "银行转账", "instalments": [[days[0], 100_000], [days[1], 200_000]],
        "proof": "银行转账凭证", "if_not": "对方可以依法申请强制执行或者起诉",
    }  # fmt: skip
    terms = {"facts": facts, "clauses": [clause]}
    agreements.draft_agreement(number, terms, mediator, at)
    made = agreements.propose_agreement(number, mediator, at)
    for letter in "ab":
        agreements.record_signature(number, letter, made.digest, coordinator, at)
    agreements.bring_into_force(number, made.digest, mediator, at, seal_set=True)


def _account(login: str) -> int:
    found = account_by_login(login)
    assert found is not None  # noqa: S101 (enrolled with the others)
    return found

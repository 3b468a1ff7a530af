"""Pages of the desk at a million cases, through the whole stack: addresses, rights, templates."""

import os
import random
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone

from bench import seed
from bench.rows import Context, Row, cpu_seconds, postgres_process, quantile
from commonward.areas.models import Area
from commonward.cases.actions.finding import make_anew, take_in
from commonward.cases.models import Case, Category
from commonward.core.numbers import RANDOM_BYTES, new_number
from commonward.core.rights import SYSTEM
from commonward.people.actions import add_account, grant, join_team
from commonward.people.models import Account, Team

DATABASES = ("postgres",)
CASES = 1_000_000
ASKED = 200
WARMING = 20
OPENED = 2_000
BUDGET_MS = 60.0
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
PEOPLE = (
    ("dispatcher", seed.DISTRICT, 2), ("intake_officer", "", 1), ("leader", seed.DISTRICT, 0),
    ("handler", "", 2), ("grid_worker", seed.DISTRICT, 1),
)  # fmt: skip
"""Role, area, and how many departments' teams each is in."""


def bench(ctx: Context) -> list[Row]:
    """Open each page often, as different people and with different questions."""
    count = ctx.count(CASES, 2_000)
    # The site's clock is now: what is late must be late now.
    now = timezone.now()
    seed.seed_reference(now)
    seed.seed_cases(count, now)
    _events()
    _numbered()
    # Whole, or a search would look through an empty index (6 minutes at a million).
    take_in(make_anew())
    settings.SECOND_FACTOR = False
    settings.ALLOWED_HOSTS = ["*"]
    settings.DEBUG = False
    draw = _Drawing(random.Random(7), _people(now - timedelta(days=1)))
    return [
        _row(ctx, f"the desk's {name}, whole page, at {count:,} cases", asked)
        for name, asked in (
            ("list, any filters", draw.queue),
            ("home", draw.home),
            ("search", draw.search),
            ("case page", draw.case),
            ("preview beside the list", draw.preview),
            ("board, any of its parts", draw.board),
        )
    ]


def _row(ctx: Context, work: str, asked: Callable[[], tuple[Client, str]]) -> Row:
    for _ in range(WARMING):
        _opened(*asked())
    questions = [asked() for _ in range(ctx.count(ASKED, 30))]
    processes = (os.getpid(), postgres_process(int(settings.DATABASES["default"]["PORT"])))
    before = sum(cpu_seconds(pid) for pid in processes)
    took = sorted((_opened(*one), one[1]) for one in questions)
    spent = sum(cpu_seconds(pid) for pid in processes) - before
    times = [seconds * 1000 for seconds, _ in took]
    p95 = quantile(times, 0.95)
    return Row(
        work,
        f"p50 {quantile(times, 0.5):.0f} ms, p95 {p95:.0f} ms, longest {times[-1]:.0f} ms",
        f"p95 ≤ {BUDGET_MS:.0f} ms",
        p95 <= BUDGET_MS,
        f"{len(times)} pages; CPU of web and database {spent * 1000 / len(times):.0f} ms each; "
        f"longest: {took[-1][1][:60]}",
    )


def _opened(client: Client, path: str) -> float:
    begun = time.perf_counter()
    answer = client.get(path)
    spent = time.perf_counter() - begun
    # A question that can be a case's number leads on to that case.
    if answer.status_code not in (200, 302):
        raise AssertionError(f"{path}: {answer.status_code}")
    return spent


class _Drawing:
    """Draws who opens what; a case is one that this person may see."""

    def __init__(self, chance: random.Random, clients: list[Client]) -> None:
        self.chance = chance
        self.clients = clients
        self.teams = list(Team.objects.order_by("code").values_list("code", flat=True))
        self.categories = list(Category.objects.order_by("code").values_list("code", flat=True))
        self.areas = list(Area.objects.order_by("code").values_list("code", flat=True))
        newest = Case.objects.order_by("-opened_at").values_list("number", flat=True)
        self.numbers = list(newest[:OPENED])

    def _client(self) -> Client:
        return self.chance.choice(self.clients)

    def queue(self) -> tuple[Client, str]:
        """A list with up to four filters."""
        draw = self.chance
        offered = [
            f"category={draw.choice(self.categories)}", f"area={draw.choice(self.areas)}",
            f"team={draw.choice(self.teams)}", "mine=yes", "unrouted=yes", "paused=yes",
            f"light={draw.choice(['red', 'yellow', 'green'])}", "grade=urgent",
            f"stage={draw.choice(['collect', 'handle', 'check'])}",
        ]  # fmt: skip
        chosen = draw.sample(offered, draw.choice([0, 0, 1, 1, 2, 3, 4]))
        chosen.append(draw.choice(["order=newest", "state=closed", "order=due", "order=due"]))
        return self._client(), f"/desk/queue/?{'&'.join(chosen)}"

    def home(self) -> tuple[Client, str]:
        """My work."""
        return self._client(), "/desk/"

    def search(self) -> tuple[Client, str]:
        """Words that many cases have, that few have, and that none has."""
        words = self.chance.choice(
            ["Case", "Street", f"Street {self.chance.randrange(500)}", "路灯", "nothing at all",
             f"Case {self.chance.randrange(1_000_000)}"]
        )  # fmt: skip
        return self._client(), f"/desk/queue/?{urlencode({'q': words})}"

    def case(self) -> tuple[Client, str]:
        """A case on one page."""
        return self.clients[0], f"/desk/cases/{self.chance.choice(self.numbers)}/"

    def preview(self) -> tuple[Client, str]:
        """Its short form."""
        return self.clients[0], f"/desk/cases/{self.chance.choice(self.numbers)}/?part=preview"

    def board(self) -> tuple[Client, str]:
        """The dispatch board, narrowed or not, as those who have it."""
        part = self.chance.choice(["stages", "stages", "unrouted", "suspended", "provisional"])
        narrowed = self.chance.choice(["", f"&area={self.chance.choice(self.areas)}"])
        client = self.clients[self.chance.choice([0, 2])]
        return client, f"/desk/board/?tab={part}{narrowed}"


def _people(since: Any) -> list[Client]:
    teams = list(
        Team.objects.filter(kind="department").order_by("code").values_list("id", flat=True)
    )
    clients = []
    for role, area, count in PEOPLE:
        account = add_account(SYSTEM, f"bench-{role}", role, at=since).pk
        grant(SYSTEM, account, role, at=since, area_path=_path(area))
        for team in teams[:count]:
            join_team(SYSTEM, account, team, at=since)
        client = Client(headers={"accept-language": "zh-CN"})
        client.force_login(Account.objects.get(pk=account), backend=BACKEND)
        clients.append(client)
    return clients


def _path(area: str) -> str:
    return Area.objects.get(code=area).path if area else ""


def _events() -> None:
    """Ten events for each of the newest cases, so that what changed has much to look through."""
    with connection.cursor() as cursor:
        cursor.execute(_EVENTS)
        cursor.execute("VACUUM ANALYZE cases_event")


def _numbered() -> None:
    """True numbers for the newest cases, whose pages are opened: the seed's have no check."""
    chance = random.Random(11)
    newest = list(Case.objects.order_by("-opened_at")[:OPENED])
    for case in newest:
        case.number = new_number(chance.randbytes(RANDOM_BYTES))
    Case.objects.bulk_update(newest, ["number"], batch_size=500)


_EVENTS = """
INSERT INTO cases_event (case_id, at, written_at, verb, from_stage, to_stage, role, team_id, data)
SELECT newest.id, newest.changed_at + n * interval '1 second', now(), 'note', 'handle', 'handle',
       'dispatcher', newest.team_id, '{}'
FROM (SELECT id, changed_at, team_id FROM cases_case ORDER BY changed_at DESC LIMIT 20000) newest,
     generate_series(1, 10) n
"""

"""A thousand units say where they are every five seconds, and twenty maps show it: how soon?

Vehicle trackers post to one web process; each keeps its connection. Twenty coordinators listen to
one live process. Who drives and who listens shares a process of its own, whose work is not counted.
"""

import asyncio
import hashlib
import importlib
import json
import time
from datetime import UTC, datetime, timedelta

import numpy as np
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connections, transaction

from bench import driving
from bench.rows import Context, Row, cpu_seconds, postgres_process, quantile
from commonward.core.plans.roads.generating import generated
from commonward.core.urgent.words import AGENCIES
from commonward.people.models import Account, ApiKey, Grant, Membership, Team
from commonward.response.models import Duty, Position, Unit
from commonward.response.queries import reaching

DATABASES = ("postgres", "sqlite")
UNITS = 1_000
EVERY_SECONDS = 5.0
LISTENERS = 20
SECONDS = 30
WARM_SECONDS = 5
LAT, LON = 27.8, 113.0
STEP = 1e-6
"""A place tells by its last digits which report it was."""
_NODES = 233


def bench(ctx: Context) -> list[Row]:
    """Drive both processes, then measure how far the free units reach."""
    units = ctx.count(UNITS, 20)
    secrets, ids = _fleet(units)
    sessions = _sessions(LISTENERS)
    kept = connections["default"].vendor == "postgresql"
    connections.close_all()
    seconds = max(10, round(SECONDS * ctx.scale))
    off = {"COMMONWARD_SECOND_FACTOR": "0"}
    with (
        driving.serving("commonward.config.wsgi:application", 1, 16, **off) as (port, web),
        driving.serving("commonward.config.live:application", 1, 1, interface="asgi", **off) as (
            ear,
            live,
        ),
    ):
        database = (
            postgres_process(int(connections["default"].settings_dict["PORT"])) if kept else 0
        )
        drive = _Drive(port, ear, secrets, ids, sessions)
        watched = {"web": web, "live": live} | ({"database": database} if kept else {})
        spent = asyncio.run(drive.run(seconds, watched))
    return [*_told(drive, units, seconds, spent), _reach()]


def _fleet(count: int) -> tuple[list[str], list[int]]:
    """So many units on duty, each with an account and a tracker's key."""
    at = datetime.now(UTC) - timedelta(hours=1)
    forces = list(AGENCIES)
    secrets = [f"cw_bench_{n}" for n in range(count)]
    with transaction.atomic():
        teams = Team.objects.bulk_create(
            Team(code=f"crew-{n}", name=f"crew {n}", kind="unit") for n in range(count)
        )
        accounts = Account.objects.bulk_create(
            Account(login=f"crew-{n}", name=f"crew {n}") for n in range(count)
        )
        Grant.objects.bulk_create(Grant(account=a, role="unit", since=at) for a in accounts)
        Membership.objects.bulk_create(
            Membership(account=a, team=t, since=at) for a, t in zip(accounts, teams, strict=True)
        )
        ApiKey.objects.bulk_create(
            ApiKey(
                name=f"tracker {n}", digest=hashlib.sha256(secret.encode()).hexdigest(),
                account=accounts[n], rights=["positions"], made_at=at,
            )
            for n, secret in enumerate(secrets)
        )  # fmt: skip
        units = Unit.objects.bulk_create(
            Unit(
                code=f"unit-{n}", radio_name=f"unit {n}", agency=forces[n % len(forces)],
                team=teams[n], base_lat=LAT, base_lon=LON,
            )
            for n in range(count)
        )  # fmt: skip
        Duty.objects.bulk_create(
            Duty(unit=u, on_at=at, until=at + timedelta(hours=20)) for u in units
        )
    return secrets, [u.pk for u in units]


def _sessions(count: int) -> list[str]:
    """So many coordinators who are signed in."""
    store = importlib.import_module(settings.SESSION_ENGINE).SessionStore
    made = []
    for n in range(count):
        account = Account.objects.create(login=f"desk-{n}", name=f"desk {n}")
        Grant.objects.create(
            account=account,
            role="response_coordinator",
            since=datetime.now(UTC) - timedelta(hours=1),
        )
        session = store()
        session[SESSION_KEY] = str(account.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = account.get_session_auth_hash()
        session.create()
        made.append(session.session_key)
    return made


class _Drive:
    """Posts at an even pace, and notes when each place reached each map."""

    def __init__(
        self, port: int, ear: int, secrets: list[str], ids: list[int], sessions: list[str]
    ) -> None:
        self.port, self.ear, self.secrets, self.sessions = port, ear, secrets, sessions
        self.unit = {id_: n for n, id_ in enumerate(ids)}
        self.posted: dict[int, float] = {}
        self.heard: list[dict[int, float]] = [{} for _ in sessions]
        self.answers: list[float] = []
        self.refused: list[str] = []
        self.messages = 0
        self.bytes = 0
        self.begins = 0.0

    async def run(self, seconds: float, watched: dict[str, int]) -> dict[str, float]:
        """Drive for so long; CPU seconds of each watched process after the warming up."""
        listening = [asyncio.create_task(self._hear(n)) for n in range(len(self.sessions))]
        await asyncio.sleep(2)
        self.begins = time.monotonic()
        ends = self.begins + WARM_SECONDS + seconds
        count = len(self.secrets)
        driving_ = [
            asyncio.create_task(self._unit(n, self.begins + EVERY_SECONDS * n / count, ends))
            for n in range(count)
        ]
        await asyncio.sleep(WARM_SECONDS)
        before = {name: cpu_seconds(pid) for name, pid in watched.items()}
        await asyncio.gather(*driving_)
        after = {name: cpu_seconds(pid) for name, pid in watched.items()}
        await asyncio.sleep(4)
        for one in listening:
            one.cancel()
        await asyncio.gather(*listening, return_exceptions=True)
        return {name: after[name] - before[name] for name in watched}

    async def _unit(self, n: int, at: float, ends: float) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        turn = 0
        while at < ends:
            await asyncio.sleep(max(0.0, at - time.monotonic()))
            turn += 1
            lon = round(LON + STEP * turn, 6)
            body = json.dumps({"positions": [{"lat": LAT, "lon": lon}]})
            head = driving.post("/api/v1/units/positions", body, "application/json")
            head = head.replace(
                b"\r\n\r\n", f"\r\nAuthorization: Bearer {self.secrets[n]}\r\n\r\n".encode(), 1
            )
            begun = time.monotonic()
            self.posted[n * 100_000 + turn] = begun
            writer.write(head)
            status, told = await asyncio.wait_for(driving._answer(reader), driving.PATIENCE_SECONDS)
            if status == 200:
                self.answers.append(time.monotonic() - begun)
            else:
                self.refused.append(f"{status} {told[:200]!r}")
            at += EVERY_SECONDS
        writer.close()
        await writer.wait_closed()

    async def _hear(self, place: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.ear, limit=2**22)
        writer.write(
            "GET /live/events?fleet=1 HTTP/1.1\r\nHost: localhost\r\n"
            f"Cookie: sessionid={self.sessions[place]}\r\n\r\n".encode()
        )
        told = ""
        heard = self.heard[place]
        while line := await reader.readline():
            if line.startswith(b"event:"):
                told = line[7:].strip().decode()
            elif line.startswith(b"data:") and told in ("units", "fleet"):
                now = time.monotonic()
                self.messages += 1
                self.bytes += len(line)
                data = json.loads(line[6:])
                for id_, _lat, lon, _seen in data.get("moved", ()):
                    heard.setdefault(self._which(id_, lon), now)
                for one in (*data.get("changed", ()), *(data.get("units", ()))):
                    heard.setdefault(self._which(one["id"], one["lon"]), now)
        writer.close()

    def _which(self, id_: int, lon: float) -> int:
        return self.unit[id_] * 100_000 + round((lon - LON) / STEP)


def _told(drive: _Drive, units: int, seconds: float, spent: dict[str, float]) -> list[Row]:
    if drive.refused:
        raise AssertionError(f"{len(drive.refused)} refused, such as {drive.refused[0]}")
    counted = {k: t for k, t in drive.posted.items() if t >= drive.begins + WARM_SECONDS}
    took = [heard[k] - t for heard in drive.heard for k, t in counted.items() if k in heard]
    missed = len(counted) * len(drive.heard) - len(took)
    rate = len(counted) / seconds
    whole = units / EVERY_SECONDS
    share = {name: cpu / len(counted) * whole for name, cpu in spent.items()}
    stored = Position.objects.count()
    connections.close_all()
    what = f"{units:,} units, a place every {EVERY_SECONDS:.0f} s each, {len(drive.heard)} maps"
    return [
        Row(
            f"{what}: from the report until a map has it",
            f"p50 {quantile(took, 0.5):.2f} s, p95 {quantile(took, 0.95):.2f} s, "
            f"longest {max(took):.2f} s",
            "p95 ≤ 3 s",
            quantile(took, 0.95) <= 3,
            f"{rate:.0f} reports a second were posted, {len(counted):,} in all; of them"
            f" {missed / len(drive.heard):.0f} overtaken by the unit's next before a map saw them;"
            f" a report is answered in p50 {quantile(drive.answers, 0.5) * 1000:.0f} ms",
        ),
        Row(
            "the same: one web process, CPU of a core",
            f"{100 * share['web']:.0f} %",
            "≤ 100 %",
            share["web"] <= 1,
            f"{1000 * spent['web'] / len(counted):.1f} ms a report"
            + (f"; the database {100 * share['database']:.0f} %" if "database" in share else "")
            + f"; {stored:,} of {len(drive.posted):,} places stay in a track",
        ),
        Row(
            "the same: the live process, CPU of a core",
            f"{100 * spent['live'] / seconds:.0f} %",
            note=f"{drive.messages / len(drive.heard) / (seconds + WARM_SECONDS):.1f} messages a"
            f" second to each map, {drive.bytes / max(1, drive.messages) / 1024:.0f} KiB each",
        ),
    ]


def _reach() -> Row:
    graph = generated(3, rows=_NODES, columns=_NODES)
    nodes = tuple(np.random.default_rng(1).integers(0, len(graph), 200).tolist())
    at = datetime.now(UTC)
    reaching._by_road(graph, nodes, 200, 5, at)
    found = []
    for _ in range(5):
        begun = time.process_time()
        made = reaching._by_road(graph, nodes, 200, 5, at)
        found.append(time.process_time() - begun)
    return Row(
        f"reached in 5 minutes by 200 units, {len(graph):,} nodes: ground, share and GeoJSON",
        f"{1000 * min(found):.0f} ms CPU",
        "≤ 200 ms",
        min(found) <= 0.2,
        f"{len(made.ground) / 1024:.0f} KiB; {100 * (made.share or 0):.0f} % of the streets",
    )

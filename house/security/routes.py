"""What only the site itself can say: which route a path is, who may be tried, what it keeps."""

import os
import sqlite3
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from house.security.judging import FORWARDED
from house.security.told import Part
from house.security.town import Town


@cache
def ready() -> None:
    """Django with the demonstration's addresses; no database is asked."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commonward.config.settings")
    os.environ["COMMONWARD_DEMO"] = "1"
    import django  # noqa: PLC0415 (the settings come first)

    django.setup()


def shape(path: str) -> str:
    """The route of a path, which is the same for all cases, areas and codes."""
    ready()
    from django.urls import Resolver404, resolve  # noqa: PLC0415 (the settings come first)

    bare = path.partition("?")[0]
    if bare.startswith("/static/"):
        return "/static/"
    try:
        return f"/{resolve(bare).route}"
    except Resolver404:
        return f"{bare} (nothing there)"


def logins() -> list[str]:
    """One post of each role; the administrator last."""
    ready()
    from commonward.doors.demo.roles import POSTS  # noqa: PLC0415 (the settings come first)

    found = {post.role: post.login for post in reversed(POSTS)}
    return sorted(found.values(), key=lambda login: (login == "demo-admin", login))


def unseen(seen: Counter[str]) -> list[str]:
    """Routes of doors with pages at which nobody looked."""
    ready()
    from django.urls import get_resolver  # noqa: PLC0415 (the settings come first)

    def all_of(resolver: object, before: str) -> Iterator[str]:
        for one in resolver.url_patterns:  # type: ignore[attr-defined]
            route = before + str(one.pattern)
            if hasattr(one, "url_patterns"):
                yield from all_of(one, route)
            else:
                yield route

    doors = ("/desk/", "/field/", "/demo/", "/ledger/", "/account/", "/chat/", "/tiles/")
    every = {f"/{route}" for route in all_of(get_resolver(), "")}
    return sorted(route for route in every if route.startswith(doors) and route not in seen)


def a_case(town: Town) -> str:
    """The number of a case that is open in the town."""
    with sqlite3.connect(f"file:{town.folder / 'commonward.sqlite3'}?mode=ro", uri=True) as base:
        found = base.execute("SELECT number FROM cases_case WHERE is_open ORDER BY id DESC LIMIT 1")
        return str(found.fetchone()[0])


def search(folder: Path, part: Part) -> None:
    """No row may hold the host that a request only claimed: mails and links are made of rows."""
    with sqlite3.connect(folder / "commonward.sqlite3") as base:
        base.text_factory = lambda told: told.decode("utf-8", "replace")
        for line in base.iterdump():
            if FORWARDED in line:
                part.find("forged host", "database", line[:100])

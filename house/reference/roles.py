"""Every post, with the pages it opens and the steps it may take, from the tables that tests hold."""

import tomllib
from collections.abc import Iterator
from inspect import unwrap
from pathlib import Path
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from commonward.core.procedures import parse, shipped, shipped_names
from commonward.core.rights import ROLES as POSTS
from commonward.doors.desk.navigation import WAYS
from commonward.doors.look.naming import ROLES
from house.reference.marks import NOTE, both, cell, code, table

TABLES = Path(__file__).resolve().parents[2] / "tests" / "rights" / "table"
WITHOUT_ACCOUNT = ("reporter", "system", "party")
"""They come with a receipt, with the program or with a pass."""


def page() -> str:
    """The posts; then who sees which kind of object; then a section for each post."""
    held = [one for one in POSTS if one not in WITHOUT_ACCOUNT]
    told = (
        f"# Posts and what they may do\n\n{NOTE}\n\nA grant is a post for the whole site or below one area, for "
        "all categories or some. Nothing is allowed that no table names: the tables are "
        "`tests/rights/table/*.toml` (each address, asked by each post) and the procedures (each step).\n\n"
    )
    told += table(("post", "name"), ((code(one), both(ROLES[one])) for one in POSTS))
    told += "\n## Who sees what\n\nInside the area and the categories of the grant, unless the kind is of the whole site.\n\n"
    kinds = tomllib.loads((TABLES / "kinds.toml").read_text(encoding="utf-8"))
    told += table(
        ("kind of object", "wherever it lies in the grant", "where their team has it"),
        (
            (code(name), _posts(one.get("everywhere", "")), _posts(one.get("of_team", "")))
            for name, one in kinds.items()
        ),
    )
    steps = [
        (role, f"{verb.title.en} {verb.title.zh}", procedure.title.en, verb.name)
        for name in sorted(shipped_names())
        for procedure in (parse(shipped(name)),)
        for verb in procedure.verbs.values()
        for role in verb.who
    ]
    told += "".join(_section(post, steps) for post in held)
    told += "\n## Pages of the desk\n\nWho opens each, inside their grant, and who may send what it asks.\n\n"
    return told + table(("page", "what it is", "look", "send"), _opened())


def _section(post: str, steps: list[tuple[str, str, str, str]]) -> str:
    ways = [both(way.text) for way in WAYS if not way.roles or post in way.roles]
    told = f"\n## {both(ROLES[post])}\n\n`{post}`. Ways of the desk: {'; '.join(ways)}.\n"
    mine = [
        (title, procedure, code(verb)) for role, title, procedure, verb in steps if role == post
    ]
    return told + "\n" + table(("step", "procedure", "verb"), mine) if mine else told


def _opened() -> Iterator[tuple[str, str, str, str]]:
    for _name, path, words, row in _pages():
        posts = _some(row.get("posts", "*"))
        look, send = (
            [one for one in POSTS if one in posts and _may(row, method, one)]
            for method in ("get", "post")
        )
        yield code(path), words, _who(look), _who(send)


def _who(posts: list[str]) -> str:
    held = [one for one in POSTS if one not in WITHOUT_ACCOUNT]
    return "every post" if posts == held else ", ".join(ROLES[one] for one in posts)


def _pages() -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """Each address of the desk: its name, its path, the first line of its words, its row."""
    rows = {
        name: row
        for file in sorted(TABLES.glob("*.toml"))
        for name, row in tomllib.loads(file.read_text(encoding="utf-8")).get("desk", {}).items()
    }
    for name, path, view in _routes(get_resolver(), "", ""):
        if name in rows:
            words = (unwrap(view).__doc__ or "").strip().partition("\n")[0]
            yield name, path, cell(words), rows[name]


def _routes(resolver: URLResolver, before: str, space: str) -> Iterator[tuple[str, str, Any]]:
    for one in resolver.url_patterns:
        path = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from _routes(one, path, one.namespace or space)
        elif isinstance(one, URLPattern) and one.name and space == "desk":
            yield one.name, f"/{path}", one.callback


def _may(row: dict[str, Any], method: str, post: str) -> bool:
    given = row.get(method, "*" if method == "get" else "")
    if given == "-":
        return False
    return post in _some(row.get("posts", "*") if given == "*" else given)


def _some(given: str) -> frozenset[str]:
    held = (one for one in POSTS if one not in WITHOUT_ACCOUNT)
    return frozenset(held if given == "*" else given.split())


def _posts(given: str) -> str:
    return "every post" if given == "*" else ", ".join(ROLES[one] for one in given.split())

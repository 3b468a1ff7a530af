"""Is the database of this code? Steps that it has taken and this code does not know (降级拒绝)."""

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules

from django.apps import apps
from django.db import DatabaseError, connection, transaction

from commonward.core.refusals import N_, Refusal

OURS = "commonward."


@cache
def steps_of_this_code() -> Mapping[str, frozenset[str]]:
    """The migrations of each of our rooms, by the names of their files; nothing is imported."""
    found = {}
    for app in apps.get_app_configs():
        if not app.name.startswith(OURS) or find_spec(f"{app.name}.migrations") is None:
            continue
        places = import_module(f"{app.name}.migrations").__path__
        found[app.label] = frozenset(one.name for one in iter_modules(places))
    return found


def steps_taken() -> Sequence[tuple[str, str]]:
    """The steps of our rooms that the database has taken; none where it is not set up (1 query)."""
    known = steps_of_this_code()
    # A transaction of its own would wait for the writer on SQLite; within one a fault needs a way back.
    within = transaction.atomic() if connection.in_atomic_block else nullcontext()
    try:
        with within, connection.cursor() as cursor:
            cursor.execute("SELECT app, name FROM django_migrations ORDER BY app, name")
            return [(app, name) for app, name in cursor.fetchall() if app in known]
    except DatabaseError:
        return []


def unknown(taken: Sequence[tuple[str, str]]) -> list[str]:
    """Those that this code does not know: a newer version has set the database up."""
    known = steps_of_this_code()
    return [f"{app}.{name}" for app, name in taken if name not in known.get(app, {name})]


def lacking(taken: Sequence[tuple[str, str]]) -> list[str]:
    """Those that this code knows and the database has not taken: `migrate` is owed."""
    there = set(taken)
    return [
        f"{app}.{name}"
        for app, names in sorted(steps_of_this_code().items())
        for name in sorted(names)
        if (app, name) not in there
    ]


def require_own_schema() -> None:
    """Refuse to run on the database of a newer version (1 query). Raises Refusal."""
    newer = unknown(steps_taken())
    if newer:
        raise Refusal(
            N_(
                "This database was set up by a newer version ({steps}): this code is older than "
                "its data and would harm it. Run the newer version again, or restore a backup "
                "that was made before the upgrade."
            ),
            steps=", ".join(newer[:5]),
            code="schema",
        )

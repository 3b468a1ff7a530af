"""Which steps of new migrations would hold a working site up on PostgreSQL, and what to do instead.

`python -m house.online` tells; a test does the same. Nothing is asked of a database. Looked at are
the migrations after those of `AT_FIRST`: before the first release nobody's data had to stand them.
"""

import inspect
import re
import sys
from collections.abc import Iterator, Mapping
from typing import Any

LARGE = frozenset(
    {
        "cases.case", "cases.report", "cases.event", "cases.remark", "cases.clock", "cases.task",
        "cases.delivery", "cases.photo", "cases.casekey", "cases.receipt", "cases.suggestion",
        "cases.subscription", "cases.allowance", "people.accessrecord", "people.cause",
        "disputes.dispute", "disputes.side", "response.position", "response.incident",
        "programmes.visit", "programmes.visitphoto",
    }
)  # fmt: skip
"""Models whose tables grow with the work of a site: a lock on one of them is a site that stands."""

SMALL_ENOUGH = 20
"""Characters that a reason must have at least."""

AT_FIRST: Mapping[str, str] = {
    "people": "0009_causes", "areas": "0003_gazetteer", "cases": "0029_ended_calls",
    "disputes": "0012_telling_needs", "response": "0010_stations",
    "insight": "0007_hot", "programmes": "0011_places",
}  # fmt: skip
"""The last migration of each room that is not looked at."""

INDEX = (
    "an index of a large table is built while all its writers wait: use "
    "`people.online.AddIndexOnline` in a migration of its own with `atomic = False`"
)
UNIQUE = (
    "uniqueness of a large table is built while all its writers wait: make a unique index with "
    "`people.online.AddIndexOnline`'s form of CREATE UNIQUE INDEX CONCURRENTLY first, then name it "
    "as the constraint (USING INDEX)"
)
CHECK = (
    "a constraint of a large table is looked at row by row while everybody waits: use "
    "`people.online.AddCheckOnline` in a migration of its own with `atomic = False`"
)
KEY = (
    "a foreign key of a large table gets an index and is looked at row by row while its writers "
    "wait: add the column with `db_index=False, db_constraint=False`, then the index by "
    "`people.online.AddIndexOnline` and the constraint as NOT VALID, to be validated"
)
TYPE = (
    "another type writes a large table anew while everybody waits: add a second column, fill it "
    "in batches, read from it, and take the first away in a later version"
)
NOT_NULL = (
    "NOT NULL is looked at row by row while everybody waits: add `people.online.AddCheckOnline` "
    "with `field__isnull=False` first; PostgreSQL then believes it"
)
REWRITES = (
    "a default that is reckoned for each row writes a large table anew: add the column nullable, "
    "fill it in batches, then ask for it"
)
FILLS = (
    "a large table is filled in one transaction: go by the primary key in batches of thousands, "
    'in a migration with `atomic = False`, and say so in `online = "…"`'
)


def told(app: str, migration: Any, before: Any) -> Iterator[str]:
    """What is wrong with one migration; `before` is the state of the models that it meets.

    A migration that says why it may (`online = "the table is empty before this version"`) is
    believed.
    """
    reason = getattr(migration, "online", "")
    if isinstance(reason, str) and len(reason) >= SMALL_ENOUGH:
        return
    state = before.clone()
    new: set[str] = set()
    for operation in migration.operations:
        kind = type(operation).__name__
        name = f"{app}.{getattr(operation, 'model_name', getattr(operation, 'name', '')).lower()}"
        if kind == "CreateModel":
            new.add(name)
        elif kind == "RunPython" or kind == "RunSQL":
            yield from _run(operation, kind)
        elif name in LARGE and name not in new:
            yield from (f"{kind} of {name}: {one}" for one in _of_a_large_table(
                operation, kind, state.models.get((app, name.partition(".")[2])), migration
            ))  # fmt: skip
        operation.state_forwards(app, state)


def _of_a_large_table(operation: Any, kind: str, model: Any, migration: Any) -> Iterator[str]:
    if kind == "AddIndex":
        yield INDEX
    elif kind in ("AddIndexOnline", "AddCheckOnline"):
        if migration.atomic:
            yield "its migration needs `atomic = False`"
    elif kind == "AddConstraint":
        yield CHECK if type(operation.constraint).__name__ == "CheckConstraint" else UNIQUE
    elif kind in ("AlterUniqueTogether", "AlterIndexTogether"):
        yield UNIQUE
    elif kind == "AddField":
        yield from _added(operation.field)
    elif kind == "AlterField" and model is not None:
        yield from _altered(model.fields[operation.name], operation.field)


def _added(field: Any) -> Iterator[str]:
    if field.is_relation:
        if not field.many_to_many and (field.db_constraint or field.db_index):
            yield KEY
        return
    if field.unique:
        yield UNIQUE
    elif field.db_index:
        yield INDEX
    if getattr(field, "generated", False) or field.has_db_default() and not _constant(field):
        yield REWRITES


def _constant(field: Any) -> bool:
    value = field.db_default
    return not hasattr(value, "resolve_expression") or type(value).__name__ == "Value"


def _altered(old: Any, new: Any) -> Iterator[str]:
    if old.is_relation or new.is_relation:
        if old.is_relation != new.is_relation or old.db_constraint != new.db_constraint:
            yield KEY
    elif old.get_internal_type() != new.get_internal_type():
        if {old.get_internal_type(), new.get_internal_type()} != {"CharField", "TextField"}:
            yield TYPE
    elif (new.max_length or 0) < (old.max_length or 0) or (
        getattr(old, "max_digits", None) != getattr(new, "max_digits", None)
    ):
        yield TYPE
    if old.null and not new.null:
        yield NOT_NULL
    if new.unique and not old.unique:
        yield UNIQUE
    elif new.db_index and not old.db_index:
        yield INDEX


def _run(operation: Any, kind: str) -> Iterator[str]:
    if kind == "RunPython":
        source = _source(operation.code)
        named = [one for one in LARGE if _names(source, one)]
        if named or not source:
            yield f"RunPython on {named[0] if named else 'what cannot be read'}: {FILLS}"
        return
    given = operation.sql if isinstance(operation.sql, str) else " ".join(
        one if isinstance(one, str) else one[0] for one in operation.sql
    )  # fmt: skip
    text = " ".join(given.upper().split())
    large = [one for one in LARGE if one.replace(".", "_").upper() in text]
    if not large:
        return
    if "CREATE INDEX" in text and "CONCURRENTLY" not in text:
        yield f"RunSQL on {large[0]}: {INDEX}"
    if "CREATE UNIQUE INDEX" in text and "CONCURRENTLY" not in text:
        yield f"RunSQL on {large[0]}: {UNIQUE}"
    if text.startswith(("UPDATE ", "DELETE ")) or " UPDATE CASES" in text and "TRIGGER" not in text:
        yield f"RunSQL on {large[0]}: {FILLS}"
    if "ALTER TABLE" in text and "ADD CONSTRAINT" in text and "NOT VALID" not in text:
        yield f"RunSQL on {large[0]}: {CHECK}"


def _source(code: Any) -> str:
    try:
        return inspect.getsource(code)
    except (OSError, TypeError):
        return ""


def _names(source: str, model: str) -> bool:
    app, name = model.split(".")
    asked = rf"get_model\(\s*[\"']{app}[\"'.,\s]+{name}[\"']"
    return bool(re.search(asked, source, re.IGNORECASE)) or f"{app}_{name}" in source


def new_ones() -> Iterator[tuple[str, str, list[str]]]:
    """Each migration after `AT_FIRST` with what is wrong with it. Django must be set up."""
    from django.db.migrations.loader import MigrationLoader  # noqa: PLC0415 (after the settings)

    loader = MigrationLoader(None, ignore_no_migrations=True)
    for (app, name), migration in sorted(loader.disk_migrations.items()):
        if app not in AT_FIRST or name <= AT_FIRST[app]:
            continue
        before = loader.project_state((app, name), at_end=False)
        yield app, name, list(told(app, migration, before))


def main() -> int:
    """Tell what would hold a site up; 1 where anything would."""
    import django  # noqa: PLC0415 (a command of its own)

    django.setup()
    wrong = 0
    for app, name, faults in new_ones():
        for fault in faults:
            wrong = 1
            print(f"{app}.{name}: {fault}")
    return wrong


if __name__ == "__main__":
    sys.exit(main())

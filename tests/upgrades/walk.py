"""One installation of an earlier version, in a process of its own: set up, filled, upgraded, told.

`python tests/upgrades/walk.py FILE` takes the migrations that the file names, fills their tables
with its rows, takes all others, and tells as JSON what the present code finds. The files were
written by the code of their day: its migrations, its district, its verbs.
"""

import gzip
import json
import os
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
os.environ["DJANGO_SETTINGS_MODULE"] = "commonward.config.settings"


def main(file: str) -> None:
    """Walk."""
    kept = json.loads(gzip.decompress(Path(file).read_bytes()))
    os.environ["COMMONWARD_MASTER_KEY"] = kept["master_key"]
    import django  # noqa: PLC0415 (after the settings are named)

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415
    from django.db.migrations.executor import MigrationExecutor  # noqa: PLC0415

    executor = MigrationExecutor(connection)
    ours = {(app, name) for app, name in kept["taken"]}
    others = [key for key in executor.loader.graph.leaf_nodes() if not _is_ours(executor, key[0])]
    last = {app: max(name for of, name in ours if of == app) for app, _name in ours}
    executor.migrate([*others, *last.items()])
    taken = {key for key in MigrationExecutor(connection).loader.applied_migrations}
    told: dict[str, Any] = {"as_then": ours <= taken and len(ours) == sum(
        1 for app, _name in taken if _is_ours(executor, app))}  # fmt: skip
    _fill(executor.loader.project_state([*others, *last.items()]).apps, kept["rows"])
    told["before"] = _counts(connection, kept["rows"])
    call_command("migrate", verbosity=0)
    told["after"] = _counts(connection, kept["rows"])
    told |= _found()
    print(json.dumps(told, default=str))


def _is_ours(executor: Any, app: str) -> bool:
    from django.apps import apps  # noqa: PLC0415

    return app in apps.app_configs and apps.get_app_config(app).name.startswith("commonward")


def _fill(then: Any, rows: list[dict[str, Any]]) -> None:
    """The rows as they were, by the models of that day."""
    from django.core.management.color import no_style  # noqa: PLC0415
    from django.db import connection, transaction  # noqa: PLC0415

    models = list(dict.fromkeys(then.get_model(row["model"]) for row in rows))
    with transaction.atomic():
        for model in reversed(models):
            model._base_manager.all().delete()  # what the steps themselves have put there
        for row in rows:
            model = then.get_model(row["model"])
            values = {model._meta.pk.attname: model._meta.pk.to_python(row["pk"])}
            for name, value in row["fields"].items():
                field = model._meta.get_field(name)
                if field.many_to_many:
                    continue
                target = field.target_field if field.is_relation else field
                values[field.attname] = target.to_python(value)
            model._base_manager.bulk_create([model(**values)])
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)


def _counts(connection: Any, rows: list[dict[str, Any]]) -> dict[str, int]:
    """How many rows each table of then has."""
    found = {}
    with connection.cursor() as cursor:
        for table in sorted({one["model"].replace(".", "_") for one in rows}):
            if table in connection.introspection.table_names(cursor):
                cursor.execute(f'SELECT count(*) FROM "{table}"')  # noqa: S608 (tables of ours)
                found[table] = cursor.fetchone()[0]
    return found


def _found() -> dict[str, Any]:
    """What the present code reads in it, and that it works on."""
    from django.core.management import call_command  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from commonward.cases import actions as cases  # noqa: PLC0415
    from commonward.cases.access import contact_of  # noqa: PLC0415
    from commonward.cases.models import Case, Event, Report  # noqa: PLC0415
    from commonward.core.rights import SYSTEM  # noqa: PLC0415
    from commonward.people.queries.schema import lacking, steps_taken  # noqa: PLC0415

    reports = Report.objects.order_by("id").select_related("case")
    sealed = next(one for one in reports if one.contact)
    made = cases.open_case(
        reports[0].case.category.code,
        cases.Said(channel="counter", words="After the upgrade.", lat=27.805, lon=113.105),
        timezone.now(),
    )
    call_command("check")
    return {
        "owed": lacking(steps_taken()),
        "words": [one.words for one in reports][:3],
        "stages": sorted(Case.objects.values_list("stage", flat=True)),
        "events": Event.objects.filter(case=reports[0].case).count(),
        "contact": contact_of(sealed, SYSTEM, timezone.now(), door="tests"),
        "opened": made.number,
    }


if __name__ == "__main__":
    main(sys.argv[1])

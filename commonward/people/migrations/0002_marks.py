"""Mark each kind of reference data once, so that processes may keep it in memory from the start.

A kind without a mark is read anew each time it is asked for, as nobody would say when it changes.
"""

import time

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

KINDS = ("people", "areas", "calendars", "answering", "cases")


def mark(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Set a first mark where there is none."""
    revision = apps.get_model("people", "Revision")
    for kind in KINDS:
        revision.objects.get_or_create(name=kind, defaults={"number": time.time_ns()})


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]
    operations = [migrations.RunPython(mark, migrations.RunPython.noop)]

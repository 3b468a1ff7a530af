from __future__ import annotations

from typing import Any

import django.db.models.deletion
from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Q


def end_all(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Sessions of before do not say whose they are: everybody signs in once more."""
    apps.get_model("sessions", "Session").objects.all().delete()


def key() -> tuple[str, models.Field[Any, Any]]:
    return "id", models.BigAutoField(
        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
    )


def account(*, to: str = settings.AUTH_USER_MODEL, **given: object) -> models.ForeignKey[Any, Any]:
    return models.ForeignKey(related_name="+", to=to, **given)  # type: ignore[arg-type]


CASCADE, PROTECT = django.db.models.deletion.CASCADE, django.db.models.deletion.PROTECT


class Migration(migrations.Migration):
    dependencies = [("people", "0009_causes"), ("sessions", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="SignedIn",
            fields=[
                (
                    "session_key",
                    models.CharField(
                        max_length=40, primary_key=True, serialize=False, verbose_name="session key"
                    ),
                ),
                ("session_data", models.TextField(verbose_name="session data")),
                ("expire_date", models.DateTimeField(db_index=True, verbose_name="expire date")),
                ("since", models.DateTimeField()),
                ("seen", models.DateTimeField()),
                ("idle", models.PositiveIntegerField(default=0)),
                ("browser", models.CharField(blank=True, max_length=40)),
                ("account", account(blank=True, null=True, on_delete=CASCADE)),
            ],
            options={"db_table": "people_signedin"},
        ),
        migrations.CreateModel(
            name="SignIn",
            fields=[
                key(),
                ("at", models.DateTimeField()),
                ("way", models.CharField(max_length=40)),
                ("browser", models.CharField(blank=True, max_length=40)),
                ("known", models.BooleanField(default=False)),
                ("tries", models.PositiveIntegerField(default=0)),
                ("account", account(db_index=False, on_delete=CASCADE)),
            ],
            options={
                "db_table": "people_signin",
                "indexes": [
                    models.Index(fields=["account", "at"], name="signin_account"),
                    models.Index(fields=["at"], name="signin_at"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("account", "at"),
                        condition=Q(tries__gt=0),
                        name="one_row_of_tries_an_hour",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="WrongTries",
            fields=[
                ("digest", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("wrong", models.PositiveIntegerField(default=0)),
                ("free_at", models.DateTimeField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "people_wrongtries",
                "indexes": [models.Index(fields=["at"], name="wrongtries_at")],
            },
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                key(),
                ("kind", models.CharField(max_length=40)),
                ("about", models.CharField(blank=True, max_length=200)),
                ("at", models.DateTimeField()),
                ("seen_at", models.DateTimeField(blank=True, null=True)),
                ("account", account(db_index=False, on_delete=CASCADE)),
            ],
            options={
                "db_table": "people_notice",
                "indexes": [
                    models.Index(fields=["account", "at"], name="notice_account"),
                    models.Index(fields=["at"], name="notice_at"),
                ],
            },
        ),
        migrations.CreateModel(
            name="BreakGlass",
            fields=[
                key(),
                ("asked_at", models.DateTimeField()),
                ("role", models.CharField(max_length=40)),
                ("area_code", models.CharField(blank=True, max_length=32)),
                ("category", models.CharField(blank=True, max_length=40)),
                ("case_number", models.CharField(blank=True, max_length=20)),
                ("reason", models.TextField()),
                ("hours", models.PositiveIntegerField()),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("given", models.BooleanField(null=True)),
                ("until", models.DateTimeField(blank=True, null=True)),
                ("asked_by", account(on_delete=PROTECT)),
                ("decided_by", account(blank=True, null=True, on_delete=PROTECT)),
            ],
            options={
                "db_table": "people_breakglass",
                "indexes": [models.Index(fields=["asked_at"], name="breakglass_asked")],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(decided_by=None) | ~Q(decided_by=models.F("asked_by")),
                        name="break_glass_takes_two",
                    ),
                    models.CheckConstraint(
                        condition=Q(given=None)
                        | (Q(decided_by__isnull=False) & Q(decided_at__isnull=False)),
                        name="break_glass_was_decided",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="grant",
            name="emergency",
            field=account(to="people.breakglass", blank=True, null=True, on_delete=PROTECT),
        ),
        migrations.RunPython(end_all, migrations.RunPython.noop),
    ]

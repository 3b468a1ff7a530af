"""The rules of sending in versions, and orders to wait at another station."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("response", "0006_one_bank_no_more"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="MoveUp",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("station", models.CharField(max_length=100)),
                ("lat", models.FloatField()),
                ("lon", models.FloatField()),
                ("ordered_at", models.DateTimeField()),
                ("acknowledged_at", models.DateTimeField(blank=True, null=True)),
                ("arrived_at", models.DateTimeField(blank=True, null=True)),
                ("over_at", models.DateTimeField(blank=True, null=True)),
                ("over_why", models.CharField(blank=True, max_length=10)),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "incident",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="response.incident",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="response.unit",
                    ),
                ),
            ],
            options={
                "db_table": "response_moveup",
                "indexes": [models.Index(fields=["ordered_at"], name="move_up_newest")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("over_at", None)),
                        fields=("unit",),
                        name="one_move_up_per_unit",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("over_at", None), ("over_why", "")),
                            models.Q(
                                ("over_at__isnull", False),
                                ("over_why__in", ["sent", "moved", "home"]),
                            ),
                            models.Q(
                                ("over_at__isnull", False),
                                ("over_why__in", ["off_duty", "stopped"]),
                            ),
                            _connector="OR",
                        ),
                        name="move_up_over_with_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RulesVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField(unique=True)),
                ("data", models.JSONField(default=dict)),
                ("adopted_at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "response_rulesversion",
                "indexes": [models.Index(fields=["adopted_at", "number"], name="sending_rules_newest")],
            },
        ),
    ]

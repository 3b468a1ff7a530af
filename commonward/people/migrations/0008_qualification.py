from __future__ import annotations

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0007_kinds")]

    operations = [
        migrations.CreateModel(
            name="Requirement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=40, unique=True)),
                ("title", models.CharField(max_length=120)),
                ("title_en", models.CharField(blank=True, max_length=120)),
                ("work", models.CharField(max_length=40)),
                ("kind", models.CharField(blank=True, max_length=40)),
                ("since", models.DateField()),
                ("next_on", models.DateField(blank=True, null=True)),
            ],
            options={"db_table": "people_requirement"},
        ),
        migrations.CreateModel(
            name="Qualification",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=40)),
                ("until", models.DateField(blank=True, null=True)),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "people_qualification",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("account", "code"), name="one_qualification_each"
                    )
                ],
                "indexes": [
                    models.Index(fields=["code", "account"], name="qualification_of_code")
                ],
            },
        ),
    ]

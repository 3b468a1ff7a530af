from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0008_qualification")]

    operations = [
        migrations.CreateModel(
            name="Cause",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("about", models.CharField(max_length=12)),
                ("key", models.BigIntegerField()),
                ("trace", models.CharField(max_length=55)),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "people_cause",
                "constraints": [
                    models.UniqueConstraint(fields=("about", "key"), name="one_cause_each")
                ],
                "indexes": [models.Index(fields=["at"], name="cause_at")],
            },
        ),
    ]

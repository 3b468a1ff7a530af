from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0014_ledger")]

    operations = [
        migrations.AddField("Ledger", "older", models.BigIntegerField(default=0)),
        migrations.CreateModel(
            name="LedgerCheck",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("begun_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField()),
                ("size", models.BigIntegerField(default=0)),
                ("root", models.BinaryField(default=bytes)),
                ("leaves", models.BigIntegerField(default=0)),
                ("unprovable", models.BigIntegerField(default=0)),
                ("found", models.PositiveIntegerField(default=0)),
                ("findings", models.JSONField(blank=True, default=list)),
            ],
            options={"db_table": "cases_ledgercheck"},
        ),
        migrations.CreateModel(
            name="LedgerWaiting",
            fields=[
                ("first", models.BigIntegerField(primary_key=True, serialize=False)),
                ("last", models.BigIntegerField()),
                ("lost", models.BooleanField(default=False)),
            ],
            options={
                "db_table": "cases_ledgerwaiting",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("last__gte", models.F("first"))),
                        name="ledger_waiting_in_order",
                    )
                ],
            },
        ),
    ]

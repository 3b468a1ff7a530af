import django.db.models.deletion
from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

POSTGRESQL = """
CREATE FUNCTION programmes_targetchange_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a plan''s history is append only: % refused', TG_OP
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER programmes_targetchange_append_only BEFORE UPDATE OR DELETE
    ON programmes_targetchange FOR EACH ROW EXECUTE FUNCTION programmes_targetchange_refuse();
"""
POSTGRESQL_BACK = """
DROP TRIGGER programmes_targetchange_append_only ON programmes_targetchange;
DROP FUNCTION programmes_targetchange_refuse();
"""
SQLITE = (
    """CREATE TRIGGER programmes_targetchange_no_update BEFORE UPDATE ON programmes_targetchange
       BEGIN SELECT RAISE(ABORT, 'a plan''s history is append only: UPDATE refused'); END""",
    """CREATE TRIGGER programmes_targetchange_no_delete BEFORE DELETE ON programmes_targetchange
       BEGIN SELECT RAISE(ABORT, 'a plan''s history is append only: DELETE refused'); END""",
)
SQLITE_BACK = (
    "DROP TRIGGER programmes_targetchange_no_update",
    "DROP TRIGGER programmes_targetchange_no_delete",
)


def guard(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """What was changed of a target, and why, stays as it was written."""
    for statement in (POSTGRESQL,) if editor.connection.vendor == "postgresql" else SQLITE:
        editor.execute(statement, params=None)


def release(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Take the triggers away (only when the table itself is migrated away)."""
    for statement in (
        (POSTGRESQL_BACK,) if editor.connection.vendor == "postgresql" else SQLITE_BACK
    ):
        editor.execute(statement, params=None)


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("areas", "0003_gazetteer"),
        ("cases", "0018_danger"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Plan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(max_length=40, unique=True)),
                ("title", models.CharField(max_length=200)),
                ("title_en", models.CharField(blank=True, max_length=200)),
                ("about", models.TextField(blank=True)),
                ("about_en", models.TextField(blank=True)),
                ("begins", models.DateField()),
                ("ends", models.DateField()),
                ("state", models.CharField(default="draft", max_length=10)),
                ("public", models.BooleanField(default=False)),
                ("revision", models.PositiveIntegerField(default=1)),
                ("made_at", models.DateTimeField()),
                (
                    "area",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="areas.area",
                    ),
                ),
                (
                    "office",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.team",
                    ),
                ),
            ],
            options={
                "db_table": "programmes_plan",
            },
        ),
        migrations.CreateModel(
            name="MonthlyReview",
            fields=[
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="cases.case",
                    ),
                ),
                ("month", models.DateField()),
                ("notice", models.TextField(blank=True)),
                ("notified_at", models.DateTimeField(blank=True, null=True)),
                (
                    "plan",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programmes.plan",
                    ),
                ),
            ],
            options={
                "db_table": "programmes_monthlyreview",
            },
        ),
        migrations.CreateModel(
            name="PlanGroup",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("title", models.CharField(max_length=300)),
                ("title_en", models.CharField(blank=True, max_length=300)),
                (
                    "plan",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programmes.plan",
                    ),
                ),
            ],
            options={
                "db_table": "programmes_plangroup",
            },
        ),
        migrations.CreateModel(
            name="PlanTask",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("title", models.CharField(max_length=300)),
                ("title_en", models.CharField(blank=True, max_length=300)),
                ("weight", models.DecimalField(decimal_places=4, default=1, max_digits=8)),
                (
                    "group",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programmes.plangroup",
                    ),
                ),
            ],
            options={
                "db_table": "programmes_plantask",
            },
        ),
        migrations.CreateModel(
            name="Target",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("title", models.CharField(max_length=300)),
                ("title_en", models.CharField(blank=True, max_length=300)),
                ("unit", models.CharField(max_length=30)),
                ("unit_en", models.CharField(blank=True, max_length=30)),
                ("direction", models.CharField(max_length=6)),
                ("baseline", models.DecimalField(decimal_places=4, max_digits=20)),
                ("wanted", models.DecimalField(decimal_places=4, max_digits=20)),
                ("begins", models.DateField()),
                ("due", models.DateField()),
                ("weight", models.DecimalField(decimal_places=4, default=1, max_digits=8)),
                ("evidence", models.TextField(blank=True)),
                ("formula", models.CharField(blank=True, max_length=80)),
                ("public", models.BooleanField(default=True)),
                ("masked", models.CharField(blank=True, max_length=300)),
                ("dropped", models.CharField(blank=True, max_length=300)),
                (
                    "value",
                    models.DecimalField(blank=True, decimal_places=4, max_digits=20, null=True),
                ),
                ("value_on", models.DateField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "plan",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programmes.plan",
                    ),
                ),
                (
                    "task",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programmes.plantask",
                    ),
                ),
            ],
            options={
                "db_table": "programmes_target",
            },
        ),
        migrations.CreateModel(
            name="ReviewLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("owed", models.DecimalField(decimal_places=4, max_digits=20)),
                (
                    "own",
                    models.DecimalField(blank=True, decimal_places=4, max_digits=20, null=True),
                ),
                ("words", models.TextField(blank=True)),
                ("reported_at", models.DateTimeField(blank=True, null=True)),
                ("verdict", models.CharField(blank=True, max_length=9)),
                (
                    "counted",
                    models.DecimalField(blank=True, decimal_places=4, max_digits=20, null=True),
                ),
                ("check_words", models.TextField(blank=True)),
                ("checked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "score",
                    models.DecimalField(blank=True, decimal_places=1, max_digits=5, null=True),
                ),
                ("why", models.CharField(blank=True, max_length=12)),
                ("formula", models.CharField(blank=True, max_length=12)),
                ("appeal", models.TextField(blank=True)),
                ("appealed_at", models.DateTimeField(blank=True, null=True)),
                ("decision", models.TextField(blank=True)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("upheld", models.BooleanField(null=True)),
                (
                    "appealed_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "by_team",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.team",
                    ),
                ),
                (
                    "checker",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "checker_team",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.team",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.report",
                    ),
                ),
                (
                    "review",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programmes.monthlyreview",
                    ),
                ),
                (
                    "target",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programmes.target",
                    ),
                ),
            ],
            options={
                "db_table": "programmes_reviewline",
            },
        ),
        migrations.CreateModel(
            name="Milestone",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("due", models.DateField()),
                ("value", models.DecimalField(decimal_places=4, max_digits=20)),
                (
                    "target",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="programmes.target",
                    ),
                ),
            ],
            options={
                "db_table": "programmes_milestone",
            },
        ),
        migrations.CreateModel(
            name="TargetChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("reason", models.CharField(blank=True, max_length=500)),
                ("data", models.JSONField(default=dict)),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "target",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programmes.target",
                    ),
                ),
            ],
            options={
                "db_table": "programmes_targetchange",
            },
        ),
        migrations.CreateModel(
            name="TargetTeam",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("part", models.CharField(max_length=8)),
                (
                    "target",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="programmes.target",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.team",
                    ),
                ),
            ],
            options={
                "db_table": "programmes_targetteam",
            },
        ),
        migrations.AddIndex(
            model_name="plan",
            index=models.Index(fields=["state", "begins"], name="programme_plan_by_state"),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["draft", "in_force", "ended"])),
                name="programme_plan_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends__gt", models.F("begins"))),
                name="programme_plan_ends_later",
            ),
        ),
        migrations.AddConstraint(
            model_name="monthlyreview",
            constraint=models.UniqueConstraint(fields=("plan", "month"), name="one_review_a_month"),
        ),
        migrations.AddConstraint(
            model_name="plangroup",
            constraint=models.UniqueConstraint(
                fields=("plan", "number"), name="plan_group_number_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="plantask",
            constraint=models.UniqueConstraint(
                fields=("group", "number"), name="plan_task_number_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="plantask",
            constraint=models.CheckConstraint(
                condition=models.Q(("weight__gt", 0)), name="plan_task_weighs"
            ),
        ),
        migrations.AddIndex(
            model_name="target",
            index=models.Index(fields=["plan", "task", "number"], name="target_of_plan"),
        ),
        migrations.AddConstraint(
            model_name="target",
            constraint=models.UniqueConstraint(
                fields=("task", "number"), name="target_number_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="target",
            constraint=models.CheckConstraint(
                condition=models.Q(("direction__in", ["up", "down", "below"])),
                name="target_direction_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="target",
            constraint=models.CheckConstraint(
                condition=models.Q(("due__gt", models.F("begins"))), name="target_due_after_start"
            ),
        ),
        migrations.AddConstraint(
            model_name="target",
            constraint=models.CheckConstraint(
                condition=models.Q(("weight__gt", 0)), name="target_weighs"
            ),
        ),
        migrations.AddConstraint(
            model_name="target",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("value", None), ("value_on", None)),
                    models.Q(("value__isnull", False), ("value_on__isnull", False)),
                    _connector="OR",
                ),
                name="target_value_has_its_day",
            ),
        ),
        migrations.AddIndex(
            model_name="reviewline",
            index=models.Index(fields=["target", "review"], name="line_of_target"),
        ),
        migrations.AddConstraint(
            model_name="reviewline",
            constraint=models.UniqueConstraint(
                fields=("review", "target"), name="one_line_a_target"
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewline",
            constraint=models.CheckConstraint(
                condition=models.Q(("verdict__in", ["", "confirmed", "corrected", "refused"])),
                name="review_verdict_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("checker", None),
                    ("by", None),
                    models.Q(("checker", models.F("by")), _negated=True),
                    _connector="OR",
                ),
                name="line_checked_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("checker_team", None),
                    ("by_team", None),
                    models.Q(("checker_team", models.F("by_team")), _negated=True),
                    _connector="OR",
                ),
                name="line_checked_by_another_team",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decided_by", None),
                    models.Q(
                        models.Q(
                            ("by", None),
                            models.Q(("decided_by", models.F("by")), _negated=True),
                            _connector="OR",
                        ),
                        models.Q(
                            ("checker", None),
                            models.Q(("decided_by", models.F("checker")), _negated=True),
                            _connector="OR",
                        ),
                        models.Q(
                            ("appealed_by", None),
                            models.Q(("decided_by", models.F("appealed_by")), _negated=True),
                            _connector="OR",
                        ),
                    ),
                    _connector="OR",
                ),
                name="line_appeal_decided_by_a_third",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("score", None),
                    models.Q(("score__gte", 0), ("score__lte", 100)),
                    _connector="OR",
                ),
                name="line_score_bounds",
            ),
        ),
        migrations.AddConstraint(
            model_name="milestone",
            constraint=models.UniqueConstraint(
                fields=("target", "due"), name="one_milestone_a_day"
            ),
        ),
        migrations.AddIndex(
            model_name="targetchange",
            index=models.Index(fields=["target", "id"], name="target_change_of"),
        ),
        migrations.AddIndex(
            model_name="targetteam",
            index=models.Index(fields=["team", "part"], name="target_team_part"),
        ),
        migrations.AddConstraint(
            model_name="targetteam",
            constraint=models.UniqueConstraint(
                fields=("target", "team"), name="nobody_checks_their_own"
            ),
        ),
        migrations.AddConstraint(
            model_name="targetteam",
            constraint=models.UniqueConstraint(
                condition=models.Q(("part", "owner")), fields=("target",), name="one_owner_a_target"
            ),
        ),
        migrations.AddConstraint(
            model_name="targetteam",
            constraint=models.UniqueConstraint(
                condition=models.Q(("part", "checker")),
                fields=("target",),
                name="one_checker_a_target",
            ),
        ),
        migrations.AddConstraint(
            model_name="targetteam",
            constraint=models.CheckConstraint(
                condition=models.Q(("part__in", ["owner", "partner", "checker"])),
                name="target_part_known",
            ),
        ),
        migrations.RunPython(guard, release),
    ]

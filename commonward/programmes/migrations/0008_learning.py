import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("areas", "0003_gazetteer"),
        ("cases", "0021_marks"),
        ("people", "0008_qualification"),
        ("programmes", "0007_marks"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Course",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(db_index=False, max_length=40, unique=True)),
                ("title", models.CharField(max_length=120)),
                ("title_en", models.CharField(blank=True, max_length=120)),
                ("hours", models.PositiveSmallIntegerField(default=1)),
                ("months", models.PositiveSmallIntegerField(default=0)),
                ("work", models.CharField(max_length=20)),
                ("kind", models.CharField(blank=True, max_length=40)),
                ("barring", models.BooleanField(default=False)),
                ("active", models.BooleanField(default=True)),
            ],
            options={
                "db_table": "programmes_course",
                "indexes": [models.Index(fields=["active", "work", "code"], name="course_of_work")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("work__in", ["mediator", "grid_worker", "handler", "volunteer"])
                        ),
                        name="course_work_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind", ""), ("work", "mediator"), _connector="OR"),
                        name="course_kind_of_mediation",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("barring", False), ("active", True), _connector="OR"),
                        name="course_barring_is_held",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CourseSession",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("place", models.CharField(max_length=160)),
                ("place_en", models.CharField(blank=True, max_length=160)),
                ("capacity", models.PositiveSmallIntegerField()),
                ("called_off", models.BooleanField(default=False)),
                (
                    "course",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sessions",
                        to="programmes.course",
                    ),
                ),
                (
                    "keeper",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "programmes_coursesession",
            },
        ),
        migrations.CreateModel(
            name="CourseSeat",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("was_there", models.BooleanField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "marked_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="seats",
                        to="programmes.coursesession",
                    ),
                ),
            ],
            options={
                "db_table": "programmes_courseseat",
            },
        ),
        migrations.CreateModel(
            name="Certificate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("done_on", models.DateField()),
                ("until", models.DateField(blank=True, null=True)),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "course",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programmes.course",
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programmes.coursesession",
                    ),
                ),
            ],
            options={
                "db_table": "programmes_certificate",
            },
        ),
        migrations.CreateModel(
            name="Drill",
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
                ("code", models.CharField(max_length=12, unique=True)),
                ("title", models.CharField(max_length=120)),
                ("title_en", models.CharField(blank=True, max_length=120)),
                ("scenario", models.TextField()),
                ("scenario_en", models.TextField(blank=True)),
                ("aims", models.TextField()),
                ("aims_en", models.TextField(blank=True)),
                ("on", models.DateField()),
                ("happened", models.TextField(blank=True)),
                ("because", models.TextField(blank=True)),
                (
                    "area",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="areas.area",
                    ),
                ),
            ],
            options={
                "db_table": "programmes_drill",
            },
        ),
        migrations.CreateModel(
            name="DrillChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("what", models.CharField(max_length=300)),
                ("due_on", models.DateField()),
                ("evidence", models.CharField(blank=True, max_length=400)),
                ("said_at", models.DateTimeField(blank=True, null=True)),
                ("checked_at", models.DateTimeField(blank=True, null=True)),
                ("sent_back", models.CharField(blank=True, max_length=300)),
                (
                    "checked_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "drill",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to="programmes.drill",
                    ),
                ),
                (
                    "said_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "task",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.task",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.team",
                    ),
                ),
            ],
            options={
                "db_table": "programmes_drillchange",
            },
        ),
        migrations.CreateModel(
            name="DrillEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("words", models.CharField(max_length=300)),
                (
                    "drill",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="log",
                        to="programmes.drill",
                    ),
                ),
            ],
            options={
                "db_table": "programmes_drillentry",
            },
        ),
        migrations.CreateModel(
            name="DrillTeam",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "drill",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="teams",
                        to="programmes.drill",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.team",
                    ),
                ),
            ],
            options={
                "db_table": "programmes_drillteam",
            },
        ),
        migrations.CreateModel(
            name="StaffSurvey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=12, unique=True)),
                ("title", models.CharField(max_length=120)),
                ("title_en", models.CharField(blank=True, max_length=120)),
                ("questions", models.JSONField()),
                ("opens_on", models.DateField()),
                ("closes_on", models.DateField()),
                ("closed", models.BooleanField(default=False)),
                ("told", models.JSONField(blank=True, default=list)),
                ("words", models.JSONField(blank=True, default=list)),
            ],
            options={
                "db_table": "programmes_staffsurvey",
                "indexes": [
                    models.Index(fields=["closed", "-closes_on"], name="staff_survey_open")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("closes_on__gte", models.F("opens_on"))),
                        name="staff_survey_has_days",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="StaffSurveyAnswer",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("marks", models.JSONField()),
                ("words", models.CharField(blank=True, max_length=1000)),
                (
                    "survey",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programmes.staffsurvey",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.team",
                    ),
                ),
            ],
            options={
                "db_table": "programmes_staffsurveyanswer",
            },
        ),
        migrations.CreateModel(
            name="StaffSurveyDraw",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "survey",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programmes.staffsurvey",
                    ),
                ),
            ],
            options={
                "db_table": "programmes_staffsurveydraw",
            },
        ),
        migrations.CreateModel(
            name="StaffSurveySlip",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("mark", models.CharField(max_length=64)),
                (
                    "survey",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programmes.staffsurvey",
                    ),
                ),
            ],
            options={
                "db_table": "programmes_staffsurveyslip",
            },
        ),
        migrations.AddIndex(
            model_name="coursesession",
            index=models.Index(fields=["course", "starts_at"], name="course_session_of"),
        ),
        migrations.AddIndex(
            model_name="coursesession",
            index=models.Index(fields=["starts_at"], name="course_session_next"),
        ),
        migrations.AddConstraint(
            model_name="coursesession",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                name="course_session_has_length",
            ),
        ),
        migrations.AddConstraint(
            model_name="coursesession",
            constraint=models.CheckConstraint(
                condition=models.Q(("capacity__gt", 0)), name="course_session_has_room"
            ),
        ),
        migrations.AddConstraint(
            model_name="courseseat",
            constraint=models.UniqueConstraint(
                fields=("session", "account"), name="course_seat_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="courseseat",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("marked_by", None), ("was_there", None)),
                    models.Q(
                        ("was_there__isnull", False),
                        models.Q(("marked_by", models.F("account")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="course_seat_marked_apart",
            ),
        ),
        migrations.AddIndex(
            model_name="certificate",
            index=models.Index(fields=["course", "account"], name="certificate_of_course"),
        ),
        migrations.AddConstraint(
            model_name="certificate",
            constraint=models.UniqueConstraint(
                fields=("account", "course", "done_on"), name="certificate_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="certificate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("until", None), ("until__gte", models.F("done_on")), _connector="OR"
                ),
                name="certificate_counts_after",
            ),
        ),
        migrations.AddIndex(
            model_name="drill",
            index=models.Index(fields=["-on", "code"], name="drill_newest"),
        ),
        migrations.AddIndex(
            model_name="drillchange",
            index=models.Index(fields=["drill", "due_on"], name="drill_change_of"),
        ),
        migrations.AddConstraint(
            model_name="drillchange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("checked_at", None), ("said_at__isnull", False), _connector="OR"
                ),
                name="drill_change_said_first",
            ),
        ),
        migrations.AddConstraint(
            model_name="drillchange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("checked_by", None),
                    ("said_by", None),
                    models.Q(("checked_by", models.F("said_by")), _negated=True),
                    _connector="OR",
                ),
                name="drill_change_checked_apart",
            ),
        ),
        migrations.AddConstraint(
            model_name="drillchange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("said_at", None), models.Q(("evidence", ""), _negated=True), _connector="OR"
                ),
                name="drill_change_has_evidence",
            ),
        ),
        migrations.AddIndex(
            model_name="drillentry",
            index=models.Index(fields=["drill", "at", "id"], name="drill_log"),
        ),
        migrations.AddConstraint(
            model_name="drillteam",
            constraint=models.UniqueConstraint(fields=("drill", "team"), name="drill_team_once"),
        ),
        migrations.AddConstraint(
            model_name="staffsurveydraw",
            constraint=models.UniqueConstraint(
                fields=("survey", "account"), name="staff_slip_one_each"
            ),
        ),
        migrations.AddConstraint(
            model_name="staffsurveyslip",
            constraint=models.UniqueConstraint(fields=("survey", "mark"), name="staff_slip_once"),
        ),
    ]

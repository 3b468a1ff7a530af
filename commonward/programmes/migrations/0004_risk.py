import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0001_initial"),
        ("people", "0001_initial"),
        ("programmes", "0003_councils"),
    ]

    operations = [
        migrations.CreateModel(
            name="RiskTerms",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField(unique=True)),
                ("data", models.JSONField()),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "programmes_riskterms",
                "indexes": [],
                "constraints": [],
            },
        ),
        migrations.CreateModel(
            name="RiskReview",
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
                ("key", models.CharField(blank=True, max_length=60)),
                ("title", models.CharField(max_length=120)),
                ("title_en", models.CharField(blank=True, max_length=160)),
                (
                    "office",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.team",
                    ),
                ),
                ("facts", models.TextField()),
                ("facts_en", models.TextField(blank=True)),
                ("cost", models.PositiveBigIntegerField(blank=True, null=True)),
                (
                    "drafted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("drafted_at", models.DateTimeField()),
                ("announced_at", models.DateTimeField(blank=True, null=True)),
                ("notice_until", models.DateTimeField(blank=True, null=True)),
                ("decision", models.CharField(blank=True, max_length=10)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("why", models.TextField(blank=True)),
                ("why_en", models.TextField(blank=True)),
                ("changed", models.TextField(blank=True)),
                ("changed_en", models.TextField(blank=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "db_table": "programmes_riskreview",
                "indexes": [
                    models.Index(
                        condition=models.Q(("announced_at__isnull", False)),
                        fields=["-announced_at", "case"],
                        name="risk_review_announced",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("key", ""), _negated=True),
                        fields=("key",),
                        name="one_risk_review_per_key",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at", None), ("decision", "")),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("decision__in", ["go", "conditions", "later", "no"]),
                                models.Q(("why", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="risk_decision_has_reasons",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("announced_at", None),
                            models.Q(
                                ("notice_until__gt", models.F("announced_at")),
                                ("notice_until__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="risk_notice_ends",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RiskGroup",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="groups",
                        to="programmes.riskreview",
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("name_en", models.CharField(blank=True, max_length=160)),
                ("size", models.CharField(max_length=12)),
                ("how", models.TextField(blank=True)),
                ("how_en", models.TextField(blank=True)),
            ],
            options={
                "db_table": "programmes_riskgroup",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "size__in",
                                ["under_5", "5_49", "50_199", "200_999", "1000_9999", "10000_up"],
                            )
                        ),
                        name="risk_group_is_a_range",
                    ),
                    models.UniqueConstraint(fields=("review", "name"), name="risk_group_once"),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="RiskQuestion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="questions",
                        to="programmes.riskreview",
                    ),
                ),
                ("kind", models.CharField(max_length=10)),
                ("words", models.TextField()),
                ("said", models.BinaryField(null=True)),
                ("contact", models.BinaryField(null=True)),
                ("receipt", models.CharField(max_length=64, unique=True)),
                ("asked_at", models.DateTimeField()),
                ("shown_from", models.DateTimeField()),
                ("read_at", models.DateTimeField(blank=True, null=True)),
                ("due_at", models.DateTimeField()),
                ("answer", models.TextField(blank=True)),
                ("answer_en", models.TextField(blank=True)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("heeded", models.BooleanField(default=False)),
            ],
            options={
                "db_table": "programmes_riskquestion",
                "indexes": [
                    models.Index(fields=["review", "asked_at"], name="risk_question_of_review"),
                    models.Index(
                        condition=models.Q(("answered_at", None)),
                        fields=["due_at"],
                        name="risk_question_owed",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["question", "objection", "proposal"])),
                        name="risk_question_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answer", ""), ("answered_at", None)),
                            models.Q(
                                ("answered_at__isnull", False),
                                models.Q(("answer", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="risk_answer_has_words",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RiskHearing",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="hearings",
                        to="programmes.riskreview",
                    ),
                ),
                ("at", models.DateTimeField()),
                ("place", models.CharField(max_length=160)),
                ("place_en", models.CharField(blank=True, max_length=200)),
                ("slots", models.PositiveSmallIntegerField()),
                ("announced_at", models.DateTimeField()),
                ("held_at", models.DateTimeField(blank=True, null=True)),
                ("came", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("minutes", models.TextField(blank=True)),
                ("minutes_en", models.TextField(blank=True)),
                ("called_off", models.CharField(blank=True, max_length=300)),
                ("names_gone_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "db_table": "programmes_riskhearing",
                "indexes": [
                    models.Index(
                        condition=models.Q(("names_gone_at", None)),
                        fields=["at"],
                        name="risk_hearing_names_due",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("slots__gte", 1), ("slots__lte", 2000)),
                        name="risk_hearing_has_places",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("held_at", None),
                            models.Q(("minutes", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="risk_hearing_has_minutes",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RiskSeat",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "hearing",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="seats",
                        to="programmes.riskhearing",
                    ),
                ),
                ("receipt", models.CharField(max_length=64, unique=True)),
                ("speaks", models.BooleanField(default=False)),
                ("name", models.BinaryField(null=True)),
            ],
            options={
                "db_table": "programmes_riskseat",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("speaks", True), ("name", None), _connector="OR"),
                        name="risk_seat_of_listener_is_nameless",
                    )
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="RiskOpinion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="opinions",
                        to="programmes.riskreview",
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                ("office", models.CharField(max_length=160)),
                ("consent_at", models.DateTimeField()),
                ("interests", models.TextField(blank=True)),
                ("declared_at", models.DateTimeField(blank=True, null=True)),
                ("recommends", models.CharField(blank=True, max_length=10)),
                ("words", models.TextField(blank=True)),
                ("words_en", models.TextField(blank=True)),
                ("given_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "db_table": "programmes_riskopinion",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("declared_at", None), ("interests", "")),
                            models.Q(
                                ("declared_at__isnull", False),
                                models.Q(("interests", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="risk_interests_are_said",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("given_at", None), ("recommends", ""), ("words", "")),
                            models.Q(
                                ("declared_at__isnull", False),
                                ("given_at__isnull", False),
                                ("recommends__in", ["go", "conditions", "later", "no"]),
                                models.Q(("words", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="risk_opinion_after_interests",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="RiskItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="programmes.riskreview",
                    ),
                ),
                ("what", models.TextField()),
                ("what_en", models.TextField(blank=True)),
                (
                    "group",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programmes.riskgroup",
                    ),
                ),
                ("likely", models.CharField(max_length=10)),
                ("grave", models.CharField(max_length=10)),
                ("level", models.CharField(max_length=10)),
                ("table", models.CharField(max_length=20)),
                ("measure", models.TextField()),
                ("measure_en", models.TextField(blank=True)),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.team",
                    ),
                ),
                ("due_at", models.DateTimeField()),
            ],
            options={
                "db_table": "programmes_riskitem",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("grave__in", ["slight", "felt", "grave", "lasting"]),
                            ("level__in", ["low", "middle", "high", "stop"]),
                            ("likely__in", ["rare", "possible", "likely", "expected"]),
                        ),
                        name="risk_item_by_the_table",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("measure", ""), _negated=True),
                        name="risk_item_has_a_measure",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="RiskCondition",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="conditions",
                        to="programmes.riskreview",
                    ),
                ),
                ("words", models.TextField()),
                ("words_en", models.TextField(blank=True)),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.team",
                    ),
                ),
                (
                    "task",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.task",
                    ),
                ),
                ("due_at", models.DateTimeField()),
                ("evidence", models.TextField(blank=True)),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                (
                    "done_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("checked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "checked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("sent_back", models.CharField(blank=True, max_length=300)),
            ],
            options={
                "db_table": "programmes_riskcondition",
                "indexes": [
                    models.Index(
                        condition=models.Q(("done_at", None)),
                        fields=["due_at"],
                        name="risk_condition_due",
                    ),
                    models.Index(fields=["team", "due_at"], name="risk_condition_of_team"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("done_at", None),
                            models.Q(("evidence", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="risk_condition_has_evidence",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("checked_at", None), ("done_at__isnull", False), _connector="OR"
                        ),
                        name="risk_condition_done_before_check",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("checked_by", None),
                            ("done_by", None),
                            models.Q(("checked_by", models.F("done_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="risk_condition_checked_apart",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RiskMask",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="masks",
                        to="programmes.riskreview",
                    ),
                ),
                ("part", models.CharField(max_length=20)),
                ("row", models.PositiveBigIntegerField(default=0)),
                ("ground", models.CharField(max_length=10)),
                ("reason", models.CharField(max_length=300)),
                ("role", models.CharField(max_length=40)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("lifted_at", models.DateTimeField(blank=True, null=True)),
                (
                    "lifted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "programmes_riskmask",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reason", ""), _negated=True),
                            ("ground__in", ["private", "law"]),
                        ),
                        name="risk_mask_has_a_reason",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("lifted_at", None)),
                        fields=("review", "part", "row"),
                        name="risk_masked_once",
                    ),
                ],
                "indexes": [],
            },
        ),
    ]

"""A review of risk says where its project lies; councils' meetings have minutes and decisions;
photos of proposals are told in words."""

from django.db import migrations, models
from django.db.models import Q
from django.db.models.deletion import PROTECT


class Migration(migrations.Migration):
    dependencies = [("programmes", "0010_answers_owed")]

    operations = [
        migrations.AddField(
            model_name="riskreview",
            name="outline",
            field=models.JSONField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="council",
            name="case",
            field=models.OneToOneField(
                blank=True, null=True, on_delete=PROTECT, related_name="+", to="cases.case"
            ),
        ),
        migrations.CreateModel(
            name="CouncilMeeting",
            fields=[
                ("id", models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("held_on", models.DateField()),
                ("about", models.CharField(max_length=160)),
                ("about_en", models.CharField(blank=True, max_length=200)),
                ("minutes", models.TextField()),
                ("minutes_en", models.TextField(blank=True)),
                ("written_at", models.DateTimeField()),
                ("council", models.ForeignKey(
                    db_index=False, on_delete=PROTECT, related_name="meetings",
                    to="programmes.council")),
            ],
            options={
                "db_table": "programmes_councilmeeting",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("council", "held_on"), name="council_met_once_a_day"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CouncilDecision",
            fields=[
                ("id", models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("words", models.CharField(max_length=300)),
                ("words_en", models.CharField(blank=True, max_length=400)),
                ("due_on", models.DateField(blank=True, null=True)),
                ("became", models.CharField(blank=True, max_length=300)),
                ("became_en", models.CharField(blank=True, max_length=400)),
                ("told_at", models.DateTimeField(blank=True, null=True)),
                ("meeting", models.ForeignKey(
                    on_delete=PROTECT, related_name="decisions", to="programmes.councilmeeting")),
                ("task", models.ForeignKey(
                    blank=True, null=True, on_delete=PROTECT, related_name="+", to="cases.task")),
                ("team", models.ForeignKey(
                    blank=True, db_index=False, null=True, on_delete=PROTECT, related_name="+",
                    to="people.team")),
            ],
            options={
                "db_table": "programmes_councildecision",
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(told_at=None, became="")
                        | (Q(told_at__isnull=False) & ~Q(became="")),
                        name="council_became_has_words",
                    ),
                    models.CheckConstraint(
                        condition=Q(task=None) | Q(team__isnull=False, due_on__isnull=False),
                        name="council_order_has_team_and_day",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProposalPhoto",
            fields=[
                ("id", models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(max_length=64)),
                ("words", models.CharField(blank=True, max_length=200)),
                ("proposal", models.ForeignKey(
                    db_index=False, on_delete=PROTECT, related_name="+",
                    to="programmes.proposal")),
            ],
            options={
                "db_table": "programmes_proposalphoto",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("proposal", "digest"), name="proposal_photo_once"
                    ),
                ],
            },
        ),
    ]  # fmt: skip

"""Indexes for the dispatch board: a stage's cases by their due moment, owed tasks, hand-backs."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("cases", "0005_deliveries"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="case",
            index=models.Index(condition=models.Q(("due_at__isnull", False)), fields=["stage", "due_at", "id"], name="case_board"),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(condition=models.Q(("verb__in", ["hand_back", "mis_dispatched"])), fields=["id"], name="event_returned"),
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(condition=models.Q(("is_open", True)), fields=["kind", "id"], name="task_owed"),
        ),
    ]

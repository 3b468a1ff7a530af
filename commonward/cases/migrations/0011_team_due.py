"""An index for what waits for a team: its open cases by their due moment."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("cases", "0010_hidden"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="case",
            index=models.Index(condition=models.Q(("due_at__isnull", False)), fields=["team", "due_at", "id"], name="case_team_due"),
        ),
    ]

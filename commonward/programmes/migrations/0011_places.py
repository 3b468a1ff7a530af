"""A review of risk says where its project lies."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("programmes", "0010_answers_owed")]

    operations = [
        migrations.AddField(
            model_name="riskreview",
            name="outline",
            field=models.JSONField(blank=True, null=True),
        ),
    ]

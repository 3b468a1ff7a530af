"""A call that has ended no longer says at which telephone it was answered."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0028_conversations"),
    ]

    operations = [
        migrations.RunSQL(
            "UPDATE cases_phonecall SET extension = '' WHERE ended_at IS NOT NULL",
            migrations.RunSQL.noop,
        ),
        migrations.AddConstraint(
            model_name="phonecall",
            constraint=models.CheckConstraint(
                condition=models.Q(("ended_at", None), ("extension", ""), _connector="OR"),
                name="ended_call_names_no_telephone",
            ),
        ),
    ]

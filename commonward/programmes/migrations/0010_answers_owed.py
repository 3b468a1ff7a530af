"""Who owes an answer in a review of risk is reminded; a month of an area's plan is filed there."""

from typing import Any

from django.db import migrations, models


def file_months(apps: Any, schema_editor: Any) -> None:
    """Months that were opened before were the whole site's, and an area's officer could not move
    them."""
    review = apps.get_model("programmes", "MonthlyReview")
    case = apps.get_model("cases", "Case")
    rows = review.objects.filter(plan__area__isnull=False, case__area=None)
    for pk, area, path in rows.values_list("case_id", "plan__area_id", "plan__area__path"):
        case.objects.filter(pk=pk).update(area=area, area_path=path)


class Migration(migrations.Migration):
    dependencies = [("programmes", "0009_surveys")]

    operations = [
        migrations.AddField(
            model_name="riskquestion",
            name="soon_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="riskquestion",
            name="late_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.RunPython(file_months, migrations.RunPython.noop),
    ]

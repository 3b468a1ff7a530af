"""A unit's area, taken from its station; a shift's radio name, and what its crew found missing."""

from typing import Any

import shapely
from django.db import migrations, models
from django.db.models import Q


def areas_of_stations(apps: Any, _schema: Any) -> None:
    """The deepest drawn area in force that holds the station; "" where none does."""
    units = list(apps.get_model("response", "Unit").objects.filter(area=""))
    if not units:
        return
    drawn = apps.get_model("areas", "Shape").objects.filter(
        valid_until=None, area__valid_until=None
    )
    shapes = [
        (path.count("/"), code, shapely.from_wkb(bytes(wkb)))
        for path, code, wkb in drawn.values_list("area__path", "area__code", "wkb")
    ]
    shapes.sort(key=lambda one: (-one[0], one[1]))
    for unit in units:
        point = shapely.Point(unit.base_lon, unit.base_lat)
        unit.area = next((code for _deep, code, shape in shapes if shape.covers(point)), "")
        unit.save(update_fields=["area"])


def names_on_duty(apps: Any, _schema: Any) -> None:
    """What a unit on duty is called; of two with one name the first keeps it for this shift."""
    taken = set()
    shifts = apps.get_model("response", "Duty").objects.filter(off_at=None).select_related("unit")
    for shift in shifts.order_by("on_at", "pk"):
        if shift.unit.radio_name not in taken:
            taken.add(shift.unit.radio_name)
            shift.radio_name = shift.unit.radio_name
            shift.save(update_fields=["radio_name"])


class Migration(migrations.Migration):
    dependencies = [
        ("areas", "0002_news"),
        ("response", "0003_plans"),
    ]

    operations = [
        migrations.AddField(
            model_name="unit",
            name="area",
            field=models.CharField(blank=True, max_length=32),
        ),
        migrations.AddField(
            model_name="duty",
            name="radio_name",
            field=models.CharField(blank=True, max_length=60),
        ),
        migrations.AddField(
            model_name="duty",
            name="checked_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="duty",
            name="defects",
            field=models.BinaryField(null=True),
        ),
        migrations.RunPython(areas_of_stations, migrations.RunPython.noop),
        migrations.RunPython(names_on_duty, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="duty",
            constraint=models.UniqueConstraint(
                condition=Q(("off_at", None), Q(("radio_name", ""), _negated=True)),
                fields=("radio_name",),
                name="one_radio_name_on_duty",
            ),
        ),
    ]

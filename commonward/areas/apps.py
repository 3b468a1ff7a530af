"""Django's registration of the room `areas`."""

from django.apps import AppConfig
from django.core import checks


class AreasConfig(AppConfig):
    """The room `areas`."""

    name = "commonward.areas"
    label = "areas"

    def ready(self) -> None:
        """Register the room's system checks."""
        from commonward.areas.checks import check_calendars  # noqa: PLC0415 (models must be loaded)

        checks.register(check_calendars, checks.Tags.database)

"""Django's registration of the room `people`."""

from django.apps import AppConfig
from django.core import checks


class PeopleConfig(AppConfig):
    """The room `people`."""

    name = "commonward.people"
    label = "people"

    def ready(self) -> None:
        """Register the room's system checks; let migrations draw what they need only."""
        from commonward.people.checks import check_schema  # noqa: PLC0415 (models must be loaded)
        from commonward.people.states import draw_lightly  # noqa: PLC0415 (models must be loaded)

        draw_lightly()
        checks.register(check_schema, checks.Tags.database)

"""`migrate`: Django's own, which goes forward; going back takes more than a slip of the hand."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.core.management.commands.migrate import Command as Forward
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _


class Command(Forward):
    """A database of a newer version is refused by the system check (`people.checks`)."""

    def add_arguments(self, parser: CommandParser) -> None:
        """Django's, and the word of who knows what is lost."""
        super().add_arguments(parser)
        parser.add_argument(
            "--back-and-lose",
            action="store_true",
            help="go back to an earlier step, and lose what the later ones brought",
        )

    def handle(self, *args: Any, **options: Any) -> str | None:
        """Go forward, or refuse in words."""
        if options["migration_name"] and not options["back_and_lose"]:
            changes = not (options["plan"] or options["check_unapplied"])
            back = _backwards(options) if changes else []
            if back:
                raise CommandError(
                    _(
                        "That goes back over {count} steps ({steps}): what they added is deleted, "
                        "also what people wrote into it. To go back, restore a backup that was "
                        "made before the upgrade, with the older version. Whoever knows what is "
                        "lost says --back-and-lose."
                    ).format(count=len(back), steps=", ".join(back[:5]))
                )
        return super().handle(*args, **options)


def _backwards(options: dict[str, Any]) -> list[str]:
    """The steps that would be undone; what cannot be found is left to Django's own words."""
    executor = MigrationExecutor(connections[options["database"]])
    app, name = options["app_label"], options["migration_name"]
    if name == "zero":
        target: tuple[str, str | None] = (app, None)
    else:
        try:
            target = (app, executor.loader.get_migration_by_prefix(app, name).name)
        except (KeyError, LookupError):
            return []
    if app not in executor.loader.migrated_apps:
        return []
    plan = executor.migration_plan([target])
    return [f"{one.app_label}.{one.name}" for one, backwards in plan if backwards]

"""System checks: code that is older than its database must not touch it."""

from collections.abc import Sequence
from typing import Any

from django.core import checks

from commonward.core.refusals import Refusal
from commonward.people.queries.schema import require_own_schema
from commonward.people.words import tell


def check_schema(
    app_configs: Sequence[Any] | None = None,
    databases: Sequence[str] | None = None,
    **kwargs: Any,
) -> list[checks.CheckMessage]:
    """An error where a newer version has set the database up; asked by `migrate`, too."""
    if not databases:
        return []
    try:
        require_own_schema()
    except Refusal as refusal:
        return [checks.Error(tell(refusal), id="people.E001")]
    return []

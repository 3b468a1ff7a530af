"""No server begins on the database of a newer version (降级拒绝)."""

from django.db import connections


def own_schema() -> None:
    """Not a page on the database of a newer version: older code would harm it. Raises SystemExit."""
    from commonward.core.refusals import Refusal  # noqa: PLC0415 (settings first)
    from commonward.people.queries.schema import require_own_schema  # noqa: PLC0415
    from commonward.people.words import tell  # noqa: PLC0415

    try:
        require_own_schema()
    except Refusal as refusal:
        raise SystemExit(tell(refusal)) from refusal
    finally:
        connections.close_all()

"""The WSGI application (granian, or gunicorn with threads)."""

import os
from contextlib import suppress
from datetime import UTC, datetime
from threading import Thread

from django.core.wsgi import get_wsgi_application
from django.db import DatabaseError, connections
from django.urls import get_resolver

from commonward.config import logs, tracing
from commonward.config.collecting import settled
from commonward.config.schema import own_schema

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commonward.config.settings")


def _ready() -> None:
    """Load what the first requests of a worker would all wait for: the pages and the site's data.

    Otherwise a worker that comes up beside a busy one takes its share of the clients before it
    knows a single address, and lets them wait for seconds (measured: 7 s on two busy cores).
    """
    from commonward.areas.queries import locate, revisions  # noqa: PLC0415 (settings first)
    from commonward.areas.queries.answering import answering_for  # noqa: PLC0415
    from commonward.cases.queries.reference import book  # noqa: PLC0415

    list(get_resolver().reverse_dict)  # imports each door
    # A server may come up before its database does.
    with suppress(DatabaseError):
        at, now = datetime.now(UTC), revisions()
        book(now)
        locate(0.0, 0.0, at=at, revisions=now)
        answering_for("", "", "", "", at, office_open=True, revisions=now)
    connections.close_all()


def _read_the_map() -> None:
    """Read the open cases for the maps while others are served: a million take some seconds, and
    the first who looks at a map would wait for them. Each worker reads its own."""
    from commonward.cases.queries.on_map import kept  # noqa: PLC0415 (settings first)

    with suppress(DatabaseError):
        kept()
    connections.close_all()


logs.process_is("web")
application = get_wsgi_application()
tracing.start("web")
own_schema()
_ready()
settled()
Thread(target=_read_the_map, name="map", daemon=True).start()

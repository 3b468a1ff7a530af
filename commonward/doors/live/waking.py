"""What tells a process that something was written: PostgreSQL's LISTEN, SQLite's data version."""

import asyncio
import logging
import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any

import psycopg
from django.db import connection

from commonward.cases.actions.ringing import CHANNEL

log = logging.getLogger(__name__)
LOOK_EVERY = 0.1
TRY_AGAIN_AFTER = 1.0


async def waking(wake: Callable[[], None]) -> None:
    """Call `wake` at each writing, for ever; a lost connection is made anew."""
    once = _postgresql if connection.vendor == "postgresql" else _sqlite
    while True:
        try:
            await once(wake)
        except (psycopg.Error, sqlite3.Error, OSError) as fault:
            log.warning("live: no word from the database (%s); trying again", fault)
        await asyncio.sleep(TRY_AGAIN_AFTER)


async def _postgresql(wake: Callable[[], None]) -> None:
    known: dict[str, Any] = connection.get_connection_params()
    given = {k: v for k, v in known.items() if k not in ("cursor_factory", "context", "pool")}
    async with await psycopg.AsyncConnection.connect(**given, autocommit=True) as listening:
        await listening.execute(f"LISTEN {CHANNEL}")
        wake()  # what was written while nobody listened
        async for _ in listening.notifies():
            wake()


async def _sqlite(wake: Callable[[], None]) -> None:
    # The version rises with every commit of another connection, whichever process it is in.
    name = str(connection.settings_dict["NAME"])
    with closing(sqlite3.connect(name, isolation_level=None)) as looking:
        before = None
        while True:
            version = looking.execute("PRAGMA data_version").fetchone()
            if version != before:
                before = version
                wake()
            await asyncio.sleep(LOOK_EVERY)

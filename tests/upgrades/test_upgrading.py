"""What an earlier version wrote is whole after the upgrade, and the present code works on with it."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection

from tests.architecture.tracked import ROOT

HERE = Path(__file__).resolve().parent
EARLIER = sorted(path.name for path in HERE.glob("*.json.gz"))


@pytest.fixture
def place(tmp_path: Path, db: None) -> Iterator[dict[str, str]]:
    """A folder and a database of its own, on the database that the tests run on."""
    told = {**os.environ, "COMMONWARD_VAR": str(tmp_path)}
    told.pop("DATABASE_URL", None)
    if connection.vendor != "postgresql":
        yield told
        return
    import psycopg  # noqa: PLC0415 (only where the tests run on PostgreSQL)

    given = connection.settings_dict
    known = {
        "host": given["HOST"], "port": given["PORT"], "user": given["USER"],
        "password": given["PASSWORD"],
    }  # fmt: skip
    known = {name: str(value) for name, value in known.items() if value}
    with psycopg.connect(dbname=given["NAME"], autocommit=True, **known) as own:
        own.execute("DROP DATABASE IF EXISTS commonward_upgraded")
        own.execute("CREATE DATABASE commonward_upgraded")
        user = ":".join(quote(known[one], safe="") for one in ("user", "password") if one in known)
        host = quote(known.get("host", ""), safe="")
        told["DATABASE_URL"] = (
            f"postgresql://{user}@{host}:{known.get('port', '5432')}/commonward_upgraded"
        )
        yield told
        own.execute("DROP DATABASE commonward_upgraded WITH (FORCE)")


@pytest.mark.parametrize("earlier", EARLIER)
def test_what_an_earlier_version_wrote_is_whole_after_the_upgrade(
    earlier: str, place: dict[str, str]
) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", str(HERE / "walk.py"), str(HERE / earlier)],
        cwd=ROOT, env=place, capture_output=True, text=True, timeout=1800,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert told["as_then"], "the migrations of that day were taken, and no other"
    lost = {
        table: (count, told["after"].get(table))
        for table, count in told["before"].items()
        if told["after"].get(table, 0) < count
    }
    assert not lost and told["before"]["cases_event"] > 10
    assert told["owed"] == []
    assert told["words"][1] == "Rubbish 垃圾 beside the gate."
    assert told["contact"] == {"phone": "13800138000"}, "sealed then, opened now"
    assert told["opened"] and len(told["stages"]) == 4

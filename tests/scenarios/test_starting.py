"""A worker that has just come up knows everything that its first requests need."""

import os
import subprocess
import sys
from pathlib import Path

from django.conf import settings

FIRST = """
import sys
from wsgiref.util import setup_testing_defaults
from commonward.config.wsgi import application
known = set(sys.modules)
environ = {"PATH_INFO": "/open311/nothing.xml", "HTTP_HOST": "localhost"}
setup_testing_defaults(environ)
told = []
application(environ, lambda status, headers: told.append(status))
print(told[0])
print(*sorted(name for name in set(sys.modules) - known if name.startswith("commonward.")))
"""


def test_the_first_request_waits_for_no_code_and_a_server_comes_up_before_its_database(
    tmp_path: Path,
) -> None:
    (tmp_path / "static").mkdir()
    environment = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
    environment["COMMONWARD_VAR"] = str(tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", FIRST],
        env=environment,
        cwd=settings.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    status, imported = done.stdout.split("\n")[:2]
    assert status == "404 Not Found"
    assert imported == ""

"""`python -m bench [NAME …]`: run the measurements, print one table, keep it in results/.

A measurement is a module of this folder with `bench(ctx) -> list[Row]` and `DATABASES`, the
kinds of database it wants: "postgres", "sqlite" or "" for none. Each run has a process and an
empty database of its own, so that none warms or burdens the next.
"""

import argparse
import ast
import contextlib
import importlib
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from rich.console import Console
from rich.table import Table

from bench.rows import Context, Row
from house import postgres

RESULTS = Path(__file__).parent / "results"
ROOT = Path(__file__).resolve().parent.parent


def names() -> dict[str, tuple[str, ...]]:
    """Every measurement with the databases it wants, by name."""
    found = {}
    for path in sorted(Path(__file__).parent.glob("*.py")):
        # Read, not imported: most need Django, which only the child sets up.
        wanted = re.search(r"^DATABASES = (\(.*\))$", path.read_text("utf-8"), re.MULTILINE)
        if wanted:
            found[path.stem] = tuple(ast.literal_eval(wanted.group(1)))
    return found


def main() -> int:
    """Run those that were named, or all; exit code 1 when one of them broke."""
    known = names()
    asked = argparse.ArgumentParser(prog="bench", description=__doc__)
    asked.add_argument("names", nargs="*", help=f"some of: {', '.join(known)}")
    asked.add_argument("--scale", type=float, default=1.0, help="share of the whole work")
    asked.add_argument(
        "--keep", default="", metavar="FOLDER", help="where made data stays for the next run"
    )
    asked.add_argument("--child", default="", help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.child:
        return child(given.child, given.scale, given.keep)
    wrong = set(given.names) - set(known)
    if wrong:
        asked.error(f"unknown: {', '.join(sorted(wrong))}; known: {', '.join(known)}")
    console = Console()
    rows: list[tuple[str, Row]] = []
    broken = False
    with contextlib.ExitStack() as stack:
        server = ""
        for name in given.names or known:
            for database in known[name]:
                if database == "postgres" and not server:
                    server = os.environ.get("DATABASE_URL") or stack.enter_context(
                        postgres.throwaway(durable=True)
                    )
                with console.status(f"{name} {database}"):
                    done = run(name, database, server, given.scale, given.keep)
                if done is None:
                    broken = True
                    console.print(f"{name} {database}: broke")
                for row in done or ():
                    rows.append((database, row))
                    console.print(f"{row.work}: {row.measured} (budget {row.budget})")
    console.print(table(rows))
    written = write(rows, given.scale, whole=not given.names)
    console.print(f"kept in {written.relative_to(ROOT)}")
    return 1 if broken else 0


def run(name: str, database: str, server: str, scale: float, keep: str = "") -> list[Row] | None:
    """One measurement in a process of its own; None when it broke."""
    with tempfile.TemporaryDirectory(prefix="commonward-bench-") as kept, own(server, name) as url:
        folder = Path(kept)
        (folder / "static").mkdir()
        environment = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
        environment |= {
            "COMMONWARD_VAR": str(folder),
            "DJANGO_SETTINGS_MODULE": "commonward.config.settings",
            "COMMONWARD_LANGUAGE": "en",
        }
        if database == "postgres":
            environment["DATABASE_URL"] = url
        command = [sys.executable, "-m", "bench", "--scale", str(scale), "--child", name]
        command += ["--keep", str(Path(keep).resolve())] if keep else []
        done = subprocess.run(command, env=environment, cwd=ROOT, check=False)
        found = folder / "rows.json"
        if done.returncode or not found.exists():
            return None
        return [Row(**row) for row in json.loads(found.read_text("utf-8"))]


@contextlib.contextmanager
def own(server: str, name: str) -> Iterator[str]:
    """An empty database on the server, dropped at the end; "" without a server."""
    if not server:
        yield ""
        return
    made = f"bench_{name}_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{made}"')
    try:
        yield urlunsplit(urlsplit(server)._replace(path=f"/{made}"))
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{made}" WITH (FORCE)')


def child(name: str, scale: float, keep: str = "") -> int:
    """In the process of its own: set Django up, measure, leave the rows in the folder."""
    django = importlib.import_module("django")
    django.setup()
    module = importlib.import_module(f"bench.{name}")
    if module.DATABASES != ("",):
        importlib.import_module("django.core.management").call_command("migrate", verbosity=0)
    folder = Path(os.environ["COMMONWARD_VAR"])
    rows = module.bench(Context(scale, folder, Path(keep) if keep else None))
    (folder / "rows.json").write_text(json.dumps([asdict(row) for row in rows]), "utf-8")
    return 0


HEADS = ("work", "measured", "budget", "ok", "note")


def cells(database: str, row: Row) -> tuple[str, ...]:
    """A row as the table shows it."""
    work = f"{row.work} [{database}]" if database else row.work
    ok = {True: "yes", False: "NO", None: "–"}[row.ok]
    return (work, row.measured, row.budget, ok, row.note)


def table(rows: list[tuple[str, Row]]) -> Table:
    """The one table, for a terminal."""
    made = Table(*HEADS, title="Measurements")
    for database, row in rows:
        made.add_row(*(cell.replace("[", "\\[") for cell in cells(database, row)))
    return made


def write(rows: list[tuple[str, Row]], scale: float, *, whole: bool) -> Path:
    """The same as a page; parts and samples do not replace the table of a whole run."""
    path = RESULTS / "latest.md" if whole and scale == 1.0 else ROOT / "var" / "bench.md"
    path.parent.mkdir(exist_ok=True)
    lines = [
        "# Measurements",
        "",
        *(f"- {line}" for line in machine()),
        *([f"- a sample: {scale:g} of the whole work"] if scale != 1.0 else []),
        "",
        f"| {' | '.join(HEADS)} |",
        f"|{'---|' * len(HEADS)}",
    ]
    for database, row in rows:
        told = (cell.replace("|", "\\|") for cell in cells(database, row))
        lines.append(f"| {' | '.join(told)} |")
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def machine() -> list[str]:
    """Where and with what it was measured."""
    processor = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.processor(),
    )
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    versions = [f"Python {platform.python_version()}"]
    for package in ("django", "psycopg", "granian", "numpy", "shapely"):
        found = importlib.import_module("importlib.metadata").version(package)
        versions.append(f"{package} {found}")
    folder = postgres.binaries()
    if folder is not None:
        told = subprocess.run(
            [str(folder / "postgres"), "--version"], capture_output=True, text=True, check=False
        )
        versions.append(told.stdout.strip())
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    busy = os.getloadavg()[0]
    return [
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, commit {commit.stdout.strip()}",
        f"{processor}, {os.cpu_count()} cores, {memory:.0f} GiB, load {busy:.1f} when written",
        ", ".join(versions),
    ]


if __name__ == "__main__":
    sys.exit(main())

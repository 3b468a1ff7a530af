"""The small district, made once for this code and copied: the migrations alone cost minutes."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from house import postgres
from tests import migrated

if TYPE_CHECKING:
    from faults.installation import Site

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / "var" / "faults"


def fill(site: "Site") -> dict[str, Any]:
    """Put the district into the site's empty database and folder; what `faults.inside make` told."""
    kind = "postgresql" if site.database else "sqlite"
    kept = KEPT / f"{kind}-{migrated.digest()}"
    if not (kept / "told.json").exists():
        print("   the district is made once for this code …", flush=True)
        if not site.database:
            # What the tests keep of the same migrations, where they have run here.
            tested = ROOT / ".pytest_cache" / "d" / "migrated" / f"{migrated.digest()}.sqlite3"
            migrated.bring(tested, site.var / "commonward.sqlite3")
        told = site.inside("make")
        kept.mkdir(parents=True, exist_ok=True)
        if site.database:
            _client("pg_dump", "--format=custom", f"--file={kept / 'dump'}", site.database)
        for name in ("commonward.sqlite3", "master-key", "secret-key"):
            if (site.var / name).exists():
                shutil.copy2(site.var / name, kept / name)
        (kept / "told.json").write_text(json.dumps(told))
        return told
    if site.database:
        _client("pg_restore", "--no-owner", f"--dbname={site.database}", str(kept / "dump"))
    for path in kept.iterdir():
        if path.name not in ("dump", "told.json"):
            shutil.copy2(path, site.var / path.name)
    found: dict[str, Any] = json.loads((kept / "told.json").read_text())
    return found


def _client(name: str, *arguments: str) -> None:
    folder = postgres.binaries()
    assert folder is not None
    subprocess.run([str(folder / name), *arguments], check=True, stdout=sys.stderr, env=os.environ)

"""`./dev release`: wheel and source package, built twice and equal, with parts list and sums.

Everything is made of the commit, never of the folder: two clean clones at two places are built,
and every byte must agree. The date inside is the commit's. Standard library alone, and uv.

--try        install the wheel alone into a fresh environment and serve a page from an empty folder
--unreleased build although the changelog still says “unreleased” (for a look, not to publish)
"""

import argparse
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import tomllib
import urllib.request
import uuid
import zipfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from house.installing import ROOT, Failed, interpreter, uv

PACKAGE = "commonward/"
OWED = (
    "commonward/locale/zh_Hans/LC_MESSAGES/django.mo",
    "commonward/core/procedures/service_matter.toml",
    "commonward/cases/migrations/0001_initial.py",
    "commonward/doors/look/static/",
    "commonward/doors/portal/templates/",
    "commonward/doors/demo/",
)
"""One of each kind that a package is apt to forget."""
_NAMESPACE = uuid.UUID("5c3e5a8e-7d53-5d0b-9a2b-7f3d0c4f6d11")
_PATIENCE = 120.0


def main(arguments: list[str]) -> int:
    """Build, compare, list, sum; 1 where anything differs or is missing."""
    parser = argparse.ArgumentParser(prog="./dev release")
    parser.add_argument("--try", dest="tried", action="store_true")
    parser.add_argument("--unreleased", action="store_true")
    parser.add_argument("--out", type=Path, default=ROOT / "dist")
    told = parser.parse_args(arguments)
    version = told_version(ROOT)
    if not told.unreleased:
        refuse_unready(version)
    told.out.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="commonward-release-") as folder:
        builds = [_built(Path(folder, name)) for name in ("first", "a second place")]
        if wrong := differing(*builds):
            raise Failed(f"two builds of one commit differ: {', '.join(wrong)}")
        for name, data in builds[0].items():
            (told.out / name).write_bytes(data)
        if wrong := missing(told.out / f"commonward-{version}-py3-none-any.whl", _tracked()):
            raise Failed(f"the wheel is not the commit: {', '.join(wrong[:8])}")
        parts = told.out / f"commonward-{version}.cdx.json"
        parts.write_text(_parts(Path(folder, "first"), version), encoding="utf-8")
    made = sorted([*builds[0], parts.name])
    sums = "".join(f"{_sum((told.out / name).read_bytes())}  {name}\n" for name in made)
    (told.out / "SHA256SUMS").write_text(sums, encoding="utf-8")
    print(
        f"release: {version}, commit {_git('rev-parse', 'HEAD')}, built twice, equal\n{sums}",
        end="",
    )
    if told.tried:
        try_out(told.out / f"commonward-{version}-py3-none-any.whl")
    return 0


def told_version(root: Path) -> str:
    """The version, which stands in pyproject.toml and nowhere else in the code."""
    found = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    return str(found)


def refuse_unready(version: str) -> None:
    """Raise Failed where the tree is not what is committed, or the changelog has no date."""
    if _git("status", "--porcelain"):
        raise Failed("there are changes that are not committed: a release is made of a commit")
    head = re.search(r"^## \[(.+?)\] – (.+)$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.M)
    if head is None or head[1] != version or not re.fullmatch(r"\d{4}-\d\d-\d\d", head[2]):
        raise Failed(
            f"CHANGELOG.md must begin with `## [{version}] – YYYY-MM-DD`, "
            f"and begins with {head[0] if head else 'nothing of the kind'} (--unreleased: only a look)"
        )


def differing(one: Mapping[str, bytes], other: Mapping[str, bytes]) -> list[str]:
    """Names of files that are not the same in two builds, byte for byte."""
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


def missing(wheel: Path, tracked: Mapping[str, bytes]) -> list[str]:
    """What of the package is not in the wheel as it is committed, and what is there besides."""
    with zipfile.ZipFile(wheel) as file:
        inside = {name: file.read(name) for name in file.namelist() if not name.endswith("/")}
    wrong = [f"without {name}" for name, data in tracked.items() if inside.get(name) != data]
    wrong += [
        f"with {name}" for name in inside if name not in tracked and ".dist-info/" not in name
    ]
    wrong += [f"without any {one}" for one in OWED if not any(n.startswith(one) for n in inside)]
    entry = next((data for name, data in inside.items() if name.endswith("entry_points.txt")), b"")
    if b"commonward = commonward.config.cli:main" not in entry:
        wrong.append("without its command")
    return wrong


def settled_parts(told: dict[str, Any], version: str, commit: str, at: int) -> str:
    """The parts list (CycloneDX) of a commit, the same each time: number and moment are of it."""
    told["serialNumber"] = f"urn:uuid:{uuid.uuid5(_NAMESPACE, commit)}"
    told["metadata"]["timestamp"] = datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    told["metadata"]["component"] |= {
        "type": "application", "version": version, "purl": f"pkg:pypi/commonward@{version}",
        "licenses": [{"license": {"id": "Apache-2.0"}}],
    }  # fmt: skip
    return json.dumps(told, indent=1, ensure_ascii=False) + "\n"


def try_out(wheel: Path) -> None:
    """The wheel alone, as a stranger has it: a fresh environment, an empty folder, a page.

    The libraries come at the versions of the lock file; `pipx run` takes the newest that fit.
    """
    with tempfile.TemporaryDirectory(prefix="commonward-try-") as folder:
        venv, empty, data = Path(folder, "venv"), Path(folder, "empty"), Path(folder, "data")
        empty.mkdir()
        locked = Path(folder, "locked.txt")
        _uv("export", "--frozen", "--quiet", "--no-dev", "--no-emit-project", "-o", str(locked))
        _uv("venv", "--quiet", "--python", str(interpreter()), str(venv))
        _uv(
            "pip", "install", "--quiet", "--python", str(venv / "bin" / "python"), "-r", str(locked)
        )
        _uv(
            "pip",
            "install",
            "--quiet",
            "--no-deps",
            "--python",
            str(venv / "bin" / "python"),
            str(wheel),
        )
        kept = {n: v for n, v in os.environ.items() if not n.startswith(("COMMONWARD_", "PYTHON"))}
        kept.pop("DATABASE_URL", None)
        environment = kept | {"XDG_DATA_HOME": str(data), "HOME": folder}
        command = str(venv / "bin" / "commonward")
        print(f"release: {_told([command, '--version'], empty, environment)}", flush=True)
        began = time.monotonic()
        server = subprocess.Popen([command, "run", "--port", "8791"], cwd=empty, env=environment)
        try:
            _wait("http://127.0.0.1:8791/", server)
            print(f"release: the first page after {time.monotonic() - began:.0f} s", flush=True)
        finally:
            server.terminate()
            server.wait()
        if list(empty.iterdir()):
            raise Failed("it wrote into the folder it was started from")
        if not (data / "commonward" / "commonward.sqlite3").exists():
            raise Failed("its files are not in the user's own folder of data")


def _wait(address: str, server: subprocess.Popen[bytes]) -> None:
    ends = time.monotonic() + _PATIENCE
    while time.monotonic() < ends and server.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310 (our own)
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.5)
    raise Failed(f"nothing answers at {address}")


def _built(place: Path) -> dict[str, bytes]:
    """Wheel and source package of the commit, built in a clean clone at this place."""
    _run(["git", "clone", "--quiet", "--no-hardlinks", str(ROOT), str(place)])
    _run(["git", "-C", str(place), "checkout", "--quiet", _git("rev-parse", "HEAD")])
    environment = os.environ | {"SOURCE_DATE_EPOCH": _git("log", "-1", "--format=%ct")}
    out = place.parent / f"{place.name}-out"
    _run([str(uv()), "build", "--quiet", "--out-dir", str(out)], place, environment)
    return {path.name: path.read_bytes() for path in sorted(out.glob("commonward-*"))}


def _parts(clone: Path, version: str) -> str:
    told = _told(
        [
            str(uv()), "export", "--frozen", "--quiet", "--no-dev", "--all-extras",
            "--preview-features", "sbom-export", "--format", "cyclonedx1.5",
        ],
        clone,
    )  # fmt: skip
    at = int(_git("log", "-1", "--format=%ct"))
    return settled_parts(json.loads(told), version, _git("rev-parse", "HEAD"), at)


def _tracked() -> dict[str, bytes]:
    """Every file of the package as the commit has it."""
    archive = subprocess.run(
        ["git", "archive", "--format=zip", "HEAD", PACKAGE],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout
    with tempfile.TemporaryFile() as file:
        file.write(archive)
        with zipfile.ZipFile(file) as packed:
            return {n: packed.read(n) for n in packed.namelist() if not n.endswith("/")}


def _sum(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _git(*command: str) -> str:
    return _told(["git", *command], ROOT)


def _uv(*command: str) -> None:
    _run([str(uv()), *command], ROOT, os.environ | {"UV_PYTHON_DOWNLOADS": "never"})


def _told(
    command: Sequence[str], folder: Path, environment: Mapping[str, str] | None = None
) -> str:
    told = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    if told.returncode:
        raise Failed(f"{' '.join(command[:4])}: {told.stderr.strip()[-600:]}")
    return told.stdout.strip()


def _run(
    command: Sequence[str], folder: Path = ROOT, environment: Mapping[str, str] | None = None
) -> None:
    if subprocess.run(command, cwd=folder, env=environment, check=False).returncode:
        raise Failed(f"{' '.join(command[:4])} did not work")


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Failed as failure:
        sys.exit(f"dev release: {failure}")

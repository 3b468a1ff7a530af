"""What a release is made of: the wheel is the commit, nothing is forgotten, two builds are equal."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from commonward.config import cli, serving, standing
from house.installing import ROOT, TOOLS, Failed
from house.releasing import OWED, differing, missing, refuse_unready, settled_parts, told_version

UV = TOOLS / "bin" / "uv" if (TOOLS / "bin" / "uv").exists() else shutil.which("uv")


def placed(source: Path, place: Path) -> Path:
    """A copy of what a wheel is made of."""
    shutil.copytree(
        source / "commonward", place / "commonward", ignore=shutil.ignore_patterns("__pycache__")
    )
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(source / name, place / name)
    return place


def built(place: Path) -> Path:
    """Its wheel; a release builds clones of a commit."""
    out = place / "out"
    subprocess.run(
        [str(UV), "build", "--quiet", "--wheel", "--out-dir", str(out), str(place)],
        env=os.environ | {"SOURCE_DATE_EPOCH": "1790000000", "UV_OFFLINE": "1"},
        check=True,
    )
    (wheel,) = out.glob("*.whl")
    return wheel


@pytest.mark.skipif(UV is None, reason="no uv here: ./dev setup brings it")
def test_the_wheel_holds_the_package_and_nothing_else_and_is_the_same_twice(tmp_path: Path) -> None:
    first = placed(ROOT, tmp_path / "one")
    one, other = built(first), built(placed(first, tmp_path / "another place"))
    assert one.read_bytes() == other.read_bytes()
    with zipfile.ZipFile(one) as file:
        names = {name for name in file.namelist() if not name.endswith("/")}
    package = {name for name in names if ".dist-info/" not in name}
    assert {name.split("/")[0] for name in package} == {"commonward"}
    for owed in OWED:
        assert any(name.startswith(owed) for name in package), owed
    files = {path.relative_to(first).as_posix() for path in first.rglob("commonward/**/*")}
    assert {name for name in files if (first / name).is_file()} == package
    assert not [name for name in names if "__pycache__" in name or name.endswith(".pyc")]


def test_what_is_missing_changed_or_too_much_in_a_wheel_is_named(tmp_path: Path) -> None:
    wheel = tmp_path / "a.whl"
    tracked = {f"{one}x" if one.endswith("/") else one: b"1" for one in OWED}
    with zipfile.ZipFile(wheel, "w") as file:
        for name, data in tracked.items():
            file.writestr(name, data)
        file.writestr("a.dist-info/entry_points.txt", "commonward = commonward.config.cli:main")
    assert missing(wheel, tracked) == []
    assert missing(wheel, tracked | {"commonward/new.py": b""}) == ["without commonward/new.py"]
    assert missing(wheel, tracked | {OWED[0]: b"2"}) == [f"without {OWED[0]}"]
    with zipfile.ZipFile(wheel, "a") as file:
        file.writestr("tests/secret.py", "")
    assert missing(wheel, tracked) == ["with tests/secret.py"]


def test_two_builds_that_differ_are_named() -> None:
    assert differing({"a": b"1", "b": b"2"}, {"a": b"1", "b": b"3", "c": b""}) == ["b", "c"]


def test_the_parts_list_of_a_commit_is_the_same_each_time() -> None:
    def told(number: str) -> dict[str, object]:
        return {"serialNumber": number, "metadata": {"timestamp": number, "component": {}}}

    one, other = (settled_parts(told(n), "1.2.3", "abc", 1_790_000_000) for n in ("x", "y"))
    assert one == other
    assert json.loads(one)["metadata"]["timestamp"] == "2026-09-21T14:13:20Z"
    assert json.loads(one)["serialNumber"] != json.loads(
        settled_parts(told("x"), "1.2.3", "def", 1_790_000_000)
    )["serialNumber"]  # fmt: skip


def test_nothing_that_is_called_unreleased_is_released() -> None:
    with pytest.raises(Failed):
        refuse_unready("9.9.9")


def test_the_installed_command_tells_the_version_of_the_project(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["commonward", "--version"])
    cli.main()
    assert capsys.readouterr().out == f"commonward {told_version(ROOT)}\n"


def test_an_installed_package_keeps_its_files_in_the_users_own_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert serving.own_folder(tmp_path, "") == tmp_path / "data" / "commonward"
    assert serving.own_folder(tmp_path, "demo") == tmp_path / "data" / "commonward-demo"
    assert serving.own_folder(ROOT, "demo") == ROOT / "var" / "demo", "as ./dev demo does"


def test_run_prepares_and_then_serves_with_all_that_works_beside_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    called: list[tuple[str, ...]] = []
    beside: list[list[str]] = []

    def serve(_arguments: list[str], beside_it: list[list[str]]) -> int:
        beside.extend(beside_it)
        return 0

    def call(words: list[str]) -> int:
        called.append(tuple(words))
        return 0

    monkeypatch.setattr(standing, "_call", call)
    monkeypatch.setattr(serving, "serve", lambda given, beside: serve(given, beside))
    monkeypatch.setattr(sys, "argv", ["commonward", "run", "--port", "8100"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 0
    assert [one[0] for one in called] == ["migrate", "collectstatic"]
    assert {tuple(one[3:]) for one in beside} == set(serving.WORK)


def test_a_step_that_fails_serves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(standing, "_call", lambda words: 3)
    monkeypatch.setattr(serving, "serve", lambda *_, **__: pytest.fail("it served"))
    assert standing.run([]) == 3

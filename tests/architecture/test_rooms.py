"""The order of the rooms, where a tool for imports does not look."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from django.apps import AppConfig, apps
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from django.db.models import ForeignObject, ManyToManyField
from django.utils.translation import override

from tests.architecture.tracked import (
    PACKAGE,
    ROOMS,
    SIBLINGS,
    files,
    python_files,
    room_of,
    short,
)

HTTP = ("django.http", "django.shortcuts", "django.views", "ninja")
Relation: TypeAlias = "ForeignObject[Any, Any] | ManyToManyField[Any, Any]"
LINES_AT_MOST = 400
LONGER_FOR_A_REASON: dict[str, str] = {
    "clients/python/commonward_client/shapes.py": "made from the API's document by `./dev client`",
}
"""Files that may pass the limit, each with the reason."""
SOURCES = {".py", ".html", ".js", ".css", ".sh"}


def imported(path: Path) -> Iterator[str]:
    """Every module named by an import anywhere in the file, late ones included."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def names(module: str, roots: tuple[str, ...]) -> bool:
    return any(module == root or module.startswith(f"{root}.") for root in roots)


def own_apps() -> list[AppConfig]:
    return [app for app in apps.get_app_configs() if app.name.startswith("commonward.")]


def room_of_app(name: str) -> str:
    return name.split(".")[1]


def below(lower: str, upper: str) -> bool:
    """`upper` may know `lower`: the same room, or one further down that is no sibling."""
    if lower == upper:
        return True
    if {lower, upper} == SIBLINGS:
        return False
    return ROOMS.index(lower) < ROOMS.index(upper)


def relations() -> list[tuple[str, str, Relation]]:
    """(room, room of the target, field) for every relation that a model of ours declares."""
    found = []
    for app in own_apps():
        for model in app.get_models(include_auto_created=True):
            for field in model._meta.get_fields():
                if not isinstance(field, ForeignObject | ManyToManyField):
                    continue
                target = field.related_model
                if isinstance(target, type) and target._meta.app_config.name.startswith(
                    "commonward."
                ):
                    found.append(
                        (room_of_app(app.name), room_of_app(target._meta.app_config.name), field)
                    )
    return found


def test_every_folder_of_the_package_is_a_listed_room() -> None:
    found = {room_of(path) for path in python_files(PACKAGE) if path.parent != PACKAGE}
    assert found <= set(ROOMS), f"Not a room: {sorted(found - set(ROOMS))}"


def test_the_walk_of_relations_sees_the_tables() -> None:
    assert len(relations()) > 10


def test_no_foreign_key_points_up_the_rooms() -> None:
    wrong = [str(field) for room, target, field in relations() if not below(target, room)]
    assert not wrong, f"These point up or sideways: {wrong}"


def test_a_foreign_key_into_another_room_leaves_no_way_back() -> None:
    wrong = [
        str(field)
        for room, target, field in relations()
        if room != target and not (field.remote_field.related_name or "").endswith("+")
    ]
    assert not wrong, f'These need related_name="+": {wrong}'


def test_http_is_known_in_doors_and_config_only() -> None:
    wrong = [
        f"{short(path)} imports {module}"
        for path in python_files(PACKAGE)
        if path.parent != PACKAGE and room_of(path) not in {"doors", "config"}
        for module in imported(path)
        if names(module, HTTP)
    ]
    assert not wrong, wrong


def test_core_is_plain_python() -> None:
    wrong = [
        f"{short(path)} imports {module}"
        for path in python_files(PACKAGE / "core")
        for module in imported(path)
        if names(module, ("django", "ninja", "psycopg"))
    ]
    assert not wrong, wrong


@pytest.mark.parametrize(
    ("lower", "upper", "allowed"),
    [
        ("core", "cases", True),
        ("cases", "people", False),
        ("disputes", "response", False),
        ("response", "disputes", False),
        ("disputes", "insight", True),
        ("cases", "cases", True),
    ],
)
def test_the_order_of_rooms_is_the_one_of_the_design(lower: str, upper: str, allowed: bool) -> None:
    assert below(lower, upper) is allowed


def test_no_source_file_is_longer_than_can_be_read_at_once() -> None:
    longer = {
        short(path): lines
        for path in files()
        if (path.suffix in SOURCES or path.name == "dev")
        and "migrations" not in path.parts
        and "vendor" not in path.parts
        and (lines := len(path.read_text(encoding="utf-8").splitlines())) > LINES_AT_MOST
        and short(path) not in LONGER_FOR_A_REASON
    }
    assert not longer, f"More than {LINES_AT_MOST} lines; make it a package: {longer}"


def test_migrations_are_in_step_with_the_models() -> None:
    loader = MigrationLoader(None)
    with override(None):  # migrations hold the untranslated names
        changes = MigrationAutodetector(
            loader.project_state(), ProjectState.from_apps(apps)
        ).changes(graph=loader.graph)
    missing = {label: [str(migration) for migration in found] for label, found in changes.items()}
    assert not missing, f"Run ./dev manage makemigrations: {missing}"

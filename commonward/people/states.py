"""Migrations that draw a model anew only where the model itself changed.

Django draws every model that is related to a changed one, over any number of steps, once for each
operation: with this schema nine tenths of a first `migrate`. That a stranger's first start and each
run of the tests take a minute less is worth knowing one corner of Django. A new table, column,
index or constraint asks of other models their tables' names and keys alone, and those stand; whatever
renames, alters or removes does as Django does, on models drawn afresh. The schema was compared whole:
on PostgreSQL it is the same to the letter, on SQLite an altered table may have its columns in another
order (Django names them wherever it writes).
"""

import contextlib
from collections.abc import Iterator
from typing import Any

from django.db.migrations import Migration
from django.db.migrations.operations import (
    AddConstraint,
    AddField,
    AddIndex,
    AlterModelOptions,
    CreateModel,
    RemoveConstraint,
    RemoveIndex,
    RunPython,
    RunSQL,
)
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

LIGHT: tuple[type[Operation], ...] = (
    AddConstraint, AddField, AddIndex, AlterModelOptions, CreateModel, RemoveConstraint,
    RemoveIndex, RunPython, RunSQL,
)  # fmt: skip
"""What leaves the names and keys of other tables as they are."""

_plain_apply, _plain_reload = Migration.apply, ProjectState.reload_model
_MARK = "drawn_lightly"


def _apply(
    self: Migration, project_state: ProjectState, schema_editor: Any, collect_sql: bool = False
) -> ProjectState:
    light = all(type(one) in LIGHT for one in self.operations)
    if not light:
        # What was drawn lightly is dropped: the models then are those that Django would have.
        project_state.clear_delayed_apps_cache()
    setattr(project_state, _MARK, light)
    try:
        return _plain_apply(self, project_state, schema_editor, collect_sql)
    finally:
        setattr(project_state, _MARK, False)


def _reload_model(self: Any, app_label: str, model_name: str, delay: bool = False) -> None:
    if not getattr(self, _MARK, False):
        _plain_reload(self, app_label, model_name, delay)
    elif "apps" in self.__dict__:
        # Django's own word for "drawn in part": whatever runs code on the models has them all anew.
        self.is_delayed = True
        self._reload({(app_label, model_name)})


def draw_lightly() -> None:
    """From now on, in this process; once is enough."""
    Migration.apply = _apply  # type: ignore[method-assign] # what this module is for
    ProjectState.reload_model = _reload_model  # type: ignore[method-assign] # likewise


@contextlib.contextmanager
def drawn_as_django_does() -> Iterator[None]:
    """For whoever compares."""
    Migration.apply = _plain_apply  # type: ignore[method-assign] # the same two, put back
    ProjectState.reload_model = _plain_reload  # type: ignore[method-assign] # likewise
    try:
        yield
    finally:
        draw_lightly()

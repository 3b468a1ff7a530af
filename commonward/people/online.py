"""Steps of a migration that large tables stand while they are read and written (在线迁移).

On PostgreSQL an ordinary `AddIndex` holds up every write until the index is built, and an ordinary
constraint everything until the table is read. These do the same beside the work, each in a
migration of its own with `atomic = False`; on SQLite, which has one writer anyway, they are the
ordinary ones. `house.online` asks for them.
"""

from typing import Any

from django.db.migrations.operations import AddConstraint, AddIndex
from django.db.models import CheckConstraint


class AddIndexOnline(AddIndex):
    """An index that is built beside the work (CREATE INDEX CONCURRENTLY)."""

    atomic = False

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        """Built anew where an earlier try broke off and left half of one."""
        if schema_editor.connection.vendor != "postgresql":
            super().database_forwards(app_label, schema_editor, from_state, to_state)
            return
        if schema_editor.connection.in_atomic_block:
            raise RuntimeError("AddIndexOnline needs a migration with `atomic = False`.")
        model = to_state.apps.get_model(app_label, self.model_name)
        if not self.allow_migrate_model(schema_editor.connection.alias, model):
            return
        name = schema_editor.quote_name(self.index.name)
        schema_editor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
        schema_editor.add_index(model, self.index, concurrently=True)


class AddCheckOnline(AddConstraint):
    """A check that holds for new rows at once, and is then looked at for the others beside the
    work (NOT VALID, then VALIDATE CONSTRAINT)."""

    atomic = False

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        """Two statements: the first waits for nobody's reading, the second locks no writer out."""
        if schema_editor.connection.vendor != "postgresql":
            super().database_forwards(app_label, schema_editor, from_state, to_state)
            return
        if schema_editor.connection.in_atomic_block:
            raise RuntimeError("AddCheckOnline needs a migration with `atomic = False`.")
        if not isinstance(self.constraint, CheckConstraint):
            raise TypeError("AddCheckOnline adds a CheckConstraint.")
        model = to_state.apps.get_model(app_label, self.model_name)
        if not self.allow_migrate_model(schema_editor.connection.alias, model):
            return
        table = schema_editor.quote_name(model._meta.db_table)
        name = schema_editor.quote_name(self.constraint.name)
        schema_editor.execute(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name}")
        added = self.constraint.create_sql(model, schema_editor)
        schema_editor.execute(f"{added} NOT VALID", params=None)
        schema_editor.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}")

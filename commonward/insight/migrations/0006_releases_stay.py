"""What was published stays: the database itself refuses to change or remove a release."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

POSTGRESQL = """
CREATE FUNCTION insight_release_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'releases are append only: % refused', TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER insight_release_append_only BEFORE UPDATE OR DELETE ON insight_release
    FOR EACH ROW EXECUTE FUNCTION insight_release_refuse();
CREATE TRIGGER insight_release_no_truncate BEFORE TRUNCATE ON insight_release
    FOR EACH STATEMENT EXECUTE FUNCTION insight_release_refuse();
"""
POSTGRESQL_BACK = """
DROP TRIGGER insight_release_append_only ON insight_release;
DROP TRIGGER insight_release_no_truncate ON insight_release;
DROP FUNCTION insight_release_refuse();
"""
SQLITE = (
    """CREATE TRIGGER insight_release_no_update BEFORE UPDATE ON insight_release
       BEGIN SELECT RAISE(ABORT, 'releases are append only: UPDATE refused'); END""",
    """CREATE TRIGGER insight_release_no_delete BEFORE DELETE ON insight_release
       BEGIN SELECT RAISE(ABORT, 'releases are append only: DELETE refused'); END""",
)
SQLITE_BACK = (
    "DROP TRIGGER insight_release_no_update",
    "DROP TRIGGER insight_release_no_delete",
)


def guard(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Put the triggers in place."""
    for statement in (POSTGRESQL,) if editor.connection.vendor == "postgresql" else SQLITE:
        editor.execute(statement, params=None)


def release(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Take the triggers away (only when the table itself is migrated away)."""
    for statement in (
        (POSTGRESQL_BACK,) if editor.connection.vendor == "postgresql" else SQLITE_BACK
    ):
        editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("insight", "0005_releases")]
    operations = [
        # What stood there were numbers of public cases beside those of all; now there is one kind.
        # On SQLite the table is made anew here, so the triggers come after.
        migrations.RemoveField(model_name="release", name="behind"),
        migrations.RunPython(guard, release),
    ]

"""Events are append only: the database itself refuses to change or remove one."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

POSTGRESQL = """
CREATE FUNCTION cases_event_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'events are append only: % refused', TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER cases_event_append_only BEFORE UPDATE OR DELETE ON cases_event
    FOR EACH ROW EXECUTE FUNCTION cases_event_refuse();
CREATE TRIGGER cases_event_no_truncate BEFORE TRUNCATE ON cases_event
    FOR EACH STATEMENT EXECUTE FUNCTION cases_event_refuse();
"""
POSTGRESQL_BACK = """
DROP TRIGGER cases_event_append_only ON cases_event;
DROP TRIGGER cases_event_no_truncate ON cases_event;
DROP FUNCTION cases_event_refuse();
"""
SQLITE = (
    """CREATE TRIGGER cases_event_no_update BEFORE UPDATE ON cases_event
       BEGIN SELECT RAISE(ABORT, 'events are append only: UPDATE refused'); END""",
    """CREATE TRIGGER cases_event_no_delete BEFORE DELETE ON cases_event
       BEGIN SELECT RAISE(ABORT, 'events are append only: DELETE refused'); END""",
)
SQLITE_BACK = ("DROP TRIGGER cases_event_no_update", "DROP TRIGGER cases_event_no_delete")


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
    dependencies = [("cases", "0001_initial")]
    operations = [migrations.RunPython(guard, release)]

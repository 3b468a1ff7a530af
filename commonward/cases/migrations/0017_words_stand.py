"""What was decided about a suggestion stays: the database refuses to change or delete it."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

KEPT = (
    "report_id",
    "version",
    "shown_at",
    "routed",
    "given_back_at",
    "decided_at",
    "decided_by_id",
    "chosen",
    "accepted",
)
"""All but the words, which go with the report's own."""
POSTGRESQL = f"""
CREATE FUNCTION cases_suggestion_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a decided suggestion stays: % refused', TG_OP
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER cases_suggestion_stays BEFORE UPDATE ON cases_suggestion FOR EACH ROW
    WHEN (OLD.decided_at IS NOT NULL
          AND ({", ".join(f"OLD.{name}" for name in KEPT)})
              IS DISTINCT FROM ({", ".join(f"NEW.{name}" for name in KEPT)}))
    EXECUTE FUNCTION cases_suggestion_refuse();
CREATE TRIGGER cases_suggestion_is_kept BEFORE DELETE ON cases_suggestion FOR EACH ROW
    WHEN (OLD.decided_at IS NOT NULL) EXECUTE FUNCTION cases_suggestion_refuse();
"""
POSTGRESQL_BACK = """
DROP TRIGGER cases_suggestion_stays ON cases_suggestion;
DROP TRIGGER cases_suggestion_is_kept ON cases_suggestion;
DROP FUNCTION cases_suggestion_refuse();
"""
SQLITE = (
    f"""CREATE TRIGGER cases_suggestion_stays BEFORE UPDATE ON cases_suggestion
        WHEN OLD.decided_at IS NOT NULL
         AND ({" OR ".join(f"OLD.{name} IS NOT NEW.{name}" for name in KEPT)})
        BEGIN SELECT RAISE(ABORT, 'a decided suggestion stays: UPDATE refused'); END""",
    """CREATE TRIGGER cases_suggestion_is_kept BEFORE DELETE ON cases_suggestion
       WHEN OLD.decided_at IS NOT NULL
       BEGIN SELECT RAISE(ABORT, 'a decided suggestion stays: DELETE refused'); END""",
)
SQLITE_BACK = (
    "DROP TRIGGER cases_suggestion_stays",
    "DROP TRIGGER cases_suggestion_is_kept",
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
    dependencies = [("cases", "0016_words")]
    operations = [migrations.RunPython(guard, release)]

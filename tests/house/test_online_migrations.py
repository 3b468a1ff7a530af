"""New migrations hold no working site up: each step that would is found, with what to do instead."""

from typing import Any

import pytest
from django.apps import apps
from django.db import migrations, models
from django.db.migrations.state import ModelState, ProjectState
from django.db.models.functions import Now

from commonward.people.online import AddCheckOnline, AddIndexOnline
from house.online import AT_FIRST, LARGE, new_ones, told


def before() -> ProjectState:
    """A large table and a small one, as a migration meets them."""
    state = ProjectState()
    for name in ("Case", "Seal"):
        state.add_model(
            ModelState(
                "cases",
                name,
                [
                    ("id", models.BigAutoField(primary_key=True)),
                    ("number", models.CharField(max_length=20)),
                    ("note", models.CharField(max_length=20, null=True)),
                    ("count", models.IntegerField(default=0)),
                ],
                {"indexes": [], "constraints": []},
            )
        )
    return state


def of(*operations: Any, atomic: bool = True, online: str = "") -> list[str]:
    said = {"operations": list(operations), "atomic": atomic, "online": online}
    made = type("Migration", (migrations.Migration,), said)("9999_new", "cases")
    return list(told("cases", made, before()))


def field(name: str, kind: "models.Field[Any, Any]") -> Any:
    return migrations.AddField("case", name, kind)


def altered(name: str, kind: "models.Field[Any, Any]") -> Any:
    return migrations.AlterField("case", name, kind)


def positive(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=models.Q(count__gte=0), name=name)


def fill(apps: Any, _editor: Any) -> None:
    apps.get_model("cases", "Case").objects.update(count=1)


def fill_a_small_one(apps: Any, _editor: Any) -> None:
    apps.get_model("cases", "Category").objects.update(count=1)


INDEX = models.Index(fields=["number"], name="by_number")
LOCKS = {
    "an index": (migrations.AddIndex("case", INDEX), "AddIndexOnline"),
    "an indexed column": (field("a", models.IntegerField(null=True, db_index=True)), "AddIndexOnline"),
    "a unique column": (field("a", models.IntegerField(null=True, unique=True)), "UNIQUE INDEX"),
    "a reckoned default": (field("a", models.DateTimeField(db_default=Now())), "in batches"),
    "a foreign key": (
        field("a", models.ForeignKey("cases.seal", models.PROTECT, null=True)), "db_constraint=False",
    ),
    "another type": (altered("count", models.TextField()), "second column"),
    "a shorter text": (altered("number", models.CharField(max_length=10)), "second column"),
    "not null": (altered("note", models.CharField(max_length=20)), "AddCheckOnline"),
    "an index on a column": (altered("count", models.IntegerField(db_index=True)), "AddIndexOnline"),
    "a check": (migrations.AddConstraint("case", positive("some")), "AddCheckOnline"),
    "uniqueness": (
        migrations.AddConstraint("case", models.UniqueConstraint(fields=["number"], name="one")),
        "CONCURRENTLY",
    ),
    "a fill": (migrations.RunPython(fill), "in batches"),
    "a fill by SQL": (migrations.RunSQL("UPDATE cases_case SET count = 1"), "in batches"),
    "an index by SQL": (migrations.RunSQL("CREATE INDEX x ON cases_case (count)"), "AddIndexOnline"),
    "a check by SQL": (
        migrations.RunSQL("ALTER TABLE cases_case ADD CONSTRAINT x CHECK (count > 0)"), "AddCheckOnline",
    ),
}  # fmt: skip
STANDS = {
    "a nullable column": field("a", models.IntegerField(null=True)),
    "a column with a constant": field("a", models.CharField(max_length=9, default="x")),
    "a constant of the database": field("a", models.IntegerField(db_default=3)),
    "a longer text": altered("number", models.CharField(max_length=40)),
    "a text without a bound": altered("number", models.TextField()),
    "a column less": migrations.RemoveField("case", "note"),
    "a fill of a small table": migrations.RunPython(fill_a_small_one),
    "a trigger": migrations.RunSQL("CREATE TRIGGER x BEFORE UPDATE ON cases_case EXECUTE y()"),
}


@pytest.mark.parametrize("what", LOCKS)
def test_what_locks_a_large_table_is_found_and_told_what_to_do(what: str) -> None:
    operation, instead = LOCKS[what]
    (found,) = of(operation)
    assert instead in found
    assert of(operation, online="the table is empty before this version") == []


@pytest.mark.parametrize("what", STANDS)
def test_what_a_large_table_stands_is_let_through(what: str) -> None:
    assert of(STANDS[what]) == []


def test_small_and_new_tables_may_be_changed_as_one_likes() -> None:
    assert of(migrations.AddIndex("seal", INDEX)) == []
    made = migrations.CreateModel("Leaf", [("id", models.BigAutoField(primary_key=True))])
    assert of(made, migrations.AddField("leaf", "a", models.IntegerField(unique=True))) == []


def test_the_operations_that_are_offered_stand_in_a_migration_without_a_transaction() -> None:
    for offered in (AddIndexOnline("case", INDEX), AddCheckOnline("case", positive("p"))):
        assert of(offered, atomic=False) == []
        (found,) = of(offered)
        assert "atomic = False" in found


def test_the_migrations_of_this_version_hold_no_site_up() -> None:
    wrong = [f"{app}.{name}: {fault}" for app, name, faults in new_ones() for fault in faults]
    assert not wrong, "\n".join(wrong)


def test_the_tables_that_are_called_large_exist() -> None:

    for name in LARGE:
        apps.get_model(name)
    assert set(AT_FIRST) <= {config.label for config in apps.get_app_configs()}

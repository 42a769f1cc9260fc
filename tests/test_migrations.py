"""A migration runs while the previous version still serves: it must only add."""

from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection, migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from accueil.models import ReceptionPoint
from portal.core.migration_safety import partly_applied_squashes, unsafe_operations
from tests.factories import ReceptionPointFactory

FOLDED = "Mo 09:00-12:00; Tu 09:00-12:00,14:00-16:00"
ROOT = Path(__file__).resolve().parent.parent
RELEASED = False  # nothing is deployed before the first release: migrations are still rewritten


def ours() -> list[migrations.Migration]:
    loader = MigrationLoader(None, ignore_no_migrations=True)
    return [
        migration
        for migration in loader.disk_migrations.values()
        if (ROOT / (migration.__module__.replace(".", "/") + ".py")).exists()
    ]


def migration(*operations, initial=None, **attributes) -> migrations.Migration:
    made = type("Migration", (migrations.Migration,), {"operations": operations, **attributes})
    made.initial = initial
    return made("0002_change", "teams")


def test_all_migrations_of_the_portal_are_checked():
    assert {"teams", "notices", "health"} <= {migration.app_label for migration in ours()}


@pytest.mark.skipif(
    not RELEASED, reason="Nothing is released: no version serves during a migration"
)
def test_no_migration_removes_what_the_previous_version_needs():
    assert [danger for migration in ours() for danger in unsafe_operations(migration)] == []


@pytest.mark.parametrize(
    "operation",
    [
        migrations.RemoveField("team", "phone"),
        migrations.RenameField("team", "phone", "telephone"),
        migrations.DeleteModel("Team"),
        migrations.RenameModel("Team", "Group"),
        migrations.AddField("team", "floor", models.IntegerField()),
        migrations.AddField("team", "floor", models.IntegerField(default=0)),
        migrations.AlterField("team", "phone", models.CharField(max_length=10)),
        migrations.AddConstraint(
            "team", models.CheckConstraint(condition=models.Q(phone=""), name="x")
        ),
        migrations.SeparateDatabaseAndState([migrations.RemoveField("team", "phone")], []),
    ],
    ids=lambda operation: operation.describe(),
)
def test_operations_that_break_the_previous_version_are_found(operation):
    assert unsafe_operations(migration(operation))
    assert unsafe_operations(migration(operation, initial=True)) == []
    assert unsafe_operations(migration(operation, after="0.2")) == []


@pytest.mark.parametrize(
    "operation",
    [
        migrations.CreateModel("Floor", [("id", models.AutoField(primary_key=True))]),
        migrations.AddField("team", "floor", models.IntegerField(null=True)),
        migrations.AddField("team", "floor", models.IntegerField(db_default=0)),
        migrations.AddIndex("team", models.Index(fields=["phone"], name="x")),
        migrations.AlterField("team", "phone", models.TextField(null=True)),
        migrations.RunPython(migrations.RunPython.noop),
        migrations.SeparateDatabaseAndState([], [migrations.RemoveField("team", "phone")]),
    ],
    ids=lambda operation: operation.describe(),
)
def test_operations_that_only_add_are_safe(operation):
    assert unsafe_operations(migration(operation)) == []


def test_any_column_is_safe_in_a_new_table():
    made = migrations.CreateModel("Floor", [("id", models.AutoField(primary_key=True))])
    required = migrations.AddField("floor", "number", models.IntegerField())
    assert unsafe_operations(migration(made, required)) == []


SQUASHED = {(migration.app_label, migration.name) for migration in ours() if migration.replaces}


def test_each_app_starts_with_a_single_migration():
    assert {
        (app, "0001_squashed_0_1_0")
        for app in ("core", "accounts", "teams", "relocations", "accueil", "schema_actions")
    } == SQUASHED


@pytest.mark.django_db
def test_a_database_with_all_squashed_migrations_has_nothing_to_apply():
    recorder = MigrationRecorder(connection)
    recorder.migration_qs.filter(app="teams", name="0001_squashed_0_1_0").delete()
    assert partly_applied_squashes(connection) == []
    call_command("migrate", verbosity=0, interactive=False)
    assert ("teams", "0001_squashed_0_1_0") in recorder.applied_migrations()


@pytest.mark.django_db
def test_a_partly_applied_squash_is_refused_with_instructions():
    applied = MigrationRecorder(connection).migration_qs.filter(app="teams")
    applied.filter(name__in=["0001_squashed_0_1_0", "0005_labels"]).delete()
    with pytest.raises(
        CommandError, match=r"0\.1\.0 \(teams\.0001_squashed_0_1_0\)[^$]*git checkout"
    ):
        call_command("migrate", verbosity=0, interactive=False)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("hours", "by_appointment", "left", "folded"),
    [
        ("Mo 09:00-12:00", "", "", "Mo 09:00-12:00"),
        ("Mo 09:00-12:00", "Mo 09:00-12:00", "", "Mo 09:00-12:00"),
        ("Mo 09:00-12:00; Tu 14:00-16:00", "Tu 09:00-12:00", "", FOLDED),
        ("Jan-Mar Mo 09:00-12:00", "Tu 09:00-12:00", "Jan-Mar Mo 09:00-12:00", "Tu 09:00-12:00"),
    ],
)
def test_hours_of_a_point_by_appointment_only_are_all_kept(hours, by_appointment, left, folded):
    point = ReceptionPointFactory(by_appointment=True, appointment_hours=by_appointment)
    ReceptionPoint.objects.filter(pk=point.pk).update(hours=hours)
    module = import_module("accueil.migrations.0006_hours_without_appointment")
    module.move_appointment_hours(apps, None)
    point.refresh_from_db()
    assert (point.hours, point.appointment_hours) == (left, folded)


@pytest.mark.django_db
def test_printed_words_of_both_hours_are_kept_too():
    point = ReceptionPointFactory(by_appointment=True, appointment_hours="Tu 09:00-12:00")
    printed = {"hours": "Mo 14:00-16:00", "hours_text": "lundi après-midi"}
    ReceptionPoint.objects.filter(pk=point.pk).update(**printed)
    module = import_module("accueil.migrations.0006_hours_without_appointment")
    module.move_appointment_hours(apps, None)
    point.refresh_from_db()
    assert point.appointment_hours_text == "le mardi de 9 h à 12 h ; lundi après-midi"
    assert point.hours_text == ""

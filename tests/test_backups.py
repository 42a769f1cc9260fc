"""A restored backup gives equal rows, or is refused and changes nothing."""

import gzip
import hashlib
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path
from threading import Thread
from typing import Any
from unittest.mock import Mock

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from portal.accounts.models import Session, User
from portal.core.caching import data_versions
from portal.deploy import backup_tables, backups
from portal.deploy.backup_files import Staging
from portal.notices import services as notices
from portal.notices.models import Notice
from portal.territory.models import Commune
from relocations.models import Relocation
from teams.models import Team
from tests.factories import UserFactory
from tests.faults import conftest as faults
from tests.notices import conftest as processes
from tests.notices.conftest import ROOT, notice_fields

room, shared_database = faults.room, processes.shared_database
NEVER = "not to be found in a backup"


def rows() -> dict[str, list[tuple[Any, ...]]]:
    """Return the rows of every saved table by table name, as the database driver gives them."""
    left_out = {apps.get_model(label)._meta.db_table for label in backup_tables.EXCLUDED_MODELS}
    tables = {}
    with connection.cursor() as cursor:
        for name in connection.introspection.table_names(cursor):
            if name in left_out | {"portal_cache", "django_migrations"} or name.startswith(
                "sqlite"
            ):
                continue
            cursor.execute(f'select * from "{name}"')
            tables[name] = sorted(cursor.fetchall(), key=repr)
    return tables


@pytest.fixture
def filled(loiret, settings, tmp_path) -> Path:
    """Loiret with users, a waiting email and generated files; returns the folder of the files."""
    settings.MEDIA_ROOT = tmp_path / "files"
    UserFactory.create_batch(3, code=True)
    UserFactory(email="zoé@exemple.fr".encode("idna").decode(), name="Zoé « Ève » 🙂\n")
    notices.queue(**notice_fields(headers={"List-Unsubscribe": "<https://x.example>"}))
    made = tmp_path / "files" / "documents" / "ab"
    made.mkdir(parents=True)
    (made / "rapport.pdf").write_bytes(bytes(range(256)) * 2000)
    (made / "vide.csv").write_bytes(b"")
    return tmp_path / "files"


def saved() -> bytes:
    out = BytesIO()
    backups.write_backup(out)
    return out.getvalue()


def wreck(files: Path) -> None:
    """Delete, change and add rows."""
    Relocation.objects.filter(pk__in=Relocation.objects.values("pk")[:1]).delete()
    Notice.objects.all().delete()
    Team.objects.update(phone="00")
    User.objects.order_by("pk").last().delete()
    UserFactory.create_batch(5)
    for path in files.rglob("*.pdf"):
        path.unlink()


def test_restored_rows_equal_the_saved_rows(filled):
    before = rows()
    backup = saved()
    wreck(filled)
    assert rows() != before
    counts = backups.restore_backup(BytesIO(backup))
    assert rows() == before
    assert sum(map(len, before.values())) == sum(counts.rows.values())
    assert len(before) == len(counts.rows) > 40


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("emptied_afterwards")
class TestOnceCommitted:
    def test_files_come_back_and_a_second_backup_is_the_same(self, filled):
        (filled / ".restore-killed").mkdir()
        (filled / ".restore-killed" / "half.pdf").write_bytes(b"half")
        backup = saved()
        wreck(filled)
        shutil.rmtree(filled / "documents")
        backups.restore_backup(BytesIO(backup))
        made = filled / "documents" / "ab" / "rapport.pdf"
        assert made.read_bytes() == bytes(range(256)) * 2000
        assert (filled / "documents" / "ab" / "vide.csv").read_bytes() == b""
        assert saved() == backup
        assert made.stat().st_mode & 0o077 == made.parent.stat().st_mode & 0o077 == 0
        assert [path.name for path in filled.iterdir()] == ["documents"]

    def test_a_pipe_is_read_too(self, filled):
        backup = saved()
        before = rows()
        wreck(filled)
        read_end, writing = os.pipe()
        with subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=writing) as cat:
            os.close(writing)
            with os.fdopen(read_end, "rb") as pipe:
                Thread(target=lambda: (cat.stdin.write(backup), cat.stdin.close())).start()
                backups.restore_backup(pipe)
        assert rows() == before

    def test_two_restores_at_once_the_second_is_refused(self, filled):
        backup = BytesIO(saved())
        with Staging(filled), pytest.raises(backups.BackupRefused, match="Une autre"):
            backups.restore_backup(backup)

    @pytest.mark.parametrize("where", ["backups.bump_data_versions", "backup_files.Staging.finish"])
    def test_killed_in_the_middle_nothing_changed(self, filled, killed, where):
        before, files = rows(), content(filled)
        killed(saved(), f"portal.deploy.{where}", calls=1 if "bump" in where else 2)
        assert (rows(), {**content(filled), **files}) == (before, content(filled))
        assert {name for name in content(filled) if not name.startswith(".restore-")} == set(files)

    def test_killed_while_placing_files_each_file_is_whole_and_a_second_run_completes(
        self, filled, killed
    ):
        backup = saved()
        wreck(filled)
        pdf = filled / "documents" / "ab" / "rapport.pdf"
        pdf.write_bytes(b"the former one")
        killed(backup, "pathlib.Path.replace", calls=1)
        assert Notice.objects.exists()  # the rows are already those of the backup
        assert pdf.read_bytes() == b"the former one"
        backups.restore_backup(BytesIO(backup))
        assert saved() == backup

    def test_a_full_disk_refuses_it_with_nothing_changed(self, filled, room, settings):
        backup = saved()
        wreck(filled)
        settings.MEDIA_ROOT = room("300k")
        (settings.MEDIA_ROOT / "present.txt").write_bytes(b"present")
        refused(backup, settings.MEDIA_ROOT, "place")
        assert content(settings.MEDIA_ROOT) == {"present.txt": b"present"}

    def test_files_that_cannot_be_placed_are_reported(self, filled, monkeypatch, tmp_path):
        path = tmp_path / "portail.sauvegarde"
        call_command("backup", str(path), stderr=StringIO())
        monkeypatch.setattr(Path, "replace", Mock(side_effect=OSError))
        with pytest.raises(CommandError, match="2 fichiers n'ont pas pu"):
            call_command("restore", str(path), "--replace")


@pytest.fixture
def killed(shared_database, tmp_path, settings) -> Callable[..., None]:
    """Return a function that restores in another process, killed at the nth call of a function."""

    def run(backup: bytes, where: str, calls: int) -> None:
        path = tmp_path / "backup"
        path.write_bytes(backup)
        process = subprocess.run(
            [sys.executable, "-c", KILLED, where, str(calls), str(path), str(settings.MEDIA_ROOT)],
            cwd=ROOT,
            env={
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "portal.settings",
                "DATABASE_URL": shared_database,
                "VAR_DIR": str(tmp_path / "var"),
            },
            timeout=60,
        )
        assert process.returncode == -signal.SIGKILL

    return run


KILLED = """
import os, signal, sys
import django; django.setup()
from importlib import import_module
from django.conf import settings
from django.utils.module_loading import import_string
from portal.deploy import backups, backup_files
where, calls, path, settings.MEDIA_ROOT = sys.argv[1:]
owner, name = where.rsplit(".", 1)
owner = import_module(owner) if owner.islower() else import_string(owner)
usual, left = getattr(owner, name), int(calls)
def counted(*args, **kwargs):
    global left
    left -= 1
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)
    return usual(*args, **kwargs)
setattr(owner, name, counted)
backups.restore_backup(open(path, "rb"))
"""


def test_new_rows_are_numbered_after_those_put_back(filled):
    backup = saved()
    last = User.objects.order_by("pk").last().pk
    User.objects.order_by("pk").last().delete()
    backups.restore_backup(BytesIO(backup))
    assert UserFactory().pk > last


def test_cached_answers_are_outdated_by_a_restore(filled):
    backup, before = saved(), data_versions.current_versions()
    backups.restore_backup(BytesIO(backup))
    after = data_versions.current_versions()
    assert all(after[app] > before[app] for app in before)


def test_people_sign_in_again(filled, client):
    client.force_login(User.objects.first())
    backup = saved()
    backups.restore_backup(BytesIO(backup))
    assert not Session.objects.exists()
    assert client.get("/espace/").status_code == 302


def lines_of(backup: bytes) -> list[bytes]:
    return gzip.decompress(backup).splitlines(keepends=True)


def packed(lines: list[bytes]) -> bytes:
    return gzip.compress(b"".join(lines))


def without_the_end(backup: bytes) -> bytes:
    return backup[:-2000]


def without_the_seal(backup: bytes) -> bytes:
    return packed(lines_of(backup)[:-1])


def with_a_changed_row(backup: bytes) -> bytes:
    return packed([line.replace(b"Olivet", b"Autre", 1) for line in lines_of(backup)])


def of_another_version(backup: bytes) -> bytes:
    heading, *rest = lines_of(backup)
    changed = json.loads(heading)
    changed["migrations"].append(["teams", "0999_later"])
    return packed([json.dumps(changed).encode() + b"\n", *rest])


@pytest.mark.parametrize(
    ("damaged", "message"),
    [
        (without_the_end, "abîmé"),
        (without_the_seal, "incomplète"),
        (with_a_changed_row, "modifiée"),
        (of_another_version, "teams.0999_later"),
        (lambda backup: b"", "incomplète"),
        (lambda backup: b"PK\x03\x04 a spreadsheet", "abîmé"),
        (lambda backup: gzip.compress(b'{"other": 1}\n'), "pas une sauvegarde"),
        (lambda backup: gzip.compress(b"[1, 2]\n"), "pas une sauvegarde"),
    ],
)
def test_a_damaged_backup_is_refused_and_nothing_changes(filled, damaged, message):
    backup = damaged(saved())
    wreck(filled)
    before = rows()
    with pytest.raises(backups.BackupRefused, match=message):
        backups.restore_backup(BytesIO(backup))
    assert rows() == before


@pytest.fixture
def few(filled) -> Path:
    """A portal with few rows, whose backup is small enough to be damaged at every byte."""
    left_out = ("accueil_", "schema_actions_", "relocations_", "auth_permission")
    named = " union ".join(
        f"select commune_id from {table}" for table in ("teams_site", "teams_sector")
    )
    with connection.cursor() as cursor:
        for name in connection.introspection.table_names(cursor):
            if name.startswith(left_out) or "historical" in name:
                cursor.execute(f'delete from "{name}"')
        for name in ("commune_postal_codes", "formercommune", "communecontour"):
            cursor.execute(f"delete from territory_{name}")
        cursor.execute(f"delete from territory_commune where code not in ({named})")
    return filled


def content(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def refused(backup: bytes, files: Path, message: str | None = None) -> None:
    """Check that the backup is refused, no row or file changes, and no temporary file is left."""
    before = rows(), content(files)
    with pytest.raises(backups.BackupRefused, match=message):
        backups.restore_backup(BytesIO(backup))
    assert (rows(), content(files)) == before


class TestDamagedAnywhere:
    def test_a_backup_cut_at_any_kilobyte_is_refused(self, few):
        backup = saved()
        before = rows()
        for size in [*range(0, len(backup), 1024), *range(len(backup) - 12, len(backup))]:
            with pytest.raises(backups.BackupRefused):
                backups.restore_backup(BytesIO(backup[:size]))
        assert rows() == before

    def test_a_backup_with_any_byte_flipped_is_refused(self, few):
        """Except in the gzip header, whose fields hold no data."""
        backup = saved()
        before = rows()
        for place in [
            *range(10, 60),
            *range(60, len(backup), 997),
            *range(len(backup) - 12, len(backup)),
        ]:
            flipped = bytearray(backup)
            flipped[place] ^= 0x55
            with pytest.raises(backups.BackupRefused):
                backups.restore_backup(BytesIO(flipped))
        assert rows() == before

    def test_a_small_file_that_unpacks_to_much_is_refused_in_little_memory(self, few):
        heading = lines_of(saved())[0]
        out = BytesIO()
        with gzip.GzipFile(fileobj=out, mode="wb") as packed_:
            packed_.write(heading + b'{"table":"')
            for _megabyte in range(300):
                packed_.write(b"\0" * 1_000_000)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        refused(out.getvalue(), few, "abîmé")
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        assert grown < 60_000  # kilobytes

    def test_deep_brackets_are_refused(self, few):
        heading = lines_of(saved())[0]
        refused(packed([heading, b"[" * 200_000 + b"\n"]), few, "abîmé")


def sealed(lines: list[Any]) -> bytes:
    """Return a backup of these lines, with a correct seal."""
    counts, files, table = {}, 0, None
    for line in lines:
        if isinstance(line, dict) and "table" in line:
            table = str(line["table"])
            counts[table] = 0
        elif isinstance(line, dict) and "file" in line:
            table, files = None, files + 1
        elif table:
            counts[table] += 1
    written = [json.dumps(line).encode() + b"\n" for line in lines]
    total = hashlib.sha256(b"".join(written)).hexdigest()
    seal = {"rows": counts, "files": files, "sum": total}
    return packed([*written, json.dumps(seal).encode() + b"\n"])


def opened(backup: bytes) -> list[Any]:
    """Return the parsed lines of a backup, without the seal."""
    return [json.loads(line) for line in lines_of(backup)[:-1]]


def rewritten(backup: bytes, table: str, column: str, value: Any) -> bytes:
    """Return the backup with this value in the first row of the table, sealed again."""
    lines = opened(backup)
    start = lines.index(
        next(line for line in lines if isinstance(line, dict) and line.get("table") == table)
    )
    lines[start + 1][lines[start]["columns"].index(column)] = value
    return sealed(lines)


class TestMadeByHand:
    """Backups with a correct seal: a forger can compute it too."""

    def test_the_same_lines_are_accepted(self, few):
        backup = saved()
        before = rows()
        backups.restore_backup(BytesIO(sealed(opened(backup))))
        assert rows() == before

    @pytest.mark.parametrize(
        "name",
        [
            *(
                "../dehors.txt",
                "/etc/dehors",
                "documents/../../dehors",
                "..",
                ".",
                "",
                "a//b",
                "a/",
            ),
            *("./a", "documents/\0", "documents/a\nb", "documents/\x7f", "documents\\a"),
            *("documents/\u202egpj", "x" * 256, "/".join(["dossier"] * 200)),
            *("documents/AB/RAPPORT.pdf", "Documents/ab/autre.pdf", "documents/ab/rapport.pdf"),
            *("documents/ab", "documents/ab/vide.csv/dedans", ".restore-x/a", "documents/\ud800"),
        ],
    )
    def test_a_file_that_would_land_elsewhere_or_on_another_is_refused(self, few, name):
        backup = saved()
        wreck_files(few)
        refused(sealed([*opened(backup), {"file": name}, ["eA=="]]), few)
        assert not (few.parent / "dehors.txt").exists()

    @pytest.mark.parametrize("name", [["a"], None, 3])
    def test_a_file_name_that_is_not_text_is_refused(self, few, name):
        refused(sealed([*opened(saved()), {"file": name}, ["eA=="]]), few)

    def test_a_folder_or_a_link_that_is_in_the_way_refuses_it(self, few, tmp_path):
        backup = sealed([*opened(saved()), {"file": "lien/x.txt"}, ["eA=="]])
        (tmp_path / "ailleurs").mkdir()
        (few / "lien").symlink_to(tmp_path / "ailleurs")
        refused(backup, few, "lien")
        assert not list((tmp_path / "ailleurs").iterdir())
        (few / "lien").unlink()
        (few / "lien" / "x.txt").mkdir(parents=True)
        refused(backup, few, "x.txt")

    def test_a_table_missing_or_twice_or_unknown_is_refused(self, few):
        lines = opened(saved())
        starts = [
            index for index, line in enumerate(lines) if isinstance(line, dict) and "table" in line
        ]
        first, second = starts[0], starts[1]
        missing = lines[first]["table"]
        refused(sealed(lines[:first] + lines[second:]), few, f"Il manque.*{missing}")
        refused(sealed(lines[:second] + lines[first:]), few, "abîmé")
        unknown_table = {"table": "autre.Table", "columns": []}
        refused(sealed([*lines[:first], unknown_table, *lines[first:]]), few, "abîmé")

    @pytest.mark.parametrize("change", ["less", "more", "twice"])
    def test_other_columns_are_refused(self, few, change):
        lines = opened(saved())
        columns = next(line for line in lines if isinstance(line, dict) and "columns" in line)[
            "columns"
        ]
        if change == "less":
            columns.pop()
        else:
            columns.append("other" if change == "more" else columns[0])
        refused(sealed(lines), few, "colonnes")

    @pytest.mark.parametrize(
        ("table", "column", "value"),
        [
            *(("teams.Team", "name", value) for value in (None, 3, ["x"], "a\0b", "\ud800")),
            *(("teams.Team", "agency_id", value) for value in (10**30, "x", 999_999, True, 1.5)),
            ("teams.Team", "slug", "x" * 5000 + "\0"),
            *(("accounts.User", "is_active", value) for value in (None, 1, "oui")),
            *(
                ("notices.Notice", "created_at", value)
                for value in ("hier", 3, "2024-01-01T10:00:00")
            ),
            ("territory.Commune", "department_id", "zz"),
            ("notices.Notice", "key", None),
        ],
    )
    def test_a_value_that_is_not_of_its_column_is_refused(self, few, table, column, value):
        refused(rewritten(saved(), table, column, value), few)

    def test_two_rows_with_the_same_key_are_refused(self, few):
        lines = opened(saved())
        start = next(
            index
            for index, line in enumerate(lines)
            if line and isinstance(line, dict) and line.get("table") == "teams.Team"
        )
        refused(sealed([*lines[: start + 1], lines[start + 1], *lines[start + 1 :]]), few)

    def test_what_follows_the_seal_is_refused(self, few):
        refused(packed([*lines_of(saved()), b"[1]\n"]), few, "abîmé")
        refused(saved() + b"x", few, "abîmé")


def wreck_files(files: Path) -> None:
    for path in files.rglob("*.pdf"):
        path.unlink()


class TestOfAnotherVersion:
    def test_an_older_backup_names_the_version_to_restore_it_with(self, few):
        lines = opened(saved())
        lines[0]["migrations"].remove(["accounts", "0003_sign_ins"])
        with pytest.raises(backups.BackupRefused) as error:
            backups.restore_backup(BytesIO(sealed(lines)))
        message = str(error.value)
        assert "accounts.0003_sign_ins" in message
        (command,) = [line for line in message.splitlines() if "git checkout" in line]
        assert "'*/0003_sign_ins.py'" in command
        assert (
            message.index("« restore »")
            < message.index("revenez")
            < message.index("nouvelle sauvegarde")
        )

    def test_a_newer_backup_names_its_version(self, few):
        refused(of_another_version(saved()), few, r"plus récente.*teams\.0999_later.*Installez")

    def test_an_unmigrated_database_must_be_migrated_first(self, few):
        backup = saved()
        MigrationRecorder.Migration.objects.filter(app="accounts", name="0003_sign_ins").delete()
        refused(backup, few, "lancez « migrate »")

    def test_escape_sequences_in_names_are_refused(self, few):
        lines = opened(saved())
        lines[0]["migrations"].append(["teams", "\x1b[2Jx"])
        refused(sealed(lines), few, "abîmé")


class TestTheCommands:
    def test_backup_then_restore_with_a_file_readable_by_its_owner_only(self, filled, tmp_path):
        path, output = tmp_path / "portail.sauvegarde", StringIO()
        call_command("backup", str(path), stderr=StringIO())
        assert path.stat().st_mode & 0o077 == 0
        assert [file.name for file in tmp_path.glob("*sauvegarde*")] == [path.name]
        Commune.objects.filter(code="45232").update(name=NEVER)
        call_command("restore", str(path), "--replace", stdout=output)
        assert "Restauré" in output.getvalue()
        assert Commune.objects.get(code="45232").name == "Olivet"

    def test_existing_data_is_not_replaced_without_the_option(self, filled, tmp_path):
        path = tmp_path / "portail.sauvegarde"
        call_command("backup", str(path), stderr=StringIO())
        with pytest.raises(CommandError, match="--replace"):
            call_command("restore", str(path))

    def test_waiting_emails_may_be_put_on_hold(self, filled, tmp_path):
        path = tmp_path / "portail.sauvegarde"
        call_command("backup", str(path), stderr=StringIO())
        call_command("restore", str(path), "--replace", "--hold-notices", stdout=StringIO())
        assert not Notice.objects.waiting().exists()
        assert Notice.objects.failed().count() == 1
        assert notices.send_again(Notice.objects.all()) == 1

    def test_only_its_owner_can_read_it_even_over_an_existing_file(self, filled, tmp_path):
        path = tmp_path / "portail.sauvegarde"
        path.touch(mode=0o666)
        usual = os.umask(0)
        try:
            call_command("backup", str(path), stderr=StringIO())
        finally:
            os.umask(usual)
        assert path.stat().st_mode & 0o777 == 0o600

    def test_only_its_owner_can_read_it_while_it_is_written(self, filled, tmp_path, monkeypatch):
        seen = []

        def look(out: Any) -> backups.Counts:
            (draft,) = tmp_path.glob(".portail*")
            seen.append(draft.stat().st_mode & 0o777)
            return backups.Counts()

        monkeypatch.setattr(backups, "write_backup", look)
        call_command("backup", str(tmp_path / "portail.sauvegarde"), stderr=StringIO())
        assert seen == [0o600]

    def test_a_file_opened_by_the_shell_becomes_private(self, filled, tmp_path, monkeypatch):
        path = tmp_path / "portail.sauvegarde"
        with path.open("wb") as opened_by_the_shell:
            os.fchmod(opened_by_the_shell.fileno(), 0o644)
            stdout = TextIOWrapper(opened_by_the_shell)
            with monkeypatch.context() as shell:
                shell.setattr(sys, "stdout", stdout)
                call_command("backup", "-", stderr=StringIO())
            stdout.detach()
        assert path.stat().st_mode & 0o777 == 0o600
        call_command("restore", str(path), "--replace", stdout=StringIO())

    def test_a_device_is_not_replaced(self, filled, tmp_path):
        os.mkfifo(tmp_path / "tube")
        with pytest.raises(CommandError, match="ordinaire"):
            call_command("backup", str(tmp_path / "tube"), stderr=StringIO())
        assert (tmp_path / "tube").is_fifo()

    def test_a_database_that_could_not_be_restored_is_not_saved(self, filled, tmp_path):
        (filled / "a\nb.pdf").touch()
        with pytest.raises(CommandError, match="impossible"):
            call_command("backup", str(tmp_path / "x"), stderr=StringIO())
        assert not (tmp_path / "x").exists()

    @pytest.mark.parametrize("path", ["absent", "."])
    def test_an_unreadable_file_is_reported(self, filled, tmp_path, path):
        with pytest.raises(CommandError, match="ne peut pas être lu"):
            call_command("restore", str(tmp_path / path), "--replace")

    def test_an_unwritable_folder_is_reported(self, filled, tmp_path):
        with pytest.raises(CommandError, match="ne peut pas être écrit"):
            call_command("backup", str(tmp_path / "absent" / "x"), stderr=StringIO())

"""A backup put back: equal row for row, or refused with nothing changed."""

import gzip
import json
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from portal import backups
from portal.accounts.models import Session, User
from portal.core import versions
from portal.notices import services as notices
from portal.notices.models import Notice
from portal.territory.models import Commune
from relocations.models import Relocation
from teams.models import Team
from tests.factories import UserFactory
from tests.notices.conftest import words

NEVER = "not to be found in a backup"


def rows() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table but those left out, as the database itself gives them."""
    left_out = {apps.get_model(label)._meta.db_table for label in backups.LEFT_OUT}
    found = {}
    with connection.cursor() as cursor:
        for name in connection.introspection.table_names(cursor):
            if name in left_out | {"portal_cache", "django_migrations"} or name.startswith(
                "sqlite"
            ):
                continue
            cursor.execute(f'select * from "{name}"')
            found[name] = sorted(cursor.fetchall(), key=repr)
    return found


@pytest.fixture
def filled(loiret, settings, tmp_path) -> Path:
    """The Loiret, people, an e-mail that waits, files that were made; the folder of the files."""
    settings.MEDIA_ROOT = tmp_path / "files"
    UserFactory.create_batch(3, code=True)
    UserFactory(email="zoé@exemple.fr".encode("idna").decode(), name="Zoé « Ève » 🙂\n")
    notices.queue(**words(headers={"List-Unsubscribe": "<https://x.example>"}))
    made = tmp_path / "files" / "documents" / "ab"
    made.mkdir(parents=True)
    (made / "rapport.pdf").write_bytes(bytes(range(256)) * 2000)
    (made / "vide.csv").write_bytes(b"")
    return tmp_path / "files"


def saved() -> bytes:
    out = BytesIO()
    backups.write(out)
    return out.getvalue()


def wreck(files: Path) -> None:
    """What happens to a portal: rows gone, changed, added."""
    Relocation.objects.first().delete()
    Notice.objects.all().delete()
    Team.objects.update(phone="00")
    User.objects.order_by("pk").last().delete()
    UserFactory.create_batch(5)
    for path in files.rglob("*.pdf"):
        path.unlink()


def test_what_is_put_back_is_what_was_row_for_row(filled):
    before = rows()
    kept = saved()
    wreck(filled)
    assert rows() != before
    counts = backups.read(BytesIO(kept))
    assert rows() == before
    assert sum(map(len, before.values())) == sum(counts.rows.values())
    assert len(before) == len(counts.rows) > 40


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("emptied_afterwards")
class TestOnceCommitted:
    def test_files_come_back_and_a_second_backup_is_the_same(self, filled):
        kept = saved()
        wreck(filled)
        backups.read(BytesIO(kept))
        made = filled / "documents" / "ab" / "rapport.pdf"
        assert made.read_bytes() == bytes(range(256)) * 2000
        assert (filled / "documents" / "ab" / "vide.csv").read_bytes() == b""
        assert saved() == kept


def test_new_rows_are_numbered_after_those_put_back(filled):
    kept = saved()
    last = User.objects.order_by("pk").last().pk
    User.objects.order_by("pk").last().delete()
    backups.read(BytesIO(kept))
    assert UserFactory().pk > last


def test_whoever_kept_an_answer_makes_it_anew(filled):
    kept, before = saved(), versions.current()
    backups.read(BytesIO(kept))
    after = versions.current()
    assert all(after[app] > before[app] for app in before)


def test_people_sign_in_again(filled, client):
    client.force_login(User.objects.first())
    kept = saved()
    backups.read(BytesIO(kept))
    assert not Session.objects.exists()
    assert client.get("/espace/").status_code == 302


def lines_of(kept: bytes) -> list[bytes]:
    return gzip.decompress(kept).splitlines(keepends=True)


def packed(lines: list[bytes]) -> bytes:
    return gzip.compress(b"".join(lines))


def without_the_end(kept: bytes) -> bytes:
    return kept[:-2000]


def without_the_seal(kept: bytes) -> bytes:
    return packed(lines_of(kept)[:-1])


def with_a_changed_row(kept: bytes) -> bytes:
    return packed([line.replace(b"Olivet", b"Autre", 1) for line in lines_of(kept)])


def of_another_version(kept: bytes) -> bytes:
    heading, *rest = lines_of(kept)
    changed = json.loads(heading)
    changed["migrations"].append(["teams", "0999_later"])
    return packed([json.dumps(changed).encode() + b"\n", *rest])


@pytest.mark.parametrize(
    ("damaged", "said"),
    [
        (without_the_end, "abîmé"),
        (without_the_seal, "incomplète"),
        (with_a_changed_row, "modifiée"),
        (of_another_version, "teams.0999_later"),
        (lambda kept: b"", "incomplète"),
        (lambda kept: b"PK\x03\x04 a spreadsheet", "abîmé"),
        (lambda kept: gzip.compress(b'{"other": 1}\n'), "pas une sauvegarde"),
        (lambda kept: gzip.compress(b"[1, 2]\n"), "pas une sauvegarde"),
    ],
)
def test_a_damaged_one_is_refused_and_nothing_changes(filled, damaged, said):
    kept = damaged(saved())
    wreck(filled)
    before = rows()
    with pytest.raises(backups.BackupRefused, match=said), transaction.atomic():
        backups.read(BytesIO(kept))
    assert rows() == before


def test_a_file_that_would_land_elsewhere_is_refused(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "files"
    (tmp_path / "files").mkdir()
    with pytest.raises(backups.BackupRefused):
        backups._put_back([backups._MadeFile("../dehors.txt", [b"x"])])
    assert not (tmp_path / "dehors.txt").exists()


class TestTheCommands:
    def test_one_each_and_the_file_is_for_its_owner_alone(self, filled, tmp_path):
        path, said = tmp_path / "portail.sauvegarde", StringIO()
        call_command("backup", str(path), stderr=StringIO())
        assert path.stat().st_mode & 0o077 == 0
        assert [one.name for one in tmp_path.glob("*sauvegarde*")] == [path.name]
        Commune.objects.filter(code="45232").update(name=NEVER)
        call_command("restore", str(path), "--replace", stdout=said)
        assert "Restauré" in said.getvalue()
        assert Commune.objects.get(code="45232").name == "Olivet"

    def test_what_there_is_is_not_replaced_without_a_word(self, filled, tmp_path):
        path = tmp_path / "portail.sauvegarde"
        call_command("backup", str(path), stderr=StringIO())
        with pytest.raises(CommandError, match="--replace"):
            call_command("restore", str(path))

    def test_e_mails_that_waited_may_be_held(self, filled, tmp_path):
        path = tmp_path / "portail.sauvegarde"
        call_command("backup", str(path), stderr=StringIO())
        call_command("restore", str(path), "--replace", "--hold-notices", stdout=StringIO())
        assert not Notice.objects.waiting().exists()
        assert Notice.objects.failed().count() == 1
        assert notices.send_again(Notice.objects.all()) == 1

    @pytest.mark.parametrize("path", ["absent", "."])
    def test_a_file_that_cannot_be_read_is_said(self, filled, tmp_path, path):
        with pytest.raises(CommandError, match="ne peut pas être lu"):
            call_command("restore", str(tmp_path / path), "--replace")

    def test_a_folder_that_cannot_be_written_is_said(self, filled, tmp_path):
        with pytest.raises(CommandError, match="ne peut pas être écrit"):
            call_command("backup", str(tmp_path / "absent" / "x"), stderr=StringIO())

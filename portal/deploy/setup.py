"""The steps that prepare what `make run` serves; what did not change is left out."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.utils.translation import gettext as _

from portal.core import loaded_data
from portal.registries import demo, loaders
from portal.territory import importers, reference

Advance = Callable[[], Any]


@dataclass(frozen=True)
class Step:
    """A step to do, with its label for people.

    `run` writes its counts in the file that it is given, and calls the function after each part of
    `total`, 0 where the parts are not counted.
    """

    label: str
    run: Callable[[Any, Advance], Any]
    total: int = 0


def pending_steps(departments: Collection[str] | None = None) -> Iterator[Step]:
    """Yield the steps that the database needs, of all départements by default.

    Each must be run before the next is asked for. Where nothing changed: ten short queries.
    """
    if not loaded_data.are_migrations_applied():
        yield Step(_("Tables de la base"), _migrate, total=loaded_data.pending_migrations())
    communes = importers.folder_digest(reference.FOLDER, departments)
    if not loaded_data.is_loaded(loaded_data.COMMUNES, communes):
        yield Step(
            _("Communes de France"),
            lambda out, _advance: call_command(
                "load_territory", departments=departments, stdout=out
            ),
        )
    for code in loaders.available_departments():
        is_asked = departments is None or code in departments
        if is_asked and not loaded_data.is_loaded(code, loaders.department_digest(code)):
            yield Step(_("Département %s") % code, partial(_load_department, code))
    if settings.PORTAL_DEMO and not loaded_data.is_loaded(loaded_data.DEMONSTRATION, demo.digest()):
        yield Step(_("Comptes et campagne de démonstration"), lambda *_: demo.make_all())


def pending_static_files() -> Step | None:
    """Return the step that collects and compresses the static files, None where it is done.

    A file of `var/` has the digest of the last complete collection.
    """
    done = settings.VAR_DIR / "collected"
    requirements = settings.BASE_DIR / "requirements.txt"  # libraries have static files too
    digest = loaded_data.files_digest([*settings.STATICFILES_DIRS, requirements])
    if done.exists() and done.read_text() == digest and settings.STATIC_ROOT.exists():
        return None

    def collect(out: Any, _advance: Advance) -> None:
        done.unlink(missing_ok=True)
        call_command("collectstatic", interactive=False, verbosity=0)
        done.write_text(digest)

    return Step(_("Images, styles et polices"), collect)


class _Lines:
    """A file that calls a function for each migration that `migrate` has applied."""

    def __init__(self, advance: Advance) -> None:
        self._advance = advance

    def write(self, text: str) -> None:
        if "OK" in text:
            self._advance()

    def flush(self) -> None:
        """Nothing is kept."""


def _load_department(code: str, out: Any, _advance: Advance) -> None:
    call_command("load_department", code, stdout=out)


def _migrate(_out: Any, advance: Advance) -> None:
    call_command("migrate", interactive=False, no_color=True, stdout=_Lines(advance))
    loaded_data.record(loaded_data.MIGRATIONS, loaded_data.migrations_digest())

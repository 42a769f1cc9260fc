"""`make run` once the libraries are there: prepares the database, then serves.

    python -m portal.deploy.start

One process does both, so a start without any change imports Django once. Each problem is one French
sentence, with exit code 1; its details are in `var/start.log`. These sentences are not translated:
they must work without Django.
"""

import gc
import os
import sys
import traceback
from contextlib import suppress
from io import StringIO

from portal.deploy import install
from portal.deploy.progress import Step, say

LOG = install.VAR / "start.log"
OWN_PACKAGES = ("portal", "teams", "relocations", "accueil", "schema_actions")
AGAIN = "relancez la même commande"


def main() -> int:
    """Prepare what changed, then become gunicorn. Return an exit code if it cannot."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    # What is imported and indexed stays: the collector would go through it in vain, for 0.5 of the
    # 2.5 seconds of a start. The server turns it on again.
    gc.disable()
    try:
        # First of all: prometheus_client reads the folder of its counters when imported.
        from portal.deploy import server  # noqa: F401

        if prepare():
            # Again, without the memory of what was loaded: page processes share this one's.
            os.execv(sys.executable, [sys.executable, "-m", "portal.deploy.start"])  # noqa: S606
        from gunicorn.app.wsgiapp import run

        sys.argv = ["gunicorn", "-c", "python:portal.deploy.server", "portal.wsgi"]
        run()
    except KeyboardInterrupt:
        say("\n" + install.INTERRUPTED, stream=sys.stderr)
        return 130
    except Exception as error:
        with suppress(OSError), LOG.open("w", encoding="utf-8") as file:
            traceback.print_exception(error, file=file)
        say(describe(error), stream=sys.stderr)
        return 1
    return 0


def prepare() -> bool:
    """Do the pending steps of the database and the static files; return whether there were any."""
    import django

    django.setup()
    from portal.core.command_lock import exclusive_command
    from portal.deploy import setup

    is_changed = False
    with exclusive_command(say):
        for step in setup.pending_steps():
            is_changed = True
            gc.enable()  # a load makes garbage, and this process is replaced after it
            with Step(step.label, step.total) as progress:
                step.run(StringIO(), progress.advance)
        if collect := setup.pending_static_files():
            is_changed = True
            with Step(collect.label) as progress:
                collect.run(StringIO(), progress.advance)
    return is_changed


def describe(error: Exception) -> str:
    """Return the sentence for an error; mark a `.venv` with a missing library as broken."""
    if isinstance(error, ImportError):
        if (error.name or "").partition(".")[0] not in OWN_PACKAGES:
            install.remove_marker()
            return f"Une bibliothèque manque ou est abîmée ({error}) : {AGAIN}, qui les réinstalle."
        return _unknown(error)
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management.base import CommandError
    from django.db import DatabaseError, OperationalError

    if isinstance(error.__cause__, DatabaseError):  # of a command, which words it less well
        error = error.__cause__
    text = _first_line(error)
    match error:
        case CommandError():
            return str(error)
        case ImproperlyConfigured():
            return f"Un réglage est refusé ({text}) : corrigez-le, puis {AGAIN}."
        case DatabaseError() if "full" in text or "No space left" in text:
            return install.DISK_FULL
        case DatabaseError() if "malformed" in text or "not a database" in text:
            return (
                "La base est abîmée : remettez-en une sauvegarde, ou effacez var/db.sqlite3 "
                f"pour la refaire, puis {AGAIN}."
            )
        case OperationalError():
            return (
                f"La base de données ne répond pas ({text}) : vérifiez son serveur et "
                f"DATABASE_URL, puis {AGAIN}."
            )
        case OSError() if error.errno:
            return install.describe_os_error(error)
    return _unknown(error)


def _unknown(error: Exception) -> str:
    return (
        f"Le portail n’a pas pu s’ouvrir ({type(error).__name__} : {_first_line(error)}) : "
        f"le détail est dans {LOG}."
    )


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]


if __name__ == "__main__":
    sys.exit(main())

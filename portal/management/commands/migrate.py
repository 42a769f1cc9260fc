from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import connections
from django.utils.translation import gettext as _

from portal.core.command_lock import ExclusiveCommand
from portal.core.migration_safety import partly_applied_squashes


class Command(ExclusiveCommand, migrate.Command):
    """Django's command, one at a time. Refuses a database with a partly applied squash."""

    def handle(self, *args: Any, **options: Any) -> None:
        if partial := partly_applied_squashes(connections[options["database"]]):
            raise CommandError(
                _(
                    "Cette base est d'avant la version 0.1.0 (%s). Pour la reprendre :\n"
                    "1. prenez la dernière version d'alors : git checkout "
                    '"$(git log --reverse --diff-filter=A --format=%%h -- '
                    "'*/0001_squashed_0_1_0.py' | head -1)~1\" ;\n"
                    "2. lancez « migrate » ; 3. revenez à la version présente, et relancez-le."
                )
                % ", ".join(f"{app}.{name}" for app, name in partial)
            )
        super().handle(*args, **options)

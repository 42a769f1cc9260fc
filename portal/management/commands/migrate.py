from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import connections
from django.utils.translation import gettext as _

from portal.core.command_lock import ExclusiveCommand
from portal.core.migration_safety import partly_applied_squashes


class Command(ExclusiveCommand, migrate.Command):
    """Django's own; of two at once, the second waits for the first. Refuses a database that applied
    only a part of what a squashed migration replaces.
    """

    def handle(self, *args: Any, **options: Any) -> None:
        if partial := partly_applied_squashes(connections[options["database"]]):
            raise CommandError(
                _(
                    "Cette base est d'avant la version 0.1.0 (%s) : installez d'abord la version"
                    " 0.1.0, lancez « migrate », puis revenez à celle-ci."
                )
                % ", ".join(f"{app}.{name}" for app, name in partial)
            )
        super().handle(*args, **options)

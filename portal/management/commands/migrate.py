from django.core.management.commands import migrate

from portal.core.command_lock import OneAtATime


class Command(OneAtATime, migrate.Command):
    """Django's own; of two at once, the second waits for the first."""

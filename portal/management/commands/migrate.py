from django.core.management.commands import migrate

from portal.core.command_lock import ExclusiveCommand


class Command(ExclusiveCommand, migrate.Command):
    """Django's own; of two at once, the second waits for the first."""

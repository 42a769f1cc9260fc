from django.core.management.commands import migrate

from portal.core.one_at_a_time import OneAtATime


class Command(OneAtATime, migrate.Command):
    """Django's own; of two at once, the second waits for the first."""

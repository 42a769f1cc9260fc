"""What every writer of sectors shares."""

from portal.territory.models import Department


def lock_sectors(department: str) -> None:
    """Lock the sectors of a département against other writers until the end of the transaction.

    Two writers at once would each find an area free. Locks the row of the département (SELECT FOR
    NO KEY UPDATE); one query.
    """
    list(Department.objects.select_for_update(no_key=True).filter(pk=department))

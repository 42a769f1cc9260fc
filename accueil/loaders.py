"""What the portal knows of a département's front desk: its reception points and phone lines."""

from django.utils.text import slugify

from accueil.models import PhoneLine, ReceptionPoint, refresh_positions
from portal.loaders import Load, register
from teams.models import Site


@register("accueil")
def load_reception(load: Load) -> None:
    """Sites of its own first, then what answers first requests.

    Hours are those printed, no more: where nothing says that a door or a line closes on public
    holidays, nothing is added. Empty ones are unknown.
    """
    here = {"department_id": load.department}
    for row in load.rows(
        "sites.csv", "key name address postal_code city commune source as_printed"
    ):
        row.save(Site, by=["key"], **here)
    for row in load.rows("phone_lines.csv", "name number hours hours_text source as_printed"):
        row.save(PhoneLine, by=["slug"], slug=slugify(row["name"]), **here)
    for row in load.rows(
        "reception_points.csv",
        "name kind team site phone email by_appointment documents hours hours_text source"
        " as_printed",
    ):
        row.save(ReceptionPoint, by=["slug"], slug=slugify(row["name"]), **here)
    # The communes may have been loaded again since, without a signal.
    refresh_positions(ReceptionPoint.objects.filter(**here))

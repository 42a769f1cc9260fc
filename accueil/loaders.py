from django.utils.text import slugify

from accueil.models import PhoneLine
from portal.loaders import Load, register


@register("accueil")
def load_phone_lines(load: Load) -> None:
    """The numbers that answer first requests in the département."""
    for row in load.rows("phone_lines.csv", "name number hours_text source as_printed"):
        row.save(PhoneLine, by=["slug"], slug=slugify(row["name"]), department_id=load.department)

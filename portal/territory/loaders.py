from django.utils.translation import gettext as _

from portal.core.models import Source
from portal.registries.loaders import Load, register
from portal.territory.models import Department, DepartmentProfile

PROFILE_COLUMNS = (
    "portal_name name_with_article website publisher publisher_address publication_director host"
    " privacy_contact accessibility_contact"
)


@register("territory")
def load_sources_and_profile(load: Load) -> None:
    """Load the sources of a département's facts, and its settings."""
    for row in load.rows("sources.csv", "key title publisher url period kind"):
        row.save(Source, key_fields=["key"])
    load_profile(load)


def load_profile(load: Load) -> None:
    """Load the settings of the département, which `load_territory` must have created."""
    is_known = Department.objects.filter(code=load.department).exists()
    for row in load.rows("profile.csv", PROFILE_COLUMNS):
        if not is_known:
            message = _("Le département %s manque : lancez d'abord « load_territory ».")
            row.refuse("", message % load.department)
        row.save(DepartmentProfile, key_fields=["department_id"], department_id=load.department)

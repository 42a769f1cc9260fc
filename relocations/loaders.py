from portal.loaders import Load, register
from relocations.models import Relocation

COLUMNS = "key team kind status source period origin destination as_printed"


@register("relocations")
def load_relocations(load: Load) -> None:
    """The moves of the département's teams, as announced."""
    for row in load.rows("relocations.csv", COLUMNS):
        row.save(Relocation, by=["key"])

from portal.registries.loaders import Load, register
from relocations.models import Relocation

ANNOUNCED = "key team kind status source period origin destination as_printed"
DONE = "key team kind source period actual_date origin destination as_printed"


@register("relocations")
def load_relocations(load: Load) -> None:
    """Load the announced moves of a département, then those that a source says are done."""
    for row in load.rows("relocations.csv", ANNOUNCED):
        row.save(Relocation, key_fields=["key"])
    for row in load.rows("done.csv", DONE):
        row.save(Relocation, key_fields=["key"], status=Relocation.Status.DONE)

"""A move may be done on a day that nobody published: its period then says what is attested.

The constraint accepts all that it accepted: the previous release still writes its rows.
"""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("relocations", "0003_provenance")]

    after = "0.2"

    operations = [
        migrations.RemoveConstraint("relocation", "relocations_done_has_place_and_date"),
        migrations.AddConstraint(
            "relocation",
            models.CheckConstraint(
                condition=Q(status="done")
                & (Q(actual_date__isnull=False) | Q(period_latest__isnull=False))
                & (Q(destination__isnull=False) | Q(kind="closing"))
                | ~Q(status="done") & Q(actual_date__isnull=True),
                name="relocations_done_has_place_and_date",
                violation_error_message=(
                    "Un déménagement fait a un lieu d’arrivée, et son jour, ou une période finie."
                    " Lui seul a un jour réel."
                ),
            ),
        ),
    ]

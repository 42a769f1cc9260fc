from django.db import migrations
from django.db.models import F


def move_appointment_hours(apps, schema_editor):
    """Move the hours of points that always want an appointment to their hours by appointment."""
    points = apps.get_model("accueil", "ReceptionPoint").objects.filter(by_appointment=True)
    contradictory = points.exclude(hours="")
    contradictory.filter(appointment_hours="").update(
        appointment_hours=F("hours"), appointment_hours_text=F("hours_text")
    )
    contradictory.update(hours="", hours_text="")


class Migration(migrations.Migration):

    dependencies = [("accueil", "0005_meetings")]

    operations = [
        migrations.RunPython(move_appointment_hours, migrations.RunPython.noop, elidable=True),
    ]

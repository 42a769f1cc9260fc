from django.db import migrations

from portal.core.opening_hours.descriptions import describe
from portal.core.opening_hours.week_grid import Week


def move_appointment_hours(apps, schema_editor):
    """Move the hours of points that always want an appointment to their hours by appointment.

    Where both are filled they are folded into one week; a row whose hours are no plain weeks, or
    are too long together, is left as it is for its agents: nothing is lost.
    """
    points = apps.get_model("accueil", "ReceptionPoint").objects.filter(by_appointment=True)
    for point in points.exclude(hours=""):
        hours = _fold(point.appointment_hours, point.hours)
        text = _fold_texts(point)
        if hours is None or max(len(hours), len(text)) > 250:
            continue
        point.appointment_hours, point.appointment_hours_text = hours, text
        point.hours, point.hours_text = "", ""
        point.save(
            update_fields=[
                *("hours", "hours_text", "appointment_hours", "appointment_hours_text")
            ]
        )


def _fold(first, second):
    """Return the hours of either expression; None where one of them is no plain week."""
    if not first or first == second:
        return second
    weeks = Week.parse(first), Week.parse(second)
    if None in weeks:
        return None
    one, other = weeks
    folded = Week(
        tuple(_all_spans(*spans) for spans in zip(one.days, other.days, strict=True)),
        _all_spans(one.holidays, other.holidays),
        one.good_friday_off or other.good_friday_off,
    )
    return folded.expression if not folded.faults() else None


def _all_spans(one, other):
    return tuple(sorted({*one, *other}))


def _fold_texts(point):
    """Return the printed words of both, those of an expression where only one was printed."""
    if not (point.hours_text or point.appointment_hours_text):
        return ""
    texts = [
        point.appointment_hours_text or describe(point.appointment_hours),
        point.hours_text or describe(point.hours),
    ]
    return " ; ".join(dict.fromkeys(text for text in texts if text))


class Migration(migrations.Migration):

    dependencies = [("accueil", "0005_meetings")]

    operations = [
        migrations.RunPython(move_appointment_hours, migrations.RunPython.noop, elidable=True),
    ]

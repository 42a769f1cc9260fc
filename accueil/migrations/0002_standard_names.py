from django.db import migrations, models
from django.db.models import F, Q


def drop_renamed_trigger(apps, schema_editor):
    """Drop the trigger that a renamed table keeps: that of its new name is created afterwards."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "drop trigger if exists accueil_specialhours_lines_changed"
            " on accueil_specialhours_phone_lines"
        )


class Migration(migrations.Migration):

    dependencies = [("accueil", "0001_squashed_0_1_0")]

    operations = [
        migrations.RenameField("specialhours", "lines", "phone_lines"),
        migrations.RunPython(drop_renamed_trigger, migrations.RunPython.noop, elidable=True),
        #
        migrations.RemoveConstraint("activity", "accueil_activity_one_place"),
        migrations.RemoveConstraint("activity", "accueil_activity_line_by_phone"),
        migrations.RemoveConstraint("activity", "accueil_activity_oriented_among_requests"),
        migrations.RemoveConstraint("activity", "accueil_activity_both_among_requests"),
        migrations.RemoveConstraint("activity", "accueil_activity_line_once"),
        migrations.RenameField("activity", "line", "phone_line"),
        migrations.RenameField("activity", "oriented", "referred"),
        migrations.AddConstraint(
            "activity",
            models.CheckConstraint(
                condition=Q(point__isnull=True) ^ Q(phone_line__isnull=True),
                name="accueil_activity_one_place",
                violation_error_message="Choisissez un point d'accueil, ou bien une ligne.",
            ),
        ),
        migrations.AddConstraint(
            "activity",
            models.CheckConstraint(
                condition=Q(phone_line__isnull=True) | Q(channel="phone"),
                name="accueil_activity_line_by_phone",
                violation_error_message="Une ligne reçoit des appels seulement.",
            ),
        ),
        migrations.AddConstraint(
            "activity",
            models.CheckConstraint(
                condition=Q(referred__isnull=True) | Q(referred__lte=F("requests")),
                name="accueil_activity_referred_among_requests",
                violation_error_message="Il y a plus de demandes orientées que de demandes.",
            ),
        ),
        migrations.AddConstraint(
            "activity",
            models.CheckConstraint(
                condition=Q(answered__isnull=True)
                | Q(referred__isnull=True)
                | Q(requests__gte=F("answered") + F("referred")),
                name="accueil_activity_both_among_requests",
                violation_error_message=(
                    "Les réponses et les demandes orientées dépassent les demandes."
                ),
            ),
        ),
        migrations.AddConstraint(
            "activity",
            models.UniqueConstraint(
                fields=["month", "phone_line", "channel"],
                condition=Q(phone_line__isnull=False),
                name="accueil_activity_line_once",
            ),
        ),
        #
        migrations.RemoveConstraint("stop", "accueil_stop_days_ordered"),
        migrations.RemoveConstraint("stop", "accueil_stop_cycle_counted"),
        migrations.RenameField("stop", "since", "valid_from"),
        migrations.RenameField("stop", "until", "valid_to"),
        migrations.RenameField("stop", "nths", "month_positions"),
        migrations.AddConstraint(
            "stop",
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True)
                | Q(valid_from__isnull=True)
                | Q(valid_to__gte=F("valid_from")),
                name="accueil_stop_days_ordered",
                violation_error_message="Le dernier jour est avant le premier.",
            ),
        ),
        migrations.AddConstraint(
            "stop",
            models.CheckConstraint(
                condition=Q(cycle=1) | Q(cycle__range=(2, 12), valid_from__isnull=False),
                name="accueil_stop_cycle_counted",
                violation_error_message=(
                    "Un rythme de plusieurs semaines se compte depuis un premier jour."
                ),
            ),
        ),
        migrations.RenameField("stopchange", "place", "new_place"),
    ]

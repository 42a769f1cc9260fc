from django.db import migrations, models

PUBLISHED = 2  # more than any SEQUENCE that calendars were given before: 0, or 1 of what changed


def outnumber_what_was_published(apps, schema_editor):
    apps.get_model("accueil", "Stop").objects.update(revision=PUBLISHED)


class Migration(migrations.Migration):

    dependencies = [
        ("accueil", "0007_special_hours_withdrawn"),
    ]

    operations = [
        migrations.AddField(
            model_name="stop",
            name="revision",
            field=models.PositiveIntegerField(db_default=0, default=0, editable=False, verbose_name="révision"),
        ),
        migrations.RunPython(outnumber_what_was_published, migrations.RunPython.noop, elidable=True),
    ]

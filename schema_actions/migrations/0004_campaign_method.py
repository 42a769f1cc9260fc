"""The published method of a campaign."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("schema_actions", "0003_visible_names"),
    ]

    operations = [
        migrations.AddField(
            model_name="campaign",
            name="method",
            field=models.TextField(blank=True, verbose_name="méthode publiée"),
        ),
    ]

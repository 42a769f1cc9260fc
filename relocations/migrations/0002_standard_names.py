"""Standard names of columns; what rows hold does not change."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("relocations", "0001_squashed_0_1_0")]

    operations = [
        migrations.RenameField("relocation", "news_at", "last_reported_at"),
        migrations.RenameField("historicalrelocation", "news_at", "last_reported_at"),
    ]

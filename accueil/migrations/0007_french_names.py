"""Names of relations, as people read them in the administration."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accueil', '0006_hours_without_appointment'),
        ('territory', '0003_french_names'),
    ]

    operations = [
        migrations.AlterField(
            model_name='phoneline',
            name='department',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='phone_lines', to='territory.department', verbose_name='département'),
        ),
        migrations.AlterField(
            model_name='receptionpoint',
            name='department',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='reception_points', to='territory.department', verbose_name='département'),
        ),
        migrations.AlterField(
            model_name='stopchange',
            name='stop',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='changes', to='accueil.stop', verbose_name='arrêt'),
        ),
    ]

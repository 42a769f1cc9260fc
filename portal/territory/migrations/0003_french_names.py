"""Names of relations, as people read them in the administration."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('territory', '0002_authority'),
    ]

    operations = [
        migrations.AlterField(
            model_name='commune',
            name='department',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='communes', to='territory.department', verbose_name='département'),
        ),
        migrations.AlterField(
            model_name='communecontour',
            name='commune',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='contour', serialize=False, to='territory.commune', verbose_name='commune'),
        ),
        migrations.AlterField(
            model_name='departmentprofile',
            name='department',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='profile', to='territory.department', verbose_name='département'),
        ),
        migrations.AlterField(
            model_name='formercommune',
            name='commune',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='former_communes', to='territory.commune', verbose_name='commune'),
        ),
    ]

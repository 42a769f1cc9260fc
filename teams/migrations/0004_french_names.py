"""Names of relations, as people read them in the administration."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('teams', '0003_provenance'),
        ('territory', '0003_french_names'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='formeragency',
            name='department',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='former_agencies', to='territory.department', verbose_name='département'),
        ),
        migrations.AlterField(
            model_name='formeragency',
            name='site',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teams.site', verbose_name='lieu'),
        ),
        migrations.AlterField(
            model_name='membership',
            name='agency',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='teams.agency', verbose_name='agence'),
        ),
        migrations.AlterField(
            model_name='membership',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to=settings.AUTH_USER_MODEL, verbose_name='personne'),
        ),
        migrations.AlterField(
            model_name='statement',
            name='agency',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='statements', to='teams.agency', verbose_name='agence'),
        ),
        migrations.AlterField(
            model_name='statement',
            name='department',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='statements', to='territory.department', verbose_name='département'),
        ),
        migrations.AlterField(
            model_name='statement',
            name='team',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='statements', to='teams.team', verbose_name='équipe'),
        ),
        migrations.AlterField(
            model_name='teamname',
            name='team',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='other_names', to='teams.team', verbose_name='équipe'),
        ),
    ]

"""Names of relations and plurals of models, as people read them."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('schema_actions', '0002_standard_names'),
        ('territory', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='axis',
            options={'ordering': ['plan_id', 'number'], 'verbose_name': 'axe', 'verbose_name_plural': 'axes'},
        ),
        migrations.AlterModelOptions(
            name='campaign',
            options={'ordering': ['plan_id', 'period_earliest', 'slug'], 'verbose_name': 'campagne', 'verbose_name_plural': 'campagnes'},
        ),
        migrations.AlterModelOptions(
            name='entry',
            options={'ordering': ['evaluation_id'], 'verbose_name': 'saisie', 'verbose_name_plural': 'saisies'},
        ),
        migrations.AlterModelOptions(
            name='evaluation',
            options={'ordering': ['campaign_id', 'sheet_id'], 'verbose_name': 'évaluation', 'verbose_name_plural': 'évaluations'},
        ),
        migrations.AlterModelOptions(
            name='indicator',
            options={'ordering': ['sheet_id', 'position', 'pk'], 'verbose_name': 'indicateur', 'verbose_name_plural': 'indicateurs'},
        ),
        migrations.AlterModelOptions(
            name='objective',
            options={'ordering': ['axis_id', 'number'], 'verbose_name': 'objectif', 'verbose_name_plural': 'objectifs'},
        ),
        migrations.AlterModelOptions(
            name='plan',
            options={'ordering': ['department_id', 'first_year', 'slug'], 'verbose_name': 'schéma', 'verbose_name_plural': 'schémas'},
        ),
        migrations.AlterField(
            model_name='actionsheet',
            name='objective',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sheets', to='schema_actions.objective', verbose_name='objectif'),
        ),
        migrations.AlterField(
            model_name='actionsheet',
            name='plan',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sheets', to='schema_actions.plan', verbose_name='schéma'),
        ),
        migrations.AlterField(
            model_name='axis',
            name='plan',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='axes', to='schema_actions.plan', verbose_name='schéma'),
        ),
        migrations.AlterField(
            model_name='calendarperiod',
            name='position',
            field=models.PositiveSmallIntegerField(verbose_name='rang'),
        ),
        migrations.AlterField(
            model_name='calendarperiod',
            name='sheet',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='periods', to='schema_actions.actionsheet', verbose_name='fiche action'),
        ),
        migrations.AlterField(
            model_name='campaign',
            name='plan',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='campaigns', to='schema_actions.plan', verbose_name='schéma'),
        ),
        migrations.AlterField(
            model_name='entry',
            name='evaluation',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='entry', to='schema_actions.evaluation', verbose_name='évaluation'),
        ),
        migrations.AlterField(
            model_name='evaluation',
            name='campaign',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='evaluations', to='schema_actions.campaign', verbose_name='campagne'),
        ),
        migrations.AlterField(
            model_name='evaluation',
            name='sheet',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='evaluations', to='schema_actions.actionsheet', verbose_name='fiche action'),
        ),
        migrations.AlterField(
            model_name='indicator',
            name='position',
            field=models.PositiveSmallIntegerField(default=0, verbose_name='rang'),
        ),
        migrations.AlterField(
            model_name='indicator',
            name='sheet',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='indicators', to='schema_actions.actionsheet', verbose_name='fiche action'),
        ),
        migrations.AlterField(
            model_name='indicatorvalue',
            name='campaign',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='indicator_values', to='schema_actions.campaign', verbose_name='campagne'),
        ),
        migrations.AlterField(
            model_name='indicatorvalue',
            name='indicator',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='values', to='schema_actions.indicator', verbose_name='indicateur'),
        ),
        migrations.AlterField(
            model_name='indicatorvalue',
            name='rank',
            field=models.PositiveSmallIntegerField(default=1, verbose_name='rang'),
        ),
        migrations.AlterField(
            model_name='objective',
            name='axis',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='objectives', to='schema_actions.axis', verbose_name='axe'),
        ),
        migrations.AlterField(
            model_name='pilot',
            name='entry',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pilots', to='schema_actions.entry', verbose_name='saisie'),
        ),
        migrations.AlterField(
            model_name='plan',
            name='department',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='plans', to='territory.department', verbose_name='département'),
        ),
        migrations.AlterField(
            model_name='remark',
            name='evaluation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='remarks', to='schema_actions.evaluation', verbose_name='évaluation'),
        ),
        migrations.AlterField(
            model_name='signedversion',
            name='evaluation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='signed_versions', to='schema_actions.evaluation', verbose_name='évaluation'),
        ),
        migrations.AlterField(
            model_name='signedversion',
            name='signed_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='signée par'),
        ),
        migrations.AlterField(
            model_name='writer',
            name='entry',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='writers', to='schema_actions.entry', verbose_name='saisie'),
        ),
    ]

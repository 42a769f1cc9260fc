import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import portal.core.periods.units
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('schema_actions', '0001_initial'),
        ('schema_actions', '0002_campaigns_held'),
        ('schema_actions', '0003_writers'),
        ('schema_actions', '0004_writers_of_before'),
    ]

    initial = True

    dependencies = [
        ('core', '0001_squashed_0_1_0'),
        ('territory', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Axis',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(verbose_name='numéro')),
                ('title', models.CharField(max_length=500, verbose_name='titre')),
            ],
            options={
                'verbose_name': 'axe', 'verbose_name_plural': 'axes',
                'ordering': ['plan_id', 'number'],
            },
        ),
        migrations.CreateModel(
            name='ActionSheet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('as_printed', models.TextField(blank=True, verbose_name='texte imprimé')),
                ('edited_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='modifié le')),
                ('code', models.CharField(max_length=10, validators=[django.core.validators.RegexValidator('^[1-9][0-9]?\\.[1-9][0-9]?\\.[1-9][0-9]?\\Z', 'Code inconnu.')], verbose_name='code')),
                ('variant', models.SlugField(blank=True, max_length=40, verbose_name='variante')),
                ('key', models.CharField(editable=False, max_length=51, verbose_name='clé')),
                ('rank', models.PositiveIntegerField(default=0, editable=False, verbose_name='rang')),
                ('title', models.CharField(max_length=500, verbose_name='titre')),
                ('summary_title', models.CharField(blank=True, max_length=500, verbose_name='titre du tableau')),
                ('summary', models.CharField(blank=True, max_length=250, verbose_name='résumé')),
                ('pilot', models.CharField(blank=True, max_length=150, verbose_name='service pilote')),
                ('calendar_years', models.CharField(blank=True, max_length=80, validators=[django.core.validators.RegexValidator('^\\d{4}( \\d{4})*\\Z', 'Des années séparées par des espaces.')], verbose_name='années du calendrier')),
                ('calendar_text', models.TextField(blank=True, verbose_name='texte du calendrier')),
                ('search_text', models.TextField(default='', editable=False)),
                ('source', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.source', verbose_name='source')),
            ],
            options={
                'verbose_name': 'fiche action',
                'verbose_name_plural': 'fiches action',
                'ordering': ['plan_id', 'rank', 'key'],
            },
        ),
        migrations.CreateModel(
            name='Campaign',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('period_text', models.CharField(blank=True, max_length=500, verbose_name='période')),
                ('period_earliest', models.DateField(blank=True, editable=False, null=True, verbose_name='au plus tôt')),
                ('period_latest', models.DateField(blank=True, editable=False, null=True, verbose_name='au plus tard')),
                ('period_precision', models.CharField(choices=[('day', 'day'), ('month', 'month'), ('quarter', 'quarter'), ('season', 'season'), ('half', 'half'), ('year', 'year'), ('unknown', 'unknown')], default=portal.core.periods.units.Precision['UNKNOWN'], editable=False, max_length=10, verbose_name='précision')),
                ('period_inferred', models.BooleanField(default=False, editable=False, verbose_name='année déduite')),
                ('as_printed', models.TextField(blank=True, verbose_name='texte imprimé')),
                ('edited_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='modifié le')),
                ('slug', models.SlugField(max_length=40, verbose_name='identifiant')),
                ('title', models.CharField(max_length=150, verbose_name='titre')),
                ('status', models.CharField(choices=[('preparation', 'en préparation'), ('open', 'ouverte'), ('validated', 'validée'), ('published', 'publiée')], default='preparation', max_length=12, verbose_name='statut')),
                ('is_fictitious', models.BooleanField(default=False, verbose_name='fictive')),
                ('published_levels', models.CharField(blank=True, max_length=60, validators=[django.core.validators.RegexValidator('^\\d+( \\d+){6}\\Z', 'Sept nombres, du rouge au vert.')], verbose_name='nombres publiés')),
                ('statement', models.TextField(blank=True, verbose_name='phrase publiée sur les axes')),
                ('is_held', models.BooleanField(default=False, editable=False, verbose_name='tenue dans le portail')),
                ('due_on', models.DateField(blank=True, null=True, verbose_name='à remettre le')),
                ('instructions', models.TextField(blank=True, verbose_name='consigne aux pilotes')),
                ('opened_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='ouverte le')),
                ('validated_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='validée le')),
                ('source', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.source', verbose_name='source')),
            ],
            options={
                'verbose_name': 'campagne', 'verbose_name_plural': 'campagnes',
                'ordering': ['plan_id', 'period_earliest', 'slug'],
            },
        ),
        migrations.CreateModel(
            name='Evaluation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('as_printed', models.TextField(blank=True, verbose_name='texte imprimé')),
                ('edited_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='modifié le')),
                ('level_status', models.CharField(choices=[('evaluated', 'évaluée'), ('not_transcribed', 'niveau non transcrit'), ('not_concerned', 'non concernée'), ('missing', 'non évaluée')], default='missing', max_length=16, verbose_name='état du niveau')),
                ('level', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(7)], verbose_name='niveau')),
                ('done', models.TextField(blank=True, verbose_name='ce qui a été fait')),
                ('results', models.TextField(blank=True, verbose_name='résultats observés')),
                ('planned', models.TextField(blank=True, verbose_name='ce qui est prévu')),
                ('vigilance', models.TextField(blank=True, verbose_name='points de vigilance')),
                ('search_text', models.TextField(default='', editable=False)),
                ('version', models.PositiveIntegerField(default=1, editable=False, validators=[django.core.validators.MinValueValidator(1)], verbose_name='version')),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='evaluations', to='schema_actions.campaign')),
                ('sheet', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='evaluations', to='schema_actions.actionsheet')),
                ('source', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.source', verbose_name='source')),
            ],
            options={
                'verbose_name': 'évaluation', 'verbose_name_plural': 'évaluations',
                'ordering': ['campaign_id', 'sheet_id'],
            },
        ),
        migrations.CreateModel(
            name='Entry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('level_status', models.CharField(choices=[('evaluated', 'évaluée'), ('not_transcribed', 'niveau non transcrit'), ('not_concerned', 'non concernée'), ('missing', 'non évaluée')], default='missing', max_length=16, verbose_name='état du niveau')),
                ('level', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(7)], verbose_name='niveau')),
                ('done', models.TextField(blank=True, verbose_name='ce qui a été fait')),
                ('results', models.TextField(blank=True, verbose_name='résultats observés')),
                ('planned', models.TextField(blank=True, verbose_name='ce qui est prévu')),
                ('vigilance', models.TextField(blank=True, verbose_name='points de vigilance')),
                ('status', models.CharField(choices=[('draft', 'brouillon'), ('submitted', 'remise'), ('reviewed', 'relue'), ('validated', 'validée')], default='draft', max_length=10, verbose_name='statut')),
                ('values', models.JSONField(blank=True, default=list, verbose_name='chiffres')),
                ('proposed_level', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(7)], verbose_name='niveau proposé')),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                ('edited_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='écrite le')),
                ('edited_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='écrite par')),
                ('evaluation', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='entry', to='schema_actions.evaluation')),
            ],
            options={
                'verbose_name': 'saisie', 'verbose_name_plural': 'saisies',
                'ordering': ['evaluation_id'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Indicator',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=80, verbose_name='identifiant')),
                ('name', models.CharField(max_length=200, verbose_name='nom')),
                ('unit', models.CharField(blank=True, max_length=40, verbose_name='unité')),
                ('position', models.PositiveSmallIntegerField(default=0)),
                ('sheet', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='indicators', to='schema_actions.actionsheet')),
            ],
            options={
                'verbose_name': 'indicateur', 'verbose_name_plural': 'indicateurs',
                'ordering': ['sheet_id', 'position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='IndicatorValue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('period_text', models.CharField(blank=True, max_length=500, verbose_name='période')),
                ('period_earliest', models.DateField(blank=True, editable=False, null=True, verbose_name='au plus tôt')),
                ('period_latest', models.DateField(blank=True, editable=False, null=True, verbose_name='au plus tard')),
                ('period_precision', models.CharField(choices=[('day', 'day'), ('month', 'month'), ('quarter', 'quarter'), ('season', 'season'), ('half', 'half'), ('year', 'year'), ('unknown', 'unknown')], default=portal.core.periods.units.Precision['UNKNOWN'], editable=False, max_length=10, verbose_name='précision')),
                ('period_inferred', models.BooleanField(default=False, editable=False, verbose_name='année déduite')),
                ('as_printed', models.TextField(blank=True, verbose_name='texte imprimé')),
                ('edited_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='modifié le')),
                ('rank', models.PositiveSmallIntegerField(default=1)),
                ('value', models.DecimalField(decimal_places=2, max_digits=14, verbose_name='valeur')),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='indicator_values', to='schema_actions.campaign')),
                ('indicator', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='values', to='schema_actions.indicator')),
                ('source', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.source', verbose_name='source')),
            ],
            options={
                'verbose_name': "valeur d'indicateur",
                'verbose_name_plural': "valeurs d'indicateurs",
                'ordering': ['indicator_id', 'campaign_id', 'rank'],
            },
        ),
        migrations.CreateModel(
            name='Objective',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(verbose_name='numéro')),
                ('title', models.CharField(max_length=500, verbose_name='titre')),
                ('axis', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='objectives', to='schema_actions.axis')),
            ],
            options={
                'verbose_name': 'objectif', 'verbose_name_plural': 'objectifs',
                'ordering': ['axis_id', 'number'],
            },
        ),
        migrations.AddField(
            model_name='actionsheet',
            name='objective',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sheets', to='schema_actions.objective'),
        ),
        migrations.CreateModel(
            name='Pilot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pilots', to='schema_actions.entry')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='piloted', to=settings.AUTH_USER_MODEL, verbose_name='pilote')),
            ],
            options={
                'verbose_name': "pilote d'une fiche",
                'verbose_name_plural': 'pilotes des fiches',
                'ordering': ['entry_id', 'user__email'],
            },
        ),
        migrations.CreateModel(
            name='Plan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('as_printed', models.TextField(blank=True, verbose_name='texte imprimé')),
                ('edited_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='modifié le')),
                ('slug', models.SlugField(max_length=80, unique=True, verbose_name='identifiant')),
                ('title', models.CharField(max_length=250, verbose_name='titre')),
                ('first_year', models.PositiveSmallIntegerField(verbose_name='première année')),
                ('last_year', models.PositiveSmallIntegerField(verbose_name='dernière année')),
                ('department', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='plans', to='territory.department')),
                ('source', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.source', verbose_name='source')),
            ],
            options={
                'verbose_name': 'schéma', 'verbose_name_plural': 'schémas',
                'ordering': ['department_id', 'first_year', 'slug'],
            },
        ),
        migrations.AddField(
            model_name='campaign',
            name='plan',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='campaigns', to='schema_actions.plan'),
        ),
        migrations.AddField(
            model_name='axis',
            name='plan',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='axes', to='schema_actions.plan'),
        ),
        migrations.AddField(
            model_name='actionsheet',
            name='plan',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sheets', to='schema_actions.plan'),
        ),
        migrations.CreateModel(
            name='Remark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('line', models.PositiveIntegerField(verbose_name='ligne')),
                ('message', models.TextField(verbose_name='remarque')),
                ('evaluation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='remarks', to='schema_actions.evaluation')),
            ],
            options={
                'verbose_name': "remarque d'import",
                'verbose_name_plural': "remarques d'import",
                'ordering': ['evaluation_id', 'line', 'message'],
            },
        ),
        migrations.CreateModel(
            name='SignedVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('level_status', models.CharField(choices=[('evaluated', 'évaluée'), ('not_transcribed', 'niveau non transcrit'), ('not_concerned', 'non concernée'), ('missing', 'non évaluée')], default='missing', max_length=16, verbose_name='état du niveau')),
                ('level', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(7)], verbose_name='niveau')),
                ('done', models.TextField(blank=True, verbose_name='ce qui a été fait')),
                ('results', models.TextField(blank=True, verbose_name='résultats observés')),
                ('planned', models.TextField(blank=True, verbose_name='ce qui est prévu')),
                ('vigilance', models.TextField(blank=True, verbose_name='points de vigilance')),
                ('number', models.PositiveIntegerField(verbose_name='numéro')),
                ('act', models.CharField(choices=[('submitted', 'remise'), ('taken_back', 'reprise par son pilote'), ('agreed', "relue : d'accord"), ('disagreed', "relue : pas d'accord"), ('given_back', 'rendue à son pilote'), ('validated', 'validée'), ('left_out', 'figée sans être remise'), ('corrected', 'corrigée')], max_length=10, verbose_name='acte')),
                ('reason', models.TextField(blank=True, max_length=2000, verbose_name='raison')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='le')),
                ('values', models.JSONField(blank=True, default=list, verbose_name='chiffres')),
                ('proposed_level', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(7)], verbose_name='niveau proposé')),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('evaluation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='signed_versions', to='schema_actions.evaluation')),
            ],
            options={
                'verbose_name': 'version signée',
                'verbose_name_plural': 'versions signées',
                'ordering': ['evaluation_id', '-number'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Writer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='writers', to='schema_actions.entry')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='auteur')),
            ],
            options={
                'verbose_name': "auteur d'une fiche",
                'verbose_name_plural': 'auteurs des fiches',
                'ordering': ['entry_id', 'user_id'],
            },
        ),
        migrations.CreateModel(
            name='CalendarPeriod',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('period_text', models.CharField(blank=True, max_length=500, verbose_name='période')),
                ('period_earliest', models.DateField(blank=True, editable=False, null=True, verbose_name='au plus tôt')),
                ('period_latest', models.DateField(blank=True, editable=False, null=True, verbose_name='au plus tard')),
                ('period_precision', models.CharField(choices=[('day', 'day'), ('month', 'month'), ('quarter', 'quarter'), ('season', 'season'), ('half', 'half'), ('year', 'year'), ('unknown', 'unknown')], default=portal.core.periods.units.Precision['UNKNOWN'], editable=False, max_length=10, verbose_name='précision')),
                ('period_inferred', models.BooleanField(default=False, editable=False, verbose_name='année déduite')),
                ('position', models.PositiveSmallIntegerField()),
                ('sheet', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='periods', to='schema_actions.actionsheet')),
            ],
            options={
                'verbose_name': 'période du calendrier',
                'verbose_name_plural': 'périodes du calendrier',
                'ordering': ['sheet_id', 'position'],
                'constraints': [models.CheckConstraint(condition=models.Q(('period_earliest__isnull', True), ('period_latest__isnull', True), ('period_earliest__lte', models.F('period_latest')), _connector='OR'), name='schema_actions_calendarperiod_period_ordered'), models.CheckConstraint(condition=models.Q(('period_precision__in', ['day', 'month', 'quarter', 'season', 'half', 'year', 'unknown'])), name='schema_actions_calendarperiod_period_precision_known'), models.UniqueConstraint(fields=('sheet', 'position'), name='schema_period_place_once')],
            },
        ),
        migrations.AddConstraint(
            model_name='evaluation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('level__isnull', False), ('level__range', (1, 7)), ('level_status', 'evaluated')), models.Q(('level__isnull', True), ('level_status__in', ['not_transcribed', 'not_concerned', 'missing'])), _connector='OR'), name='schema_evaluation_level_iff_evaluated', violation_error_message='Une fiche évaluée, et elle seule, a un niveau.'),
        ),
        migrations.AddConstraint(
            model_name='evaluation',
            constraint=models.UniqueConstraint(fields=('campaign', 'sheet'), name='schema_evaluation_once'),
        ),
        migrations.AddConstraint(
            model_name='evaluation',
            constraint=models.CheckConstraint(condition=models.Q(('version__gte', 1)), name='schema_evaluation_version_positive'),
        ),
        migrations.AddConstraint(
            model_name='entry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('level__isnull', False), ('level__range', (1, 7)), ('level_status', 'evaluated')), models.Q(('level__isnull', True), ('level_status__in', ['not_transcribed', 'not_concerned', 'missing'])), _connector='OR'), name='schema_entry_level_iff_evaluated', violation_error_message='Une fiche évaluée, et elle seule, a un niveau.'),
        ),
        migrations.AddConstraint(
            model_name='entry',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'submitted', 'reviewed', 'validated'])), name='schema_entry_status_known'),
        ),
        migrations.AddConstraint(
            model_name='entry',
            constraint=models.CheckConstraint(condition=models.Q(('proposed_level__isnull', True), ('proposed_level__range', (1, 7)), _connector='OR'), name='schema_entry_proposed_level_on_scale'),
        ),
        migrations.AddConstraint(
            model_name='entry',
            constraint=models.CheckConstraint(condition=models.Q(('version__gte', 1)), name='schema_entry_version_positive'),
        ),
        migrations.AddConstraint(
            model_name='indicator',
            constraint=models.UniqueConstraint(fields=('sheet', 'slug'), name='schema_indicator_slug_once'),
        ),
        migrations.AddConstraint(
            model_name='indicatorvalue',
            constraint=models.CheckConstraint(condition=models.Q(('period_earliest__isnull', True), ('period_latest__isnull', True), ('period_earliest__lte', models.F('period_latest')), _connector='OR'), name='schema_actions_indicatorvalue_period_ordered'),
        ),
        migrations.AddConstraint(
            model_name='indicatorvalue',
            constraint=models.CheckConstraint(condition=models.Q(('period_precision__in', ['day', 'month', 'quarter', 'season', 'half', 'year', 'unknown'])), name='schema_actions_indicatorvalue_period_precision_known'),
        ),
        migrations.AddConstraint(
            model_name='indicatorvalue',
            constraint=models.UniqueConstraint(fields=('indicator', 'campaign', 'rank'), name='schema_value_once'),
        ),
        migrations.AddConstraint(
            model_name='objective',
            constraint=models.UniqueConstraint(fields=('axis', 'number'), name='schema_objective_number_once'),
        ),
        migrations.AddConstraint(
            model_name='pilot',
            constraint=models.UniqueConstraint(fields=('entry', 'user'), name='schema_pilot_once'),
        ),
        migrations.AddConstraint(
            model_name='plan',
            constraint=models.CheckConstraint(condition=models.Q(('last_year__gte', models.F('first_year'))), name='schema_plan_years_ordered'),
        ),
        migrations.AddConstraint(
            model_name='campaign',
            constraint=models.CheckConstraint(condition=models.Q(('period_earliest__isnull', True), ('period_latest__isnull', True), ('period_earliest__lte', models.F('period_latest')), _connector='OR'), name='schema_actions_campaign_period_ordered'),
        ),
        migrations.AddConstraint(
            model_name='campaign',
            constraint=models.CheckConstraint(condition=models.Q(('period_precision__in', ['day', 'month', 'quarter', 'season', 'half', 'year', 'unknown'])), name='schema_actions_campaign_period_precision_known'),
        ),
        migrations.AddConstraint(
            model_name='campaign',
            constraint=models.UniqueConstraint(fields=('plan', 'slug'), name='schema_campaign_slug_once'),
        ),
        migrations.AddConstraint(
            model_name='campaign',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['preparation', 'open', 'validated', 'published'])), name='schema_campaign_status_known'),
        ),
        migrations.AddConstraint(
            model_name='campaign',
            constraint=models.CheckConstraint(condition=models.Q(('is_held', False), ('due_on__isnull', False), _connector='OR'), name='schema_campaign_held_has_due_day'),
        ),
        migrations.AddConstraint(
            model_name='axis',
            constraint=models.UniqueConstraint(fields=('plan', 'number'), name='schema_axis_number_once'),
        ),
        migrations.AddConstraint(
            model_name='actionsheet',
            constraint=models.UniqueConstraint(fields=('plan', 'key'), name='schema_sheet_key_once'),
        ),
        migrations.AddConstraint(
            model_name='actionsheet',
            constraint=models.CheckConstraint(condition=models.Q(('calendar_years', ''), ('calendar_text', ''), _connector='OR'), name='schema_sheet_one_calendar', violation_error_message="Un calendrier est une grille d'années ou un texte."),
        ),
        migrations.AddConstraint(
            model_name='remark',
            constraint=models.UniqueConstraint(fields=('evaluation', 'line', 'message'), name='schema_remark_once'),
        ),
        migrations.AddConstraint(
            model_name='signedversion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('level__isnull', False), ('level__range', (1, 7)), ('level_status', 'evaluated')), models.Q(('level__isnull', True), ('level_status__in', ['not_transcribed', 'not_concerned', 'missing'])), _connector='OR'), name='schema_signedversion_level_iff_evaluated', violation_error_message='Une fiche évaluée, et elle seule, a un niveau.'),
        ),
        migrations.AddConstraint(
            model_name='signedversion',
            constraint=models.UniqueConstraint(fields=('evaluation', 'number'), name='schema_signed_version_number_once'),
        ),
        migrations.AddConstraint(
            model_name='signedversion',
            constraint=models.CheckConstraint(condition=models.Q(('act__in', ['submitted', 'taken_back', 'agreed', 'disagreed', 'given_back', 'validated', 'left_out', 'corrected'])), name='schema_signed_version_act_known'),
        ),
        migrations.AddConstraint(
            model_name='signedversion',
            constraint=models.CheckConstraint(condition=models.Q(('act__in', ['disagreed', 'given_back', 'corrected']), ('reason', ''), _negated=True), name='schema_signed_version_reason_given'),
        ),
        migrations.AddConstraint(
            model_name='writer',
            constraint=models.UniqueConstraint(fields=('entry', 'user'), name='schema_writer_once'),
        ),
    ]

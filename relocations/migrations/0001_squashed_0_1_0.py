import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import portal.core.periods.units
import relocations.models
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('relocations', '0001_initial'), ('relocations', '0002_history'), ('relocations', '0003_subscription')]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('core', '0001_squashed_0_1_0'),
        ('teams', '0001_squashed_0_1_0'),
    ]

    operations = [
        migrations.CreateModel(
            name='HistoricalRelocation',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('period_text', models.CharField(blank=True, max_length=500, verbose_name='période')),
                ('period_earliest', models.DateField(blank=True, editable=False, null=True, verbose_name='au plus tôt')),
                ('period_latest', models.DateField(blank=True, editable=False, null=True, verbose_name='au plus tard')),
                ('period_precision', models.CharField(choices=[('day', 'day'), ('month', 'month'), ('quarter', 'quarter'), ('season', 'season'), ('half', 'half'), ('year', 'year'), ('unknown', 'unknown')], default=portal.core.periods.units.Precision['UNKNOWN'], editable=False, max_length=10, verbose_name='précision')),
                ('period_inferred', models.BooleanField(default=False, editable=False, verbose_name='année déduite')),
                ('as_printed', models.TextField(blank=True, verbose_name='texte imprimé')),
                ('edited_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='modifié le')),
                ('key', models.SlugField(blank=True, max_length=80, null=True, verbose_name='clé')),
                ('kind', models.CharField(choices=[('move', 'déménagement'), ('opening', 'ouverture'), ('closing', 'fermeture')], default='move', max_length=8, verbose_name='nature')),
                ('status', models.CharField(choices=[('under_study', "à l'étude"), ('planned', 'prévu'), ('confirmed', 'confirmé'), ('in_progress', 'en cours'), ('done', 'fait'), ('cancelled', 'annulé')], max_length=12, verbose_name='statut')),
                ('actual_date', models.DateField(blank=True, null=True, verbose_name='fait le')),
                ('version', models.PositiveIntegerField(default=1, editable=False, validators=[django.core.validators.MinValueValidator(1)], verbose_name='version')),
                ('reason', models.TextField(blank=True, editable=False, max_length=1000, verbose_name='pourquoi ce changement')),
                ('evidence', models.TextField(blank=True, max_length=1000, verbose_name="d'où vient l'information")),
                ('news_at', models.DateTimeField(editable=False, null=True, verbose_name='dernières nouvelles')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('destination', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='teams.site', verbose_name='arrivée')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('origin', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='teams.site', verbose_name='départ')),
                ('source', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='core.source', verbose_name='source')),
                ('team', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='teams.team', verbose_name='équipe')),
            ],
            options={
                'verbose_name': 'historical déménagement',
                'verbose_name_plural': 'historical déménagements',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='Relocation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('period_text', models.CharField(blank=True, max_length=500, verbose_name='période')),
                ('period_earliest', models.DateField(blank=True, editable=False, null=True, verbose_name='au plus tôt')),
                ('period_latest', models.DateField(blank=True, editable=False, null=True, verbose_name='au plus tard')),
                ('period_precision', models.CharField(choices=[('day', 'day'), ('month', 'month'), ('quarter', 'quarter'), ('season', 'season'), ('half', 'half'), ('year', 'year'), ('unknown', 'unknown')], default=portal.core.periods.units.Precision['UNKNOWN'], editable=False, max_length=10, verbose_name='précision')),
                ('period_inferred', models.BooleanField(default=False, editable=False, verbose_name='année déduite')),
                ('as_printed', models.TextField(blank=True, verbose_name='texte imprimé')),
                ('edited_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='modifié le')),
                ('key', models.SlugField(blank=True, max_length=80, null=True, unique=True, verbose_name='clé')),
                ('kind', models.CharField(choices=[('move', 'déménagement'), ('opening', 'ouverture'), ('closing', 'fermeture')], default='move', max_length=8, verbose_name='nature')),
                ('status', models.CharField(choices=[('under_study', "à l'étude"), ('planned', 'prévu'), ('confirmed', 'confirmé'), ('in_progress', 'en cours'), ('done', 'fait'), ('cancelled', 'annulé')], max_length=12, verbose_name='statut')),
                ('actual_date', models.DateField(blank=True, null=True, verbose_name='fait le')),
                ('version', models.PositiveIntegerField(default=1, editable=False, validators=[django.core.validators.MinValueValidator(1)], verbose_name='version')),
                ('reason', models.TextField(blank=True, editable=False, max_length=1000, verbose_name='pourquoi ce changement')),
                ('evidence', models.TextField(blank=True, max_length=1000, verbose_name="d'où vient l'information")),
                ('news_at', models.DateTimeField(editable=False, null=True, verbose_name='dernières nouvelles')),
                ('destination', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teams.site', verbose_name='arrivée')),
                ('origin', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teams.site', verbose_name='départ')),
                ('source', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.source', verbose_name='source')),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='relocations', to='teams.team', verbose_name='équipe')),
            ],
            options={
                'verbose_name': 'déménagement',
                'verbose_name_plural': 'déménagements',
                'ordering': ['id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('period_earliest__isnull', True), ('period_latest__isnull', True), ('period_earliest__lte', models.F('period_latest')), _connector='OR'), name='relocations_relocation_period_ordered'), models.CheckConstraint(condition=models.Q(('period_precision__in', ['day', 'month', 'quarter', 'season', 'half', 'year', 'unknown'])), name='relocations_relocation_period_precision_known'), models.CheckConstraint(condition=models.Q(('kind__in', ['move', 'opening', 'closing'])), name='relocations_kind_known', violation_error_message="Cette nature n'existe pas."), models.CheckConstraint(condition=models.Q(('status__in', ['under_study', 'planned', 'confirmed', 'in_progress', 'done', 'cancelled'])), name='relocations_status_known', violation_error_message="Ce statut n'existe pas."), models.CheckConstraint(condition=models.Q(models.Q(('status__in', ['planned', 'confirmed', 'in_progress']), _negated=True), ('period_earliest__isnull', False), ('period_latest__isnull', False), _connector='OR'), name='relocations_planned_has_period', violation_error_message="Un déménagement prévu a besoin d'une période."), models.CheckConstraint(condition=models.Q(models.Q(('status', 'confirmed'), _negated=True), models.Q(('period_precision', 'day'), models.Q(('destination__isnull', False), ('kind', 'closing'), _connector='OR')), _connector='OR'), name='relocations_confirmed_has_place_and_days', violation_error_message="Un déménagement confirmé a besoin d'un lieu d'arrivée et de jours précis."), models.CheckConstraint(condition=models.Q(models.Q(('actual_date__isnull', False), ('status', 'done'), models.Q(('destination__isnull', False), ('kind', 'closing'), _connector='OR')), models.Q(models.Q(('status', 'done'), _negated=True), ('actual_date__isnull', True)), _connector='OR'), name='relocations_done_has_place_and_date', violation_error_message="Un déménagement fait, et lui seul, a un lieu d'arrivée et sa date réelle."), models.CheckConstraint(condition=models.Q(models.Q(models.Q(('kind', 'opening'), _negated=True), ('origin__isnull', True), _connector='OR'), models.Q(models.Q(('kind', 'closing'), _negated=True), ('destination__isnull', True), _connector='OR')), name='relocations_opening_closing_one_site', violation_error_message="Une ouverture n'a pas de départ, une fermeture pas d'arrivée."), models.CheckConstraint(condition=models.Q(('origin__isnull', True), ('destination__isnull', True), models.Q(('origin', models.F('destination')), _negated=True), _connector='OR'), name='relocations_goes_somewhere_else', violation_error_message="Le départ et l'arrivée sont le même lieu."), models.CheckConstraint(condition=models.Q(('version__gte', 1)), name='relocations_version_positive')],
            },
        ),
        migrations.CreateModel(
            name='Subscription',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.EmailField(max_length=254, verbose_name='adresse électronique')),
                ('token', models.CharField(default=relocations.models.new_token, editable=False, max_length=32, unique=True, verbose_name='jeton')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='demandé le')),
                ('confirmed_at', models.DateTimeField(blank=True, null=True, verbose_name='confirmé le')),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='subscriptions', to='teams.team', verbose_name='équipe')),
            ],
            options={
                'verbose_name': "demande d'être prévenu",
                'verbose_name_plural': "demandes d'être prévenu",
                'ordering': ['id'],
                'constraints': [models.UniqueConstraint(models.F('team'), django.db.models.functions.text.Lower('email'), name='relocations_subscription_once_per_team')],
            },
        ),
    ]

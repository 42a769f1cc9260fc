import accueil.models.opening_hours
import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import portal.core.opening_hours.special_days
import portal.core.periods.units
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('accueil', '0001_initial'),
        ('accueil', '0002_report'),
        ('accueil', '0003_nearest_in_a_departement'),
        ('accueil', '0004_report_handled'),
        ('accueil', '0005_hours_stops_and_access'),
        ('accueil', '0006_figures_and_activity'),
        ('accueil', '0007_special_hours_withdrawn'),
        ('accueil', '0008_revision_of_a_stop'),
        ('accueil', '0009_closing_for_good'),
    ]

    initial = True

    dependencies = [
        ('core', '0001_squashed_0_1_0'),
        ('teams', '0001_squashed_0_1_0'),
        ('territory', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ReceptionPoint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('as_printed', models.TextField(blank=True, verbose_name='texte imprimé')),
                ('edited_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='modifié le')),
                ('hours', models.CharField(blank=True, max_length=250, validators=[accueil.models.opening_hours.validate_hours], verbose_name='horaires (OpenStreetMap)')),
                ('hours_text', models.CharField(blank=True, max_length=250, verbose_name='horaires imprimés')),
                ('checked_on', models.DateField(blank=True, null=True, verbose_name='vérifié le')),
                ('name', models.CharField(max_length=150, verbose_name='nom')),
                ('slug', models.SlugField(max_length=150, unique=True, verbose_name='identifiant')),
                ('kind', models.CharField(choices=[('department', 'site du département'), ('france_services', 'France services'), ('ccas', "centre communal d'action sociale"), ('town_hall', 'mairie'), ('itinerant', 'accueil itinérant'), ('other', 'autre lieu')], max_length=15, verbose_name='nature')),
                ('phone', models.CharField(blank=True, max_length=30, verbose_name='téléphone')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='adresse électronique')),
                ('by_appointment', models.BooleanField(blank=True, null=True, verbose_name='sur rendez-vous seulement')),
                ('appointment_hours', models.CharField(blank=True, max_length=250, validators=[accueil.models.opening_hours.validate_hours], verbose_name='horaires sur rendez-vous (OpenStreetMap)')),
                ('appointment_hours_text', models.CharField(blank=True, max_length=250, verbose_name='horaires sur rendez-vous imprimés')),
                ('offers', models.TextField(blank=True, verbose_name="ce qu'on y fait")),
                ('documents', models.TextField(blank=True, help_text='comme imprimés', verbose_name='documents à apporter')),
                ('languages', models.CharField(blank=True, max_length=200, verbose_name='langues parlées')),
                ('wheelchair', models.CharField(blank=True, choices=[('yes', 'accessible en fauteuil roulant'), ('limited', "accessible en fauteuil roulant avec de l'aide"), ('no', 'pas accessible en fauteuil roulant')], max_length=10, verbose_name='accès en fauteuil roulant')),
                ('access_notes', models.CharField(blank=True, max_length=300, verbose_name="précisions sur l'accès")),
                ('access_url', models.URLField(blank=True, max_length=300, verbose_name="page du registre d'accessibilité")),
                ('closes_on', models.DateField(blank=True, null=True, verbose_name='premier jour où il ne reçoit plus personne')),
                ('closing_note', models.CharField(blank=True, db_default='', max_length=200, verbose_name='ce qui le remplace')),
                ('latitude', models.FloatField(editable=False, null=True, verbose_name='latitude')),
                ('longitude', models.FloatField(editable=False, null=True, verbose_name='longitude')),
            ],
            options={
                'verbose_name': "point d'accueil",
                'verbose_name_plural': "points d'accueil",
                'ordering': ['department', 'name'],
            },
        ),
        migrations.CreateModel(
            name='Referrals',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField(verbose_name='mois')),
                ('entered_at', models.DateTimeField(auto_now=True, verbose_name='saisi le')),
                ('received', models.PositiveIntegerField(validators=[django.core.validators.MaxValueValidator(1000000)], verbose_name='reçues')),
                ('in_time', models.PositiveIntegerField(validators=[django.core.validators.MaxValueValidator(1000000)], verbose_name='évaluées en trois mois au plus')),
                ('late', models.PositiveIntegerField(validators=[django.core.validators.MaxValueValidator(1000000)], verbose_name='évaluées plus tard')),
                ('mean_days', models.PositiveIntegerField(blank=True, null=True, validators=[django.core.validators.MaxValueValidator(3650)], verbose_name='délai moyen, en jours')),
            ],
            options={
                'verbose_name': "informations préoccupantes d'un mois",
                'verbose_name_plural': 'informations préoccupantes par mois',
                'ordering': ['-month', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Report',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('page', models.CharField(max_length=200, verbose_name='page')),
                ('message', models.TextField(max_length=1000, verbose_name='message')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='reçu le')),
                ('handled_at', models.DateTimeField(blank=True, null=True, verbose_name='traité le')),
            ],
            options={
                'verbose_name': 'signalement', 'verbose_name_plural': 'signalements',
                'ordering': ['-created_at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='SpecialHours',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('as_printed', models.TextField(blank=True, verbose_name='texte imprimé')),
                ('edited_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='modifié le')),
                ('key', models.SlugField(blank=True, max_length=80, null=True, unique=True, verbose_name='clé')),
                ('first_day', models.DateField(verbose_name='premier jour')),
                ('last_day', models.DateField(verbose_name='dernier jour')),
                ('effect', models.CharField(choices=[('closed', 'fermé toute la journée'), ('closed_between', 'fermé à certaines heures'), ('open_only', 'ouvert seulement à certaines heures')], max_length=15, verbose_name='effet')),
                ('spans', models.CharField(blank=True, max_length=100, verbose_name='heures')),
                ('weekdays', models.CharField(blank=True, max_length=30, verbose_name='jours de la semaine')),
                ('message', models.CharField(blank=True, max_length=300, verbose_name='message')),
                ('whole_department', models.BooleanField(default=False, verbose_name='tous les accueils du Département')),
                ('withdrawn_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='retiré le')),
            ],
            options={
                'verbose_name': 'horaires exceptionnels',
                'verbose_name_plural': 'horaires exceptionnels',
                'ordering': ['first_day', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Stop',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('as_printed', models.TextField(blank=True, verbose_name='texte imprimé')),
                ('edited_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='modifié le')),
                ('key', models.SlugField(blank=True, max_length=80, null=True, unique=True, verbose_name='clé')),
                ('weekday', models.PositiveSmallIntegerField(blank=True, choices=[(0, 'lundi'), (1, 'mardi'), (2, 'mercredi'), (3, 'jeudi'), (4, 'vendredi'), (5, 'samedi'), (6, 'dimanche')], null=True, verbose_name='jour')),
                ('starts_at', models.TimeField(blank=True, null=True, verbose_name='de')),
                ('ends_at', models.TimeField(blank=True, null=True, verbose_name='à')),
                ('since', models.DateField(blank=True, null=True, verbose_name='premier jour')),
                ('until', models.DateField(blank=True, null=True, verbose_name='dernier jour')),
                ('cycle', models.PositiveSmallIntegerField(default=1, verbose_name='nombre de semaines du cycle')),
                ('weeks', models.CharField(blank=True, max_length=20, verbose_name='semaines du cycle')),
                ('nths', models.CharField(blank=True, max_length=20, verbose_name='semaines du mois')),
                ('rhythm_text', models.CharField(blank=True, max_length=150, verbose_name='rythme imprimé')),
                ('revision', models.PositiveIntegerField(db_default=0, default=0, editable=False, verbose_name='révision')),
            ],
            options={
                'verbose_name': 'arrêt', 'verbose_name_plural': 'arrêts',
                'ordering': ['point_id', 'weekday', 'starts_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='StopChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(verbose_name='passage du')),
                ('new_day', models.DateField(blank=True, null=True, verbose_name='remplacé le')),
                ('starts_at', models.TimeField(blank=True, null=True, verbose_name='de')),
                ('ends_at', models.TimeField(blank=True, null=True, verbose_name='à')),
                ('place', models.CharField(blank=True, max_length=200, verbose_name='lieu')),
                ('message', models.CharField(blank=True, max_length=300, verbose_name='message')),
            ],
            options={
                'verbose_name': 'passage changé',
                'verbose_name_plural': 'passages changés',
                'ordering': ['day'],
            },
        ),
        migrations.CreateModel(
            name='Figure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('period_text', models.CharField(blank=True, max_length=500, verbose_name='période')),
                ('period_earliest', models.DateField(blank=True, editable=False, null=True, verbose_name='au plus tôt')),
                ('period_latest', models.DateField(blank=True, editable=False, null=True, verbose_name='au plus tard')),
                ('period_precision', models.CharField(choices=[('day', 'day'), ('month', 'month'), ('quarter', 'quarter'), ('season', 'season'), ('half', 'half'), ('year', 'year'), ('unknown', 'unknown')], default=portal.core.periods.units.Precision['UNKNOWN'], editable=False, max_length=10, verbose_name='précision')),
                ('period_inferred', models.BooleanField(default=False, editable=False, verbose_name='année déduite')),
                ('as_printed', models.TextField(blank=True, verbose_name='texte imprimé')),
                ('edited_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='modifié le')),
                ('key', models.SlugField(max_length=80, unique=True, verbose_name='clé')),
                ('topic', models.CharField(choices=[('requests', 'Demandes reçues'), ('answers', 'Réponses et délais'), ('places', "Lieux d'accueil"), ('organisation', 'Agences, maisons et équipes'), ('staff', 'Professionnels'), ('disability', 'Handicap et autonomie'), ('plan', 'Schéma des solidarités')], max_length=12, verbose_name='sujet')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='rang')),
                ('label', models.CharField(max_length=200, verbose_name='ce qui est compté')),
                ('subject', models.SlugField(blank=True, db_index=False, help_text='le même mot pour tous les chiffres qui disent la même chose', max_length=60, verbose_name='même chose que')),
                ('value', models.CharField(blank=True, max_length=60, verbose_name='chiffre imprimé')),
                ('unit', models.CharField(blank=True, max_length=60, verbose_name='unité')),
                ('perimeter', models.CharField(blank=True, max_length=250, verbose_name='périmètre')),
                ('department', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.department', verbose_name='département')),
                ('source', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.source', verbose_name='source')),
            ],
            options={
                'verbose_name': 'chiffre publié',
                'verbose_name_plural': 'chiffres publiés',
                'ordering': ['department', 'position', 'id'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='PhoneLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('as_printed', models.TextField(blank=True, verbose_name='texte imprimé')),
                ('edited_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='modifié le')),
                ('hours', models.CharField(blank=True, max_length=250, validators=[accueil.models.opening_hours.validate_hours], verbose_name='horaires (OpenStreetMap)')),
                ('hours_text', models.CharField(blank=True, max_length=250, verbose_name='horaires imprimés')),
                ('checked_on', models.DateField(blank=True, null=True, verbose_name='vérifié le')),
                ('name', models.CharField(max_length=150, verbose_name='nom')),
                ('slug', models.SlugField(max_length=150, unique=True, verbose_name='identifiant')),
                ('number', models.CharField(blank=True, max_length=30, verbose_name='numéro')),
                ('purpose', models.TextField(blank=True, verbose_name='à quoi elle sert')),
                ('territory', models.CharField(blank=True, max_length=200, verbose_name='territoire')),
                ('department', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='phone_lines', to='territory.department')),
                ('source', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.source', verbose_name='source')),
            ],
            options={
                'verbose_name': 'ligne téléphonique',
                'verbose_name_plural': 'lignes téléphoniques',
                'ordering': ['department', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Activity',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField(verbose_name='mois')),
                ('entered_at', models.DateTimeField(auto_now=True, verbose_name='saisi le')),
                ('channel', models.CharField(choices=[('door', 'à la porte'), ('phone', 'au téléphone'), ('appointment', 'sur rendez-vous')], max_length=11, verbose_name='par où')),
                ('requests', models.PositiveIntegerField(validators=[django.core.validators.MaxValueValidator(1000000)], verbose_name='demandes')),
                ('answered', models.PositiveIntegerField(blank=True, null=True, validators=[django.core.validators.MaxValueValidator(1000000)], verbose_name="réponses dès l'accueil")),
                ('oriented', models.PositiveIntegerField(blank=True, null=True, validators=[django.core.validators.MaxValueValidator(1000000)], verbose_name='orientées vers une équipe')),
                ('line', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='activity', to='accueil.phoneline', verbose_name='ligne téléphonique')),
            ],
            options={
                'verbose_name': "activité d'un mois",
                'verbose_name_plural': 'activité par mois',
                'ordering': ['-month', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Principle',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('as_printed', models.TextField(blank=True, verbose_name='texte imprimé')),
                ('edited_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='modifié le')),
                ('key', models.SlugField(max_length=80, unique=True, verbose_name='clé')),
                ('topic', models.CharField(choices=[('requests', 'Demandes reçues'), ('answers', 'Réponses et délais'), ('places', "Lieux d'accueil"), ('organisation', 'Agences, maisons et équipes'), ('staff', 'Professionnels'), ('disability', 'Handicap et autonomie'), ('plan', 'Schéma des solidarités')], max_length=12, verbose_name='sujet')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='rang')),
                ('title', models.CharField(max_length=150, verbose_name='principe')),
                ('text', models.TextField(verbose_name='texte')),
                ('department', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.department', verbose_name='département')),
                ('source', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.source', verbose_name='source')),
            ],
            options={
                'verbose_name': 'principe publié',
                'verbose_name_plural': 'principes publiés',
                'ordering': ['department', 'position', 'id'],
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='receptionpoint',
            name='agency',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reception_points', to='teams.agency', verbose_name='agence'),
        ),
        migrations.AddField(
            model_name='receptionpoint',
            name='department',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='reception_points', to='territory.department'),
        ),
        migrations.AddField(
            model_name='receptionpoint',
            name='site',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reception_points', to='teams.site', verbose_name='lieu propre'),
        ),
        migrations.AddField(
            model_name='receptionpoint',
            name='source',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.source', verbose_name='source'),
        ),
        migrations.AddField(
            model_name='receptionpoint',
            name='team',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reception_points', to='teams.team', verbose_name='équipe qui accueille'),
        ),
        migrations.AddField(
            model_name='activity',
            name='point',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='activity', to='accueil.receptionpoint', verbose_name="point d'accueil"),
        ),
        migrations.AddField(
            model_name='referrals',
            name='agency',
            field=models.ForeignKey(blank=True, help_text='vide : tout le département', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='referrals', to='teams.agency', verbose_name='agence'),
        ),
        migrations.AddField(
            model_name='referrals',
            name='department',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.department', verbose_name='département'),
        ),
        migrations.AddField(
            model_name='report',
            name='agency',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='reports', to='teams.agency', verbose_name='agence'),
        ),
        migrations.AddField(
            model_name='report',
            name='department',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.department', verbose_name='département'),
        ),
        migrations.AddField(
            model_name='report',
            name='handled_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='traité par'),
        ),
        migrations.AddField(
            model_name='specialhours',
            name='agencies',
            field=models.ManyToManyField(blank=True, related_name='+', to='teams.agency', verbose_name='agences entières'),
        ),
        migrations.AddField(
            model_name='specialhours',
            name='department',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='special_hours', to='territory.department', verbose_name='département'),
        ),
        migrations.AddField(
            model_name='specialhours',
            name='lines',
            field=models.ManyToManyField(blank=True, to='accueil.phoneline', verbose_name='lignes téléphoniques'),
        ),
        migrations.AddField(
            model_name='specialhours',
            name='points',
            field=models.ManyToManyField(blank=True, to='accueil.receptionpoint', verbose_name="points d'accueil"),
        ),
        migrations.AddField(
            model_name='specialhours',
            name='source',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.source', verbose_name='source'),
        ),
        migrations.AddField(
            model_name='stop',
            name='point',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='stops', to='accueil.receptionpoint', verbose_name='accueil itinérant'),
        ),
        migrations.AddField(
            model_name='stop',
            name='site',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='stops', to='teams.site', verbose_name='lieu'),
        ),
        migrations.AddField(
            model_name='stop',
            name='source',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.source', verbose_name='source'),
        ),
        migrations.AddField(
            model_name='stopchange',
            name='stop',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='changes', to='accueil.stop'),
        ),
        migrations.AddConstraint(
            model_name='figure',
            constraint=models.CheckConstraint(condition=models.Q(('topic__in', ['requests', 'answers', 'places', 'organisation', 'staff', 'disability', 'plan'])), name='accueil_figure_topic_known', violation_error_message="Ce sujet n'existe pas."),
        ),
        migrations.AddConstraint(
            model_name='figure',
            constraint=models.CheckConstraint(condition=models.Q(('source__isnull', False)), name='accueil_figure_has_source', violation_error_message='Dites où cela a été publié.'),
        ),
        migrations.AddConstraint(
            model_name='figure',
            constraint=models.CheckConstraint(condition=models.Q(('period_earliest__isnull', True), ('period_latest__isnull', True), ('period_earliest__lte', models.F('period_latest')), _connector='OR'), name='accueil_figure_period_ordered'),
        ),
        migrations.AddConstraint(
            model_name='figure',
            constraint=models.CheckConstraint(condition=models.Q(('period_precision__in', ['day', 'month', 'quarter', 'season', 'half', 'year', 'unknown'])), name='accueil_figure_period_precision_known'),
        ),
        migrations.AddConstraint(
            model_name='principle',
            constraint=models.CheckConstraint(condition=models.Q(('topic__in', ['requests', 'answers', 'places', 'organisation', 'staff', 'disability', 'plan'])), name='accueil_principle_topic_known', violation_error_message="Ce sujet n'existe pas."),
        ),
        migrations.AddConstraint(
            model_name='principle',
            constraint=models.CheckConstraint(condition=models.Q(('source__isnull', False)), name='accueil_principle_has_source', violation_error_message='Dites où cela a été publié.'),
        ),
        migrations.AddIndex(
            model_name='receptionpoint',
            index=models.Index(fields=['department', 'latitude', 'longitude', 'id', 'kind', 'team', 'agency', 'hours', 'closes_on'], name='accueil_point_nearest'),
        ),
        migrations.AddConstraint(
            model_name='receptionpoint',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('site__isnull', False), ('team__isnull', True)), models.Q(('site__isnull', True), ('team__isnull', False)), models.Q(('kind', 'itinerant'), ('site__isnull', True), ('team__isnull', True)), _connector='OR'), name='accueil_point_one_place', violation_error_message="Un point d'accueil est dans une équipe, ou bien dans un lieu propre."),
        ),
        migrations.AddConstraint(
            model_name='receptionpoint',
            constraint=models.CheckConstraint(condition=models.Q(('wheelchair__in', ['', 'yes', 'limited', 'no'])), name='accueil_point_wheelchair_known'),
        ),
        migrations.AddConstraint(
            model_name='receptionpoint',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['department', 'france_services', 'ccas', 'town_hall', 'itinerant', 'other'])), name='accueil_point_kind_known', violation_error_message="Cette nature n'existe pas."),
        ),
        migrations.AddConstraint(
            model_name='activity',
            constraint=models.CheckConstraint(condition=models.Q(('point__isnull', True), ('line__isnull', True), _connector='XOR'), name='accueil_activity_one_place', violation_error_message="Choisissez un point d'accueil, ou bien une ligne."),
        ),
        migrations.AddConstraint(
            model_name='activity',
            constraint=models.CheckConstraint(condition=models.Q(('channel__in', ['door', 'phone', 'appointment'])), name='accueil_activity_channel_known'),
        ),
        migrations.AddConstraint(
            model_name='activity',
            constraint=models.CheckConstraint(condition=models.Q(('line__isnull', True), ('channel', 'phone'), _connector='OR'), name='accueil_activity_line_by_phone', violation_error_message='Une ligne reçoit des appels seulement.'),
        ),
        migrations.AddConstraint(
            model_name='activity',
            constraint=models.CheckConstraint(condition=models.Q(('answered__isnull', True), ('answered__lte', models.F('requests')), _connector='OR'), name='accueil_activity_answered_among_requests', violation_error_message='Il y a plus de réponses que de demandes.'),
        ),
        migrations.AddConstraint(
            model_name='activity',
            constraint=models.CheckConstraint(condition=models.Q(('oriented__isnull', True), ('oriented__lte', models.F('requests')), _connector='OR'), name='accueil_activity_oriented_among_requests', violation_error_message='Il y a plus de demandes orientées que de demandes.'),
        ),
        migrations.AddConstraint(
            model_name='activity',
            constraint=models.CheckConstraint(condition=models.Q(('answered__isnull', True), ('oriented__isnull', True), ('requests__gte', django.db.models.expressions.CombinedExpression(models.F('answered'), '+', models.F('oriented'))), _connector='OR'), name='accueil_activity_both_among_requests', violation_error_message='Les réponses et les demandes orientées dépassent les demandes.'),
        ),
        migrations.AddConstraint(
            model_name='activity',
            constraint=models.UniqueConstraint(condition=models.Q(('point__isnull', False)), fields=('month', 'point', 'channel'), name='accueil_activity_point_once'),
        ),
        migrations.AddConstraint(
            model_name='activity',
            constraint=models.UniqueConstraint(condition=models.Q(('line__isnull', False)), fields=('month', 'line', 'channel'), name='accueil_activity_line_once'),
        ),
        migrations.AddConstraint(
            model_name='referrals',
            constraint=models.CheckConstraint(condition=models.Q(('mean_days__isnull', False), models.Q(('in_time', 0), ('late', 0)), _connector='OR'), name='accueil_referrals_delay_of_those_ended', violation_error_message='Donnez le délai moyen de celles qui ont été évaluées.'),
        ),
        migrations.AddConstraint(
            model_name='referrals',
            constraint=models.CheckConstraint(condition=models.Q(('mean_days__isnull', True), models.Q(('in_time', 0), ('late', 0), _negated=True), _connector='OR'), name='accueil_referrals_no_delay_of_none', violation_error_message="Aucune n'a été évaluée : le délai reste vide."),
        ),
        migrations.AddConstraint(
            model_name='referrals',
            constraint=models.UniqueConstraint(condition=models.Q(('agency__isnull', False)), fields=('month', 'agency'), name='accueil_referrals_agency_once'),
        ),
        migrations.AddConstraint(
            model_name='referrals',
            constraint=models.UniqueConstraint(condition=models.Q(('agency__isnull', True)), fields=('month', 'department'), name='accueil_referrals_department_once'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.CheckConstraint(condition=models.Q(('handled_by__isnull', True), ('handled_at__isnull', False), _connector='OR'), name='accueil_report_handled_once_dated'),
        ),
        migrations.AddConstraint(
            model_name='specialhours',
            constraint=models.CheckConstraint(condition=models.Q(('last_day__gte', models.F('first_day'))), name='accueil_special_days_ordered', violation_error_message='Le dernier jour est avant le premier.'),
        ),
        migrations.AddConstraint(
            model_name='specialhours',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('effect', portal.core.opening_hours.special_days.Effect['CLOSED']), ('spans', '')), models.Q(models.Q(('effect', portal.core.opening_hours.special_days.Effect['CLOSED']), _negated=True), models.Q(('spans', ''), _negated=True)), _connector='OR'), name='accueil_special_spans_when_needed', violation_error_message='Donnez les heures, sauf pour une journée entière.'),
        ),
        migrations.AddConstraint(
            model_name='stop',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ends_at__isnull', True), ('starts_at__isnull', True)), ('ends_at__gt', models.F('starts_at')), _connector='OR'), name='accueil_stop_hours_ordered', violation_error_message='La fin doit être après le début.'),
        ),
        migrations.AddConstraint(
            model_name='stop',
            constraint=models.CheckConstraint(condition=models.Q(('until__isnull', True), ('since__isnull', True), ('until__gte', models.F('since')), _connector='OR'), name='accueil_stop_days_ordered', violation_error_message='Le dernier jour est avant le premier.'),
        ),
        migrations.AddConstraint(
            model_name='stop',
            constraint=models.CheckConstraint(condition=models.Q(('cycle', 1), models.Q(('cycle__range', (2, 12)), ('since__isnull', False)), _connector='OR'), name='accueil_stop_cycle_counted', violation_error_message='Un rythme de plusieurs semaines se compte depuis un premier jour.'),
        ),
        migrations.AddConstraint(
            model_name='stopchange',
            constraint=models.UniqueConstraint(fields=('stop', 'day'), name='accueil_change_once'),
        ),
        migrations.AddConstraint(
            model_name='stopchange',
            constraint=models.CheckConstraint(condition=models.Q(('starts_at__isnull', True), ('ends_at__isnull', True), ('ends_at__gt', models.F('starts_at')), _connector='OR'), name='accueil_change_hours_ordered', violation_error_message='La fin doit être après le début.'),
        ),
    ]

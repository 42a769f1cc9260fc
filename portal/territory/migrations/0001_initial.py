import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Department',
            fields=[
                ('code', models.CharField(max_length=3, primary_key=True, serialize=False, verbose_name='code')),
                ('name', models.CharField(max_length=60, verbose_name='nom')),
                ('region_code', models.CharField(max_length=3, verbose_name='région')),
            ],
            options={
                'verbose_name': 'département',
                'verbose_name_plural': 'départements',
                'ordering': ['code'],
            },
        ),
        migrations.CreateModel(
            name='PostalCode',
            fields=[
                ('code', models.CharField(max_length=5, primary_key=True, serialize=False, verbose_name='code postal')),
            ],
            options={
                'verbose_name': 'code postal',
                'verbose_name_plural': 'codes postaux',
                'ordering': ['code'],
            },
        ),
        migrations.CreateModel(
            name='Commune',
            fields=[
                ('code', models.CharField(max_length=5, primary_key=True, serialize=False, validators=[django.core.validators.RegexValidator('^[0-9][0-9AB][0-9]{3}\\Z', 'Un code INSEE a cinq caractères.')], verbose_name='code INSEE')),
                ('name', models.CharField(max_length=80, verbose_name='nom')),
                ('search_name', models.CharField(db_index=True, editable=False, max_length=80)),
                ('population', models.PositiveIntegerField(null=True, verbose_name='population')),
                ('epci_siren', models.CharField(blank=True, max_length=9, verbose_name="SIREN de l'intercommunalité")),
                ('epci_name', models.CharField(blank=True, max_length=150, verbose_name='intercommunalité')),
                ('latitude', models.FloatField(null=True, verbose_name='latitude')),
                ('longitude', models.FloatField(null=True, verbose_name='longitude')),
                ('point_source', models.CharField(blank=True, choices=[('mairie', 'mairie'), ('interieur', 'point intérieur'), ('', 'inconnu')], max_length=10, verbose_name='origine du point')),
                ('department', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='communes', to='territory.department')),
                ('postal_codes', models.ManyToManyField(related_name='communes', to='territory.postalcode', verbose_name='codes postaux')),
            ],
            options={
                'verbose_name': 'commune',
                'verbose_name_plural': 'communes',
                'ordering': ['search_name', 'code'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('latitude__isnull', True), ('longitude__isnull', True)), models.Q(('latitude__isnull', False), ('latitude__range', (-90, 90)), ('longitude__isnull', False), ('longitude__range', (-180, 180))), _connector='OR'), name='territory_commune_point_whole')],
            },
        ),
        migrations.CreateModel(
            name='CommuneContour',
            fields=[
                ('commune', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='contour', serialize=False, to='territory.commune')),
                ('geometry', models.JSONField(verbose_name='géométrie')),
            ],
            options={
                'verbose_name': 'contour de commune',
                'verbose_name_plural': 'contours de communes',
            },
        ),
        migrations.CreateModel(
            name='DepartmentProfile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('portal_name', models.CharField(max_length=100, verbose_name='nom du portail')),
                ('name_with_article', models.CharField(help_text='comme dans « du Loiret »', max_length=80, verbose_name='nom avec article')),
                ('website', models.URLField(blank=True, verbose_name='site')),
                ('publisher', models.CharField(blank=True, max_length=150, verbose_name='éditeur')),
                ('publisher_address', models.CharField(blank=True, max_length=250, verbose_name="adresse de l'éditeur")),
                ('publication_director', models.CharField(blank=True, max_length=150, verbose_name='direction de la publication')),
                ('host', models.CharField(blank=True, max_length=250, verbose_name='hébergeur')),
                ('privacy_contact', models.CharField(blank=True, max_length=250, verbose_name='délégué à la protection des données')),
                ('accessibility_contact', models.CharField(blank=True, max_length=250, verbose_name="contact pour l'accessibilité")),
                ('edited_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='modifié le')),
                ('department', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='profile', to='territory.department')),
            ],
            options={
                'verbose_name': "réglages d'un département",
                'verbose_name_plural': 'réglages des départements',
                'ordering': ['department'],
            },
        ),
        migrations.CreateModel(
            name='FormerCommune',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=5, verbose_name='code INSEE')),
                ('name', models.CharField(max_length=80, verbose_name='nom')),
                ('search_name', models.CharField(db_index=True, editable=False, max_length=80)),
                ('kind', models.CharField(choices=[('commune-deleguee', 'commune déléguée'), ('commune-associee', 'commune associée'), ('arrondissement-municipal', 'arrondissement municipal')], max_length=30, verbose_name='nature')),
                ('commune', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='former_communes', to='territory.commune')),
            ],
            options={
                'verbose_name': 'ancienne commune',
                'verbose_name_plural': 'anciennes communes',
                'ordering': ['search_name', 'code'],
                'constraints': [models.UniqueConstraint(fields=('code', 'name'), name='territory_former_commune_once')],
            },
        ),
    ]

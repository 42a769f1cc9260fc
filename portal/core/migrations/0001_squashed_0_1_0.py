import portal.core.periods.units
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('core', '0001_initial'),
        ('core', '0002_dataversion'),
    ]

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='DataVersion',
            fields=[
                ('app', models.CharField(max_length=50, primary_key=True, serialize=False)),
                ('number', models.PositiveBigIntegerField(default=0)),
            ],
            options={
                'verbose_name': 'version des données',
                'verbose_name_plural': 'versions des données',
            },
        ),
        migrations.CreateModel(
            name='Source',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('period_text', models.CharField(blank=True, max_length=500, verbose_name='période')),
                ('period_earliest', models.DateField(blank=True, editable=False, null=True, verbose_name='au plus tôt')),
                ('period_latest', models.DateField(blank=True, editable=False, null=True, verbose_name='au plus tard')),
                ('period_precision', models.CharField(choices=[('day', 'day'), ('month', 'month'), ('quarter', 'quarter'), ('season', 'season'), ('half', 'half'), ('year', 'year'), ('unknown', 'unknown')], default=portal.core.periods.units.Precision['UNKNOWN'], editable=False, max_length=10, verbose_name='précision')),
                ('period_inferred', models.BooleanField(default=False, editable=False, verbose_name='année déduite')),
                ('key', models.SlugField(max_length=80, unique=True, verbose_name='clé')),
                ('title', models.CharField(max_length=250, verbose_name='titre')),
                ('publisher', models.CharField(max_length=150, verbose_name='éditeur')),
                ('url', models.URLField(blank=True, max_length=500, verbose_name='adresse')),
            ],
            options={
                'verbose_name': 'source', 'verbose_name_plural': 'sources',
                'ordering': ['period_earliest', 'key'],
                'constraints': [models.CheckConstraint(condition=models.Q(('period_earliest__isnull', True), ('period_latest__isnull', True), ('period_earliest__lte', models.F('period_latest')), _connector='OR'), name='core_source_period_ordered'), models.CheckConstraint(condition=models.Q(('period_precision__in', ['day', 'month', 'quarter', 'season', 'half', 'year', 'unknown'])), name='core_source_period_precision_known')],
            },
        ),
    ]

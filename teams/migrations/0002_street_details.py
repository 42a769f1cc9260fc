"""House numbers with suffixes, streets of former communes, and keys that tell more streets apart."""

import django.core.validators
from django.db import migrations, models

from portal.territory.streets import street_key


def write_street_keys(apps, schema_editor):
    """Write the key of each street anew."""
    sectors = apps.get_model("teams", "Sector").objects
    streets = sectors.exclude(street="").order_by().values_list("street", flat=True).distinct()
    for street in list(streets):
        sectors.filter(street=street).update(search_street=street_key(street))


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0002_loaded_data'),
        ('teams', '0001_squashed_0_1_0'),
        ('territory', '0001_initial'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='sector',
            name='teams_sector_numbers_ordered',
        ),
        migrations.AddField(
            model_name='historicalsector',
            name='former_commune',
            field=models.CharField(blank=True, db_default='', default='', max_length=5, validators=[django.core.validators.RegexValidator('^[0-9][0-9AB][0-9]{3}\\Z', 'Un code INSEE a cinq caractères.')], verbose_name="code de l'ancienne commune"),
        ),
        migrations.AddField(
            model_name='historicalsector',
            name='number_from_suffix',
            field=models.CharField(blank=True, db_default='', default='', help_text='bis, ter ou une lettre', max_length=10, validators=[django.core.validators.RegexValidator('^([a-z]|bis|ter|quater|quinquies|sexies|septies|octies)$', '« bis », « ter » ou une lettre minuscule est attendu.')], verbose_name='suffixe du premier numéro'),
        ),
        migrations.AddField(
            model_name='historicalsector',
            name='number_to_suffix',
            field=models.CharField(blank=True, db_default='', default='', help_text='bis, ter ou une lettre ; sans suffixe, le 12 bis est compris dans « au 12 »', max_length=10, validators=[django.core.validators.RegexValidator('^([a-z]|bis|ter|quater|quinquies|sexies|septies|octies)$', '« bis », « ter » ou une lettre minuscule est attendu.')], verbose_name='suffixe du dernier numéro'),
        ),
        migrations.AddField(
            model_name='sector',
            name='former_commune',
            field=models.CharField(blank=True, db_default='', default='', max_length=5, validators=[django.core.validators.RegexValidator('^[0-9][0-9AB][0-9]{3}\\Z', 'Un code INSEE a cinq caractères.')], verbose_name="code de l'ancienne commune"),
        ),
        migrations.AddField(
            model_name='sector',
            name='number_from_suffix',
            field=models.CharField(blank=True, db_default='', default='', help_text='bis, ter ou une lettre', max_length=10, validators=[django.core.validators.RegexValidator('^([a-z]|bis|ter|quater|quinquies|sexies|septies|octies)$', '« bis », « ter » ou une lettre minuscule est attendu.')], verbose_name='suffixe du premier numéro'),
        ),
        migrations.AddField(
            model_name='sector',
            name='number_to_suffix',
            field=models.CharField(blank=True, db_default='', default='', help_text='bis, ter ou une lettre ; sans suffixe, le 12 bis est compris dans « au 12 »', max_length=10, validators=[django.core.validators.RegexValidator('^([a-z]|bis|ter|quater|quinquies|sexies|septies|octies)$', '« bis », « ter » ou une lettre minuscule est attendu.')], verbose_name='suffixe du dernier numéro'),
        ),
        migrations.AddConstraint(
            model_name='sector',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'numbers'), ('number_from__gte', 0), ('number_to__gte', models.F('number_from'))), models.Q(('number_from__isnull', True), ('number_to__isnull', True), ('parity', 'all'), models.Q(('kind', 'numbers'), _negated=True)), _connector='OR'), name='teams_sector_numbers_ordered'),
        ),
        migrations.RunPython(write_street_keys, migrations.RunPython.noop, elidable=True),
    ]

"""Ways to meet besides the reception."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accueil', '0004_provenance'),
        ('core', '0003_provenance'),
        ('teams', '0003_provenance'),
        ('territory', '0002_authority'),
    ]

    operations = [
        migrations.CreateModel(
            name='Meeting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('as_printed', models.TextField(blank=True, verbose_name='texte imprimé')),
                ('edited_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='modifié le')),
                ('key', models.SlugField(max_length=80, unique=True, verbose_name='clé')),
                ('kind', models.CharField(choices=[('group', 'action collective'), ('consultation', 'consultation'), ('video', 'permanence en visio'), ('home', 'visite à domicile')], max_length=12, verbose_name='nature')),
                ('title', models.CharField(max_length=200, verbose_name='titre')),
                ('place', models.CharField(blank=True, max_length=200, verbose_name='lieu')),
                ('rhythm', models.CharField(blank=True, max_length=200, verbose_name='rythme')),
                ('phone', models.CharField(blank=True, max_length=30, verbose_name='téléphone')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='rang')),
                ('agency', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='meetings', to='teams.agency', verbose_name='agence')),
                ('department', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.department', verbose_name='département')),
                ('point', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='meetings', to='accueil.receptionpoint', verbose_name="point d'accueil")),
                ('source', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.source', verbose_name='source')),
                ('team', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='meetings', to='teams.team', verbose_name='équipe')),
            ],
            options={
                'verbose_name': 'rencontre',
                'verbose_name_plural': 'rencontres',
                'ordering': ['department', 'position', 'id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['group', 'consultation', 'video', 'home'])), name='accueil_meeting_kind_known'), models.CheckConstraint(condition=models.Q(models.Q(('agency__isnull', True), ('point__isnull', True), ('team__isnull', False)), models.Q(('agency__isnull', False), ('point__isnull', True), ('team__isnull', True)), models.Q(('agency__isnull', True), ('point__isnull', False), ('team__isnull', True)), _connector='OR'), name='accueil_meeting_one_holder', violation_error_message="Une équipe, une agence ou un point d'accueil.")],
            },
        ),
    ]

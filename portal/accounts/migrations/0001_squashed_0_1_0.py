import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('accounts', '0001_initial'),
        ('accounts', '0002_rights_and_sessions'),
        ('accounts', '0003_sign_ins'),
    ]

    initial = True

    dependencies = [
        ('territory', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('email', models.EmailField(max_length=254, unique=True, verbose_name='adresse électronique')),
                ('name', models.CharField(blank=True, max_length=150, verbose_name='nom affiché')),
                ('is_active', models.BooleanField(default=True, verbose_name='actif')),
            ],
            options={
                'verbose_name': 'utilisateur', 'verbose_name_plural': 'utilisateurs',
                'ordering': ['email'],
                'constraints': [models.CheckConstraint(condition=models.Q(('email', django.db.models.functions.text.Lower('email'))), name='accounts_user_email_lower')],
            },
        ),
        migrations.CreateModel(
            name='RightChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='le')),
                ('given', models.BooleanField(verbose_name='donné')),
                ('right', models.CharField(max_length=250, verbose_name='droit')),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('department', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.department')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='right_changes', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'changement de droits',
                'verbose_name_plural': 'changements de droits',
                'ordering': ['-at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='Session',
            fields=[
                ('session_key', models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name='session key')),
                ('session_data', models.TextField(verbose_name='session data')),
                ('expire_date', models.DateTimeField(db_index=True, verbose_name='expire date')),
                ('device', models.CharField(blank=True, max_length=60, verbose_name='appareil')),
                ('last_used', models.DateTimeField(auto_now=True, verbose_name='dernière utilisation')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='sessions', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'session',
                'verbose_name_plural': 'sessions',
                'ordering': ['-last_used'],
            },
        ),
        migrations.CreateModel(
            name='Role',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('manager', 'gestionnaire'), ('pilot', 'pilote'), ('reviewer', 'relecteur')], max_length=10, verbose_name='rôle')),
                ('department', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='roles', to='territory.department')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='roles', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'rôle', 'verbose_name_plural': 'rôles',
                'ordering': ['department', 'kind'],
                'constraints': [models.UniqueConstraint(fields=('user', 'department', 'kind'), name='accounts_role_once'), models.CheckConstraint(condition=models.Q(('kind__in', ['manager', 'pilot', 'reviewer'])), name='accounts_role_kind_known')],
            },
        ),
        migrations.CreateModel(
            name='SignIn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(db_index=True, default=django.utils.timezone.now, verbose_name='le')),
                ('outcome', models.CharField(choices=[('opened', 'connexion'), ('wrong', 'mot de passe faux, ou compte inconnu'), ('wrong_code', 'code faux'), ('too_many', "trop d'essais, refusé"), ('closed', 'compte fermé, refusé'), ('not_invited', 'sans invitation, refusé')], max_length=12, verbose_name='résultat')),
                ('means', models.CharField(choices=[('password', 'mot de passe'), ('proconnect', 'ProConnect')], max_length=12, verbose_name='moyen')),
                ('device', models.CharField(blank=True, max_length=60, verbose_name='appareil')),
                ('times', models.PositiveIntegerField(default=1, verbose_name='fois')),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='sign_ins', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'connexion', 'verbose_name_plural': 'connexions',
                'ordering': ['-at', '-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('outcome__in', ['opened', 'wrong', 'wrong_code', 'too_many', 'closed', 'not_invited'])), name='accounts_signin_outcome_known'), models.CheckConstraint(condition=models.Q(('means__in', ['password', 'proconnect'])), name='accounts_signin_means_known'), models.CheckConstraint(condition=models.Q(('times__gte', 1)), name='accounts_signin_times_positive')],
            },
        ),
    ]

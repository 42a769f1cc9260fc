from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_squashed_0_1_0"),
    ]

    operations = [
        migrations.RenameField("rightchange", "by", "changed_by"),
        migrations.RenameField("rightchange", "at", "changed_at"),
        migrations.RenameField("rightchange", "given", "granted"),
        migrations.AlterModelOptions(
            name="rightchange",
            options={
                "ordering": ["-changed_at", "-id"],
                "verbose_name": "changement de droits",
                "verbose_name_plural": "changements de droits",
            },
        ),
        migrations.RemoveConstraint("signin", "accounts_signin_means_known"),
        migrations.RemoveConstraint("signin", "accounts_signin_times_positive"),
        migrations.RenameField("signin", "at", "attempted_at"),
        migrations.RenameField("signin", "means", "method"),
        migrations.RenameField("signin", "times", "count"),
        migrations.AlterModelOptions(
            name="signin",
            options={
                "ordering": ["-attempted_at", "-id"],
                "verbose_name": "connexion",
                "verbose_name_plural": "connexions",
            },
        ),
        migrations.AddConstraint(
            "signin",
            models.CheckConstraint(
                condition=models.Q(("method__in", ["password", "proconnect"])),
                name="accounts_signin_method_known",
            ),
        ),
        migrations.AddConstraint(
            "signin",
            models.CheckConstraint(
                condition=models.Q(("count__gte", 1)), name="accounts_signin_count_positive"
            ),
        ),
    ]

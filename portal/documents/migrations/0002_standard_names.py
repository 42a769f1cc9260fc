from django.db import migrations, models


def clear_finished_claims(apps, schema_editor):
    """A finished job is claimed by nobody: its lease ended with it."""
    jobs = apps.get_model("documents", "Job").objects
    jobs.exclude(status="running").update(claimed_at=None)


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_initial")]

    operations = [
        migrations.RemoveConstraint("job", "documents_job_running_has_slot"),
        migrations.RemoveConstraint("job", "documents_job_state_known"),
        migrations.RenameField("job", "asked_by", "requested_by"),
        migrations.RenameField("job", "asked_at", "requested_at"),
        migrations.RenameField("job", "started_at", "claimed_at"),
        migrations.RenameField("job", "state", "status"),
        migrations.AlterField(
            "job",
            "claimed_at",
            models.DateTimeField(blank=True, null=True, verbose_name="pris en charge le"),
        ),
        migrations.AlterModelOptions(
            name="job",
            options={
                "ordering": ["-requested_at"],
                "verbose_name": "fichier à faire",
                "verbose_name_plural": "fichiers à faire",
            },
        ),
        migrations.AddConstraint(
            "job",
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(("slot__isnull", False), ("slot__range", (1, 2)), ("status", "running")),
                    models.Q(
                        models.Q(("status", "running"), _negated=True), ("slot__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="documents_job_running_has_slot",
            ),
        ),
        migrations.AddConstraint(
            "job",
            models.CheckConstraint(
                condition=models.Q(("status__in", ["waiting", "running", "done", "failed"])),
                name="documents_job_status_known",
            ),
        ),
        migrations.RunPython(clear_finished_claims, migrations.RunPython.noop),
    ]

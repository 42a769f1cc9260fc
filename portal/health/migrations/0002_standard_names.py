from django.db import migrations, models

OLD, NEW = "pulse", "heartbeat"


def rename_permissions(apps, schema_editor):
    """Rename the four default permissions, else Django would add four others after migrating."""
    permissions = apps.get_model("auth", "Permission").objects.using(schema_editor.connection.alias)
    for action in ("add", "change", "delete", "view"):
        row = permissions.filter(content_type__app_label="health", codename=f"{action}_{OLD}")
        row.update(codename=f"{action}_{NEW}")


class Migration(migrations.Migration):
    dependencies = [
        ("health", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.RemoveConstraint("Pulse", "health_pulse_one"),
        migrations.RenameModel("Pulse", "Heartbeat"),
        migrations.RenameField("Heartbeat", "asked_at", "requested_at"),
        migrations.RenameField("Heartbeat", "done_at", "completed_at"),
        migrations.AddConstraint(
            "Heartbeat",
            models.CheckConstraint(condition=models.Q(id=1), name="health_heartbeat_one_row"),
        ),
        migrations.RunPython(rename_permissions, migrations.RunPython.noop, elidable=True),
    ]

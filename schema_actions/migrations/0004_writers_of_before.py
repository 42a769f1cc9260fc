"""Whoever wrote in an entry last, or handed it in, before each of its authors was remembered."""

from typing import Any

from django.db import migrations


def remember(apps: Any, editor: Any) -> None:
    entries = apps.get_model("schema_actions", "Entry").objects.filter(edited_by__isnull=False)
    signed = apps.get_model("schema_actions", "SignedVersion").objects.filter(
        act="submitted", by__isnull=False, evaluation__entry__isnull=False
    )
    writer = apps.get_model("schema_actions", "Writer")
    authors = {
        *entries.values_list("pk", "edited_by"),
        *signed.values_list("evaluation__entry", "by"),
    }
    writer.objects.bulk_create(
        (writer(entry_id=entry, user_id=user) for entry, user in sorted(authors)),
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):
    dependencies = [("schema_actions", "0003_writers")]

    operations = [migrations.RunPython(remember, migrations.RunPython.noop)]

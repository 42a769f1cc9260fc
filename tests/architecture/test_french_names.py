"""The administration names every field in French: a name left to Django is its English identifier."""

from django.apps import apps
from django.test import RequestFactory
from django.utils.functional import Promise

from portal.admin_site import AdminCatalog

OURS = ("portal", "teams", "relocations", "accueil", "schema_actions")


def unnamed(model) -> list[str]:
    """Return the fields that people may see and that have no name of their own."""
    fields = [*model._meta.local_fields, *model._meta.local_many_to_many]
    return [
        f"{model._meta.label}.{field.name}"
        for field in fields
        if (field.editable or field.remote_field)
        and not field.auto_created
        and not field.name.startswith("history_")
        and not isinstance(field.verbose_name, Promise)
    ]


def test_every_field_has_a_french_name():
    models = [model for model in apps.get_models() if model.__module__.split(".")[0] in OURS]
    left = [name for model in models for name in unnamed(model)]
    # Read by the portal only.
    assert set(left) <= {
        *("core.DataVersion.app", "core.DataVersion.number", "core.LoadedData.name"),
        *("core.LoadedData.digest", "documents.Job.slot", "health.Heartbeat.id"),
    }


def test_the_clock_of_a_computer_that_is_behind_is_said_to_be_behind():
    view = AdminCatalog.as_view(packages=["django.contrib.admin"])
    script = view(RequestFactory().get("/")).content.decode()
    assert "heure de retard sur l'heure du portail" in script
    assert "précède" not in script

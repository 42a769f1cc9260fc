"""Telephones: one rule in every form, file and administration; nobody is told to call a wrong number."""

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.urls import reverse

from accueil.models import PhoneLine, ReceptionPoint
from portal.core.models import TelephoneField
from portal.registries.loaders import Load
from teams.loaders import load_teams
from teams.models import Agency, Team
from tests.accueil.pages import form_errors, form_fields
from tests.factories import administrator

pytestmark = pytest.mark.django_db
WRONG = ["n'importe quoi", "0238"]
SAVE = {"enregistrer": "1"}
REFUSED = "n'est pas un numéro de téléphone"


@pytest.fixture
def manager_client(client, loiret):
    client.force_login(administrator())
    return client


@pytest.fixture
def team(loiret) -> Team:
    return Team.objects.select_related("agency").get(slug="olivetaine")


def telephones() -> set[tuple[type, str]]:
    return {
        (model, field.name)
        for model in apps.get_models()
        if not model.__name__.startswith("Historical")
        for field in model._meta.get_fields()
        if isinstance(field, TelephoneField)
    }


def test_every_field_that_is_a_telephone_is_checked():
    named = {
        (model, field.name)
        for model in apps.get_models()
        if not model.__name__.startswith("Historical")
        for field in model._meta.fields
        if "téléphone" in str(field.verbose_name) or (model, field.name) == (PhoneLine, "number")
    }
    assert telephones() == {item for item in named if item[0]._meta.app_label != "accounts"}
    assert len(telephones()) == 6


@pytest.mark.parametrize("wrong", WRONG)
def test_no_row_takes_what_is_no_number(loiret, wrong):
    for model, name in telephones():
        row = model.objects.first()
        setattr(row, name, wrong)
        with pytest.raises(ValidationError) as refusal:
            row.full_clean()
        assert list(refusal.value.message_dict) == [name], model


def test_a_number_is_stored_as_printed(team):
    team.phone = "+33 (0)2.38.25.45.45"
    team.full_clean()
    assert team.phone == "02 38 25 45 45"


def test_all_that_is_loaded_is_right_and_as_it_was_printed(loiret):
    for model, name in telephones():
        for row in model.objects.exclude(**{name: ""}):
            before = getattr(row, name)
            row.clean_fields()
            assert getattr(row, name) == before, row


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize(
    ("model", "name"),
    [(Team, "phone"), (Agency, "phone"), (ReceptionPoint, "phone"), (PhoneLine, "number")],
)
def test_the_administration_refuses_it_beside_the_field(manager_client, model, name, wrong):
    row = model.objects.order_by("pk").first()
    page = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[row.pk])
    before = getattr(row, name)
    answer = manager_client.post(page, {**form_fields(manager_client.get(page)), name: wrong})
    assert answer.status_code == 400
    assert REFUSED in " ".join(answer.context["adminform"].form.errors[name])
    assert answer.context["adminform"].form[name].value() == wrong, "nothing typed is lost"
    row.refresh_from_db()
    assert getattr(row, name) == before


@pytest.mark.parametrize("wrong", WRONG)
def test_the_workspace_refuses_it_beside_the_field(manager_client, wrong):
    point = ReceptionPoint.objects.get(slug="france-services-de-bonny-sur-loire")
    for page, name in (
        (reverse("reception-point-update", args=[point.pk]), "phone"),
        (reverse("phone-line-update", args=[PhoneLine.objects.get(department="45").pk]), "number"),
    ):
        answer = manager_client.post(
            page, {**form_fields(manager_client.get(page)), name: wrong, **SAVE}
        )
        assert answer.status_code == 400
        assert REFUSED in form_errors(answer)


def test_a_file_refuses_it_with_its_line(loiret, tmp_path):
    row = "ADS Orléans Métropole;Agence départementale;0238;;45-evaluation-2023;"
    (tmp_path / "agencies.csv").write_text(f"name;long_name;phone;email;source;as_printed\n{row}\n")
    load = Load("45", tmp_path)
    load_teams(load)
    error = next(item for item in load.faults if item.file == "agencies.csv")
    assert error.line == 2
    assert REFUSED in error.message


class TestWhatIsAlreadyWrong:
    @pytest.fixture(autouse=True)
    def wrong(self, team) -> None:
        Team.objects.update(phone="n'importe quoi")
        Agency.objects.update(phone="0238")
        PhoneLine.objects.update(number="n'importe quoi")
        ReceptionPoint.objects.update(phone="0238")

    def test_is_no_number_of_a_team(self, team):
        team.refresh_from_db()
        assert team.public_phone == ""
        assert "Appelez le" not in team.describe_whereabouts(team.whereabouts())

    def test_the_next_valid_number_is_shown(self, team):
        PhoneLine.objects.update(number="02.38.25.45.45")
        assert Team.objects.with_whereabouts().get(pk=team.pk).public_phone == "02 38 25 45 45"

    def test_is_no_link_and_no_advice_to_call_on_any_page(self, client, team):
        point = ReceptionPoint.objects.get(slug="france-services-de-bonny-sur-loire")
        for page in (
            *("/", "/accueil/", "/trouver/?q=olivet", "/trouver/?q=bonny-sur-loire&suivi=non"),
            *(team.get_absolute_url(), point.get_absolute_url(), "/demenagements/"),
            *("/api/v1/lookup/?q=olivet", "/api/v1/lookup/?q=ardon", f"/api/v1/teams/{team.slug}/"),
        ):
            content = client.get(page).content.decode()
            for wrong in ("n'importe quoi", "0238"):
                assert f"Appelez le {wrong}" not in content, page
                assert f"Appeler le {wrong}" not in content, page
            assert 'href="tel:0238' not in content, page
            assert 'href="tel:"' not in content, page

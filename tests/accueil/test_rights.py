"""Who may edit points and lines, and handle reports: in the workspace and the administration."""

import pytest
from django.urls import reverse

from accueil.models import PhoneLine, ReceptionPoint, Report
from accueil.rules import answerable_reports, editable_phone_lines, editable_points
from portal.territory.models import Department
from teams.models import Agency, Team
from tests.factories import UserFactory, administrator, agent, manager, pilot

pytestmark = pytest.mark.django_db
ORLEANS, NORTH = "ads-orleans-metropole", "ads-nord-loiret"


def report(agency=ORLEANS, department="45", **fields) -> Report:
    managing_agency = Agency.objects.filter(slug=agency).first()
    return Report.objects.create(
        page="/equipes/olivetaine/",
        message="L'adresse a changé.",
        agency=managing_agency,
        department=Department.objects.filter(code=department).first(),
        **fields,
    )


def people():
    return {
        "agent": agent(ORLEANS),
        "colleague": agent(NORTH),
        "manager": manager(),
        "manager of 41": manager("41"),
        "pilot": pilot(),
        "administrator": administrator(),
        "nobody": UserFactory(),
    }


def able(permission, row) -> set[str]:
    return {name for name, user in people().items() if user.has_perm(permission, row)}


def test_a_hosted_point_is_editable_by_editors_of_its_team(loiret):
    point = ReceptionPoint.objects.filter(team__agency__slug=ORLEANS).first()
    assert able("accueil.change_receptionpoint", point) == {"agent", "manager", "administrator"}


def test_a_point_of_an_agency_is_editable_by_it(loiret):
    point = ReceptionPoint.objects.filter(team=None, agency=None).first()
    point.agency = Agency.objects.get(slug=NORTH)
    point.save()
    assert able("accueil.change_receptionpoint", point) == {"colleague", "manager", "administrator"}


def test_other_points_and_lines_are_editable_by_the_whole_departement(loiret):
    point = ReceptionPoint.objects.filter(team=None, agency=None).first()
    line = PhoneLine.objects.first()
    everybody = {"agent", "colleague", "manager", "administrator"}
    assert able("accueil.change_receptionpoint", point) == everybody
    assert able("accueil.change_phoneline", line) == everybody


@pytest.mark.parametrize(
    ("agency", "department", "expected"),
    [
        (ORLEANS, "45", {"agent", "manager", "administrator"}),
        ("", "45", {"agent", "colleague", "manager", "administrator"}),
        ("", "41", {"manager of 41", "administrator"}),
        ("", "", {"agent", "colleague", "manager", "manager of 41", "administrator"}),
    ],
)
def test_a_report_reaches_those_who_can_mend_the_page(loiret, agency, department, expected):
    assert able("accueil.change_report", report(agency, department)) == expected


def test_lists_and_rules_agree_on_each_row(loiret):
    for agency, department in ((ORLEANS, "45"), (NORTH, "45"), ("", "45"), ("", "41"), ("", "")):
        report(agency, department)
    for model, scope in (
        (ReceptionPoint, editable_points),
        (PhoneLine, editable_phone_lines),
        (Report, answerable_reports),
    ):
        rows = list(model.objects.all())
        for name, user in people().items():
            permission = f"accueil.change_{model._meta.model_name}"
            if name == "administrator" and model is not Report:
                continue
            listed = set(model.objects.filter(scope(user)))
            assert listed == {row for row in rows if user.has_perm(permission, row)}, name


class TestHandled:
    def address(self, row):
        return reverse("report-mark-handled", args=[row.pk])

    def test_who_and_when_are_recorded(self, client, loiret):
        row, user = report(), agent(ORLEANS)
        client.force_login(user)
        page = client.get("/espace/").content.decode()
        assert "L'adresse a changé." in page
        assert self.address(row) in page
        answer = client.post(self.address(row), follow=True)
        assert "cette erreur est traitée" in answer.content.decode()
        assert "L'adresse a changé." not in answer.content.decode()
        row.refresh_from_db()
        assert row.handled_by == user
        assert row.handled_at is not None

    def test_the_first_of_two_is_recorded(self, client, loiret):
        row, first = report(), agent(ORLEANS)
        assert row.mark_handled(by=first)
        client.force_login(manager())
        answer = client.post(self.address(row), follow=True)
        assert "était déjà traitée" in answer.content.decode()
        row.refresh_from_db()
        assert row.handled_by == first

    @pytest.mark.parametrize("make", [lambda: agent(NORTH), lambda: manager("41"), pilot])
    def test_a_colleague_of_another_agency_is_refused(self, client, loiret, make):
        row = report()
        client.force_login(make())
        assert "L'adresse a changé." not in client.get("/espace/").content.decode()
        assert client.post(self.address(row)).status_code == 403
        row.refresh_from_db()
        assert row.handled_at is None

    def test_nobody_is_led_to_the_sign_in(self, client, loiret):
        row = report()
        assert client.post(self.address(row))["Location"].startswith("/connexion/")
        client.force_login(agent(ORLEANS))
        assert client.get(self.address(row)).status_code == 405


class TestAdministration:
    """The same rules for each row; lists only have editable rows."""

    @pytest.fixture
    def point(self, loiret) -> ReceptionPoint:
        return ReceptionPoint.objects.filter(team__agency__slug=ORLEANS).first()

    def listed(self, client, model):
        page = client.get(reverse(f"admin:accueil_{model}_changelist"))
        return set(page.context["cl"].result_list)

    def test_a_list_has_the_rows_that_the_user_may_change(self, client, point):
        points = ReceptionPoint.objects
        client.force_login(agent(NORTH))
        other_points = [
            point
            for point in points.all()
            if point.managing_agency and point.managing_agency.slug != NORTH
        ]
        assert len(other_points) > 1
        assert self.listed(client, "receptionpoint") == set(points.all()) - set(other_points)
        client.force_login(manager("41"))
        assert self.listed(client, "receptionpoint") == set()
        client.force_login(manager())
        assert self.listed(client, "receptionpoint") == set(points.all())

    @pytest.mark.parametrize(
        ("make", "status"),
        [
            (lambda: agent(ORLEANS), 200),
            (lambda: agent(NORTH), 403),
            (lambda: manager("41"), 403),
            (manager, 200),
            (administrator, 200),
        ],
    )
    def test_a_row_opens_to_those_who_may_change_it(self, client, point, make, status):
        client.force_login(make())
        address = reverse("admin:accueil_receptionpoint_change", args=[point.pk])
        assert client.get(address).status_code == status

    def test_a_row_cannot_be_moved_to_an_agency_of_others(self, client, point):
        client.force_login(agent(ORLEANS))
        address = reverse("admin:accueil_receptionpoint_change", args=[point.pk])
        form = client.get(address).context["adminform"].form
        data = {name: value for name, value in form.initial.items() if value is not None}
        theirs = Team.objects.filter(agency__slug=NORTH).first()
        refused = client.post(address, {**data, "team": theirs.pk})
        assert refused.status_code == 400
        assert [*refused.context["adminform"].form.errors] == ["team"]
        point.refresh_from_db()
        assert point.team.agency.slug == ORLEANS
        accepted = client.post(address, {**data, "phone": "02 38 00 00 00"})
        assert accepted.status_code == 302
        point.refresh_from_db()
        assert point.phone == "02 38 00 00 00"

    def test_reports_are_looked_back_at_not_rewritten(self, client, loiret):
        row = report()
        client.force_login(agent(ORLEANS))
        assert self.listed(client, "report") == {row}
        address = reverse("admin:accueil_report_change", args=[row.pk])
        client.post(address, {"message": "Autre chose", "handled_at_0": "2026-01-01"})
        row.refresh_from_db()
        assert (row.message, row.handled_at) == ("L'adresse a changé.", None)

    @pytest.mark.parametrize("make", [pilot, UserFactory])
    def test_it_opens_to_nobody_else(self, client, loiret, make):
        client.force_login(make())
        for address in ("/admin/", reverse("admin:accueil_receptionpoint_changelist")):
            assert client.get(address, follow=True).status_code == 403

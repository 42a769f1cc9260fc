"""Activity of the reception: entered by agents, followed by managers, never a false zero."""

import csv
from datetime import date
from io import StringIO

import pytest
from django.db import IntegrityError, transaction

from accueil.activity.statistics import (
    activity_rows,
    last_months,
    referrals_rows,
    working_days,
    yearly_figure,
)
from accueil.models import Activity, Figure, PhoneLine, ReceptionPoint, Referrals
from teams.models import Agency
from tests.factories import AgencyFactory, ReceptionPointFactory, agent, manager, pilot

pytestmark = pytest.mark.django_db
ORLEANS, NORD = "ads-orleans-metropole", "ads-nord-loiret"
GRID, FOLLOWED = "/espace/activite/", "/espace/activite/suivi/"
MARCH = date(2026, 3, 1)


@pytest.fixture(autouse=True)
def in_april(loiret, today):
    today("2026-04-15")


@pytest.fixture
def point():
    return ReceptionPoint.objects.filter(team__agency__slug=ORLEANS).first()


@pytest.fixture
def line():
    return PhoneLine.objects.get()


@pytest.fixture
def here(client):
    client.force_login(agent(ORLEANS))
    return client


def typed(prefix, *numbers, seen=""):
    """Return the posted values of a row of the grid."""
    is_referral = prefix.startswith(("agency", "department"))
    names = "received in_time late mean_days" if is_referral else "requests answered oriented"
    values = dict(zip(names.split(), numbers, strict=False))
    return {f"{prefix}-seen": seen, **{f"{prefix}-{name}": value for name, value in values.items()}}


def point_prefix(point):
    return f"point-{point.pk}-door"


def send(client, *lines, mois="2026-03"):
    return client.post(GRID, {"mois": mois, **{k: v for line in lines for k, v in line.items()}})


# What a month may say


@pytest.mark.parametrize(
    "wrong",
    [
        {"requests": 10, "answered": 11},
        {"requests": 10, "referred": 11},
        {"requests": 10, "answered": 6, "referred": 5},
        {"requests": -1},
        {"requests": 1, "channel": "fax"},
        {"requests": 1, "phone_line": None, "point": None},
    ],
)
def test_the_database_refuses_numbers_that_cannot_be(point, wrong):
    values = {"month": MARCH, "point": point, "channel": "door", **wrong}
    with pytest.raises(IntegrityError), transaction.atomic():
        Activity.objects.create(**values)


def test_one_row_for_each_month_place_and_channel(point, line):
    Activity.objects.create(month=MARCH, point=point, channel="door", requests=1)
    Activity.objects.create(month=MARCH, point=point, channel="appointment", requests=1)
    Activity.objects.create(month=MARCH, phone_line=line, channel="phone", requests=1)
    for place in ({"point": point, "channel": "door"}, {"phone_line": line, "channel": "phone"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Activity.objects.create(month=date(2026, 3, 17), requests=2, **place)


def test_a_line_receives_calls_alone(line):
    with pytest.raises(IntegrityError), transaction.atomic():
        Activity.objects.create(month=MARCH, phone_line=line, channel="door", requests=1)


def test_nothing_personal_is_stored():
    names = {field.name for model in (Activity, Referrals) for field in model._meta.get_fields()}
    assert names == {
        *("id", "month", "entered_at", "point", "phone_line", "channel"),
        *("requests", "answered", "referred"),
        *("department", "agency", "received", "in_time", "late", "mean_days"),
    }


# The grid


def test_the_grid_has_all_the_places_of_the_user(here, point, line):
    page = here.get(GRID).content.decode()
    assert "mars 2026" in page
    assert '<th scope="col">Demandes</th>' in page
    assert '<th scope="col">Reçues</th>' in page
    assert f'name="{point_prefix(point)}-requests"' in page
    assert f'name="line-{line.pk}-phone-requests"' in page
    assert f'name="line-{line.pk}-door-requests"' not in page
    assert f'name="agency-{Agency.objects.get(slug=ORLEANS).pk}-received"' in page
    assert f'name="agency-{Agency.objects.get(slug=NORD).pk}-received"' not in page
    assert 'name="department-45-received"' not in page


def test_a_month_is_written_and_shown_again(here, point, line):
    agency = Agency.objects.get(slug=ORLEANS)
    answer = send(
        here,
        typed(point_prefix(point), "1 200", "900", ""),
        typed(f"line-{line.pk}-phone", "0", "", ""),
        typed(f"agency-{agency.pk}", "12", "9", "1", "70"),
    )
    assert (answer.status_code, answer.url) == (302, f"{GRID}?mois=2026-03")
    row = Activity.objects.get(point=point)
    assert (row.month, row.requests, row.answered, row.referred) == (MARCH, 1200, 900, None)
    assert Activity.objects.get(phone_line=line).requests == 0
    assert Referrals.objects.get().mean_days == 70
    page = here.get(GRID).content.decode()
    assert f'name="{point_prefix(point)}-requests" value="1200"' in page
    assert f'name="{point_prefix(point)}-seen" value="1200,900,"' in page


def test_what_is_left_empty_is_not_a_zero(here, point):
    send(here, typed(point_prefix(point), "", "", ""))
    assert not Activity.objects.exists()
    send(here, typed(point_prefix(point), "3", "", ""))
    send(here, typed(point_prefix(point), "", "", "", seen="3,,"))
    assert not Activity.objects.exists()


@pytest.mark.parametrize(
    ("numbers", "field", "message"),
    [
        (("-1", "", ""), "requests", "supérieure ou égale à 0"),
        (("douze", "", ""), "requests", "Saisissez un nombre entier"),
        (("2000000", "", ""), "requests", "inférieure ou égale à 1000000"),
        (("10", "11", ""), "answered", "Il y a plus de réponses que de demandes."),
        (("10", "", "11"), "oriented", "Il y a plus de demandes orientées que de demandes."),
        (("10", "6", "5"), "oriented", "dépassent les demandes"),
        (("", "6", ""), "requests", "Donnez aussi le nombre de demandes."),
    ],
)
def test_a_wrong_number_shows_an_error_and_nothing_is_lost(
    here, point, line, numbers, field, message
):
    other_row = typed(f"line-{line.pk}-phone", "77", "", "")
    answer = send(here, typed(point_prefix(point), *numbers), other_row)
    page = answer.content.decode()
    assert answer.status_code == 400
    errors = page[page.index(f'id="id_{point_prefix(point)}-{field}_error"') :]
    assert message in errors[: errors.index("</ul>")]
    for number in (*filter(None, numbers), "77"):
        assert f'value="{number}"' in page
    assert not Activity.objects.exists()


@pytest.mark.parametrize(
    ("numbers", "field", "message"),
    [
        (("12", "9", "", "70"), "late", "Donnez ce nombre, même si c'est 0."),
        (("12", "9", "1", ""), "mean_days", "Donnez le délai moyen"),
        (("12", "0", "0", "5"), "mean_days", "Aucune n'a été évaluée"),
        (("12", "9", "0", "120"), "mean_days", "Aucune n'a dépassé trois mois"),
        (("12", "0", "3", "60"), "mean_days", "Toutes ont dépassé trois mois"),
    ],
)
def test_an_impossible_delay_shows_an_error(here, numbers, field, message):
    prefix = f"agency-{Agency.objects.get(slug=ORLEANS).pk}"
    answer = send(here, typed(prefix, *numbers))
    page = answer.content.decode()
    assert answer.status_code == 400
    errors = page[page.index(f'id="id_{prefix}-{field}_error"') :]
    assert message in errors[: errors.index("</ul>")]
    assert not Referrals.objects.exists()


@pytest.mark.parametrize(
    ("mois", "message"),
    [
        ("2026-05", "Ce mois n'a pas encore commencé."),
        ("2026-13", "Un mois est attendu"),
        ("hier", "Un mois est attendu"),
        ("", "Un mois est attendu"),
    ],
)
def test_a_month_that_cannot_be_is_refused_with_all_that_was_typed(here, point, mois, message):
    answer = send(here, typed(point_prefix(point), "41", "", ""), mois=mois)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert message in page
    assert f'name="{point_prefix(point)}-requests" value="41"' in page
    assert not Activity.objects.exists()
    assert here.get(GRID, {"mois": mois}).status_code == 400


def test_the_month_under_way_may_be_entered(here, point):
    assert send(here, typed(point_prefix(point), "5", "", ""), mois="2026-04").status_code == 302


@pytest.mark.parametrize("prefix", ["point-999999-door", "agency-{nord}", "department-45"])
def test_a_place_of_others_is_refused_and_the_rest_stays_on_the_page(here, point, prefix):
    prefix = prefix.format(nord=Agency.objects.get(slug=NORD).pk)
    answer = send(here, typed(prefix, "1", "1", "0", "9"), typed(point_prefix(point), "41", "", ""))
    page = answer.content.decode()
    assert answer.status_code == 400
    assert prefix in page
    assert 'value="41"' in page
    assert not Activity.objects.exists()
    assert not Referrals.objects.exists()


# Two people at once


def test_two_people_on_two_rows_both_are_saved(here, point, line):
    phone = f"line-{line.pk}-phone"
    send(here, typed(point_prefix(point), "10", "", ""), typed(phone, "", "", ""))
    # The second had opened the same empty month.
    second = send(here, typed(point_prefix(point), "", "", ""), typed(phone, "20", "", ""))
    assert second.status_code == 302
    assert {row.requests for row in Activity.objects.all()} == {10, 20}


def test_two_people_on_one_row_the_second_sees_what_changed(here, point, line):
    Activity.objects.create(month=MARCH, point=point, channel="door", requests=5)
    Activity.objects.create(month=MARCH, phone_line=line, channel="phone", requests=6)
    phone = f"line-{line.pk}-phone"
    send(
        here,
        typed(point_prefix(point), "10", "8", "", seen="5,,"),
        typed(phone, "60", "", "", seen="6,,"),
    )
    second = [
        typed(point_prefix(point), "11", "", "", seen="5,,"),
        typed(phone, "6", "", "", seen="6,,"),
    ]
    answer = send(here, *second)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Enregistré entre-temps : Demandes 10, Réponses dès l'accueil 8" in page
    assert f'name="{point_prefix(point)}-requests" value="11"' in page  # as typed
    assert f'name="{point_prefix(point)}-seen" value="10,8,"' in page
    assert (
        f'name="{phone}-requests" value="60"' in page
    )  # not changed by the second agent: the stored value
    assert Activity.objects.get(point=point).requests == 10
    again = [
        typed(point_prefix(point), "11", "", "", seen="10,8,"),
        typed(phone, "60", "", "", seen="60,,"),
    ]
    assert send(here, *again).status_code == 302
    assert Activity.objects.get(point=point).requests == 11
    assert Activity.objects.get(phone_line=line).requests == 60


def test_the_same_number_typed_twice_is_no_conflict(here, point):
    for _hand in range(2):
        assert send(here, typed(point_prefix(point), "10", "", "")).status_code == 302
    assert Activity.objects.get().requests == 10


# Rights


def test_agents_enter_the_activity_of_their_places_only(client, point):
    client.force_login(agent(NORD))
    assert f'name="{point_prefix(point)}-requests"' not in client.get(GRID).content.decode()
    assert send(client, typed(point_prefix(point), "10", "", "")).status_code == 400
    assert not Activity.objects.exists()


def test_managers_of_the_departement_read_all_others_are_refused(client):
    pages = (FOLLOWED, f"{FOLLOWED}activite.csv", f"{FOLLOWED}informations-preoccupantes.csv")
    expected = [(manager(), 200), (manager("41"), 403), (agent(ORLEANS), 403), (pilot(), 403)]
    for user, status in expected:
        client.force_login(user)
        assert {client.get(page, {"department": "45"}).status_code for page in pages} == {status}


def test_who_works_nowhere_enters_nothing(client):
    client.force_login(pilot())
    assert client.get(GRID).status_code == 403
    client.logout()
    assert client.get(GRID).status_code == 302


def test_a_manager_enters_for_the_whole_departement(client):
    client.force_login(manager())
    assert send(client, typed("department-45", "30", "20", "4", "75")).status_code == 302
    assert Referrals.objects.get().agency is None


# In time


@pytest.mark.parametrize(
    ("month", "days"),
    [
        (date(2026, 3, 1), 22),
        (date(2026, 4, 1), 21),  # Easter Monday
        (date(2026, 5, 1), 17),  # 1, 8, 14 (Ascension) and 25 (Whit Monday)
        (date(2026, 8, 1), 21),  # 15 August is a Saturday
    ],
)
def test_working_days_leave_public_holidays_out(month, days):
    assert working_days(month) == days


def test_months_are_added_and_a_month_that_nobody_filled_is_not_zero(point, line):
    add = Activity.objects.create
    add(month=MARCH, point=point, channel="door", requests=100, answered=80, referred=4)
    add(month=MARCH, point=point, channel="appointment", requests=20)
    add(month=MARCH, phone_line=line, channel="phone", requests=100, answered=90)
    add(month=date(2026, 4, 1), phone_line=line, channel="phone", requests=0)
    now = date(2026, 4, 15)
    april, march, february = activity_rows("45", last_months(now, 3), now)
    assert (march.totals.requests, march.totals.by_channel) == (220, [100, 100, 20])
    assert (march.totals.answered.count, march.totals.answered.percent) == (170, 85.0)
    assert (march.totals.referred.count, march.totals.referred.percent) == (4, 4.0)
    assert march.totals.places == 2
    assert march.per_day == 10.0
    assert (april.totals.requests, april.per_day) == (0, None)  # a true zero, not over yet
    assert (february.totals, february.per_day) == (None, None)


def test_referrals_are_added_and_the_whole_departement_stands_alone():
    add = Referrals.objects.create
    first, second = AgencyFactory.create_batch(2, department_id="45")
    add(month=MARCH, department_id="45", agency=first, received=5, in_time=3, late=1, mean_days=80)
    add(month=MARCH, department_id="45", agency=second, received=2, in_time=1, late=0, mean_days=40)
    march, february = referrals_rows("45", "Loiret", [MARCH, date(2026, 2, 1)], 6)
    assert (march.received, march.in_time, march.late) == (7, 4, 1)
    assert (march.mean_days, march.percent, march.missing) == (72.0, 80.0, 4)
    assert not february.is_filled
    add(month=MARCH, department_id="45", received=9, in_time=0, late=0)
    (whole,) = referrals_rows("45", "Loiret", [MARCH], 6)
    assert (whole.received, whole.mean_days, whole.percent) == (9, None, None)
    assert (whole.reported_by, whole.missing) == (("Loiret",), 0)


def test_a_figure_of_a_year_is_spread_over_its_months_and_working_days():
    spread = yearly_figure(Figure.objects.get(key="45-demandes-evaluation"))
    assert spread.per_month == 1125.0
    assert spread.per_day == round(13500 / 253, 1)  # 260 from Monday to Friday, 7 of them holidays
    for key in ("45-appels-evaluation", "45-rendez-vous"):  # "plus de", and no year
        assert yearly_figure(Figure.objects.get(key=key)).per_month is None


def test_the_page_shows_what_is_unknown_and_what_was_published(client, point):
    Activity.objects.create(month=MARCH, point=point, channel="door", requests=1234)
    client.force_login(manager())
    page = client.get(FOLLOWED).content.decode()
    march = page[page.index("mars 2026") : page.index("février 2026")]
    assert "1 234" in march
    february = page[page.index("février 2026") : page.index("janvier 2026")]
    assert "à renseigner" in february
    assert "0" not in february.partition("<td")[2].partition("</td>")[0]
    assert "13 500 sollicitations" in page
    assert "10 900 sollicitations" in page
    assert client.get(FOLLOWED, {"annee": "2025"}).status_code == 200
    for wrong in ("2027", "x", "00002025"):
        assert client.get(FOLLOWED, {"annee": wrong}).status_code == 400


def test_the_tables_leave_empty_what_nobody_counted_and_run_no_formula(client, point):
    ReceptionPoint.objects.filter(pk=point.pk).update(name="=1+1")
    Activity.objects.create(month=MARCH, point=point, channel="door", requests=12, answered=3)
    Referrals.objects.create(month=MARCH, department_id="45", received=1, in_time=0, late=0)
    client.force_login(manager())

    def lines(name):
        text = client.get(f"{FOLLOWED}{name}").content.decode("utf-8-sig")
        return list(csv.reader(StringIO(text), delimiter=";"))

    assert lines("activite.csv")[1][:6] == ["2026-03", "'=1+1", "à la porte", "12", "3", ""]
    line = lines("informations-preoccupantes.csv")[1]
    assert line[:6] == ["2026-03", "Loiret", "1", "0", "0", ""]


def test_the_workspace_shows_how_much_of_last_month_is_entered(here, point):
    assert "rien n'est encore rempli" in here.get("/espace/").content.decode()
    Activity.objects.create(month=MARCH, point=point, channel="door", requests=1)
    assert "Mars 2026 : 1 ligne est remplie" in here.get("/espace/").content.decode()


def test_no_public_answer_is_made_again_for_what_is_entered(here, point):
    from portal.core.caching import data_versions

    before = data_versions.current_versions()["accueil"]
    send(here, typed(point_prefix(point), "10", "", ""))
    assert Activity.objects.exists()
    assert data_versions.current_versions()["accueil"] == before


def test_pages_ask_the_same_number_of_queries_for_more_places_and_months(client, queries, point):
    client.force_login(manager())

    def count_queries(address):
        client.get(address)  # fill the caches
        with queries() as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    before = {path: count_queries(path) for path in (GRID, FOLLOWED, f"{FOLLOWED}activite.csv")}
    for other_row in ReceptionPointFactory.create_batch(8, department_id="45"):
        for month in (MARCH, date(2026, 2, 1)):
            Activity.objects.create(month=month, point=other_row, channel="door", requests=1)
    agency = Agency.objects.get(slug=ORLEANS)
    Referrals.objects.create(
        month=MARCH, department_id="45", agency=agency, received=1, in_time=0, late=0
    )
    after = {path: count_queries(path) for path in before}
    assert after == before

"""Texts about teams and moves that no page of the rights table shows: refusals, reports, rare states.

Each is a message or data, and what others will read is in the language of the portal.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date

import pytest
from django.core.management import CommandError
from django.utils import timezone, translation
from icalendar import Calendar

from portal.accounts.models import RightChange
from portal.core.periods.period import Period
from portal.notices.models import Notice
from relocations.editing.services import ChangeRequest, change
from relocations.feeds.calendar import build_calendar
from relocations.history import describe_changes
from relocations.models import Relocation, Subscription
from relocations.status_labels import status_label
from teams.models import Membership, Site
from teams.sentences import whereabouts_badge, whereabouts_sentence
from teams.whereabouts import compute_whereabouts
from tests.factories import RelocationFactory, SiteFactory, TeamFactory, UserFactory, agent, manager
from tests.i18n import pseudo
from tests.i18n.data import Data, texts_of_database
from tests.i18n.visible_text import outside_brackets, untranslated_html
from tests.teams.test_whereabouts import done, move

pytestmark = pytest.mark.django_db
TODAY = date(2024, 3, 10)
TEAM, OLD, NEW = "Olivétaine", "1 rue Ancienne", "2 rue Nouvelle"
PERIODS = ("1er trimestre 2024", "4 et 5 mars 2024", "été 2024", "à terme")
DATA = Data((TEAM, OLD, NEW, "Communiqué", "Département", "Essai", *PERIODS))


@pytest.fixture
def pseudo_language() -> Iterator[None]:
    with pseudo.alone():
        yield


@pytest.fixture
def second_language() -> Iterator[None]:
    with pseudo.beside_french():
        yield


@pytest.fixture(autouse=True)
def day(today: Callable[[str], None]) -> None:
    today(TODAY.isoformat())


@pytest.fixture
def planned() -> Relocation:
    return make_move("planned", "1er trimestre 2024")


def make_move(status: str, period: str, **fields) -> Relocation:
    team = fields.pop("team", None) or TeamFactory(name=TEAM, site__address=OLD)
    sites = {"origin": team.site, "destination": SiteFactory(address=NEW), **fields}
    return RelocationFactory(team=team, status=status, period=Period.parse(period), **sites)


def escaped(*texts: str) -> list[str]:
    """Return the parts of texts that are neither messages nor data."""
    return [part for text in texts for part in DATA.left_out_of(outside_brackets(text))]


@pytest.mark.usefixtures("pseudo_language")
@pytest.mark.parametrize("phone", ["02 00 00 00 00", ""])
@pytest.mark.parametrize("is_opening", [False, True])
@pytest.mark.parametrize("destination", [Site(address=NEW), None])
@pytest.mark.parametrize("site", [Site(address=OLD), None])
@pytest.mark.parametrize("period", PERIODS)
def test_where_a_team_is(period, site, destination, is_opening, phone):
    moves = [move(period, destination, origin=site, is_opening=is_opening)]
    happened = [done("2025-01-05", destination, origin=site, is_opening=is_opening)]
    for on in ("2024-02-01", "2024-03-04", "2024-08-01", "2026-01-01"):
        for rows in (moves, happened):
            place = compute_whereabouts(
                site, rows, on=date.fromisoformat(on), today=date(2024, 2, 1)
            )
            sentence = whereabouts_sentence(place, phone=phone, checked="")
            assert not escaped(sentence, whereabouts_badge(place)[1])


@pytest.mark.usefixtures("pseudo_language")
@pytest.mark.parametrize("kind", Relocation.Kind.values)
class TestMovesOfEveryStatus:
    @pytest.fixture
    def moves(self, kind) -> list[Relocation]:
        team = TeamFactory(name=TEAM, site__address=OLD)
        sites = {"opening": {"origin": None}, "closing": {"destination": None}}.get(kind, {})
        states = [
            ("under_study", "", None),
            *[("planned", period, None) for period in PERIODS if period != "à terme"],
            ("confirmed", "4 et 5 mars 2024", None),
            ("in_progress", "été 2024", None),
            ("done", "été 2024", date(2024, 3, 1)),
            ("cancelled", "été 2024", None),
        ]
        return [
            make_move(status, period, team=team, kind=kind, actual_date=day, **sites)
            for status, period, day in states
        ]

    def test_what_changed(self, moves):
        pairs = [(before, after) for before in (None, *moves) for after in moves]
        sentences = {text for before, after in pairs for text in describe_changes(before, after)}
        assert len(sentences) > len(moves)
        assert not escaped(*sentences)

    def test_what_it_means_today(self, moves):
        assert not escaped(*[status_label(row, TODAY).text for row in moves])

    def test_its_event_in_a_calendar(self, moves):
        rows = Relocation.objects.filter(team=moves[0].team).with_sites().with_last_change()
        content = build_calendar(rows, name="Essai", page="https://essai.test/")
        calendar = Calendar.from_ical(content)
        texts = [str(calendar["description"])]
        for event in calendar.walk("VEVENT"):
            texts += [str(event["summary"]), str(event["description"])]
        assert len(texts) > 2 * len(moves) - 2
        assert not escaped(*texts)


@pytest.mark.usefixtures("second_language")
def test_emails_about_a_change_are_not_in_the_language_of_its_author(planned):
    Membership.objects.create(user=UserFactory(), agency=planned.team.agency)
    fields = {"email": "lectrice@loiret.test", "confirmed_at": timezone.now()}
    Subscription.objects.create(team=planned.team, **fields)
    request = ChangeRequest("cancelled", planned.version, "le bail est refusé")
    with translation.override(pseudo.CODE):
        change(move=planned, change_request=request, by=UserFactory())
    notices = Notice.objects.all()
    assert len(notices) == 2
    assert not any(pseudo.OPENS in text for row in notices for text in (row.subject, row.body))


@pytest.mark.usefixtures("loiret", "second_language")
def test_the_log_of_rights_is_in_the_language_of_the_portal(client):
    user = agent("ads-orleans-metropole")
    client.force_login(manager())
    client.cookies["django_language"] = pseudo.CODE
    rights = ["agent:ads-nord-loiret", "pilot:45"]
    client.post("/espace/personnes/", {"email": user.email, "rights": rights})
    page = client.get(f"/espace/personnes/{user.pk}/retirer/?right=pilot:45").content.decode()
    assert "⟦Ce droit lui a été donné le" in page
    client.post(f"/espace/personnes/{user.pk}/retirer/", {"right": "pilot:45"})
    changes = RightChange.objects.filter(user=user).order_by("pk")
    assert [(change.right, change.granted) for change in changes] == [
        ("agent, ADS Nord Loiret", True),
        ("pilote du Loiret", True),
        ("pilote du Loiret", False),
    ]


SECTORS = """\
équipe;commune;quartier;rue;du_numero;au_numero;parite;date_debut;nature
Olivétaine;Pithiviers;;;;;;2024-02-01;
Olivétaine;Orléans;;rue Danton;2;40;pairs;;
Olivétaine;Orléans;;rue Danton;3;;impairs;;
Olivétaine;Orléans;Dunois;;;;;;
Olivétaine;Olivet;;rue Danton;;;;;
"""
FAULTY_SECTORS = """\
équipe;commune;quartier;rue;du_numero;au_numero;parite;date_debut;nature
;Nulle part;;;;;;hier;
Olivétaine;Orléans;;rue Danton;40;2;;;
Olivétaine;Orléans;;rue Danton;3;3;pairs;;
Olivétaine;Orléans;;rue Danton;zéro;;;;
Olivétaine;Orléans;;;1;3;;;
Olivétaine;Orléans;;;;;;;rue
Olivétaine;Orléans;;;;;;;lac
"""


@pytest.mark.usefixtures("pseudo_language")
class TestImportsOfSectors:
    def test_the_report(self, import_sectors):
        for options in (["--dry-run"], []):
            assert not self.words(import_sectors(SECTORS, *options), SECTORS)
        assert "⟦Seule la source change : lignes ⟧2, 3" in import_sectors(
            SECTORS + "\n", "--dry-run"
        )

    def test_the_refusal(self, import_sectors):
        with pytest.raises(CommandError) as refused:
            import_sectors(FAULTY_SECTORS)
        lines = re.findall(r"⟦, ligne ⟧(\d+)", str(refused.value))
        assert {*map(int, lines)} == {*range(2, 9)}
        assert not self.words(str(refused.value), FAULTY_SECTORS)

    def words(self, output: str, file: str) -> list[str]:
        """Return the words of the output that are neither messages, nor cells, nor identifiers."""
        data = Data((*re.split("[;\n]", file), "secteurs.csv", "Département du Loiret"))
        outside = data.left_out_of(outside_brackets(output))
        return [part for part in outside if "-" not in part]


@pytest.mark.usefixtures("loiret", "pseudo_language")
class TestRefusals:
    @pytest.mark.parametrize(
        "fields",
        [
            {"geste": "changer", "period": "un de ces jours"},
            {"geste": "changer", "period": "2025", "seen": "2025", "destination": "1"},
            {"geste": "changer", "new_city": "Nulle part"},
            {"geste": "changer", "period": "juin 2025"},
            {"geste": "annuler"},
            {"geste": "fait", "actual_date": "2030-01-01"},
            {"geste": "rien", "evidence": "x" * 1001},
            {"geste": "rien", "version": "1"},
        ],
        ids=str,
    )
    def test_a_change_of_a_move(self, client, fields):
        row = Relocation.objects.open().filter(team__slug="olivetaine")[0]
        Relocation.objects.filter(pk=row.pk).update(version=2)
        client.force_login(agent("ads-orleans-metropole"))
        data = Data((*texts_of_database(), *fields.values()))
        answer = client.post(f"/espace/demenagements/{row.pk}/", {"version": "2", **fields})
        assert answer.status_code in (200, 400, 409)
        assert not self.escaped(answer, data)

    def test_a_move_that_is_not_announced(self, client):
        client.force_login(agent("ads-orleans-metropole"))
        data = Data(texts_of_database())
        answer = client.post(
            "/espace/demenagements/nouveau/", {"team": "", "new_city": "Nulle part"}
        )
        assert answer.status_code == 400
        assert not self.escaped(answer, data)

    def test_an_invitation(self, client):
        client.force_login(manager())
        data = Data((*texts_of_database(), "inconnue"))
        answer = client.post("/espace/personnes/", {"email": "inconnue", "rights": ["pilot:41"]})
        assert answer.status_code == 400
        assert not self.escaped(answer, data)

    def test_filters(self, client):
        data = Data((*texts_of_database(), "jamais", "status=jamais"))
        for query in ("period=jamais", "status=jamais", "agency=jamais", "page=jamais"):
            assert not self.escaped(client.get(f"/demenagements/?{query}"), data)
            assert not self.escaped(client.get(f"/equipes/?{query}"), data)
        for address in ("/demenagements/flux.atom", "/equipes/olivetaine/?le=jamais"):
            assert not self.escaped(client.get(address, {"status": "jamais"}), data)

    @pytest.mark.parametrize("version", [0, 1, 2])
    def test_a_transition_by_the_api(self, client, version):
        row = Relocation.objects.open().filter(team__slug="olivetaine")[0]
        client.force_login(agent("ads-orleans-metropole"))
        body = {"to": "done", "version": version, "actual_date": "2030-01-01", "period": None}
        address = f"/api/v1/relocations/{row.pk}/transition/"
        answer = client.post(address, body, content_type="application/json")
        assert answer.status_code == (409 if version == 2 else 400)
        data = Data(("actual_date", "version"))
        assert pseudo.OPENS in answer.json()["detail"]
        assert not data.left_out_of(outside_brackets(answer.json()["detail"]))

    def escaped(self, answer, data: Data) -> list[str]:
        texts = untranslated_html(answer.content.decode())
        return [part for text in texts for part in data.left_out_of(text)]

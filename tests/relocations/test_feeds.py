"""The iCalendar and Atom feeds of moves, parsed by libraries that real clients use."""

from datetime import UTC, date, datetime, timedelta

import feedparser
import pytest
from icalendar import Calendar

from portal.core.periods.period import Period
from relocations.editing.services import ChangeRequest, announce, change
from relocations.models import Relocation
from tests.factories import (
    RelocationFactory,
    SiteFactory,
    SourceFactory,
    TeamFactory,
    UserFactory,
    agent,
)

pytestmark = pytest.mark.django_db

CALENDAR, FEED = "/demenagements/calendrier.ics", "/demenagements/flux.atom"
SITE = "https://solidarites.test"


@pytest.fixture(autouse=True)
def site(settings, today):
    settings.SITE_URL = SITE
    today("2024-01-20")


@pytest.fixture
def user():
    return UserFactory(name="Camille Martin")


@pytest.fixture
def move():
    """Planned on exact days, for a team without any other move."""
    return RelocationFactory(team__name="Olivétaine", period=Period.parse("16 et 17 mars 2024"))


def ask(move, user, to, *, period=None, **fields):
    move.refresh_from_db()
    fields["period"] = Period.parse(period) if period else None
    change(move=move, change_request=ChangeRequest(to, move.version, **fields), by=user)
    move.refresh_from_db()


def calendar(client, address=CALENDAR, **query):
    answer = client.get(address, query)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    read = Calendar.from_ical(answer.content)
    assert not read.errors
    return read


def events(client, address=CALENDAR, **query):
    return calendar(client, address, **query).walk("VEVENT")


def event(client, move):
    """Return the event of a move, or None."""
    matches = [item for item in events(client) if item["url"] == f"{SITE}{move.get_absolute_url()}"]
    assert len(matches) <= 1
    assert not any(item.errors for item in matches)
    return matches[0] if matches else None


def feed(client, **query):
    answer = client.get(FEED, query)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    read = feedparser.parse(
        answer.content, response_headers={"content-type": answer["Content-Type"]}
    )
    assert not read.bozo
    assert read.version == "atom10"
    return read


def entries(client, move):
    return feed(client, team=move.team.slug).entries


class TestExactDays:
    def test_an_event_of_whole_days_and_no_other(self, client, move):
        vevent = event(client, move)
        assert (vevent["dtstart"].dt, vevent["dtend"].dt) == (date(2024, 3, 16), date(2024, 3, 18))
        assert vevent["dtstart"].params["VALUE"] == "DATE"
        assert vevent["summary"] == "Prévu : Équipe Olivétaine déménage"
        assert vevent["location"] == move.destination.address
        assert vevent["transp"] == "TRANSPARENT"

    def test_its_description_gives_sites_date_status_and_source(self, client, move):
        assert event(client, move)["description"].splitlines() == [
            "Quand : samedi 16 et dimanche 17 mars 2024, annoncé « 16 et 17 mars 2024 ».",
            f"Départ : {move.origin.address}.",
            f"Arrivée : {move.destination.address}.",
            "Statut annoncé : prévu.",
            "Source : Communiqué, Département, 24 novembre 2023.",
            f"Ce qui est sûr aujourd'hui : {SITE}/demenagements/{move.pk}/",
        ]

    @pytest.mark.parametrize(
        ("status", "calendar_status", "title"),
        [
            ("under_study", "TENTATIVE", "À l'étude"),
            ("planned", "TENTATIVE", "Prévu"),
            ("confirmed", "CONFIRMED", "Confirmé"),
            ("in_progress", "CONFIRMED", "En cours"),
            ("cancelled", "CANCELLED", "Annulé"),
        ],
    )
    def test_its_title_says_its_status_even_to_readers_that_ignore_it(
        self, client, status, calendar_status, title
    ):
        move = RelocationFactory(status=status, period=Period.parse("4 mars 2024"))
        vevent = event(client, move)
        assert vevent["status"] == calendar_status
        assert vevent["summary"] == f"{title} : {move.team.title} déménage"

    def test_an_opening_and_a_closing(self, client):
        opening = RelocationFactory(kind="opening", origin=None, period=Period.parse("4 mars 2024"))
        closing = RelocationFactory(
            kind="closing", destination=None, period=Period.parse("4 mars 2024")
        )
        assert event(client, opening)["summary"].endswith(" ouvre")
        assert "Départ :" not in event(client, opening)["description"]
        assert event(client, closing)["summary"].endswith(" ferme")
        assert event(client, closing)["location"] == closing.origin.address
        assert "Arrivée :" not in event(client, closing)["description"]

    def test_the_commune_is_added_where_the_address_omits_it(self, client, move):
        place = move.destination
        place.name, place.address = "Pavillon", "43, rue Danton"
        place.postal_code, place.city = "45400", "Fleury-les-Aubrais"
        place.latitude, place.longitude = 47.93, 1.92
        place.save()
        assert event(client, move)["location"] == (
            "Pavillon, 43, rue Danton, 45400 Fleury-les-Aubrais"
        )
        assert event(client, move)["geo"].to_ical() == "47.93;1.92"
        place.address = "43, rue Danton Fleury les Aubrais"
        place.save()
        assert event(client, move)["location"] == "Pavillon, 43, rue Danton Fleury les Aubrais"


class TestPastDays:
    """The reception of Orléans: to building E in January 2024, to the Pavillon in October 2024."""

    @pytest.fixture
    def moves(self, loiret):
        moves = Relocation.objects.filter(team__agency__slug="ads-orleans-metropole")
        return moves.filter(team__name__startswith="Équipe d'accueil").order_by("period_latest")

    def test_the_place_left_is_only_announced_where_nobody_saw_the_team(self, client, moves, today):
        today("2026-11-29")
        to_building_e, to_pavillon = moves
        place = "Cité Administrative Coligny, bâtiment E, Orléans"
        assert event(client, to_building_e)["location"] == place
        pavillon = "Pavillon Citoyenneté, 3 bis avenue des Droits de l'Homme, Orléans"
        assert event(client, to_pavillon)["location"] == pavillon
        description = event(client, to_pavillon)["description"]
        assert (
            f"Ancien lieu annoncé (personne ne dit que l'équipe y a été) : {place}." in description
        )
        assert "Départ :" not in description

    @pytest.mark.parametrize(
        ("day", "title"),
        [
            ("2024-01-09", "Prévu"),
            ("2024-10-23", "Date dépassée, à confirmer"),
            ("2024-10-24", "Un déménagement plus récent est fait"),
        ],
    )
    def test_what_was_planned_is_not_told_as_planned_once_it_is_past(
        self, client, moves, today, day, title
    ):
        today(day)
        assert event(client, moves[0])["summary"].startswith(f"{title} : ")

    def test_of_a_vague_period(self, client, today):
        move = RelocationFactory(period=Period.parse("2023"))
        assert event(client, move)["summary"].startswith("Date dépassée, à confirmer (2023) : ")


class TestVagueDays:
    @pytest.mark.parametrize(
        ("period", "first", "after"),
        [
            ("2024", date(2024, 1, 1), date(2025, 1, 1)),
            ("mars 2024", date(2024, 3, 1), date(2024, 4, 1)),
            ("2e semestre 2024", date(2024, 7, 1), date(2025, 1, 1)),
            ("été 2024", date(2024, 6, 21), date(2024, 9, 23)),
            ("4 ou 5 mars 2024", date(2024, 3, 4), date(2024, 3, 6)),
        ],
    )
    def test_never_a_false_day_but_the_whole_period_titled_as_such(
        self, client, period, first, after
    ):
        move = RelocationFactory(period=Period.parse(period))
        vevent = event(client, move)
        assert (vevent["dtstart"].dt, vevent["dtend"].dt) == (first, after)
        assert vevent["summary"] == f"Jour à préciser ({period}) : {move.team.title} déménage"
        assert (vevent["transp"], vevent["status"]) == ("TRANSPARENT", "TENTATIVE")
        assert "Le jour n'est pas connu" in vevent["description"]

    def test_an_inferred_year_is_written(self, client):
        period = Period.parse("mi-mars", source_date=date(2024, 1, 1))
        move = RelocationFactory(period=period)
        assert event(client, move)["summary"].startswith("Jour à préciser (mi-mars 2024) : ")

    @pytest.mark.parametrize("period", ["au plus tard mars 2024", "à partir de mars 2024"])
    def test_a_period_without_an_end_has_no_event(self, client, period):
        assert event(client, RelocationFactory(period=Period.parse(period))) is None

    def test_a_move_without_date_has_no_event_and_the_calendar_says_so(self, client):
        move = RelocationFactory(status="under_study", period=Period.unknown("à terme"))
        assert event(client, move) is None
        description = calendar(client)["description"]
        assert "« à terme »" in description
        assert "ne sont pas dans cet agenda" in description
        assert f"{SITE}/demenagements/" in description


class TestChanges:
    def test_a_new_date_keeps_the_event_and_increments_its_sequence(self, client, move, user):
        before = event(client, move)
        ask(move, user, "confirmed", period="18 et 19 mars 2024", reason="travaux")
        after = event(client, move)
        assert after["uid"] == before["uid"] == f"demenagement-{move.pk}@solidarites.test"
        assert (before["sequence"], after["sequence"]) == (0, 1)
        assert after["dtstart"].dt == date(2024, 3, 18)
        for name in ("dtstamp", "last-modified"):
            assert after[name].dt >= before[name].dt
            assert after[name].to_ical().endswith(b"Z")
            assert datetime.now(UTC) - after[name].dt < timedelta(minutes=1)

    def test_its_uid_outlives_the_protocol_and_the_port(self, client, move, settings):
        before = events(client)[0]["uid"]
        settings.SITE_URL = "http://solidarites.test:8000"
        assert events(client)[0]["uid"] == before

    def test_a_cancelled_move_is_announced(self, client, move, user):
        ask(move, user, "cancelled", reason="bail refusé")
        vevent = event(client, move)
        assert (vevent["status"], vevent["sequence"]) == ("CANCELLED", 1)
        assert vevent["summary"] == "Annulé : Équipe Olivétaine déménage"
        assert vevent["dtstart"].dt == date(2024, 3, 16)

    def test_a_cancelled_vague_move_has_no_exact_day_either(self, client, user):
        move = RelocationFactory(team__name="Olivétaine")
        ask(move, user, "cancelled", reason="bail refusé")
        assert event(client, move)["summary"] == "Annulé (2024) : Équipe Olivétaine déménage"
        assert event(client, move)["dtend"].dt == date(2025, 1, 1)

    @pytest.mark.parametrize("period", ["2024", "au plus tard mars 2024", "16 et 17 janvier 2024"])
    def test_a_done_move_has_its_actual_day(self, client, user, period):
        move = RelocationFactory(period=Period.parse(period))
        ask(move, user, "done", actual_date=date(2024, 1, 19))
        vevent = event(client, move)
        assert (vevent["dtstart"].dt, vevent["dtend"].dt) == (date(2024, 1, 19), date(2024, 1, 20))
        assert vevent["status"] == "CONFIRMED"
        assert vevent["summary"].startswith("Fait : ")
        assert "Quand : vendredi 19 janvier 2024." in vevent["description"]

    def test_nothing_of_who_why_or_from_where(self, client, move, user):
        ask(move, user, "cancelled", reason="Mme Durand est malade", evidence="appel de M. Petit")
        for address in (CALENDAR, FEED, f"/equipes/{move.team.slug}/calendrier.ics"):
            html = client.get(address).content.decode()
            for secret in ("Durand", "Petit", "Martin", user.email):
                assert secret not in html


class TestTheCalendarItself:
    def test_what_readers_need(self, client, move):
        read = calendar(client)
        assert read["version"] == "2.0"
        assert read["prodid"].startswith("-//Portail des solidarites//")
        assert read["method"] == "PUBLISH"
        assert read["x-wr-calname"] == read["name"] == "Déménagements des équipes sociales"
        assert read["refresh-interval"].dt == timedelta(hours=1)
        assert read["refresh-interval"].params["VALUE"] == "DURATION"
        assert read["url"] == f"{SITE}/demenagements/"
        download = client.get(CALENDAR)["Content-Disposition"]
        assert download == 'attachment; filename="demenagements.ics"'

    def test_lines_are_folded_at_75_octets_and_read_back_whole(self, client, move):
        move.destination.address = "Bâtiment « Été » ; 3ᵉ étage, à côté de l'hôtel\\garage " * 4
        move.destination.save()
        content = client.get(CALENDAR).content
        assert content.endswith(b"\r\n")
        assert all(len(line) <= 75 for line in content.split(b"\r\n"))
        assert b"\n" not in content.replace(b"\r\n", b"")
        assert event(client, move)["location"] == move.destination.address

    def test_control_characters_are_removed(self, client, move):
        move.destination.address = "8 rue\x0b René\x1b Bethelot"
        move.destination.save()
        assert event(client, move)["location"] == "8 rue René Bethelot"
        assert "8 rue René Bethelot" in entries(client, move)[0].summary

    def test_an_empty_calendar_is_valid(self, client):
        team = TeamFactory()
        read = calendar(client, f"/equipes/{team.slug}/calendrier.ics")
        assert [item.name for item in read.subcomponents] == ["VTIMEZONE"]

    def test_filtered_by_team(self, client, move):
        RelocationFactory()
        read = calendar(client, f"/equipes/{move.team.slug}/calendrier.ics")
        assert read["x-wr-calname"] == "Déménagements : Équipe Olivétaine"
        assert read["url"] == f"{SITE}{move.team.get_absolute_url()}"
        (vevent,) = read.walk("VEVENT")
        assert vevent["uid"] == f"demenagement-{move.pk}@solidarites.test"

    def test_of_an_unknown_team(self, client, db):
        assert client.get("/equipes/nulle-part/calendrier.ics").status_code == 404


class TestNews:
    def test_each_change_is_an_entry_newest_first(self, client, move, user):
        ask(move, user, "planned", period="avril 2024", reason="travaux")
        ask(move, user, "cancelled", reason="bail refusé")
        titles = [entry.title for entry in entries(client, move)]
        assert titles == [
            "Équipe Olivétaine – Le déménagement est annulé.",
            "Équipe Olivétaine – Nouvelle date : avril 2024 (avant : samedi 16 et dimanche 17 mars 2024).",
            "Équipe Olivétaine – Le déménagement est prévu.",
        ]

    def test_an_entry_keeps_its_id_and_its_date(self, client, move, user):
        ask(move, user, "planned", period="avril 2024", reason="travaux")
        before = {entry.id: entry.updated for entry in entries(client, move)}
        ask(move, user, "cancelled", reason="bail refusé")
        after = {entry.id: entry.updated for entry in entries(client, move)}
        assert before.items() <= after.items()
        start = f"tag:solidarites.test,2023:demenagement/{move.pk}"
        assert set(after) == {f"{start}/1", f"{start}/2", f"{start}/3"}

    def test_a_loaded_move_has_one_entry_dated_by_its_source(self, client, move):
        (entry,) = entries(client, move)
        assert entry.updated == entry.published == "2023-11-24T00:00:00+01:00"
        assert entry.link == f"{SITE}/demenagements/{move.pk}/"
        assert "Date : samedi 16 et dimanche 17 mars 2024." in entry.summary
        assert "Source : Communiqué, Département, 24 novembre 2023." in entry.summary
        assert [tag.term for tag in entry.tags] == ["prévu"]

    def test_a_reloaded_move_has_one_entry_with_its_new_values(self, client, move, user):
        move.period = Period.parse("18 mars 2024")
        move.source = SourceFactory(period=Period.parse("15 décembre 2023"))
        move.save()
        for expected in (1, 2):  # Then again, after an edit by a person.
            atom_entries = entries(client, move)
            assert len(atom_entries) == expected
            assert "Date : lundi 18 mars 2024." in atom_entries[-1].summary
            assert atom_entries[-1].updated.startswith("2023-12-15")
            ask(move, user, "confirmed")

    def test_loaded_before_there_was_a_history(self, client, move, user):
        move.history.all().delete()
        (entry,) = entries(client, move)
        assert entry.updated.startswith("2023-11-24")
        assert event(client, move)["last-modified"].dt == datetime(2023, 11, 23, 23, tzinfo=UTC)
        ask(move, user, "confirmed")
        (entry,) = entries(client, move)
        assert entry.id.endswith("/2")

    def test_without_a_source_the_day_of_the_load(self, client):
        move = RelocationFactory(source=None)
        (entry,) = entries(client, move)
        assert entry.updated_parsed[:3] == datetime.now(UTC).timetuple()[:3]
        assert "Source" not in entry.summary + event(client, move)["description"]

    def test_announced_by_an_agent_it_has_the_moment_and_no_source(self, client, loiret):
        team = TeamFactory()
        move = Relocation(
            team=team,
            status="planned",
            period=Period.parse("mars 2024"),
            destination=SiteFactory(),
            source=SourceFactory(),
        )
        announce(move=move, by=agent("ads-orleans-metropole"))
        (entry,) = entries(client, move)
        assert entry.updated_parsed[:3] == datetime.now(UTC).timetuple()[:3]
        assert "Source : l'agence." in entry.summary
        assert "Communiqué" not in entry.summary

    def test_markup_in_a_place_is_only_text(self, client, move):
        move.destination.address = "<b>8</b> rue & Cie"
        move.destination.save()
        content = client.get(FEED, {"team": move.team.slug}).content.decode()
        assert (
            "&lt;p&gt;Arrivée : &amp;lt;b&amp;gt;8&amp;lt;/b&amp;gt; rue &amp;amp; Cie." in content
        )

    def test_the_feed_itself(self, client, move):
        read = feed(client, team=move.team.slug)
        assert read.feed.title == "Déménagements des équipes sociales – Olivétaine"
        assert read.feed.language == "fr"
        assert read.feed.author
        assert read.feed.updated == read.entries[0].updated
        links = {link.rel: link.href for link in read.feed.links}
        assert links == {
            "alternate": f"{SITE}/demenagements/?team={move.team.slug}",
            "self": f"{SITE}/demenagements/flux.atom?team={move.team.slug}",
        }
        assert read.feed.id == links["self"]

    def test_an_empty_feed_is_valid_and_stable(self, client):
        team = TeamFactory()
        assert feed(client, team=team.slug).entries == []
        first, again = (client.get(FEED, {"team": team.slug}) for _ in range(2))
        assert first.content == again.content

    def test_the_hundred_newest_and_no_more(self, client, move, user):
        for _ in range(102):
            ask(move, user, "planned")
        atom_entries = entries(client, move)
        assert len(atom_entries) == 100
        assert atom_entries[0].id.endswith(f"/{move.version}")
        assert atom_entries[-1].id.endswith(f"/{move.version - 99}")


class TestLoiret:
    @pytest.mark.parametrize(
        ("day", "exact", "vague"),
        [
            ("2023-11-24", "Prévu", "Jour à préciser (2024)"),
            ("2026-11-29", "Date dépassée, à confirmer", "Date dépassée, à confirmer (2024)"),
        ],
    )
    def test_every_move_has_an_event_and_an_entry(self, client, loiret, today, day, exact, vague):
        today(day)
        vevents = events(client, department="45")
        assert len(vevents) == 11
        titles = {item["summary"]: item for item in vevents}
        days = titles[f"{exact} : Équipe Olivétaine déménage"]
        assert (days["dtstart"].dt, days["dtend"].dt) == (date(2023, 11, 28), date(2023, 11, 30))
        when = "Quand : mardi 28 et mercredi 29 novembre 2023, annoncé « 28 et 29 novembre »."
        assert when in days["description"]
        assert len([title for title in titles if title.startswith(f"{vague} : ")]) == 4
        steoruellans = titles[f"{vague} : Équipe Steoruellans déménage"]
        assert "lieu à l'étude" in steoruellans["description"]
        feed_entries = feed(client, department="45").entries
        assert len(feed_entries) == 11
        assert {entry.updated for entry in feed_entries} == {
            "2023-11-24T00:00:00+01:00",
            "2024-10-24T00:00:00+02:00",  # the day when it was done: its source has no date
        }

    def test_a_team_that_moves_twice(self, client, loiret):
        slug = "equipe-daccueil-inconditionnel-orleans-metropole"
        vevents = events(client, f"/equipes/{slug}/calendrier.ics")
        assert [vevent["dtstart"].dt for vevent in vevents] == [
            date(2024, 1, 8),
            date(2024, 10, 24),
        ]
        assert len(feed(client, team=slug).entries) == 2


class TestFilters:
    @pytest.mark.parametrize(
        ("query", "event_count", "entry_count"),
        [
            ({"agency": "ads-nord-loiret"}, 0, 0),
            ({"agency": "ads-orleans-metropole"}, 11, 11),
            ({"team": "olivetaine"}, 1, 1),
            ({"status": "under_study"}, 0, 0),
            ({"status": "done"}, 1, 1),
            ({"period": "novembre 2023"}, 1, 1),
            ({"period": "2024", "status": "planned"}, 6, 6),
            ({"status": ""}, 11, 11),
        ],
    )
    def test_those_of_the_schedule(self, client, loiret, query, event_count, entry_count):
        assert len(events(client, department="45", **query)) == event_count
        assert len(feed(client, department="45", **query).entries) == entry_count

    def test_they_are_in_the_name(self, client, loiret):
        query = {"department": "45", "status": "planned", "period": "2024"}
        name = "Déménagements des équipes sociales – Loiret (45) – prévu – 2024"
        assert calendar(client, **query)["x-wr-calname"] == name
        assert feed(client, **query).feed.title == name

    @pytest.mark.parametrize(
        "query", ["department=99", "agency=zz", "team=zz", "status=zz", "period=31 février 2024"]
    )
    @pytest.mark.parametrize("address", [CALENDAR, FEED, "/equipes/olivetaine/calendrier.ics"])
    def test_a_malformed_filter_is_a_400_that_names_it(self, client, loiret, address, query):
        answer = client.get(f"{address}?{query}")
        assert answer.status_code == 400
        assert f"« {query} »" in answer.content.decode()


@pytest.mark.parametrize("address", [CALENDAR, FEED, "/equipes/olivetaine/calendrier.ics"])
class TestBeingAskedAgain:
    def test_what_did_not_change_is_not_sent_twice(self, client, loiret, address):
        first = client.get(address)
        assert first["Cache-Control"] == "public, max-age=300"
        again = client.get(address, headers={"if-none-match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        move = Relocation.objects.get(key="45-2023-olivetaine")
        ask(move, agent("ads-orleans-metropole"), "cancelled", reason="bail refusé")
        again = client.get(address, headers={"if-none-match": first["ETag"]})
        assert again.status_code == 200

    def test_not_another_day_either_while_no_period_ends(self, client, loiret, today, address):
        first = client.get(address)
        today("2024-10-20")
        assert client.get(address).content == first.content

    def test_only_to_read(self, client, loiret, address):
        assert client.post(address).status_code == 405


@pytest.mark.parametrize("address", [CALENDAR, FEED])
def test_queries_do_not_grow(client, user, queries, address):
    def some(count):
        for _ in range(count):
            RelocationFactory()
            ask(RelocationFactory(), user, "planned")
            RelocationFactory().history.all().delete()

    some(1)
    client.get(address)  # Fill the caches of the process first.
    some(1)
    with queries() as few:
        client.get(address)
    some(5)
    with queries() as many:
        assert client.get(address).status_code == 200
    assert len(many) == len(few) <= 8


def test_the_pages_lead_to_them(client, loiret):
    pages = {
        "/demenagements/": (CALENDAR, FEED),
        "/demenagements/?team=olivetaine&status=planned": (
            f"{CALENDAR}?status=planned&amp;team=olivetaine",
            f"{FEED}?status=planned&amp;team=olivetaine",
        ),
        "/equipes/olivetaine/": ("/equipes/olivetaine/calendrier.ics", f"{FEED}?team=olivetaine"),
        Relocation.objects.get(key="45-2023-olivetaine").get_absolute_url(): (
            "/equipes/olivetaine/calendrier.ics",
            f"{FEED}?team=olivetaine",
        ),
    }
    for page, links in pages.items():
        html = client.get(page).content.decode()
        for link in links:
            assert html.count(f'href="{link}"') == 2, (page, link)  # In the head, then in the text.

"""Who says each datum: the document that printed it, a later publication, or an agent."""

from datetime import date, time

import pytest

from accueil.models import PhoneLine, ReceptionPoint, SpecialHours, Stop
from portal.core.http.serializers import SourcedSerializer
from portal.core.models import Source
from portal.core.periods.period import Period
from portal.core.provenance import Provenance, describe_provenance, latest
from relocations.models import Relocation
from teams.models import Site, Team

DAY = date(2026, 11, 29)
DOCUMENT = "Document d’origine : Communiqué, Département, 24 novembre 2023."


@pytest.fixture(autouse=True)
def the_day(settings):
    settings.PORTAL_TODAY = DAY


def source(kind="printed", title="Communiqué", day="24 novembre 2023") -> Source:
    row = Source(pk=1, key="x", title=title, publisher="Département", kind=kind)
    row.period = Period.parse(day)
    return row


def stated(printed=None, on="2026-11-29"):
    return {"on": on, "printed": printed}


def published(printed=None, on="2026-03-07"):
    origin = {"title": "Nouveaux horaires", "publisher": "Le Petit Vendômois", "url": ""}
    return {"on": on, "printed": printed, "source": origin}


class TestRow:
    def test_of_an_unchanged_row_the_source_says_all(self):
        site = Site(address="8 rue Bethelot", as_printed="8 rue René Bethelot", source=source())
        assert site.provenance == Provenance("printed", "8 rue René Bethelot", date(2023, 11, 24))
        assert site.provenance_by_field == {}

    def test_a_later_publication(self):
        assert Site(source=source("published")).provenance.kind == "published"

    def test_a_source_dated_to_the_month_has_no_day(self):
        assert Site(source=source(day="juin 2023")).provenance.on is None

    def test_a_row_that_an_agent_typed(self):
        site = Site(address="1 rue Neuve", checked_on=date(2026, 11, 29))
        assert site.provenance == Provenance("said", None, date(2026, 11, 29))

    def test_each_field_has_its_own(self):
        point = ReceptionPoint(
            source=source(day="octobre 2020"),
            as_printed="Beaugency (59 av. de Vendôme)",
            name="France services",
            phone="02 38 00 00 00",
            hours="Mo 09:00-12:00",
            field_origins={"hours": stated("le lundi"), "phone": published()},
        )
        fields = point.provenance_by_field
        assert fields["hours"] == Provenance("said", "le lundi", date(2026, 11, 29))
        assert fields["phone"] == Provenance("published", None, date(2026, 3, 7))
        assert fields["name"].kind == "printed"
        assert "email" not in fields, "an empty field says nothing"
        last = point.provenance
        assert (last.kind, last.on) == ("said", date(2026, 11, 29))
        assert last.printed == "Beaugency (59 av. de Vendôme)", "it stays"

    def test_the_last_word_leads(self):
        site = Site(source=source(), field_origins={"address": published("rue Vieille")})
        assert site.provenance == Provenance("published", "rue Vieille", date(2026, 3, 7))
        site.checked_on = date(2026, 11, 2)
        assert site.provenance.kind == "said"
        site.checked_on = date(2026, 1, 2)
        assert site.provenance.kind == "published"

    def test_of_one_day_the_person_who_checked_leads(self):
        words = [Provenance("published", None, DAY), Provenance("said", None, DAY)]
        assert latest(words).kind == "said"


class TestSourceInTheApi:
    """Its title is that of the last word, whoever had it."""

    @pytest.mark.parametrize(
        ("origin", "checked_on", "title"),
        [
            (None, None, "Communiqué"),
            (stated(on="2023-11-24"), None, "Communiqué"),  # the document is of 3 September 2026
            (published(on="2023-11-24"), None, "Communiqué"),
            (stated(), None, "le Département"),
            (published(on="2026-11-02"), None, "Nouveaux horaires"),
            (published(on="2026-11-02"), date(2026, 11, 3), "le Département"),
            (None, date(2026, 1, 2), "Communiqué"),
        ],
    )
    @pytest.mark.parametrize("kind", ["printed", "published"])
    def test_title(self, kind, origin, checked_on, title):
        origins = {"phone": origin} if origin else None
        row = source(kind, day="3 septembre 2026")
        line = PhoneLine(source=row, field_origins=origins, checked_on=checked_on)
        assert SourcedSerializer().get_source(line) == title


class TestPrintedValue:
    """What was printed is words, a day or another row; never the way a value is stored."""

    @pytest.mark.parametrize(
        ("row", "name", "printed"),
        [
            (Site(address="8 rue Bethelot"), "address", "8 rue Bethelot"),
            (Site(latitude=47.9), "latitude", ""),
            (Site(moved_on=date(2026, 9, 1)), "moved_on", "1er septembre 2026"),
            (Site(moved_to=Site(address="1 rue Neuve", city="Blois")), "moved_to", "1 rue Neuve"),
            (Stop(starts_at=time(9, 30)), "starts_at", ""),
            (Stop(cycle=2), "cycle", ""),
            (Stop(month_positions="1 3"), "month_positions", ""),
            (SpecialHours(weekdays="Mo-Fr"), "weekdays", ""),
            (SpecialHours(spans="09:00-12:00"), "spans", ""),
            (SpecialHours(whole_department=True), "whole_department", ""),
            (ReceptionPoint(kind="ccas"), "kind", ""),
            (ReceptionPoint(wheelchair="yes"), "wheelchair", ""),
        ],
    )
    def test_of_each_kind_of_field(self, row, name, printed):
        assert row.printed_value(name).startswith(printed)
        assert bool(row.printed_value(name)) == bool(printed)


class TestSentences:
    def test_of_a_source(self):
        assert describe_provenance(Team(source=source())) == [
            "Source : Communiqué, Département, 24 novembre 2023."
        ]

    def test_of_nothing(self):
        assert describe_provenance(Team()) == ["Source non indiquée."]

    def test_a_change_is_the_agency_s_and_the_printed_text_stays(self):
        move = Relocation(source=source(), field_origins={"period": stated("28 et 29 novembre")})
        assert describe_provenance(move) == [
            "Changé par l’agence, le 29 novembre 2026 : date.",
            "Était imprimé : « 28 et 29 novembre ».",
            DOCUMENT,
        ]

    def test_a_line_is_the_departement_s(self):
        line = PhoneLine(source=source(), field_origins={"hours": stated()})
        assert describe_provenance(line) == [
            "Changé par le Département, le 29 novembre 2026 : horaires.",
            DOCUMENT,
        ]

    def test_a_later_publication_is_named(self):
        origins = {"period": published("au plus tard début 2026")}
        assert describe_provenance(Relocation(source=source(), field_origins=origins))[:2] == [
            "Publié depuis, le 7 mars 2026 : date (Nouveaux horaires, Le Petit Vendômois).",
            "Était imprimé : « au plus tard début 2026 ».",
        ]

    def test_a_checked_row_cites_who_checked_it(self):
        assert describe_provenance(Team(source=source(), checked_on=date(2026, 11, 2))) == [
            "Vérifié le 2 novembre 2026.",
            "Source : l’agence.",
            DOCUMENT,
        ]

    def test_what_an_agent_typed_has_no_document(self):
        assert describe_provenance(Site(address="x", checked_on=date(2026, 11, 2))) == [
            "Vérifié le 2 novembre 2026.",
            "Source : l’agence.",
        ]


class TestRecordEdit:
    """On the real département: what a screen, the administration and the API call."""

    def test_only_what_changed(self, loiret):
        team = Team.objects.get(slug="olivetaine")
        team.phone = "02 38 00 00 00"
        team.record_edit()
        assert team.field_origins == {"phone": stated()}
        assert team.edited_at

    def test_the_printed_text_is_that_of_the_document_through_two_changes(self, loiret):
        site = Site.objects.get(key="45-bethelot")
        for address in ("9 rue René Bethelot", "10 rue René Bethelot"):
            site.address = address
            site.record_edit()
            site.save()
        assert site.field_origins == {"address": stated("8 rue René Bethelot, Orléans")}

    def test_a_date_and_a_place_are_one_field_each(self, loiret):
        move = Relocation.objects.get(key="45-2023-olivetaine")
        move.period = Period.parse("16 et 17 mars 2027")
        move.destination = Site.objects.get(key="45-coligny")
        move.record_edit()
        assert move.field_origins == {
            "period": stated("28 et 29 novembre"),
            "destination": stated("8 rue René Bethelot, Orléans"),
        }

    def test_hours_keep_their_printed_words(self, loiret):
        line = PhoneLine.objects.get(slug="accueil-social-du-loiret")
        line.hours, line.hours_text = "Mo 09:00-12:00", ""
        line.record_edit()
        printed = "du lundi au vendredi de 8h30 à 12h et de 13h30 à 17h"
        assert line.field_origins == {"hours": stated(printed)}

    def test_a_new_row_was_said_the_day_it_was_typed(self, loiret):
        site = Site(address="1 rue Neuve", department_id="45")
        site.record_edit()
        assert (site.checked_on, site.field_origins) == (DAY, None)

"""Queries of `/api/v1/lookup/` and `/api/v1/suggest/`."""

import pytest

from accueil.models import ReceptionPoint
from portal.core.caching import data_versions
from teams.models import Sector
from tests.accueil.questions import KINDS, SUGGEST, ask
from tests.factories import (
    RelocationFactory,
    TeamFactory,
)

pytestmark = pytest.mark.django_db


class TestQueries:
    """At most five queries, the data versions included, once the place names are cached."""

    def count(self, client, queries, q):
        data_versions.build_all()
        with queries() as captured:
            ask(client, q)
        return len(captured)

    @pytest.mark.parametrize("q", KINDS)
    def test_of_each_kind_of_answer(self, client, elsewhere, queries, q):
        assert self.count(client, queries, q) <= 5

    def test_of_many_teams_that_move(self, client, covers, queries):
        for at in range(20):
            RelocationFactory(team=covers("45252", "commune", f"Pithiviers {at}").team)
        assert self.count(client, queries, "Pithiviers") <= 5

    def test_of_many_teams_that_open(self, client, covers, queries):
        for at in range(3):
            team = TeamFactory(agency__department__code="45", site=None)
            covers("45252", "commune", f"Pithiviers {at}", team=team)
            RelocationFactory(team=team, kind="opening", origin=None)
        assert self.count(client, queries, "Pithiviers") <= 5

    def test_where_every_point_is_far(self, client, loiret, queries):
        ReceptionPoint.objects.exclude(site__city="Gien").delete()
        assert self.count(client, queries, "Olivet") <= 5

    def test_of_a_street_beside_a_chosen_sector(self, client, covers, queries):
        covers("45234", "street", "rue Royale")
        slug = Sector.objects.get(commune="45234", name="Carmes").slug
        data_versions.build_all()
        with queries() as captured:
            ask(client, commune="45234", sector=slug, street="rue Royale")
        assert len(captured) <= 5

    def test_of_a_question_repetition(self, client, loiret, queries):
        ask(client, "Olivet")
        with queries() as captured:
            ask(client, "Olivet")
        assert len(captured) == 1

    def test_of_what_completes(self, client, loiret, queries):
        client.get(SUGGEST, {"q": "o"})
        with queries() as captured:
            client.get(SUGGEST, {"q": "ol"})
        assert len(captured) == 1

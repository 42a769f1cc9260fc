"""`/api/v1/suggest/`: suggestions while a place is typed."""

import pytest

from tests.accueil.questions import SUGGEST, ask

pytestmark = pytest.mark.django_db


class TestSuggestions:
    def suggest(self, client, q):
        answer = client.get(SUGGEST, {"q": q})
        assert answer.status_code == 200
        return [(item["kind"], item["label"], item["commune"]) for item in answer.json()]

    @pytest.mark.parametrize(
        ("q", "first"),
        [
            ("ol", ("commune", "Olivet (45)", "45232")),
            ("OLI", ("commune", "Olivet (45)", "45232")),
            ("fleu", ("commune", "Fleury-les-Aubrais (45)", "45147")),
            ("st jean de b", ("commune", "Saint-Jean-de-Braye (45)", "45284")),
            ("pithiv", ("commune", "Pithiviers (45)", "45252")),
            ("la so", ("quarter", "La Source (Orléans)", "45234")),
            ("malesherb", ("commune", "Le Malesherbois (45)", "45191")),
            ("manchec", ("former_commune", "Manchecourt (Le Malesherbois)", "45191")),
            ("équipe oliv", ("team", "Équipe Olivétaine", "45232")),
            ("45160", ("commune", "Olivet (45)", "45232")),
            ("12 rue danton fl", ("commune", "Fleury-les-Aubrais (45)", "45147")),
        ],
    )
    def test_what_is_likeliest_comes_first(self, client, elsewhere, q, first):
        assert self.suggest(client, q)[0] == first

    @pytest.mark.parametrize("q", ["ol", "fleu", "la so", "manchec", "équipe oliv", "pithi", "s"])
    def test_what_is_suggested_is_then_understood(self, client, elsewhere, q):
        for _kind, label, commune in self.suggest(client, q):
            names = ask(client, label)
            assert names["outcome"] != "not_found"
            if commune and names["commune"]:
                assert names["commune"]["code"] == commune

    def test_the_keys_of_a_suggestion(self, client, loiret):
        for item in client.get(SUGGEST, {"q": "o"}).json():
            assert list(item) == ["kind", "label", "commune"]

    @pytest.mark.parametrize("q", ["", " ", "😀", "qqqqqqqq", "\0"])
    def test_nothing_to_suggest(self, client, loiret, q):
        assert self.suggest(client, q) == []

    def test_without_a_question(self, client, loiret):
        assert client.get(SUGGEST).json() == []

    def test_few_are_enough(self, client, loiret):
        assert len(self.suggest(client, "saint")) == 8

    def test_a_new_quarter_is_suggested_at_once(self, client, covers):
        assert self.suggest(client, "zoul") == []
        covers("45252", "quarter", "Zoulou")
        assert self.suggest(client, "zoul") == [("quarter", "Zoulou (Pithiviers)", "45252")]

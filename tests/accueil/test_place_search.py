"""Parsing of typed places over all the communes of France, with Loiret served."""

from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accueil.lookup.gazetteer_loader import france_from_rows
from accueil.place_search import France, Gazetteer, Kind, NameIndex, Place
from portal.core.text.normalisation import normalise
from portal.territory import reference

OLIVET, ORLEANS, FLEURY, BRAYE = "45232", "45234", "45147", "45284"
RUELLE, GIEN, MEUNG, PITHIVIERS = "45285", "45155", "45203", "45252"


@pytest.fixture(scope="module")
def data() -> reference.Reference:
    return reference.read_reference(reference.FOLDER)


@pytest.fixture(scope="module")
def loiret_names(data) -> dict[str, str]:
    return {row.code: row.name for row in data.communes.values() if row.department_id == "45"}


@pytest.fixture(scope="module")
def france(data) -> France:
    communes = data.communes.values()
    return france_from_rows(
        communes=[(row.code, row.name, row.department_id, row.population) for row in communes],
        former=[(row.code, row.name, row.commune_id) for row in data.former_communes],
        postal_codes=[(code, row.code) for row in communes for code in row.postal_codes],
        departments=[(row.code, row.name) for row in data.departments.values()],
    )


def quarter(name: str) -> Place:
    return Place(Kind.QUARTER, name, f"q-{name}", ORLEANS, "45", aliases=(f"Orléans {name}",))


def team(name: str, commune: str | None, *aliases: str) -> Place:
    return Place(Kind.TEAM, name, f"t-{name}", commune, "45", aliases=aliases)


LOCAL = [
    *map(quarter, ["La Source", "Bourgogne", "Argonne", "Madeleine", "Saint-Marceau"]),
    team("Équipe Olivétaine", OLIVET, "Olivétaine"),
    team("Équipe Fleuryssois", FLEURY, "Fleuryssois", "EP de Fleury-les-Aubrais"),
    team("Équipe Abraysiens", BRAYE, "Abraysiens", "EP de Saint Jean de Braye"),
    team("Équipe La Source Saint-Marceau", ORLEANS, "La Source Saint-Marceau"),
    team("EP de Courtenay", "45115"),
    team("EP Sologne", None),
    Place(Kind.AGENCY, "ADS Gien-Montargis", "ads-gien-montargis", None, "45"),
    Place(Kind.FORMER_AGENCY, "Maison du Département de Pithiviers", "3", PITHIVIERS, "45"),
]


@pytest.fixture(scope="module")
def places(france) -> Gazetteer:
    return Gazetteer(france, NameIndex(LOCAL, {"45"}))


def codes(choices) -> list[str | None]:
    return [place.commune for place in choices]


# Communes


@pytest.mark.parametrize(
    ("text", "commune"),
    [
        ("Olivet", OLIVET),
        ("OLIVET  ", OLIVET),
        ("Orléans", ORLEANS),
        ("fleury les aubrais", FLEURY),
        ("st jean de la ruelle", RUELLE),
        ("St-Jean-de-la-Ruelle", RUELLE),
        ("Meung s/ Loire", MEUNG),
        ("meung loire", MEUNG),
        ("ferte saint aubin", "45146"),
        ("L'Haÿ-les-Roses", "94038"),
        ("lhay les roses", "94038"),
        ("Villers-lès-Nancy", "54578"),
        ("Villers lez Nancy", "54578"),
        ("Y", "80829"),
        ("Pithiviers", PITHIVIERS),
        ("Marseille", "13055"),
    ],
)
def test_a_commune_by_its_name(places, text, commune):
    parsed = places.parse(text)
    assert (parsed.place.kind, parsed.commune) == (Kind.COMMUNE, commune)
    assert not parsed.is_ambiguous
    assert not parsed.corrected


@pytest.mark.parametrize(
    ("text", "commune"),
    [
        ("fleurylesaubrais", FLEURY),
        ("saintjeandelaruelle", RUELLE),
        ("stjeandelaruelle", RUELLE),
        ("st-jean-dela ruelle", RUELLE),
        ("Ol-ivet", OLIVET),
        ("germignydes pres", "45153"),
    ],
)
def test_glued_or_wrongly_hyphenated(places, text, commune):
    assert places.parse(text).commune == commune


@pytest.mark.parametrize(
    ("text", "commune"),
    [
        ("Olivett", OLIVET),
        ("olvet", OLIVET),
        ("oilvet", OLIVET),
        ("olibet", OLIVET),
        ("fleury les aubrays", FLEURY),
        ("sully suf loire", "45315"),
        ("germigney des pres", "45153"),
        ("Marseile", "13055"),
        ("chateauneuff sur loirre", "45082"),
    ],
)
def test_a_typo(places, text, commune):
    parsed = places.parse(text)
    assert parsed.commune == commune
    assert parsed.corrected


def test_a_homonym_served_goes_first_and_the_others_are_choices(places):
    parsed = places.parse("Olivet")
    assert codes(parsed.choices) == ["53169"]


@pytest.mark.parametrize("text", ["Fleury", "rue de Fleury", "j'habite à Fleury"])
def test_a_commune_served_that_starts_so_goes_before_homonyms_elsewhere(places, text):
    parsed = places.parse(text)
    assert parsed.is_ambiguous
    assert (parsed.place, parsed.commune) == (None, None)
    assert parsed.choices[0].commune == FLEURY
    assert {place.name for place in parsed.choices[1:]} == {"Fleury"}


def test_the_start_of_several_names_lets_choose_those_served_first(places):
    parsed = places.parse("saint jean")
    assert parsed.is_ambiguous
    assert codes(parsed.choices)[:3] == [BRAYE, RUELLE, "45286"]


@pytest.mark.parametrize(
    ("text", "commune"),
    [
        ("saint jean de la", RUELLE),
        ("saint jean de bray", BRAYE),  # Bray and Saint-Jean are communes too
        ("st j de braye", BRAYE),
        ("fleury les", FLEURY),
        ("aubrais", FLEURY),
    ],
)
def test_part_of_a_name_is_enough_for_a_single_served_commune(places, text, commune):
    assert places.parse(text).commune == commune


def test_the_most_populated_homonym_elsewhere_is_chosen(places):
    assert places.parse("Valence").commune == "26362"
    assert places.parse("Saint-Germain-sur-Ay").commune == "50481"
    assert places.parse("Les Ormes").is_ambiguous


@pytest.mark.parametrize(
    ("text", "former", "today"),
    [
        ("yevre le chatel", "Yèvre-le-Châtel", "45348"),
        ("Malesherbes", "Malesherbes", "45191"),
        ("Saint-Péravy-Épreux", "Saint-Péravy-Épreux", "45240"),
    ],
)
def test_a_former_commune_leads_to_todays(places, text, former, today):
    parsed = places.parse(text)
    assert (parsed.place.kind, parsed.place.name) == (Kind.FORMER_COMMUNE, former)
    assert parsed.commune == today
    assert parsed.place.note


@pytest.mark.parametrize(
    ("text", "city", "name"),
    [
        ("Paris 12e", "75056", "Paris 12e Arrondissement"),
        ("paris 12", "75056", "Paris 12e Arrondissement"),
        ("12e arrondissement de Paris", "75056", "Paris 12e Arrondissement"),
        ("Lyon 3", "69123", "Lyon 3e Arrondissement"),
        ("lyon 3ème", "69123", "Lyon 3e Arrondissement"),
        ("Marseille 8e", "13055", "Marseille 8e Arrondissement"),
        ("75012", "75056", "Paris"),
    ],
)
def test_arrondissements(places, text, city, name):
    parsed = places.parse(text)
    assert (parsed.commune, parsed.place.name) == (city, name)


# Codes and départements


def test_a_postal_code_of_several_communes_lets_choose(places):
    parsed = places.parse("45160")
    assert parsed.is_ambiguous
    assert codes(parsed.choices) == [OLIVET, "45282", "45006"]
    assert (parsed.postal_code, parsed.department) == ("45160", "45")


@pytest.mark.parametrize(
    "text",
    [
        *("45160 Olivet", "Olivet 45160", "olivet, 45 160", "45160olivet", "45160 olvet"),
        *("45160 oliv", "Olivet 45", "olivet (45)", "45 Olivet", "Olivet Loiret", "Loiret, Olivet"),
        *("Olivet dans le Loiret", "45164 Olivet cedex 2"),
    ],
)
def test_a_name_with_a_code(places, text):
    parsed = places.parse(text)
    assert (parsed.commune, parsed.is_ambiguous) == (OLIVET, False)


def test_a_code_chooses_among_homonyms(places):
    assert places.parse("Olivet 53").commune == "53169"
    assert places.parse("Saint-Denis 93").commune == "93066"
    assert places.parse("Saint-Denis La Réunion").commune == "97411"
    assert places.parse("45400 Fleury").commune == FLEURY
    assert places.parse("Fleury 45").commune == FLEURY
    assert places.parse("pont a vendin Pas-de-Calais").commune == "62666"


def test_the_name_of_a_river_is_not_a_departement(places):
    assert places.parse("Sully-sur-Loire").department == "45"
    assert places.parse("rue de la Marne, Olivet").commune == OLIVET


def test_a_name_that_contradicts_its_postal_code_lets_choose(places):
    parsed = places.parse("45000 Paris")
    assert parsed.is_ambiguous
    assert codes(parsed.choices) == [ORLEANS, "75056"]


@pytest.mark.parametrize("text", ["Loiret", "45", "j'habite dans le Loiret"])
def test_a_departement_alone_offers_its_communes(places, text):
    parsed = places.parse(text)
    assert (parsed.department, parsed.is_ambiguous) == ("45", True)
    assert parsed.choices[0].commune == ORLEANS


# Addresses


@pytest.mark.parametrize(
    ("text", "commune", "number", "street"),
    [
        ("12 rue Danton Fleury les Aubrais", FLEURY, "12", "rue danton"),
        ("12 bis, rue danton 45400 fleury-les-aubrais", FLEURY, "12 bis", "rue danton"),
        ("12bis rue Danton, Fleury-les-Aubrais", FLEURY, "12 bis", "rue danton"),
        ("43, rue Danton Fleury les Aubrais", FLEURY, "43", "rue danton"),
        ("3 av. de la République Olivet", OLIVET, "3", "av de la republique"),
        ("rue danton fleury les aubrais", FLEURY, "", "rue danton"),
        ("Olivet, 12 rue de la Gare", OLIVET, "12", "rue de la gare"),
        ("12 danton fleury les aubrais", FLEURY, "12", "danton"),
        ("rue du 8 mai 1945 Gien", GIEN, "", "rue du 8 mai 1945"),
        ("rue d'Orléans, Olivet", OLIVET, "", "rue d orleans"),
        ("53 rue de Paris, Olivet", OLIVET, "53", "rue de paris"),
        ("12 rue de Paris 45000 Orléans", ORLEANS, "12", "rue de paris"),
        ("12 rue de Bourgogne 45000 Orléans", ORLEANS, "12", "rue de bourgogne"),
        ("12 rue de Paris, fleuri les aubrais", FLEURY, "12", "rue de paris"),
        ("145 rue Saint-Martin, Desmonts", "45124", "145", "rue saint martin"),
        ("12 rue Danton j'habite à Olivet", OLIVET, "12", "rue danton"),
        ("3 rue du Bac mon mari est parti, Olivet", OLIVET, "3", "rue du bac"),
        ("rue Mon Repos, Olivet", OLIVET, "", "rue mon repos"),
        ("rue Notre-Dame-de-Recouvrance, Olivet", OLIVET, "", "rue notre dame de recouvrance"),
    ],
)
def test_an_address(places, text, commune, number, street):
    parsed = places.parse(text)
    assert (parsed.commune, parsed.number, parsed.street) == (commune, number, street)


def test_the_name_of_a_lone_street_is_only_a_guess(places):
    parsed = places.parse("20 rue Jean Moulin")
    assert parsed.commune is None
    assert (parsed.number, parsed.street) == ("20", "rue jean moulin")


def test_a_street_never_loses_the_commune(places, loiret_names):
    for name in loiret_names.values():
        alone, with_street = places.parse(name), places.parse(f"3 rue des Lilas {name}")
        assert with_street.commune == alone.commune, name
        assert with_street.street == "rue des lilas", name


# Quarters, teams, agencies


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("la source", "La Source"),
        ("orléans la source", "La Source"),
        ("la source orleans", "La Source"),
        ("45100 Orléans la Source", "La Source"),
        ("orleans la sourse", "La Source"),
        ("18 av. de la Bolière, Orléans La Source", "La Source"),
        ("orleans bourgogne", "Bourgogne"),
        ("quartier de l'Argonne", "Argonne"),
        ("Saint-Marceau", "Saint-Marceau"),
    ],
)
def test_a_quarter_implies_its_commune(places, text, name):
    parsed = places.parse(text)
    assert (parsed.place.kind, parsed.place.name) == (Kind.QUARTER, name)
    assert parsed.commune == ORLEANS


def test_another_commune_wins_over_a_quarter(places):
    assert places.parse("Madeleine Dupont, Gien").commune == GIEN
    assert places.parse("12 rue de la Source Olivet").commune == OLIVET


@pytest.mark.parametrize(
    ("text", "kind", "name", "commune"),
    [
        ("équipe olivétaine", Kind.TEAM, "Équipe Olivétaine", OLIVET),
        ("equipe olivetane", Kind.TEAM, "Équipe Olivétaine", OLIVET),
        ("equipe de fleury", Kind.TEAM, "Équipe Fleuryssois", FLEURY),
        ("EP de Courtenay", Kind.TEAM, "EP de Courtenay", "45115"),
        ("l'équipe de La Source", Kind.TEAM, "Équipe La Source Saint-Marceau", ORLEANS),
        ("EP Sologne à Olivet", Kind.TEAM, "EP Sologne", OLIVET),
        ("ADS Gien Montargis", Kind.AGENCY, "ADS Gien-Montargis", None),
        (
            "Maison du Département de Pithiviers",
            Kind.FORMER_AGENCY,
            "Maison du Département de Pithiviers",
            PITHIVIERS,
        ),
        (
            "MDD Pithiviers",
            Kind.FORMER_AGENCY,
            "Maison du Département de Pithiviers",
            PITHIVIERS,
        ),
    ],
)
def test_a_team_or_an_agency(places, text, kind, name, commune):
    parsed = places.parse(text)
    assert (parsed.place.kind, parsed.place.name) == (kind, name)
    assert parsed.commune == commune


def test_a_team_that_is_not_known_gives_the_commune_of_its_name(places):
    assert places.parse("équipe de Gien").commune == GIEN
    assert places.parse("MDD de Meung-sur-Loire").commune == MEUNG


def test_the_name_of_a_commune_is_not_that_of_a_team(places):
    assert places.parse("Fleury-les-Aubrais").place.kind == Kind.COMMUNE


# Sentences


@pytest.mark.parametrize(
    ("text", "commune"),
    [
        ("j'habite à Olivet", OLIVET),
        ("Bonjour, Olivet", OLIVET),
        ("je suis suivie à Gien", GIEN),
        ("bonjour je cherche l'assistante sociale de saint jean de braye svp", BRAYE),
        ("bonjour je cherche l'assistante sociale de saint jean de bray svp", BRAYE),
        ("mon rendez-vous est à Orléans", ORLEANS),
        ("j'ai déménagé à Meung sur Loire", MEUNG),
        ("je quitte Olivet pour m'installer à Blois", "41018"),
        ("j'habite près d'Orléans, à Saran", "45302"),
        ("je suis née à Marseille, je vis à Gien", GIEN),
        ("Dupont Jean, 12 allée des Roses 45700 Villemandeur", "45338"),
    ],
)
def test_a_sentence(places, text, commune):
    assert places.parse(text).commune == commune


@pytest.mark.parametrize(
    "text", ["bonne journée", "où est mon assistante sociale ?", "vous êtes dans quelle rue"]
)
def test_common_words_of_a_sentence_are_not_communes(places, text):
    parsed = places.parse(text)
    assert (parsed.place, parsed.choices) == (None, [])


@pytest.mark.parametrize(
    "text",
    [
        "le bus est en retard ce matin",
        "mon imprimante ne marche pas",
        "je me sens triste en ce moment",
        "je cherche un garage à louer",
        "vacances à la mer",
        "mon chien a mangé du chocolat",
        "acheter des violettes",
        "contrôle technique",
        "visite du château",
        "ma fille a eu son bac",
    ],
)
def test_a_sentence_is_never_a_misspelt_village(places, text):
    parsed = places.parse(text)
    assert (parsed.place, parsed.choices, parsed.closest) == (None, [], [])


@pytest.mark.parametrize(
    ("text", "commune"),
    [
        ("j'habite à Mer", "41136"),
        ("Mer", "41136"),
        ("12 rue Danton, Mer", "41136"),
        ("assistante sociale à Mer", "41136"),
        ("la mairie de Mer", "41136"),
    ],
)
def test_an_everyday_word_is_a_commune_where_it_is_said_as_a_place(places, text, commune):
    assert places.parse(text).commune == commune


def test_the_same_words_alone_are_communes(places):
    assert places.parse("Bonne").commune == "74040"
    assert places.parse("Rue").commune == "80688"


# Anything else


def test_an_unknown_name_gives_the_closest_names(places):
    parsed = places.parse("Xyzzy")
    assert (parsed.place, parsed.commune, parsed.choices) == (None, None, [])
    assert parsed.closest


@pytest.mark.parametrize(
    ("text", "first"), [("jargaud", "Jargeau"), ("jergau", "Jargeau"), ("trinouk", "Traînou")]
)
def test_the_closest_name_served_comes_first(places, text, first):
    assert places.parse(text).closest[0].name == first


@pytest.mark.parametrize("text", ["", "   ", "😀", "---", "<br>", "\x00", "؟"])
def test_an_empty_text_gives_no_place(places, text):
    parsed = places.parse(text)
    assert (parsed.place, parsed.choices, parsed.closest) == (None, [], [])
    assert places.suggest(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "<b>Olivet</b>",
        "😀 Olivet 😀",
        "Olivet'; DROP TABLE communes; --",
        "Olivet " + "bonjour " * 200,
    ],
)
def test_a_commune_among_noise(places, text):
    assert places.parse(text).commune == OLIVET


ALPHABET = st.text("abelno é-'’,.1245/<>;%", max_size=80)


@settings(max_examples=150, deadline=None)
@given(text=st.one_of(st.text(max_size=600), ALPHABET))
def test_anything_is_read_without_failing_and_within_limits(places, text):
    parsed = places.parse(text)
    assert len(parsed.closest) <= 5
    assert len(places.suggest(text)) <= 8
    assert parsed.is_ambiguous == (parsed.place is None and bool(parsed.choices))
    assert not (parsed.place and parsed.closest)
    if parsed.place and parsed.place.commune:
        assert parsed.commune == parsed.place.commune
    named = [place.commune for place in parsed.choices]
    assert len(set(named)) == len(named)
    assert parsed.commune is None or parsed.commune not in named


@pytest.mark.parametrize(
    "write",
    [
        str,
        str.upper,
        normalise,
        lambda name: name.replace("-", " "),
        lambda name: f"  {name.lower()} ",
    ],
)
def test_each_commune_of_loiret_however_it_is_written(places, loiret_names, write):
    found = {code: places.parse(write(name)).commune for code, name in loiret_names.items()}
    assert found == {code: code for code in loiret_names}


def test_a_new_departement_served_goes_first_at_once(france):
    both = Gazetteer(france, NameIndex([], {"45", "53"})).parse("Olivet")
    assert both.is_ambiguous
    mayenne = Gazetteer(france, NameIndex([], {"53"})).parse("Olivet")
    assert mayenne.commune == "53169"


# Suggestions


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("ol", "Olivet"),
        ("fleu", "Fleury-les-Aubrais"),
        ("saint j b", "Saint-Jean-de-Braye"),
        ("ferte", "La Ferté-Saint-Aubin"),
        ("aubr", "Fleury-les-Aubrais"),
        ("st j", "Saint-Jean-de-Braye"),
        ("4516", "Olivet"),
        ("45160 a", "Ardon"),
        ("12 rue danton fl", "Fleury-les-Aubrais"),
        ("olviet", "Olivet"),
        ("fleuri les", "Fleury-les-Aubrais"),
        ("la sou", "La Source"),
        ("orleans bou", "Bourgogne"),
        ("marseil", "Marseille"),
        ("mdd p", "Maison du Département de Pithiviers"),
    ],
)
def test_the_first_suggestion(places, text, first):
    assert places.suggest(text)[0].name == first


def test_suggestions_are_served_first_then_the_most_populated(places):
    communes = [place for place in places.suggest("sa", limit=60) if place.kind == Kind.COMMUNE]
    served = [place.department == "45" for place in communes]
    assert served == sorted(served, reverse=True)
    for group in (True, False):
        weights = [
            place.weight
            for place, is_served in zip(communes, served, strict=True)
            if is_served is group
        ]
        assert weights == sorted(weights, reverse=True)


def test_suggestions_include_quarters(places):
    kinds = {place.kind for place in places.suggest("sa")}
    assert Kind.QUARTER in kinds


def test_no_suggestion_twice(places):
    for text in islice(("la", "saint", "ol", "fleuri les", "45"), 5):
        keys = [(place.kind, place.key) for place in places.suggest(text, limit=50)]
        assert len(set(keys)) == len(keys)


# The small words around a name


@pytest.mark.parametrize(
    ("text", "commune"),
    [
        ("Cernon dans la Marne", "51106"),  # La Marne is a commune, in another département
        ("Gien dans le Loiret", GIEN),
        ("éclaron braucourt sainte livière, Haute-Marne", "52182"),
        ("saint léger, Seine-et-Marne", "77417"),
        ("je suis suivie à Vrigny", "45347"),  # not Avrigny
        ("a vrigny", "45347"),
        ("Sèvres bourg", "92072"),
        ("le bourg d'oisans", "38052"),
        ("Lyon 02", "69123"),  # an arrondissement, not the département 02
        ("PARIS 02", "75056"),
        ("St Florent 2B", "2B298"),
        ("bastia (2b)", "2B033"),
        ("2b rue Danton Fleury les Aubrais", FLEURY),
    ],
)
def test_small_words_are_not_taken_for_another_place(places, text, commune):
    assert places.parse(text).commune == commune


@pytest.mark.parametrize(
    ("text", "communes"),
    [
        ("Choux", ["45096", "39151"]),  # Les Choux, where the portal serves, before Choux
        ("bordes", ["45042", "64138"]),
        ("Sars", ["62777", "59555"]),  # Le Sars before Sars-Poteries
    ],
)
def test_a_name_without_its_article(places, text, communes):
    parsed = places.parse(text)
    assert parsed.is_ambiguous
    assert codes(parsed.choices)[:2] == communes


def test_a_name_without_its_article_where_it_is_served(places):
    assert places.parse("bussière").commune == "45060"


class TestByEar:
    @pytest.mark.parametrize(
        ("text", "name"),
        [
            ("huisseo sur mauve", "Huisseau-sur-Mauves"),
            ("bojansi", "Beaugency"),
            ("jargeo", "Jargeau"),
            ("montereo", "Montereau"),
            ("trenou", "Traînou"),
            ("chatoneuf sur loire", "Châteauneuf-sur-Loire"),
            ("vieyes maison sur joudri", "Vieilles-Maisons-sur-Joudry"),
            ("montiny 45", "Montigny"),
            ("chinon", "Chinon"),
        ],
    )
    def test_a_name_as_it_is_heard(self, places, text, name):
        parsed = places.parse(text)
        assert parsed.place is not None
        assert parsed.place.name == name

    def test_a_single_typo_is_closer_than_a_sound(self, places):
        assert places.parse("Olivez").place.name == "Olivet"

    def test_a_sentence_is_not_a_name(self, places):
        assert places.parse("je ne sais pas ou aller").place is None


class TestBeginnings:
    @pytest.mark.parametrize(
        ("text", "name"),
        [
            ("chateauneuf villev", "Châteauneuf-Villevieille"),
            ("vieilles m", "Vieilles-Maisons-sur-Joudry"),
            ("malesherboi", "Le Malesherbois"),
        ],
    )
    def test_the_first_letters_of_one_name(self, places, text, name):
        assert places.parse(text).place.name == name

    def test_an_exact_name_is_not_the_beginning_of_a_longer_one(self, places):
        assert places.parse("Gien").place.name == "Gien"

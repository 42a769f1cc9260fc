"""Questions asked to the lookup by several test files, and how they read its answers."""

LOOKUP, SUGGEST = "/api/v1/lookup/", "/api/v1/suggest/"
LINE = "02 38 25 45 45"

# The question, its outcome, INSEE code, teams and part of its message.
MUST_SHOW = [
    (
        "Olivet",
        "team",
        "45232",
        ["olivetaine"],
        "Pour Olivet, votre équipe est : Équipe Olivétaine",
    ),
    ("45160", "choose_commune", None, [], "Plusieurs communes ont ce code postal"),
    ("Orléans", "choose_sector", "45234", [], "À Orléans, plusieurs équipes se partagent la ville"),
    ("la source", "team", "45234", ["la-source-saint-marceau"], "Équipe La Source Saint-Marceau"),
    ("orleans bourgogne", "team", "45234", ["bourgogne-argonne"], "Équipe Bourgogne Argonne"),
    ("fleury les aubrais", "team", "45147", ["fleuryssois"], "Pour Fleury-les-Aubrais"),
    (
        "12 rue Danton Fleury les Aubrais",
        *("team", "45147", ["fleuryssois"], "votre équipe est : Équipe Fleuryssois"),
    ),
    (
        "12b rue Danton, Fleury-les-Aubrais",
        *("team", "45147", ["fleuryssois"], "votre équipe est : Équipe Fleuryssois"),
    ),
    ("st jean de la ruelle", "team", "45285", ["steoruellans"], "Pour Saint-Jean-de-la-Ruelle"),
    ("saint jean de bray", "team", "45284", ["abraysiens"], "Pour Saint-Jean-de-Braye"),
    ("Fleury", "choose_commune", None, [], "Plusieurs communes portent ce nom"),
    ("Manchecourt", "not_covered", "45191", [], "Manchecourt est une ancienne commune"),
    (
        "Maison du Département de Pithiviers",
        *("not_covered", "45252", []),
        "Maison du Département de Pithiviers n'existe plus ; c'est maintenant : Agence",
    ),
    ("équipe olivétaine", "team", "45232", ["olivetaine"], "Équipe Olivétaine"),
    (
        "Pithiviers",
        *("not_covered", "45252", []),
        f"quelle équipe suit Pithiviers : cette liste n'est pas publiée. Appelez le {LINE}",
    ),
    ("Marseille", "not_covered", "13055", [], "ou au Département des Bouches-du-Rhône."),
    ("Olivet 53", "not_covered", "53169", [], "qui suivent Olivet (Mayenne)"),
    ("j'habite à Olivet", "team", "45232", ["olivetaine"], "Équipe Olivétaine"),
    ("je suis suivie à Gien", "not_covered", "45155", [], "quelle équipe suit Gien"),
    ("Xyzzy", "not_found", None, [], "Nous n'avons pas trouvé cet endroit"),
    ("", "not_found", None, [], "Écrivez votre commune, votre code postal ou votre rue"),
    ("   ", "not_found", None, [], "Écrivez votre commune, votre code postal ou votre rue"),
]
# A question for each kind of answer.
KINDS = [
    *("Olivet", "Orléans", "la source", "45160", "Fleury", "Manchecourt", "Pithiviers"),
    *("Maison du Département de Pithiviers", "équipe olivétaine", "Marseille", "Xyzzy", ""),
]
ANYTHING = [
    "x" * 500,
    "Olivet " * 72,
    "é" * 5000,
    "rue " * 1250,
    "😀",
    "Olivet 👩‍👧",
    "' OR 1=1; DROP TABLE teams_team; --",
    "%' UNION SELECT * FROM accounts_user --",
    "<script>alert(1)</script>",
    "<<<<<<" * 100,
    "Olivet\0",
    "\0",
    "\u202eteviло",
    "\n\r\t",
    "%%%(name)s{0}",
    "12b rue Danton",
    "0 rue Danton, Fleury-les-Aubrais",
    "9999d rue Danton, Fleury-les-Aubrais",
    "12 ter A rue Danton, Fleury-les-Aubrais",
    "99999999999999999999 rue Danton, Fleury-les-Aubrais",
    "²³ rue Danton, Fleury-les-Aubrais",
    "١٢ rue Danton, Fleury-les-Aubrais",
    "45",
    "45000",
    "00000",
    "45234",
    "-",
    "rue",
    "ß",
    "ﷺ",
]


def ask(client, q=None, **parameters):
    """Return the JSON answer to a question, always a 200."""
    answer = client.get(LOOKUP, {**({} if q is None else {"q": q}), **parameters})
    assert answer.status_code == 200, answer.content
    return answer.json()


def teams(answer):
    return [team["slug"] for team in answer["teams"]]


def numbers(answer):
    return [line["number"] for line in answer["reception"]["phone_lines"]]

"""The rights table: who may do what at every address of the site and of the API.

A row for each address and method: a new address needs its GET, and its POST (or other write methods)
if it has one. Names in braces, as `{move}`, are rows created by `rows.py`. People who are not listed
are redirected to the sign-in page, or refused. After a change:
python -m tests.rights.page > docs/rights.md
"""

from dataclasses import dataclass, field
from typing import Any

PEOPLE = {
    "anonymous": "sans compte",
    "agent": "agent",
    "agent_elsewhere": "agent d'une autre agence",
    "pilot": "pilote",
    "reviewer": "relecteur",
    "manager": "gestionnaire",
    "manager_elsewhere": "gestionnaire d'un autre département",
    "administrator": "administrateur",
}
People = frozenset[str]

EVERYBODY = frozenset(PEOPLE)
NOBODY: People = frozenset()
ANONYMOUS = frozenset({"anonymous"})
SIGNED_IN = EVERYBODY - ANONYMOUS
ADMINISTRATOR = frozenset({"administrator"})
MANAGERS = ADMINISTRATOR | {"manager"}  # of the row's département
EDITORS = MANAGERS | {"agent"}  # of the row's agency
DEPARTMENT_STAFF = EDITORS | {"agent_elsewhere"}  # in the row's département
ANY_MANAGER = MANAGERS | {"manager_elsewhere"}
STAFF = DEPARTMENT_STAFF | {"manager_elsewhere"}  # may open the administration
WITH_CODE = ANY_MANAGER | {"agent"}  # with a one-time code
CAMPAIGN_READERS = MANAGERS | {"reviewer"}  # of a campaign of their département
REVIEWERS = ADMINISTRATOR | {"reviewer"}


@dataclass(frozen=True)
class Rule:
    """Who may send `method` to `address`. `data` is sent when a valid request is needed to distinguish an
    allowed response from a refusal: form fields, or a JSON object.
    """

    method: str
    address: str
    allowed: People
    data: dict[str, Any] = field(default_factory=dict, hash=False)

    def __str__(self) -> str:
        return f"{self.method} {self.address}"


def redirects_to_sign_in(address: str) -> bool:
    """Whether anonymous users are redirected to the sign-in page: API clients get an error."""
    return not address.startswith(("/api/", "/sante/"))


def read_only(allowed: People, *addresses: str) -> list[Rule]:
    """Return rules for addresses without write methods."""
    return [Rule("GET", address, allowed) for address in addresses]


def form(
    allowed: People, address: str, senders: People | None = None, data: dict[str, Any] | None = None
) -> list[Rule]:
    """Return the rules of a page with a form; `senders` may post it, by default those who may see it."""
    return [
        Rule("GET", address, allowed),
        Rule("POST", address, allowed if senders is None else senders, data or {}),
    ]


def administration(
    model: str,
    row: str,
    *,
    changes: People,
    lists: People = STAFF,
    sees: People | None = None,
    adds: People = NOBODY,
    deletes: People = ADMINISTRATOR,
) -> list[Rule]:
    """Return the rules of the administration pages of a model ("teams/team") and of its row `row`."""
    sees = changes if sees is None else sees
    at = f"/admin/{model}/"
    return [
        *form(lists, at),
        *form(adds, f"{at}add/"),
        *form(sees, f"{at}{row}/change/", senders=changes),
        *form(deletes, f"{at}{row}/delete/"),
        Rule("GET", f"{at}{row}/history/", sees),
        Rule("GET", f"{at}{row}/", STAFF),
    ]


SHEET = "/schemas/loiret-2022-2026/fiches/1.1.1/"
CAMPAIGN = "/schemas/loiret-2022-2026/campagnes/2023-06/"
CAMPAIGNS = "/espace/schemas/loiret-2022-2026/campagnes/"
HOSTED, FROZEN = f"{CAMPAIGNS}{{hosted}}/", f"{CAMPAIGNS}{{frozen}}/"

RULES: list[Rule] = [
    # accueil
    *read_only(EVERYBODY, "/", "/trouver/", "/communes/45232/", "/communes/45232/rendez-vous.ics"),
    *read_only(EVERYBODY, "/besoins/", "/besoins/violences/"),
    *read_only(EVERYBODY, "/accueil/", "/accueil/fond/45.svg"),
    *read_only(EVERYBODY, "/accueil/france-services-de-montargis/"),
    *read_only(EVERYBODY, "/accueil/bus-france-services-dorleans/calendrier.ics"),
    *read_only(
        EVERYBODY, "/accueil/bus-france-services-dorleans/arrets/{orleans_stop}/calendrier.ics"
    ),
    *form(EVERYBODY, "/signaler/"),
    *read_only(EVERYBODY, "/signaler/merci/"),
    Rule("POST", "/espace/signalements/{report}/traite/", EDITORS),
    *read_only(EVERYBODY, "/chiffres/", "/chiffres/chiffres.csv"),
    *form(STAFF, "/espace/activite/"),
    *read_only(MANAGERS, "/espace/activite/suivi/?department=45"),
    *read_only(MANAGERS, "/espace/activite/suivi/activite.csv?department=45"),
    *read_only(MANAGERS, "/espace/activite/suivi/informations-preoccupantes.csv?department=45"),
    *read_only(STAFF, "/espace/accueil/", "/espace/accueil/fermetures/"),
    *form(STAFF, "/espace/accueil/points/nouveau/"),
    *form(EDITORS, "/espace/accueil/points/{point}/"),
    Rule("POST", "/espace/accueil/points/{point}/toujours-vrai/", EDITORS),
    *read_only(EDITORS, "/espace/accueil/points/{bus}/arrets/"),
    *form(EDITORS, "/espace/accueil/points/{bus}/arrets/nouveau/"),
    *form(EDITORS, "/espace/accueil/arrets/{stop}/"),
    *form(EDITORS, "/espace/accueil/arrets/{stop}/passages/2026-11-24/"),
    Rule("POST", "/espace/accueil/arrets/{stop}/passages/2026-11-24/retablir/", EDITORS),
    *form(STAFF, "/espace/accueil/lignes/nouvelle/"),
    *form(DEPARTMENT_STAFF, "/espace/accueil/lignes/{line}/"),
    Rule("POST", "/espace/accueil/lignes/{line}/toujours-vrai/", DEPARTMENT_STAFF),
    *form(STAFF, "/espace/accueil/fermetures/nouvelle/"),
    *form(EDITORS, "/espace/accueil/fermetures/{special}/"),
    Rule("POST", "/espace/accueil/fermetures/{special}/retirer/", EDITORS),
    *read_only(EVERYBODY, "/communes/45232/qr.svg", "/accueil/france-services-de-montargis/qr.svg"),
    *read_only(EVERYBODY, "/equipes/olivetaine/qr.svg"),
    *read_only(EVERYBODY, "/ce-que-nous-ne-savons-pas/"),
    # teams
    *read_only(EVERYBODY, "/equipes/", "/equipes/olivetaine/"),
    *read_only(
        DEPARTMENT_STAFF, "/espace/histoires/equipe/{team}/", "/espace/histoires/equipe/{team}.csv"
    ),
    *form(ANY_MANAGER, "/espace/personnes/"),
    *read_only(ANY_MANAGER, "/espace/personnes/journal/", "/espace/personnes/connexions/"),
    Rule("GET", "/espace/personnes/{person}/retirer/?right=pilot:45", MANAGERS),
    Rule("POST", "/espace/personnes/{person}/retirer/", MANAGERS, {"right": "pilot:45"}),
    Rule("POST", "/espace/personnes/{person}/lien/", MANAGERS),
    Rule("POST", "/espace/personnes/{person}/code/", ADMINISTRATOR),
    # relocations
    *read_only(EVERYBODY, "/demenagements/", "/demenagements/{move}/"),
    *read_only(EVERYBODY, "/demenagements/calendrier.ics", "/demenagements/flux.atom"),
    *read_only(EVERYBODY, "/equipes/olivetaine/calendrier.ics"),
    *form(STAFF - {"manager_elsewhere"}, "/espace/demenagements/nouveau/"),
    *form(
        DEPARTMENT_STAFF,
        "/espace/demenagements/{move}/",
        senders=EDITORS,
        data={"geste": "annuler"},
    ),
    *read_only(DEPARTMENT_STAFF, "/espace/demenagements/{move}/histoire.csv"),
    *form(EVERYBODY, "/equipes/olivetaine/me-prevenir/"),
    *read_only(EVERYBODY, "/equipes/olivetaine/me-prevenir/envoye/"),
    *form(EVERYBODY, "/me-prevenir/confirmer/{subscription}/"),
    *form(EVERYBODY, "/me-prevenir/arreter/{subscription}/"),
    # schema_actions
    *read_only(EVERYBODY, "/schemas/", "/schemas/loiret-2022-2026/"),
    *read_only(EVERYBODY, "/schemas/loiret-2022-2026/fiches/", SHEET, f"{SHEET}fiche.pdf"),
    *read_only(EVERYBODY, CAMPAIGN, f"{CAMPAIGN}rapport.pdf"),
    *read_only(EVERYBODY, f"{CAMPAIGN}fiches.csv", f"{CAMPAIGN}fiches.xlsx"),
    *form(MANAGERS, CAMPAIGNS),
    *form(MANAGERS, f"{CAMPAIGNS}2023-06/niveaux/"),
    *read_only(CAMPAIGN_READERS, HOSTED),
    *read_only(MANAGERS, f"{HOSTED}pilotes/"),
    *form(MANAGERS, f"{HOSTED}pilotes/{{person}}/"),
    *(Rule("POST", f"{HOSTED}{action}/", MANAGERS) for action in ("ouvrir", "date", "relancer")),
    *(Rule("POST", f"{HOSTED}{action}/", MANAGERS) for action in ("valider", "figer", "publier")),
    # And by its pilots, who are none of these people; rights by action: see the tests of schema_actions.
    *form(CAMPAIGN_READERS, f"{HOSTED}fiches/1.1.1/", senders=REVIEWERS, data={"acte": "relire"}),
    *form(MANAGERS, f"{FROZEN}fiches/1.1.1/corriger/"),
    # portal.accounts
    *form(EVERYBODY, "/connexion/"),
    *form(EVERYBODY, "/connexion/code/"),
    *form(SIGNED_IN, "/connexion/confirmer/"),
    *form(SIGNED_IN, "/connexion/confirmer-code/"),
    *read_only(EVERYBODY, "/connexion/proconnect/", "/connexion/proconnect/retour/"),
    *read_only(EVERYBODY, "/connexion/compte-ferme/"),
    *form(EVERYBODY, "/deconnexion/"),
    *form(EVERYBODY, "/mot-de-passe/oublie/"),
    *read_only(EVERYBODY, "/mot-de-passe/oublie/envoye/", "/mot-de-passe/nouveau/enregistre/"),
    *form(EVERYBODY, "/mot-de-passe/nouveau/{reset}/"),
    *form(EVERYBODY, "/invitation/"),
    *read_only(EVERYBODY, "/invitation/acceptee/", "/invitation/{invitation}/"),
    *read_only(SIGNED_IN, "/compte/"),
    *form(SIGNED_IN, "/compte/mot-de-passe/"),
    *form(SIGNED_IN, "/compte/sessions/"),
    *read_only(SIGNED_IN, "/compte/code/"),
    *form(SIGNED_IN, "/compte/code/installer/"),
    *form(WITH_CODE, "/compte/code/retirer/"),
    *read_only(WITH_CODE, "/compte/code/secours/"),
    *form(SIGNED_IN, "/compte/code/secours/nouveaux/"),
    # Pages of the portal as a whole
    *read_only(SIGNED_IN, "/espace/"),
    *read_only(EVERYBODY, "/accessibilite/", "/mentions-legales/", "/donnees-personnelles/"),
    *read_only(EVERYBODY, "/plan-du-site/", "/api/docs/"),
    *read_only(EVERYBODY, "/robots.txt", "/sitemap.xml", "/.well-known/security.txt"),
    *read_only(EVERYBODY, "/sante/"),
    *read_only(NOBODY, "/sante/metriques/"),  # except with the token of the settings
    # The API, readable by everybody
    *read_only(
        EVERYBODY, "/api/v1/", "/api/v1/openapi.json", "/api/v1/lookup/", "/api/v1/suggest/"
    ),
    *read_only(EVERYBODY, "/api/v1/communes/", "/api/v1/communes/45232/"),
    *read_only(EVERYBODY, "/api/v1/agencies/", "/api/v1/agencies/ads-orleans-metropole/"),
    *read_only(EVERYBODY, "/api/v1/sites/", "/api/v1/sites/{site}/"),
    *read_only(EVERYBODY, "/api/v1/sectors/", "/api/v1/sectors/{sector_slug}/"),
    *read_only(EVERYBODY, "/api/v1/teams/", "/api/v1/teams/olivetaine/"),
    *read_only(EVERYBODY, "/api/v1/relocations/", "/api/v1/relocations/{move}/"),
    Rule("POST", "/api/v1/relocations/{move}/transition/", EDITORS),
    *read_only(EVERYBODY, "/api/v1/reception-points/", "/api/v1/reception-points/{point_slug}/"),
    *read_only(EVERYBODY, "/api/v1/figures/", "/api/v1/figures/45-agences/"),
    *read_only(EVERYBODY, "/api/v1/meetings/", "/api/v1/meetings/45-pmi-briare/"),
    *read_only(EVERYBODY, "/api/v1/phone-lines/", "/api/v1/phone-lines/accueil-social-du-loiret/"),
    *read_only(EVERYBODY, "/api/v1/stops/", "/api/v1/stops/{stop}/"),
    *read_only(EVERYBODY, "/api/v1/plans/", "/api/v1/plans/loiret-2022-2026/"),
    *read_only(EVERYBODY, "/api/v1/plans/loiret-2022-2026/campaigns/2023-06/synthesis/"),
    *read_only(EVERYBODY, "/api/v1/action-sheets/", "/api/v1/action-sheets/1.1.1/"),
    *read_only(EVERYBODY, "/api/v1/campaigns/", "/api/v1/campaigns/2023-06/"),
    *read_only(EVERYBODY, "/api/v1/evaluations/", "/api/v1/evaluations/{evaluation}/"),
    # The administration
    *read_only(STAFF, "/admin/", "/admin/jsi18n/", "/admin/teams/"),
    *read_only(STAFF, "/admin/autocomplete/?app_label=teams&model_name=team&field_name=site"),
    *read_only(STAFF, "/admin/password_change/", "/admin/password_change/done/"),
    *form(STAFF, "/admin/login/"),
    *form(EVERYBODY, "/admin/logout/"),
    *administration("territory/department", "45", sees=STAFF, changes=NOBODY, deletes=NOBODY),
    *administration("territory/commune", "45232", sees=STAFF, changes=NOBODY, deletes=NOBODY),
    *administration(
        "territory/departmentprofile",
        "{profile}",
        lists=ANY_MANAGER,
        changes=MANAGERS,
        adds=ADMINISTRATOR,
    ),
    *administration(
        "notices/notice",
        "{notice}",
        lists=ADMINISTRATOR,
        sees=ADMINISTRATOR,
        changes=NOBODY,
        deletes=NOBODY,
    ),
    *administration("teams/agency", "{agency}", changes=EDITORS, adds=ANY_MANAGER),
    *administration("teams/team", "{team}", changes=EDITORS, adds=STAFF),
    *administration("teams/site", "{site}", changes=EDITORS, adds=STAFF),
    *administration("teams/sector", "{sector}", changes=EDITORS, adds=STAFF, deletes=EDITORS),
    *administration("relocations/relocation", "{move}", changes=EDITORS, adds=STAFF),
    *administration("accueil/phoneline", "{line}", changes=DEPARTMENT_STAFF, adds=STAFF),
    *administration(
        "accueil/receptionpoint", "{point}", changes=EDITORS, adds=STAFF, deletes=EDITORS
    ),
    *administration("accueil/specialhours", "{special}", changes=EDITORS, adds=STAFF),
    *administration("accueil/stop", "{stop}", changes=EDITORS, adds=STAFF),
    *administration("accueil/stopchange", "{change}", changes=EDITORS, adds=STAFF, deletes=EDITORS),
    *administration("accueil/report", "{report}", changes=EDITORS),
    *administration(
        "accueil/figure",
        "{figure}",
        lists=ANY_MANAGER,
        changes=MANAGERS,
        adds=ANY_MANAGER,
        deletes=MANAGERS,
    ),
    *administration(
        "accueil/principle",
        "{principle}",
        lists=ANY_MANAGER,
        changes=MANAGERS,
        adds=ANY_MANAGER,
        deletes=MANAGERS,
    ),
    *administration(
        "accueil/activity", "{activity}", lists=ANY_MANAGER, changes=MANAGERS, deletes=MANAGERS
    ),
    *administration(
        "accueil/referrals", "{referrals}", lists=ANY_MANAGER, changes=MANAGERS, deletes=MANAGERS
    ),
    *administration("schema_actions/actionsheet", "{sheet}", lists=ANY_MANAGER, changes=MANAGERS),
]

"""The rights table: who may do what at every address of the site and of the API.

One line for each address and method: a new address has its GET here, and its POST (or another writing
method) where it has one. `{move}` and the like are rows that `rows.py` makes. Whoever is not named is
led to the sign-in, or refused. After a change: python -m tests.rights.page > docs/rights.md
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
KEEPERS = MANAGERS | {"agent"}  # of the row's agency
WORKERS = KEEPERS | {"agent_elsewhere"}  # in the row's département
ANY_MANAGER = MANAGERS | {"manager_elsewhere"}
STAFF = WORKERS | {"manager_elsewhere"}  # to whom the administration opens
WITH_CODE = ANY_MANAGER | {"agent"}  # who have set a one-time code up
FOLLOWERS = MANAGERS | {"reviewer"}  # of a campaign of their département
REVIEWERS = ADMINISTRATOR | {"reviewer"}


@dataclass(frozen=True)
class Rule:
    """Who may send `method` to `address`. `sent` is what makes a right answer differ from a refusal:
    the fields of a form, the object of a JSON request.
    """

    method: str
    address: str
    may: People
    sent: dict[str, Any] = field(default_factory=dict, hash=False)

    def __str__(self) -> str:
        return f"{self.method} {self.address}"


def leads_to_the_sign_in(address: str) -> bool:
    """Whether somebody who is not signed in is led there: a program is refused."""
    return not address.startswith(("/api/", "/sante/"))


def read_only(may: People, *addresses: str) -> list[Rule]:
    """Addresses that are only read."""
    return [Rule("GET", address, may) for address in addresses]


def form(
    may: People, address: str, sends: People | None = None, sent: dict[str, Any] | None = None
) -> list[Rule]:
    """A page with a form, that `sends` may send: by default, those who may see it."""
    return [
        Rule("GET", address, may),
        Rule("POST", address, may if sends is None else sends, sent or {}),
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
    """The pages of a model ("teams/team") in the administration, and of its row `row`."""
    sees = changes if sees is None else sees
    at = f"/admin/{model}/"
    return [
        *form(lists, at),
        *form(adds, f"{at}add/"),
        *form(sees, f"{at}{row}/change/", sends=changes),
        *form(deletes, f"{at}{row}/delete/"),
        Rule("GET", f"{at}{row}/history/", sees),
        Rule("GET", f"{at}{row}/", STAFF),
    ]


SHEET = "/schemas/loiret-2022-2026/fiches/1.1.1/"
CAMPAIGN = "/schemas/loiret-2022-2026/campagnes/2023-06/"
CAMPAIGNS = "/espace/schemas/loiret-2022-2026/campagnes/"
HELD, FROZEN = f"{CAMPAIGNS}{{held}}/", f"{CAMPAIGNS}{{frozen}}/"

RULES: list[Rule] = [
    # The front desk: accueil
    *read_only(EVERYBODY, "/", "/trouver/", "/communes/45232/", "/communes/45232/rendez-vous.ics"),
    *read_only(EVERYBODY, "/accueil/", "/accueil/fond/45.svg"),
    *read_only(EVERYBODY, "/accueil/france-services-de-montargis/"),
    *read_only(EVERYBODY, "/accueil/bus-france-services-dorleans/calendrier.ics"),
    *read_only(
        EVERYBODY, "/accueil/bus-france-services-dorleans/arrets/{orleans_stop}/calendrier.ics"
    ),
    *form(EVERYBODY, "/signaler/"),
    *read_only(EVERYBODY, "/signaler/merci/"),
    Rule("POST", "/espace/signalements/{report}/traite/", KEEPERS),
    *read_only(EVERYBODY, "/chiffres/", "/chiffres/chiffres.csv"),
    *form(STAFF, "/espace/activite/"),
    *read_only(MANAGERS, "/espace/activite/suivi/?department=45"),
    *read_only(MANAGERS, "/espace/activite/suivi/activite.csv?department=45"),
    *read_only(MANAGERS, "/espace/activite/suivi/informations-preoccupantes.csv?department=45"),
    *read_only(STAFF, "/espace/accueil/", "/espace/accueil/fermetures/"),
    *form(STAFF, "/espace/accueil/points/nouveau/"),
    *form(KEEPERS, "/espace/accueil/points/{point}/"),
    Rule("POST", "/espace/accueil/points/{point}/toujours-vrai/", KEEPERS),
    *read_only(KEEPERS, "/espace/accueil/points/{bus}/arrets/"),
    *form(KEEPERS, "/espace/accueil/points/{bus}/arrets/nouveau/"),
    *form(KEEPERS, "/espace/accueil/arrets/{stop}/"),
    *form(KEEPERS, "/espace/accueil/arrets/{stop}/passages/2026-11-24/"),
    Rule("POST", "/espace/accueil/arrets/{stop}/passages/2026-11-24/retablir/", KEEPERS),
    *form(STAFF, "/espace/accueil/lignes/nouvelle/"),
    *form(WORKERS, "/espace/accueil/lignes/{line}/"),
    Rule("POST", "/espace/accueil/lignes/{line}/toujours-vrai/", WORKERS),
    *form(STAFF, "/espace/accueil/fermetures/nouvelle/"),
    *form(KEEPERS, "/espace/accueil/fermetures/{special}/"),
    Rule("POST", "/espace/accueil/fermetures/{special}/retirer/", KEEPERS),
    # Teams and people: teams
    *read_only(EVERYBODY, "/equipes/", "/equipes/olivetaine/"),
    *read_only(WORKERS, "/espace/histoires/equipe/{team}/", "/espace/histoires/equipe/{team}.csv"),
    *form(ANY_MANAGER, "/espace/personnes/"),
    *read_only(ANY_MANAGER, "/espace/personnes/journal/", "/espace/personnes/connexions/"),
    Rule("GET", "/espace/personnes/{person}/retirer/?right=pilot:45", MANAGERS),
    Rule("POST", "/espace/personnes/{person}/retirer/", MANAGERS, {"right": "pilot:45"}),
    Rule("POST", "/espace/personnes/{person}/lien/", MANAGERS),
    Rule("POST", "/espace/personnes/{person}/code/", ADMINISTRATOR),
    # Moves: relocations
    *read_only(EVERYBODY, "/demenagements/", "/demenagements/{move}/"),
    *read_only(EVERYBODY, "/demenagements/calendrier.ics", "/demenagements/flux.atom"),
    *read_only(EVERYBODY, "/equipes/olivetaine/calendrier.ics"),
    *form(STAFF - {"manager_elsewhere"}, "/espace/demenagements/nouveau/"),
    *form(WORKERS, "/espace/demenagements/{move}/", sends=KEEPERS, sent={"geste": "annuler"}),
    *read_only(WORKERS, "/espace/demenagements/{move}/histoire.csv"),
    *form(EVERYBODY, "/equipes/olivetaine/me-prevenir/"),
    *read_only(EVERYBODY, "/equipes/olivetaine/me-prevenir/envoye/"),
    *form(EVERYBODY, "/me-prevenir/confirmer/{subscription}/"),
    *form(EVERYBODY, "/me-prevenir/arreter/{subscription}/"),
    # Plans: schema_actions
    *read_only(EVERYBODY, "/schemas/", "/schemas/loiret-2022-2026/"),
    *read_only(EVERYBODY, "/schemas/loiret-2022-2026/fiches/", SHEET, f"{SHEET}fiche.pdf"),
    *read_only(EVERYBODY, CAMPAIGN, f"{CAMPAIGN}rapport.pdf"),
    *read_only(EVERYBODY, f"{CAMPAIGN}fiches.csv", f"{CAMPAIGN}fiches.xlsx"),
    *form(MANAGERS, CAMPAIGNS),
    *form(MANAGERS, f"{CAMPAIGNS}2023-06/niveaux/"),
    *read_only(FOLLOWERS, HELD),
    *read_only(MANAGERS, f"{HELD}pilotes/"),
    *form(MANAGERS, f"{HELD}pilotes/{{person}}/"),
    *(Rule("POST", f"{HELD}{act}/", MANAGERS) for act in ("ouvrir", "date", "relancer")),
    *(Rule("POST", f"{HELD}{act}/", MANAGERS) for act in ("valider", "figer", "publier")),
    # Its pilots too, who are none of these people; each deed has its own: see the tests of schema_actions.
    *form(FOLLOWERS, f"{HELD}fiches/1.1.1/", sends=REVIEWERS, sent={"acte": "relire"}),
    *form(MANAGERS, f"{FROZEN}fiches/1.1.1/corriger/"),
    # Accounts: portal.accounts
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
    # The portal about itself
    *read_only(SIGNED_IN, "/espace/"),
    *read_only(EVERYBODY, "/accessibilite/", "/mentions-legales/", "/donnees-personnelles/"),
    *read_only(EVERYBODY, "/plan-du-site/", "/api/docs/"),
    *read_only(EVERYBODY, "/robots.txt", "/.well-known/security.txt"),
    *read_only(EVERYBODY, "/sante/"),
    *read_only(NOBODY, "/sante/metriques/"),  # but with the token of the settings
    # The API, where everybody reads
    *read_only(
        EVERYBODY, "/api/v1/", "/api/v1/openapi.json", "/api/v1/lookup/", "/api/v1/suggest/"
    ),
    *read_only(EVERYBODY, "/api/v1/communes/", "/api/v1/communes/45232/"),
    *read_only(EVERYBODY, "/api/v1/agencies/", "/api/v1/agencies/ads-orleans-metropole/"),
    *read_only(EVERYBODY, "/api/v1/sites/", "/api/v1/sites/{site}/"),
    *read_only(EVERYBODY, "/api/v1/sectors/", "/api/v1/sectors/{sector_slug}/"),
    *read_only(EVERYBODY, "/api/v1/teams/", "/api/v1/teams/olivetaine/"),
    *read_only(EVERYBODY, "/api/v1/relocations/", "/api/v1/relocations/{move}/"),
    Rule("POST", "/api/v1/relocations/{move}/transition/", KEEPERS),
    *read_only(EVERYBODY, "/api/v1/reception-points/", "/api/v1/reception-points/{point_slug}/"),
    *read_only(EVERYBODY, "/api/v1/figures/", "/api/v1/figures/45-agences/"),
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
    *administration("teams/agency", "{agency}", changes=KEEPERS, adds=ANY_MANAGER),
    *administration("teams/team", "{team}", changes=KEEPERS, adds=STAFF),
    *administration("teams/site", "{site}", changes=KEEPERS, adds=STAFF),
    *administration("teams/sector", "{sector}", changes=KEEPERS, adds=STAFF, deletes=KEEPERS),
    *administration("relocations/relocation", "{move}", changes=KEEPERS, adds=STAFF),
    *administration("accueil/phoneline", "{line}", changes=WORKERS, adds=STAFF),
    *administration(
        "accueil/receptionpoint", "{point}", changes=KEEPERS, adds=STAFF, deletes=KEEPERS
    ),
    *administration("accueil/specialhours", "{special}", changes=KEEPERS, adds=STAFF),
    *administration("accueil/stop", "{stop}", changes=KEEPERS, adds=STAFF),
    *administration("accueil/stopchange", "{change}", changes=KEEPERS, adds=STAFF, deletes=KEEPERS),
    *administration("accueil/report", "{report}", changes=KEEPERS),
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

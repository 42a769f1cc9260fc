"""What the portal itself counts of the things that published figures count."""

from collections.abc import Collection, Mapping

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from accueil.models import Figure, ReceptionPoint
from portal.core import clock
from teams.models import Team

PLACES, RECEPTION_TEAMS, PROXIMITY_TEAMS = "lieux", "equipes-accueil", "equipes-proximite"
SUBJECTS = (PLACES, RECEPTION_TEAMS, PROXIMITY_TEAMS)  # of figures

KnownCounts = Mapping[tuple[str, str], int]  # by département and subject


def known_counts(departments: Collection[str]) -> KnownCounts:
    """Return how many of each the portal knows, in two queries."""
    points = ReceptionPoint.objects.not_permanently_closed(clock.today())
    counts = {
        (code, PLACES): count
        for code, count in _by(points.filter(department__in=departments), "department_id")
    }
    kinds = {Team.Kind.RECEPTION: RECEPTION_TEAMS, Team.Kind.PROXIMITY: PROXIMITY_TEAMS}
    teams = Team.objects.filter(agency__department__in=departments, kind__in=kinds)
    for code, kind, count in _by(teams, "agency__department_id", "kind"):
        counts[code, kinds[kind]] = count
    return counts


def _by(rows: QuerySet, *columns: str) -> QuerySet:
    return rows.order_by().values_list(*columns).annotate(count=Count("pk"))


def known_sentence(figure: Figure, counts: KnownCounts) -> str:
    """Say how many of what a figure counts the portal knows; "" where it does not count them."""
    if figure.subject not in SUBJECTS:
        return ""
    count = counts.get((figure.department_id, figure.subject), 0)
    return _("Ce portail en connaît %d.") % count if count else _("Ce portail n'en connaît aucun.")


def announced_sentences(departments: Collection[str]) -> list[str]:
    """Say, for each figure about places, how many are announced and how many are known."""
    figures = Figure.objects.for_page().filter(department__in=departments, subject=PLACES)[:1]
    counts = known_counts(departments) if (rows := list(figures)) else {}
    return [
        _("%(publisher)s annonce %(figure)s (%(source)s, %(date)s). %(known)s")
        % {
            "publisher": row.source.publisher,
            "figure": row.in_words,
            "source": row.source.title,
            "date": row.source.period,
            "known": known_sentence(row, counts),
        }
        for row in rows
        if row.source
    ]

"""Load the agencies, sites, teams and sectors of a département from its files."""

from django.utils.text import slugify
from django.utils.translation import gettext as _

from portal.registries.loaders import Load, Row, register
from teams.enums import SectorBasis
from teams.models import Agency, FormerAgency, Sector, Site, Statement, Team, TeamName
from teams.sectors.import_plan import contradiction
from teams.sectors.overlaps import SectorRow, find_conflicts


@register("teams")
def load_teams(load: Load) -> None:
    """Load from the most independent to the most dependent: a row finds what it names."""
    here = {"department_id": load.department}
    for row in load.rows("agencies.csv", "name long_name phone email source as_printed"):
        row.save(Agency, key_fields=["slug"], slug=slugify(row["name"]), **here)
    for row in load.rows(
        "sites.csv", "key name address postal_code city commune source as_printed"
    ):
        row.save(Site, key_fields=["key"], **here)
    for row in load.rows("site_moves.csv", "site moved_to moved_on"):
        _move_site(row)
    for row in load.rows("former_agencies.csv", "name site phone source as_printed"):
        row.save(FormerAgency, key_fields=["department_id", "name"], **here)
    for row in load.rows("successions.csv", "former_agency agency"):
        _link_successor(row)
    for row in load.rows(
        "teams.csv", "name kind agency site disciplines exists_from source as_printed"
    ):
        row.save(Team, key_fields=["slug"], slug=slugify(row["name"]))
    for row in load.rows("team_names.csv", "team name source"):
        row.save(TeamName, key_fields=["team", "name"])
    _load_sectors(load)
    for row in load.rows("statements.csv", "key agency team topic text source"):
        row.save(Statement, key_fields=["key"], **here)


def _load_sectors(load: Load) -> None:
    """Refuse rows that give the same area to two teams on the same days."""
    rows: dict[int, Row] = {}
    sector_rows: list[SectorRow] = []
    for row in load.rows("sectors.csv", "team commune kind name basis source"):
        if sector := _save_sector(row):
            rows[row.line] = row
            sector_rows.append(SectorRow(sector, row.line))
    for other, rival in find_conflicts(sector_rows):
        rows[rival.line].refuse("team", contradiction(other))


def _save_sector(row: Row) -> Sector | None:
    """Save the sector of the row; None where an imported one replaces what a name implied."""
    slug = f"{row['commune']}-{slugify(row['name'])}"
    published = Sector.objects.filter(slug=slug, basis=SectorBasis.PUBLISHED)
    if row["basis"] == SectorBasis.NAME and published.exists():
        row.mark_read(slug)
        return None
    return row.save(Sector, key_fields=["slug"], slug=slug)


def _move_site(row: Row) -> None:
    """Record where all that a site held has moved, and when; not on a site that a person edited."""
    site, moved_to = row.find(Site, "site"), row.find(Site, "moved_to")
    moved_on = row.day("moved_on")
    if site is None or site.edited_at or (site.moved_to, site.moved_on) == (moved_to, moved_on):
        return
    site.moved_to, site.moved_on = moved_to, moved_on
    if not row.is_faulty:
        site.save()


def _link_successor(row: Row) -> None:
    """Link an agency to the older structure that it replaces."""
    name = row["former_agency"]
    former = FormerAgency.objects.filter(department=row.load.department, name=name).first()
    agency = row.find(Agency, "agency")
    if former is None:
        row.refuse("former_agency", _("« %s » est inconnu.") % name)
    elif agency:
        former.successors.add(agency)

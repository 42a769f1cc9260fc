"""Import a file of sectors: write what differs, and nothing else."""

from hashlib import blake2b

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from portal.core import clock
from portal.core.models import Source
from portal.core.periods.period import Period, Precision, format_day
from portal.core.tables.csv_reader import TableError
from portal.registries.loaders import Fault, LoadRefused
from portal.territory.models import Commune, Department, DepartmentProfile, FormerCommune
from teams.models import Sector, Team
from teams.sectors import file_reader
from teams.sectors.file_reader import Index, References
from teams.sectors.import_plan import IMPORTED_FIELDS, ImportPlan, plan_import
from teams.sectors.services import lock_sectors

BATCH_SIZE = 500  # rows written at a time: it bounds the memory and the parameters of a query


def import_sectors(
    *, file: str, data: bytes, department: Department, source: Source | None, dry_run: bool
) -> ImportPlan:
    """Import the sectors of a file; sectors that it does not name stay. Return the plan.

    `source` is that of the rows that give none; without it, one is made of the file. Sectors that a
    person edited are left. The same file again changes nothing. Atomic; raises LoadRefused with
    every faulty line, before any write.
    """
    try:
        table = file_reader.read_sectors(data, _load_references(department))
    except TableError as error:
        raise LoadRefused([Fault(file, error.line, str(error))]) from error
    with transaction.atomic():
        lock_sectors(department.pk)
        source = source or _source_from_file(file, data, department)
        for row in table.rows:
            row.sector.source = row.sector.source or source
        plan = plan_import(table.rows, _lock_stored_sectors(department))
        plan.notes = table.notes
        if faults := sorted([*table.faults, *plan.faults], key=lambda fault: fault.line):
            raise LoadRefused([Fault(file, fault.line, str(fault)) for fault in faults])
        if not dry_run:
            _save_plan(plan, reason=_("Import du fichier « %s »") % file[:60])
    return plan


def _lock_stored_sectors(department: Department) -> QuerySet[Sector]:
    """Return the sectors of the département with their teams and sources, locked."""
    sectors = Sector.objects.filter(commune__department=department).order_by("slug")
    return sectors.select_for_update(of=["self"]).prefetch_related("team", "source")


def _save_plan(plan: ImportPlan, reason: str) -> None:
    """Save the plan and its history. Two more queries for each batch of rows."""
    for source in plan.new_sources:
        source.save()
    created = [row.sector for row in plan.created]
    changed = [change.sector for change in plan.changed]
    Sector.objects.bulk_create(created, batch_size=BATCH_SIZE)
    # Upserts: ten times as fast as bulk_update().
    Sector.objects.bulk_create(
        changed,
        batch_size=BATCH_SIZE,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=IMPORTED_FIELDS,
    )
    for sectors, update in ((created, False), (changed, True)):
        Sector.history.bulk_history_create(
            sectors, batch_size=BATCH_SIZE, update=update, default_change_reason=reason
        )


def _load_references(department: Department) -> References:
    """Return what the rows may name. Five queries."""
    teams: Index[Team] = Index()
    for team in Team.objects.filter(agency__department=department).prefetch_related("other_names"):
        other_names = [other.name for other in team.other_names.all()]
        teams.add(team, team.slug, team.name, team.title, *other_names)
    communes: Index[Commune] = Index()
    for commune in Commune.objects.filter(department=department):
        communes.add(commune, commune.code, commune.name)
    former_communes: Index[FormerCommune] = Index()
    formers = FormerCommune.objects.filter(commune__department=department)
    for former in formers.select_related("commune"):
        former_communes.add(former, f"{former.code} {former.name}", former.code, former.name)
    sources = {source.key: source for source in Source.objects.all()}
    return References(department.code, teams, communes, former_communes, sources)


def _source_from_file(file: str, data: bytes, department: Department) -> Source:
    """Return the source that stands for the file, unsaved if new, dated by its first import.

    The same content is the same source, on another day or under another name.
    """
    key = f"{department.code}-secteurs-{blake2b(data, digest_size=6).hexdigest()}"
    if existing := Source.objects.filter(key=key).first():
        return existing
    profile = DepartmentProfile.objects.filter(department=department).first()
    source = Source(
        key=key,
        title=_("Fichier « %s »") % file[:200],
        publisher=(profile and profile.publisher) or str(department),
    )
    today = clock.today()
    source.period = Period(format_day(today), today, today, Precision.DAY)
    return source

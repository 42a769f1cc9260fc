"""Import of the levels of a printed evaluation, transcribed by a person into a table."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _

from portal.core.tables import saved_tables
from portal.core.tables.csv_reader import TableError
from portal.registries.loaders import Fault, LoadRefused
from schema_actions.enums import LevelStatus
from schema_actions.importers.campaigns import lock_published_campaign
from schema_actions.models import Campaign, Evaluation
from schema_actions.sheets import sheet_key
from schema_actions.synthesis import Synthesis, compute_counts

COLUMNS = {"code": ("fiche",), "variant": ("variante",), "level": ("niveau",)}
LEVELS = {str(level): level for level in range(1, 8)}


@dataclass
class LevelImportResult:
    """The number of levels read, the resulting totals, and the (key, before, after) changes."""

    levels: int
    synthesis: Synthesis
    changes: list[tuple[str, int | None, int]] = field(default_factory=list)


def import_levels(
    data: bytes, *, plan_slug: str, campaign_slug: str, file: str, dry_run: bool = False
) -> LevelImportResult:
    """Write the levels of the sheets in the table, in one transaction; nothing with `dry_run`.

    Other sheets keep their level. Raises LoadRefused with every faulty line.
    """
    with transaction.atomic():
        campaign = lock_published_campaign(plan_slug, campaign_slug)
        levels = _levels(data, campaign, file)
        changes = [change for pk, level in levels.items() if (change := _save_level(pk, level))]
        synthesis = Synthesis(campaign.published, compute_counts(campaign.evaluations.levels()))
        transaction.set_rollback(dry_run)
    return LevelImportResult(len(levels), synthesis, changes)


def _levels(data: bytes, campaign: Campaign, file: str) -> dict[int, int]:
    """Return the level of each evaluation in the table, by its id."""
    try:
        table = saved_tables.read_table(data, COLUMNS, list(COLUMNS))
    except TableError as error:
        raise LoadRefused([Fault(file, error.line, str(error))]) from error
    evaluations = {
        evaluation.sheet.key: evaluation
        for evaluation in campaign.evaluations.select_related("sheet")
    }
    faults = [Fault(file, fault.line, str(fault)) for fault in table.faults]
    first_lines: dict[str, int] = {}
    levels: dict[int, int] = {}
    for line, cells in table.rows:
        key = sheet_key(cells["code"], cells["variant"].lower())
        if message := _fault(
            key, cells["level"], evaluations, first_lines.setdefault(key, line), line
        ):
            faults.append(Fault(file, line, message))
        else:
            levels[evaluations[key].pk] = LEVELS[cells["level"]]
    if faults:
        raise LoadRefused(sorted(faults, key=lambda fault: fault.line))
    return levels


def _fault(
    key: str, level: str, evaluations: dict[str, Evaluation], first_line: int, line: int
) -> str:
    """Return what is wrong with a line, or ""."""
    if key not in evaluations:
        if variants := _variants(key, evaluations):
            message = _(
                "la fiche %(key)s est imprimée deux fois : précisez la variante (%(names)s)."
            )
            return message % {"key": key, "names": ", ".join(variants)}
        return _("la fiche « %s » n'est pas dans ce schéma.") % key
    if first_line != line:
        return _("cette ligne répète la ligne %d.") % first_line
    if evaluations[key].level_status == LevelStatus.NOT_CONCERNED:
        return _("la fiche %s, non concernée par cette campagne, n'a pas de niveau.") % key
    if level not in LEVELS:
        return _("« %s » n'est pas un niveau : un nombre de 1 à 7 est attendu.") % level[:40]
    return ""


def _variants(key: str, keys: Iterable[str]) -> list[str]:
    return [other.partition("-")[2] for other in keys if other.startswith(f"{key}-")]


def _save_level(pk: int, level: int) -> tuple[str, int | None, int] | None:
    """Save the level and return (key, before, after), or None if it does not change."""
    evaluation = Evaluation.objects.select_related("sheet").get(pk=pk)
    previous = evaluation.level
    if previous == level:
        return None
    evaluation.level = level
    evaluation.level_status = LevelStatus.EVALUATED
    evaluation.version += 1
    evaluation.save()
    return evaluation.sheet.key, previous, level

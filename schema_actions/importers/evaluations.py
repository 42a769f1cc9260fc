"""Import of a published evaluation: structure, texts and totals, never a level."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from portal.registries.loaders import Fault, LoadRefused
from schema_actions.enums import LevelStatus
from schema_actions.importers.campaigns import lock_published_campaign, refusal
from schema_actions.models import ActionSheet, Axis, Campaign, Evaluation, Objective, Plan, Remark
from schema_actions.reading import ParsedDocument, ParsedSheet
from schema_actions.services import create_evaluations
from schema_actions.sheets import SECTIONS


@dataclass(frozen=True)
class ImportedChange:
    """One value that the document changes; `where` is the key of a sheet or of the campaign."""

    where: str
    name: str
    before: str
    after: str


@dataclass
class ImportResult:
    """The number of sheets read and the values changed, or to change with `dry_run`."""

    sheets: int
    changes: list[ImportedChange] = field(default_factory=list)


def import_document(
    document: ParsedDocument,
    *,
    plan_slug: str,
    campaign_slug: str,
    file: str,
    dry_run: bool = False,
) -> ImportResult:
    """Write what differs from the database, in one transaction; nothing with `dry_run`.

    Raises LoadRefused.
    """
    with transaction.atomic():
        campaign = lock_published_campaign(plan_slug, campaign_slug)
        result = _DocumentImport(document, campaign, file).run()
        transaction.set_rollback(dry_run)
    return result


class _DocumentImport:
    def __init__(self, document: ParsedDocument, campaign: Campaign, file: str) -> None:
        self._document = document
        self._campaign = campaign
        self._plan: Plan = campaign.plan
        self._file = file
        self._sheets: dict[str, ActionSheet] = {}
        self._done = ImportResult(len(document.sheets))

    def run(self) -> ImportResult:
        self._refuse_another_plan()
        objectives = self._write_objectives()
        self._sheets = {sheet.key: sheet for sheet in self._plan.sheets.prefetch_related("periods")}
        sheets = {
            parsed.key: self._write_sheet(parsed, rank, objectives[parsed.axis, parsed.objective])
            for rank, parsed in enumerate(self._document.sheets, 1)
        }
        self._write_campaign()
        create_evaluations(self._campaign, status=LevelStatus.NOT_TRANSCRIBED)
        evaluations = {
            evaluation.sheet_id: evaluation
            for evaluation in self._campaign.evaluations.prefetch_related("remarks")
        }
        for parsed in self._document.sheets:
            evaluation = evaluations[sheets[parsed.key].pk]
            self._write_evaluation(parsed, evaluation)
            self._write_remarks(parsed.key, evaluation)
        return self._done

    def _refuse_another_plan(self) -> None:
        """Refuse a document whose sheets are not those of the plan, unless the plan has none."""
        known_keys = set(self._plan.sheets.values_list("key", flat=True))
        document_lines = {sheet.key: sheet.line for sheet in self._document.sheets}
        if not known_keys:
            return
        faults = [
            Fault(self._file, line, _("la fiche %s n'est pas dans ce schéma.") % key)
            for key, line in document_lines.items()
            if key not in known_keys
        ]
        if faults:
            raise LoadRefused(faults)
        if missing_keys := sorted(known_keys - set(document_lines)):
            message = _("le document n'a pas ces fiches du schéma : %s.") % ", ".join(missing_keys)
            raise refusal(self._file, 0, message)

    def _write_objectives(self) -> dict[tuple[int, int], Objective]:
        """Create the missing axes and objectives; existing ones keep their titles."""
        objectives: dict[tuple[int, int], Objective] = {}
        for parsed in self._document.sheets:
            key = parsed.axis, parsed.objective
            if key not in objectives:
                printed = self._document.axes.get(parsed.axis, "")
                axis, _created = Axis.objects.get_or_create(
                    plan=self._plan, number=parsed.axis, defaults={"title": printed.capitalize()}
                )
                objectives[key], _created = Objective.objects.get_or_create(
                    axis=axis, number=parsed.objective, defaults={"title": parsed.objective_title}
                )
        return objectives

    def _write_sheet(self, parsed: ParsedSheet, rank: int, objective: Objective) -> ActionSheet:
        sheet = self._sheets.get(parsed.key)
        if sheet and sheet.edited_at:
            return sheet
        values = {
            "title": parsed.title,
            "summary_title": parsed.summary_title,
            "calendar_years": " ".join(map(str, parsed.years)),
            "calendar_text": parsed.calendar_text,
        }
        if sheet is None:
            key = {"plan": self._plan, "code": parsed.code, "variant": parsed.variant}
            sheet = ActionSheet(**key, objective=objective, rank=rank, source=self._campaign.source)
        if self._set_values(sheet, parsed.key, values):
            sheet.save()
        sheet.write_periods(self._document.period.earliest)
        return sheet

    def _write_campaign(self) -> None:
        values = {
            "published_levels": " ".join(map(str, self._document.levels)),
            "statement": self._document.statement,
            "method": self._document.method,
        }
        if self._set_values(self._campaign, self._campaign.slug, values):
            self._campaign.save()

    def _write_evaluation(self, parsed: ParsedSheet, evaluation: Evaluation) -> None:
        values: dict[str, Any] = {name: parsed.sections[name] for name in SECTIONS}
        if evaluation.level_status != LevelStatus.EVALUATED:
            status = (
                LevelStatus.NOT_CONCERNED if parsed.not_concerned else LevelStatus.NOT_TRANSCRIBED
            )
            values["level_status"] = status.value
        if self._set_values(evaluation, parsed.key, values):
            evaluation.version += 1
            evaluation.save()

    def _write_remarks(self, key: str, evaluation: Evaluation) -> None:
        """Replace the remarks of the sheet with those of the document."""
        wanted = {
            (remark.line, remark.message)
            for remark in self._document.remarks
            if remark.sheet == key
        }
        current = {(row.line, row.message): row.pk for row in evaluation.remarks.all()}
        if stale := [pk for row, pk in current.items() if row not in wanted]:
            Remark.objects.filter(pk__in=stale).delete()
        Remark.objects.bulk_create(
            Remark(evaluation=evaluation, line=line, message=message)
            for line, message in sorted(wanted - set(current))
        )

    def _set_values(self, row: models.Model, owner: str, values: Mapping[str, str]) -> bool:
        """Set the values that differ and record them; return whether the row must be saved."""
        changed = [name for name, value in values.items() if getattr(row, name) != value]
        for name in changed:
            change = ImportedChange(owner, name, getattr(row, name), values[name])
            self._done.changes.append(change)
            setattr(row, name, values[name])
        return bool(changed) or row._state.adding

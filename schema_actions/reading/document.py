"""Parser of the whole document."""

from collections import Counter
from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.core.tables import csv_reader
from portal.core.text.cleaning import clean_text
from portal.core.text.normalisation import normalise
from schema_actions.reading import cover as reading_cover
from schema_actions.reading.headings import parse_mark
from schema_actions.reading.page_headers import axis_titles
from schema_actions.reading.pages import SheetDraft, read_pages
from schema_actions.reading.parsed import DocumentError, ParsedDocument, ParsedSheet, Remark
from schema_actions.reading.prose import lost_figures, markdown, plain_lines
from schema_actions.reading.remarks import text_remarks
from schema_actions.sheets import SECTIONS

NOT_CONCERNED = "non concerne"
REQUIRED_SECTIONS = ("calendar", "done", "planned", "vigilance")


def read_document(data: bytes) -> ParsedDocument:
    """Parse the evaluation. Raises DocumentError with the faulty line."""
    lines = _lines(data)
    start = _first_page(lines)
    cover = lines[:start]
    levels = reading_cover.published_levels(cover)
    rows = reading_cover.summary_rows(cover)
    axes = axis_titles(lines)
    drafts = read_pages(lines, start, axes)
    _name_variants(drafts)
    summary = reading_cover.summary_by_key(rows)
    _refuse_missing(drafts, summary, len(lines))
    _refuse_unfinished(drafts, len(lines))
    sheets = [_sheet(draft, summary[draft.key].title) for draft in drafts]
    remarks = [*reading_cover.totals_remarks(cover, levels), *reading_cover.summary_remarks(rows)]
    for draft, sheet in zip(drafts, sheets, strict=True):
        remarks += _sheet_remarks(draft, sheet, summary[sheet.key])
    remarks += _objective_remarks(sheets)
    remarks += text_remarks(drafts)
    return ParsedDocument(
        period=reading_cover.document_period(cover),
        axes=axes,
        sheets=tuple(sheets),
        levels=levels,
        statement=reading_cover.axes_statement(cover),
        method=reading_cover.printed_method(cover),
        remarks=tuple(sorted(set(remarks))),
    )


def _lines(data: bytes) -> list[str]:
    if not data.strip():
        raise DocumentError(0, _("le fichier est vide."))
    try:
        text = csv_reader.decode(data)
    except csv_reader.TableError as error:
        raise DocumentError(error.line, str(error)) from error
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    # Cleaned one by one, so that line numbers in messages are those of the file. A tab separates
    # two cells of a table.
    return [clean_text(line).replace("\n", " ") for line in lines]


def _first_page(lines: Sequence[str]) -> int:
    """Return the index of the line where sheets begin: the first numbered objective."""
    for position, line in enumerate(lines):
        mark = parse_mark(line)
        if mark and mark.kind == "objective":
            return position
    message = _(
        "ce document n'est pas une évaluation de schéma : aucun « OBJECTIF 1 : » n'y est lu."
    )
    raise DocumentError(1, message)


def _name_variants(drafts: Sequence[SheetDraft]) -> None:
    """Set the variant of the sheets whose code is printed more than once."""
    counts = Counter(draft.code for draft in drafts)
    lines_by_key: dict[str, int] = {}
    for draft in drafts:
        if not draft.code:
            raise DocumentError(
                draft.line, _("cet objectif n'est suivi d'aucune action, document tronqué.")
            )
        if counts[draft.code] > 1:
            draft.variant = reading_cover.variant_of(_title(draft))
        if draft.key in lines_by_key:
            message = _("la fiche %(sheet)s est déjà imprimée à la ligne %(line)d.")
            raise DocumentError(
                draft.line, message % {"sheet": draft.key, "line": lines_by_key[draft.key]}
            )
        lines_by_key[draft.key] = draft.line


def _refuse_missing(
    drafts: Sequence[SheetDraft], summary: dict[str, reading_cover.SummaryRow], last_line: int
) -> None:
    """Refuse a sheet of the summary table without a page, or the reverse."""
    if not summary:
        raise DocumentError(0, _("le tableau de synthèse des actions est introuvable."))
    pages = {draft.key for draft in drafts}
    if missing_keys := [key for key in summary if key not in pages]:
        message = ngettext(
            "document tronqué : pas de page pour %(count)d fiche du tableau de synthèse"
            " (%(keys)s).",
            "document tronqué : pas de page pour %(count)d fiches du tableau de synthèse"
            " (%(keys)s).",
            len(missing_keys),
        )
        message %= {"count": len(missing_keys), "keys": ", ".join(missing_keys)}
        raise DocumentError(last_line, message)
    for draft in drafts:
        if draft.key not in summary:
            message = _("la fiche %s n'est pas dans le tableau de synthèse.")
            raise DocumentError(draft.line, message % draft.key)


def _refuse_unfinished(drafts: Sequence[SheetDraft], last_line: int) -> None:
    for draft, next_draft in zip(drafts, [*drafts[1:], None], strict=True):
        end_line = next_draft.line - 1 if next_draft else last_line
        if draft.cut_at:
            message = _("fiche %s : ce paragraphe s'arrête au milieu, le document est tronqué.")
            raise DocumentError(draft.cut_at, message % draft.key)
        for name in REQUIRED_SECTIONS:
            if name not in draft.labels:
                message = _("fiche %(sheet)s : la rubrique « %(label)s » manque, document tronqué.")
                raise DocumentError(end_line, message % {"sheet": draft.key, "label": LABELS[name]})


LABELS = {
    "calendar": "Calendrier initial",
    "done": "Ce qui a été fait",
    "results": "Résultats observés",
    "planned": "Ce qui est prévu",
    "vigilance": "Points d'attention ou de vigilance",
}


def _title(draft: SheetDraft) -> str:
    return " ".join(plain_lines(draft.lines["action"]))


def _sheet(draft: SheetDraft, summary_title: str) -> ParsedSheet:
    evaluation_text = normalise(" ".join(plain_lines(draft.lines["evaluation"])))
    return ParsedSheet(
        line=draft.line,
        code=draft.code,
        variant=draft.variant,
        title=_title(draft),
        summary_title=summary_title,
        objective_title=" ".join(plain_lines(draft.lines["objective"])),
        years=draft.years,
        calendar_text="\n".join(plain_lines(draft.lines["calendar"])),
        not_concerned=evaluation_text.startswith(NOT_CONCERNED),
        sections={name: markdown(draft.lines[name]) for name in SECTIONS},
    )


def _sheet_remarks(
    draft: SheetDraft, sheet: ParsedSheet, row: reading_cover.SummaryRow
) -> list[Remark]:
    """Return the remarks on the pages of the sheet."""
    remarks = [Remark(line, sheet.key, oddity) for line, oddity in draft.oddities]
    for name in SECTIONS:
        if name not in draft.labels:
            message = _("L'intitulé « %s » n'est pas imprimé.") % LABELS[name]
            remarks.append(Remark(draft.line, sheet.key, message))
        remarks += [
            Remark(line, sheet.key, _("Une figure imprimée après cette ligne est perdue."))
            for line in lost_figures(draft.lines[name])
        ]
    if draft.objective != sheet.objective:
        message = _("Le numéro d'objectif imprimé (%d) n'est pas celui du code de l'action.")
        remarks.append(Remark(draft.line, sheet.key, message % draft.objective))
    if normalise(sheet.title) != normalise(sheet.summary_title):
        message = _("Le tableau de synthèse imprime un autre titre : « %s »") % sheet.summary_title
        remarks.append(Remark(row.line, sheet.key, message))
    if normalise(row.evaluation).startswith(NOT_CONCERNED) != sheet.not_concerned:
        message = _("La page et le tableau de synthèse ne disent pas la même évaluation.")
        remarks.append(Remark(row.line, sheet.key, message))
    return remarks


def _objective_remarks(sheets: Sequence[ParsedSheet]) -> list[Remark]:
    """Return remarks on objectives printed with different words; the first one is used."""
    first_sheets: dict[tuple[int, int], ParsedSheet] = {}
    remarks = []
    for sheet in sheets:
        first = first_sheets.setdefault((sheet.axis, sheet.objective), sheet)
        if normalise(first.objective_title) != normalise(sheet.objective_title):
            message = _(
                "L'objectif est imprimé autrement que dans la fiche %(sheet)s : « %(title)s »"
            )
            message %= {"sheet": first.key, "title": sheet.objective_title}
            remarks.append(Remark(sheet.line, sheet.key, message))
    return remarks

"""Remarks on odd text of the sheets, which is left as printed."""

import re
from collections.abc import Iterable, Iterator, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core.periods.period import find_periods
from portal.core.text.normalisation import normalise
from schema_actions.reading.accents import lost_accents
from schema_actions.reading.headings import is_annex, strip_markup
from schema_actions.reading.pages import SheetDraft
from schema_actions.reading.parsed import Remark
from schema_actions.reading.prose import Line, plain_lines
from schema_actions.sheets import SECTIONS

_ODD_PATTERNS = (
    (re.compile(r"(?<!\.)\.\.(?!\.)"), gettext_lazy("Deux points de suite : « .. »")),
    (re.compile(r"\s\.(?=\s|$)"), gettext_lazy("Un point séparé de sa phrase : «  . »")),
)
_SUBHEAD = re.compile(r"^(?:#+ .*|\*\*[^*]+\*\*|[^.]{3,60}:)\s*$")


def text_remarks(drafts: Sequence[SheetDraft]) -> list[Remark]:
    """Return the remarks on all sheets."""
    remarks: list[Remark] = []
    for draft in drafts:
        for name in SECTIONS:
            remarks += _line_remarks(draft, draft.lines[name])
        remarks += _calendar_remarks(draft)
        remarks += _overflow_remarks(draft)
    for draft, line, words in lost_accents(drafts):
        message = _(
            "Lettres accentuées perdues, texte gardé tel quel. Mots touchés ou à vérifier : %s"
        )
        remarks.append(Remark(line, draft.key, message % ", ".join(words)))
    return remarks


def _line_remarks(draft: SheetDraft, lines: Iterable[Line]) -> Iterator[Remark]:
    for number, text in lines:
        if text.count(")") > text.count("("):
            yield Remark(number, draft.key, _("Une parenthèse est fermée sans être ouverte."))
        for pattern, oddity in _ODD_PATTERNS:
            if pattern.search(text):
                yield Remark(number, draft.key, str(oddity))
        if is_annex(text):
            message = _(
                "Cette annexe est imprimée après la dernière rubrique : elle est mise avec les"
                " résultats, qui y renvoient."
            )
            yield Remark(number, draft.key, message)


def _calendar_remarks(draft: SheetDraft) -> Iterator[Remark]:
    text = "\n".join(plain_lines(draft.lines["calendar"]))
    if not text:
        return
    periods = [match.period for match in find_periods(text)]
    number = draft.labels["calendar"]
    if not any(period.is_bounded for period in periods):
        yield Remark(number, draft.key, _("Le calendrier ne porte aucune date."))
    if any(period.inferred for period in periods):
        message = _(
            "Une date du calendrier est sans année : celle de la date précédente est comprise."
        )
        yield Remark(number, draft.key, message)


def _overflow_remarks(draft: SheetDraft) -> Iterator[Remark]:
    """Yield a remark on results with the subheadings of "done": a column overflowed."""
    done = _subheads(draft.lines["done"])
    results = _subheads(draft.lines["results"])
    if set(done) & set(results):
        return
    series = {_series(head) for head in done}
    if any(_series(head) in series for head in results):
        message = _("Les résultats semblent continuer « Ce qui a été fait » (mêmes intertitres).")
        yield Remark(draft.labels["results"], draft.key, message)


def _subheads(lines: Iterable[Line]) -> list[str]:
    return [normalise(strip_markup(line.text)) for line in lines if _SUBHEAD.match(line.text)]


def _series(head: str) -> str:
    """Return the words that headings of one series share: "pour l ads"."""
    return " ".join(head.split()[:3])

"""Who says a datum: the document that printed it, a later publication, or the people who maintain
it.

A row comes from its source. `FieldOrigins` are the fields that somebody changed or published since:
the printed text of each is stored with its change, so that it is never lost.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NotRequired, TypedDict

from django.db.models import TextChoices
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core.periods.period import format_day


class ProvenanceKind(TextChoices):
    PRINTED = "printed", gettext_lazy("imprimé dans un document")
    PUBLISHED = "published", gettext_lazy("publié depuis")
    STATED = "said", gettext_lazy("dit par ceux qui tiennent la donnée")


class FieldOrigin(TypedDict):
    """Where the value of one field comes from, as stored; `source` is absent if a person typed it.

    `on` is a day in ISO 8601, null when not known to the day; `printed` is the text that the value
    replaced, null where the document printed none.
    """

    on: str | None
    printed: str | None
    source: NotRequired[dict[str, str]]  # title, publisher, url


FieldOrigins = Mapping[str, FieldOrigin]


@dataclass(frozen=True, slots=True)
class Provenance:
    """Who says a value, and what the document printed; `on` is None when not known to the day.

    `title` is that of the source which says it, "" for a person; two provenances that differ only
    by it are equal.
    """

    kind: str
    printed: str | None
    on: date | None
    title: str = field(default="", compare=False)

    def to_dict(self) -> dict[str, Any]:
        on = self.on.isoformat() if self.on else None
        return {"kind": self.kind, "printed": self.printed, "on": on}


@dataclass(frozen=True, slots=True)
class FieldGroup:
    """Fields with one origin: their labels, and the texts that they replaced."""

    origin: FieldOrigin
    labels: Sequence[str]
    printed: Sequence[str]

    @property
    def day(self) -> date | None:
        return date.fromisoformat(self.origin["on"]) if self.origin["on"] else None


def field_provenance(origin: FieldOrigin) -> Provenance:
    kind = ProvenanceKind.PUBLISHED if "source" in origin else ProvenanceKind.STATED
    on = date.fromisoformat(origin["on"]) if origin["on"] else None
    return Provenance(kind.value, origin["printed"], on, origin.get("source", {}).get("title", ""))


def latest(provenances: Iterable[Provenance]) -> Provenance:
    """Return the last provenance by day; of one day, the last in order."""
    first, *others = provenances
    for other in others:
        if (other.on or date.min) >= (first.on or date.min):
            first = other
    return first


def group_fields(origins: FieldOrigins, labels: Mapping[str, str]) -> list[FieldGroup]:
    """Return the fields by origin, the latest first."""
    groups: dict[tuple[str, str], list[str]] = {}
    for name, origin in origins.items():
        key = (origin["on"] or "", origin.get("source", {}).get("title", ""))
        groups.setdefault(key, []).append(name)
    return [
        FieldGroup(
            origins[names[0]],
            [labels.get(name, name) for name in names],
            [printed for name in names if (printed := origins[name]["printed"])],
        )
        for _key, names in sorted(groups.items(), reverse=True)
    ]


def describe_provenance(row: Any, describe: Callable[[Any], str] | None = None) -> list[str]:
    """Return the sentences that say who says a row, a `Sourced`: never a document for a person.

    `describe` writes its source; as a text without address by default.
    """
    describe = describe or describe_source
    sentences = [*_describe_origin(row, describe), *describe_other_sources(row, describe)]
    return [*sentences, _("Remarque : %s") % row.remark] if row.remark else sentences


def describe_other_sources(row: Any, describe: Callable[[Any], str] | None = None) -> list[str]:
    """Return the sentences of the documents that say some data of a row and not the rest."""
    describe = describe or describe_source
    return [_sentence(sentence, source=describe(source)) for sentence, source in row.other_sources]


def describe_last_word(row: Any) -> str:
    """Return the sentence of whoever said a row last: a person, a later publication, its source."""
    return _describe_origin(row, describe_source)[0]


def _describe_origin(row: Any, describe: Callable[[Any], str]) -> list[str]:
    changes = row.changes
    if not changes and row.checked_on is None:
        if row.source is None:
            return [_("Source non indiquée.")]
        return [_sentence(_("Source : %(source)s."), source=describe(row.source))]
    sentences = [_describe_change(row, change) for change in changes]
    if row.is_checked_since_changes:
        sentences += _describe_check(row)
    if printed := [text for change in changes for text in change.printed]:
        quotes = ", ".join(f"« {text} »" for text in printed)
        sentences.append(_("Était imprimé : %s.") % quotes)
    if row.source:
        source = describe(row.source)
        sentences.append(_sentence(_("Document d’origine : %(source)s."), source=source))
    return sentences


def describe_source(source: Any) -> str:
    """Return a source in one line, without its address."""
    when = str(source.period) if source.period.is_bounded else _("sans date")
    return f"{source.title}, {source.publisher}, {when}"


def _describe_change(row: Any, change: FieldGroup) -> str:
    fields = ", ".join(change.labels)
    day = format_day(change.day) if change.day else _("jour inconnu")
    if source := change.origin.get("source"):
        values = {
            "fields": fields,
            "day": day,
            "source": f"{source['title']}, {source['publisher']}",
        }
        return _("Publié depuis, le %(day)s : %(fields)s (%(source)s).") % values
    if row.is_maintained_by_agency:
        return _("Changé par l’agence, le %(day)s : %(fields)s.") % {"day": day, "fields": fields}
    return _("Changé par le Département, le %(day)s : %(fields)s.") % {"day": day, "fields": fields}


def _describe_check(row: Any) -> list[str]:
    source = (
        _("Source : l’agence.") if row.is_maintained_by_agency else _("Source : le Département.")
    )
    return [_("Vérifié le %s.") % format_day(row.checked_on), source]


def _sentence(template: str, *, source: str) -> str:
    """Return the sentence; HTML where the source is, for its link."""
    if not isinstance(source, SafeString):
        return template % {"source": source}
    return format_html(template.replace("%(source)s", "{}"), source)

"""Calendars and Atom feed of moves. Public."""

from datetime import datetime

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import format_html_join
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.core.caching.data_versions import Versions
from portal.core.caching.response_cache import cached_response
from portal.core.http.attachments import ICS, attachment
from portal.core.text.cleaning import printable_line
from portal.core.text.typography import typeset
from portal.territory.context_processors import served_departments
from relocations.editing.notifications import absolute_url
from relocations.feeds.atom import AtomEntry, atom_entries
from relocations.feeds.calendar import build_calendar, provenance_sentences
from relocations.models import UNKNOWN_MOMENT, Relocation, RelocationQuerySet
from relocations.schedule.filters import RelocationFilter
from teams.models import Team

MAX_AGE = 300  # seconds; then readers ask again, and get a 304 if nothing changed


@require_safe
@cached_response
def relocation_calendar(request: HttpRequest, versions: Versions) -> HttpResponse:
    """The moves that have days, with the filters of the schedule."""
    filters = _valid_filters(request, Relocation.objects.all())
    page = f"{settings.SITE_URL}{reverse('relocation-list')}{filters.query_string}"
    return _calendar_response(filters.qs, _feed_title(filters), page, "demenagements.ics")


@require_safe
@cached_response
def team_calendar(request: HttpRequest, versions: Versions, slug: str) -> HttpResponse:
    """The moves of one team."""
    team = get_object_or_404(Team, slug=slug)
    filters = _valid_filters(request, Relocation.objects.filter(team=team))
    page = f"{settings.SITE_URL}{team.get_absolute_url()}"
    name = _("Déménagements : %s") % " – ".join([team.title, *filters.form.chosen])
    return _calendar_response(filters.qs, name, page, f"demenagements-{team.slug}.ics")


@require_safe
@cached_response
def relocation_feed(request: HttpRequest, versions: Versions) -> HttpResponse:
    """The latest changes of moves, with the filters of the schedule."""
    filters = _valid_filters(request, Relocation.objects.all())
    feed_url = f"{settings.SITE_URL}{reverse('relocation-feed')}{filters.query_string}"
    feed = StableAtomFeed(
        title=typeset(printable_line(_feed_title(filters))),
        link=f"{settings.SITE_URL}{reverse('relocation-list')}{filters.query_string}",
        description=None,
        subtitle=typeset(
            _("Ce qui change dans les déménagements annoncés, le plus récent d'abord.")
        ),
        language=get_language(),
        author_name=printable_line(str(served_departments(request)["portal_name"])),
        feed_url=feed_url,
        feed_guid=feed_url,
        feed_copyright=_("Licence Ouverte 2.0"),
    )
    for entry in atom_entries(filters.qs):
        _add_entry(feed, entry)
    return _with_max_age(
        HttpResponse(feed.writeString("utf-8"), content_type=StableAtomFeed.content_type)
    )


class StableAtomFeed(Atom1Feed):
    def latest_post_date(self) -> datetime:
        """Return a constant date without entries, so that an unchanged feed is not sent again."""
        return super().latest_post_date() if self.items else UNKNOWN_MOMENT


def _add_entry(feed: StableAtomFeed, entry: AtomEntry) -> None:
    sentences = list(entry.sentences)
    sentences += provenance_sentences(entry.move)
    feed.add_item(
        title=typeset(printable_line(f"{entry.move.team.title} – {entry.sentences[0]}")),
        link=absolute_url(entry.move),
        description=format_html_join(
            "", "<p>{}</p>", ((typeset(printable_line(sentence)),) for sentence in sentences)
        ),
        unique_id=entry.key,
        pubdate=entry.updated_at,
        updateddate=entry.updated_at,
        categories=[entry.move.get_status_display()],
    )


def _valid_filters(request: HttpRequest, moves: RelocationQuerySet) -> RelocationFilter:
    """Return the filters of the address. Raises BadRequest, which names the first malformed one."""
    filters = RelocationFilter(request.GET, queryset=moves)
    if not filters.is_valid():
        name, messages = next(iter(filters.form.errors.items()))
        value = request.GET.get(name, "")[:40]
        values = {"parameter": f"{name}={value}", "errors": " ".join(messages)}
        raise BadRequest(_("« %(parameter)s » : %(errors)s") % values)
    return filters


def _feed_title(filters: RelocationFilter) -> str:
    """Return the title of a feed, without commas: many readers show a backslash before them."""
    return " – ".join([_("Déménagements des équipes sociales"), *filters.form.chosen])


def _calendar_response(
    moves: RelocationQuerySet, name: str, page: str, filename: str
) -> HttpResponse:
    rows = moves.with_sites().with_sequels().with_last_change().order_by("pk")
    content = build_calendar(rows, name=name, page=page)
    return _with_max_age(attachment(content, filename=filename, content_type=ICS))


def _with_max_age(response: HttpResponse) -> HttpResponse:
    patch_cache_control(response, public=True, max_age=MAX_AGE)
    return response

"""The only way to change a move: `announce` it, then `change` its status, its date or its site.

Each change is one transaction: the move, its team, the next move of the team and the e-mails. It
says on which version of the move it was decided, and is refused if the move changed since.
"""

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.core import clock
from portal.core.periods.period import Period, format_day
from portal.core.workflow import Refused, lock_version
from relocations.editing import notifications
from relocations.enums import RelocationKind
from relocations.models import REASON_MAX_LENGTH, Relocation
from relocations.workflow import WORKFLOW, is_step_back
from teams.models import Site, Team

Status = Relocation.Status


@dataclass(frozen=True)
class ChangeRequest:
    """A requested change of a move, decided on its `version`. None leaves a value as it is."""

    to: str
    version: int
    reason: str = ""
    evidence: str = ""
    period: Period | None = None
    destination: Site | None = None
    actual_date: date | None = None


@transaction.atomic
def change(*, move: Relocation, change_request: ChangeRequest, by: User) -> Relocation:
    """Change a move and all that depends on it, and return it. Raises Stale or Refused."""
    moves = Relocation.objects.with_sites().select_related("team__agency__department")
    before = lock_version(moves, pk=move.pk, version=change_request.version)
    after = moves.get(pk=move.pk)
    check_change(move=before, change_request=change_request).raise_if_any()
    _apply(after, change_request)
    _validate_and_save(after, by)
    _move_team(before, after, by)
    _update_next_move(before, after, by)
    notifications.notify_change(before=before, after=after, by=by)
    return after


@transaction.atomic
def announce(*, move: Relocation, by: User) -> Relocation:
    """Save and return a new move, which comes from no document. Raises Refused."""
    move.source, move.as_printed = None, ""
    refused = Refused()
    if not move.status_rule.is_initial:
        refused.add("to", _("Un nouveau déménagement est à l'étude, prévu ou confirmé."))
    _check_site(refused, move, move.destination)
    refused.raise_if_any()
    _validate_and_save(move, by)
    notifications.notify_change(before=None, after=move, by=by)
    return move


def check_change(*, move: Relocation, change_request: ChangeRequest) -> Refused:
    """Return what `change` would refuse, whatever the version. Writes nothing."""
    refused = Refused()
    if change_request.to not in move.status_rule.next_statuses:
        names = {"before": move.get_status_display(), "after": _status_name(change_request.to)}
        message = _("Un déménagement « %(before)s » ne peut pas devenir « %(after)s ».")
        refused.add("to", message % names)
        return refused
    for name, text in (("reason", change_request.reason), ("evidence", change_request.evidence)):
        if len(text) > REASON_MAX_LENGTH:
            refused.add(name, _("%d caractères au plus.") % REASON_MAX_LENGTH)
    if needs_reason(move, change_request) and not change_request.reason.strip():
        refused.add("reason", _("Dites pourquoi : vos collègues et les habitants le demanderont."))
    _check_site(refused, move, change_request.destination)
    _check_needs(refused, move, change_request)
    return refused


def needs_reason(move: Relocation, change_request: ChangeRequest) -> bool:
    """Return whether the change must be explained.

    That is a date that replaces another, a step back, and any change of a closed move.
    """
    if WORKFLOW[change_request.to].needs_reason or not move.is_open:
        return True
    if is_step_back(move.status, change_request.to):
        return True
    if WORKFLOW[change_request.to].needs_actual_date:
        return False  # its period, if any, says when it was done: nothing is postponed
    is_new_period = change_request.period is not None and change_request.period != move.period
    return is_new_period and move.period.is_bounded


def _check_site(refused: Refused, move: Relocation, destination: Site | None) -> None:
    if destination is None:
        return
    if destination.department_id != move.team.agency.department_id:
        refused.add("destination", _("Ce lieu n'est pas dans le département de l'équipe."))
    if destination.pk == move.origin_id:
        refused.add("destination", _("C'est le lieu que l'équipe quitte."))


def _check_needs(refused: Refused, move: Relocation, change_request: ChangeRequest) -> None:
    """Add what the move lacks for the requested status."""
    rule = WORKFLOW[change_request.to]
    period = _resulting_period(move, change_request)
    if rule.period_error and not period.is_bounded:
        refused.add("period", str(rule.period_error))
    if rule.days_error and not period.has_exact_days:
        refused.add("period", str(rule.days_error))
    if rule.needs_actual_date:
        _check_done_day(refused, change_request)
    is_destination_missing = not (change_request.destination or move.destination)
    if rule.needs_destination and is_destination_missing and move.kind != RelocationKind.CLOSING:
        refused.add("destination", _("Où l'équipe arrive-t-elle ?"))
    if change_request.actual_date and not rule.needs_actual_date:
        refused.add("actual_date", _("La date réelle se dit quand le déménagement est fait."))


def _check_done_day(refused: Refused, change_request: ChangeRequest) -> None:
    """Require the real day, or a period given now and over: an announced one proves nothing."""
    if change_request.actual_date is None:
        _check_attested_period(refused, change_request.period)
    elif change_request.actual_date > clock.today():
        refused.add("actual_date", _("Ce jour n'est pas encore venu."))


def _check_attested_period(refused: Refused, period: Period | None) -> None:
    today = clock.today()
    if period is None:
        message = _(
            "Quel jour le déménagement a-t-il été fait ? S’il n’est pas connu, écrivez la période"
            " où il a été fait, par exemple « au plus tard le %s »."
        )
        refused.add("actual_date", message % format_day(today))
    elif period.latest is None or period.latest > today:
        message = _("Cette période n’est pas finie. Écrivez par exemple « au plus tard le %s ».")
        refused.add("period", message % format_day(today))


def _resulting_period(move: Relocation, change_request: ChangeRequest) -> Period:
    """Return the requested date, else the current one; none for a status that clears it."""
    if change_request.period is not None:
        return change_request.period
    is_other_status = change_request.to != move.status
    clears_period = is_other_status and WORKFLOW[change_request.to].clears_period
    return Period.unknown() if clears_period else move.period


def _status_name(status: str) -> str:
    return str(dict(Status.choices).get(status, status))


def _apply(move: Relocation, change_request: ChangeRequest) -> None:
    move.period = _resulting_period(move, change_request)  # reads the former status
    move.status = change_request.to
    move.destination = change_request.destination or move.destination
    move.actual_date = change_request.actual_date
    move.reason, move.evidence = change_request.reason.strip(), change_request.evidence.strip()


def _validate_and_save(move: Relocation, by: User) -> None:
    """Validate the move and save it, with its author in the history. Raises Refused."""
    move.last_reported_at = timezone.now()
    move.record_edit()
    move.checked_on = clock.today()
    try:
        move.full_clean()
    except ValidationError as error:
        raise Refused(_errors_by_field(error)) from None
    _save_as(move, by)


def _save_as(row: Relocation | Team, by: User) -> None:
    row._history_user = by  # type: ignore[union-attr]  # read by simple_history
    row.save()


def _errors_by_field(error: ValidationError) -> dict[str, list[str]]:
    """Return the errors of the model, by field of `ChangeRequest`."""
    names = {"status": "to", "period_text": "period", NON_FIELD_ERRORS: ""}
    return {names.get(name, name): list(messages) for name, messages in error.message_dict.items()}


def _move_team(before: Relocation, after: Relocation, by: User) -> None:
    """Set the team's site: where its last done move leads, else where this one starts.

    The change also counts as a check of the site, today.
    """
    if not (before.is_done or after.is_done):
        return
    team = Team.objects.select_for_update().get(pk=after.team_id)
    done = team.relocations.last_done()
    site = done.destination_id if done else before.origin_id
    if (team.site_id, team.checked_on) != (site, clock.today()):
        team.site_id = site
        team.record_edit()
        team.checked_on = clock.today()
        _save_as(team, by)


def _update_next_move(before: Relocation, after: Relocation, by: User) -> None:
    """Make the next open move start where this one leads, if it started where this one led."""
    old_site, new_site = _final_site_id(before), _final_site_id(after)
    if old_site is None or old_site == new_site:
        return
    next_moves = Relocation.objects.filter(team=after.team_id, origin=old_site).exclude(pk=after.pk)
    for move in next_moves:
        if not move.is_open:
            continue
        if new_site == move.destination_id:
            message = _(
                "Le déménagement suivant de l'équipe mène déjà à ce lieu : changez-le d'abord."
            )
            raise Refused.with_message(message, "destination")
        move.origin_id = new_site
        move.version += 1
        move.record_edit()
        with translation.override(settings.LANGUAGE_CODE):  # stored, and read by others
            move.reason = _("Suit le déménagement précédent de l'équipe.")
        move.evidence = ""
        _save_as(move, by)


def _final_site_id(move: Relocation) -> int | None:
    is_cancelled = move.status == Status.CANCELLED
    return move.origin_id if is_cancelled else move.destination_id

"""The people of a département and their rights: invite, grant, revoke, and the logs."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.accounts import invitations
from portal.accounts.current_user import current_user
from portal.accounts.models import RightChange, SignIn, User
from portal.accounts.rules import is_administrator
from portal.accounts.services import LastAdministratorError, reset_code
from portal.core.http.parameters import paginate
from portal.core.permissions.checks import require_permission
from teams.people.forms import InvitationForm
from teams.people.grants import (
    Grant,
    Grants,
    available_grants,
    current_rights,
    manageable_people,
    right_given_at,
)

PAGE_SIZE = 50
LINK_SESSION_KEY = "invitation_link"  # of a link that is shown once
DAY = 24 * 3600  # seconds
MANY = gettext_lazy("Vous avez envoyé beaucoup d'invitations aujourd'hui : continuez demain.")
View = Callable[..., HttpResponse]


def manager_required(view: View) -> View:
    """Restrict a view to managers and administrators, and pass the rights that they may grant."""

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        require_permission(request.user, "accounts.manage_people")
        return view(request, available_grants(current_user(request)), **kwargs)

    return guarded


@require_http_methods(["GET", "HEAD", "POST"])
@manager_required
def people_list(request: HttpRequest, grants: Grants) -> HttpResponse:
    """The people whose rights the user manages, and the form that invites a person."""
    form = InvitationForm(request.POST or None, grants=grants)
    if not form.is_valid():
        return _render_people(request, form, grants, status=400 if form.is_bound else 200)
    if ratelimit.consume(request, action="invite"):
        return _invite(request, form, grants)
    form.add_error(None, MANY)
    response = _render_people(request, form, grants, status=429)
    response["Retry-After"] = str(DAY)
    return response


def _render_people(
    request: HttpRequest, form: InvitationForm, grants: Grants, *, status: int
) -> HttpResponse:
    query = request.GET.get("q", "").strip()
    people = manageable_people(current_user(request)).with_role_labels().order_by("name", "email")
    if query:
        people = people.filter(Q(email__icontains=query) | Q(name__icontains=query))
    page = paginate(people, PAGE_SIZE, request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "rows": [_person_row(user, grants) for user in page],
        "query": query,
        "link": request.session.pop(LINK_SESSION_KEY, None),
        "resets_codes": is_administrator(request.user),
    }
    return render(request, "teams/people_list.html", context, status=status)


@require_safe
@manager_required
def right_change_list(request: HttpRequest, grants: Grants) -> HttpResponse:
    """The rights granted and revoked where the user manages people, newest first."""
    changes = RightChange.objects.select_related("user", "changed_by")
    if not is_administrator(request.user):
        changes = changes.filter(department__in=current_user(request).managed_departments)
    page = paginate(changes, PAGE_SIZE, request.GET.get("page"))
    return render(request, "teams/right_change_list.html", {"page": page})


@require_safe
@manager_required
def sign_in_list(request: HttpRequest, grants: Grants) -> HttpResponse:
    """The sign-ins and refusals, newest first.

    For a manager, those of the people they manage; for an administrator, all, unknown names too.
    """
    rows = SignIn.objects.select_related("user")
    if not is_administrator(request.user):
        rows = rows.filter(user__in=manageable_people(current_user(request)))
    page = paginate(rows, PAGE_SIZE, request.GET.get("page"))
    return render(request, "teams/sign_in_list.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@manager_required
def right_revoke(request: HttpRequest, grants: Grants, pk: int) -> HttpResponse:
    """Ask to revoke the right `right` of a person, who keeps the account; the POST revokes it."""
    user = _get_manageable_person(request, pk)
    parameters = request.POST if request.method == "POST" else request.GET
    grant = grants.by_code.get(parameters.get("right", ""))
    if grant is None:
        raise PermissionDenied
    if request.method != "POST":
        return _render_confirmation(request, user, grant)
    values = {"right": grant.label, "user": user}
    try:
        with translation.override(settings.LANGUAGE_CODE):  # the log keeps one language
            is_revoked = grant.revoke(by=current_user(request), user=user)
        if is_revoked:
            messages.success(request, _("%(user)s n'est plus : %(right)s.") % values)
    except LastAdministratorError:
        messages.error(
            request, _("Il faut au moins un administrateur : nommez-en d'abord un autre.")
        )
    return redirect("workspace" if user == request.user else "people-list")


@require_POST
@manager_required
def invitation_resend(request: HttpRequest, grants: Grants, pk: int) -> HttpResponse:
    """Send a new link to a person who has not accepted the invitation yet."""
    user = _get_manageable_person(request, pk)
    if not invitations.is_pending(user):
        messages.info(request, _("%s a déjà accepté son invitation.") % user)
    elif not grants.cover_rights_of(user):
        raise PermissionDenied
    elif not ratelimit.consume(request, action="invite"):
        messages.error(request, str(MANY))
    else:
        _send_invitation(request, user)
    return redirect("people-list")


@require_POST
@manager_required
def one_time_code_reset(request: HttpRequest, grants: Grants, pk: int) -> HttpResponse:
    """Remove the one-time code of a person who lost their telephone, and end their sessions."""
    require_permission(request.user, "accounts.reset_code")
    user = _get_manageable_person(request, pk)
    reset_code(by=current_user(request), user=user)
    messages.success(request, _("Code retiré : %s.") % user)
    return redirect("people-list")


def _render_confirmation(request: HttpRequest, user: User, grant: Grant) -> HttpResponse:
    """Show who loses which right, and since when they have it."""
    right = dict(current_rights(user)).get(grant.code)
    if right is None:
        message = _("%(user)s n'a pas ou plus ce droit : %(right)s.")
        messages.info(request, message % {"user": user, "right": grant.label})
        return redirect("people-list")
    context = {
        "person": user,
        "code": grant.code,
        "right": right,
        "since": right_given_at(user, grant.code),
    }
    return render(request, "teams/right_revoke.html", context)


def _get_manageable_person(request: HttpRequest, pk: int) -> User:
    return get_object_or_404(manageable_people(current_user(request)), pk=pk)


def _person_row(user: User, grants: Grants) -> dict[str, Any]:
    """Return what the page shows of a person, with the rights that its user may revoke."""
    is_waiting = invitations.is_pending(user)
    return {
        "user": user,
        "rights": [(code, label) for code, label in current_rights(user) if code in grants.by_code],
        "is_waiting": is_waiting,
        "may_invite_again": is_waiting and grants.cover_rights_of(user),
    }


def _invite(request: HttpRequest, form: InvitationForm, grants: Grants) -> HttpResponse:
    """Grant the rights, and send a link to a person who has no password yet."""
    data = form.cleaned_data
    user = invitations.get_or_create_user(data["email"], data["name"])
    with translation.override(settings.LANGUAGE_CODE):  # the log keeps one language
        for grant in form.selected_grants:
            grant.assign(by=current_user(request), user=user)
    if not invitations.is_pending(user):
        messages.success(request, _("%s avait un compte : ses droits sont à jour.") % user)
    elif grants.cover_rights_of(user):
        _send_invitation(request, user)
    else:
        message = _("%s a déjà une invitation, d'une autre collectivité : ses droits sont à jour.")
        messages.success(request, message % user)
    return redirect("people-list")


def _send_invitation(request: HttpRequest, user: User) -> None:
    """Send a link, and show it once.

    A mailbox gets three links a day (ACCOUNT_RATE_LIMITS), whoever invites it and however the
    address is written; after that the link is only shown.
    """
    link, by = invitations.link_for(user), current_user(request)
    key = invitations.mailbox(user.email)
    if not ratelimit.consume(request, action="invite_mailbox", key=key):
        outcome = "bounded"
    else:
        outcome = "sent" if invitations.send(user=user, link=link, by=by) else "refused"
    request.session[LINK_SESSION_KEY] = {"email": user.email, "link": link, "outcome": outcome}

"""One's own account and sessions, and the invitation that opens an account."""

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from portal.accounts import invitations
from portal.accounts.current_user import current_user
from portal.accounts.forms import InvitationForm
from portal.accounts.models import Session

INVITATION_SESSION_KEY = "invitation"  # where a session keeps the token of a link


@require_safe
@login_required
def account(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/account.html", {"duties": current_user(request).duties})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def sessions(request: HttpRequest) -> HttpResponse:
    """One's live sessions; a POST ends the one named `session`, or all the others."""
    current = request.session.session_key
    live = list(Session.objects.active().filter(user=current_user(request)))
    if request.method == "POST":
        session_name = request.POST.get("session")
        ended = [row for row in live if row.pk != current and session_name in (row.name, "others")]
        Session.objects.filter(pk__in=[row.pk for row in ended]).delete()
        messages.success(request, _closed_message(len(ended)))
        return redirect("sessions")
    return render(request, "accounts/sessions.html", {"sessions": live, "current": current})


@require_safe
@never_cache
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Keeps the link's token in the session, out of the address, and goes on to the form."""
    if invitations.invited_user(token) is None:
        return render(request, "accounts/invitation_over.html", status=410)
    request.session[INVITATION_SESSION_KEY] = token
    return redirect("invitation-answer")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def invitation_answer(request: HttpRequest) -> HttpResponse:
    """The form where somebody invited chooses a password; the account opens once."""
    user = invitations.invited_user(request.session.get(INVITATION_SESSION_KEY, ""))
    if user is None:
        return render(request, "accounts/invitation_over.html", status=410)
    form = InvitationForm(request.POST or None, user=user, initial={"name": user.name})
    if form.is_valid():
        data = form.cleaned_data
        if invitations.accept(user=user, password=data["password1"], name=data["name"]):
            logout(request)
            return redirect("invitation-accepted")
        return render(request, "accounts/invitation_over.html", status=410)
    status = 400 if form.is_bound else 200
    context = {"form": form, "invited": user}
    return render(request, "accounts/invitation.html", context, status=status)


@require_safe
def invitation_accepted(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/invitation_accepted.html")


def _closed_message(count: int) -> str:
    if count == 0:
        return _("Aucune session n'était à fermer.")
    if count == 1:
        return _("Une session est fermée.")
    return _("%d sessions sont fermées.") % count

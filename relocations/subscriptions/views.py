"""The pages « Me prévenir » : subscribe, confirm, stop. Public, without account.

The token of a link proves that its bearer received the e-mail: those pages set no cookie.
"""

from allauth.core import ratelimit
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from portal.accounts.invitations import mailbox
from portal.notices.services import sending_blocked_reason
from relocations.models import Subscription
from relocations.subscriptions import services
from relocations.subscriptions.forms import SubscribeForm
from teams.models import Team

HOUR = 3600  # seconds


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def subscription_create(request: HttpRequest, slug: str) -> HttpResponse:
    """The form. The answer is the same whether the address is known or not."""
    team = get_object_or_404(Team, slug=slug)
    form = SubscribeForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _render_form(request, team, form, status=400 if form.is_bound else 200)
    # Ten an hour from one IP address (ACCOUNT_RATE_LIMITS); only its digest is stored.
    if not ratelimit.consume(request, action="subscribe"):
        form.add_error(None, _("Beaucoup de demandes viennent d'ici : réessayez dans une heure."))
        response = _render_form(request, team, form, status=429)
        response["Retry-After"] = str(HOUR)
        return response
    email = form.cleaned_data["email"].lower()
    is_person = not form.cleaned_data["website"]
    # Strangers cannot flood a mailbox, however many teams and spellings of its address they use.
    if is_person and ratelimit.consume(request, action="subscribe_mailbox", key=mailbox(email)):
        services.request_subscription(team=team, email=email)
    return redirect("subscription-sent", team.slug)


@require_safe
@never_cache
def subscription_sent(request: HttpRequest, slug: str) -> HttpResponse:
    context = {
        "team": get_object_or_404(Team, slug=slug),
        "is_sending_blocked": bool(sending_blocked_reason()),
    }
    return render(request, "relocations/subscription_sent.html", context)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def subscription_confirm(request: HttpRequest, token: str) -> HttpResponse:
    """A button, since mail programs open links by themselves; the POST confirms."""
    if request.method == "POST":
        subscription = services.confirm(token=token)
        template = "relocations/subscription_confirmed.html"
    else:
        subscription = services.find_confirmable(token=token)
        template = "relocations/subscription_confirm.html"
    if subscription is None:
        return render(request, "relocations/subscription_expired.html", status=404)
    return render(request, template, {"subscription": subscription, "team": subscription.team})


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def subscription_stop(request: HttpRequest, token: str) -> HttpResponse:
    """A button; the POST, also that of a mail program (RFC 8058), stops, and may be repeated."""
    if request.method == "POST":
        services.stop(token=token)
        return render(request, "relocations/subscription_stopped.html")
    subscription = Subscription.objects.filter(token=token).select_related("team").first()
    if subscription is None:
        return render(request, "relocations/subscription_expired.html", status=404)
    return render(request, "relocations/subscription_stop.html", {"team": subscription.team})


def _render_form(
    request: HttpRequest, team: Team, form: SubscribeForm, *, status: int
) -> HttpResponse:
    context = {"team": team, "form": form, "is_sending_blocked": bool(sending_blocked_reason())}
    return render(request, "relocations/subscription_create.html", context, status=status)

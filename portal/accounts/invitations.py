"""Accounts by invitation: a signed link, valid once and for a week, to choose a password.

The link signs the unusable password that the account was created with, so choosing a password ends
every link sent for that account. Until then each link lasts its week, however many were sent, and
nothing has to be stored.
"""

from smtplib import SMTPException

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core import signing
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.core.text.cleaning import clean_line

SALT = "portal.accounts.invitations"
VALID_DAYS = 7


def get_or_create_user(email: str, name: str = "") -> User:
    """Return the account with that e-mail, created without a password if there is none."""
    user, _created = User.objects.get_or_create(
        email=email.strip().lower(), defaults={"name": name, "password": make_password(None)}
    )
    return user


def is_pending(user: User) -> bool:
    """Return whether the user has still to accept their invitation."""
    return user.is_active and not user.has_accepted


def mailbox(email: str) -> str:
    """Return the mailbox of an address: in lower case, without what follows a "+"."""
    name, _at, host = email.strip().lower().rpartition("@")
    return f"{name.partition('+')[0]}@{host}"


def link_for(user: User) -> str:
    """Return a new link for a pending account; earlier links stay valid."""
    return settings.SITE_URL + reverse("invitation", args=[_token(user)])


def send(*, user: User, link: str, by: User) -> bool:
    """Send the link by e-mail, in LANGUAGE_CODE; return whether it could be queued."""
    values = {"by": by, "link": link, "days": VALID_DAYS, "user": user}
    with translation.override(settings.LANGUAGE_CODE):
        subject = _("Votre accès au portail")
        text = render_to_string("accounts/email/invitation.txt", values)
    try:
        send_mail(subject, text, None, [user.email])
    except (OSError, SMTPException):
        return False
    return True


def invited_user(token: str) -> User | None:
    """Return the user of a link; None if it is forged, too old or already used."""
    try:
        pk, state = signing.loads(token, salt=SALT, max_age=VALID_DAYS * 24 * 3600)
    except (signing.BadSignature, ValueError):
        return None
    user = User.objects.filter(pk=pk).first()
    if user and is_pending(user) and constant_time_compare(state, _password_fingerprint(user)):
        return user
    return None


def accept(*, user: User, password: str, name: str) -> bool:
    """Set the password and the name; return False if the link was used meanwhile."""
    pending = User.objects.filter(pk=user.pk, password=user.password)
    # `clean_line`, since input_cleaning does not see queryset updates.
    return bool(pending.update(password=make_password(password), name=clean_line(name)))


def _token(user: User) -> str:
    return signing.dumps([user.pk, _password_fingerprint(user)], salt=SALT)


def _password_fingerprint(user: User) -> str:
    return salted_hmac(SALT, user.password, algorithm="sha256").hexdigest()[:32]

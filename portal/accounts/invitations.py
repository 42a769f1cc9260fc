"""Accounts by invitation only: a signed link, good once and for a week, to choose a password.

The link is tied to the unusable password that the account was made with: choosing one ends it, and
with it all the others. As long as nobody did, each link lasts its week: whichever e-mail comes
last, however often one was invited, it works. Nothing else has to be stored.
"""

from smtplib import SMTPException

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core import signing
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.core.text.cleaning import clean_line

SALT = "portal.accounts.invitations"
VALID_DAYS = 7


def get_or_create_user(email: str, name: str = "") -> User:
    """The account of that e-mail, made without password where there is none."""
    user, _created = User.objects.get_or_create(
        email=email.strip().lower(), defaults={"name": name, "password": make_password(None)}
    )
    return user


def is_pending(user: User) -> bool:
    """Whether they still have to accept their invitation."""
    return user.is_active and not user.has_accepted


def mailbox(email: str) -> str:
    """What receives the e-mails of an address: without its case, nor what follows a "+"."""
    name, _at, host = email.strip().lower().rpartition("@")
    return f"{name.partition('+')[0]}@{host}"


def link_for(user: User) -> str:
    """A link that opens the account of somebody who waits, beside those that were made before."""
    return settings.SITE_URL + reverse("invitation", args=[_token(user)])


def send(*, user: User, link: str, by: User) -> bool:
    """Writes to the one whom the link invites; whether the e-mail could be given to be sent."""
    text = render_to_string(
        "accounts/email/invitation.txt", {"by": by, "link": link, "days": VALID_DAYS, "user": user}
    )
    try:
        send_mail(_("Votre accès au portail"), text, None, [user.email])
    except (OSError, SMTPException):
        return False
    return True


def invited_user(token: str) -> User | None:
    """Whom the link invites; None where it was never good, is too old, or has served."""
    try:
        pk, state = signing.loads(token, salt=SALT, max_age=VALID_DAYS * 24 * 3600)
    except (signing.BadSignature, ValueError):
        return None
    user = User.objects.filter(pk=pk).first()
    if user and is_pending(user) and constant_time_compare(state, _password_fingerprint(user)):
        return user
    return None


def accept(*, user: User, password: str, name: str) -> bool:
    """Gives the account its password; False where the link served in the meantime."""
    waiting = User.objects.filter(pk=user.pk, password=user.password)
    # An update saves no row: `portal.core.http.input_cleaning` does not see it.
    return bool(waiting.update(password=make_password(password), name=clean_line(name)))


def _token(user: User) -> str:
    return signing.dumps([user.pk, _password_fingerprint(user)], salt=SALT)


def _password_fingerprint(user: User) -> str:
    return salted_hmac(SALT, user.password, algorithm="sha256").hexdigest()[:32]

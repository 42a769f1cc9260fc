"""Granting and revoking rights; each change is recorded in a RightChange."""

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts.models import RightChange, Role, SignIn, User, role_label
from portal.territory.models import Department


class LastAdministratorError(Exception):
    """The last administrator cannot be removed: nobody could grant the role again."""


@transaction.atomic
def grant_role(*, by: User | None, user: User, department: Department, kind: str) -> bool:
    """Grant a role; return False if the user had it. `by` is None for the portal itself."""
    _role, created = Role.objects.get_or_create(user=user, department=department, kind=kind)
    if created:
        record_right_change(
            by=by,
            user=user,
            granted=True,
            right=role_label(kind, department),
            department=department,
        )
    return created


@transaction.atomic
def revoke_role(*, by: User | None, user: User, department: Department, kind: str) -> bool:
    """Revoke a role; return False if the user did not have it."""
    count, _rows = Role.objects.filter(user=user, department=department, kind=kind).delete()
    if count:
        record_right_change(
            by=by,
            user=user,
            granted=False,
            right=role_label(kind, department),
            department=department,
        )
    return bool(count)


@transaction.atomic
def grant_administrator(*, by: User | None, user: User) -> bool:
    changed = User.objects.filter(pk=user.pk, is_superuser=False).update(is_superuser=True)
    if changed:
        user.is_superuser = True
        record_right_change(by=by, user=user, granted=True, right=_("administrateur du portail"))
    return bool(changed)


@transaction.atomic
def revoke_administrator(*, by: User | None, user: User) -> bool:
    """Revoke the role; return False if the user did not have it.

    Locks the rows of all administrators, so that two cannot remove each other at the same time.
    Raises LastAdministratorError.
    """
    administrators = User.objects.administrators().select_for_update().order_by("pk")
    others = [pk for pk in administrators.values_list("pk", flat=True) if pk != user.pk]
    if not others:
        raise LastAdministratorError
    changed = User.objects.filter(pk=user.pk, is_superuser=True).update(is_superuser=False)
    if changed:
        user.is_superuser = False
        record_right_change(by=by, user=user, granted=False, right=_("administrateur du portail"))
    return bool(changed)


def record_right_change(
    *, by: User | None, user: User, granted: bool, right: str, department: Department | None = None
) -> None:
    """Record a change of rights, and forget those that `user` had read."""
    RightChange.objects.create(
        changed_by=by, user=user, granted=granted, right=right, department=department
    )
    user.clear_rights_cache()


@transaction.atomic
def reset_code(*, by: User, user: User) -> bool:
    """Delete the one-time and recovery codes of a user and end their sessions, so that they sign in
    by password and set up another code. Return False if they had none.
    """
    count, _rows = Authenticator.objects.filter(user=user).delete()
    if count:
        user.sessions.all().delete()
        record_right_change(by=by, user=user, granted=False, right=_("code à usage unique"))
    return bool(count)


@transaction.atomic
def erase_person(*, user: User) -> None:
    """Anonymise a user: e-mail, name, rights, sessions and sign-ins go; what they did stays, linked
    to a number.

    Raises LastAdministratorError.
    """
    if user.is_superuser:
        revoke_administrator(by=None, user=user)
    for relation in ("roles", "memberships", "sessions"):
        getattr(user, relation).all().delete()
    Authenticator.objects.filter(user=user).delete()
    SocialAccount.objects.filter(user=user).delete()
    SignIn.objects.filter(user=user).delete()
    User.objects.filter(pk=user.pk).update(
        email=f"efface-{user.pk}@invalid.invalid",
        name="",
        password=make_password(None),
        is_active=False,
        last_login=None,
    )

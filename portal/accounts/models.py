"""The person who signs in, what they may do in a département, and who gave it to them."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.auth.models import PermissionsMixin
from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.functional import cached_property
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from portal.accounts.enums import RoleKind, SignInMethod, SignInOutcome
from portal.accounts.sessions import SessionStore
from portal.territory.models import Department

DEMO_PASSWORD = "portail-demo"  # noqa: S105, of every account of a demonstration
DEVICE_LENGTH = 60


# Neither a password was chosen, nor did anybody sign in otherwise.
_UNACCEPTED = Q(password__startswith=UNUSABLE_PASSWORD_PREFIX, last_login__isnull=True)


class UserQuerySet(models.QuerySet["User"]):
    def with_duties(self) -> "UserQuerySet":
        """With all that `User.duties` says, in a constant number of queries."""
        return self.prefetch_related("roles__department__profile", "memberships__agency")

    def accepted(self) -> "UserQuerySet":
        """Those who may be written to: open accounts whose invitation was accepted, with a password
        or by ProConnect.
        """
        return self.filter(is_active=True).exclude(_UNACCEPTED)

    def administrators(self) -> "UserQuerySet":
        return self.filter(is_superuser=True, is_active=True)


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A user who signs in with `email`; without a password, they cannot sign in yet."""
        if not email:
            raise ValueError("An e-mail is required.")
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_superuser=True, **fields)

    def get_by_natural_key(self, email: str | None) -> "User":
        return self.get(email=(email or "").strip().lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A member of a département's staff. The e-mail, kept in lower case, is the name.

    What they may do follows from their roles, their agencies and `is_superuser` (administrator),
    through the rules of each app; there are neither groups nor permissions in tables.
    """

    groups = None  # type: ignore[assignment]
    user_permissions = None  # type: ignore[assignment]

    email = models.EmailField(_("adresse électronique"), unique=True)
    name = models.CharField(_("nom affiché"), max_length=150, blank=True)
    is_active = models.BooleanField(_("actif"), default=True)

    USERNAME_FIELD = "email"

    objects = UserManager()

    class Meta:
        verbose_name = _("utilisateur")
        ordering = ["email"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")), name="accounts_user_email_lower"
            )
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def has_accepted(self) -> bool:
        """Whether they may be written to: as `UserQuerySet.accepted` says."""
        came = self.has_usable_password() or self.last_login is not None
        return self.is_active and came

    @property
    def is_staff(self) -> bool:
        """Whether the administration opens: to administrators, managers and agents."""
        return self.is_superuser or bool(self.managed_departments or self.agency_ids)

    @property
    def needs_code(self) -> bool:
        """Whether a one-time code is required of them beside the password."""
        powerful = self.is_superuser or bool(self.managed_departments)
        return powerful and not settings.PORTAL_DEMO

    @cached_property
    def _roles(self) -> list["Role"]:
        return self._related("roles", "department__profile")

    @cached_property
    def _memberships(self) -> list[Any]:
        # They stand on a floor above: they are met through their reverse relation alone.
        return self._related("memberships", "agency")

    def _related(self, name: str, along: str) -> list[Any]:
        """The rows of a reverse relation, as prefetched or in one query."""
        rows = getattr(self, name)
        prefetched = name in getattr(self, "_prefetched_objects_cache", {})
        return list(rows.all() if prefetched else rows.select_related(along))

    def departments_with_role(self, kind: str) -> frozenset[str]:
        """The codes of the départements where they have that role."""
        return frozenset(role.department_id for role in self._roles if role.kind == kind)

    @property
    def managed_departments(self) -> frozenset[str]:
        return self.departments_with_role(RoleKind.MANAGER)

    @property
    def agency_ids(self) -> frozenset[int]:
        """The keys of the agencies of which they are an agent."""
        return frozenset(member.agency_id for member in self._memberships)

    @property
    def agent_departments(self) -> frozenset[str]:
        """The codes of the départements of those agencies."""
        return frozenset(member.agency.department_id for member in self._memberships)

    @property
    def duties(self) -> list[str]:
        """All that they are, in French: "gestionnaire du Loiret", "agent : ADS Nord Loiret"."""
        first = [_now("administrateur du portail")] if self.is_superuser else []
        return [*first, *(duty.label for duty in (*self._roles, *self._memberships))]

    def clear_rights_cache(self) -> None:
        """Has them read again, after a role or an agency was given or taken."""
        for cache in ("_roles", "_memberships", "_prefetched_objects_cache"):
            self.__dict__.pop(cache, None)


class Role(models.Model):
    """What a person is in a whole département. Agents are members of agencies (`teams`)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="roles")
    department = models.ForeignKey(Department, models.PROTECT, related_name="roles")
    kind = models.CharField(_("rôle"), max_length=10, choices=RoleKind)

    class Meta:
        verbose_name = _("rôle")
        ordering = ["department", "kind"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "department", "kind"], name="accounts_role_once"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=RoleKind.values),
                name="accounts_role_kind_known",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return role_label(self.kind, self.department)


def role_label(kind: str, department: Department) -> str:
    """A role in French: "gestionnaire du Loiret", or "gestionnaire, Loir-et-Cher (41)"."""
    label = RoleKind(kind).label
    profile = getattr(department, "profile", None)
    return f"{label} {profile.name_with_article}" if profile else f"{label}, {department}"


class RightChange(models.Model):
    """A right granted to a user or revoked: by whom, when. Append-only.

    `right` is stored as French text, so that it still reads after an agency is renamed.
    `changed_by` is null for changes made by the portal itself, `department` for rights that
    belong to no département.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="right_changes")
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    changed_at = models.DateTimeField(_("le"), default=timezone.now)
    granted = models.BooleanField(_("donné"))
    right = models.CharField(_("droit"), max_length=250)
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("changement de droits")
        verbose_name_plural = _("changements de droits")
        ordering = ["-changed_at", "-id"]

    def __str__(self) -> str:
        message = (
            _now("%(right)s donné à %(user)s")
            if self.granted
            else _now("%(right)s retiré à %(user)s")
        )
        return message % {"right": self.right, "user": self.user}


class SignInQuerySet(models.QuerySet["SignIn"]):
    def before(self, moment: datetime) -> "SignInQuerySet":
        return self.filter(attempted_at__lt=moment)


class SignIn(models.Model):
    """A sign-in, or attempts that failed alike within an hour: then `count` counts them.

    Neither a password nor an address is kept, nor what was typed where no account has that name:
    `user` is then null.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="sign_ins"
    )
    attempted_at = models.DateTimeField(_("le"), default=timezone.now, db_index=True)
    outcome = models.CharField(_("résultat"), max_length=12, choices=SignInOutcome)
    method = models.CharField(_("moyen"), max_length=12, choices=SignInMethod)
    device = models.CharField(_("appareil"), max_length=DEVICE_LENGTH, blank=True)
    count = models.PositiveIntegerField(_("fois"), default=1)

    objects = SignInQuerySet.as_manager()

    class Meta:
        verbose_name = _("connexion")
        ordering = ["-attempted_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=SignInOutcome.values),
                name="accounts_signin_outcome_known",
            ),
            models.CheckConstraint(
                condition=Q(method__in=SignInMethod.values),
                name="accounts_signin_method_known",
            ),
            models.CheckConstraint(
                condition=Q(count__gte=1), name="accounts_signin_count_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user or '?'} : {self.get_outcome_display()}"


class SessionQuerySet(models.QuerySet["Session"]):
    def active(self) -> "SessionQuerySet":
        return self.filter(expire_date__gt=timezone.now())


class SessionManager(BaseSessionManager.from_queryset(SessionQuerySet)):  # type: ignore[misc]
    pass


class Session(AbstractBaseSession):
    """A signed-in browser, or one on its way to it: then `user` is null.

    Of the browser only its name in plain words is kept: neither its address nor its full signature.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="sessions"
    )
    device = models.CharField(_("appareil"), max_length=DEVICE_LENGTH, blank=True)
    last_used = models.DateTimeField(_("dernière utilisation"), auto_now=True)

    objects = SessionManager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = ["-last_used"]

    @classmethod
    def get_session_store_class(cls) -> type:
        return SessionStore

    @property
    def name(self) -> str:
        """What names it on a page, where its key must not be read."""
        return salted_hmac("portal.accounts.session", self.session_key).hexdigest()[:20]

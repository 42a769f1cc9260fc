"""Users, their roles, changes of rights, sign-ins and sessions."""

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
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.accounts.enums import RoleKind, SignInMethod, SignInOutcome
from portal.accounts.sessions import SessionStore
from portal.territory.models import Department

DEMO_PASSWORD = "portail-demo"  # noqa: S105, of every demonstration account
DEVICE_LENGTH = 60


# No password was chosen, and the person never signed in by ProConnect.
_UNACCEPTED = Q(password__startswith=UNUSABLE_PASSWORD_PREFIX, last_login__isnull=True)


class UserQuerySet(models.QuerySet["User"]):
    def with_role_labels(self) -> "UserQuerySet":
        """Prefetch what `User.role_labels` reads, in a constant number of queries."""
        return self.prefetch_related("roles__department__profile", "memberships__agency")

    def accepted(self) -> "UserQuerySet":
        """Return the active users who accepted their invitation, with a password or by ProConnect:
        those who may be sent e-mails.
        """
        return self.filter(is_active=True).exclude(_UNACCEPTED)

    def administrators(self) -> "UserQuerySet":
        return self.filter(is_superuser=True, is_active=True)


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create a user; without a password, they cannot sign in yet."""
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
    """A member of a département's staff, identified by e-mail, in lower case.

    Permissions follow from roles, agencies and `is_superuser` (administrator), by the rules of
    each app; there are no groups or permissions in tables.
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
        verbose_name_plural = _("utilisateurs")
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
        """Whether the user is one of `UserQuerySet.accepted`."""
        has_signed_in = self.has_usable_password() or self.last_login is not None
        return self.is_active and has_signed_in

    @property
    def is_staff(self) -> bool:
        """Whether the user may open the administration: administrators, managers and agents."""
        return self.is_superuser or bool(self.managed_departments or self.agency_ids)

    @property
    def needs_code(self) -> bool:
        """Whether a one-time code is required beside the password."""
        powerful = self.is_superuser or bool(self.managed_departments)
        return powerful and not settings.PORTAL_DEMO

    @cached_property
    def _roles(self) -> list["Role"]:
        return self._related("roles", "department__profile")

    @cached_property
    def _memberships(self) -> list[Any]:
        # A model of an upper app, reached only by its reverse relation.
        return self._related("memberships", "agency")

    def _related(self, name: str, select_related: str) -> list[Any]:
        """Return the rows of a reverse relation, prefetched or in one query."""
        rows = getattr(self, name)
        prefetched = name in getattr(self, "_prefetched_objects_cache", {})
        return list(rows.all() if prefetched else rows.select_related(select_related))

    def departments_with_role(self, kind: str) -> frozenset[str]:
        """Return the codes of the départements where the user has that role."""
        return frozenset(role.department_id for role in self._roles if role.kind == kind)

    @property
    def managed_departments(self) -> frozenset[str]:
        return self.departments_with_role(RoleKind.MANAGER)

    @property
    def agency_ids(self) -> frozenset[int]:
        """The primary keys of the agencies where the user is an agent."""
        return frozenset(member.agency_id for member in self._memberships)

    @property
    def agent_departments(self) -> frozenset[str]:
        """The codes of the départements of those agencies."""
        return frozenset(member.agency.department_id for member in self._memberships)

    @property
    def role_labels(self) -> list[str]:
        """All roles in French: "gestionnaire du Loiret", "agent : ADS Nord Loiret"."""
        administrator = [gettext("administrateur du portail")] if self.is_superuser else []
        return [*administrator, *(role.label for role in (*self._roles, *self._memberships))]

    def clear_rights_cache(self) -> None:
        """Forget the roles and memberships read so far, after one of them changed."""
        for cache in ("_roles", "_memberships", "_prefetched_objects_cache"):
            self.__dict__.pop(cache, None)


class Role(models.Model):
    """A user's role in a whole département. Agents are members of agencies (`teams`)."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("personne"), related_name="roles"
    )
    department = models.ForeignKey(
        Department, models.PROTECT, verbose_name=_("département"), related_name="roles"
    )
    kind = models.CharField(_("rôle"), max_length=10, choices=RoleKind)

    class Meta:
        verbose_name = _("rôle")
        verbose_name_plural = _("rôles")
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
    """Return a role in French: "gestionnaire du Loiret", "gestionnaire, Loir-et-Cher (41)"."""
    label = RoleKind(kind).label
    profile = getattr(department, "profile", None)
    return f"{label} {profile.name_with_article}" if profile else f"{label}, {department}"


class RightChange(models.Model):
    """A right granted to a user or revoked: by whom, when. Append-only.

    `right` is stored as French text, so that it still reads after an agency is renamed.
    `changed_by` is null for changes made by the portal itself, `department` for rights that
    belong to no département.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("personne"),
        related_name="right_changes",
    )
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("changé par"),
        related_name="+",
    )
    changed_at = models.DateTimeField(_("le"), default=timezone.now)
    granted = models.BooleanField(_("donné"))
    right = models.CharField(_("droit"), max_length=250)
    department = models.ForeignKey(
        Department,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("département"),
        related_name="+",
    )

    class Meta:
        verbose_name = _("changement de droits")
        verbose_name_plural = _("changements de droits")
        ordering = ["-changed_at", "-id"]

    def __str__(self) -> str:
        message = (
            gettext("%(right)s donné à %(user)s")
            if self.granted
            else gettext("%(right)s retiré à %(user)s")
        )
        return message % {"right": self.right, "user": self.user}


class SignInQuerySet(models.QuerySet["SignIn"]):
    def before(self, moment: datetime) -> "SignInQuerySet":
        return self.filter(attempted_at__lt=moment)


class SignIn(models.Model):
    """A sign-in, or `count` similar failed attempts within an hour.

    No password or IP address is stored. `user` is null where no account has the e-mail typed,
    which is not stored either.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        verbose_name=_("personne"),
        related_name="sign_ins",
    )
    attempted_at = models.DateTimeField(_("le"), default=timezone.now, db_index=True)
    outcome = models.CharField(_("résultat"), max_length=12, choices=SignInOutcome)
    method = models.CharField(_("moyen"), max_length=12, choices=SignInMethod)
    device = models.CharField(_("appareil"), max_length=DEVICE_LENGTH, blank=True)
    count = models.PositiveIntegerField(_("fois"), default=1)

    objects = SignInQuerySet.as_manager()

    class Meta:
        verbose_name = _("connexion")
        verbose_name_plural = _("connexions")
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
    """The session of a browser; `user` is null before the sign-in.

    Of the browser only a plain description is stored, not its IP address or full User-Agent.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        verbose_name=_("personne"),
        related_name="sessions",
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
        """An identifier that pages may show, unlike the session key."""
        return salted_hmac("portal.accounts.session", self.session_key).hexdigest()[:20]

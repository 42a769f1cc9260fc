"""Factories of valid rows."""

from datetime import time

import factory
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import generate_totp_secret
from django.contrib.auth.hashers import make_password
from factory.django import DjangoModelFactory

from accueil.models import PhoneLine, ReceptionPoint, SpecialHours, Stop
from portal.accounts.enums import RoleKind
from portal.accounts.models import Role, User
from portal.core.models import Source
from portal.core.periods.period import Period
from portal.territory.models import Commune, Department
from relocations.models import Relocation
from teams.models import Agency, Membership, Site, Team

PASSWORD = "trois mots sans rapport"


class DepartmentFactory(DjangoModelFactory):
    class Meta:
        model = Department
        django_get_or_create = ["code"]

    code = "98"
    name = "Essai"
    region_code = "00"


class CommuneFactory(DjangoModelFactory):
    class Meta:
        model = Commune

    code = factory.Sequence(lambda n: f"98{n % 1000:03d}")
    name = factory.Sequence(lambda n: f"Commune {n}")
    department = factory.SubFactory(DepartmentFactory)


class SourceFactory(DjangoModelFactory):
    class Meta:
        model = Source

    key = factory.Sequence(lambda n: f"source-{n}")
    title = "Communiqué"
    publisher = "Département"
    period = factory.LazyFunction(lambda: Period.parse("24 novembre 2023"))


class PhoneLineFactory(DjangoModelFactory):
    class Meta:
        model = PhoneLine

    department = factory.SubFactory(DepartmentFactory)
    name = "Accueil social"
    slug = factory.Sequence(lambda n: f"ligne-{n}")
    number = "02 38 00 00 00"


class SpecialHoursFactory(DjangoModelFactory):
    """A closure of whole days; points, phone lines or agencies are keyword arguments."""

    class Meta:
        model = SpecialHours
        skip_postgeneration_save = True

    department = factory.SubFactory(DepartmentFactory)
    effect = "closed"

    @factory.post_generation
    def points(self, create, chosen, **kwargs):
        self.points.set(chosen or [])

    @factory.post_generation
    def phone_lines(self, create, chosen, **kwargs):
        self.phone_lines.set(chosen or [])

    @factory.post_generation
    def agencies(self, create, chosen, **kwargs):
        self.agencies.set(chosen or [])


class AgencyFactory(DjangoModelFactory):
    class Meta:
        model = Agency

    department = factory.SubFactory(DepartmentFactory)
    name = factory.Sequence(lambda n: f"Agence {n}")
    long_name = factory.SelfAttribute("name")
    slug = factory.Sequence(lambda n: f"agence-{n}")


class SiteFactory(DjangoModelFactory):
    class Meta:
        model = Site

    department = factory.SubFactory(DepartmentFactory)
    address = factory.Sequence(lambda n: f"{n + 1} rue des Essais")
    source = factory.SubFactory(SourceFactory)


class ReceptionPointFactory(DjangoModelFactory):
    class Meta:
        model = ReceptionPoint

    department = factory.SubFactory(DepartmentFactory)
    name = factory.Sequence(lambda n: f"Accueil {n}")
    slug = factory.Sequence(lambda n: f"accueil-{n}")
    kind = "ccas"
    site = factory.SubFactory(SiteFactory, latitude=47.0, longitude=2.0)


class BusFactory(ReceptionPointFactory):
    kind = "itinerant"
    site = None


class StopFactory(DjangoModelFactory):
    """A stop each Tuesday from 9 to 11."""

    class Meta:
        model = Stop

    point = factory.SubFactory(BusFactory)
    site = factory.SubFactory(SiteFactory, latitude=47.0, longitude=2.0)
    weekday = 1
    starts_at = time(9)
    ends_at = time(11)


class TeamFactory(DjangoModelFactory):
    class Meta:
        model = Team

    agency = factory.SubFactory(AgencyFactory)
    name = factory.Sequence(lambda n: f"Équipe {n}")
    slug = factory.Sequence(lambda n: f"equipe-{n}")
    kind = "proximity"
    site = factory.SubFactory(SiteFactory)
    source = factory.SubFactory(SourceFactory)


class RelocationFactory(DjangoModelFactory):
    """A planned move of 2024 from the team's site to another."""

    class Meta:
        model = Relocation

    team = factory.SubFactory(TeamFactory)
    status = "planned"
    period = factory.LazyFunction(lambda: Period.parse("2024"))
    origin = factory.SelfAttribute("team.site")
    destination = factory.SubFactory(SiteFactory)
    source = factory.SubFactory(SourceFactory)


class UserFactory(DjangoModelFactory):
    """A user without rights; `code` adds a one-time-code authenticator."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    class Params:
        code = factory.Trait(
            authenticator=factory.RelatedFactory("tests.factories.CodeFactory", "user")
        )

    email = factory.Sequence(lambda n: f"personne{n}@loiret.test")
    password = factory.LazyFunction(lambda: make_password(PASSWORD))


class CodeFactory(DjangoModelFactory):
    class Meta:
        model = Authenticator

    user = factory.SubFactory(UserFactory)
    type = Authenticator.Type.TOTP
    data = factory.LazyFunction(lambda: {"secret": generate_totp_secret()})


def administrator(**fields) -> User:
    """Return an administrator, with the one-time-code authenticator that they must have."""
    return UserFactory(is_superuser=True, code=True, **fields)


def manager(department: str = "45", **fields) -> User:
    """Return a manager of a loaded département, with a one-time-code authenticator."""
    user = UserFactory(code=True, **fields)
    Role.objects.create(user=user, department_id=department, kind=RoleKind.MANAGER)
    return user


def agent(*agencies: str, **fields) -> User:
    """Return an agent of these loaded agencies (slugs)."""
    user = UserFactory(**fields)
    for agency in Agency.objects.filter(slug__in=agencies):
        Membership.objects.create(user=user, agency=agency)
    return user


def pilot(department: str = "45", kind: str = RoleKind.PILOT, **fields) -> User:
    """Return a pilot, or a reviewer, of a loaded département."""
    user = UserFactory(**fields)
    Role.objects.create(user=user, department_id=department, kind=kind)
    return user

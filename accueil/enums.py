"""The closed lists of values of this app: constraints and forms name their members."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.core.opening_hours.special_days import Effect


class PointKind(models.TextChoices):
    """What a reception point is."""

    DEPARTMENT = "department", _("site du département")
    FRANCE_SERVICES = "france_services", _("France services")
    CCAS = "ccas", _("centre communal d'action sociale")
    TOWN_HALL = "town_hall", _("mairie")
    ITINERANT = "itinerant", _("accueil itinérant")
    OTHER = "other", _("autre lieu")


class AppointmentPolicy(models.TextChoices):
    """How a point receives, as its lists say it; empty when unknown."""

    UNKNOWN = "", ""
    ONLY = "only", _("sur rendez-vous seulement")
    WITH = "with", _("sur rendez-vous")  # without appointment: unknown
    BOTH = "both", _("avec ou sans rendez-vous")
    WITHOUT = "without", _("sans rendez-vous")


class WheelchairAccess(models.TextChoices):
    """Whether a wheelchair can enter a reception point."""

    YES = "yes", _("accessible en fauteuil roulant")
    LIMITED = "limited", _("accessible en fauteuil roulant avec de l'aide")
    NO = "no", _("pas accessible en fauteuil roulant")


class SpecialHoursEffect(models.TextChoices):
    """What special hours change of the usual ones."""

    CLOSED = Effect.CLOSED.value, _("fermé toute la journée")
    CLOSED_BETWEEN = Effect.CLOSED_BETWEEN.value, _("fermé à certaines heures")
    OPEN_ONLY = Effect.OPEN_ONLY.value, _("ouvert seulement à certaines heures")


class Weekday(models.IntegerChoices):
    """The days of the week, as `date.weekday()` numbers them."""

    MONDAY = 0, _("lundi")
    TUESDAY = 1, _("mardi")
    WEDNESDAY = 2, _("mercredi")
    THURSDAY = 3, _("jeudi")
    FRIDAY = 4, _("vendredi")
    SATURDAY = 5, _("samedi")
    SUNDAY = 6, _("dimanche")


class Channel(models.TextChoices):
    """How a request reached the reception."""

    WALK_IN = "door", _("à la porte")
    PHONE = "phone", _("au téléphone")
    APPOINTMENT = "appointment", _("sur rendez-vous")


class MeetingKind(models.TextChoices):
    """How people meet a service, besides its reception."""

    GROUP = "group", _("action collective")
    CONSULTATION = "consultation", _("consultation")
    VIDEO = "video", _("permanence en visio")
    HOME = "home", _("visite à domicile")


class Topic(models.TextChoices):
    """What a published figure or principle is about."""

    REQUESTS = "requests", _("Demandes reçues")
    ANSWERS = "answers", _("Réponses et délais")
    PLACES = "places", _("Lieux d'accueil")
    ORGANISATION = "organisation", _("Agences, maisons et équipes")
    STAFF = "staff", _("Professionnels")
    DISABILITY = "disability", _("Handicap et autonomie")
    PLAN = "plan", _("Schéma des solidarités")

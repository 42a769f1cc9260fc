"""Factories of plans, sheets and campaigns."""

import factory
from factory.django import DjangoModelFactory

from portal.core.periods.period import Period
from schema_actions.models import ActionSheet, Axis, Campaign, Objective, Plan
from tests.factories import DepartmentFactory


class PlanFactory(DjangoModelFactory):
    class Meta:
        model = Plan

    department = factory.SubFactory(DepartmentFactory)
    slug = factory.Sequence(lambda n: f"schema-{n}")
    title = "Schéma d'essai"
    first_year = 2022
    last_year = 2026


class AxisFactory(DjangoModelFactory):
    class Meta:
        model = Axis

    plan = factory.SubFactory(PlanFactory)
    number = 1
    title = "Un axe"


class ObjectiveFactory(DjangoModelFactory):
    class Meta:
        model = Objective

    axis = factory.SubFactory(AxisFactory)
    number = 1
    title = "Un objectif"


class SheetFactory(DjangoModelFactory):
    """A sheet of a plan of its own."""

    class Meta:
        model = ActionSheet

    objective = factory.SubFactory(ObjectiveFactory)
    plan = factory.SelfAttribute("objective.axis.plan")
    code = "1.1.1"
    title = factory.Sequence(lambda n: f"Fiche {n}")
    calendar_years = "2024"


class CampaignFactory(DjangoModelFactory):
    class Meta:
        model = Campaign

    plan = factory.SubFactory(PlanFactory)
    slug = factory.Sequence(lambda n: f"campagne-{n}")
    title = "Campagne d'essai"
    status = "published"
    period = factory.LazyFunction(lambda: Period.parse("juin 2025"))

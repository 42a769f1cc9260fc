"""The stages of the moves on a day: what is ahead comes first, what is over last."""

from collections.abc import Iterable
from datetime import date
from itertools import groupby

from django.db.models import Case, F, IntegerChoices, Q, Value, When
from django.utils.translation import gettext_lazy as _

from relocations.models import UNDATED, Relocation, RelocationQuerySet
from relocations.workflow import CLOSED_STATUSES


class Stage(IntegerChoices):
    """In the order of the page."""

    AHEAD = 1, _("À venir")
    OVERDUE = 2, _("Date passée, sans nouvelles")
    UNDATED = 3, _("Sans date")
    OVER = 4, _("Déjà faits, annulés ou remplacés")


def in_order_of_stages(moves: RelocationQuerySet, today: date) -> RelocationQuerySet:
    """Annotate `stage`, and order by it, then by date. `moves` are those of `for_schedule`."""
    is_already_open = Q(kind=Relocation.Kind.OPENING, destination=F("team__site"))
    is_over = Q(status__in=CLOSED_STATUSES) | Q(is_overtaken=True) | is_already_open
    stage = Case(
        When(is_over, Value(Stage.OVER)),
        When(UNDATED, Value(Stage.UNDATED)),
        When(period_latest__lt=today, then=Value(Stage.OVERDUE)),
        # "À partir du 1er mars", once past: nobody says whether it is done.
        When(period_latest=None, period_earliest__lt=today, then=Value(Stage.OVERDUE)),
        default=Value(Stage.AHEAD),
    )
    return moves.annotate(stage=stage).order_by("stage", *moves.query.order_by)


def group_by_stage(moves: Iterable[Relocation]) -> list[tuple[Stage, list[Relocation]]]:
    """Group moves that are in the order of stages."""
    groups = groupby(moves, key=lambda move: Stage(getattr(move, "stage")))  # noqa: B009
    return [(stage, list(members)) for stage, members in groups]

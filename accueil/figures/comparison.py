"""Comparison of published figures about the same thing. No queries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from accueil.enums import Topic
from accueil.figures.known_counts import KnownCounts, known_sentence
from accueil.models import Figure, Principle
from portal.core.text.normalisation import normalise
from portal.territory.models import Department

_NUMBERS = {
    **{2: gettext_noop("Deux"), 3: gettext_noop("Trois")},
    **{4: gettext_noop("Quatre"), 5: gettext_noop("Cinq")},
}


@dataclass(frozen=True)
class Comparison:
    """Figures about one thing, one or more; `known` says how many of it the portal knows."""

    figures: Sequence[Figure]
    known: str = ""

    @property
    def is_contradictory(self) -> bool:
        return len(self.figures) > 1 and not self._is_by_date and not self._is_by_perimeter

    @property
    def sentence(self) -> str:
        """What the figures say together; "" for a single figure."""
        count = len(self.figures)
        if count < 2:
            return ""
        if self._is_same_value:
            if self._is_by_perimeter:
                return _("Le même chiffre, mais il ne compte pas la même chose.")
            return _("Le même chiffre dans plusieurs documents.")
        if self._is_by_date:
            message = ngettext(
                "%(count)s chiffre publié, pour sa date.",
                "%(count)s chiffres publiés, chacun pour sa date.",
                count,
            )
        elif not all(figure.perimeter for figure in self.figures):
            message = ngettext(
                "%(count)s chiffre publié : le périmètre n'est pas dit.",
                "%(count)s chiffres publiés pour la même chose : le périmètre n'est pas dit.",
                count,
            )
        elif self._is_by_perimeter:
            message = ngettext(
                "%(count)s chiffre publié.",
                "%(count)s chiffres publiés, qui ne comptent pas la même chose.",
                count,
            )
        else:
            message = ngettext(
                "%(count)s chiffre publié.",
                "%(count)s chiffres publiés pour la même chose : ils se contredisent.",
                count,
            )
        return message % {"count": _number_word(count)}

    @property
    def _is_same_value(self) -> bool:
        return len({normalise(figure.value) for figure in self.figures}) == 1

    @property
    def _is_by_date(self) -> bool:
        """Whether each figure has its own period."""
        return _all_differ([normalise(figure.period_text) for figure in self.figures])

    @property
    def _is_by_perimeter(self) -> bool:
        """Whether each figure has its own perimeter."""
        return _all_differ([normalise(figure.perimeter) for figure in self.figures])


@dataclass(frozen=True)
class TopicSection:
    """The figures and principles of a département on one topic."""

    topic: Topic
    comparisons: list[Comparison] = field(default_factory=list)
    principles: list[Principle] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many figures and principles it has."""
        return len(self.principles) + sum(len(row.figures) for row in self.comparisons)

    @property
    def comparisons_of_several(self) -> list[Comparison]:
        """The comparisons of at least two figures."""
        return [comparison for comparison in self.comparisons if len(comparison.figures) > 1]

    @property
    def single_figures(self) -> list[Comparison]:
        """The figures that are alone on their subject."""
        return [comparison for comparison in self.comparisons if len(comparison.figures) == 1]


@dataclass(frozen=True)
class DepartmentFigures:
    """The published figures of a département, by topic."""

    department: Department
    topic_sections: list[TopicSection]

    @property
    def contradiction_count(self) -> int:
        return sum(
            comparison.is_contradictory
            for section in self.topic_sections
            for comparison in section.comparisons
        )


def group_by_department(
    figures: Iterable[Figure], principles: Iterable[Principle], counts: KnownCounts
) -> list[DepartmentFigures]:
    """Group the rows of `for_page` by département and topic; topics without rows are left out."""
    by_department: dict[str, tuple[Department, dict[str, TopicSection]]] = {}
    by_topic = groupby(figures, key=lambda figure: (figure.department_id, figure.topic))
    for (_code, topic), rows in by_topic:
        group = list(rows)
        _topic_section(by_department, group[0].department, topic).comparisons.extend(
            compare_figures(group, counts)
        )
    for principle in principles:
        _topic_section(by_department, principle.department, principle.topic).principles.append(
            principle
        )
    order = list(Topic)
    return [
        DepartmentFigures(
            department, sorted(sections.values(), key=lambda section: order.index(section.topic))
        )
        for _code, (department, sections) in sorted(by_department.items())
    ]


def compare_figures(figures: Iterable[Figure], counts: KnownCounts) -> list[Comparison]:
    """Group the figures by subject, in the order of each subject's first figure."""
    groups: dict[str, list[Figure]] = {}
    for figure in figures:
        groups.setdefault(figure.subject or f"/{figure.key}", []).append(figure)
    return [Comparison(rows, known_sentence(rows[0], counts)) for rows in groups.values()]


def _topic_section(
    by_department: dict[str, tuple[Department, dict[str, TopicSection]]],
    department: Department,
    topic: str,
) -> TopicSection:
    _department, sections = by_department.setdefault(department.code, (department, {}))
    return sections.setdefault(topic, TopicSection(Topic(topic)))


def _all_differ(values: Sequence[str]) -> bool:
    return all(values) and len(set(values)) == len(values)


def _number_word(count: int) -> str:
    return _(_NUMBERS[count]) if count in _NUMBERS else str(count)

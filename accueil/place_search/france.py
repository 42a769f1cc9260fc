"""France's communes, as the places that are read in a text: they change once a year."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from threading import Lock

from accueil.place_search.name_index import Kind, NameIndex, Place, with_prefix


class France:
    """All the communes and former communes, with their postal codes and départements.

    `communes` are by INSEE code; `postal_codes` gives the INSEE codes of each, `departments` the
    code of each name, as words glued, `department_codes` that of each code as it is typed ("2a").
    """

    def __init__(
        self,
        places: Sequence[Place],
        postal_codes: Mapping[str, Sequence[str]],
        departments: Mapping[str, str],
    ) -> None:
        self.communes = {place.key: place for place in places if place.kind == Kind.COMMUNE}
        self.postal_codes = postal_codes
        self.departments = departments
        self.department_codes = {code.lower(): code for code in departments.values()}
        self._places = places
        self._lock = Lock()
        self._names: NameIndex | None = None

    def names(self, served: frozenset[str]) -> NameIndex:
        """The index, with the départements served first; built again only when those change."""
        names = self._names
        if names is None or names.served != served:
            with self._lock:
                names = self._names
                if names is None or names.served != served:
                    names = self._names = NameIndex(self._places, served)
        return names

    def with_postal_code(self, start: str) -> Iterable[Place]:
        """The communes of the postal codes that start so, each once."""
        codes = with_prefix(self._sorted_postal_codes, start)
        return (
            self.communes[commune]
            for commune in {commune for code in codes for commune in self.zone(code)}
        )

    def zone(self, postal_code: str) -> Sequence[str]:
        """The INSEE codes of the communes of a postal code, none when it is not one."""
        return self.postal_codes.get(postal_code, ())

    @cached_property
    def _sorted_postal_codes(self) -> list[str]:
        return sorted(self.postal_codes)

"""The communes of France as searchable places: they change once a year."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from threading import Lock

from accueil.place_search.name_index import Kind, NameIndex, Place, with_prefix


class France:
    """All the communes and former communes, with their postal codes and départements.

    `communes` by INSEE code; `postal_codes` to INSEE codes; `departments` from concatenated name to
    code; `department_codes` from typed code ("2a") to code.
    """

    def __init__(
        self,
        places: Sequence[Place],
        postal_codes: Mapping[str, Sequence[str]],
        departments: Mapping[str, str],
    ) -> None:
        self.communes = {place.key: place for place in places if place.kind == Kind.COMMUNE}
        self.former = {place.key: place for place in places if place.kind == Kind.FORMER_COMMUNE}
        self.postal_codes = postal_codes
        self.departments = departments
        self.department_codes = {code.lower(): code for code in departments.values()}
        self._places = places
        self._lock = Lock()
        self._names: NameIndex | None = None

    def names(self, served: frozenset[str]) -> NameIndex:
        """Return the index that prefers the served départements; rebuilt only when they change."""
        names = self._names
        if names is None or names.served != served:
            with self._lock:
                names = self._names
                if names is None or names.served != served:
                    names = self._names = NameIndex(self._places, served)
        return names

    def with_postal_code(self, start: str) -> Iterable[Place]:
        """Return the communes of the postal codes with this prefix, without duplicates."""
        codes = with_prefix(self._sorted_postal_codes, start)
        return (
            self.communes[commune]
            for commune in {commune for code in codes for commune in self.zone(code)}
        )

    def with_insee_code(self, code: str) -> Place | None:
        """Return the commune, former commune or arrondissement of that code, in any case."""
        code = code.upper()
        return self.communes.get(code) or self.former.get(code)

    def zone(self, postal_code: str) -> Sequence[str]:
        """Return the INSEE codes of a postal code, none when it does not exist."""
        return self.postal_codes.get(postal_code, ())

    @cached_property
    def _sorted_postal_codes(self) -> list[str]:
        return sorted(self.postal_codes)

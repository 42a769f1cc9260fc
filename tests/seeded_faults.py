"""Mutation testing with chosen faults: each is put in a copy of the code, and the tests must fail.

    python -m tests.seeded_faults            # all; exits with 1 when a fault is not caught
    python -m tests.seeded_faults 3 17       # these only

A fault is a single line of code with a plausible mistake. It is caught when one of its test files
fails. The working folder is never changed.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", "var", "__pycache__", ".*_cache")
AT_ONCE = 2


class Fault(NamedTuple):
    """`right` occurs once in `path`; replaced by `wrong`, it should make `tests` fail."""

    path: str
    right: str
    wrong: str
    tests: str


FAULTS = [
    # Where a team is on a day
    Fault(
        "teams/whereabouts.py",
        "    if move.is_done or period.is_overdue(today):\n        return replace(between",
        "    if move.is_done:\n        return replace(between",
        "tests/teams/test_whereabouts.py",
    ),
    Fault(
        "teams/whereabouts.py",
        "past = [move for move in done if _done_on(move) <= on]",
        "past = [move for move in done if _done_on(move) < on]",
        "tests/teams/test_whereabouts.py",
    ),
    Fault(
        "teams/whereabouts.py",
        "return move.period.latest is not None and move.period.latest < _done_on(done)",
        "return False",
        "tests/teams/test_whereabouts.py",
    ),
    # Words of danger
    Fault(
        "accueil/needs/matcher.py",
        "if all(map(positions.isdisjoint, exceptions))",
        "if not exceptions",
        "tests/accueil/test_needs.py",
    ),
    Fault(
        "accueil/lookup/understanding.py",
        "return names_only(text, whole.places)\n",
        "return names_only(text, whole.places, whole.street)\n",
        "tests/accueil/test_needs.py",
    ),
    Fault(
        "accueil/lookup/services.py",
        "if query.street and not (need and need.urgent):",
        "if query.street:",
        "tests/accueil/test_geocoding.py",
    ),
    Fault(
        "accueil/lookup/views.py",
        "    if not answer.is_danger:\n        return request.GET",
        "    if answer:\n        return request.GET",
        "tests/accueil/test_needs.py",
    ),
    Fault(
        "accueil/lookup/lone_streets.py",
        "if not places or len(rows) == MAX_ROWS:",
        "if not places:",
        "tests/accueil/test_lone_streets.py",
    ),
    # Which team covers a place
    Fault(
        "accueil/lookup/covering_teams.py",
        "if numbered and query.number is None:",
        "if numbered and query.number == 0:",
        "tests/accueil/test_covering_teams.py",
    ),
    Fault(
        "accueil/lookup/covering_teams.py",
        "        return CoveringTeams(Outcome.TEAM, sectors=commune_sectors, sector_choices=quarters)",
        "        return CoveringTeams(Outcome.TEAM, sectors=quarters, sector_choices=commune_sectors)",
        "tests/accueil/test_covering_teams.py",
    ),
    Fault(
        "accueil/lookup/covering_teams.py",
        "if query.street and of_streets and not street.names:",
        "if query.street and of_streets and not query.street:",
        "tests/accueil/test_covering_teams.py",
    ),
    Fault(
        "portal/territory/streets.py",
        "if self.key == other.key and _is_abridged(self.small_words, other.small_words):",
        "if self.key == other.key:",
        "tests/territory/test_streets.py",
    ),
    Fault(
        "teams/sectors/overlaps.py",
        "        and _days_overlap(sector, other)\n",
        "",
        "tests/teams/test_import_sectors.py",
    ),
    # Typed text
    Fault(
        "portal/core/text/normalisation.py",
        "_SAINTS.get(word, word) for word in",
        "word for word in",
        "tests/accueil/test_place_search.py",
    ),
    Fault(
        "accueil/place_search/name_index.py",
        "return place.department not in self.served, -place.weight,",
        "return place.department in self.served, -place.weight,",
        "tests/accueil/test_place_search.py tests/accueil/test_gazetteer.py",
    ),
    # Dates and hours
    Fault(
        "portal/core/periods/phrase_parser.py",
        "return _Bounds(None, spans[0].latest, spans[0].precision)",
        "return _Bounds(None, spans[0].earliest, spans[0].precision)",
        "tests/core/test_periods.py",
    ),
    Fault(
        "portal/core/periods/phrase_parser.py",
        "lambda span: span.latest >= day)",
        "lambda span: span.earliest > day)",
        "tests/core/test_periods.py",
    ),
    Fault(
        "portal/core/opening_hours/descriptions.py",
        'if (int(hour) % 24, minute) == (0, "00"):',
        "if int(hour) == 0:",
        "tests/core/test_hours.py tests/core/test_week_grid.py",
    ),
    Fault(
        "portal/core/opening_hours/recurrence.py",
        "return weeks % self.cycle + 1 in self.weeks",
        "return weeks % self.cycle in self.weeks",
        "tests/core/test_recurrence.py",
    ),
    Fault(
        "accueil/reception_points/selection.py",
        "return found.is_open is True, found.until",
        "return found.is_open is not False, found.until",
        "tests/accueil/test_reception_point_list.py",
    ),
    # Moves
    Fault(
        "portal/core/workflow.py",
        'if not current.update(version=F("version") + 1):',
        'if not current.update(version=F("version") + 1) and False:',
        "tests/relocations/test_transitions.py",
    ),
    Fault(
        "relocations/editing/services.py",
        "if needs_reason(move, change_request) and not change_request.reason.strip():",
        "if needs_reason(move, change_request) and change_request.reason is None:",
        "tests/relocations/test_transitions.py",
    ),
    Fault(
        "relocations/editing/services.py",
        "elif change_request.actual_date > clock.today():",
        "elif change_request.actual_date is None:",
        "tests/relocations/test_transitions.py",
    ),
    Fault(
        "relocations/feeds/calendar.py",
        'event.add("sequence", move.version - 1)',
        'event.add("sequence", 0)',
        "tests/relocations/test_feeds.py",
    ),
    Fault(
        "relocations/subscriptions/services.py",
        "confirmed = Subscription.objects.confirmed().filter(team=after.team_id)",
        "confirmed = Subscription.objects.filter(team=after.team_id)",
        "tests/relocations/test_subscriptions.py",
    ),
    # E-mails and files
    Fault(
        "portal/notices/delivery.py",
        "    if failure.is_final:\n",
        "    if failure.is_server:\n",
        "tests/notices/test_delivery.py",
    ),
    Fault(
        "portal/notices/services.py",
        "ended = Q(sent_at__lt=now - RETENTION)",
        "ended = Q(sent_at__lt=now)",
        "tests/notices/test_outbox.py",
    ),
    Fault(
        "portal/documents/services.py",
        "return expired.update(status=JobStatus.WAITING, claimed_at=None, slot=None, progress=0)",
        "return expired.count()",
        "tests/documents/test_jobs.py",
    ),
    # Rights
    Fault(
        "teams/rules.py",
        "return is_agent_of(user, agency) or is_manager_of(user, department)",
        "return is_agent_of(user, agency) or works_in(user, department)",
        "tests/teams/test_rights.py",
    ),
    Fault(
        "accueil/rules.py",
        "    return can_edit_agency(user, point.managing_agency) if point",
        "    return True if point",
        "tests/accueil/test_rights.py",
    ),
    # Plans
    Fault(
        "portal/core/workflow.py",
        "_base_manager.filter(pk=pk, version=version)",
        "_base_manager.filter(pk=pk)",
        "tests/schema_actions/test_campaigns.py tests/schema_actions/test_concurrent_changes.py",
    ),
    Fault(
        "schema_actions/entries/services.py",
        "    if locked.status not in from_statuses:\n",
        "    if not from_statuses:\n",
        "tests/schema_actions/test_campaigns.py",
    ),
    Fault(
        "schema_actions/synthesis.py",
        "if self.published is None or self.computed.not_transcribed:",
        "if self.published is None:",
        "tests/schema_actions/test_synthesis.py",
    ),
    Fault(
        "schema_actions/importers/levels.py",
        "    if first_line != line:\n",
        "    if first_line > line:\n",
        "tests/schema_actions/test_import_levels.py",
    ),
    # The ground
    Fault(
        "portal/core/caching/response_cache.py",
        "            and self.day == clock.today()\n",
        "",
        "tests/core/test_response_cache.py",
    ),
    Fault(
        "portal/core/http/read_only.py",
        "    if not READING_SQL.match(sql):\n",
        "    if not sql:\n",
        "tests/core/test_read_only.py",
    ),
    Fault(
        "portal/territory/coordinates.py",
        "    if outside <= MARGIN_KM:\n",
        "    if outside >= MARGIN_KM:\n",
        "tests/territory/test_coordinates.py",
    ),
]


def is_caught(number: int) -> bool:
    fault = FAULTS[number - 1]
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "portal"
        shutil.copytree(ROOT, copy, ignore=LEFT_OUT)
        (copy / "var").mkdir()
        code = (copy / fault.path).read_text()
        assert code.count(fault.right) == 1, f"{fault.path}: {fault.right!r} should stand once"
        (copy / fault.path).write_text(code.replace(fault.right, fault.wrong))
        run = subprocess.run(
            [
                sys.executable,
                "-m",
                "pytest",
                "-x",
                "-q",
                "-p",
                "no:cacheprovider",
                *fault.tests.split(),
            ],
            cwd=copy,
            env={**os.environ, "VAR_DIR": str(copy / "var")},
            capture_output=True,
            text=True,
        )
    caught = run.returncode == 1
    print(
        f"{number:2} {'caught' if caught else 'UNSEEN'}  {fault.path}: {fault.wrong.strip()[:60]}"
    )
    if run.returncode not in (0, 1):
        print(run.stdout[-2000:], run.stderr[-2000:])
    return caught


def main() -> None:
    numbers = [int(argument) for argument in sys.argv[1:]] or range(1, len(FAULTS) + 1)
    with ThreadPoolExecutor(AT_ONCE) as threads:
        caught = list(threads.map(is_caught, numbers))
    print(f"{sum(caught)} of {len(caught)} caught")
    sys.exit(not all(caught))


if __name__ == "__main__":
    main()

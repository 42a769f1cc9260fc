"""Opening hours that used to take seconds of processor time, and their cost now.

    python -m tests.faults.endless_hours

Prints the milliseconds of processor time of each: parsing, the state now, the next change, and the
next 14 days. The library does not release the GIL: no other thread of the process runs meanwhile.
"""

import os
import sys
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from time import process_time

import django

from portal.core.opening_hours import descriptions, hours, special_days, syntax
from portal.core.opening_hours.calendars import MAINLAND, PARIS
from portal.core.opening_hours.special_days import Effect, SpecialDays

CACHES = (
    *(hours.state, hours._compile, hours.close_on_holidays, descriptions.describe),
    *(syntax.parse, syntax.read),
)
MOST = 50  # milliseconds, the largest accepted cost of any expression
AT = datetime(2026, 11, 30, 3, tzinfo=PARIS)
DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
MINUTES = [f"{at // 60:02}:{at % 60:02}" for at in range(24 * 60)]
EVERY_OTHER_MINUTE = [
    f"{opens}-{closes}" for opens, closes in zip(MINUTES[::2], MINUTES[1::2], strict=True)
]

TYPED = {
    "seven days of 00:00-00:00": "; ".join(f"{day} 00:00-24:00" for day in DAYS),
    "the same in one rule": "Mo-Su 00:00-24:00",
    "the same, from midnight to midnight": "Mo-Su 00:00-00:00",
    "mornings and afternoons that meet": "Mo-Su 00:00-12:00,12:00-24:00",
    "public holidays too": "PH,Mo-Su 00:00-24:00",
    "always": "24/7",
    "never": "off",
    "years with a step": "2026-9999/8 Feb 29 week 9 Mo 10:00-10:01",
    "a week that never has such a Monday": "week 53 Mo[5] 10:00-12:00",
    "a day that never is": "easter -200 days week 50 10:00-12:00",
    "a far year": "9999 Dec 31 10:00-11:00",
    "always open, said in turns": "".join(
        f'{a}-{b} "{n % 2}"{", " if n < 13 else ""}'
        for n, (a, b) in enumerate(zip(MINUTES[:14], [*MINUTES[1:14], "24:00"], strict=True))
    ),
    "all day in a hundred ways": "; ".join(f"{day} 00:00-24:00" for day in DAYS * 15),
    "every other minute": ",".join(EVERY_OTHER_MINUTE),
    "thousands of rules": "; ".join(["Mo 00:00-24:00"] * 5000),
    "a million letters": "Mo " * 400_000,
}


def closures(count: int) -> list[SpecialDays]:
    """Return this many closures of a single reception point, all overlapping."""
    first = AT.date()
    return [
        SpecialDays(
            first, first + timedelta(days=offset % 300), Effect.CLOSED_BETWEEN, "10:00-11:00", "Mo"
        )
        for offset in range(count)
    ]


def answer_all(expression: str, specials: Sequence[SpecialDays] = ()) -> object:
    """Compute all that pages and the API need of hours."""
    state = special_days.state(expression, specials, AT)
    days = special_days.days(expression, specials, date(2026, 11, 30), 14)
    descriptions.describe(expression)
    hours.publish(expression, MAINLAND)
    return state if days else "refused"


def cost(do: Callable[[], object], tries: int = 3) -> float:
    """Return the least milliseconds of processor time over some tries with empty caches."""

    def once() -> float:
        for cached in CACHES:
            cached.cache_clear()
        start = process_time()
        do()
        return (process_time() - start) * 1000

    return min(once() for _ in range(tries))


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    answer_all("Mo PH off", [])  # loads the calendar of public holidays
    rows = [(name, expression, []) for name, expression in TYPED.items()]
    rows += [(f"{n} closures at once", "Mo-Su 00:00-24:00", closures(n)) for n in (60, 3000)]
    for name, expression, specials in rows:
        spent = cost(lambda: answer_all(expression, specials), tries=1)  # noqa: B023
        sys.stdout.write(f"{spent:10.1f} ms  {name}: {answer_all(expression, specials)}\n")


if __name__ == "__main__":
    main()

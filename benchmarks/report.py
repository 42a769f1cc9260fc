"""Cost of a plan's import and of a campaign's report, on the portal's database.

    python -m benchmarks.report evaluation.md   # the published document of loiret-2022-2026

The report is made as the worker makes it (query, rendering, storage), and compared with the same
pages printed by WeasyPrint alone. Each runs several times, in new processes that have WeasyPrint
loaded; processor times are compared, as other programs of the machine affect them less.
"""

import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

import django
import weasyprint

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402
from django.test import Client  # noqa: E402

from portal.documents import pdf, services  # noqa: E402
from portal.documents.models import Job  # noqa: E402
from schema_actions.documents import report_html  # noqa: E402
from schema_actions.exports.content import report_content  # noqa: E402
from schema_actions.models import Evaluation  # noqa: E402

PLAN, CAMPAIGN = "loiret-2022-2026", "2023-06"
SUBJECT = f"{PLAN}/{CAMPAIGN}"
TIMES = 5


def timed(work: Callable[[], object]) -> dict[str, float]:
    """Return wall-clock and processor seconds, and the peak memory of the process in MB."""
    wall, cpu = perf_counter(), process_time()
    work()
    wall, cpu = perf_counter() - wall, process_time() - cpu
    return {
        "seconds": wall,
        "cpu": cpu,
        "MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def plain() -> dict[str, float]:
    """Print the pages with WeasyPrint only."""
    html = report_html(report_content(SUBJECT))
    folder = pdf._static_path("css/tokens.css").parent
    styles = [
        (folder.parent / name, pdf._light_styles(folder.parent / name)) for name in pdf.STYLES
    ]
    return timed(
        lambda: weasyprint.HTML(string=html).write_pdf(
            stylesheets=[
                weasyprint.CSS(string=text, base_url=path.as_uri()) for path, text in styles
            ],
            pdf_variant="pdf/ua-1",
        )
    )


def made() -> dict[str, float]:
    """Run the job of the report, without any cache."""
    Job.objects.filter(kind="report-pdf", subject=SUBJECT).delete()
    job = services.request_job(kind="report-pdf", subject=SUBJECT)
    return timed(lambda: services.make_file(job.pk))


def again() -> dict[str, float]:
    """Request the same report again, without changes."""
    client = Client(headers={"host": "127.0.0.1"})
    address = f"/schemas/{PLAN}/campagnes/{CAMPAIGN}/rapport.pdf"
    client.get(address)
    return timed(lambda: client.get(address).getvalue())


def imported() -> dict[str, float]:
    """Import the document over empty texts, then roll back."""
    with transaction.atomic():
        texts = dict.fromkeys(("done", "results", "planned", "vigilance"), "")
        Evaluation.objects.filter(campaign__slug=CAMPAIGN).update(**texts)
        durations = timed(
            lambda: call_command(
                "import_evaluation", sys.argv[1], plan=PLAN, campaign=CAMPAIGN, stdout=StringIO()
            )
        )
        transaction.set_rollback(True)
    return durations


WORKS = {work.__name__: work for work in (plain, made, again, imported)}


def in_its_own_process(name: str) -> dict[str, float]:
    run = [sys.executable, "-m", "benchmarks.report", sys.argv[1], name]
    answer = subprocess.run(run, check=True, capture_output=True, text=True)
    return json.loads(answer.stdout)


def main() -> None:
    call_command("import_evaluation", sys.argv[1], plan=PLAN, campaign=CAMPAIGN, stdout=StringIO())
    rows: dict[str, list[dict[str, float]]] = {name: [] for name in WORKS}
    for _time in range(TIMES):
        for name in WORKS:
            rows[name].append(in_its_own_process(name))
    for name, measures in rows.items():
        middle = {key: median(row[key] for row in measures) for key in measures[0]}
        print(
            f"{name:9} {middle['seconds']:.3f} s, cpu {middle['cpu']:.3f} s, {middle['MB']:.0f} MB"
        )
    ratios = [m["cpu"] / p["cpu"] for m, p in zip(rows["made"], rows["plain"], strict=True)]
    print(f"made / plain: {median(ratios):.2f} (from {min(ratios):.2f} to {max(ratios):.2f})")


if __name__ == "__main__":
    if not Path(sys.argv[1]).is_file():
        sys.exit(f"no document at {sys.argv[1]}")
    if len(sys.argv) > 2:
        print(json.dumps(WORKS[sys.argv[2]]()))
    else:
        main()

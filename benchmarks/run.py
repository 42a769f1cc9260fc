"""`make bench`: lookups at the scale of France, as ratios to a bare Django view.

    python -m benchmarks.run [--teams 2000] [--points 100000] [--streets 20000] [--rounds 3]

Needs PostgreSQL (BENCH_DATABASE_URL, made anew) and wrk. Every measure is taken between two of the
bare view, in several rounds, so that a slower machine slows both: the median of the rounds is
printed, with the least and the largest ratio.
"""

import argparse
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from urllib.parse import quote

ROOT = Path(__file__).resolve().parent.parent
DATABASE_URL = os.environ.get(
    "BENCH_DATABASE_URL", "postgres://postgres@127.0.0.1:5432/portal_bench"
)
SEED = 20240101
INPUTS = 4000
WARM_INPUTS = 2000
WARMING = 15  # seconds of requests that fill the cache before it is measured
LUA = """
local paths = {}
for line in io.lines("%s") do paths[#paths + 1] = line end
local at = math.random(#paths)
request = function()
  at = at %% #paths + 1
  return wrk.format("GET", paths[at], %s)
end
"""


@dataclass(frozen=True)
class Measure:
    """Requests per second, and milliseconds at the median and the 99th percentile."""

    rate: float
    median: float
    p99: float
    failed: int


def main() -> None:
    options = _options()
    if not shutil.which("wrk"):
        sys.exit("wrk is missing: apt install wrk")
    _prepare(options)
    inputs = _inputs(Random(SEED))
    print(f"{options.teams} teams, {options.points} points, seed {SEED}, 2 workers\n")
    columns = "".join(f"{name:>8}" for name in ("p50 ms", "p99 ms", "failed"))
    print(f"{'':34}{'c':>3}{'req/s':>8}{'ratio':>7}{'from-to':>12}{columns}")
    with _serving("benchmarks.bare:application", {}, "benchmarks.bare_server") as bare:
        for cache, paths in (("cold", inputs), ("warm", _few(inputs))):
            with _serving("portal.wsgi:application", _environment(cache)) as portal:
                for name, addresses in paths.items():
                    if cache == "warm":
                        _measure(portal, addresses, 16, WARMING)
                    _compare(f"{name}, {cache}", portal, addresses, bare, options)
                if cache == "warm":
                    page = paths["commune page"][:1]
                    tag = _etag(portal, page[0])
                    _compare("304, warm", portal, page, bare, options, tag)
                print(f"{'':34}largest worker: {_memory_mb():.0f} MB")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--teams", type=int, default=2000)
    parser.add_argument("--points", type=int, default=100_000)
    parser.add_argument("--streets", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=2, help="of each measure of a round")
    parser.add_argument("--kept", action="store_true", help="use the database as it is")
    return parser.parse_args()


def _environment(cache: str) -> dict[str, str]:
    return {"DATABASE_URL": DATABASE_URL, "KEPT_MEGABYTES": "0" if cache == "cold" else "16"}


def _prepare(options: argparse.Namespace) -> None:
    if options.kept:
        return
    server, _, name = DATABASE_URL.rpartition("/")
    for sql in (f'drop database if exists "{name}"', f'create database "{name}"'):
        subprocess.run(["psql", "-q", f"{server}/postgres", "-c", sql], check=True)
    environment = {
        **os.environ,
        **_environment("cold"),
        "DJANGO_SETTINGS_MODULE": "portal.settings",
    }
    for command in (["migrate", "-v0"], ["load_territory"], ["load_department", "45"]):
        run = [sys.executable, "manage.py", *command]
        subprocess.run(run, cwd=ROOT, env=environment, check=True, capture_output=True)
    collect = [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity", "0"]
    subprocess.run(collect, cwd=ROOT, check=True)
    numbers = f"teams={options.teams}, points={options.points}, streets={options.streets}"
    code = (
        "import django; django.setup(); from benchmarks.country import generate; "
        f"generate({numbers}, seed={SEED})"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, check=True)
    subprocess.run(["psql", "-q", DATABASE_URL, "-c", "vacuum analyze"], check=True)


def _inputs(random: Random) -> dict[str, list[str]]:
    """Return thousands of URLs by kind: names of France's communes, as people write them."""
    from benchmarks.names import commune_rows

    rows = random.sample(commune_rows(), INPUTS)
    written = [random.choice(_WRITTEN)(row) for row in rows]
    return {
        "suggest": [
            f"/api/v1/suggest/?q={quote(row.name[: random.randint(2, 8)])}" for row in rows
        ],
        "lookup": [f"/api/v1/lookup/?q={quote(text)}" for text in written],
        "commune page": [f"/communes/{row.code}/" for row in rows],
        "open points": [f"/accueil/?pres={row.code}&ouvert=maintenant" for row in rows],
    }


_WRITTEN = (
    lambda row: row.name,
    lambda row: row.name.lower().replace("-", " "),
    lambda row: f"{row.postal_codes[0] if row.postal_codes else ''} {row.name}",
    lambda row: f"12 rue des Lilas {row.name}",
    lambda row: f"j'habite à {row.name}",
)


def _few(inputs: dict[str, list[str]]) -> dict[str, list[str]]:
    return {name: paths[:WARM_INPUTS] for name, paths in inputs.items()}


def _compare(
    name: str,
    portal: str,
    paths: list[str],
    bare: str,
    options: argparse.Namespace,
    tag: str = "",
) -> None:
    for connections in (1, 16):
        rounds = []
        for _ in range(options.rounds):
            before = _measure(bare, ["/"], connections, options.seconds)
            measure = _measure(portal, paths, connections, options.seconds, tag)
            after = _measure(bare, ["/"], connections, options.seconds)
            rounds.append((2 * measure.rate / (before.rate + after.rate), measure))
        rounds.sort(key=lambda entry: entry[0])
        ratio, measure = rounds[len(rounds) // 2]
        print(
            f"{name:34}{connections:>3}{measure.rate:>8.0f}{ratio:>7.2f}"
            f"{f'{rounds[0][0]:.2f}-{rounds[-1][0]:.2f}':>12}"
            f"{measure.median:>8.2f}{measure.p99:>8.2f}{sum(each.failed for _, each in rounds):>8}",
            flush=True,
        )


def _measure(base: str, paths: list[str], connections: int, seconds: int, tag: str = "") -> Measure:
    with tempfile.TemporaryDirectory() as folder:
        listed, script = Path(folder) / "paths", Path(folder) / "paths.lua"
        listed.write_text("\n".join(paths))
        headers = f"{{['If-None-Match'] = '{tag}'}}" if tag else "nil"
        script.write_text(LUA % (listed, headers))
        run = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "-s", str(script)]
        output = subprocess.run([*run, base], check=True, capture_output=True, text=True).stdout
    return Measure(
        rate=float(_search(r"Requests/sec:\s+([\d.]+)", output)[1]),
        median=_milliseconds(_search(r"50%\s+([\d.]+)(us|ms|s)", output)),
        p99=_milliseconds(_search(r"99%\s+([\d.]+)(us|ms|s)", output)),
        failed=int(failed[1]) if (failed := re.search(r"Non-2xx.*: (\d+)", output)) else 0,
    )


def _search(pattern: str, output: str) -> re.Match[str]:
    match = re.search(pattern, output)
    if match is None:
        sys.exit(f"wrk said nothing of {pattern}:\n{output}")
    return match


def _milliseconds(match: re.Match[str]) -> float:
    return float(match[1]) * {"us": 0.001, "ms": 1, "s": 1000}[match[2]]


@contextmanager
def _serving(
    application: str, environment: dict[str, str], server: str = "portal.deploy.server"
) -> Iterator[str]:
    """Serve the application as in production, until the block ends; yield its URL."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ["-m", "gunicorn", "-c", f"python:{server}", "-b", f"127.0.0.1:{port}"]
    process = subprocess.Popen(
        [sys.executable, *command, application],
        cwd=ROOT,
        env={**os.environ, **environment, "PORT": str(port)},
        stdout=subprocess.PIPE,
        text=True,
    )
    base = f"http://127.0.0.1:{port}"
    try:
        if not process.stdout or base not in process.stdout.readline():
            sys.exit(f"{application} did not start")
        yield base
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


def _etag(base: str, path: str) -> str:
    return urllib.request.urlopen(base + path).headers["ETag"]


def _memory_mb() -> float:
    """Return the resident memory of the largest worker, in megabytes, shared pages included."""
    output = subprocess.run(
        ["ps", "-C", "gunicorn,python,python3", "-o", "pid=,ppid=,rss=,args="],
        capture_output=True,
        text=True,
    ).stdout
    rows = [line.split() for line in output.splitlines() if "portal.wsgi" in line]
    served = {row[0] for row in rows}
    workers = [int(rss) for _pid, parent, rss, *_args in rows if parent in served]
    return max(workers, default=0) / 1024


if __name__ == "__main__":
    main()

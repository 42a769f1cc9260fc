"""Processor time of a start where nothing changed, beside that of `manage.py check`.

    python -m benchmarks.start [rounds]

Run `make run` once before. A start is counted from `make run` to the first 200 on `/sante/`: user
and system time of make and of all its descendants, living or dead. Linux only.
"""

import os
import resource
import signal
import statistics
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parent.parent
PORT = 8765
TICKS = os.sysconf("SC_CLK_TCK")
AIM = 2.0


def main() -> int:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    checks, starts = [], []
    for _ in range(rounds):  # alternated: both see the same drift of the machine
        checks.append(check_seconds())
        starts.append(start_seconds())
        print(f"check {checks[-1]:.2f} s, start {starts[-1]:.2f} s", flush=True)
    check, start = statistics.median(checks), statistics.median(starts)
    print(f"medians: check {check:.2f} s, start {start:.2f} s, ratio {start / check:.2f}")
    return int(start / check > AIM)


def check_seconds() -> float:
    """Return the processor time of `manage.py check`."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [".venv/bin/python", "manage.py", "check"]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def start_seconds() -> float:
    """Return the processor time of `make run` until its first 200 on `/sante/`."""
    process = subprocess.Popen(["make", "run", f"PORT={PORT}"], cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        while not answers():
            if process.poll() is not None:
                raise SystemExit("make run ended before it answered.")
            time.sleep(0.02)
        return processor_seconds(process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


def answers() -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{PORT}/sante/") as response:
            return bool(response.status == 200)
    except (URLError, ConnectionError):
        return False


def processor_seconds(root: int) -> float:
    """Return the processor time of a process and its descendants, dead ones included."""
    stats = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue  # it ended meanwhile
        # Parent, then user, system, and the same of its dead children, in ticks (proc(5)).
        stats[int(path.parent.name)] = int(fields[1]), sum(map(int, fields[11:15]))
    family = {root}
    while more := {pid for pid, (parent, _) in stats.items() if parent in family} - family:
        family |= more
    return sum(stats[pid][1] for pid in family) / TICKS


if __name__ == "__main__":
    sys.exit(main())

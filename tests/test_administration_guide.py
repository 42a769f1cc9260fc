"""The administrator's guide names commands, services, settings and metrics that exist."""

import re
import shlex
from pathlib import Path

import pytest
import yaml
from django.core.management import get_commands, load_command_class

from portal.health import checks, metrics
from portal.health.models import Heartbeat

ROOT = Path(__file__).resolve().parent.parent
GUIDE = (ROOT / "docs" / "administration.md").read_text()
SETTINGS = (ROOT / "docs" / "settings.md").read_text()
BLOCKS = "\n".join(re.findall(r"^```\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL))
LINES = [line.partition("  #")[0].strip() for line in BLOCKS.replace("\\\n", " ").splitlines()]
COMMANDS = sorted(
    {
        match[1].partition(" < ")[0].partition(" > ")[0].strip().strip("`")
        for line in [*LINES, *re.findall(r"`(portal [^`]+)`", GUIDE)]
        if (match := re.search(r"(?:^portal|python manage\.py) (\w+.*)", line))
    }
)
SERVICES = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]


def test_the_guide_is_read():
    assert {command.split()[0] for command in COMMANDS} >= {
        *("backup", "restore", "load_territory", "load_department", "import_sectors"),
        *("erase_person", "createsuperuser"),
    }


@pytest.mark.parametrize("command_line", COMMANDS)
def test_each_command_in_the_guide_parses(command_line):
    name, *options = shlex.split(command_line)
    parser = load_command_class(get_commands()[name], name).create_parser("manage.py", name)
    parser.parse_args(options)


def test_each_service_in_the_guide_exists():
    named = re.findall(r"--no-deps (?:--volume \S+ )?(\w+)", BLOCKS)
    named += re.findall(r"--scale (\w+)=", GUIDE) + re.findall(r"compose exec (\w+)", GUIDE)
    assert named
    assert set(named) <= set(SERVICES)


def test_each_setting_in_the_guide_is_in_the_example_file_or_described():
    known = set(re.findall(r"^(\w+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    known |= set(re.findall(r"`([A-Z_]+)`", SETTINGS))
    named = set(re.findall(r"`([A-Z][A-Z_]{5,})[=`]", GUIDE))
    assert named - known == set()


def test_each_metric_in_the_guide_exists(client, db, settings):
    settings.METRICS_TOKEN = "lisible-par-le-seul-prometheus"
    Heartbeat.objects.create(
        requested_at="2026-01-01T00:00:00Z", completed_at="2026-01-01T00:00:00Z"
    )
    checks.report.cache_clear()
    client.get("/sante/")
    metrics_text = metrics.render_metrics().decode()
    checks.report.cache_clear()
    named = set(re.findall(r"`(portal_\w+)", GUIDE))
    assert len(named) > 5
    assert [name for name in named if name not in metrics_text] == []

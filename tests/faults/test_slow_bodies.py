"""Slow clients against the running portal, with and without its proxy."""

import shutil

import pytest

from tests.faults.conftest import Running
from tests.faults.servers import Caddy
from tests.faults.slow_bodies import TRICKLE, slow_clients, waits

SOCKETS = 64
BEARABLE = 1  # second


@pytest.fixture
def behind_caddy(portal: Running) -> str:
    """The URL of the portal behind Caddy, with the shipped Caddyfile."""
    if not shutil.which("caddy"):
        pytest.skip("The proxy is caddy, which is not installed here")
    caddy = Caddy(portal.folder, web=portal.environment["PORT"])
    portal.environment |= {"SITE_URL": caddy.address, "PROXIES": "1"}
    portal.serve()
    caddy.start()
    portal.stack.callback(caddy.stop)
    return caddy.address


@pytest.mark.parametrize("kind", sorted(TRICKLE))
def test_slow_clients_behind_the_proxy_delay_no_reader(behind_caddy, kind):
    assert max(waits(behind_caddy, sockets=SOCKETS, kind=kind)) < BEARABLE


def test_slow_clients_without_the_proxy_delay_no_reader(portal: Running):
    portal.serve()
    assert max(waits(portal.base, sockets=SOCKETS, kind="body")) < BEARABLE


def test_the_portal_stops_while_they_last(portal: Running):
    portal.serve()
    with slow_clients(portal.base, sockets=SOCKETS, kind="body"):
        [server] = portal.processes
        server.terminate()
        assert server.wait(timeout=10) == 0

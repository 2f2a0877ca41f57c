"""A caller's address, from what Cloudflare and the load balancer say to what a service counts:
through the real edge and the gateway's rules, one behind the other."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest
from starlette.requests import Request

from fiscalxml_ops.cloudflare.origin import CLIENT_HEADER, CLOUDFLARE, PROXIES
from fiscalxml_ops.gateway.installation import Servico
from fiscalxml_server.auth.throttle import address_of
from fiscalxml_server.kit.api_keys import new_key
from ops.edge.borda import NAME, Borda, running
from ops.gateway.entrance import HOSTS, entrance, installation
from ops.gateway.recorder import Gravador, recorder

EGRESS = "172.68.1.1"
"""of Cloudflare's networks"""
WORKER = "2a06:98c0:3600::103"
"""whom Cloudflare sees where a Worker of another zone calls: fundamentals/reference/http-headers"""


@pytest.fixture(scope="module")
def gravador() -> Iterator[Gravador]:
    with recorder() as server:
        yield server


@pytest.fixture(scope="module")
def borda(gravador: Gravador, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Borda]:
    own = installation(dict.fromkeys(HOSTS, gravador.porta))
    named = msgspec.structs.replace(own, api=Servico(NAME, own.api.alvos))
    folders = [tmp_path_factory.mktemp(name) for name in ("gateway", "borda")]
    with (
        entrance(folders[0], named) as entrada,
        running(
            folders[1],
            f"127.0.0.1:{entrada.porta}",
            proxies=("127.0.0.1",),
            cloudflare=CLOUDFLARE,
            workers="1",
        ) as borda,
    ):
        yield borda


def counted(headers: dict[str, str]) -> str:
    """What the services take for the caller's address, with the setting that goes with this."""
    asked = Request(
        {
            "type": "http",
            "client": ("127.0.0.1", 1),
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        }
    )
    return address_of(asked, PROXIES["borda"])


@pytest.mark.parametrize(
    ("forwarded", "connecting", "known"),
    [
        pytest.param("198.51.100.7", "198.51.100.7", "198.51.100.7", id="plain"),
        pytest.param("6.6.6.6, 198.51.100.7", "198.51.100.7", "198.51.100.7", id="with a lie"),
        pytest.param(f"6.6.6.6, {WORKER}", WORKER, "2a06:98c0:3600::", id="a Worker of others"),
    ],
)
def test_a_service_counts_the_caller_and_nobody_whom_he_names(
    borda: Borda, gravador: Gravador, forwarded: str, connecting: str, known: str
) -> None:
    headers = {
        "X-Forwarded-For": f"{forwarded}, {EGRESS}",
        CLIENT_HEADER: connecting,
        "X-Real-IP": "6.6.6.6",
        "Forwarded": "for=6.6.6.6",
        "X-API-Key": new_key(teste=False),
    }
    with borda.client() as client:
        assert client.get("/v1/regras", headers=headers).status_code == 200
    told = gravador.ultimo.cabecalhos
    assert "6.6.6.6" not in "".join(told.values())
    assert counted(told) == known


def test_who_passes_cloudflare_by_is_known_by_his_own_address(
    borda: Borda, gravador: Gravador
) -> None:
    """The load balancer refuses him; were it not to, he could be nobody else."""
    headers = {
        "X-Forwarded-For": "6.6.6.6, 198.51.100.9",
        CLIENT_HEADER: "1.1.1.1",
        "X-API-Key": new_key(teste=False),
    }
    with borda.client() as client:
        assert client.get("/v1/regras", headers=headers).status_code == 200
    assert counted(gravador.ultimo.cabecalhos) == "198.51.100.9"

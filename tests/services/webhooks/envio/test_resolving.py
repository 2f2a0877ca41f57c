"""Names: where they lead is asked once a connection, and all of it must be good."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Iterator
from ipaddress import ip_network
from typing import Any

import pytest
from aiohttp import ClientConnectorError, ClientSession, ClientTimeout
from aiohttp.abc import AbstractResolver, ResolveResult

from fiscalxml_server.webhooks.envio import resolving
from fiscalxml_server.webhooks.envio.connections import Conexoes
from fiscalxml_server.webhooks.envio.destinos import Regras
from fiscalxml_server.webhooks.envio.resolving import EnderecoRecusado, Resolvedor
from fiscalxml_server.webhooks.envio.respostas import Erro, word_for
from services.webhooks.nomes import Answer, Nomes, nomes
from services.webhooks.receptor import answer, receptor, saying

from .enviando import envio, run

HERE = "127.0.0.1"
"""the only address that these tests allow"""


def asking(dns: Nomes, **settings: Any) -> Any:
    return envio(webhooks_nameservers=(dns.address,), **settings)


def test_a_name_leads_to_its_address_and_is_told_to_the_receiver() -> None:
    async def test() -> None:
        async with (
            nomes(erp_example_com=[HERE]) as dns,
            receptor(saying(answer())) as there,
            asking(dns) as here,
        ):
            assert (await here.send(f"http://erp.example.com:{there.port}/a")).entregue

            assert there.pedidos[0].headers["host"] == f"erp.example.com:{there.port}"

    run(test)


@pytest.mark.parametrize(
    "addresses",
    [
        ["10.0.0.1"],
        ["127.0.0.2"],
        [HERE, "127.0.0.2"],
        ["127.0.0.2", HERE],
        [HERE, "::1"],
        [HERE, "fe80::1"],
        [HERE, "::ffff:127.0.0.1"],
        [HERE, "64:ff9b::7f00:1"],
        [HERE, "2002:7f00:1::1"],
        ["169.254.169.254"],
        ["fd00:ec2::254"],
        ["0.0.0.0"],  # noqa: S104 - it is refused
        ["255.255.255.255"],
    ],
)
def test_one_bad_address_is_enough_to_call_none(addresses: list[str]) -> None:
    async def test() -> None:
        async with (
            nomes(erp_example_com=addresses) as dns,
            receptor(saying(answer())) as there,
            asking(dns) as here,
        ):
            resposta = await here.send(f"http://erp.example.com:{there.port}/")

            assert resposta.erro is Erro.ENDERECO_RECUSADO
            assert not there.connections

    run(test)


def test_an_alias_is_what_it_leads_to() -> None:
    async def test() -> None:
        zone: dict[str, Answer] = {
            "good_example_com": "CNAME good.example.net",
            "good_example_net": [HERE],
            "bad_example_com": "CNAME metadata.internal",
            "metadata_internal": ["169.254.169.254"],
        }
        async with (
            nomes(**zone) as dns,
            receptor(saying(answer())) as there,
            asking(dns) as here,
        ):
            assert (await here.send(f"http://good.example.com:{there.port}/")).entregue
            bad = await here.send(f"http://bad.example.com:{there.port}/")
            assert bad.erro is Erro.ENDERECO_RECUSADO

    run(test)


def test_rebinding_a_name_that_changes_is_checked_at_each_new_connection(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(resolving, "_KEPT_SECONDS", 0)

    async def test() -> None:
        async with (
            nomes(erp_example_com=lambda: next(said)) as dns,
            receptor(saying(answer("200 OK", b"", "Connection: close"))) as there,
            asking(dns) as here,
        ):
            url = f"http://erp.example.com:{there.port}/"
            assert (await here.send(url)).entregue
            assert (await here.send(url)).erro is Erro.ENDERECO_RECUSADO
            assert there.connections == 1

    # Each connection asks twice: for IPv4, for IPv6.
    said: Iterator[list[str]] = iter([[HERE], [HERE], ["127.0.0.2"], ["127.0.0.2"]])
    run(test)


def test_rebinding_what_was_checked_is_what_is_called() -> None:
    """Between the check and the connection nobody asks again."""

    async def test() -> None:
        async with (
            nomes(erp_example_com=[HERE]) as dns,
            receptor(saying(answer("200 OK", b"", "Connection: close"))) as there,
            asking(dns) as here,
        ):
            url = f"http://erp.example.com:{there.port}/"
            assert (await here.send(url)).entregue
            dns.zone["erp.example.com"] = ["127.0.0.2"]
            for _ in range(3):
                assert (await here.send(url)).entregue

            assert len(dns.asked) == 2
            assert there.connections == 4

    run(test)


def test_a_resolver_that_lies_is_stopped_at_the_socket() -> None:
    class Lying(AbstractResolver):
        async def resolve(
            self,
            host: str,
            port: int = 0,
            family: socket.AddressFamily = socket.AF_INET,
        ) -> list[ResolveResult]:
            return [
                ResolveResult(hostname=host, host=each, port=port, family=family, proto=0, flags=0)
                for each in ("127.0.0.2", "127.0.0.3")
            ]

        async def close(self) -> None: ...

    async def test() -> None:
        regras = Regras(http=True, networks=frozenset({ip_network(HERE)}))
        connector = Conexoes.direct(True, regras, Lying())  # type: ignore[arg-type]
        async with (
            receptor(saying(answer())) as there,
            ClientSession(connector=connector) as client,
        ):
            with pytest.raises(ClientConnectorError) as refusal:
                await client.get(f"http://a.example:{there.port}/", timeout=ClientTimeout(5))
            assert word_for(refusal.value) is Erro.ENDERECO_RECUSADO
            assert not there.connections

    run(test)


@pytest.mark.parametrize(
    ("held", "erro"),
    [
        ("NXDOMAIN", Erro.DNS_DESCONHECIDO),
        ([], Erro.DNS_DESCONHECIDO),
        ("SERVFAIL", Erro.DNS_FALHOU),
        ("REFUSED", Erro.DNS_FALHOU),
        (None, Erro.DNS_FALHOU),
        ([f"127.0.0.{number}" for number in range(1, 41)], Erro.DNS_FALHOU),
    ],
    ids=["unknown", "empty", "servfail", "refused", "silent", "too-many"],
)
def test_a_name_without_an_answer(
    held: Answer, erro: Erro, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resolving, "_SECONDS", 1)

    async def test() -> None:
        async with nomes(erp_example_com=held) as dns, asking(dns) as here:
            resposta = await here.send("http://erp.example.com:1/")

            assert (resposta.codigo, resposta.erro, resposta.nossa) == (None, erro, False)

    run(test)


def test_names_of_this_machine_are_its_addresses() -> None:
    async def test() -> None:
        async with envio(webhooks_networks=frozenset()) as here:
            resposta = await here.send("http://localhost:1/")
            assert resposta.erro is Erro.ENDERECO_RECUSADO

    run(test)


def test_a_name_is_not_looked_for_in_domains_of_ours() -> None:
    """`api` is not `api.default.svc.cluster.local`."""

    async def test() -> None:
        async with nomes(api_interno=[HERE]) as dns, asking(dns) as here:
            assert (await here.send("http://api:1/")).erro is Erro.DNS_DESCONHECIDO
            assert {name for name, _ in dns.asked} == {"api"}

    run(test)


def test_a_name_is_asked_for_once_at_a_time_and_then_for_seconds() -> None:
    async def test() -> None:
        async with nomes(erp_example_com=[HERE], vazio_example_com="NXDOMAIN") as dns:
            regras = Regras(networks=frozenset({ip_network(HERE)}))
            resolvedor = Resolvedor(regras, (dns.address,))
            await asyncio.gather(*(resolvedor.addresses("erp.example.com") for _ in range(50)))
            await resolvedor.addresses("erp.example.com")
            for _ in range(3):
                with pytest.raises(OSError, match=r"vazio"):
                    await resolvedor.addresses("vazio.example.com")
            await resolvedor.close()

            assert len([each for each in dns.asked if each[0] == "erp.example.com"]) == 2
            assert len([each for each in dns.asked if each[0] == "vazio.example.com"]) == 2

    run(test)


def test_who_gives_up_takes_the_answer_from_nobody_else() -> None:
    async def test() -> None:
        async with nomes(erp_example_com=None) as dns:
            regras = Regras(networks=frozenset({ip_network(HERE)}))
            resolvedor = Resolvedor(regras, (dns.address,))
            impatient = asyncio.create_task(resolvedor.addresses("erp.example.com"))
            while not dns.asked:
                await asyncio.sleep(0.01)
            patient = asyncio.create_task(resolvedor.addresses("erp.example.com"))
            impatient.cancel()
            dns.zone["erp.example.com"] = [HERE]

            assert [str(ip) for ip in await patient] == [HERE]
            await resolvedor.close()

    run(test)


def test_what_is_remembered_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resolving, "_NAMES", 8)

    async def test() -> None:
        async with nomes(**{f"n{number}_example": [HERE] for number in range(40)}) as dns:
            resolvedor = Resolvedor(Regras(networks=frozenset({ip_network(HERE)})), (dns.address,))
            for number in range(40):
                await resolvedor.addresses(f"n{number}.example")
            assert len(resolvedor._asked) <= 8
            await resolvedor.close()

    run(test)


def test_names_whose_servers_are_dead_delay_no_other() -> None:
    async def test() -> None:
        dead: dict[str, Answer] = {f"morto{number}_example": None for number in range(200)}
        async with (
            nomes(**dead, vivo_example=[HERE]) as dns,
            receptor(saying(answer())) as there,
            asking(dns, webhooks_timeout_seconds=20) as here,
        ):
            waiting = [
                asyncio.create_task(here.send(f"http://morto{number}.example:1/"))
                for number in range(200)
            ]
            while len({name for name, _ in dns.asked}) < 200:
                await asyncio.sleep(0.01)
            began = time.monotonic()
            assert (await here.send(f"http://vivo.example:{there.port}/")).entregue
            assert time.monotonic() - began < 4
            assert {(await task).erro for task in waiting} == {Erro.DNS_FALHOU}

    run(test)


def test_a_refusal_says_what_the_address_is() -> None:
    async def test() -> None:
        async with nomes(erp_example_com=["10.0.0.1"]) as dns:
            resolvedor = Resolvedor(Regras(), (dns.address,))
            with pytest.raises(EnderecoRecusado, match="rede privada"):
                await resolvedor.addresses("erp.example.com")
            await resolvedor.close()

    run(test)

"""Who talks to whom: what compose.yaml gives each role, and what no file of ours can say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

import yaml

from fiscalxml_ops.compliance.flows.elements import DESTINOS, ELEMENTOS, Zona
from fiscalxml_ops.compliance.project import read
from fiscalxml_ops.gateway.operations import operations
from fiscalxml_server.kit.settings import Settings

_PREFIX: Final = "fiscalxml_"
_MEASURED: Final = f"{_PREFIX}metrics_port"


class SemLugar(ValueError):
    """The code has something that the diagram has no place for."""


class Fluxo(NamedTuple):
    """From one element to another; `leva`: what goes that way."""

    de: str
    para: str
    leva: str

    @property
    def fronteira(self) -> tuple[Zona, Zona] | None:
        """The zones, where it crosses from one into another."""
        zones = ELEMENTOS[self.de].zona, ELEMENTOS[self.para].zona
        return None if zones[0] is zones[1] else zones


DE_FORA: Final = (
    Fluxo("cliente", "cloudflare", "HTTPS"),
    Fluxo("cliente", "objetos", "lotes enviados direto, por endereço assinado"),
    Fluxo("cloudflare", "alb", "HTTPS, certificado de cliente"),
    Fluxo("alb", "gateway", "HTTPS"),
    Fluxo("alb", "borda", "HTTPS, onde há borda"),
    Fluxo("cliente", "borda", "HTTPS, onde não há nuvem"),
    Fluxo("borda", "gateway", "HTTP"),
    Fluxo("entregador", "receptor", "HTTPS, assinado"),
    Fluxo("canario", "cloudflare", "HTTPS"),
    Fluxo("postgres", "replica", "replicação, TLS"),
    Fluxo("postgres", "copias", "cópias e WAL, cifrados"),
    Fluxo("objetos", "copias", "cópias, seladas"),
    Fluxo("metricas", "plantao", "alertas"),
    Fluxo("operador", "entrega", "revisão, aprovação"),
    Fluxo("operador", "metricas", "painéis"),
    Fluxo("operador", "registros", "buscas"),
    Fluxo("operador", "postgres", "acesso de emergência"),
    Fluxo("entrega", "api", "imagens assinadas"),
    Fluxo("entrega", "preparo", "migrações"),
)
"""what stands in no setting: people, other companies, what is between them and us"""


def compose_services() -> Mapping[str, Mapping[str, Any]]:
    """Of compose.yaml, as it stands."""
    found: Mapping[str, Mapping[str, Any]] = yaml.safe_load(read("compose.yaml"))["services"]
    return found


def element_of(service: str) -> str:
    """The element that a service of compose.yaml is. Raises SemLugar."""
    for nome, each in ELEMENTOS.items():
        if service in each.compose:
            return nome
    raise SemLugar(f"{service} (compose.yaml) não está no diagrama: flows/elements.py")


def addresses(settings: Mapping[str, Any]) -> frozenset[str]:
    """Settings that say where something is, and the master key."""
    suffixes = ("_url", "_endpoint")
    return frozenset(n for n in settings if n.endswith(suffixes)) | {"master_key_file"}


def flows(services: Mapping[str, Mapping[str, Any]], settings: Mapping[str, Any]) -> list[Fluxo]:
    """Every flow, once. Raises SemLugar for a service, or an address, that has no place."""
    if unknown := addresses(settings) ^ DESTINOS.keys():
        raise SemLugar(f"configurações com endereço, fora do diagrama: {sorted(unknown)}")
    every = (
        *DE_FORA,
        *_routes(),
        *(flow for nome, service in services.items() for flow in _of_service(nome, service)),
    )
    return list(dict.fromkeys(every))


def _routes() -> Iterator[Fluxo]:
    counted = Counter(each.servico for each in operations(Settings.model_construct()))
    yield from (Fluxo("gateway", nome, f"{n} operações") for nome, n in sorted(counted.items()))


def _of_service(nome: str, service: Mapping[str, Any]) -> Iterator[Fluxo]:
    element = element_of(nome)
    given = given_to(service)
    for setting, destiny in DESTINOS.items():
        if destiny and setting in given and destiny[0] != element:
            yield Fluxo(element, *destiny)
    if _MEASURED.removeprefix(_PREFIX) in given:
        yield Fluxo("metricas", element, "medidas")
    if service.get("logging") and nome not in ELEMENTOS["registros"].compose:
        yield Fluxo(element, "registros", "linhas")
    if nome == "gateway":
        yield Fluxo(element, "valkey", "contagens, TLS")


def given_to(service: Mapping[str, Any]) -> frozenset[str]:
    """Names of settings that a service has, as variables or as files of secrets."""
    environment = service.get("environment", {})
    names = {str(name).lower() for name in environment}
    for each in service.get("secrets", ()):
        names.add(each if isinstance(each, str) else each["target"])
    return frozenset(n.removeprefix(_PREFIX) for n in names if n.startswith(_PREFIX))


def readers(services: Mapping[str, Mapping[str, Any]]) -> Mapping[str, list[str]]:
    """secret -> the services that read it, both by name."""
    found: dict[str, list[str]] = {}
    for nome, service in services.items():
        for each in service.get("secrets", ()):
            source = each if isinstance(each, str) else each["source"]
            found.setdefault(source, []).append(nome)
    return {source: sorted(found[source]) for source in sorted(found)}

"""What differs from one installation to another; a TOML file says it, or nothing does."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self

import msgspec

from fiscalxml_ops.gateway.operations import SERVICOS

Positive = Annotated[int, msgspec.Meta(ge=1)]


class Servico(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where callers reach a service, and where the gateway does."""

    host: str
    """own for each: they have addresses in common, as /problemas"""
    alvos: tuple[str, ...]
    """host:port of each process, or one name of several"""


class Limites(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Requests a minute from one address. Organisations and credentials are the services' to
    count, with RateLimit headers: these are far above what one of them may do."""

    endereco: Positive = 120_000
    aberta: Positive = 600
    """at one address that asks for no credential"""
    servidor: str = "valkey"
    porta: Positive = 6379
    tls: bool = True


class Instalacao(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The defaults are those of `compose.yaml`."""

    api: Servico = Servico("api.fiscal.example.com.br", ("api:8000",))
    auth: Servico = Servico("contas.fiscal.example.com.br", ("auth:8001",))
    webhooks: Servico = Servico("webhooks.fiscal.example.com.br", ("webhooks:8002",))
    limites: Limites = Limites()
    origens: tuple[str, ...] = ("https://fiscal.example.com.br",)
    """of pages that may call the services from a browser (CORS)"""
    proxies: tuple[str, ...] = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
    """networks of ours in front, whose X-Forwarded-For is believed"""
    cliente: Literal["X-Forwarded-For", "CF-Connecting-IP"] = "X-Forwarded-For"
    """by which header these tell who calls; the other one where the load balancer that only
    Cloudflare reaches stands directly before, without our edge (infra/cloudflare)"""
    otlp: str = "http://jaeger:4318/v1/traces"
    """where the gateway's spans go; none are made when empty"""
    amostragem: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.01
    """of requests without a parent that are traced"""
    documentacao: bool = False
    """whether /docs and /openapi.json are open"""
    chaves_de_desenvolvimento: bool = False
    """whether keys of a developer's own machine (fx_dev_) pass"""

    @classmethod
    def read(cls, path: Path) -> Self:
        """Raises OSError, `msgspec.ValidationError`."""
        return msgspec.toml.decode(path.read_bytes(), type=cls)

    def servico(self, nome: str) -> Servico:
        """One of `SERVICOS`."""
        if nome not in SERVICOS:
            raise KeyError(nome)
        found: Servico = getattr(self, nome)
        return found

"""The zones: one an environment, so that nothing is tried on the one that customers use."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final, Self

import msgspec

from fiscalxml_ops.cloudflare.plans import PLANOS, Limites, Plano
from fiscalxml_ops.gateway.installation import Instalacao, Servico
from fiscalxml_ops.gateway.operations import SERVICOS

_PREFIXO: Final = re.compile(r"fx_(?:live|test)_[0-9A-Za-z]{8}")
_AMBIENTE: Final = re.compile(r"[a-z][a-z0-9-]{0,31}")
_DOMINIO: Final = re.compile(r"(?!.{254})([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
_IMPRESSAO: Final = re.compile(r"[0-9a-f]{64}")


class ZonaInvalida(ValueError):
    """What a zone is asked to be that it cannot; says what, in Portuguese."""


class Vinculo(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An API key that works only with its customer's certificate."""

    chave: str
    """its public part: `fx_live_` and the eight characters of the look-up"""
    certificado: str
    """SHA-256 of the certificate in DER, in hexadecimal"""

    def __post_init__(self) -> None:
        """Raises ZonaInvalida."""
        if not _PREFIXO.fullmatch(self.chave) or not _IMPRESSAO.fullmatch(self.certificado):
            msg = "um vínculo é a parte pública de uma chave (fx_live_ e 8 caracteres) e um SHA-256"
            raise ZonaInvalida(f"{msg}: {self.chave}={self.certificado}")

    @classmethod
    def parse(cls, text: str) -> Self:
        """`CHAVE=SHA256`. Raises ZonaInvalida."""
        chave, _, certificado = text.partition("=")
        return cls(chave, certificado)


@dataclass(frozen=True, kw_only=True)
class Zona:
    """One zone of Cloudflare, and the services that it is in front of."""

    ambiente: str
    """names its folder, its state and its approvals"""
    nome: str
    """the domain as it was registered"""
    instalacao: Instalacao = field(default_factory=Instalacao)
    plano: Plano = Plano.BUSINESS
    vinculos: tuple[Vinculo, ...] = ()
    avisos_da_conta: bool = True
    """whether what Cloudflare tells of a whole account is asked for here: by one zone of it"""

    def __post_init__(self) -> None:
        """Raises ZonaInvalida, also where Universal SSL would not cover a name: it covers one
        level."""
        if not _AMBIENTE.fullmatch(self.ambiente):
            raise ZonaInvalida(f"ambiente tem letras minúsculas, números e hífens: {self.ambiente}")
        for host in (self.nome, *self.hosts):
            if not _DOMINIO.fullmatch(host):
                raise ZonaInvalida(f"não é um domínio: {host}")
        for host in self.hosts:
            if host.partition(".")[2] != self.nome:
                raise ZonaInvalida(f"{host} não fica logo abaixo de {self.nome}")

    @property
    def hosts(self) -> tuple[str, ...]:
        """Of the services, in their order."""
        return tuple(self.host(servico) for servico in SERVICOS)

    @property
    def paginas(self) -> tuple[str, ...]:
        """Names of the zone that pages have which call the services; others serve them."""
        named = (origin.removeprefix("https://") for origin in self.instalacao.origens)
        return tuple(each for each in named if f".{each}".endswith(f".{self.nome}"))

    def host(self, servico: str) -> str:
        """Where callers reach one."""
        return self.instalacao.servico(servico).host

    @property
    def limites(self) -> Limites:
        """Of its plan."""
        return PLANOS[self.plano]


def _homologacao() -> Instalacao:
    domain = "fiscal-homologacao.example.com.br"
    own = Instalacao()
    return msgspec.structs.replace(
        own,
        api=Servico(f"api.{domain}", own.api.alvos),
        auth=Servico(f"contas.{domain}", own.auth.alvos),
        webhooks=Servico(f"webhooks.{domain}", own.webhooks.alvos),
        origens=(f"https://{domain}",),
    )


ZONAS: Final = (
    Zona(ambiente="producao", nome="fiscal.example.com.br"),
    Zona(
        ambiente="homologacao",
        nome="fiscal-homologacao.example.com.br",
        instalacao=_homologacao(),
        avisos_da_conta=False,
    ),
)
"""as `make operacao` makes them: for domains that nobody has"""

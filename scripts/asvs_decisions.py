"""What the security of the accounts rests on, in figures and names that the code has."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from limits import parse_many

from fiscalxml_server import auth
from fiscalxml_server.auth import senhas
from fiscalxml_server.auth.chaves.schemas import MAX_DAYS
from fiscalxml_server.auth.people import CONFIRMED_SECONDS
from fiscalxml_server.auth.sessoes.opened import MAXIMO
from fiscalxml_server.auth.throttle import Limites
from fiscalxml_server.auth.tokens.keys import SIGNS_FOR
from fiscalxml_server.kit.settings import Settings
from fiscalxml_server.kit.tokens import SECONDS

USOS: Final[Mapping[str, str]] = {
    "chave de api": "resumo de chaves de API",
    "chave de assinatura": "cifra das chaves privadas que assinam tokens",
    "chave de auditoria": "cifra das chaves privadas que assinam pontos de controle",
    "chave de certificados": "cifra das chaves privadas que assinam certificados de eliminação",
    "codigo de cadastro": "resumo de códigos de e-mail",
    "codigo de convite": "resumo de códigos de e-mail",
    "codigo de e-mail novo": "resumo de códigos de e-mail",
    "codigo de recuperacao": "resumo de códigos de recuperação",
    "codigo de senha nova": "cifra do que diz o código de e-mail",
    "codigo do e-mail anterior": "resumo de códigos de e-mail",
    "dados de cadastro": "cifra de cadastros por confirmar",
    "desafio de nova passkey": "cifra do que diz um desafio",
    "desafio de passkey": "cifra do que diz um desafio",
    "e-mail": "cifra de e-mails à espera de sair",
    "e-mail de cadastro": "resumo do e-mail de um cadastro por confirmar",
    "renovacao": "cifra de tokens de renovação",
    "segredo de maquina": "resumo de segredos de máquinas",
    "segundo fator": "cifra do que diz um desafio",
    "senha conferida": "resumo da senha a que um desafio se prende",
    "senha esquecida": "resumo da senha a que um código se prende",
    "tentativas": "resumo de contas e endereços que se contam",
    "titular de dados": "resumo do número de um titular de dados",
    "totp": "cifra de segredos TOTP",
}
"""keys that are derived of the Auth Service's secret: use, and what it is good for"""
USOS_DOS_WEBHOOKS: Final[Mapping[str, str]] = {
    "cabecalhos de webhook": "cifra dos cabeçalhos que um receptor pede",
    "resposta a criarWebhook": "cifra da resposta que se repete a uma criação repetida",
    "segredos de webhook": "cifra dos segredos e das chaves que assinam entregas",
}
"""the same of the Webhook Service's secret"""
ENDERECOS: Final[Mapping[str, str]] = {
    "database_url": "PostgreSQL, todos os serviços; TLS com certificado verificado",
    "database_replica_url": "PostgreSQL, só leitura; igual",
    "broker_url": "Redis ou Valkey, mensagens; TLS",
    "limits_url": "Redis ou Valkey, contagens; TLS",
    "objects_url": "armazenamento de documentos, selados; https",
    "keys_url": "armazenamento das chaves de dados, embrulhadas; https",
    "objects_endpoint": "servidor S3 dos dois; https",
    "audit_url": "armazenamento dos pontos de controle da auditoria, assinados",
    "auth_url": "o serviço de contas, perguntado pelos outros; https",
    "smtp_url": "servidor de e-mail, só do serviço de contas; TLS",
    "otlp_endpoint": "coletor de rastros; https",
    "public_url": "ninguém o chama: é escrito nos e-mails",
}
"""settings with an address that the services talk to, or write down"""
_WORDING: Final = Path(__file__).with_suffix(".md")
_GRANULARITY: Final = {"minute": "minuto", "hour": "hora", "day": "dia"}


def decisions() -> str:
    """The sections: asvs_decisions.md, with what the code says."""
    settings = Settings.model_construct()
    return _WORDING.read_text(encoding="utf-8").format(
        minimo=senhas.MINIMO,
        maximo=senhas.MAXIMO,
        dias=MAX_DAYS,
        confirmacao=CONFIRMED_SECONDS // 60,
        palavras=", ".join(senhas.PALAVRAS),
        limites="".join(_limits()),
        validar=settings.limit_validar,
        ler=settings.limit_ler,
        enviar=settings.limit_enviar,
        gerir=settings.limit_gerir,
        parte=round(settings.limit_credential_share * 100),
        acesso=SECONDS // 60,
        parada=settings.session_idle_hours,
        vida=settings.session_hours,
        sessoes=MAXIMO,
        rotacao=SIGNS_FOR.days,
        usos=_uses(USOS),
        usos_dos_webhooks=_uses(USOS_DOS_WEBHOOKS),
        enderecos="".join(
            f"- `FISCALXML_{name.upper()}`: {what}\n" for name, what in ENDERECOS.items()
        ),
    )


def _limits() -> Iterator[str]:
    found = {
        each
        for module in pkgutil.walk_packages(auth.__path__, f"{auth.__name__}.")
        if not module.name.endswith("__main__")
        for each in vars(importlib.import_module(module.name)).values()
        if isinstance(each, Limites)
    }
    for each in sorted(found):
        words = (_words(amount) for amount in (each.conta, each.endereco, each.total))
        yield f"| `{each.nome}` | {' | '.join(words)} |\n"


def _words(limit: str) -> str:
    return ", ".join(
        f"{item.amount} em {item.multiples} {_unit(item.GRANULARITY.name, item.multiples)}"
        for item in (parse_many(limit) if limit else ())
    )


def _unit(name: str, count: int) -> str:
    return _GRANULARITY[name] + ("s" if count > 1 else "")


def _uses(usos: Mapping[str, str]) -> str:
    return "".join(f"- `{name}`: {what}\n" for name, what in usos.items())

"""What a subscription is asked for with, checked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from fiscalxml.identifiers.cnpj import is_valid_cnpj
from fiscalxml.identifiers.cpf import is_valid_cpf
from fiscalxml_server.kit.http.problems import invalid_fields
from fiscalxml_server.kit.notifying import Tipo
from fiscalxml_server.kit.settings import Settings
from fiscalxml_server.webhooks.assinaturas.headers import require_headers
from fiscalxml_server.webhooks.envio.destinos import Regras, UrlRecusada, read_url

_LISTS: Final = ("tipos", "empresas", "modelos", "vereditos")


def read_values(settings: Settings, asked: Mapping[str, Any]) -> dict[str, Any]:
    """As they are kept, but for the headers. Raises `ParametrosInvalidos`."""
    checks: dict[str, Callable[[Any], Any]] = {
        "url": lambda value: _url(value, settings),
        "descricao": _description,
        "tipos": _types,
        "empresas": _companies,
        "cabecalhos": _headers,
    }
    values: dict[str, Any] = {}
    wrong = []
    for name, value in asked.items():
        try:
            values[name] = checks[name](value) if name in checks else value
        except ValueError as error:
            wrong.append({"campo": name, "onde": "corpo", "mensagem": str(error).rstrip(".")})
    if wrong:
        raise invalid_fields(wrong)
    return {name: sorted(set(value)) if name in _LISTS else value for name, value in values.items()}


def _url(value: str, settings: Settings) -> str:
    """In the spelling in which it is called. What its name resolves to is looked at then."""
    destino = read_url(value, Regras.of(settings))
    local = "." not in destino.host or destino.host.endswith(".localhost")
    if destino.ip is None and local and not settings.webhooks_networks:
        raise UrlRecusada("O nome da URL não é da internet.")
    return str(destino.url)


def _description(value: str) -> str:
    if value and not value.strip().isprintable():
        raise ValueError("deve ser um texto em uma linha")
    return value.strip()


def _types(value: list[Tipo]) -> list[str]:
    if Tipo.WEBHOOK_TESTE in value:
        raise ValueError("webhook.teste só vem a pedido, e não se escolhe")
    return [each.value for each in value]


def _companies(value: list[str]) -> list[str]:
    if not all(is_valid_cnpj(each) or is_valid_cpf(each) for each in value):
        raise ValueError("cada uma deve ser um CNPJ ou CPF, sem pontuação")
    return value


def _headers(value: dict[str, str]) -> dict[str, str]:
    require_headers(value)
    return value

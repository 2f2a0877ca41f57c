"""What the services let in from outside, read from their routes and OpenAPI documents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final

import msgspec
from fastapi import FastAPI

from fiscalxml_server.api.app import create_app as api
from fiscalxml_server.api.lotes import uploads
from fiscalxml_server.api.openapi import openapi_document as document_of_api
from fiscalxml_server.auth.app import application as auth
from fiscalxml_server.auth.openapi import openapi_document as document_of_auth
from fiscalxml_server.auth.vazamentos.endpoints import MAX_BYTES as LEAK_REPORT_BYTES
from fiscalxml_server.kit.errors import CorpoGrandeDemais
from fiscalxml_server.kit.http.body import largest_body, too_large
from fiscalxml_server.kit.http.json_body import SMALL_BYTES, larger_than
from fiscalxml_server.kit.http.permissions import Quem, decisions
from fiscalxml_server.kit.settings import Settings
from fiscalxml_server.webhooks.app import application as webhooks
from fiscalxml_server.webhooks.openapi import openapi_document as document_of_webhooks

SERVICOS: Final = ("api", "auth", "webhooks")

_DOCS: Final = frozenset({"/", "/openapi.json", "/docs", "/docs/{name}"})
_OWN_CAPS: Final = {("POST", "/v1/chaves-vazadas"): LEAK_REPORT_BYTES}
"""of small bodies that may be larger than the others"""
_TEXTS: Final = frozenset({"application/json", "application/xml", "text/html", "application/pdf"})
"""answers that the service makes whole before it sends them"""


class Classe(StrEnum):
    """How an operation is carried: who waits for what, and how long."""

    LEITURA = "leitura"
    ESCRITA = "escrita"
    DOCUMENTO = "documento"
    """one document in the body"""
    ENVIO = "envio"
    """an archive in the body, which nobody on the way keeps"""
    ACOMPANHAMENTO = "acompanhamento"
    """server-sent events"""
    ARQUIVO = "arquivo"
    """an answer that may be long, sent as it is made"""


class Teto(msgspec.Struct, frozen=True):
    """How long a body may say that it is, and what is said of a longer one."""

    bytes: int
    problema: CorpoGrandeDemais

    @property
    def nome(self) -> str:
        """Differs where the limit or the words do."""
        return f"teto-{self.bytes}-{self.problema.membros['limite']}"


class Operacao(msgspec.Struct, frozen=True):
    """One method at one address of one service."""

    servico: str
    metodo: str
    caminho: str
    """as in the OpenAPI document: `/v1/lotes/{lote}`"""
    classe: Classe
    aberta: bool
    """for whoever comes: no credential is asked for"""
    teto: Teto


# Medida: portao
def operations(settings: Settings, *, documentacao: bool = False) -> Iterator[Operacao]:
    """Every operation that is for callers from outside; with its pages of documentation where
    `documentacao`. What services ask each other is not among them."""
    for servico, (app, document) in _applications(settings).items():
        for decisao in decisions(app.router.routes):
            told = document.get(decisao.caminho, {}).get(decisao.metodo.lower(), {})
            if decisao.pede is Quem.SERVICO or (decisao.caminho in _DOCS and not documentacao):
                continue
            classe = class_of(decisao.metodo, told)
            yield Operacao(
                servico=servico,
                metodo=decisao.metodo,
                caminho=decisao.caminho,
                classe=classe,
                aberta=decisao.pede is Quem.TODOS,
                teto=_cap(settings, classe, _OWN_CAPS.get((decisao.metodo, decisao.caminho))),
            )


def class_of(metodo: str, told: Mapping[str, Any]) -> Classe:
    """By what the OpenAPI document tells of the operation; `{}` for what is in none."""
    sent = told.get("requestBody", {}).get("content", {}).keys()
    given = {
        media_type
        for status, response in told.get("responses", {}).items()
        if status.startswith("2")
        for media_type in response.get("content", ())
    }
    if "text/event-stream" in given:
        return Classe.ACOMPANHAMENTO
    if "application/zip" in sent:
        return Classe.ENVIO
    if "application/xml" in sent:
        return Classe.DOCUMENTO
    if metodo != "GET":
        return Classe.ESCRITA
    return Classe.ARQUIVO if given - _TEXTS else Classe.LEITURA


def _cap(settings: Settings, classe: Classe, own: int | None) -> Teto:
    if classe is Classe.ENVIO:
        limit = settings.max_upload_bytes
        return Teto(limit, uploads.too_large(limit))
    if classe is Classe.DOCUMENTO:
        limit = settings.max_document_bytes
        return Teto(largest_body(limit), too_large(limit))
    limit = own or SMALL_BYTES
    return Teto(limit, larger_than(limit))


def documents(settings: Settings) -> Mapping[str, Mapping[str, Any]]:
    """The paths of each service's OpenAPI document."""
    return {servico: document for servico, (_, document) in _applications(settings).items()}


def _applications(settings: Settings) -> Mapping[str, tuple[FastAPI, Mapping[str, Any]]]:
    return _made(settings.max_document_bytes, settings.max_upload_bytes)


@lru_cache(maxsize=2)
def _made(document: int, upload: int) -> Mapping[str, tuple[FastAPI, Mapping[str, Any]]]:
    """Made to be read, not to run: of all settings, those that their documents tell of."""
    settings = Settings.model_construct(max_document_bytes=document, max_upload_bytes=upload)
    of_api, of_auth, of_webhooks = api(settings), auth(settings), webhooks(settings)
    return {
        "api": (of_api, document_of_api(of_api, settings)["paths"]),
        "auth": (of_auth, document_of_auth(of_auth)["paths"]),
        "webhooks": (of_webhooks, document_of_webhooks(of_webhooks)["paths"]),
    }

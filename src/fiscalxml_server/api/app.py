"""The API: its parts put together. `create_app` is what an ASGI server starts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache, partial

from fastapi import FastAPI

from fiscalxml_server.api.chaves.endpoints import router as chaves
from fiscalxml_server.api.documentos.endpoints import router as documentos
from fiscalxml_server.api.documentos.search_endpoints import router as busca
from fiscalxml_server.api.exportacoes.endpoints import router as exportacoes
from fiscalxml_server.api.exportacoes.service import EXPORTACOES_DEMAIS
from fiscalxml_server.api.lotes.endpoints import router as lotes
from fiscalxml_server.api.mudancas.endpoints import router as mudancas
from fiscalxml_server.api.openapi import openapi_document
from fiscalxml_server.api.regras.endpoints import router as regras
from fiscalxml_server.api.regras.service import catalogue
from fiscalxml_server.api.relacoes.endpoints import router as relacoes
from fiscalxml_server.api.relatorios.danfe import Impressoras
from fiscalxml_server.api.relatorios.endpoints import router as relatorios
from fiscalxml_server.api.resumos.endpoints import router as resumos
from fiscalxml_server.api.revalidacoes.endpoints import router as revalidacoes
from fiscalxml_server.api.uso.endpoints import router as uso
from fiscalxml_server.api.validacoes.endpoints import router as validacoes
from fiscalxml_server.api.warming import warm
from fiscalxml_server.kit.db import Banco
from fiscalxml_server.kit.doors.estado.endpoints import router as estado
from fiscalxml_server.kit.doors.problemas.endpoints import router as problemas
from fiscalxml_server.kit.http.application import add_routes, new_application
from fiscalxml_server.kit.http.boundary import install_boundary
from fiscalxml_server.kit.http.direct import install_short_way
from fiscalxml_server.kit.http.docs import add_docs
from fiscalxml_server.kit.http.places import Places
from fiscalxml_server.kit.http.readiness import Verificacao, of_database
from fiscalxml_server.kit.limits.agreements import Acordos
from fiscalxml_server.kit.limits.limiter import Limites
from fiscalxml_server.kit.profile import refuse_weak
from fiscalxml_server.kit.quotas.consumption import Consumo
from fiscalxml_server.kit.resources import Recursos
from fiscalxml_server.kit.settings import Settings
from fiscalxml_server.kit.settings import settings as of_environment
from fiscalxml_server.kit.telemetry import TelemetryMiddleware, close, configure
from fiscalxml_server.kit.telemetry.pools import EXPORTACOES
from fiscalxml_server.kit.verifying import Verificador

# Exports before documents: /v1/documentos/exportacao is no chave.
ROUTERS = (
    *(validacoes, resumos, relatorios, exportacoes, busca, mudancas, documentos, relacoes),
    *(lotes, revalidacoes),
    *(regras, chaves, uso, problemas, estado),
)


def create_app(settings: Settings | None = None) -> FastAPI:
    """The application of one process, by the settings of the environment unless given others.

    `app.state`: `settings`; `verificador`, which knows the callers; `limites`, of their requests;
    `consumo`, of documents that are not stored; `prontidao`, the checks of `GET /pronto`;
    `lugares`, for large bodies, `lugares_de_exportacao`, for large answers; `impressoras`, which
    draw auxiliary documents.
    """
    settings = settings or of_environment()
    refuse_weak(settings, "api")
    app = new_application("API Fiscal XML", "api", settings, _lifespan)
    app.state.verificador = Verificador.open(settings)
    app.state.limites = Limites(settings, Acordos(partial(_database, app)))
    app.state.consumo = Consumo(settings, partial(_database, app))
    app.state.prontidao = []
    app.state.recursos = None
    app.state.lugares = Places()
    app.state.lugares_de_exportacao = Places(8, nome=EXPORTACOES, full=EXPORTACOES_DEMAIS)
    app.state.impressoras = Impressoras(settings)
    install_short_way(app, validacoes, resumos)
    install_boundary(app)
    app.add_middleware(TelemetryMiddleware)
    add_routes(app, ROUTERS)
    add_docs(app, partial(openapi_document, app, settings))
    return app


@cache
def preload() -> None:
    """Read what every process needs before its first request; what is forked after it has it."""
    of_environment()  # pydantic compiles 5 MB for it
    catalogue()
    warm()


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    settings: Settings = app.state.settings
    configure("api")
    preload()
    recursos = Recursos.open(settings) if settings.database_url.get_secret_value() else None
    if recursos is not None:
        app.state.recursos = recursos
        app.state.prontidao += _checks(recursos)
    async with app.state.verificador.following():
        yield
    await app.state.impressoras.close()
    await app.state.limites.close()
    await app.state.consumo.close()
    if recursos is not None:
        await recursos.close()
    close()


def _database(app: FastAPI) -> Banco | None:
    """Of an installation that stores."""
    recursos: Recursos | None = app.state.recursos
    return None if recursos is None else recursos.banco


def _checks(recursos: Recursos) -> list[Verificacao]:
    """What the service depends on; the names are those that `GET /pronto` shows."""

    async def objetos() -> None:
        await recursos.objetos.check()

    return [of_database(recursos.banco), objetos]

"""The Webhook Service: its parts put together. `create_app` is what an ASGI server starts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from fastapi import FastAPI

from fiscalxml_server.kit.doors.estado.endpoints import router as estado
from fiscalxml_server.kit.doors.problemas.endpoints import router as problemas
from fiscalxml_server.kit.http.application import add_routes, new_application
from fiscalxml_server.kit.http.boundary import install_boundary
from fiscalxml_server.kit.http.docs import add_docs
from fiscalxml_server.kit.http.readiness import of_database
from fiscalxml_server.kit.limits.agreements import Acordos
from fiscalxml_server.kit.limits.limiter import Limites
from fiscalxml_server.kit.profile import refuse_weak
from fiscalxml_server.kit.settings import Settings
from fiscalxml_server.kit.settings import settings as of_environment
from fiscalxml_server.kit.telemetry import TelemetryMiddleware, close, configure
from fiscalxml_server.kit.verifying import Verificador
from fiscalxml_server.webhooks.assinaturas.action_endpoints import router as acoes
from fiscalxml_server.webhooks.assinaturas.endpoints import router as assinaturas
from fiscalxml_server.webhooks.entregas.endpoints import router as entregas
from fiscalxml_server.webhooks.fluxo.endpoints import router as fluxos
from fiscalxml_server.webhooks.notificacoes.endpoints import router as notificacoes
from fiscalxml_server.webhooks.openapi import openapi_document
from fiscalxml_server.webhooks.reenvios.endpoints import router as reenvios
from fiscalxml_server.webhooks.resources import Recursos

ROUTERS = (assinaturas, acoes, entregas, reenvios, notificacoes, fluxos, problemas, estado)


def create_app(settings: Settings | None = None) -> FastAPI:
    """The application of one process, by the settings of the environment unless given others.

    `app.state`: `recursos`, what its endpoints work with; `verificador`, which knows the callers;
    `limites`, of their requests; `prontidao`, the checks of `GET /pronto`.
    """
    settings = settings or of_environment()
    refuse_weak(settings, "webhooks")
    app = application(settings)
    recursos = Recursos.open(settings)
    app.state.recursos = recursos
    app.state.verificador = Verificador.open(settings)
    app.state.limites = Limites(settings, Acordos(lambda: recursos.banco))
    app.state.prontidao = [of_database(recursos.banco)]
    return app


def application(settings: Settings) -> FastAPI:
    """All operations, without what they work with: enough to tell of them."""
    app = new_application("API Fiscal XML: webhooks", "webhooks", settings, _lifespan)
    install_boundary(app)
    app.add_middleware(TelemetryMiddleware)
    add_routes(app, ROUTERS)
    add_docs(app, partial(openapi_document, app))
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    configure("webhooks")
    async with app.state.verificador.following():
        yield
    await app.state.limites.close()
    await app.state.recursos.close()
    close()

"""The Auth Service: its parts put together. `create_app` is what an ASGI server starts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from fastapi import FastAPI

from fiscalxml_server.auth.auditoria.endpoints import router as auditoria
from fiscalxml_server.auth.avisos_de_servicos.endpoints import router as avisos
from fiscalxml_server.auth.chaves.endpoints import router as chaves
from fiscalxml_server.auth.convites.endpoints import router as convites
from fiscalxml_server.auth.correio.observing import Observacao
from fiscalxml_server.auth.cotas.endpoints import router as cotas
from fiscalxml_server.auth.empresas.endpoints import router as empresas
from fiscalxml_server.auth.entrada.endpoints import router as entrada
from fiscalxml_server.auth.fatores.endpoints import router as fatores
from fiscalxml_server.auth.introspeccao.endpoints import router as introspeccao
from fiscalxml_server.auth.maquinas.endpoints import router as maquinas
from fiscalxml_server.auth.membros.endpoints import router as membros
from fiscalxml_server.auth.openapi import openapi_document
from fiscalxml_server.auth.organizacoes.endpoints import router as organizacoes
from fiscalxml_server.auth.paginas.endpoints import router as paginas
from fiscalxml_server.auth.periodic import periodic
from fiscalxml_server.auth.pessoas.endpoints import router as pessoas
from fiscalxml_server.auth.privacidade.account_endpoints import router as conta
from fiscalxml_server.auth.privacidade.endpoints import router as privacidade
from fiscalxml_server.auth.privacidade.register_endpoints import router as registros
from fiscalxml_server.auth.resources import Recursos
from fiscalxml_server.auth.sessoes.endpoints import router as sessoes
from fiscalxml_server.auth.tokens.endpoints import router as tokens
from fiscalxml_server.auth.troca_de_email.endpoints import router as email
from fiscalxml_server.auth.troca_de_senha.endpoints import router as senha
from fiscalxml_server.auth.vazamentos.endpoints import router as vazamentos
from fiscalxml_server.kit.doors.estado.endpoints import router as estado
from fiscalxml_server.kit.doors.problemas.endpoints import router as problemas
from fiscalxml_server.kit.http.application import add_routes, new_application
from fiscalxml_server.kit.http.boundary import install_boundary
from fiscalxml_server.kit.http.docs import add_docs
from fiscalxml_server.kit.http.readiness import of_database
from fiscalxml_server.kit.limits.limiter import Limites
from fiscalxml_server.kit.profile import refuse_weak
from fiscalxml_server.kit.settings import Settings
from fiscalxml_server.kit.settings import settings as of_environment
from fiscalxml_server.kit.telemetry import TelemetryMiddleware, close, configure

# What services ask all the time comes first.
ROUTERS = (
    introspeccao,
    avisos,
    tokens,
    chaves,
    cotas,
    maquinas,
    pessoas,
    organizacoes,
    empresas,
    membros,
    convites,
    entrada,
    sessoes,
    fatores,
    senha,
    email,
    vazamentos,
    auditoria,
    privacidade,
    registros,
    conta,
    paginas,
    problemas,
    estado,
)


def create_app(settings: Settings | None = None) -> FastAPI:
    """The application of one process, by the settings of the environment unless given others.

    `app.state`: `recursos`, what its endpoints work with; `verificador`, which knows the callers;
    `limites`, of their requests; `prontidao`, the checks of `GET /pronto`.
    """
    settings = settings or of_environment()
    refuse_weak(settings, "auth")
    app = application(settings)
    recursos = Recursos.open(settings)
    app.state.recursos = recursos
    app.state.verificador = recursos.verificador
    app.state.limites = Limites(settings)
    app.state.prontidao = [of_database(recursos.banco)]
    return app


def application(settings: Settings) -> FastAPI:
    """All operations, without what they work with: enough to tell of them."""
    app = new_application("API Fiscal XML: contas", "auth", settings, _lifespan)
    install_boundary(app)
    app.add_middleware(TelemetryMiddleware)
    add_routes(app, ROUTERS)
    add_docs(app, partial(openapi_document, app))
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    recursos: Recursos = app.state.recursos
    observacao = Observacao(recursos.banco)
    configure("auth", read_state=observacao.estado)
    async with periodic(recursos), observacao.looking():
        yield
    await app.state.limites.close()
    await recursos.close()
    close()

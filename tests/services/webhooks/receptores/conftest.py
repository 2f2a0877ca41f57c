"""The Webhook Service as a process of its own, a client of it, and a receiver."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, TypeVar
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml.client import Cliente, Politica
from fiscalxml_server.kit.db import Banco
from fiscalxml_server.kit.notifying import Notificacao, Tipo, publish
from fiscalxml_server.kit.notifying.types import Lote
from fiscalxml_server.kit.settings import Settings
from services.api.running import CHAVE, ORGANIZACAO, running_service
from services.client.passage import Passagem, passage
from services.client.scripted import Fala, Roteiro, scripted

T = TypeVar("T")


_TRIED = """
    INSERT INTO webhooks.tentativas
        (organizacao, dia, assinatura, notificacao, numero, em, milissegundos, codigo, resposta)
    SELECT organizacao, dia, assinatura, notificacao, tentativas + 1, now(), 50, 500, 'KeyError'
    FROM webhooks.entregas WHERE situacao = 'pendente'
"""
_GIVEN_UP = """
    UPDATE webhooks.entregas
    SET situacao = 'falhou', tentativas = tentativas + 1, codigo = 500, terminado_em = now()
    WHERE situacao = 'pendente'
"""


class Servico:
    """`endereco`: of the process; `publish`: what happens in the organisation of its key."""

    def __init__(self, endereco: str, settings: dict[str, Any]) -> None:
        self.endereco = endereco
        self.chave = CHAVE
        self._settings = settings

    def publish(self, *numbers: int) -> None:
        """A lote for each, which has so many files."""
        self._do(lambda conn: publish(conn, ORGANIZACAO, lambda: map(_lote, numbers)))

    def give_up(self) -> None:
        """What waits was tried once more, in vain, and is not tried again."""

        async def give_up(conn: AsyncConnection) -> None:
            for each in (_TRIED, _GIVEN_UP, "DELETE FROM webhooks.fila"):
                await conn.execute(text(each))

        self._do(give_up, "fiscalxml_entregador")

    def fluxos(self) -> int:
        """How many are open."""
        count = "SELECT count(*) FROM webhooks.assinaturas WHERE situacao = 'fluxo'"
        return int(self._do(lambda conn: conn.execute(text(count))).scalar_one())

    def close_fluxos(self) -> None:
        """As the service does when nobody reads them."""
        close = "UPDATE webhooks.assinaturas SET situacao = 'removida' WHERE situacao = 'fluxo'"
        self._do(lambda conn: conn.execute(text(close)))

    def _do(self, work: Callable[[AsyncConnection], Awaitable[T]], role: str = "") -> T:
        settings = self._settings | ({"database_role": role} if role else {})

        async def do() -> T:
            banco = Banco.open(Settings(**settings))
            try:
                async with banco.transacao(ORGANIZACAO) as conn:
                    return await work(conn)
            finally:
                await banco.close()

        return asyncio.run(do())


def _lote(number: int) -> Notificacao:
    lote = UUID(int=number)
    dados = Lote(lote=lote, situacao="concluido", link=f"/v1/lotes/{lote}", arquivos=number)
    return Notificacao(tipo=Tipo.LOTE_CONCLUIDO, alvo=f"lote:{lote}", dados=dados)


@pytest.fixture(scope="module")
def servico(banco: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servico]:
    folder = tmp_path_factory.mktemp("webhooks")
    secret = folder / "webhooks.key"
    secret.write_text(secrets.token_hex(32))
    values = {"database_url": banco, "database_role": "fiscalxml_webhooks"}
    application = "fiscalxml_server.webhooks.app:create_app"
    further = {"webhooks_secret_file": str(secret), "limit_gerir": "0"}
    with running_service(folder, application, **values, **further) as address:
        yield Servico(address, values)


@pytest.fixture
def cliente(servico: Servico) -> Iterator[Cliente]:
    """A client whose API is elsewhere, and away."""
    politica = Politica(tentativas=2, pausa=0.01)
    with Cliente(
        "http://127.0.0.1:9", servico.chave, webhooks_url=servico.endereco, politica=politica
    ) as cliente:
        yield cliente


@pytest.fixture
def passagem(servico: Servico) -> Iterator[Passagem]:
    """A way to the service that can be closed and cut."""
    with passage(servico.endereco) as opened:
        yield opened


@pytest.fixture
def receptor() -> Iterator[Roteiro]:
    """It answers 204 unless told otherwise."""
    with scripted() as roteiro:
        roteiro.falas = [Fala(204, b"")]
        yield roteiro

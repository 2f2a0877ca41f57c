"""The erasure of everything of an organisation: asked for by an owner, done some weeks later."""

from __future__ import annotations

from typing import Final

from sqlalchemy import RowMapping

from fiscalxml_server.auth.privacidade import repository
from fiscalxml_server.auth.privacidade.schemas import EliminacaoTotal, NovaEliminacao
from fiscalxml_server.auth.privacidade.service import EliminacaoEmCurso
from fiscalxml_server.auth.resources import Recursos
from fiscalxml_server.kit import custody
from fiscalxml_server.kit.audit import SISTEMA, Acao, Registro, record
from fiscalxml_server.kit.auth import Sujeito
from fiscalxml_server.kit.errors import NaoEncontrado
from fiscalxml_server.kit.http.problems import invalid_fields

DAYS: Final = 30
"""to think it over, and to fetch what the law wants the taxpayer to keep"""


async def ask(recursos: Recursos, sujeito: Sujeito, nova: NovaEliminacao) -> EliminacaoTotal:
    """Ask for it; who asks again changes nothing. Raises `ParametrosInvalidos`."""
    organizacao = sujeito.organizacao
    async with recursos.banco.transacao(organizacao) as conn:
        found = await repository.find_organisation(conn, organizacao)
        if nova.confirmo != found["nome"]:
            wrong = {"campo": "confirmo", "onde": "corpo", "mensagem": "não é o nome dela"}
            raise invalid_fields([wrong])
        asked = await repository.write_closing(conn, organizacao, sujeito.ator, DAYS)
        row = await repository.find_closing(conn, organizacao)
        if asked:
            entry = Registro(sujeito.ator, Acao.ORGANIZACAO_ELIMINACAO_PEDIDA)
            await record(conn, organizacao, entry)
    assert row is not None  # noqa: S101 - written above, or before
    return _view(row)


async def read(recursos: Recursos, sujeito: Sujeito) -> EliminacaoTotal:
    """Raises `NaoEncontrado`."""
    async with recursos.banco.transacao(sujeito.organizacao) as conn:
        row = await repository.find_closing(conn, sujeito.organizacao)
    if row is None:
        raise NaoEncontrado("A eliminação de tudo não foi pedida.")
    return _view(row)


async def cancel(recursos: Recursos, sujeito: Sujeito) -> None:
    """Raises `NaoEncontrado`, `EliminacaoEmCurso`."""
    organizacao = sujeito.organizacao
    async with recursos.banco.transacao(organizacao) as conn:
        await custody.lock_holds(conn, organizacao, alone=True)
        if not await repository.cancel_closing(conn, organizacao):
            if await repository.find_closing(conn, organizacao) is None:
                raise NaoEncontrado("A eliminação de tudo não foi pedida.")
            raise EliminacaoEmCurso("O prazo para desistir terminou.")
        entry = Registro(sujeito.ator, Acao.ORGANIZACAO_ELIMINACAO_CANCELADA)
        await record(conn, organizacao, entry)


async def carry_on(recursos: Recursos, found: RowMapping) -> None:
    """Have it done, of the organisation and of its sandbox, when its time has come."""
    async with recursos.banco.transacao(found["id"]) as conn:
        await custody.lock_holds(conn, found["id"], alone=False)
        row = await repository.find_closing(conn, found["id"])
        if row is None and found["fora_de_custodia"]:
            await repository.write_closing(conn, found["id"], SISTEMA, 0)
            row = await repository.find_closing(conn, found["id"])
        if row is None or row["executado_em"] or not row["chegou"]:
            return
        await custody.ask_for_job(conn, found["id"], custody.ENCERRAR)
    async with recursos.banco.transacao(found["teste"]) as conn:
        await repository.write_closing(conn, found["teste"], row["por"], 0)
        await custody.ask_for_job(conn, found["teste"], custody.ENCERRAR)


def _view(row: RowMapping) -> EliminacaoTotal:
    return EliminacaoTotal(**{name: row[name] for name in EliminacaoTotal.__struct_fields__})

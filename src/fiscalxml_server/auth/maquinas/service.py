"""The machines of an organisation.

Whoever makes, sees or removes one could do by himself all that it can, as with API keys.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.auth import credenciais
from fiscalxml_server.auth.chaves.asking import read_request
from fiscalxml_server.auth.chaves.schemas import NovaChaveDeApi
from fiscalxml_server.auth.maquinas import repository
from fiscalxml_server.auth.maquinas.credentials import (
    ChaveRecusada,
    client_id,
    digest,
    new_secret,
    read_public_key,
)
from fiscalxml_server.auth.maquinas.models import maquinas
from fiscalxml_server.auth.maquinas.schemas import (
    Maquina,
    MaquinaCriada,
    NovaMaquina,
    PaginaDeMaquinas,
    with_secret,
)
from fiscalxml_server.auth.resources import Recursos
from fiscalxml_server.auth.tokens.revocations import revoke
from fiscalxml_server.kit.audit import Acao, Registro, record
from fiscalxml_server.kit.auth import Sujeito
from fiscalxml_server.kit.db import new_id
from fiscalxml_server.kit.errors import NaoEncontrado, Problema
from fiscalxml_server.kit.http.problems import invalid_fields

MOST: Final = 100
"""machines of an organisation"""


class MaquinasDemais(Problema):
    status, codigo, titulo = 409, "maquinas_demais", "A organização tem máquinas demais"
    explicacao = (
        "Há um limite de máquinas por organização. Remova as que não são usadas (usada_em diz "
        "quando cada uma pediu um token pela última vez) e tente de novo."
    )


async def create(recursos: Recursos, sujeito: Sujeito, nova: NovaMaquina) -> MaquinaCriada:
    """A machine, and this once its secret. Raises `ParametrosInvalidos`, `MaquinasDemais`."""
    asked = read_request(sujeito, NovaChaveDeApi(nova.nome, nova.escopos, nova.empresas))
    organizacao, maquina = sujeito.organizacao, new_id()
    key = None if nova.chave_publica is None else _key(nova.chave_publica)
    secret = new_secret() if key is None else None
    async with recursos.banco.transacao(organizacao) as conn:
        if await repository.count(conn, organizacao) >= MOST:
            raise MaquinasDemais(f"O limite é de {MOST} máquinas.")
        row = await repository.add(
            conn,
            organizacao=organizacao,
            id=maquina,
            nome=asked.nome,
            escopos=asked.escopos,
            empresas=asked.empresas,
            teste=nova.teste,
            segredo=None if secret is None else digest(recursos.segredos, maquina, secret),
            chave=key,
            criada_por=sujeito.ator,
        )
        view = _view(row)
        await _record(
            conn,
            sujeito,
            Acao.MAQUINA_CRIADA,
            maquina,
            nome=view.nome,
            escopos=view.escopos,
            empresas=view.empresas,
            teste=view.teste,
            autenticacao=view.autenticacao,
        )
    return with_secret(view, secret)


async def list_page(
    recursos: Recursos, sujeito: Sujeito, cursor: str | None, limite: int
) -> PaginaDeMaquinas:
    """Machines, the newest first."""
    async with recursos.banco.transacao(sujeito.organizacao) as conn:
        rows, more = await credenciais.page(conn, maquinas, sujeito, cursor, limite)
    return PaginaDeMaquinas([_view(row) for row in rows], more)


async def read(recursos: Recursos, sujeito: Sujeito, maquina: UUID) -> Maquina:
    """One. Raises `NaoEncontrado`."""
    async with recursos.banco.transacao(sujeito.organizacao) as conn:
        return _view(await _require(conn, sujeito, maquina))


async def remove(recursos: Recursos, sujeito: Sujeito, maquina: UUID) -> None:
    """It gets no token any more, and those that it has are refused. Raises `NaoEncontrado`."""
    async with recursos.banco.transacao(sujeito.organizacao) as conn:
        row = await _require(conn, sujeito, maquina)
        if await repository.remove(conn, sujeito.organizacao, maquina):
            await revoke(conn, "maquina", str(maquina))
            await _record(conn, sujeito, Acao.MAQUINA_REMOVIDA, maquina, nome=row["nome"])


def _key(jwk: dict[str, object]) -> bytes:
    try:
        return read_public_key(jwk)
    except ChaveRecusada as refused:
        campo = {"campo": "chave_publica", "onde": "corpo", "mensagem": str(refused)}
        raise invalid_fields([campo]) from None


async def _require(conn: AsyncConnection, sujeito: Sujeito, maquina: UUID) -> RowMapping:
    row = await credenciais.find(conn, maquinas, sujeito, maquina)
    if row is None:
        raise NaoEncontrado("Não há máquina com este id.")
    return row


def _view(row: RowMapping) -> Maquina:
    return Maquina(
        id=row["id"],
        client_id=client_id(row["organizacao"], row["id"]),
        nome=row["nome"],
        escopos=row["escopos"],
        empresas=row["empresas"],
        teste=row["teste"],
        autenticacao="segredo" if row["chave"] is None else "chave",
        criada_por=row["criada_por"],
        criado_em=row["criado_em"],
        usada_em=row["usada_em"],
    )


async def _record(
    conn: AsyncConnection, sujeito: Sujeito, acao: Acao, maquina: UUID, **detalhes: object
) -> None:
    registro = Registro(sujeito.ator, acao, f"maquina:{maquina}", detalhes)
    await record(conn, sujeito.organizacao, registro)

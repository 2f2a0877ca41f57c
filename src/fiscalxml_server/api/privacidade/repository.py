"""Rows of requests, holds, certificates and loose objects, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec
from sqlalchemy import (
    ARRAY,
    RowMapping,
    Text,
    Uuid,
    bindparam,
    exists,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.kit.custody import (
    certificados,
    encerramentos,
    pedido_documentos,
    pedidos,
    retencoes,
)


class Apagado(msgspec.Struct, frozen=True):
    """A document that was erased, with how many former copies and validations."""

    documento: UUID
    sha256: bytes
    data: datetime
    copias: int
    validacoes: int


async def find_open_request(
    conn: AsyncConnection, organizacao: UUID, pedido: UUID
) -> RowMapping | None:
    """A request that is still to be answered."""
    rows = await conn.execute(
        select(pedidos).where(
            pedidos.c.organizacao == organizacao,
            pedidos.c.id == pedido,
            pedidos.c.situacao == "recebido",
        )
    )
    return rows.mappings().one_or_none()


async def list_documents(
    conn: AsyncConnection, organizacao: UUID, pedido: UUID, inscricao: str, titular: bytes | None
) -> None:
    """Write down which documents name the person: parties by number, any CPF by its pseudonym."""
    await conn.execute(
        _LIST,
        {"org": organizacao, "pedido": pedido, "inscricao": inscricao, "titular": titular},
    )


async def listed(conn: AsyncConnection, organizacao: UUID, pedido: UUID) -> Sequence[UUID]:
    """The documents of a request that may be erased by their dates and holds."""
    rows = await conn.execute(
        select(pedido_documentos.c.documento).where(
            pedido_documentos.c.organizacao == organizacao,
            pedido_documentos.c.pedido == pedido,
            pedido_documentos.c.situacao == "disponivel",
        )
    )
    return rows.scalars().all()


async def mark_erased(
    conn: AsyncConnection, organizacao: UUID, pedido: UUID, quais: Sequence[UUID]
) -> None:
    """Those documents of the request are no more."""
    await conn.execute(
        update(pedido_documentos)
        .where(
            pedido_documentos.c.organizacao == organizacao,
            pedido_documentos.c.pedido == pedido,
            pedido_documentos.c.documento.in_(quais),
        )
        .values(situacao="eliminado")
    )


async def answer_request(
    conn: AsyncConnection, organizacao: UUID, pedido: UUID, situacao: str
) -> None:
    """It is answered, with what is in its list; or it failed."""
    await conn.execute(_ANSWER, {"org": organizacao, "pedido": pedido, "situacao": situacao})


async def unresolved_holds(conn: AsyncConnection, organizacao: UUID) -> Sequence[RowMapping]:
    """Holds of a CPF whose pseudonym is not known yet."""
    rows = await conn.execute(
        select(retencoes.c.id, retencoes.c.inscricao).where(
            retencoes.c.organizacao == organizacao,
            retencoes.c.titular.is_(None),
            retencoes.c.encerrado_em.is_(None),
            func.length(retencoes.c.inscricao) == 11,
        )
    )
    return rows.mappings().all()


async def resolve_hold(
    conn: AsyncConnection, organizacao: UUID, retencao: UUID, titular: bytes
) -> None:
    """Give a hold the pseudonym of its CPF."""
    await conn.execute(
        update(retencoes)
        .where(retencoes.c.organizacao == organizacao, retencoes.c.id == retencao)
        .values(titular=titular)
    )


async def due(
    conn: AsyncConnection, quantos: int, entre: Sequence[UUID] | None = None
) -> Sequence[UUID]:
    """Documents past their custody that nothing holds, oldest first; `entre`: of these only."""
    return (await conn.execute(_DUE, {"quantos": quantos, "entre": entre})).scalars().all()


async def erase(conn: AsyncConnection, quais: Sequence[UUID]) -> list[Apagado]:
    """Erase documents; the database refuses those in custody or held."""
    rows = await conn.execute(_ERASE, {"quais": quais})
    return [Apagado(**row) for row in rows.mappings()]


async def erase_aged(conn: AsyncConnection) -> None:
    """Erase what else is as old: names of parties, lotes, re-validations."""
    await conn.execute(text("SELECT privacidade.eliminar_antigos()"))


async def erase_any(conn: AsyncConnection, quantos: int) -> list[Apagado]:
    """So many documents of an organisation that is closed."""
    rows = await conn.execute(_ERASE_ANY, {"quantos": quantos})
    return [Apagado(**row) for row in rows.mappings()]


async def erase_rest(conn: AsyncConnection) -> dict[str, int]:
    """All else that is kept of an organisation that is closed; rows of each table that had any."""
    rows = await conn.execute(_ERASE_REST)
    return {row.nome: row.linhas for row in rows if row.linhas}


async def erase_terms(conn: AsyncConnection, organizacao: UUID, quantos: int) -> int:
    """So many terms of an organisation that is closed; how many there were."""
    done = await conn.execute(_ERASE_TERMS, {"org": organizacao, "quantos": quantos})
    return done.rowcount


async def find_closing(conn: AsyncConnection, organizacao: UUID) -> RowMapping | None:
    """A closing whose time has come, where nothing is held."""
    rows = await conn.execute(
        select(encerramentos).where(
            encerramentos.c.organizacao == organizacao,
            encerramentos.c.executar_em <= func.now(),
            encerramentos.c.executado_em.is_(None),
            ~exists().where(
                retencoes.c.organizacao == organizacao, retencoes.c.encerrado_em.is_(None)
            ),
        )
    )
    return rows.mappings().one_or_none()


async def close(conn: AsyncConnection, organizacao: UUID) -> None:
    """The closing is done."""
    await conn.execute(
        update(encerramentos)
        .where(encerramentos.c.organizacao == organizacao)
        .values(executado_em=func.now())
    )


async def insert_certificate(
    conn: AsyncConnection, organizacao: UUID, certificado: UUID, conteudo: bytes
) -> None:
    """Write what was erased; the Auth Service signs it."""
    await conn.execute(
        insert(certificados).values(organizacao=organizacao, id=certificado, conteudo=conteudo)
    )


_LIST: Final = text(
    """
    WITH citam AS (
        SELECT documento FROM titulares WHERE organizacao = :org AND titular = :titular
        UNION SELECT id FROM documentos
            WHERE organizacao = :org AND vigente AND emitente = :inscricao
        UNION SELECT id FROM documentos
            WHERE organizacao = :org AND vigente AND destinatario = :inscricao
    ), achados AS (
        SELECT d.*, privacidade.guardar_ate(d.data, d.registrado_em, d.recebido_em) AS guardar_ate,
               privacidade.retido(d) AS retido
        FROM citam JOIN documentos d ON d.organizacao = :org AND d.id = citam.documento
    )
    INSERT INTO privacidade.pedido_documentos
        (organizacao, pedido, documento, tipo, chave, data, guardar_ate, situacao)
    SELECT :org, :pedido, id, tipo, chave, data, guardar_ate,
        CASE WHEN retido THEN 'retido' WHEN guardar_ate > now() THEN 'em_custodia'
             ELSE 'disponivel' END
    FROM achados
    """
).bindparams(
    bindparam("org", type_=Uuid),
    bindparam("pedido", type_=Uuid),
    bindparam("inscricao", type_=Text),
    bindparam("titular", type_=pedidos.c.titular.type),
)
_ANSWER: Final = text(
    """
    UPDATE privacidade.pedidos SET situacao = :situacao, respondido_em = now(),
        (documentos, eliminados, retidos, retido_ate) = (
            SELECT count(*), count(*) FILTER (WHERE d.situacao = 'eliminado'),
                count(*) FILTER (WHERE d.situacao <> 'eliminado'),
                max(d.guardar_ate) FILTER (WHERE d.situacao <> 'eliminado')
            FROM privacidade.pedido_documentos d
            WHERE d.organizacao = :org AND d.pedido = :pedido)
    WHERE organizacao = :org AND id = :pedido
    """
)
_DUE: Final = text("SELECT * FROM privacidade.vencidos(:quantos, :entre)").bindparams(
    bindparam("entre", type_=ARRAY(Uuid))
)
_ERASE: Final = text("SELECT * FROM privacidade.eliminar(:quais)").bindparams(
    bindparam("quais", type_=ARRAY(Uuid))
)
_ERASE_ANY: Final = text("SELECT * FROM privacidade.eliminar_tudo(:quantos)")
_ERASE_REST: Final = text("SELECT * FROM privacidade.eliminar_resto()")
_ERASE_TERMS: Final = text(
    """
    DELETE FROM termos USING (
        SELECT termo, data, documento FROM termos WHERE organizacao = :org LIMIT :quantos
    ) t
    WHERE termos.organizacao = :org AND termos.termo = t.termo AND termos.data = t.data
        AND termos.documento = t.documento
    """
)

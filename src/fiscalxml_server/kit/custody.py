"""What both services know of the rights of persons: requests, holds, certificates.

The Auth Service writes what is asked for and asks for a job; a worker, which alone reaches the
documents, does it and writes what came of it. Neither reads the other's own tables. Whether a
document may be erased is decided in the database (`privacidade.eliminar`), by its dates and holds.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

from sqlalchemy import (
    Column,
    Date,
    DateTime,
    Integer,
    LargeBinary,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.kit.audit import SISTEMA, Acao, Registro
from fiscalxml_server.kit.db import metadata, new_id
from fiscalxml_server.kit.privacy import Base, Titular, lgpd, sem_dados

TITULAR: Final = "titular"
"""job: find the documents that name a person, and erase those that may be"""
ELIMINAR: Final = "eliminar"
"""job: erase what is past its custody"""
ENCERRAR: Final = "encerrar"
"""job: erase all of an organisation"""
RESELAR: Final = "reselar"
"""job: seal old copies with the newest key"""

_FIVE_YEARS: Final = "5 anos; CPF ou CNPJ e a lista de documentos, 30 dias depois da resposta"


def _now(name: str) -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=False, server_default=text("now()"))


def _count(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default=text("0"))


pedidos = Table(
    "pedidos",
    metadata,
    Column("organizacao", Uuid, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("tipo", Text, nullable=False),
    Column("inscricao", Text),
    Column("titular", LargeBinary, nullable=False),
    Column("situacao", Text, nullable=False, server_default="recebido"),
    Column("por", Text, nullable=False),
    _now("criado_em"),
    Column("prazo", Date, nullable=False),
    Column("respondido_em", DateTime(timezone=True)),
    _count("documentos"),
    _count("eliminados"),
    _count("retidos"),
    Column("retido_ate", DateTime(timezone=True)),
    schema="privacidade",
    info=lgpd(
        Titular.SOLICITANTE,
        Base.OBRIGACAO,
        "Atender e provar que se atendeu o pedido de um titular",
        _FIVE_YEARS,
        identificacao="inscricao titular",
        tecnico="organizacao id por criado_em respondido_em",
        nenhum="tipo situacao prazo documentos eliminados retidos retido_ate",
    ),
)
"""`titular`: keyed hash of the number, which stays when the number itself is forgotten"""

pedido_documentos = Table(
    "pedido_documentos",
    metadata,
    Column("organizacao", Uuid, primary_key=True),
    Column("pedido", Uuid, primary_key=True),
    Column("documento", Uuid, primary_key=True),
    Column("tipo", Text, nullable=False),
    Column("chave", Text),
    Column("data", DateTime(timezone=True), nullable=False),
    Column("guardar_ate", DateTime(timezone=True), nullable=False),
    Column("situacao", Text, nullable=False),
    schema="privacidade",
    info=lgpd(
        Titular.SOLICITANTE,
        Base.OBRIGACAO,
        "Dizer que documentos citam o titular",
        "30 dias depois da resposta",
        fiscal="chave data",
        tecnico="organizacao pedido documento",
        nenhum="tipo guardar_ate situacao",
    ),
)

retencoes = Table(
    "retencoes",
    metadata,
    Column("organizacao", Uuid, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("motivo", Text, nullable=False),
    Column("inscricao", Text),
    Column("titular", LargeBinary),
    Column("desde", DateTime(timezone=True)),
    Column("ate", DateTime(timezone=True)),
    Column("por", Text, nullable=False),
    _now("criado_em"),
    Column("encerrado_em", DateTime(timezone=True)),
    Column("encerrado_por", Text),
    schema="privacidade",
    info=lgpd(
        Titular.CITADO,
        Base.OBRIGACAO,
        "Impedir a eliminação do que um processo ou uma fiscalização pede",
        "até a organização ser eliminada",
        identificacao="motivo inscricao titular",
        tecnico="organizacao id por criado_em encerrado_em encerrado_por",
        nenhum="desde ate",
    ),
)
"""A legal hold, of all documents or of those of a person or of a period. `titular`: the pseudonym
of a CPF, which only a worker can make; until then the hold is of all documents"""

certificados = Table(
    "certificados",
    metadata,
    Column("organizacao", Uuid, primary_key=True),
    Column("id", Uuid, primary_key=True),
    _now("criado_em"),
    Column("conteudo", LargeBinary, nullable=False),
    Column("assinado", Text),
    schema="privacidade",
    info=lgpd(
        Titular.NINGUEM,
        Base.INTERESSE,
        "Provar o que foi eliminado: quantos, quando, por quê, com que impressão",
        "sempre",
        tecnico="organizacao id criado_em conteudo assinado",
    ),
)
"""`conteudo`: JSON; `assinado`: the same as a JWS of the Auth Service"""

objetos_soltos = Table(
    "objetos_soltos",
    metadata,
    Column("organizacao", Uuid, primary_key=True),
    Column("objeto", Text, primary_key=True),
    _now("em"),
    schema="privacidade",
    info=lgpd(
        Titular.CITADO,
        Base.OBRIGACAO,
        "Objetos de que documentos foram eliminados, até serem apagados ou refeitos sem eles",
        "horas",
        tecnico="organizacao objeto em",
    ),
)

encerramentos = Table(
    "encerramentos",
    metadata,
    Column("organizacao", Uuid, primary_key=True),
    Column("por", Text, nullable=False),
    _now("pedido_em"),
    Column("executar_em", DateTime(timezone=True), nullable=False),
    Column("executado_em", DateTime(timezone=True)),
    schema="privacidade",
    info=lgpd(
        Titular.CONTA,
        Base.CONTRATO,
        "Eliminar tudo de uma organização, a pedido de quem é dono, depois de um prazo",
        "sempre",
        tecnico="organizacao por pedido_em executar_em executado_em",
    ),
)


chaves_de_dados = Table(
    "chaves_de_dados",
    metadata,
    Column("organizacao", Uuid, primary_key=True),
    Column("numero", Integer, nullable=False),
    Column("desde", DateTime(timezone=True), nullable=False),
    Column("objeto", Text),
    schema="privacidade",
    info=sem_dados(
        "Desde quando a chave de cada organização sela, e até onde cópias antigas foram reseladas",
        "até a organização ser eliminada",
        "organizacao numero desde objeto",
    ),
)
"""`objeto`: up to which, in their order, copies are sealed with this key; null for all"""


# Medida: chaves-por-organizacao
def rotated(numero: int) -> Registro:
    """That an organisation's documents are sealed with another key, for the audit log."""
    return Registro(SISTEMA, Acao.CHAVE_DE_DADOS_TROCADA, f"chave_de_dados:{numero}")


async def ask_for_job(
    conn: AsyncConnection, organizacao: UUID, tipo: str, ident: UUID | None = None
) -> None:
    """A job for the worker, in the caller's transaction; `ident`: UUIDv7 of what it is about.

    Of a type other than `TITULAR`, an organisation has no more than one that waits.
    """
    values = {"de": organizacao, "tipo": tipo, "id": ident or new_id()}
    await conn.execute(_ASK, values)


async def lock_holds(conn: AsyncConnection, organizacao: UUID, *, alone: bool) -> None:
    """Until the transaction ends, what is held of an organisation stays as it is; `alone`: for who
    changes it, or gives up its erasure, and waits for those who erase by it.
    """
    await conn.execute(_LOCK[alone], {"organizacao": str(organizacao)})


_LOCK: Final = {
    alone: text(
        f"SELECT pg_advisory_xact_lock{'' if alone else '_shared'}"
        "(hashtext('privacidade.retencoes'), hashtext(:organizacao))"
    )
    for alone in (False, True)
}
_ASK: Final = text("SELECT privacidade.pedir_trabalho(:de, :tipo, :id)")

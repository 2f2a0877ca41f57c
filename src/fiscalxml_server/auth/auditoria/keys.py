"""The keys that sign checkpoints."""

from __future__ import annotations

from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.auth.assinatura import Assinatura
from fiscalxml_server.auth.auditoria.models import chaves
from fiscalxml_server.kit.audit import INSTALACAO, SISTEMA, Acao, Registro, record
from fiscalxml_server.kit.secrets import Segredos

USE: Final = b"chave de auditoria"
CHECKPOINTS: Final = Assinatura(chaves, USE)


async def opens(conn: AsyncConnection, segredos: Segredos) -> bool:
    """Whether the secrets are those under which the newest key was sealed, if there is one."""
    return await CHECKPOINTS.opens(conn, segredos)


async def rotate(conn: AsyncConnection, segredos: Segredos) -> str:
    """Another key signs from now on; its name."""
    kid = await CHECKPOINTS.replace(conn, segredos)
    alvo = f"chave_de_auditoria:{kid}"
    await record(conn, INSTALACAO, Registro(SISTEMA, Acao.CHAVE_DE_AUDITORIA_CRIADA, alvo))
    return kid

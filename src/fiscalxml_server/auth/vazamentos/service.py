"""What is done about a key that was found: it is revoked, or its owners are told alone."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import RowMapping

from fiscalxml_server.auth import correio
from fiscalxml_server.auth.chaves import repository as chaves
from fiscalxml_server.auth.chaves.people import addresses
from fiscalxml_server.auth.chaves.recognition import recognise, works
from fiscalxml_server.auth.chaves.service import end, policy_of
from fiscalxml_server.auth.chaves.telling import tell
from fiscalxml_server.auth.resources import Recursos
from fiscalxml_server.auth.vazamentos.schemas import MAX_PLACE, Alerta, Retorno, Vazamento
from fiscalxml_server.kit.audit import SISTEMA, Acao, Registro, record
from fiscalxml_server.kit.errors import Problema
from fiscalxml_server.kit.notifying import Tipo

_AGAIN: Final = timedelta(days=1)
"""after which owners who let the key work are told again"""


class AssinaturaInvalida(Problema):
    status, codigo, titulo = 403, "assinatura_invalida", "A assinatura não confere"
    explicacao = (
        "O aviso diz que vem do GitHub, mas a assinatura não é de uma chave que este serviço "
        "conheça, ou não é deste corpo. Quem achou uma chave pode avisar sem assinatura."
    )


# Medida: vazamentos
async def reported(recursos: Recursos, vazamento: Vazamento) -> None:
    """Somebody found it, and is not told whether it works."""
    await _leaked(recursos, vazamento.chave, "anonimo", vazamento.onde)


async def alerted(recursos: Recursos, alertas: Sequence[Alerta]) -> list[Retorno]:
    """GitHub found them."""
    return [
        Retorno(
            token_hash=hashlib.sha256(alerta.token.encode()).hexdigest(),
            token_type=alerta.type,
            label=(
                "true_positive"
                if await _leaked(recursos, alerta.token, "github", alerta.url[:MAX_PLACE])
                else "false_positive"
            ),
        )
        for alerta in alertas
    ]


async def _leaked(recursos: Recursos, chave: str, por: str, onde: str) -> bool:
    """Do what is to be done; whether it ever was a key."""
    row = await recognise(recursos, chave)
    if row is not None and works(row):
        await _act(recursos, row, {"por": por, "onde": onde})
    return row is not None


async def _act(recursos: Recursos, found: RowMapping, how: dict[str, str]) -> None:
    organizacao, chave, now = found["organizacao"], found["chave"], datetime.now(UTC)
    async with recursos.banco.transacao(organizacao) as conn:
        row = await chaves.lock(conn, organizacao, chave)
        if row is None or row["revogada_em"] is not None:
            return
        revoked = (await policy_of(conn, organizacao)).ao_vazar == "revogar"
        if not revoked and row["vazada_em"] is not None and now - row["vazada_em"] < _AGAIN:
            return
        await chaves.change(conn, organizacao, chave, vazada_em=now)
        if revoked:
            await end(conn, organizacao, chave)
        await tell(conn, organizacao, Tipo.CHAVE_API_VAZADA, row, revogada=revoked)
        assunto, texto = _letter(row["nome"], revoked=revoked)
        for address in await addresses(conn, organizacao, row["criada_por"]):
            await correio.enqueue(
                conn, recursos.segredos, para=address, assunto=assunto, texto=texto
            )
        alvo = f"chave:{chave}"
        await record(
            conn,
            organizacao,
            Registro(SISTEMA, Acao.CHAVE_VAZADA, alvo, {"nome": row["nome"], **how}),
            *([Registro(SISTEMA, Acao.CHAVE_REVOGADA, alvo)] if revoked else []),
        )


def _letter(nome: str, *, revoked: bool) -> tuple[str, str]:
    """Subject and text. Where it was found is not in it: anybody could have written that."""
    found = (
        f"O texto da chave de API “{nome}” foi encontrado onde não devia estar, como em um "
        "repositório público. Quem o viu podia fazer tudo o que a chave permite."
    )
    where = "O registro de auditoria diz quem avisou e onde a chave estaria."
    if revoked:
        return (
            f"A chave de API {nome} vazou e foi revogada",
            f"{found}\n\nA chave foi revogada: nenhum pedido feito com ela é aceito. Crie outra "
            "para o sistema que a usava e procure, na auditoria, pedidos que não sejam seus."
            f"\n\n{where}",
        )
    return (
        f"A chave de API {nome} vazou e continua valendo",
        f"{found}\n\nComo a sua organização escolheu, a chave continua valendo. Troque-a já: uma "
        "rotação com 0 horas encerra o texto que vazou. Procure, na auditoria, pedidos que não "
        f"sejam seus.\n\n{where}",
    )

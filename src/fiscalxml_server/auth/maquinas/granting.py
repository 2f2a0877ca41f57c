"""A token for a machine that proves who it is."""

from __future__ import annotations

import hashlib
import time
from datetime import UTC, datetime
from typing import Final

import msgspec
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.auth.maquinas import repository
from fiscalxml_server.auth.maquinas.credentials import digest, matches, place_of, public_key
from fiscalxml_server.auth.maquinas.oauth import Assercao, ErroOAuth, Pedido
from fiscalxml_server.auth.maquinas.schemas import TokenDeAcesso
from fiscalxml_server.auth.resources import Recursos
from fiscalxml_server.auth.throttle import Limites
from fiscalxml_server.auth.tokens.metadata import TOKENS, base_of
from fiscalxml_server.kit.audit import Acao, Registro, record
from fiscalxml_server.kit.errors import Problema
from fiscalxml_server.kit.jose import verified_by
from fiscalxml_server.kit.rbac import Escopo
from fiscalxml_server.kit.tokens import LEEWAY, SECONDS

MAQUINA: Final = Limites("maquina", conta="30/5minute", endereco="200/5minute")
"""failures: of one client from one address, so that nobody else's keep it out; of one address"""
_MAX_LIFE: Final = 300
"""seconds, of an assertion"""
_MAX_JTI: Final = 255


class ClienteRecusado(Problema):
    status, codigo, titulo = 401, "cliente_recusado", "A máquina não provou quem é"
    explicacao = (
        "Em POST /oauth/token a resposta é a do OAuth 2 (error: invalid_client). O client_id não "
        "existe mais, o segredo é outro, ou a asserção não foi assinada pela chave da máquina, "
        "venceu, não é para este serviço ou já foi usada."
    )


class _Claims(msgspec.Struct, frozen=True):
    iss: str
    sub: str
    aud: str | list[str]
    exp: int | float
    jti: str
    iat: int | float = 0
    nbf: int | float = 0


async def grant(recursos: Recursos, pedido: Pedido, endereco: str) -> TokenDeAcesso:
    """A token. Raises ErroOAuth, `ClienteRecusado`, `MuitasTentativas`, `Indisponivel`."""
    conta = f"{pedido.client_id} {endereco}"
    async with recursos.freio.attempt(MAQUINA, ClienteRecusado, conta=conta, endereco=endereco):
        row = await _proven(recursos, pedido, endereco)
    escopos = _narrowed(row["escopos"], pedido.escopos)
    token = await recursos.emissor.issue(
        f"maquina:{row['id']}",
        org=row["organizacao_de_teste"] if row["teste"] else row["organizacao"],
        escopos=tuple(map(Escopo, escopos)),
        empresas=None if row["empresas"] is None else tuple(row["empresas"]),
        epoca=row["epoca"],
        teste=row["teste"],
    )
    return TokenDeAcesso(token, "Bearer", SECONDS, " ".join(escopos))


async def _proven(recursos: Recursos, pedido: Pedido, endereco: str) -> RowMapping:
    place = place_of(pedido.client_id)
    if place is None:
        raise ClienteRecusado("Não há máquina com este client_id.")
    organizacao, maquina = place
    async with recursos.banco.transacao(organizacao) as conn:
        row = await repository.find_client(conn, organizacao, maquina)
        if row is not None:
            proven = await _proves(recursos, conn, row, pedido)
            if proven:
                await repository.mark_used(conn, organizacao, maquina, _kept(recursos, row, pedido))
            acao = Acao.MAQUINA_AUTENTICADA if proven else Acao.MAQUINA_RECUSADA
            alvo = f"maquina:{maquina}"
            await record(conn, organizacao, Registro(alvo, acao, alvo, {"endereco": endereco}))
    if row is None or not proven:  # beyond the transaction, which is to be kept
        raise ClienteRecusado("A máquina não existe, ou não provou quem é.")
    return row


async def _proves(
    recursos: Recursos, conn: AsyncConnection, row: RowMapping, pedido: Pedido
) -> bool:
    prova = pedido.prova
    if isinstance(prova, Assercao):
        return row["chave"] is not None and await _signed(
            recursos, conn, row, pedido.client_id, prova
        )
    kept = row["segredo"]
    return kept is not None and matches(recursos.segredos, row["id"], prova.valor, kept)


def _kept(recursos: Recursos, row: RowMapping, pedido: Pedido) -> bytes | None:
    """What is kept of the secret from now on: by the current one of ours."""
    if isinstance(pedido.prova, Assercao):
        return None
    return digest(recursos.segredos, row["id"], pedido.prova.valor)


async def _signed(
    recursos: Recursos, conn: AsyncConnection, row: RowMapping, client: str, prova: Assercao
) -> bool:
    key, algorithms = public_key(row["chave"])
    claims = verified_by(prova.valor, key, algorithms, _Claims)
    if claims is None or not _holds(recursos, claims, client):
        return False
    once = hashlib.sha256(row["id"].bytes + claims.jti.encode()).digest()
    until = datetime.fromtimestamp(claims.exp + 2 * LEEWAY, UTC)
    return await repository.use_once(conn, once, until)


def _holds(recursos: Recursos, claims: _Claims, client: str) -> bool:
    settings = recursos.settings
    ours = (settings.auth_issuer, base_of(settings) + TOKENS)
    aud = claims.aud if isinstance(claims.aud, list) else [claims.aud]
    now = time.time()
    return (
        claims.iss == claims.sub == client
        and len(aud) == 1
        and aud[0] in ours
        and now < claims.exp + LEEWAY
        and claims.exp <= now + _MAX_LIFE + LEEWAY
        and claims.iat <= now + LEEWAY
        and claims.nbf <= now + LEEWAY
        and 0 < len(claims.jti) <= _MAX_JTI
    )


def _narrowed(may: list[str], wanted: frozenset[str] | None) -> list[str]:
    if wanted is None:
        return may
    if not wanted <= frozenset(may):
        raise ErroOAuth("invalid_scope", f"Os escopos desta máquina: {', '.join(may)}.")
    return sorted(wanted)

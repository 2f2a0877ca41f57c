"""API keys of an organisation.

Whoever makes, sees or changes a key could do by himself all that it can: its scopes and companies
are within those of who asks.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.auth import credenciais
from fiscalxml_server.auth.chaves import repository
from fiscalxml_server.auth.chaves.asking import read_name, read_request
from fiscalxml_server.auth.chaves.models import chaves_api
from fiscalxml_server.auth.chaves.reminders import next_reminder
from fiscalxml_server.auth.chaves.schemas import (
    ChaveDeApi,
    ChaveDeApiCriada,
    NovaChaveDeApi,
    PaginaDeChavesDeApi,
    PoliticaDeChaves,
    RotacaoDeChave,
)
from fiscalxml_server.auth.chaves.secrets import add_secret
from fiscalxml_server.auth.chaves.views import chave_view, with_text
from fiscalxml_server.auth.resources import Recursos
from fiscalxml_server.auth.tokens.revocations import revoke as revoke_everywhere
from fiscalxml_server.kit.audit import Acao, Registro, record
from fiscalxml_server.kit.auth import Sujeito
from fiscalxml_server.kit.db import new_id
from fiscalxml_server.kit.errors import NaoEncontrado, Problema, SemPermissao
from fiscalxml_server.kit.http.auditing import touched


class ChavesDemais(Problema):
    status, codigo, titulo = 409, "chaves_demais", "A organização tem chaves demais"
    explicacao = (
        "Há um limite de chaves ativas por organização. Revogue as que não são usadas "
        "(usada_em diz quando cada uma foi usada pela última vez) e tente de novo."
    )


class ChaveEncerrada(Problema):
    status, codigo, titulo = 409, "chave_encerrada", "A chave foi revogada ou expirou"
    explicacao = "Uma chave revogada ou expirada não volta a valer. Crie outra."


async def create(recursos: Recursos, sujeito: Sujeito, nova: NovaChaveDeApi) -> ChaveDeApiCriada:
    """A key, and this once its text. Raises `ParametrosInvalidos`, `ChavesDemais`."""
    asked = read_request(sujeito, nova)
    organizacao, chave, now = sujeito.organizacao, new_id(), datetime.now(UTC)
    until = now + timedelta(days=nova.validade_dias)
    most = recursos.settings.api_keys_per_organization
    async with recursos.banco.transacao(organizacao) as conn:
        if await repository.count_alive(conn, organizacao) >= most:
            raise ChavesDemais(f"O limite é de {most} chaves ativas.")
        await repository.insert_key(
            conn,
            organizacao=organizacao,
            id=chave,
            nome=asked.nome,
            escopos=asked.escopos,
            empresas=asked.empresas,
            teste=nova.teste,
            criada_por=sujeito.ator,
            expira_em=until,
            avisar_em=next_reminder(until, now),
        )
        text = await add_secret(conn, recursos.segredos, organizacao, chave, until, nova.teste)
        view = await _view(conn, await _require(conn, sujeito, chave))
        await _record(
            conn,
            sujeito,
            Acao.CHAVE_CRIADA,
            chave,
            nome=asked.nome,
            escopos=asked.escopos,
            empresas=asked.empresas,
            teste=nova.teste,
            expira_em=until,
            prefixo=view.segredos[0].prefixo,
        )
    return with_text(view, text)


async def list_page(
    recursos: Recursos, sujeito: Sujeito, cursor: str | None, limite: int
) -> PaginaDeChavesDeApi:
    """Keys, the newest first, those that do not work any more too."""
    async with recursos.banco.transacao(sujeito.organizacao) as conn:
        rows, more = await credenciais.page(conn, chaves_api, sujeito, cursor, limite)
        return PaginaDeChavesDeApi(await _views(conn, sujeito.organizacao, rows), more)


async def read(recursos: Recursos, sujeito: Sujeito, chave: UUID) -> ChaveDeApi:
    """One key. Raises `NaoEncontrado`."""
    touched(f"chave:{chave}")
    async with recursos.banco.transacao(sujeito.organizacao) as conn:
        return await _view(conn, await _require(conn, sujeito, chave))


async def rename(recursos: Recursos, sujeito: Sujeito, chave: UUID, nome: str) -> ChaveDeApi:
    """Give it another name. Raises `ParametrosInvalidos`, `NaoEncontrado`."""
    nome = read_name(nome)
    async with recursos.banco.transacao(sujeito.organizacao) as conn:
        before = await _require(conn, sujeito, chave, lock=True)
        await repository.change(conn, sujeito.organizacao, chave, nome=nome)
        view = await _view(conn, await _require(conn, sujeito, chave))
        await _record(conn, sujeito, Acao.CHAVE_RENOMEADA, chave, de=before["nome"], para=nome)
    return view


async def rotate(
    recursos: Recursos, sujeito: Sujeito, chave: UUID, rotacao: RotacaoDeChave
) -> ChaveDeApiCriada:
    """Another text for the key; the one before works for some hours more, those before it do not.

    Raises `NaoEncontrado`, `ChaveEncerrada`, `SemPermissao`.
    """
    organizacao, now = sujeito.organizacao, datetime.now(UTC)
    async with recursos.banco.transacao(organizacao) as conn:
        row = await _require(conn, sujeito, chave, lock=True)
        if row["revogada_em"] is not None or row["expira_em"] <= now:
            raise ChaveEncerrada("Crie outra chave.")
        for escopo in row["escopos"]:
            if escopo not in sujeito.escopos:
                raise SemPermissao(f"A chave tem o escopo {escopo}; você não.", escopo=escopo)
        until: datetime = row["expira_em"]
        if rotacao.validade_dias is not None:
            until = now + timedelta(days=rotacao.validade_dias)
        overlap = now + timedelta(hours=rotacao.horas)
        await repository.keep_newest_secret(conn, organizacao, chave, overlap)
        text = await add_secret(conn, recursos.segredos, organizacao, chave, until, row["teste"])
        await repository.change(
            conn, organizacao, chave, expira_em=until, avisar_em=next_reminder(until, now)
        )
        view = await _view(conn, await _require(conn, sujeito, chave))
        await _record(
            conn,
            sujeito,
            Acao.CHAVE_ROTACIONADA,
            chave,
            horas=rotacao.horas,
            expira_em=until,
            prefixo=view.segredos[0].prefixo,
        )
    return with_text(view, text)


async def revoke(recursos: Recursos, sujeito: Sujeito, chave: UUID) -> None:
    """From now on it is refused, in seconds by every service. Raises `NaoEncontrado`."""
    async with recursos.banco.transacao(sujeito.organizacao) as conn:
        row = await _require(conn, sujeito, chave, lock=True)
        if row["revogada_em"] is None:
            await end(conn, sujeito.organizacao, chave)
            await _record(conn, sujeito, Acao.CHAVE_REVOGADA, chave, nome=row["nome"])


async def end(conn: AsyncConnection, organizacao: UUID, chave: UUID) -> None:
    """Revoke a key whose row the transaction has locked; what that is called for, it records."""
    await repository.change(conn, organizacao, chave, revogada_em=datetime.now(UTC))
    await revoke_everywhere(conn, "chave", str(chave))


async def policy(recursos: Recursos, sujeito: Sujeito) -> PoliticaDeChaves:
    """What is done with a key that leaked."""
    async with recursos.banco.transacao(sujeito.organizacao) as conn:
        return await policy_of(conn, sujeito.organizacao)


async def policy_of(conn: AsyncConnection, organizacao: UUID) -> PoliticaDeChaves:
    """Unless the organisation said otherwise, a key that leaked is revoked."""
    ao_vazar = await repository.read_policy(conn, organizacao)
    return PoliticaDeChaves("avisar" if ao_vazar == "avisar" else "revogar")


async def write_policy(recursos: Recursos, sujeito: Sujeito, politica: PoliticaDeChaves) -> None:
    """Have it so from now on."""
    async with recursos.banco.transacao(sujeito.organizacao) as conn:
        await repository.write_policy(conn, sujeito.organizacao, politica.ao_vazar)
        registro = Registro(
            sujeito.ator, Acao.POLITICA_DE_CHAVES_ALTERADA, detalhes={"ao_vazar": politica.ao_vazar}
        )
        await record(conn, sujeito.organizacao, registro)


async def _require(
    conn: AsyncConnection, sujeito: Sujeito, chave: UUID, *, lock: bool = False
) -> RowMapping:
    row = await credenciais.find(conn, chaves_api, sujeito, chave, lock=lock)
    if row is None:
        raise NaoEncontrado("Não há chave com este id.")
    return row


async def _view(conn: AsyncConnection, row: RowMapping) -> ChaveDeApi:
    return (await _views(conn, row["organizacao"], [row]))[0]


async def _views(
    conn: AsyncConnection, organizacao: UUID, rows: Sequence[RowMapping]
) -> list[ChaveDeApi]:
    secrets = await repository.secrets_of(conn, organizacao, [row["id"] for row in rows])
    return [
        chave_view(row, [each for each in secrets if each["chave"] == row["id"]]) for row in rows
    ]


async def _record(
    conn: AsyncConnection, sujeito: Sujeito, acao: Acao, chave: UUID, **detalhes: object
) -> None:
    registro = Registro(sujeito.ator, acao, f"chave:{chave}", detalhes)
    await record(conn, sujeito.organizacao, registro)

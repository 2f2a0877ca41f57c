"""An organisation from its founding to its end."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

import msgspec
from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.auth.campos import Campos
from fiscalxml_server.auth.fatores.repository import has_factor
from fiscalxml_server.auth.membros import repository as membros
from fiscalxml_server.auth.membros.alcance import acting
from fiscalxml_server.auth.organizacoes import repository
from fiscalxml_server.auth.organizacoes.schemas import AlteracaoDeOrganizacao, Organizacao
from fiscalxml_server.auth.people import Pessoa, refuse_unconfirmed
from fiscalxml_server.auth.resources import Recursos
from fiscalxml_server.auth.tokens.revocations import raise_epoch
from fiscalxml_server.kit.audit import Acao, Registro, record
from fiscalxml_server.kit.auth import Sujeito
from fiscalxml_server.kit.db import new_id
from fiscalxml_server.kit.errors import Problema
from fiscalxml_server.kit.http.auth import unknown_credential
from fiscalxml_server.kit.rbac import Escopo, Papel
from fiscalxml_server.kit.settings import Settings

_OWNED: Final = 50
"""organisations that one person may be a dono of and still make another"""


class CadastroFechado(Problema):
    status, codigo, titulo = 403, "cadastro_fechado", "O cadastro está fechado"
    explicacao = (
        "Nesta instalação só entra quem é convidado, e só quem a administra abre organizações. "
        "Peça um convite a quem administra a sua organização."
    )


class OrganizacoesDemais(Problema):
    status, codigo, titulo = 409, "organizacoes_demais", "Organizações demais"
    explicacao = f"Uma pessoa pode ser dona de até {_OWNED} organizações abertas."


class NomeNaoConfere(Problema):
    status, codigo, titulo = 409, "nome_nao_confere", "O nome não confere"
    explicacao = (
        "Para encerrar uma organização, mande o nome dela exatamente como está. Nada mudou."
    )


class SegundoFatorAusente(Problema):
    status, codigo, titulo = 409, "segundo_fator_ausente", "Quem o exige deve ter o seu"
    explicacao = (
        "Só quem tem um segundo fator o exige dos outros. Ligue um aplicativo de códigos em POST "
        "/v1/fatores/totp, ou crie uma passkey em POST /v1/fatores/passkeys/opcoes. Nada mudou."
    )


def refuse_when_closed(settings: Settings) -> None:
    """Raises `CadastroFechado` where organisations are made by the operator alone."""
    if not settings.signup_open:
        raise CadastroFechado("Nesta instalação só entra quem é convidado.")


async def found(conn: AsyncConnection, organizacao: UUID, nome: str, dono: UUID) -> None:
    """A new organisation with its first dono, in a transaction of that organisation."""
    await repository.insert_organisation(conn, organizacao, nome)
    await membros.insert_member(conn, organizacao, dono, Papel.DONO, None)
    ator, alvo = f"pessoa:{dono}", f"organizacao:{organizacao}"
    await record(conn, organizacao, Registro(ator, Acao.ORGANIZACAO_CRIADA, alvo, {"nome": nome}))


async def found_another(recursos: Recursos, pessoa: UUID, nome: str) -> Organizacao:
    """Another organisation of a person's. Raises `CadastroFechado`, `OrganizacoesDemais`."""
    refuse_when_closed(recursos.settings)
    nome = _checked(nome)
    organizacao = new_id()
    async with recursos.banco.transacao(organizacao, pessoa=pessoa) as conn:
        if await repository.owned(conn, pessoa) >= _OWNED:
            raise OrganizacoesDemais(f"Você já é dono de {_OWNED} organizações.")
        await found(conn, organizacao, nome, pessoa)
        return await _view(conn, organizacao)


async def read(recursos: Recursos, sujeito: Sujeito) -> Organizacao:
    """The caller's organisation."""
    async with recursos.banco.transacao(sujeito.organizacao) as conn:
        return await _view(conn, sujeito.organizacao)


async def change(
    recursos: Recursos, sujeito: Sujeito, pessoa: Pessoa, alteracao: AlteracaoDeOrganizacao
) -> Organizacao:
    """Another name, or whether it demands a second factor, which holds for open sessions at once.

    Raises `ParametrosInvalidos`, `ConfirmacaoNecessaria`, `SegundoFatorAusente`.
    """
    news: dict[str, object] = {}
    if not isinstance(alteracao.nome, msgspec.UnsetType):
        news["nome"] = _checked(alteracao.nome)
    if not isinstance(alteracao.exige_segundo_fator, msgspec.UnsetType):
        refuse_unconfirmed(pessoa)
        news["exige_segundo_fator"] = alteracao.exige_segundo_fator
    organizacao = sujeito.organizacao
    async with recursos.banco.transacao(organizacao, pessoa=pessoa.id) as conn:
        row = await lock(conn, organizacao)
        await acting(conn, sujeito, Escopo.ORGANIZACAO_ESCREVER)
        before = {name: row._mapping[name] for name in news if row._mapping[name] != news[name]}
        if not before:
            return _shown(row)
        if "exige_segundo_fator" in before and news["exige_segundo_fator"]:
            if not await has_factor(conn, pessoa.id):
                raise SegundoFatorAusente("Ligue antes um segundo fator na sua própria conta.")
            await raise_epoch(conn, organizacao)
        await repository.change(conn, organizacao, **news)
        view = await _view(conn, organizacao)
        detalhes = {"de": before, "para": {name: news[name] for name in before}}
        alvo = f"organizacao:{organizacao}"
        await record(
            conn,
            organizacao,
            Registro(sujeito.ator, Acao.ORGANIZACAO_ALTERADA, alvo, detalhes),
        )
    return view


async def close(recursos: Recursos, sujeito: Sujeito, nome: str) -> None:
    """End it: nobody gets in any more, and no token, key or invitation of it is good.

    What the law wants kept is kept. Raises `NomeNaoConfere`.
    """
    organizacao = sujeito.organizacao
    async with recursos.banco.transacao(organizacao) as conn:
        row = await lock(conn, organizacao)
        await acting(conn, sujeito, Escopo.ORGANIZACAO_ENCERRAR)
        if nome != row.nome:
            raise NomeNaoConfere("O nome não é o da organização; nada mudou.")
        await repository.close(conn, organizacao)
        await raise_epoch(conn, organizacao)
        alvo = f"organizacao:{organizacao}"
        await record(conn, organizacao, Registro(sujeito.ator, Acao.ORGANIZACAO_ENCERRADA, alvo))


async def lock(conn: AsyncConnection, organizacao: UUID) -> Row[Any]:
    """Its row; until the transaction ends, no other changes who belongs to it. Raises 401."""
    row = await repository.lock(conn, organizacao)
    if row is None:
        raise unknown_credential()
    return row


async def _view(conn: AsyncConnection, organizacao: UUID) -> Organizacao:
    row = await repository.find(conn, organizacao)
    if row is None:
        raise unknown_credential()
    return _shown(row)


def _shown(row: Row[Any]) -> Organizacao:
    return Organizacao(row.id, row.nome, row.exige_segundo_fator, row.criado_em)


def _checked(nome: str) -> str:
    campos = Campos()
    nome = campos.nome("nome", nome)
    campos.check()
    return nome

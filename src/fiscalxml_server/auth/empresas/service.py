"""Companies of an organisation: added, renamed, removed."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml.identifiers.cnpj import is_valid_cnpj, normalize_cnpj
from fiscalxml.identifiers.cpf import is_valid_cpf, normalize_cpf
from fiscalxml_server.auth.campos import Campos
from fiscalxml_server.auth.empresas import repository
from fiscalxml_server.auth.empresas.schemas import Empresa
from fiscalxml_server.auth.organizacoes import service as organizacoes
from fiscalxml_server.auth.resources import Recursos
from fiscalxml_server.kit.audit import Acao, Registro, record
from fiscalxml_server.kit.auth import Sujeito
from fiscalxml_server.kit.errors import NaoEncontrado, Problema
from fiscalxml_server.kit.http.cursors import page_of_rows, read_cursor, wrong_cursor

_MOST: Final = 20_000


class EmpresaEmUso(Problema):
    status, codigo, titulo = 409, "empresa_em_uso", "Há quem esteja limitado a esta empresa"
    explicacao = (
        "Um membro, ou um convite, está limitado a esta empresa. Mude antes as empresas dele."
    )


class EmpresasDemais(Problema):
    status, codigo, titulo = 409, "empresas_demais", "Empresas demais"
    explicacao = f"Uma organização tem até {_MOST} empresas. Abra outra organização."


def is_inscricao(text: str) -> bool:
    """Whether it is a CNPJ or a CPF as it is kept: bare, with its check digits."""
    return is_valid_cnpj(text) or is_valid_cpf(text)


async def known(conn: AsyncConnection, organizacao: UUID, inscricoes: Collection[str]) -> set[str]:
    """Of these texts, those that are companies of the organisation."""
    return await repository.known(conn, organizacao, [*filter(is_inscricao, inscricoes)])


async def list_page(
    recursos: Recursos, sujeito: Sujeito, cursor: str | None, limit: int
) -> dict[str, object]:
    """Companies by their numbers. Raises `ParametrosInvalidos`."""
    after = None if cursor is None else read_cursor(cursor, str)
    if after is not None and not is_inscricao(after):
        raise wrong_cursor()
    async with recursos.banco.transacao(sujeito.organizacao) as conn:
        rows = await repository.page(conn, sujeito.organizacao, sujeito.empresas, after, limit + 1)
    return page_of_rows(rows, limit, _view, lambda row: row.inscricao)


async def read(recursos: Recursos, sujeito: Sujeito, given: str) -> Empresa:
    """One company. Raises `NaoEncontrado`, `ParametrosInvalidos`."""
    inscricao = _checked(given)
    if sujeito.empresas is not None and inscricao not in sujeito.empresas:
        raise _not_here()
    async with recursos.banco.transacao(sujeito.organizacao) as conn:
        row = await repository.find(conn, sujeito.organizacao, inscricao)
    if row is None:
        raise _not_here()
    return _view(row)


async def put(recursos: Recursos, sujeito: Sujeito, given: str, nome: str) -> tuple[Empresa, bool]:
    """Add it, or change its name; whether it is new.

    Raises `ParametrosInvalidos`, `EmpresasDemais`.
    """
    inscricao = _checked(given)
    campos = Campos()
    nome = campos.nome("nome", nome)
    campos.check()
    organizacao = sujeito.organizacao
    async with recursos.banco.transacao(organizacao) as conn:
        await organizacoes.lock(conn, organizacao)
        before = await repository.find(conn, organizacao, inscricao)
        if before is None and await repository.count(conn, organizacao) >= _MOST:
            raise EmpresasDemais(f"A organização já tem {_MOST} empresas.")
        await repository.put(conn, organizacao, inscricao, nome)
        row = await repository.find(conn, organizacao, inscricao)
        assert row is not None  # noqa: S101 - written a moment ago
        acao = Acao.EMPRESA_INCLUIDA if before is None else Acao.EMPRESA_ALTERADA
        await record(conn, organizacao, _entry(sujeito, acao, inscricao, nome))
    return _view(row), before is None


async def remove(recursos: Recursos, sujeito: Sujeito, given: str) -> None:
    """Raises `NaoEncontrado`, `EmpresaEmUso`, `ParametrosInvalidos`."""
    inscricao = _checked(given)
    organizacao = sujeito.organizacao
    async with recursos.banco.transacao(organizacao) as conn:
        await organizacoes.lock(conn, organizacao)
        if await repository.in_use(conn, organizacao, inscricao):
            raise EmpresaEmUso("Um membro ou um convite está limitado a esta empresa.")
        nome = await repository.remove(conn, organizacao, inscricao)
        if nome is None:
            raise _not_here()
        entry = _entry(sujeito, Acao.EMPRESA_REMOVIDA, inscricao, nome)
        await record(conn, organizacao, entry)


def _entry(sujeito: Sujeito, acao: Acao, inscricao: str, nome: str) -> Registro:
    """A CPF names a person: it stands in the details."""
    return Registro(sujeito.ator, acao, detalhes={"inscricao": inscricao, "nome": nome})


def _checked(given: str) -> str:
    """As it is kept, from what may be written with punctuation. Raises `ParametrosInvalidos`."""
    for normalize, is_valid in ((normalize_cnpj, is_valid_cnpj), (normalize_cpf, is_valid_cpf)):
        try:
            bare = normalize(given[:40])
        except ValueError:
            continue
        if is_valid(bare):
            return bare
    campos = Campos()
    campos.wrong("inscricao", "não é um CNPJ nem um CPF: confira os dígitos", "path")
    campos.check()
    raise AssertionError


def _not_here() -> NaoEncontrado:
    return NaoEncontrado("Esta empresa não é desta organização.")


def _view(row: Row[Any]) -> Empresa:
    return Empresa(row.inscricao, row.nome, row.criado_em)

"""Limits: an organisation's are agreed with the operator, a key's are set by who manages keys."""

from __future__ import annotations

from uuid import UUID

import msgspec

from fiscalxml_server.auth.chaves import service as chaves
from fiscalxml_server.auth.cotas import repository
from fiscalxml_server.auth.cotas.schemas import Cota, CotaDaOrganizacao, NovaCota
from fiscalxml_server.auth.resources import Recursos
from fiscalxml_server.kit.audit import SISTEMA, Acao, Registro, record
from fiscalxml_server.kit.auth import Sujeito
from fiscalxml_server.kit.errors import NaoEncontrado
from fiscalxml_server.kit.quotas.models import ORGANIZACAO


async def of_organisation(recursos: Recursos, organizacao: UUID) -> CotaDaOrganizacao:
    """What is in force for it, and what was used. Raises `NaoEncontrado`."""
    settings = recursos.settings
    sandbox = await _sandbox(recursos, organizacao)
    agreed, used = await _read(recursos, organizacao, ORGANIZACAO)
    of_tests, used_by_tests = await _read(recursos, sandbox, ORGANIZACAO)
    return CotaDaOrganizacao(
        validar=agreed.validar or settings.limit_validar or None,
        ler=agreed.ler or settings.limit_ler or None,
        enviar=agreed.enviar or settings.limit_enviar or None,
        documentos=agreed.documentos or settings.quota_documents or None,
        usados=used,
        documentos_de_teste=of_tests.documentos or settings.quota_sandbox_documents or None,
        usados_de_teste=used_by_tests,
    )


async def of_key(recursos: Recursos, sujeito: Sujeito, chave: UUID) -> Cota:
    """What is set for a key, and what it used. Raises `NaoEncontrado`."""
    owner = await _owner(recursos, sujeito, chave)
    agreed, used = await _read(recursos, owner, str(chave))
    return Cota(**msgspec.structs.asdict(agreed), usados=used)


async def set_for_key(recursos: Recursos, sujeito: Sujeito, chave: UUID, cota: NovaCota) -> Cota:
    """Have it so within seconds, everywhere. Raises `NaoEncontrado`."""
    owner = await _owner(recursos, sujeito, chave)
    registro = _entry(sujeito.ator, f"chave:{chave}", cota)
    async with recursos.banco.transacao(owner) as conn:
        await repository.write(conn, owner, str(chave), cota)
        used = await repository.used_by(conn, owner, str(chave))
        await record(conn, sujeito.organizacao, registro)
    return Cota(**msgspec.structs.asdict(cota), usados=used)


async def agree(
    recursos: Recursos, organizacao: UUID, cota: NovaCota, *, sandbox: bool = False
) -> None:
    """What the operator agreed with an organisation, or lets its sandbox have.

    Raises `NaoEncontrado`.
    """
    of_tests = await _sandbox(recursos, organizacao)
    owner = of_tests if sandbox else organizacao
    registro = _entry(SISTEMA, f"organizacao:{organizacao}", cota, teste=sandbox)
    async with recursos.banco.transacao(owner) as conn:
        await repository.write(conn, owner, ORGANIZACAO, cota)
        await record(conn, organizacao, registro)


async def _read(recursos: Recursos, owner: UUID, credencial: str) -> tuple[NovaCota, int]:
    async with recursos.banco.transacao(owner) as conn:
        agreed = await repository.limits_of(conn, owner, credencial)
        return agreed, await repository.used_by(conn, owner, credencial)


async def _owner(recursos: Recursos, sujeito: Sujeito, chave: UUID) -> UUID:
    """Whose documents the key stores: the organisation's, or its sandbox's."""
    key = await chaves.read(recursos, sujeito, chave)
    return await _sandbox(recursos, sujeito.organizacao) if key.teste else sujeito.organizacao


async def _sandbox(recursos: Recursos, organizacao: UUID) -> UUID:
    async with recursos.banco.transacao() as conn:
        found = await repository.sandbox_of(conn, organizacao)
    if found is None:
        raise NaoEncontrado("Não há organização com este id.")
    return found


def _entry(ator: str, alvo: str, cota: NovaCota, **detalhes: object) -> Registro:
    details = msgspec.structs.asdict(cota) | detalhes
    return Registro(ator, Acao.COTA_ALTERADA, alvo, details)

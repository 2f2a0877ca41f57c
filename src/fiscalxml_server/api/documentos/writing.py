"""Writing judged documents, one or a block of them, each with exactly one outcome."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from msgspec.structs import replace
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.api.documentos import indexes, links, parties, repository, subjects
from fiscalxml_server.api.documentos.identity import Passo, decide, outranks
from fiscalxml_server.api.documentos.linking import link, take_turn
from fiscalxml_server.api.documentos.schemas import Desfecho, Gravado, Novo, Versao
from fiscalxml_server.api.documentos.telling import Antes, Mudancas, tell


async def write(conn: AsyncConnection, organizacao: UUID, novos: Sequence[Novo]) -> list[Gravado]:
    """Write documents in the caller's transaction, by the contract's rules of identity.

    Returns what became of each, in their order.
    """
    await take_turn(conn, organizacao, novos)
    first: dict[str, Novo] = {}
    for novo in novos:
        first.setdefault(novo.identidade, novo)
    written, versoes = await _identities(conn, organizacao, first)
    fresh = [novo for novo in novos if _is(novo, first) and novo.identidade in written]
    judged = [(novo, novo.id) for novo in fresh]
    copies = {novo.id: novo for novo in fresh}
    attached: dict[UUID, Novo] = {}
    mudancas = Mudancas()
    for novo in fresh:
        mudancas.touch(novo.id, None)
    outcomes = {novo.id: Gravado(_outcome(novo), novo.id) for novo in fresh}
    others = [novo for novo in novos if novo.id not in outcomes]
    if again := {novo.identidade for novo in others} & written:
        versoes |= await repository.lock_versions(conn, organizacao, again)
    for novo in others:
        gravado = await _write_beside(
            conn, organizacao, novo, versoes[novo.identidade], copies, attached, mudancas
        )
        outcomes[novo.id] = gravado
        if gravado.desfecho != "duplicado" or gravado.copia_trocada:
            judged.append((novo, gravado.documento))
    await repository.insert_validations(conn, organizacao, judged)
    rows = [novo for novo, documento in judged if novo.id == documento]
    await parties.write(conn, organizacao, rows)
    await indexes.insert(
        conn, organizacao, [replace(novo, termos=copies[novo.id].termos) for novo in rows]
    )
    await subjects.insert(conn, organizacao, judged)
    await links.insert_relations(conn, organizacao, rows)
    await link(conn, organizacao, [novo for novo, _ in judged], mudancas)
    await tell(conn, organizacao, mudancas)
    return [outcomes[novo.id] for novo in novos]


async def _identities(
    conn: AsyncConnection, organizacao: UUID, first: Mapping[str, Novo]
) -> tuple[set[str], dict[str, list[Versao]]]:
    """Those that are written now, and the versions of the others, locked."""
    written: set[str] = set()
    versoes: dict[str, list[Versao]] = {}
    # Again for those that were erased after they were found there, and before they were locked.
    while missing := first.keys() - written - versoes.keys():
        written |= await repository.insert_first(
            conn, organizacao, [first[identidade] for identidade in missing]
        )
        if there := missing - written:
            versoes |= await repository.lock_versions(conn, organizacao, there)
    return written, versoes


async def _write_beside(
    conn: AsyncConnection,
    organizacao: UUID,
    novo: Novo,
    versoes: list[Versao],
    copies: dict[UUID, Novo],
    attached: dict[UUID, Novo],
    mudancas: Mudancas,
) -> Gravado:
    """`copies`: those of rows that are of this transaction, whose terms are not written yet.

    `attached`: those that this transaction gave to rows of before, whose validations are not.
    """
    passo, versao = decide(novo, versoes)
    if passo is Passo.NADA:
        return Gravado("duplicado", versao.id)
    if passo is Passo.TROCAR_COPIA:
        mudancas.touch(versao.id, _before(versao))
        mudancas.copias.add(versao.id)
        anexado = novo.com_protocolo and not versao.com_protocolo
        if versao.id in copies:
            copies[versao.id] = novo
        else:
            await indexes.replace(conn, organizacao, versao.id, novo, attached.get(versao.id))
            attached[versao.id] = novo
        await repository.attach(conn, organizacao, versao.id, novo)
        versao.intacta, versao.assinada = novo.intacta, novo.assinada
        versao.com_protocolo = novo.com_protocolo
        versao.situacao_propria = novo.situacao_propria
        await _settle(conn, organizacao, versoes, versao, mudancas)
        return Gravado("duplicado", versao.id, copia_trocada=True, protocolo_anexado=anexado)
    takes = passo is Passo.TOMAR
    if takes:
        mudancas.touch(versao.id, _before(versao))
        await repository.pass_identity(conn, organizacao, versao.id, None)
        versao.vigente = False
    await repository.insert_version(conn, organizacao, novo, vigente=takes)
    mudancas.touch(novo.id, None)
    copies[novo.id] = novo
    versoes.append(
        Versao(
            id=novo.id,
            conteudo=novo.conteudo,
            vigente=takes,
            intacta=novo.intacta,
            assinada=novo.assinada,
            com_protocolo=novo.com_protocolo,
            situacao_propria=novo.situacao_propria,
            situacao=novo.situacao,
        )
    )
    return Gravado(_outcome(novo) if takes else "conflito", novo.id)


async def _settle(
    conn: AsyncConnection,
    organizacao: UUID,
    versoes: Sequence[Versao],
    changed: Versao,
    mudancas: Mudancas,
) -> None:
    """A version with a better copy than before may take the identity by it."""
    holder = next(each for each in versoes if each.vigente)
    if outranks(changed, holder):
        mudancas.touch(holder.id, _before(holder))
        await repository.pass_identity(conn, organizacao, holder.id, changed.id)
        holder.vigente, changed.vigente = False, True


def _before(versao: Versao) -> Antes:
    return Antes(versao.vigente, versao.situacao)


def _is(novo: Novo, first: dict[str, Novo]) -> bool:
    return first[novo.identidade] is novo


def _outcome(novo: Novo) -> Desfecho:
    return "invalido" if novo.veredito == "invalido" else "aceito"

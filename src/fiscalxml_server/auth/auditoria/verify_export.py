"""Verify an export: the chain inside of it, and the checkpoint that attests it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec

from fiscalxml_server.auth.auditoria.checkpoints import FIRST, Ponto
from fiscalxml_server.auth.auditoria.exporting import FORMATO
from fiscalxml_server.auth.auditoria.findings import (
    MOST,
    Apagamento,
    Corrente,
    Entrada,
    Resultado,
    erasure_of,
)
from fiscalxml_server.auth.auditoria.merkle import Folha, leaf, root_by_path
from fiscalxml_server.auth.auditoria.schemas import Cabecalho, Prova, RegistroExportado
from fiscalxml_server.auth.auditoria.witnesses import Chaves, Testemunhas, read_checkpoint

Linhas = Callable[[], Iterable[bytes]]
"""the lines of the file, from its beginning each time"""
COMMITTING: Final = timedelta(minutes=10)
"""longer than an entry can be written and not yet be seen"""
_HOURLY: Final = timedelta(hours=2)
_decode: Final = msgspec.json.Decoder(Cabecalho | RegistroExportado | Prova).decode


class ArquivoInvalido(ValueError):
    """Not an export."""


def verify_export(linhas: Linhas, pontos: Testemunhas, keys: Chaves) -> Resultado:
    """`pontos`: checkpoints that were kept elsewhere, none where there are none.

    Raises `ArquivoInvalido`.
    """
    head, erasures, prova = _look_ahead(linhas)
    organizacao = head.organizacao
    result = Resultado(cadeias=1, pontos=len(pontos.pontos), achados=list(pontos.achados))
    chain = Corrente(organizacao, head.primeiro - 1, _hash(head.elo_anterior), erasures)
    if head.primeiro == 1 and chain.elo != FIRST:
        chain.find(1, "a cadeia não começa pelo começo")
    ponto = None if prova is None else read_checkpoint(prova.ponto, keys)
    seen: dict[int, bytes] = {chain.numero: chain.elo}
    for entrada in _entries(linhas):
        if entrada.numero == head.primeiro:
            _look_at_start(head, entrada, chain)
        chain.add(entrada)
        result.registros += 1
        if prova is not None and entrada.numero == prova.numero:
            seen[entrada.numero] = entrada.elo
        if ponto is not None and prova is not None and entrada.numero > prova.numero:
            result.sem_ponto += 1
            if entrada.quando < ponto.quando - COMMITTING:
                chain.find(entrada.numero, "o ponto de controle devia tê-lo visto, e não viu")
    if chain.numero != max(head.ultimo, head.primeiro - 1):
        chain.find(chain.numero, f"o arquivo acaba aqui, e devia ir até o {head.ultimo}")
    result.achados += chain.achados[:MOST]
    _tell_erased(chain, head, result)
    if prova is None:
        _without_proof(head, pontos, result)
    elif ponto is None:
        result.achados.append("a assinatura do ponto de controle do arquivo não confere")
    else:
        result.achados += _attested(organizacao, prova, ponto, seen)
        result.achados += _current(head, prova, ponto, pontos, result)
    return result


def _attested(
    organizacao: UUID, prova: Prova, ponto: Ponto, seen: dict[int, bytes]
) -> Iterator[str]:
    """Whether the checkpoint saw the chain of this file."""
    head = Folha(organizacao, prova.numero, _hash(prova.elo))
    steps = [_hash(step) for step in prova.caminho]
    tree = root_by_path(leaf(head), prova.indice, ponto.cadeias, steps)
    if tree is None or tree.hex() != ponto.raiz or prova.cadeias != ponto.cadeias:
        yield f"a prova não leva ao ponto de controle {ponto.numero}: a cadeia não é a que ele viu"
    if seen.get(prova.numero) != head.elo:
        yield (
            f"organização {organizacao}, registro {prova.numero}: não é o que o ponto de controle "
            f"{ponto.numero} viu; a cadeia foi reescrita ou cortada"
        )


def _current(
    head: Cabecalho, prova: Prova, ponto: Ponto, pontos: Testemunhas, result: Resultado
) -> Iterator[str]:
    """Whether it is the checkpoint that it should be."""
    kept = pontos.texts.get(ponto.numero)
    if kept is not None and kept != prova.ponto:
        yield f"há duas versões do ponto de controle {ponto.numero}: a história foi bifurcada"
    behind = head.ate is not None and ponto.quando > head.ate
    last = pontos.last
    if last is not None:
        if not behind and ponto.numero < last.numero:
            yield (
                f"o arquivo se prova pelo ponto de controle {ponto.numero}, e já há o "
                f"{last.numero}: pode faltar o fim"
            )
    elif not behind and head.gerado_em - ponto.quando > _HOURLY:
        result.avisos.append(f"o último ponto de controle é de {_told(ponto.quando)}")


def _without_proof(head: Cabecalho, pontos: Testemunhas, result: Resultado) -> None:
    result.sem_ponto = result.registros
    if pontos.last is not None and pontos.last.quando < head.gerado_em - COMMITTING:
        result.achados.append("o arquivo não traz prova, e há pontos de controle")
    else:
        result.avisos.append("nenhum ponto de controle viu esta cadeia ainda")


def _tell_erased(chain: Corrente, head: Cabecalho, result: Resultado) -> None:
    if not chain.apagados:
        return
    told = ", ".join(map(str, chain.apagados[:10]))
    what = f"detalhes apagados sem um registro do apagamento: {told}"
    # Of a period that is past, the erasure may have been written after it.
    (result.achados if head.ate is None else result.avisos).append(what)


def _look_at_start(head: Cabecalho, entrada: Entrada, chain: Corrente) -> None:
    if head.primeiro > 1 and (head.de is None or entrada.quando >= head.de):
        chain.find(entrada.numero, "o período começa antes do que o arquivo traz")


def _look_ahead(linhas: Linhas) -> tuple[Cabecalho, list[Apagamento], Prova | None]:
    head: Cabecalho | None = None
    prova: Prova | None = None
    erasures = []
    for line in _lines(linhas):
        match line:
            case Cabecalho():
                if head is not None:
                    raise ArquivoInvalido("há dois cabeçalhos")
                head = line
            case Prova():
                prova = line
            case RegistroExportado():
                if head is None:
                    raise ArquivoInvalido("a primeira linha não é o cabeçalho")
                if told := erasure_of(line.numero, line.acao, line.alvo):
                    erasures.append(told)
    if head is None or head.formato != FORMATO:
        raise ArquivoInvalido("não é uma exportação da auditoria deste formato")
    return head, erasures, prova


def _entries(linhas: Linhas) -> Iterator[Entrada]:
    for line in _lines(linhas):
        if isinstance(line, RegistroExportado):
            yield _entry(line)


def _lines(linhas: Linhas) -> Iterator[Cabecalho | RegistroExportado | Prova]:
    for number, line in enumerate(linhas(), 1):
        try:
            yield _decode(line)
        except msgspec.MsgspecError:
            raise ArquivoInvalido(f"a linha {number} não é de uma exportação") from None


def _entry(line: RegistroExportado) -> Entrada:
    details = None
    if line.sal is not None and line.detalhes is not None:
        details = _hash(line.sal) + line.detalhes.encode()
    return Entrada(
        numero=line.numero,
        quando=line.quando,
        micros=line.micros,
        ator=line.ator,
        acao=line.acao,
        alvo=line.alvo,
        detalhes=details,
        impressao=_hash(line.impressao),
        elo=_hash(line.elo),
    )


def _hash(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise ArquivoInvalido(f"não é hexadecimal: {text[:80]!r}") from None


def _told(moment: datetime) -> str:
    return f"{moment:%d/%m/%Y %H:%M} (UTC)"

"""From the items of a lote to what became of each content in it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from fiscalxml.client.shapes import Contagens, Item, Lote
from fiscalxml.sending.files import shown
from fiscalxml.sending.records import Exemplo, Parte, Resultado

EXAMPLES: Final = 10
"""of one content that are kept"""
GOOD: Final = frozenset({"aceito", "duplicado", "ignorado"})


def of_archive(parte: Parte, lote: Lote, itens: Iterable[Item]) -> dict[bytes, Resultado]:
    """`itens`: some that were not accepted, for examples."""
    contagens = Counter(
        {name: getattr(lote.contagens, name) for name in Contagens.__struct_fields__}
    )
    where = shown(parte.caminho)
    exemplos = [_example(f"{where}!{item.nome}", item) for item in itens]
    if lote.situacao == "falhou":
        contagens["falha"] += 1
        exemplos.insert(0, Exemplo(where, "falha", None, lote.motivo))
    return {parte.sha256: Resultado(+contagens, exemplos[:EXAMPLES])}


def of_documents(
    partes: Sequence[Parte], lote: Lote, itens: Iterable[Item]
) -> dict[bytes, Resultado]:
    """`itens`: all of the lote."""
    by_name = {parte.nome: parte for parte in partes}
    contagens: defaultdict[bytes, Counter[str]] = defaultdict(Counter)
    exemplos: defaultdict[bytes, list[Exemplo]] = defaultdict(list)
    for item in itens:
        parte = _part(by_name, item.nome)
        if parte is None:
            continue
        contagens[parte.sha256][item.desfecho] += 1
        if item.desfecho not in GOOD and len(exemplos[parte.sha256]) < EXAMPLES:
            exemplos[parte.sha256].append(_example(shown(parte.caminho), item))
    for parte in partes:
        if parte.sha256 not in contagens:
            contagens[parte.sha256]["falha"] += 1
            motivo = lote.motivo or "O serviço não disse o que houve com este arquivo."
            exemplos[parte.sha256].append(Exemplo(shown(parte.caminho), "falha", None, motivo))
    return {sha256: Resultado(found, exemplos[sha256]) for sha256, found in contagens.items()}


def _part(by_name: Mapping[str, Parte], name: str) -> Parte | None:
    """The file that an item was in; what is inside a file is named file!inside."""
    return next((by_name[each] for each in _beginnings(name) if each in by_name), None)


def _beginnings(name: str) -> Iterator[str]:
    while name:
        yield name
        name = name.rpartition("!")[0]


def _example(nome: str, item: Item) -> Exemplo:
    return Exemplo(nome, item.desfecho, item.codigo, item.mensagem)

"""What became of what `send` and `watch` found, and the exit code that it means."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from rich.console import Console
from rich.text import Text

from fiscalxml.cli.terminal import safe
from fiscalxml.pages.words import plural
from fiscalxml.sending.observing import Resumo
from fiscalxml.sending.outcomes import GOOD
from fiscalxml.sending.records import Exemplo

SHOWN: Final = 10
"""documents that were not accepted"""
_LOTES: Final = 3
_WORDS: Final = {
    "aceito": ("aceito", "aceitos", "green"),
    "duplicado": ("duplicado", "duplicados", ""),
    "invalido": ("inválido", "inválidos", "red"),
    "conflito": ("conflito", "conflitos", "red"),
    "ilegivel": ("ilegível", "ilegíveis", "red"),
    "falha": ("falha", "falhas", "red"),
    "recusado": ("recusado", "recusados", "red"),
    "ignorado": ("ignorado", "ignorados", "dim"),
    "pendente": ("ainda não processado", "ainda não processados", "yellow"),
}
_NAMES: Final = {
    "invalido": "INVÁLIDO",
    "conflito": "CONFLITO",
    "ilegivel": "ILEGÍVEL",
    "falha": "FALHA",
    "recusado": "RECUSADO",
}

_CONFLITO: Final = "Já está guardado outro conteúdo com a mesma identidade, e é ele que vale."


def print_summary(
    out: Console, resumo: Resumo, counts: Mapping[str, int], exemplos: Sequence[Exemplo]
) -> None:
    """Files, documents by outcome, and the first that were not accepted."""
    if not (resumo.arquivos or resumo.nao_lidos):
        out.print("Nenhum arquivo encontrado.")
        return
    out.print(_files(resumo), style="bold", soft_wrap=True)
    if counts:
        out.print(outcomes(counts), soft_wrap=True)
    print_examples(out, exemplos)
    rest = bad(counts) - len(exemplos)
    if exemplos and rest > 0:
        out.print(f"  e mais {plural(rest, 'outro', 'outros')}", style="dim")


def print_where(out: Console, url: str, lotes: Sequence[str]) -> None:
    """Where the service tells why, and how to mend it."""
    if lotes:
        out.print("Causas e correções, com a chave de acesso:", style="dim")
    for lote in lotes[:_LOTES]:
        where = f"{url.rstrip('/')}/v1/lotes/{lote}/causas?formato=html"
        out.print(f"  {safe(where)}", style="dim", soft_wrap=True, highlight=False)
    if rest := len(lotes[_LOTES:]):
        out.print(f"  e de mais {plural(rest, 'lote', 'lotes')}", style="dim")


def print_examples(out: Console, exemplos: Iterable[Exemplo]) -> None:
    for each in exemplos:
        line = Text("✖ ", "red").append(_NAMES.get(each.desfecho, each.desfecho), "bold red")
        line.append(f" {local(each.nome)}")
        out.print(line, soft_wrap=True)
        if each.desfecho == "conflito":
            out.print(f"    {_CONFLITO}", soft_wrap=True)
        told = " ".join(filter(None, (each.codigo, each.mensagem)))
        if told:
            out.print(f"    {safe(told)}", soft_wrap=True)


def local(name: str) -> str:
    """An absolute path as a person at this folder names it."""
    return safe(name.removeprefix(f"{os.getcwd()}{os.sep}"))  # noqa: PTH109 - as `abspath` has it


def outcomes(counts: Mapping[str, int]) -> Text:
    """'12 documentos: 10 aceitos, 2 inválidos'."""
    line = Text(f"{plural(sum(counts.values()), 'documento', 'documentos')}: ")
    for desfecho, (one, many, style) in _WORDS.items():
        if count := counts.get(desfecho, 0):
            line.append(plural(count, one, many), style).append(", ")
    line.right_crop(2)
    return line


def bad(counts: Mapping[str, int]) -> int:
    """Documents that were not accepted."""
    return sum(n for desfecho, n in counts.items() if desfecho not in GOOD | {"pendente"})


def exit_code(resumo: Resumo, counts: Mapping[str, int], unopened: int) -> int:
    """2: a path of the command line could not be opened; 1: something is not as it should be."""
    if unopened:
        return 2
    return 1 if bad(counts) or resumo.nao_lidos or resumo.mudados else 0


def _files(resumo: Resumo) -> str:
    parts = [
        plural(resumo.arquivos, "arquivo", "arquivos"),
        f"{plural(resumo.enviados, 'enviado', 'enviados')} agora",
    ]
    if resumo.ja_enviados:
        parts.append(f"{plural(resumo.ja_enviados, 'já enviado', 'já enviados')} antes")
    if resumo.repetidos:
        parts.append(plural(resumo.repetidos, "repetido", "repetidos"))
    if resumo.alheios:
        parts.append(plural(resumo.alheios, "não é fiscal", "não são fiscais"))
    if resumo.nao_lidos:
        one, many = "não pôde ser lido", "não puderam ser lidos"
        parts.append(plural(resumo.nao_lidos, one, many))
    if resumo.mudados:
        parts.append(f"{plural(resumo.mudados, 'mudou', 'mudaram')} durante o envio")
    return " · ".join(parts)

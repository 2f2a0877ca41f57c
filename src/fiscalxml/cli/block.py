"""The report of one document as a person reads it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Final

from rich.console import Console
from rich.text import Text

from fiscalxml.cli.terminal import safe
from fiscalxml.identifiers.cnpj import format_cnpj
from fiscalxml.identifiers.cpf import format_cpf
from fiscalxml.pages.titles import title
from fiscalxml.pages.words import data_hora, grouped
from fiscalxml.report import CAMADAS, Achado, Certificado, Report

VEREDITOS: Final = {
    "valido": ("✔ VÁLIDO", "bold green"),
    "invalido": ("✖ INVÁLIDO", "bold red"),
    "nao_avaliado": ("○ NÃO AVALIADO", "bold yellow"),
}
_SITUACOES: Final = {
    "ok": ("✔", "green"),
    "aviso": ("!", "yellow"),
    "falha": ("✖", "red"),
    "nao_executada": ("○", "dim"),
    "nao_se_aplica": ("–", "dim"),
}
SEVERIDADES: Final = {
    "erro": ("✖ erro", "red"),
    "aviso": ("! aviso", "yellow"),
    "info": ("· info", "cyan"),
}
_PERFIS: Final = {
    "rascunho": "rascunho, sem assinatura",
    "transmissao": "para transmissão",
    "autorizado": "com protocolo",
}
_CADEIAS: Final = {
    "ok": ("cadeia ok (revogação não consultada)", "green"),
    "falha": ("cadeia com falha", "red"),
    "indeterminada": ("cadeia indeterminada", "yellow"),
}


def print_report(report: Report, console: Console) -> None:
    """One line for a valid document without findings, else a block."""
    lines = [_headline(report)]
    if report.veredito != "valido" or report.achados:
        lines += _body(report, console)
    console.print(Text("\n").join(lines), no_wrap=True, overflow="ignore", crop=False)


def _body(report: Report, console: Console) -> Iterator[Text]:
    width = console.width
    for line in _facts(report):
        yield from wrapped(line, console, 2, width)
    by_layer = sorted(report.achados, key=lambda achado: CAMADAS.index(achado.camada))
    for camada, achados in groupby(by_layer, key=lambda achado: achado.camada):
        yield Text(f"  {camada}", "bold")
        for achado in achados:
            yield from wrapped(_finding(achado), console, 4, width)
            for line in _details(achado):
                yield from wrapped(line, console, 8, width)
    yield Text()


def wrapped(text: Text, console: Console, indent: int, width: int) -> Iterator[Text]:
    """In lines of at most `width` characters, each behind a margin."""
    margin = " " * indent
    room = max(width - indent, 20)
    lines = [text] if len(text) <= room and "\n" not in text.plain else text.wrap(console, room)
    for line in lines:
        yield Text(margin).append_text(line)


def _headline(report: Report) -> Text:
    words, style = VEREDITOS[report.veredito]
    name = safe(report.arquivo)
    if report.indice:
        name += f" (documento {report.indice + 1})"
    return Text.assemble((words, style), "  ", (name, "bold"), "  ", safe(title(report.documento)))


def _facts(report: Report) -> Iterator[Text]:
    documento = report.documento
    if when := _when(report):
        yield Text(when)
    chave = documento.chave or (documento.evento.chave if documento.evento else None)
    if chave:
        yield Text(f"Chave {grouped(safe(chave))}")
    elif documento.identificador:
        yield Text(f"Id {safe(documento.identificador)}")
    yield _layers(report)
    if report.veredito == "nao_avaliado":
        yield from _reasons(report)
    if report.certificado:
        yield _certificate(report.certificado)


def _when(report: Report) -> str:
    documento = report.documento
    if documento.tipo == "desconhecido":
        return ""
    words = [_PERFIS[report.perfil]]
    if documento.emissao:
        words.insert(0, f"Emissão {safe(data_hora(documento.emissao))}")
    if documento.ambiente == "homologacao":
        words.append("ambiente de homologação (sem valor fiscal)")
    return " · ".join(words)


def _layers(report: Report) -> Text:
    line = Text()
    for camada in CAMADAS:
        symbol, style = _SITUACOES[report.camadas[camada]]
        line.append(f"{'  ' if line else ''}{camada} ").append(symbol, style)
    return line


def _reasons(report: Report) -> Iterator[Text]:
    """Why layers were not run."""
    for camada in CAMADAS:
        motivo = (report.motivos or {}).get(camada)
        if motivo and report.camadas[camada] == "nao_executada":
            yield Text(f"camada {camada} não executada: {safe(motivo)}", "dim")


def _certificate(certificado: Certificado) -> Text:
    words = [safe(certificado.titular or "titular não informado")]
    if certificado.cnpj:
        words.append(f"CNPJ {format_cnpj(safe(certificado.cnpj))}")
    if certificado.cpf:
        words.append(f"CPF {format_cpf(safe(certificado.cpf))}")
    if certificado.fim:
        words.append(f"válido até {safe(data_hora(certificado.fim))[:10]}")
    line = Text(f"Certificado: {' · '.join(words)}")
    if certificado.cadeia:
        chain, style = _CADEIAS[certificado.cadeia]
        line.append(" · ").append(chain, style)
    return line


def _finding(achado: Achado) -> Text:
    severidade, style = SEVERIDADES[achado.severidade]
    line = Text.assemble(
        (severidade, style), " ", (achado.codigo, "bold"), " ", safe(achado.mensagem)
    )
    if achado.facultativa:
        line.append(" (regra facultativa)", "dim")
    if achado.ocorrencias:
        line.append(f" ({achado.ocorrencias} ocorrências a partir desta)", "dim")
    return line


def _details(achado: Achado) -> Iterator[Text]:
    if where := _where(achado):
        yield Text(where, "dim")
    if achado.explicacao:
        yield Text(_lines(achado.explicacao))
    if achado.encontrado is not None:
        yield Text.assemble("encontrado: ", (safe(achado.encontrado) or "(vazio)", "red"))
    if achado.esperado is not None:
        yield Text.assemble("esperado:   ", (safe(achado.esperado), "green"))
    if achado.correcao:
        yield Text(f"→ Como corrigir: {safe(achado.correcao)}")


def _where(achado: Achado) -> str:
    parts = [f"em {safe(achado.caminho)}"] if achado.caminho else []
    if achado.linha is not None:
        parts.append(f"linha {achado.linha}")
    return ", ".join(parts)


def _lines(text: str) -> str:
    """Line by line, as a traceback needs it."""
    return "\n".join(map(safe, text.rstrip("\n").split("\n")))

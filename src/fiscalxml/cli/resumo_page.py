"""A resumo as a page to read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import click

from fiscalxml.cli.terminal import safe
from fiscalxml.pages.names import MODELOS
from fiscalxml.pages.words import cnpj_or_cpf, data_hora, field_name, grouped
from fiscalxml.summaries.parts import Pessoa, Tributo
from fiscalxml.summaries.resumo import Resumo

_SITUACOES: Final = {
    "autorizado": "autorizado, segundo o protocolo",
    "denegado": "uso denegado",
    "cancelado": "cancelado, segundo o protocolo",
    "rejeitado": "rejeitado",
    "sem_protocolo": "sem protocolo",
}
_TIPOS: Final = {"nfse": "NFS-e", "dps": "DPS", "evento": "Evento", "inutilizacao": "Inutilização"}
_MAX_ITENS: Final = 20


def page(name: str, resumo: Resumo) -> Iterator[str]:
    """The lines of a resumo."""
    documento = resumo.documento
    tipo = _TIPOS.get(documento.tipo) or MODELOS.get(documento.modelo or "", documento.tipo)
    number = f" nº {safe(resumo.numero)}" if resumo.numero else ""
    series = f" série {safe(resumo.serie)}" if resumo.serie else ""
    yield click.style(f"{tipo}{number}{series}", bold=True) + f"  {safe(name)}"
    emissao = f"emissão {data_hora(documento.emissao)} · " if documento.emissao else ""
    yield f"  {emissao}{_SITUACOES[resumo.situacao]}"
    if documento.chave:
        yield f"  chave {safe(grouped(documento.chave))}"
    if resumo.evento:
        yield from _fields(resumo.evento)
    for papel, pessoa in resumo.participantes.items():
        yield f"  {field_name(papel):<22}{_person(pessoa)}"
    yield from _itens(resumo)
    if not resumo.itens and not resumo.totais:
        for nome, texto in resumo.detalhes.items():
            yield f"  {field_name(nome):<22}{safe(texto)}"
    for nome, valor in resumo.totais.items():
        if valor.strip("0.,"):
            yield f"  {field_name(nome):<34}{safe(valor):>16}"
    for nome, tributo in resumo.impostos.items():
        if text := _tax(tributo):
            yield f"  {field_name(nome):<34}{text}"
    yield ""


def _person(pessoa: Pessoa) -> str:
    number = cnpj_or_cpf(pessoa.cnpj or pessoa.cpf or pessoa.id_estrangeiro or "")
    place = ""
    if pessoa.endereco and pessoa.endereco.municipio:
        place = f", {pessoa.endereco.municipio}/{pessoa.endereco.uf or ''}"
    return safe(f"{pessoa.nome or 'sem nome'} {number}{place}")


def _itens(resumo: Resumo) -> Iterator[str]:
    for item in resumo.itens[:_MAX_ITENS]:
        name = safe(item.descricao or item.codigo or "")[:46]
        amount = safe(item.quantidade or "")
        number, value = safe(item.numero or ""), safe(item.valor or "")
        yield f"  {number:>4}  {name:<46}  {amount:>14}  {value:>14}"
    if len(resumo.itens) > _MAX_ITENS:
        yield f"        … e mais {len(resumo.itens) - _MAX_ITENS} itens"


def _tax(tributo: Tributo) -> str:
    parts = (("base", tributo.base), ("valor", tributo.valor), ("retido", tributo.retido))
    return "  ".join(f"{name} {safe(text)}" for name, text in parts if text and text.strip("0.,"))


def _fields(evento: object) -> Iterator[str]:
    import msgspec

    for nome, texto in msgspec.to_builtins(evento).items():
        yield f"  {field_name(nome):<22}{safe(str(texto))}"

"""What personal data each table and each kind of stored object holds, whose, what for, how long.

Every column of every table is named once, under its category: `info=lgpd(...)` of its `Table`. The
record of processing operations (LGPD, art. 37; `docs/dados-pessoais.md`) is made from it, and so is
what a person is given of his or her own data.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

import msgspec
from sqlalchemy import Column, Table

_KEY: Final = "lgpd"


class Categoria(StrEnum):
    """What a column says of a person."""

    NENHUM = "nenhum"
    """nothing"""
    TECNICO = "técnico"
    """ids and times that can be led back to one"""
    IDENTIFICACAO = "identificação"
    CONTATO = "contato"
    FISCAL = "fiscal"
    CREDENCIAL = "credencial"
    """a secret, or what is kept of one: never shown, not to its owner either"""


class Titular(StrEnum):
    """Whose data a table holds."""

    NINGUEM = "—"
    CONTA = "quem tem conta"
    CONVIDADO = "quem foi convidado"
    CITADO = "quem um documento fiscal cita"
    SOLICITANTE = "quem pediu acesso ou eliminação"


class Base(StrEnum):
    """The legal basis (LGPD, art. 7º)."""

    NENHUMA = "—"
    CONTRATO = "execução de contrato (art. 7º, V)"
    OBRIGACAO = "obrigação legal ou regulatória (art. 7º, II; art. 16, I)"
    INTERESSE = "legítimo interesse: segurança e prova (art. 7º, IX)"


# Medida: custodia
CUSTODIA: Final = "132 meses da autorização (Ajuste SINIEF 2/2025); depois, eliminação"
"""how long what belongs to a fiscal document is kept"""


class Tratamento(msgspec.Struct, frozen=True):
    """What is done with the data of a table or of a kind of object."""

    titular: Titular
    base: Base
    finalidade: str
    retencao: str
    pessoa: str | None = None
    """the column that says which account's row it is"""
    colunas: Mapping[str, Categoria] = {}


# Medida: mapa-de-dados
def lgpd(
    titular: Titular,
    base: Base,
    finalidade: str,
    retencao: str,
    *,
    pessoa: str | None = None,
    **categorias: str,
) -> dict[str, Tratamento]:
    """The `info` of a table. `categorias`: the names of columns under each category's name:
    `contato="email", nenhum="id situacao"`.
    """
    colunas = {
        coluna: Categoria[categoria.upper()]
        for categoria, colunas in categorias.items()
        for coluna in colunas.split()
    }
    if len(colunas) != sum(len(each.split()) for each in categorias.values()):
        raise ValueError("a column is named twice")
    return {_KEY: Tratamento(titular, base, finalidade, retencao, pessoa, colunas)}


def sem_dados(finalidade: str, retencao: str, nenhum: str) -> dict[str, Tratamento]:
    """The `info` of a table that holds nothing of any person."""
    return lgpd(Titular.NINGUEM, Base.NENHUMA, finalidade, retencao, nenhum=nenhum)


def tratamento_of(table: Table) -> Tratamento | None:
    """What the table says of itself; None where it says nothing."""
    found: Tratamento | None = table.info.get(_KEY)
    return found


def categoria_of(column: Column[Any]) -> Categoria | None:
    """Of one column; None where its table does not name it."""
    tratamento = tratamento_of(column.table)
    return tratamento.colunas.get(column.name) if tratamento else None


OBJETOS: Final[Mapping[str, Tratamento]] = {
    "documentos": Tratamento(
        Titular.CITADO, Base.OBRIGACAO, "Guardar o XML, byte a byte", CUSTODIA
    ),
    "lotes": Tratamento(
        Titular.CITADO, Base.OBRIGACAO, "Guardar os XML de um lote, byte a byte", CUSTODIA
    ),
    "envios": Tratamento(
        Titular.CITADO, Base.CONTRATO, "O arquivo de um lote", "até ser aberto; o que sobra, 3 dias"
    ),
    "direto": Tratamento(
        Titular.CITADO,
        Base.CONTRATO,
        "O arquivo de um lote, enviado direto ao armazenamento (não selado)",
        "até ser aberto; o que ninguém reclama, 3 dias",
    ),
    "exportacoes": Tratamento(
        Titular.CITADO, Base.CONTRATO, "O arquivo de uma exportação", "72 horas"
    ),
}
"""first segment of an object's name below its organisation -> what it is; all but `direto` are
sealed with the organisation's key"""

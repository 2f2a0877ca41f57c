"""Which tables are in use: the package's, or newer ones of the operator in their place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date

from fiscalxml.tables import operador
from fiscalxml.tables.dados import proveniencia
from fiscalxml.tables.tabela import Tabela

_SUBSTITUIVEIS = {
    "ncm": proveniencia.NCM,
    "cest": proveniencia.CEST,
    "cst_ibscbs": proveniencia.CST_IBSCBS,
    "cclasstrib": proveniencia.CCLASSTRIB,
}


def substituta(nome: str) -> Mapping[str, operador.Linha] | None:
    """The operator's rows in place of the package's, if they are said to be newer."""
    found = operador.tabelas().get(nome)
    if found is None or found.data is None or found.data <= _SUBSTITUIVEIS[nome].data:
        return None
    return found.linhas


def tabela(nome: str) -> Tabela:
    """What is said of the table in use."""
    own = _SUBSTITUIVEIS[nome]
    if substituta(nome) is None:
        return own
    found = operador.tabelas()[nome]
    return Tabela(
        nome=own.nome,
        fonte=f"{operador.TABELAS_DIR}/{nome}.tsv",
        data=found.data or date.min,
        linhas=len(found.linhas),
    )


@operador.da_pasta
def descricao() -> str:
    """The tables that the rules look up in, by their dates, newest first: a line of the report."""
    fixed = [
        table
        for name, table in vars(proveniencia).items()
        if isinstance(table, Tabela) and name.lower() not in _SUBSTITUIVEIS
    ]
    by_date: defaultdict[date, list[str]] = defaultdict(list)
    for table in (*map(tabela, _SUBSTITUIVEIS), *fixed):
        by_date[table.data].append(table.nome)
    said = "; ".join(f"{day}: {', '.join(by_date[day])}" for day in sorted(by_date, reverse=True))
    given = operador.nomes() - _SUBSTITUIVEIS.keys()
    return f"{said}; do operador: {', '.join(sorted(given))}" if given else said

"""A code that is not in its table: at fault, or only newer than the table."""

from __future__ import annotations

from datetime import date, datetime

from fiscalxml.engine import Falha
from fiscalxml.tables.tabela import Tabela


def desconhecido(
    campo: str,
    encontrado: str,
    esperado: str,
    *,
    tabela: Tabela,
    emissao: datetime | None,
    ja_existiu: bool = False,
) -> Falha:
    """The failure for a code that `tabela` lacks; advice where the table cannot tell.

    That is when the note is newer than the table, or when the code may have been in force once
    (`ja_existiu`). The explanation names the table's date.
    """
    if emissao is not None and emissao.date() > tabela.data:
        why = "a nota é mais nova que ela: confira se o código foi criado depois."
    elif ja_existiu:
        why = "ela não traz códigos já extintos: confira se o código valia na data da nota."
    else:
        return Falha(campo, encontrado, esperado, _de(tabela))
    return Falha(campo, encontrado, esperado, f"{_de(tabela)[:-1]}; {why}", aviso=True)


def _de(tabela: Tabela) -> str:
    return f"A tabela à mão ({tabela.nome}) é de {_dia(tabela.data)}."


def _dia(day: date) -> str:
    return f"{day:%d/%m/%Y}"

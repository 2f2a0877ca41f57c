"""`make exportacoes`: docs/exportacoes.md, the columns of an export's tables, from the code."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from fiscalxml_server.api.exportacoes.formatos import ARQUIVOS
from fiscalxml_server.api.exportacoes.tabelas import MANIFESTO, TABELAS, Coluna, Tabela

PUBLISHED: Final = Path(__file__).parents[1] / "docs" / "exportacoes.md"
_ORIGINS: Final = {
    "documento": "documento",
    "nome": "participantes",
    "item": "resumo: itens",
    "tributo": "resumo: impostos",
    "achado": "relatório: achados",
    "copia": "cópia guardada",
}
_HEAD: Final = """\
# Colunas das exportações

Feito do código por `make exportacoes`; não edite. O que cada coluna é vale em todos os formatos. O
esquema é estável: uma coluna mantém nome, tipo e lugar, e as novas entram no fim.

| tipo | CSV do Excel | CSV simples | XLSX | JSONL | Parquet |
|---|---|---|---|---|---|
| texto | texto¹ | texto¹ | texto² | texto | `STRING` |
| inteiro | número | número | número | número | `INT64` |
| decimal(p,e) | `1234,56` | `1234.56` | número³ | `"1234.56"` | `DECIMAL(p,e)` |
| instante | `dd/mm/aaaa hh:mm:ss`⁴ | ISO 8601 em UTC | data⁴ | ISO 8601 em UTC | `TIMESTAMP` |
| logico | `VERDADEIRO`, `FALSO` | `true`, `false` | lógico | lógico | `BOOLEAN` |

¹ Um texto que uma planilha tomaria por fórmula (começa por `=`, `+`, `-`, `@`, tabulação, quebra de
linha ou as variantes largas `＝＋－＠`) ganha um apóstrofo antes. Números não. \\
² Nunca fórmula; cortado em 32.767 caracteres, o limite de uma célula. \\
³ Uma planilha guarda números em ponto flutuante: até 15 algarismos voltam exatos. \\
⁴ De Brasília; em Parquet, UTC em microssegundos.

Sem valor: célula vazia, `null` em JSONL e Parquet. Um valor que não cabe no tipo (só acontece em
documento inválido) também fica vazio: o XML o tem.
"""


def page() -> str:
    """The whole page."""
    formats = "\n".join(f"| `{nome}` | {each.descricao} |" for nome, each in ARQUIVOS.items())
    tables = "\n".join(_table(each) for each in TABELAS.values())
    return f"{_HEAD}\n| formato | |\n|---|---|\n{formats}\n\n{tables}\n{_manifest()}"


def _table(tabela: Tabela) -> str:
    return f"## {tabela.nome}\n\nUma linha é {tabela.descricao}.\n\n{_columns(tabela)}\n"


def _manifest() -> str:
    return (
        "## manifesto.csv\n\nEm um ZIP, depois dos XML: CSV simples, em que uma linha é "
        f"{MANIFESTO.descricao}.\n\n{_columns(MANIFESTO)}\n"
    )


def _columns(tabela: Tabela) -> str:
    return "\n".join(["| coluna | tipo | de | |", "|---|---|---|---|", *_rows(tabela.colunas)])


def _rows(colunas: tuple[Coluna, ...]) -> Iterator[str]:
    for each in colunas:
        yield f"| `{each.nome}` | {each.tipo} | {_ORIGINS[each.origem]} | {each.descricao} |"


if __name__ == "__main__":
    PUBLISHED.write_text(page(), encoding="utf-8")

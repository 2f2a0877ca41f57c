"""`make tabelas`: docs/tabelas.md, the tables of codes and the operator's folder, from the code."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from fiscalxml.tables import aliquotas, operador, pagamentos
from fiscalxml.tables.dados import proveniencia
from fiscalxml.tables.tabela import Tabela

PUBLISHED: Final = Path(__file__).parents[1] / "docs" / "tabelas.md"
_HEAD: Final = """\
# Tabelas de códigos

Feito do código por `make tabelas`; não edite. As regras consultam estas tabelas sem rede. Um código
que a tabela não tem é erro; se a nota é mais nova que a tabela, ou se o código pode ter existido
antes, é aviso, e o achado diz a data dela. O relatório nomeia todas em `conjunto.tabelas`.

## No pacote

`make tabelas` refaz os dados a partir dos pacotes públicos indicados, na versão indicada.

| tabela | fonte | pacote | licença | data | linhas |
|---|---|---|---|---|---|
"""
_IN_CODE: Final = """
## No código

| tabela | fonte | data | linhas |
|---|---|---|---|
"""
_FOLDER: Final = f"""
## Do operador

De algumas tabelas não há fonte com licença permissiva. Quem as tem põe arquivos TSV numa pasta e a
indica em `{operador.TABELAS_DIR}`; sem a tabela, a regra fica *pendente* (`fiscalxml rules CÓDIGO`
diz de qual ela precisa). A pasta é lida uma vez por processo.

- UTF-8, colunas separadas por tabulação, nomes das colunas na primeira linha; outras colunas podem
  seguir. Linhas vazias não contam.
- `# data: AAAA-MM-DD`, numa linha própria antes dos nomes, diz de quando é a tabela. As que
  substituem uma do pacote precisam dela, e só valem se forem mais novas.
- Um arquivo que não serve (coluna que falta, linha repetida, data errada) é como se não existisse;
  a saída de erro diz por quê, uma vez.

| arquivo | colunas (**chave**, obrigatórias, *opcionais*) | |
|---|---|---|
"""


def build() -> str:
    """The page."""
    packaged = [table for table in vars(proveniencia).values() if isinstance(table, Tabela)]
    return "".join(
        (
            _HEAD,
            *(
                f"| {t.nome} | {t.fonte} | {t.pacote} | {t.licenca} | {t.data} | {t.linhas} |\n"
                for t in packaged
            ),
            _IN_CODE,
            *(
                f"| {t.nome} | {t.fonte} | {t.data} | {t.linhas} |\n"
                for t in (pagamentos.TABELA, aliquotas.TABELA)
            ),
            _FOLDER,
            *_files(),
        )
    )


def _files() -> Iterator[str]:
    for nome, formato in operador.FORMATOS.items():
        columns = [
            *(f"**{column}**" for column in formato.chave),
            *formato.obrigatorias,
            *(f"*{column}*" for column in formato.opcionais),
        ]
        yield f"| `{nome}.tsv` | {', '.join(columns)} | {formato.sobre} |\n"


def main() -> None:
    """Write the page."""
    PUBLISHED.write_text(build(), encoding="utf-8")


if __name__ == "__main__":
    main()

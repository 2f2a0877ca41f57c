"""`make dados`: docs/dados-pessoais.md, what personal data is held, from the models themselves."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sqlalchemy import Table

from fiscalxml_ops.compliance.data_map import described
from fiscalxml_server.auth.privacidade.retention import DE_ORGANIZACOES, DE_PESSOAS
from fiscalxml_server.kit.privacy import OBJETOS, Categoria, Titular, Tratamento

PUBLISHED: Final = Path(__file__).parents[1] / "docs" / "dados-pessoais.md"
_HEAD: Final = """\
# Dados pessoais: registro das operações de tratamento

Feito do código por `make dados`; não edite. É o registro do art. 37 da LGPD: que dados pessoais há
em cada tabela e em cada espécie de objeto guardado, de quem, para quê, com que base legal e por
quanto tempo.

**Quem é quem.** Dos documentos fiscais e de quem eles citam, a *organização* que os envia é a
controladora, e quem opera este serviço, o operador (art. 39): trata por conta dela. Das contas, das
sessões e da auditoria, quem opera o serviço é o controlador.

**Onde ficam.** Tabelas no PostgreSQL, cada organização separada por row-level security; objetos no
armazenamento, selados (AES-256-GCM) com a chave da organização, que por sua vez é guardada longe
deles, embrulhada pela chave mestra. Nada vai a terceiros, fora os e-mails, pelo SMTP de quem opera.
Logs e rastros não levam CPF, nome, e-mail nem XML.

**Categorias.** *nenhum*: nada diz de pessoa; *técnico*: ids e horas que podem levar a uma;
*identificação*, *contato*, *fiscal*: o que diz de uma pessoa; *credencial*: segredo, ou o que se
guarda dele, que ninguém lê.
"""

_ENDED: Final = """\
## O que terminou

Todo dia se apaga o que terminou há mais tempo que isto. Na auditoria fica que existiu.

| tabela | apagada |
|---|---|"""


def page() -> str:
    """The whole page."""
    every = list(described())
    personal = [(t, each) for t, each in every if each.titular != Titular.NINGUEM]
    others = [(t, each) for t, each in every if each.titular == Titular.NINGUEM]
    return "\n".join(
        [
            _HEAD,
            "## Tabelas com dados pessoais\n",
            *(_section(table, each) for table, each in personal),
            _ENDED,
            *(
                f"| `{each.tabela.fullname}` | {each.dias} dia{'s' * (each.dias > 1)} depois "
                f"{each.contado} |"
                for each in (*DE_ORGANIZACOES, *DE_PESSOAS)
            ),
            "\n## Objetos guardados\n",
            "| nome | de quem | para quê | base legal | por quanto tempo |",
            "|---|---|---|---|---|",
            *(_object(nome, each) for nome, each in sorted(OBJETOS.items())),
            "\n## Tabelas que nada dizem de pessoa\n",
            "| tabela | para quê | por quanto tempo |",
            "|---|---|---|",
            *(f"| `{t.fullname}` | {each.finalidade} | {each.retencao} |" for t, each in others),
            "",
        ]
    )


def _section(table: Table, tratamento: Tratamento) -> str:
    lines = [
        f"### {table.fullname}\n",
        f"{tratamento.finalidade}.\n",
        f"De {tratamento.titular}. Base: {tratamento.base}. Prazo: {tratamento.retencao}.\n",
        *(
            f"- *{categoria}*: {', '.join(f'`{nome}`' for nome in names)}"
            for categoria in reversed(Categoria)
            if (names := [n for n, each in tratamento.colunas.items() if each is categoria])
        ),
        "",
    ]
    return "\n".join(lines)


def _object(nome: str, each: Tratamento) -> str:
    return (
        f"| `<organização>/{nome}/…` | {each.titular} | {each.finalidade} | {each.base} | "
        f"{each.retencao} |"
    )


if __name__ == "__main__":
    PUBLISHED.write_text(page(), encoding="utf-8")

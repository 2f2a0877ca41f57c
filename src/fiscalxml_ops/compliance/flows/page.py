"""docs/conformidade/fluxo-de-dados.md: the diagram, and tables of what it has no room for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from itertools import groupby
from typing import Final

from fiscalxml_ops.compliance.data_map import personal
from fiscalxml_ops.compliance.flows.drawing import Fluxo, compose_services, flows, readers
from fiscalxml_ops.compliance.flows.elements import ELEMENTOS, Elemento, Forma, Zona
from fiscalxml_server.kit.privacy import OBJETOS, Titular
from fiscalxml_server.kit.settings import Settings

_SHAPES: Final = {
    Forma.PROCESSO: ("([", "])"),
    Forma.DEPOSITO: ("[(", ")]"),
    Forma.EXTERNO: ("[", "]"),
}
_QUIET: Final = ("medidas", "linhas", "rastros")
"""of every process; they would hide the rest"""
_HEAD: Final = """\
# Fluxo de dados

Feito de compose.yaml, das configurações, das rotas e do mapa de dados por `make conformidade`;
não edite. Um papel, um depósito ou um endereço novo sem lugar aqui não passa nos testes.

Retângulo: quem está fora do nosso domínio. Cilindro: onde algo fica. Os demais são processos.
Cada moldura é uma zona: o que entra numa vindo de outra é conferido de novo. Linhas, rastros e
medidas, que saem de todos para a vigilância, estão na tabela.

"""


def page() -> str:
    """The whole page."""
    every = flows(compose_services(), Settings.model_fields)
    shown = [each for each in every if each.leva not in _QUIET]
    return _HEAD + "\n".join(
        [
            "## Quem fala com quem\n",
            *_diagram([each for each in shown if not _of_data(each)]),
            "\n## Onde os dados ficam\n",
            *_diagram([each for each in shown if _of_data(each)]),
            "\n## Elementos\n",
            "| elemento | forma | zona | o que é | em compose.yaml |",
            "|---|---|---|---|---|",
            *(_element(each) for each in ELEMENTOS.values()),
            "\n## Fronteiras\n",
            "O que passa de uma zona a outra.\n",
            "| de | para | o que vai |",
            "|---|---|---|",
            *_borders(every),
            "\n## Dados pessoais em cada depósito\n",
            *_personal(),
            "\n## Quem lê cada segredo\n",
            "| arquivo | lido por |",
            "|---|---|",
            *(f"| `{k}` | {', '.join(v)} |" for k, v in readers(compose_services()).items()),
            "",
        ]
    )


def _of_data(each: Fluxo) -> bool:
    return Zona.DADOS in (ELEMENTOS[each.de].zona, ELEMENTOS[each.para].zona)


def _diagram(every: Sequence[Fluxo]) -> Iterator[str]:
    yield "```mermaid\nflowchart LR"
    yield from _nodes({end for each in every for end in each[:2]})
    yield from _edges(every)
    yield "```"


def _nodes(named: Set[str]) -> Iterator[str]:
    for zona, group in groupby(ELEMENTOS.items(), key=lambda item: item[1].zona):
        inside = [(nome, each) for nome, each in group if nome in named]
        if not inside:
            continue
        yield f'  subgraph {zona.name}["{zona}"]'
        for nome, each in inside:
            left, right = _SHAPES[each.forma]
            yield f'    {nome}{left}"{each.nome}"{right}'
        yield "  end"


def _edges(every: Sequence[Fluxo]) -> Iterator[str]:
    for (de, para), same in groupby(sorted(every), key=lambda each: each[:2]):
        yield f'  {de} -->|"{"; ".join(each.leva for each in same)}"| {para}'


def _element(each: Elemento) -> str:
    compose = ", ".join(f"`{name}`" for name in each.compose) or "—"
    return f"| {each.nome} | {each.forma} | {each.zona} | {each.que} | {compose} |"


def _borders(every: Sequence[Fluxo]) -> Iterator[str]:
    order = list(Zona)
    crossing = sorted(
        (each for each in every if each.fronteira),
        key=lambda each: (order.index(ELEMENTOS[each.de].zona), each),
    )
    for ends, same in groupby(crossing, key=lambda each: each[:2]):
        de, para = (ELEMENTOS[end] for end in ends)
        told = "; ".join(each.leva for each in same)
        yield f"| {de.nome} ({de.zona}) | {para.nome} ({para.zona}) | {told} |"


def _personal() -> Iterator[str]:
    rows = [(table.fullname, each.titular) for table, each in personal()]
    yield f"PostgreSQL (e, iguais, na réplica): {len(rows)} tabelas, cada uma com base e prazo em"
    yield "[dados-pessoais.md](../dados-pessoais.md)."
    yield "\n| de quem | tabelas |\n|---|---|"
    for titular in Titular:
        names = [f"`{name}`" for name, each in rows if each is titular]
        if names:
            yield f"| {titular} | {', '.join(names)} |"
    yield "\nS3, documentos, cada um sob o nome da organização:\n"
    yield "| objetos | de quem | por quanto tempo |\n|---|---|---|"
    for nome, each in sorted(OBJETOS.items()):
        yield f"| `{nome}` | {each.titular} | {each.retencao} |"
    yield "\nO Valkey só tem ids e contagens por chave resumida; os registros, os campos da lista"
    yield "de `fiscalxml_server.kit.telemetry.fields`; o correio, o endereço e a carta de quem"
    yield "tem conta."

"""`ops/cost/custo.md` and its chart: made by `make operacao`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Final

from fiscalxml_ops.cost import premises, prices
from fiscalxml_ops.cost.chart import por_usuario
from fiscalxml_ops.cost.demand import Demanda
from fiscalxml_ops.cost.format import Quadro, markdown
from fiscalxml_ops.cost.model import calcular
from fiscalxml_ops.cost.prices import REGIOES
from fiscalxml_ops.cost.published import REGIAO
from fiscalxml_ops.cost.quadros import (
    conta,
    equilibrio,
    escala,
    escolhas,
    fontes,
    publicada,
    sensibilidade,
)
from fiscalxml_ops.cost.scenarios import MEDIDO, PUBLICADO

FOLDER: Final = "ops/cost"
_MIL: Final = Decimal(1_000)
_CEM_MIL: Final = Decimal(100_000)
_INTRO: Final = """\
# Capacidade e custo

Página feita por `make operacao` de `src/fiscalxml_ops/cost`; o mesmo, com outras escolhas, é
`fiscalxml-ops cost`. Preços em dólares, sem impostos nem AWS Support. Um preço que se edita em
`precos.tsv`, ou uma premissa em `premissas.tsv`, muda tudo o que está aqui.

![Custo por usuário](custo-por-usuario.svg)
"""


def artefacts() -> Mapping[str, str]:
    """The page and the chart."""
    tabela, p = prices.load(), premises.load()
    demanda = Demanda(_MIL, p)
    medido = calcular(demanda, MEDIDO, REGIAO, tabela)
    months = (p.meses, p.retencao)
    shown: tuple[Quadro, ...] = (
        *publicada.quadros(p, tabela),
        escala.por_usuarios(p, MEDIDO, REGIAO, tabela, months),
        escala.regioes(p, MEDIDO, tabela, REGIOES),
        sensibilidade.quadro(replace(demanda, usuarios=_CEM_MIL), MEDIDO, REGIAO, tabela),
        escolhas.quadro(demanda, MEDIDO, REGIAO, tabela),
        escolhas.quadro(Demanda(_CEM_MIL, p.but(meses=p.retencao)), MEDIDO, REGIAO, tabela),
        *escala.capacidade(p),
        conta.resumo(medido),
        conta.linhas(medido),
        conta.tarefas(medido),
        conta.resumo(calcular(demanda, PUBLICADO, REGIAO, tabela)),
        *equilibrio.quadros(demanda, REGIAO, tabela),
        fontes.premissas(p),
        fontes.medidas(),
        fontes.precos(tabela),
        fontes.fontes(tabela),
    )
    return {
        f"{FOLDER}/custo.md": "\n".join((_INTRO, *(markdown(each) for each in shown))),
        f"{FOLDER}/custo-por-usuario.svg": por_usuario(p, MEDIDO, REGIAO, tabela),
    }

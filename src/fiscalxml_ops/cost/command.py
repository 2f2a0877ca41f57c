"""`fiscalxml-ops cost`: a month's bill, the published figures, capacity, break-even."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Final

import click

from fiscalxml_ops.cost import premises, prices
from fiscalxml_ops.cost.chart import por_usuario
from fiscalxml_ops.cost.choosing import Escolha, Quantidade, given
from fiscalxml_ops.cost.demand import Demanda
from fiscalxml_ops.cost.format import Quadro, em_csv, em_dicionarios, texto
from fiscalxml_ops.cost.premises import PremissaInvalida
from fiscalxml_ops.cost.prices import FOLDER, REGIOES, PrecoInvalido
from fiscalxml_ops.cost.quadros import (
    conta,
    equilibrio,
    escala,
    escolhas,
    fontes,
    publicada,
    sensibilidade,
)
from fiscalxml_ops.cost.scenarios import CENARIOS, Recuperacao

_PASTA: Final = click.Path(exists=True, file_okay=False, path_type=Path)
_ARQUIVO: Final = click.Path(dir_okay=False, path_type=Path)


class _Explicado(click.Group):
    """What is wrong with tables, assumptions or files is told, of every command."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except (PrecoInvalido, PremissaInvalida) as error:
            raise click.UsageError(str(error), ctx) from error
        except OSError as error:
            msg = f"não se lê nem se grava {error.filename}"
            raise click.UsageError(msg, ctx) from error


@click.group(cls=_Explicado, invoke_without_command=True)
@click.option(
    "--usuarios", type=Quantidade(), default="1000", show_default=True, help="Quantos usuários."
)
@click.option(
    "--documentos-por-usuario",
    type=Quantidade(),
    help="Documentos de cada um, por mês; sem a opção, a premissa.",
)
@click.option(
    "--meses",
    type=Quantidade(),
    help="De operação: quanto já está guardado; sem a opção, a premissa.",
)
@click.option(
    "--regiao",
    type=click.Choice(REGIOES),
    default=REGIOES[0],
    show_default=True,
    help="A região principal.",
)
@click.option(
    "--cenario",
    type=click.Choice(sorted(CENARIOS)),
    default="medido",
    show_default=True,
    help="publicado e otimizado: com as taxas publicadas; medido: com as nossas.",
)
@click.option(
    "--recuperacao",
    type=click.Choice([each.value for each in Recuperacao]),
    help="O que fica pronto na outra região; sem a opção, o do cenário.",
)
@click.option(
    "--compromisso/--sob-demanda",
    default=None,
    help="Um ano comprometido do que roda sempre; sem a opção, o do cenário.",
)
@click.option("--graviton/--x86", default=None, help="Máquinas ARM; sem a opção, x86.")
@click.option(
    "--premissa",
    "trocas",
    multiple=True,
    metavar="NOME=VALOR",
    help="Troca uma premissa; repita para mais. Veja fiscalxml-ops cost premissas.",
)
@click.option(
    "--precos",
    "pasta",
    type=_PASTA,
    default=FOLDER,
    help="Pasta com precos.tsv, fontes.tsv e premissas.tsv editados; sem ela, os que vêm junto.",
)
@click.option(
    "--json", "formato", flag_value="json", help="Para programas: decimais exatos, como textos."
)
@click.option(
    "--csv", "formato", flag_value="csv", help="Para planilhas: decimais exatos, com ponto."
)
@click.option(
    "--svg", "grafico", type=_ARQUIVO, help="Grava também o gráfico do custo por usuário."
)
@click.pass_context
def cost(
    ctx: click.Context,
    *,
    usuarios: Decimal,
    documentos_por_usuario: Decimal | None,
    meses: Decimal | None,
    regiao: str,
    cenario: str,
    recuperacao: str | None,
    compromisso: bool | None,
    graviton: bool | None,
    trocas: tuple[str, ...],
    pasta: Path,
    formato: str | None,
    grafico: Path | None,
) -> None:
    """Quanto custa um mês de operação, linha a linha, em dólares e sem impostos.

    Sem comando, a conta de uma demanda em um cenário. As opções vêm antes do comando.
    """
    tabela, base = prices.load(pasta), premises.load(pasta)
    p = base.but(**given(trocas, documentos_por_usuario, meses))
    chosen = CENARIOS[cenario]
    if recuperacao is not None:
        chosen = replace(chosen, recuperacao=Recuperacao(recuperacao))
    if compromisso is not None:
        chosen = replace(chosen, compromisso=compromisso)
    if graviton is not None:
        chosen = replace(chosen, graviton=graviton)
    escolha = Escolha(Demanda(usuarios, p), chosen, regiao, tabela, formato or "texto")
    ctx.obj = escolha
    if grafico is not None:
        grafico.write_text(por_usuario(p, chosen, regiao, tabela), encoding="utf-8")
    if ctx.invoked_subcommand is None:
        _bill(escolha)


@cost.command("publicada")
@click.pass_obj
def _publicada(escolha: Escolha) -> None:
    """Os números publicados ao lado dos nossos, e o que cada um supõe."""
    _show(escolha, publicada.quadros(escolha.premissas, escolha.tabela))


@cost.command("comparar")
@click.pass_obj
def _comparar(escolha: Escolha) -> None:
    """De mil a um milhão de usuários, em cada região; o que muda a conta."""
    e, p = escolha, escolha.premissas
    months = sorted({p.meses, p.retencao})
    _show(
        e,
        (
            escala.por_usuarios(p, e.cenario, e.regiao, e.tabela, months),
            escala.regioes(p, e.cenario, e.tabela, REGIOES),
            sensibilidade.quadro(e.demanda, e.cenario, e.regiao, e.tabela),
            escolhas.quadro(e.demanda, e.cenario, e.regiao, e.tabela),
        ),
    )


@cost.command("capacidade")
@click.pass_obj
def _capacidade(escolha: Escolha) -> None:
    """O que cada parte aguenta, e qual acaba primeiro."""
    _show(escolha, escala.capacidade(escolha.premissas))


@cost.command("equilibrio")
@click.pass_obj
def _equilibrio(escolha: Escolha) -> None:
    """Quando compromissos, spot, Graviton, classes do S3 e recuperação valem."""
    _show(escolha, equilibrio.quadros(escolha.demanda, escolha.regiao, escolha.tabela))


@cost.command("premissas")
@click.pass_obj
def _premissas(escolha: Escolha) -> None:
    """O que o modelo supõe e o que foi medido."""
    _show(escolha, (fontes.premissas(escolha.premissas), fontes.medidas()))


@cost.command("precos")
@click.pass_obj
def _precos(escolha: Escolha) -> None:
    """Cada preço, com a sua fonte e data."""
    _show(escolha, (fontes.precos(escolha.tabela), fontes.fontes(escolha.tabela)))


def _bill(escolha: Escolha) -> None:
    resultado = escolha.resultado
    if escolha.formato == "json":
        click.echo(json.dumps(conta.objeto(resultado), ensure_ascii=False, indent=2))
    elif escolha.formato == "csv":
        click.echo(conta.csv(resultado), nl=False)
    else:
        _show(escolha, (conta.linhas(resultado), conta.tarefas(resultado), conta.resumo(resultado)))


def _show(escolha: Escolha, quadros: Sequence[Quadro]) -> None:
    if escolha.formato == "json":
        shown = {each.titulo: em_dicionarios(each) for each in quadros}
        click.echo(json.dumps(shown, ensure_ascii=False, indent=2))
    elif escolha.formato == "csv":
        click.echo("\r\n".join(em_csv(each.colunas, each.linhas) for each in quadros), nl=False)
    else:
        click.echo("\n".join(texto(each) for each in quadros), nl=False)

"""`fiscalxml generate`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fiscalxml.cli.parameters import (
    BRASILIA,
    Instante,
    Inteiro,
    Pasta,
    Porcentagem,
    Quantidade,
    usable_cpus,
)

if TYPE_CHECKING:
    from fiscalxml.generator import Faixa, TipoGerado


_MAX = 990
"""items of a note, by the layout"""
_NUMEROS = 999_999_999
"""of notes, by the layout"""
_EMPRESAS = 10_000
_ANOS = range(2022, 2051)


class Pesos(click.ParamType[Mapping[str, int]]):
    """Names divided by commas, each with a weight after a colon if need be: nfe:70,nfce:30."""

    name = "mistura"

    def convert(
        self,
        value: str | Mapping[str, int],
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> Mapping[str, int]:
        if not isinstance(value, str):
            return value
        weights = {}
        for part in value.split(","):
            name, _, weight = part.strip().partition(":")
            if not name or (weight and not (weight.isdecimal() and int(weight))):
                self.fail(f"{part!r} não é um nome nem nome:peso.", param, ctx)
            weights[name] = int(weight or 1)
        return weights


@click.command(options_metavar="[OPÇÕES]")
@click.option(
    "--n", "quantidade", type=Quantidade(_NUMEROS), metavar="N", help="Quantos documentos."
)
@click.option(
    "--out",
    "pasta",
    type=Pasta(exists=False),
    metavar="PASTA",
    help="Onde gravar; é criada se não existir.",
)
@click.option(
    "--seed",
    "semente",
    type=Inteiro(),
    default=1,
    show_default=True,
    metavar="S",
    help="A mesma semente dá sempre os mesmos bytes.",
)
@click.option(
    "--tipos",
    type=Pesos(),
    metavar="LISTA",
    help="nfe, nfce, cte, mdfe, nfse, cancelamento, cce; com pesos, se quiser: nfe:70,nfce:30.",
)
@click.option(
    "--itens",
    type=Pesos(),
    metavar="LISTA",
    help="Itens por nota, com pesos, se quiser: 1-10, ou 3:70,30:20,300-990:10.",
)
@click.option(
    "--falha",
    "falhas",
    multiple=True,
    metavar="CÓDIGO[:QUANTOS]",
    help="Quebra exatamente uma regra (629, nfe:I11-10) em QUANTOS documentos, ou em todos os que "
    "sobram (pode repetir).",
)
@click.option("--protocolo", is_flag=True, help="Inclui um protocolo de autorização fictício.")
@click.option(
    "--em",
    type=Instante(),
    metavar="DATA",
    help="Emissão dos mais novos (os outros são de até 10 dias antes); sem a opção, uma data fixa.",
)
@click.option(
    "--emitentes",
    type=Quantidade(_EMPRESAS),
    default=20,
    show_default=True,
    metavar="N",
    help="Quantas empresas emitem.",
)
@click.option(
    "--alfanumericos",
    type=Porcentagem(),
    default=25,
    show_default=True,
    metavar="PORCENTO",
    help="Quantas das empresas têm CNPJ alfanumérico.",
)
@click.option(
    "--jobs", type=Quantidade(), default=usable_cpus, metavar="N", help="Processos em paralelo."
)
@click.option("--json", "as_json", is_flag=True, help="Diz o que gerou, um documento por linha.")
@click.option(
    "--lista-falhas", "list_only", is_flag=True, help="Lista as falhas que --falha conhece."
)
def generate(
    quantidade: int | None,
    pasta: str | None,
    semente: int,
    tipos: Mapping[str, int] | None,
    itens: Mapping[str, int] | None,
    falhas: Sequence[str],
    protocolo: bool,
    em: datetime | None,
    emitentes: int,
    alfanumericos: int,
    jobs: int,
    as_json: bool,
    list_only: bool,
) -> None:
    """Gera documentos sintéticos para testes: válidos, assinados e sem valor fiscal.

    São de homologação, de empresas fictícias, assinados por uma autoridade de teste cujos
    certificados ficam em PASTA/ac: passe essa pasta à opção --ac de fiscalxml validate.
    """
    if list_only:
        _list_faults()
        return
    if quantidade is None or pasta is None:
        raise click.UsageError("Informe quantos documentos gerar (--n) e onde (--out).")
    from fiscalxml.cli.generation import Geracao
    from fiscalxml.generator import EM, ITENS, MISTURA, FalhaDesconhecida, FalhasDemais, Pedido

    pedido = Pedido(
        quantidade=quantidade,
        semente=semente,
        protocolo=protocolo,
        em=_with_certificates(em or EM),
        emitentes=emitentes,
        falhas=[_falha(text) for text in falhas],
        tipos=_tipos(tipos) if tipos else MISTURA,
        itens=_faixas(itens) if itens else ITENS,
        alfanumericos=alfanumericos / 100,
    )
    try:
        geracao = Geracao(pedido, Path(pasta))
    except FalhaDesconhecida as error:
        raise click.BadParameter(
            f"não há receita para {error.args[0]!r}; veja fiscalxml generate --lista-falhas.",
            param_hint="--falha",
        ) from None
    except FalhasDemais as error:
        raise click.BadParameter(
            f"são {error.args[0]} documentos com falha, mas --n pede {quantidade}.",
            param_hint="--falha",
        ) from None
    geracao.run(jobs, as_json=as_json)


def _tipos(pesos: Mapping[str, int]) -> Mapping[TipoGerado, int]:
    from fiscalxml.generator import TIPOS

    known = {tipo: pesos[tipo] for tipo in TIPOS if tipo in pesos}
    if unknown := pesos.keys() - known.keys():
        raise click.BadParameter(
            f"{min(unknown)!r} não é um destes: {', '.join(TIPOS)}.", param_hint="--tipos"
        )
    return known


def _faixas(pesos: Mapping[str, int]) -> Sequence[Faixa]:
    from fiscalxml.generator import Faixa

    found = []
    for text, peso in pesos.items():
        first, _, last = text.partition("-")
        last = last or first
        if not (first.isdecimal() and last.isdecimal() and 1 <= int(first) <= int(last) <= _MAX):
            raise click.BadParameter(
                f"{text!r} não é uma quantidade nem uma faixa de 1 a {_MAX} (3, 1-10).",
                param_hint="--itens",
            )
        found.append(Faixa(int(first), int(last), peso))
    return found


def _falha(text: str) -> tuple[str, int | None]:
    """`629`, `629:20`, `nfe:I11-10`, `nfe:I11-10:20`."""
    codigo, _, quantos = text.rpartition(":")
    if codigo in ("", "nfe", "nfce"):
        return text, None
    if not quantos.isdecimal():
        raise click.BadParameter(
            f"{quantos!r} não é uma quantidade (use CÓDIGO:QUANTOS).", param_hint="--falha"
        )
    return codigo, int(quantos)


def _with_certificates(em: datetime) -> datetime:
    """In the offset of Brasília, since the layouts know those of Brazil alone."""
    if em.year not in _ANOS:
        raise click.BadParameter(
            f"a autoridade de teste certifica de {_ANOS[0]} a {_ANOS[-1]}.", param_hint="--em"
        )
    return em.astimezone(BRASILIA)


def _list_faults() -> None:
    from fiscalxml.generator import falhas
    from fiscalxml.rules.catalogue import verbetes

    mensagens = {(verbete.regra, verbete.codigo): verbete.mensagem for verbete in verbetes("nfe")}
    for nome, falha in falhas().items():
        if nome == (falha.regra or falha.codigo):
            mensagem = mensagens.get((falha.regra, falha.codigo), "falha de leiaute (schema)")
            click.echo(f"{falha.codigo:<8} {falha.regra:<13} {mensagem}")

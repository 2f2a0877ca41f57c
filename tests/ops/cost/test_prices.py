"""The table of prices: what it says of each, and what it refuses."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fiscalxml_ops.cost import premises
from fiscalxml_ops.cost.demand import Demanda
from fiscalxml_ops.cost.model import calcular
from fiscalxml_ops.cost.prices import REGIOES, Natureza, Preco, PrecoInvalido, Tabela, load
from fiscalxml_ops.cost.quadros import equilibrio
from fiscalxml_ops.cost.scenarios import CENARIOS, Recuperacao
from ops.cost.editing import edited

TABELA = load()
ITENS = sorted({preco.item for preco in TABELA.precos})
QUANTIDADES = st.decimals(0, 10**9, allow_nan=False, places=3)


def test_every_price_says_unit_source_and_date() -> None:
    for preco in TABELA.precos:
        assert preco.unidade
        assert preco.fonte.texto
        assert date(2025, 12, 1) <= preco.fonte.data <= date(2026, 11, 29)


def test_every_price_is_of_something_that_is_bought_or_compared() -> None:
    asked: set[str] = set()

    class Seen(Tabela):
        def degraus(self, item: str, regiao: str) -> tuple[Preco, ...]:
            asked.add(item)
            return super().degraus(item, regiao)

    seen, much = Seen(TABELA.precos), Demanda(Decimal(100_000), premises.load())
    for cenario, annual, arm, ready in product(
        CENARIOS.values(), (False, True), (False, True), Recuperacao
    ):
        bought = replace(cenario, compromisso=annual, graviton=arm, recuperacao=ready)
        calcular(much, bought, "us-east-1", seen)
    equilibrio.quadros(much, "us-east-1", seen)
    assert set(ITENS) == asked


@pytest.mark.parametrize("regiao", REGIOES)
def test_every_item_has_a_price_in_every_region(regiao: str) -> None:
    for item in ITENS:
        assert TABELA.primeiro(item, regiao).a_partir == 0


def test_what_is_only_remembered_or_supposed_says_so() -> None:
    for preco in TABELA.precos:
        assert (preco.fonte.id == "memoria") == (preco.natureza is Natureza.LEMBRADO)
        if preco.natureza in {Natureza.SUPOSTO, Natureza.DERIVADO}:
            assert preco.nota, f"{preco.item}: de onde?"
        if preco.fonte.id == "nossa":
            assert preco.natureza is Natureza.SUPOSTO


@given(item=st.sampled_from(ITENS), regiao=st.sampled_from(REGIOES), a=QUANTIDADES, b=QUANTIDADES)
def test_more_never_costs_less(item: str, regiao: str, a: Decimal, b: Decimal) -> None:
    low, high = sorted((a, b))
    assert TABELA.custo(item, regiao, low) <= TABELA.custo(item, regiao, high)


@pytest.mark.parametrize(
    ("gigabytes", "dollars"),
    [("0", "0"), ("100", "0"), ("101", "0.09"), ("10240", "912.6"), ("11240", "997.6")],
)
def test_each_step_is_paid_at_its_own_price(gigabytes: str, dollars: str) -> None:
    custo = TABELA.custo("saida.internet", "us-east-1", Decimal(gigabytes))
    assert custo == Decimal(dollars)


def test_an_edited_price_is_the_price(tmp_path: Path) -> None:
    other = load(edited(tmp_path, ("\t0.085\thora\ttabela", "\t0.17\thora\ttabela")))
    before, after = (t.valor("ec2.c5.large", "us-east-1") for t in (TABELA, other))
    assert after == 2 * before


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("\tkarpenter\t", "\tninguém\t"),
        ("\ttabela\t", "\tchute\t"),
        ("\t0.085\t", "\t-1\t"),
        ("\t0.085\t", "\tgrátis\t"),
        ("us-east-1", "us-east-9"),
        ("\t100\t0.09\t", "\t0\t0.09\t"),
        ("\t100\t0.09\tGB\t", "\t100\t0.09\tTB\t"),
        ("\ta_partir\t", "\tdesde\t"),
        ("\thora\ttabela", "\thora\tx\ttabela"),
    ],
)
def test_a_row_that_cannot_be_used_is_refused(tmp_path: Path, old: str, new: str) -> None:
    with pytest.raises(PrecoInvalido):
        load(edited(tmp_path, (old, new)))


def test_an_item_or_quantity_that_is_not_there_is_refused() -> None:
    with pytest.raises(PrecoInvalido, match="não há preço"):
        TABELA.valor("ec2.p9.large", "us-east-1")
    with pytest.raises(PrecoInvalido, match="negativa"):
        TABELA.custo("alb.lcu", "us-east-1", Decimal(-1))
    with pytest.raises(PrecoInvalido, match="não há preço"):
        Tabela(()).valor("alb.hora", "us-east-1")

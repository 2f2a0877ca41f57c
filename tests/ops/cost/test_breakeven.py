"""Break-even and capacity: at the point itself both sides cost the same."""

from __future__ import annotations

from decimal import Decimal

import pytest

from fiscalxml_ops.cost import breakeven, capacity, premises, prices, rates
from fiscalxml_ops.cost.demand import Demanda
from fiscalxml_ops.cost.prices import REGIOES
from fiscalxml_ops.cost.sizing import dimensionar

TABELA = prices.load()
PREMISSAS = premises.load()


@pytest.mark.parametrize("regiao", REGIOES)
def test_a_commitment_costs_the_same_as_on_demand_in_its_month_of_break_even(regiao: str) -> None:
    hour = TABELA.valor("ec2.c5.large", regiao)
    for each in breakeven.commitments(TABELA, regiao):
        committed = hour * (1 - each.desconto) * each.meses
        assert committed == pytest.approx(hour * each.mes_do_equilibrio)
        assert 0 < each.uso_minimo < 1


def test_spot_costs_the_same_when_so_much_is_done_again() -> None:
    again = breakeven.retrabalho_de_spot(TABELA, "us-east-1")
    off = TABELA.valor("desconto.fargate.spot", "us-east-1")
    assert (1 + again) * (1 - off) == pytest.approx(Decimal(1))


def test_arm_at_its_least_speed_costs_the_same_by_work() -> None:
    for each in breakeven.graviton(TABELA, "us-east-1"):
        assert each.arm / each.velocidade_minima == pytest.approx(each.x86)
        assert each.economia > 0


@pytest.mark.parametrize("regiao", REGIOES)
def test_packs_may_age_and_single_documents_may_not(regiao: str) -> None:
    standard = TABELA.valor("s3.standard", regiao)
    for each in breakeven.classes(TABELA, regiao, breakeven.pack_kilobytes()):
        months, reads = each.meses_para_pagar, each.leituras_por_mes
        assert months is not None
        assert reads is not None
        assert each.mudanca + each.gb_mes * months == pytest.approx(standard * months)
        assert each.gb_mes + each.leitura * reads == pytest.approx(standard)
    for each in breakeven.classes(TABELA, regiao, breakeven.single_kilobytes()):
        assert each.economia < 0
        assert each.meses_para_pagar is None


def test_custody_of_one_class_is_its_price_for_all_months() -> None:
    once = breakeven.custodia(TABELA, "us-east-1", ((132, "s3.standard"),), 132)
    half = breakeven.custodia(TABELA, "us-east-1", ((132, "s3.standard"),), 66)
    aged = breakeven.custodia(TABELA, "us-east-1", ((1, "s3.standard"), (132, "s3.gir")), 132)
    assert once == 2 * half
    assert aged < once


@pytest.mark.parametrize("taxas", [rates.medidas(PREMISSAS), rates.publicadas(PREMISSAS)])
def test_at_its_limit_a_part_takes_exactly_what_the_policy_allows(taxas: rates.Taxas) -> None:
    parts = {parte.nome: parte for parte in capacity.partes(PREMISSAS, taxas)}
    for nome, role in (("API", "api"), ("Workers", "worker"), ("Entregadores", "entregador")):
        limit = parts[nome].documentos_por_mes
        p = PREMISSAS.but(documentos_por_usuario=limit * Decimal("0.9999"))
        papel = dimensionar(Demanda(Decimal(1), p), taxas).papel(role)
        assert papel.pico == papel.maximo
        p = PREMISSAS.but(documentos_por_usuario=limit * Decimal("1.01"))
        papel = dimensionar(Demanda(Decimal(1), p), taxas).papel(role)
        assert papel.maximo is not None
        assert papel.pico > papel.maximo


def test_with_measured_rates_the_database_ends_first_and_with_published_ones_the_workers() -> None:
    assert capacity.medidas(PREMISSAS)[0].nome.startswith("Banco")
    assert capacity.publicadas(PREMISSAS)[0].nome == "Workers"


def test_one_cluster_is_enough_up_to_the_limits_of_disk_and_memory() -> None:
    measured = rates.medidas(PREMISSAS)
    limits = [
        parte.documentos_por_mes
        for parte in capacity.medidas(PREMISSAS)
        if parte.nome in {"Banco: disco", "Banco: memória"} and "12 meses" in parte.tamanho
    ]
    for factor, clusters in ((Decimal("0.999"), 1), (Decimal("1.001"), 2)):
        p = PREMISSAS.but(documentos_por_usuario=min(limits) * factor, meses=Decimal(12))
        assert dimensionar(Demanda(Decimal(1), p), measured).banco.conjuntos == clusters

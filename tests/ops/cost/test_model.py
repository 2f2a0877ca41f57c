"""The bill: sums, units, monotony; what is edited changes it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fiscalxml_ops.cost import premises
from fiscalxml_ops.cost.demand import GB, Demanda
from fiscalxml_ops.cost.keeping import by_age
from fiscalxml_ops.cost.lines import Grupo, total
from fiscalxml_ops.cost.measured import ROW_BYTES, STORED_BYTES
from fiscalxml_ops.cost.model import calcular
from fiscalxml_ops.cost.premises import NOMES, PremissaInvalida
from fiscalxml_ops.cost.prices import FOLDER, HORAS, REGIOES, load
from fiscalxml_ops.cost.scenarios import CENARIOS, MEDIDO, PUBLICADO, SPOT, Cenario, Recuperacao
from fiscalxml_ops.scaling.policies import TARGETS
from ops.cost.editing import edited

TABELA = load()
PREMISSAS = premises.load()
CASOS = st.tuples(
    st.sampled_from(sorted(CENARIOS.values(), key=lambda each: each.nome)),
    st.sampled_from(REGIOES),
)
USUARIOS = st.integers(1, 2_000_000).map(Decimal)
DOCUMENTOS = st.integers(1, 20_000).map(Decimal)


EXATO = Decimal("1e-18")
"""dollars: Decimals have 28 digits, and a quotient may lose the last"""


def near(a: Decimal, b: Decimal) -> bool:
    return abs(a - b) < EXATO


def demanda(users: Decimal | int, **others: Decimal | int) -> Demanda:
    values = {name: Decimal(value) for name, value in others.items()}
    return Demanda(Decimal(users), PREMISSAS.but(**values))


@settings(max_examples=25, deadline=None)
@given(caso=CASOS, users=USUARIOS, documents=DOCUMENTOS)
def test_the_total_is_the_sum_of_its_lines_and_each_is_its_price_times_its_quantity(
    caso: tuple[Cenario, str], users: Decimal, documents: Decimal
) -> None:
    cenario, regiao = caso
    bill = calcular(demanda(users, documentos_por_usuario=documents), cenario, regiao, TABELA)
    assert near(bill.total, sum((line.custo for line in bill.linhas), Decimal(0)))
    assert near(bill.total, bill.aws + bill.terceiros)
    assert near(bill.total, sum(bill.grupos.values(), Decimal(0)))
    for line in bill.linhas:
        full = TABELA.custo(line.preco.item, line.preco.regiao, line.quantidade)
        assert line.custo == full * (1 - line.desconto)
        assert line.quantidade > 0
        assert 0 <= line.desconto < 1


@settings(max_examples=25, deadline=None)
@given(caso=CASOS, a=USUARIOS, b=USUARIOS, documents=DOCUMENTOS)
def test_more_users_never_cost_less_in_all(
    caso: tuple[Cenario, str], a: Decimal, b: Decimal, documents: Decimal
) -> None:
    cenario, regiao = caso
    few, many = (
        calcular(demanda(users, documentos_por_usuario=documents), cenario, regiao, TABELA)
        for users in sorted((a, b))
    )
    assert few.total <= many.total or many.planta.banco.conjuntos > few.planta.banco.conjuntos


@settings(max_examples=15, deadline=None)
@given(caso=CASOS, users=USUARIOS, documents=DOCUMENTOS, months=st.integers(1, 200))
def test_what_is_kept_stops_growing_when_the_retention_is_over(
    caso: tuple[Cenario, str], users: Decimal, documents: Decimal, months: int
) -> None:
    cenario, _ = caso
    d = demanda(users, documentos_por_usuario=documents, meses=months)
    assert d.guardados == d.documentos * min(months, 132)
    assert sum((each.gb for each in by_age(d, cenario)), Decimal(0)) == pytest.approx(d.gb_objetos)


def test_every_role_that_is_scaled_keeps_its_least_and_the_hours_are_a_months() -> None:
    quiet = calcular(demanda(1), MEDIDO, "us-east-1", TABELA).planta
    for target in TARGETS:
        papel = quiet.papel(target.role)
        assert papel.pico == papel.minimo == target.minimum
        assert papel.horas == target.minimum * HORAS
        assert papel.maximo == target.maximum
        assert papel.gb == Decimal(target.memory) / 1024
    assert sum(faixa.horas for faixa in demanda(1).faixas) == HORAS
    assert sum(faixa.parte for faixa in demanda(1).faixas) == 1


def test_bytes_of_a_document_come_to_gigabytes() -> None:
    d = demanda(1000, documentos_por_usuario=1000, meses=1)
    assert d.gb_objetos == 1_000_000 * Decimal(str(STORED_BYTES.value)) / GB
    assert d.gb_linhas == 1_000_000 * Decimal(str(ROW_BYTES.value)) / GB
    assert d.documentos == d.em_lotes + d.diretos


def test_machines_follow_the_work_of_the_busiest_hours() -> None:
    # 900 million in lotes a month: 15 % in 20 hours is 112,500 a minute, of 22,562.5 × 0.7 a task.
    busy = calcular(demanda(1000, documentos_por_usuario=1_000_000), MEDIDO, "us-east-1", TABELA)
    assert busy.planta.papel("worker").pico == 8
    # Office hours: 52,500 a minute, 4 tasks; the rest of the month, fewer than there always are.
    assert busy.planta.papel("worker").horas == 4 * HORAS + 4 * 20


def test_spot_is_of_workers_that_load_adds_unless_all_are_said_to_be() -> None:
    busy = demanda(1000, documentos_por_usuario=1_000_000)
    hours = {}
    for bought in (
        MEDIDO,
        replace(MEDIDO, spot=SPOT),
        replace(MEDIDO, spot=SPOT, spot_sempre=SPOT),
    ):
        lines = calcular(busy, bought, "us-east-1", TABELA).linhas
        hours[bought] = sum(
            line.quantidade for line in lines if line.nome == "worker, em spot: vCPU"
        )
    # 4 tasks of 2 vCPU more than always run, for 20 hours; half of these, then half of all.
    assert list(hours.values()) == [0, 80, 80 + 4 * HORAS]


def test_an_edited_price_changes_the_bill_by_its_hours(tmp_path: Path) -> None:
    other = load(edited(tmp_path, ("\t0.085\thora\ttabela", "\t0.185\thora\ttabela")))
    before, after = (
        calcular(demanda(1000), MEDIDO, "us-east-1", tabela) for tabela in (TABELA, other)
    )
    assert near(after.total - before.total, 3 * HORAS * Decimal("0.1"))


@pytest.mark.parametrize("regiao", REGIOES)
def test_each_step_of_readiness_costs_more_and_only_in_its_group(regiao: str) -> None:
    bills = [
        calcular(demanda(1000), replace(MEDIDO, recuperacao=ready), regiao, TABELA)
        for ready in Recuperacao
    ]
    others = [bill.grupos.get(Grupo.RECUPERACAO, Decimal(0)) for bill in bills]
    assert others == sorted(others)
    assert others[0] == 0 < others[1]
    here = [bill.total - other for bill, other in zip(bills, others, strict=True)]
    assert all(near(each, here[0]) for each in here)


def test_a_commitment_takes_its_discount_off_what_always_runs_and_nothing_else() -> None:
    free, bound = (
        calcular(demanda(1000), replace(PUBLICADO, compromisso=flag), "us-east-1", TABELA)
        for flag in (False, True)
    )
    api = [line for line in bound.linhas if line.nome.startswith("api (c5.large), sempre")]
    assert [line.desconto for line in api] == [TABELA.valor("desconto.ec2.1a", "us-east-1")]
    assert all(not line.desconto for line in bound.linhas if "na carga" in line.nome)
    assert bound.total < free.total
    assert total(line for line in free.linhas if line.desconto) == 0


def test_the_estimate_has_neither_endpoints_nor_a_second_region_and_infra_aws_has_both() -> None:
    for cenario in CENARIOS.values():
        bill = calcular(demanda(1000), cenario, "us-east-1", TABELA)
        items = {(line.preco.item, line.preco.regiao) for line in bill.linhas}
        assert (("vpce.hora", "us-east-1") in items) == cenario.inteira == (cenario is MEDIDO)
        assert (("vpce.hora", "us-west-2") in items) == (cenario is MEDIDO)
        assert (Grupo.RECUPERACAO in bill.grupos) == (cenario is MEDIDO)


def test_single_documents_stay_where_small_objects_are_not_charged_as_128_kb() -> None:
    alone = demanda(1000, parte_em_lotes=0)
    assert [each.classe for each in by_age(alone, MEDIDO) if each.gb] == ["s3.standard"]
    packed = demanda(1000, parte_em_lotes=1)
    assert {each.classe for each in by_age(packed, MEDIDO)} == {"s3.standard", "s3.ia", "s3.gir"}


def test_rows_that_leave_the_database_leave_its_bill_and_not_that_of_the_objects() -> None:
    many = {"documentos_por_usuario": 5000, "meses": 132}
    kept, moved = (
        calcular(demanda(1000, meses_no_banco=months, **many), MEDIDO, "us-east-1", TABELA)
        for months in (132, 12)
    )
    assert moved.demanda.gb_linhas * 11 == pytest.approx(kept.demanda.gb_linhas)
    assert moved.grupos[Grupo.BANCO] < kept.grupos[Grupo.BANCO]
    assert moved.grupos[Grupo.OBJETOS] == kept.grupos[Grupo.OBJETOS]


def test_every_assumption_has_a_reason_and_is_used_under_its_own_name() -> None:
    assert {each.nome for each in premises.explained()} == NOMES
    assert all(len(each.porque) > 4 for each in premises.explained())


@pytest.mark.parametrize(
    "wrong",
    [
        {"inventada": Decimal(1)},
        {"meses": Decimal(-1)},
        {"ocupacao": Decimal(0)},
        {"ocupacao": Decimal(2)},
        {"parte_no_pico": Decimal("0.6")},
        {"horas_de_pico": Decimal(700)},
        {"fator_da_maquina": Decimal(0)},
        {"vcpu_maxima": Decimal(0)},
        {"limite_do_disco": Decimal(0)},
        {"leituras_de_objeto": Decimal(5)},
        {"horas_de_pico": Decimal(0)},
        {"horas_comerciais": Decimal(710)},
    ],
)
def test_an_assumption_that_cannot_be_is_refused(wrong: dict[str, Decimal]) -> None:
    with pytest.raises(PremissaInvalida):
        PREMISSAS.but(**wrong)


def test_a_table_of_assumptions_that_lacks_one_or_gives_no_reason_is_refused(
    tmp_path: Path,
) -> None:
    text = (FOLDER / "premissas.tsv").read_text(encoding="utf-8")
    for wrong in (
        "\n".join(line for line in text.splitlines() if not line.startswith("meses\t")),
        text.replace("\t132\tmeses\tpublicado\tAjuste SINIEF 2/2025", "\t132\tmeses\tpublicado\t"),
        text.replace("\t132\tmeses\tpublicado", "\tmuitos\tmeses\tpublicado"),
        text.replace("\t132\tmeses\tpublicado", "\t132\tmeses\tsabido"),
    ):
        assert wrong != text
        place = tmp_path / str(abs(hash(wrong)))
        place.mkdir()
        (place / "premissas.tsv").write_text(wrong, encoding="utf-8")
        with pytest.raises(PremissaInvalida):
            premises.load(place)

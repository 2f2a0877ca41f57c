"""The engine: where rules run, in which order, and what is counted once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from lxml import etree

from fiscalxml import engine
from fiscalxml.documents.groups import Grupo, read_groups
from fiscalxml.engine import Falha, Ocorrencia, Regra, passos, plan, run
from fiscalxml.xml import canonical

NOTE = """<inf><ide><a>1</a></ide><det><prod><v>1.10</v></prod></det>
<det><prod><v>2.20</v><x>y</x></prod><imposto><icms><v>5</v></icms></imposto></det>
<total><v>3.30</v></total></inf>""".replace("\n", "")


@pytest.fixture(params=["c", "python"], autouse=True)
def walk(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test holds for the walk in C, where it was compiled, and for that in Python."""
    if request.param == "python":
        monkeypatch.setattr(engine, "native", None)
    elif engine.native is None:
        pytest.skip("built without a compiler")


def groups(xml: str = NOTE) -> Grupo:
    element = etree.fromstring(xml)
    return read_groups(element, canonical(element, exclusive=True))


def rule(
    name: str,
    *caminhos: str,
    cada: bool = False,
    soma: str = "",
    se: Callable[[str], bool] | None = None,
    sem: str = "",
    falha: Falha | None = None,
) -> tuple[Regra, list[str]]:
    """A rule that notes its scope (and a field of its group), and finds `falha`."""
    seen: list[str] = []

    def of_scope(scope: str) -> Falha | None:
        seen.append(scope)
        return falha

    def of_each(grupo: Grupo, scope: str) -> Falha | None:
        seen.append(f"{scope}: {grupo['v']}")
        return falha

    regra = Regra(
        id=name,
        codigo="1",
        mensagem="m",
        correcao="c.",
        fonte="f",
        obrigatoriedade="obrigatoria",
        funcao=of_each if cada else of_scope,
        caminhos=caminhos or ("",),
        cada=cada,
        soma=soma,
        se=se,
        sem=sem,
    )
    return regra, seen


def found_by(*regras: Regra, xml: str = NOTE) -> list[Ocorrencia]:
    return run(plan(regras, {"det": _item}, {}), groups(xml), "nota", {})


def _item(_grupo: Grupo, _acima: object, posicao: int) -> str:
    return f"item {posicao}"


def test_a_rule_on_the_document_runs_once() -> None:
    regra, seen = rule("r")
    found_by(regra)
    assert seen == ["nota"]


@pytest.mark.parametrize(
    ("caminho", "scopes"),
    [
        ("det", ["item 0", "item 1"]),
        ("det/imposto/icms", ["item 1"]),
        ("det/prod:x", ["item 1"]),
        ("ide:a", ["nota"]),
        ("ide:b", []),
        ("avulsa", []),
    ],
)
def test_a_rule_runs_only_where_its_group_or_field_is(caminho: str, scopes: list[str]) -> None:
    regra, seen = rule("r", caminho)
    found_by(regra)
    assert seen == scopes


def test_a_rule_on_a_value_runs_where_the_field_has_it() -> None:
    asked: list[str] = []

    def is_two(text: str) -> bool:
        asked.append(text)
        return text == "2.20"

    regra, seen = rule("r", "det/prod:v", se=is_two)
    plano = plan([regra], {"det": _item}, {})
    for _ in range(2):
        run(plano, groups(), "nota", {})
    assert seen == ["item 1", "item 1"]
    assert asked == ["1.10", "2.20"]  # each value once


def test_a_rule_on_a_value_does_not_run_without_the_field() -> None:
    regra, seen = rule("r", "det/prod:x", se=lambda text: text == "")
    found_by(regra)
    assert seen == []


def test_a_rule_may_need_a_group_to_be_missing() -> None:
    regra, seen = rule("r", "det", sem="imposto")
    found_by(regra)
    assert seen == ["item 0"]


def test_what_a_rule_raises_is_raised() -> None:
    regra, _ = rule("r", "det/prod:v", se=lambda _: bool(1 / 0))
    with pytest.raises(ZeroDivisionError):
        found_by(regra)


def test_a_rule_on_each_group_is_given_the_group_and_the_scope_around_it() -> None:
    regra, seen = rule("r", "det/prod", cada=True)
    found_by(regra)
    assert seen == ["item 0: 1.10", "item 1: 2.20"]


def test_what_is_found_tells_the_way_from_the_root() -> None:
    regra, _ = rule("r", "det/imposto/icms", cada=True, falha=Falha("v"))
    (item,) = found_by(regra)
    assert list(passos(item.lugar)) == [("det", 1), ("imposto", 0), ("icms", 0)]
    whole, _ = rule("w", "ide", falha=Falha("ide/a"))
    (item,) = found_by(whole)
    assert list(passos(item.lugar)) == []


def test_what_a_scope_finds_at_several_of_its_groups_counts_once() -> None:
    regra, seen = rule("r", "det/prod/dup", falha=Falha("prod/dup"))
    xml = "<inf><det><prod><dup><a>1</a></dup><dup><a>2</a></dup></prod></det></inf>"
    assert len(found_by(regra, xml=xml)) == 1
    assert seen == ["item 0", "item 0"]


def test_findings_come_in_the_order_of_the_document() -> None:
    total, _ = rule("total", "total", falha=Falha("v"))
    item, _ = rule("item", "det", falha=Falha("v"))
    assert [o.regra.id for o in found_by(total, item)] == ["item", "item", "total"]


def test_sums_are_complete_when_the_totals_are_reached() -> None:
    somas: dict[str, Decimal] = {}
    at_total: list[Decimal] = []

    def funcao(_nota: object) -> Falha | None:
        at_total.append(somas["v"])
        return None

    regra = Regra(
        id="r",
        codigo="1",
        mensagem="m",
        correcao="c.",
        fonte="f",
        obrigatoriedade="obrigatoria",
        funcao=funcao,
        caminhos=("total",),
    )
    plano = plan([regra], {"det": _item}, {"det/prod:v": "v", "det/imposto/icms:v": "w"})
    run(plano, groups(), "nota", somas)
    assert at_total == [Decimal("3.30")]
    assert somas == {"v": Decimal("3.30"), "w": Decimal(5)}


@pytest.mark.parametrize(("total", "runs"), [("3.30", []), ("3.3", []), ("3.31", ["nota: 3.31"])])
def test_a_rule_on_a_total_runs_where_it_is_not_the_sum(total: str, runs: list[str]) -> None:
    regra, seen = rule("r", "total:v", cada=True, soma="v")
    xml = NOTE.replace("<v>3.30</v>", f"<v>{total}</v>")
    run(plan([regra], {"det": _item}, {"det/prod:v": "v"}), groups(xml), "nota", {})
    assert seen == runs


@pytest.mark.parametrize(
    ("ambiente", "dia", "vale"),
    [
        ("producao", date(2022, 4, 3), False),
        ("producao", date(2022, 4, 4), True),
        ("homologacao", date(2021, 8, 23), True),
        ("homologacao", date(2021, 8, 22), False),
        ("producao", date(2023, 1, 1), False),
    ],
)
def test_a_rule_is_in_force_between_its_days(ambiente: str, dia: date, vale: bool) -> None:
    regra = Regra(
        id="r",
        codigo="1",
        mensagem="m",
        correcao="c.",
        fonte="f",
        obrigatoriedade="obrigatoria",
        funcao=lambda _: None,
        desde=date(2022, 4, 4),
        homologacao=date(2021, 8, 23),
        ate=date(2022, 12, 31),
    )
    assert regra.vale(ambiente, dia) is vale

"""Promises, what is done before production, incidents: what pages tell one to do works."""

from __future__ import annotations

import json
import re
from datetime import date

import msgspec
import pytest

from fiscalxml_ops.compliance import go_live, promises
from fiscalxml_ops.compliance.decisions import decisions
from fiscalxml_ops.compliance.measures import measures
from fiscalxml_ops.compliance.pages.machine import matrix
from fiscalxml_ops.compliance.project import read, slug
from fiscalxml_ops.compliance.promises import Numero, Promessa
from fiscalxml_ops.compliance.prose import broken, of_page
from fiscalxml_server.auth.privacidade.incidents import checked
from fiscalxml_server.auth.privacidade.schemas import NovoIncidente

_RESULTS = "benchmarks/accounts.md"


def test_a_figure_is_read_where_a_run_wrote_it_and_told_in_portuguese() -> None:
    session = Numero(_RESULTS, r"session \| ([\d.]+) s", "{} s", r"^(\d{4}-\d\d-\d\d)")
    figure, when = session.read()
    assert re.fullmatch(r"\d+\.\d+", figure)
    assert date.fromisoformat(when)


def test_thousands_have_a_point_and_decimals_a_comma() -> None:
    bold = re.findall(r"\*\*(\d[\d.,]*)\*\*", promises.page())
    assert [each for each in bold if "," in each]
    assert [each for each in bold if "." in each]
    assert all(re.fullmatch(r"(\d+|\d{1,3}(\.\d{3})+)(,\d+)?", each) for each in bold)


def test_a_date_in_words_is_one() -> None:
    pattern = r"\*\*(\d+ \w+ \d{4})\*\*"
    _, when = Numero("ops/deploy/README.md", r"(\d+) validations", "{}", pattern).read()
    assert date.fromisoformat(when)


def test_the_largest_of_a_section_is_taken() -> None:
    row = r"^\| [^|]+ \| [\d.]+ / ([\d.]+) / [\d.]+ \|"
    first, _ = Numero("docs/busca.md", row, "{}", secao="Buscas").read()
    largest, _ = Numero("docs/busca.md", row, "{}", secao="Buscas", maior=True).read()
    assert float(largest) > float(first)


_RUNS = """# Results

## 2026-11-01 10:00 UTC

| a | 900.0 s |

## 2026-11-29 06:00 UTC

| a | 12.5 s |
| b | 11.0 s |

US$ 3.742
"""


def test_of_runs_that_are_appended_the_last_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fiscalxml_ops.compliance.promises.read", lambda _: _RUNS)
    row, day = r"^\| \w \| ([\d.]+) s \|", r"^## (\d{4}-\d\d-\d\d)"
    worst = Numero("x", row, "{}", day, ultima=True, maior=True, maximo=100)
    assert worst.read() == ("12.5", "2026-11-29")
    assert (worst.told(), worst.cumpre) == ("12,5", True)
    assert Numero("x", row, "{}", day, maior=True, maximo=100).cumpre is False


def test_a_page_in_portuguese_has_its_signs_already(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fiscalxml_ops.compliance.promises.read", lambda _: _RUNS)
    price = Numero("x", r"US\$ ([\d.]+)", "{}", virgula=True, minimo=3719.1, maximo=3870.9)
    assert (price.told(), price.cumpre) == ("3.742", True)


def test_a_file_that_is_to_come_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fiscalxml_ops.compliance.coming.POR_VIR", {"ops/futuro.md"})
    later = Numero("ops/futuro.md", "(x)", "{}", maximo=1)
    assert later.por_vir
    assert later.cumpre is None


@pytest.mark.parametrize(
    ("minimo", "maximo", "cumpre"),
    [(None, None, None), (0, None, True), (None, 5, True), (5, None, False), (None, 0.1, False)],
)
def test_whether_a_promise_is_kept_is_read_from_the_figure(
    minimo: float | None, maximo: float | None, cumpre: bool | None
) -> None:
    session = Numero(_RESULTS, r"session \| ([\d.]+) s", "{} s", minimo=minimo, maximo=maximo)
    assert session.cumpre is cumpre
    promessa = Promessa("g", "p", "prova", ("make bench",), (session,))
    assert bool(list(promises.faults((promessa,), measures()))) is (cumpre is False)


def test_what_the_architecture_promises_in_figures_is_kept() -> None:
    told = [each for each in promises.promises() if each.grupo == "Arquitetura"]
    # What it says of a user's cost at scale no model of ours can agree with, and the page says so.
    broken = [each.promessa for each in told if each.cumpre is False]
    assert [each.partition(" por usuário")[0] for each in broken] == ["US$ 0,85, 0,25 e 0,075"]


@pytest.mark.parametrize(
    "promessa",
    [
        Promessa("g", "sem comando", "p", (), falta="x"),
        Promessa("g", "comando que não há", "p", ("make nada",), falta="x"),
        Promessa(
            "g", "número que sumiu", "p", ("make bench",), (Numero(_RESULTS, "(nada)", "{}"),)
        ),
        Promessa("g", "sem nada que a mostre", "p", ("make bench",)),
        Promessa("g", "medida que não há", "p", ("make bench",), medidas=("nada",)),
    ],
    ids=lambda each: each.promessa,
)
def test_a_promise_that_nothing_proves_is_told(promessa: Promessa) -> None:
    assert list(promises.faults((promessa,), measures()))


def test_what_the_architecture_promises_is_all_there() -> None:
    text = promises.page()
    for promised in (
        *("1.300 validações", "4.000 resumos", "690 documentos", "10.000 usuários", "100 ms"),
        *("0,1 %", "99,9 %", "RTO de 4 h", "menos de 2 minutos", "menos de 5 minutos", "US$ 3.795"),
        *("confiança zero", "LGPD", "cifrado", "azul-verde"),
    ):
        assert promised in text


def test_the_list_of_before_production_has_five_parts_and_only_lines_that_say_how() -> None:
    text = go_live.text()
    assert len(re.findall(r"^## \d\. ", text, re.MULTILINE)) == 5
    assert len(go_live.items(text)) > 50
    assert list(go_live.faults(text, decisions())) == []


@pytest.mark.parametrize(
    "line",
    [
        "ver se está tudo certo",
        "um alvo que não há: `make producao`",
        "uma opção que não há: `fiscalxml doctor --tudo`",
        "uma opção que falta: `fiscalxml-ops deploy voltar`",
        "um pipeline que não há: `gh workflow run nada.yml`",
        "**Decisão — Segurança:** sem nome",
        "**Decisão — Segurança:** de outro papel ([regiao](conformidade/decisoes.md#regiao))",
        "**Decisão — Direção:** que não há ([nada](conformidade/decisoes.md#nada))",
    ],
)
def test_a_line_that_nobody_can_do_is_told(line: str) -> None:
    assert list(go_live.faults(f"{go_live.text()}\n- [ ] {line}\n", decisions()))


def test_a_decision_of_before_production_that_is_left_out_is_told() -> None:
    text = go_live.text().replace("#lancamento)", "#riscos)")
    told = list(go_live.faults(text, decisions()))
    assert [each for each in told if "lancamento" in each]


def test_the_example_of_an_incident_is_one_that_the_command_takes() -> None:
    [block] = re.findall(r"```json\n(.+?)```", read("docs/conformidade/incidentes.md"), re.DOTALL)
    values = checked(msgspec.json.decode(block, type=NovoIncidente))
    # Saturday: three business days end on Wednesday.
    assert values["prazo"] == date(2026, 12, 2)


@pytest.mark.parametrize(
    "text",
    [
        "`GET /v1/nada`",
        "`PUT /v1/lotes/{lote}`",
        "`/v1/lotes/{lote}/nada`",
        "`make nada`",
        "[aqui](nada.md)",
    ],
)
def test_what_a_page_names_and_is_not_there_is_told(text: str) -> None:
    assert list(of_page("docs/conformidade/incidentes.md", text))


def test_what_is_there_may_be_named_with_other_words_for_its_parameters() -> None:
    text = "`GET /v1/lotes/{id}`, `/v1/lotes/{lote}`, `make chaos SECONDS=60`, [aqui](lgpd.md)"
    assert not list(of_page("docs/conformidade/incidentes.md", text))


def test_links_that_lead_nowhere_are_told() -> None:
    page = "docs/conformidade/incidentes.md"
    assert broken(page, "../seguranca.md#chaves-prazos-e-troca") is None
    assert broken(page, "https://www.gov.br/anpd") is None
    assert broken(page, "../seguranca.md#nada")
    assert broken(page, "nada.md")


def test_a_heading_s_anchor_is_that_of_github() -> None:
    assert slug("Revisão de acessos") == "revisão-de-acessos"
    assert slug("`make` e o *resto*: já") == "make-e-o-resto-já"


def test_machines_read_the_same() -> None:
    told = json.loads(matrix())
    assert len(told["normas"]["iso27001"]["controles"]) == 93
    assert {"parcial", "atendido"} <= {
        each["estado"] for each in told["normas"]["soc2"]["controles"].values()
    }
    assert len(told["asvs"]) == 253

"""From reports to causes: what is one cause, how it is worded, counted and ranked."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Iterable
from pathlib import Path

import jsonschema
import msgspec
import pytest

import fiscalxml.causes.collecting as collecting
from acceptance.cases import WITH_INPUT
from acceptance.model import Case
from factory import build
from fiscalxml.causes import Causa, Causas, causa_schema
from fiscalxml.report import Achado, Report
from fiscalxml.validate import Julgado, judge_all

COMMITTED = Path(__file__).parents[3] / "docs/contract/causas.schema.json"
VALIDATOR = jsonschema.Draft202012Validator(causa_schema())
OUTRO_CNPJ = {"emit/CNPJ": "11222333000181"}


def julgado(data: bytes, arquivo: str = "nota.xml") -> Julgado:
    (only,) = judge_all(data, arquivo=arquivo)
    return only


def causas_of(*documents: bytes) -> list[Causa]:
    causas = Causas()
    for number, data in enumerate(documents):
        for report, itens in judge_all(data, arquivo=f"{number}.xml"):
            causas.add(report, itens=itens)
    return causas.ranked()


def errors(causas: Iterable[Causa]) -> list[Causa]:
    return [causa for causa in causas if causa.severidade == "erro"]


def sentences(*documents: bytes) -> list[str]:
    return [causa.causa for causa in errors(causas_of(*documents))]


def sem_ibscbs(itens: int, *lacking: int) -> bytes:
    return build("nfe", itens=itens, remove=[f"det[{n}]/imposto/IBSCBS" for n in lacking])


def with_achados(report: Report, *achados: Achado) -> Report:
    return msgspec.structs.replace(report, achados=list(achados))


@pytest.fixture
def report() -> Report:
    return julgado(build("nfe", protocol=True)).report


def test_positions_do_not_make_causes() -> None:
    (causa,) = errors(
        causas_of(
            build("nfe", itens=3, changes={"det[1]/prod/NCM": "1"}),
            build("nfe", itens=3, changes={"det[3]/prod/NCM": "x"}),
        )
    )
    assert causa.causa == "Valor de NCM fora do formato do leiaute em alguns itens"
    assert (causa.documentos, causa.ocorrencias) == (2, 2)
    assert causa.caminho == "NFe/infNFe/det/prod/NCM"


def test_two_missing_fields_are_two_causes() -> None:
    found = sentences(
        build("nfe", itens=2, remove=["det[1]/prod/uCom"]),
        build("nfe", itens=2, remove=["det[1]/prod/vUnCom"]),
    )
    assert sorted(found) == [
        "Falta uCom em alguns itens (ou está fora de ordem)",
        "Falta vUnCom em alguns itens (ou está fora de ordem)",
    ]


def test_one_missing_field_is_one_cause_whatever_comes_in_its_stead() -> None:
    (causa,) = errors(
        causas_of(
            build("nfe", remove=["det[1]/prod/uCom"]),
            build("nfe", remove=["det[1]/prod/uCom", "det[1]/prod/qCom"]),
        )
    )
    assert causa.documentos == 2
    assert causa.causa == "Falta uCom em todos os itens (ou está fora de ordem)"


def test_a_group_that_all_items_lack_is_one_cause_with_what_follows_from_it() -> None:
    causa, *others = errors(causas_of(sem_ibscbs(3, 1, 2, 3)))
    assert causa.causa == "Falta o grupo IBSCBS em todos os itens (IBS/CBS não informado)"
    assert (causa.documentos, causa.ocorrencias) == (1, 3)
    assert causa.tambem == ["1076", "1080", "1085", "1091", "1118"]
    assert others == []


def test_all_items_some_items_and_both_are_told_apart() -> None:
    def told(*documents: bytes) -> str:
        return next(c.causa for c in causas_of(*documents) if c.codigo == "XSD-010")

    def with_ncm(itens: int, *wrong: int) -> bytes:
        return build("nfe", itens=itens, changes={f"det[{n}]/prod/NCM": "x" for n in wrong})

    what = "Valor de NCM fora do formato do leiaute"
    assert told(with_ncm(1, 1)) == f"{what} em todos os itens"
    assert told(with_ncm(2, 1, 2), with_ncm(1, 1)) == f"{what} em todos os itens"
    assert told(with_ncm(2, 2)) == f"{what} em alguns itens"
    assert told(with_ncm(2, 1, 2), with_ncm(2, 1)) == (
        f"{what} em todos os itens de 1 e em alguns itens de 1 documento"
    )


def test_items_past_the_twentieth_finding_count() -> None:
    (causa,) = errors(
        causas_of(build("nfe", itens=30, changes={f"det[{n}]/prod/NCM": "x" for n in range(1, 31)}))
    )
    assert causa.ocorrencias == 30
    assert causa.causa.endswith("em todos os itens")


def test_without_the_count_of_items_nothing_is_said_of_all_of_them() -> None:
    causas = Causas()
    causas.add(julgado(build("nfe", changes={"det[1]/prod/NCM": "x"})).report)
    assert errors(causas.ranked())[0].causa == "Valor de NCM fora do formato do leiaute nos itens"


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        (
            build("nfe", changes={"dest/enderDest/CEP": "x"}),
            "Valor de CEP do endereço do destinatário fora do formato do leiaute",
        ),
        (
            build("nfe", remove=["ide/natOp"]),
            "Falta natOp na identificação (ou está fora de ordem)",
        ),
        (
            build("nfe", changes={"ide/tpEmis": "2"}, keep_id=True),
            "O Id difere do documento em tpEmis",
        ),
        (
            build("nfe").replace(b"NOTEBOOK", b"NETBOOK", 1),
            "O conteúdo de infNFe mudou depois de assinado: o resumo (DigestValue) não confere",
        ),
    ],
)
def test_a_cause_is_a_sentence(document: bytes, sentence: str) -> None:
    assert sentence in sentences(document)


def test_each_unknown_authority_is_a_cause() -> None:
    causas = causas_of(build("nfe"))
    assert [causa.causa for causa in causas] == [
        "Certificado de autoridade desconhecida aqui: AC Teste v1"
    ]


def test_the_same_field_in_another_choice_of_a_tax_is_one_cause(report: Report) -> None:
    causas = Causas()
    for tax in ("ICMS00", "ICMS20"):
        achado = Achado(
            codigo="528",
            regra="nfe:N17-20",
            camada="regras",
            severidade="erro",
            mensagem="Valor do ICMS difere do produto BC e Alíquota",
            caminho=f"NFe/infNFe/det/imposto/ICMS/{tax}/vICMS",
        )
        causas.add(with_achados(report, achado))
    (causa,) = causas.ranked()
    assert causa.documentos == 2
    assert causa.caminho is None


def test_a_signature_that_is_missing_explains_the_layout_that_lacks_it() -> None:
    (julgado_,) = judge_all(build("nfe", sign=False), perfil="transmissao")
    causas = Causas()
    causas.add(julgado_.report)
    (causa,) = errors(causas.ranked())
    assert (causa.causa, causa.tambem) == ("Documento sem assinatura", ["XSD-002"])


def test_a_document_altered_after_its_authorization_is_one_cause() -> None:
    altered = build("nfe", protocol=True).replace(b"NOTEBOOK", b"NETBOOK", 1)
    (causa,) = errors(causas_of(altered))
    assert (causa.codigo, causa.tambem) == ("297", ["PRT-003"])


def test_a_protocol_of_another_document_is_a_cause_of_its_own() -> None:
    other = build("nfe", protocol={"digVal": "AAAAAAAAAAAAAAAAAAAAAAAAAAA="})
    assert [causa.codigo for causa in errors(causas_of(other))] == ["PRT-003"]


def test_the_most_impact_comes_first() -> None:
    ranked = causas_of(
        *[build("nfe")] * 3,
        build("nfe", changes={"det[1]/prod/NCM": "x"}),
        *[build("nfe", remove=["det[1]/prod/uCom"])] * 2,
    )
    assert [(causa.severidade, causa.documentos) for causa in ranked] == [
        ("erro", 2),
        ("erro", 1),
        ("aviso", 6),
    ]


def test_emitentes_are_counted_and_the_only_one_is_named() -> None:
    wrong = {"det[1]/prod/NCM": "x"}
    causas = causas_of(
        build("nfe", changes=wrong),
        build("nfe", changes=wrong | OUTRO_CNPJ),
        build("nfe", remove=["det[1]/prod/uCom"], changes=OUTRO_CNPJ),
    )
    both, one = errors(causas)
    assert both.emitentes == 2
    assert both.so_do_emitente is None
    assert one.so_do_emitente is not None
    assert one.so_do_emitente.cnpj == "11222333000181"
    assert (one.so_do_emitente.documentos, one.so_do_emitente.total) == (1, 2)


def test_where_there_is_one_emitente_only_it_is_not_said_of_each_cause() -> None:
    (causa,) = errors(causas_of(build("nfe", changes={"det[1]/prod/NCM": "x"})))
    assert (causa.emitentes, causa.so_do_emitente) == (1, None)


@pytest.mark.parametrize("kind", ["nfe", "nfce", "cte", "mdfe", "nfse", "cancelamento"])
def test_the_emitente_of_every_kind_is_known(kind: str) -> None:
    report = julgado(build(kind)).report
    assert collecting.issuer(report) in {"12345678000195", "98765432000198"}


def test_texts_that_differ_between_documents_are_told_as_far_as_they_agree() -> None:
    (causa,) = errors(
        causas_of(
            build("nfe", changes={"det[1]/prod/NCM": "1"}),
            build("nfe", changes={"det[1]/prod/NCM": "123"}),
        )
    )
    assert causa.correcao == "Corrija NCM: o leiaute pede 2 dígitos ou 8 dígitos."
    assert [exemplo.encontrado for exemplo in causa.exemplos] == ["1", "123"]


def test_examples_are_the_first_documents_and_few() -> None:
    (causa,) = errors(causas_of(*[build("nfe", changes={"det[1]/prod/NCM": "1"})] * 9))
    assert [exemplo.arquivo for exemplo in causa.exemplos] == [f"{n}.xml" for n in range(5)]
    assert causa.exemplos[0].linha == 1


def test_a_cause_has_the_same_id_in_every_run() -> None:
    first = causas_of(build("nfe", itens=2, changes={"det[1]/prod/NCM": "1"}))
    again = causas_of(build("nfe", changes={"det[1]/prod/NCM": "x"} | OUTRO_CNPJ))
    assert {causa.id for causa in errors(first)} == {causa.id for causa in errors(again)}


def test_each_finding_is_told_its_cause() -> None:
    causas = Causas()
    report, itens = julgado(sem_ibscbs(2, 1, 2))
    ids = causas.add(report, itens=itens)
    by_id = {causa.id: causa for causa in causas.ranked()}
    assert len(ids) == len(report.achados)
    for achado, id_ in zip(report.achados, ids, strict=True):
        causa = by_id[id_]
        assert achado.codigo in {causa.codigo, *(causa.tambem or ())}


def test_panorama_counts_all_documents() -> None:
    causas = Causas()
    for data in (
        build("nfe", protocol=True),
        build("nfe", changes={"det[1]/prod/NCM": "x"}),
        build("cte"),
        build("nfe", changes={"@versao": "3.10"}),
        b"lixo",
    ):
        causas.add(julgado(data).report)
    panorama = causas.panorama()
    assert panorama.total.documentos == 5
    assert (panorama.total.valido, panorama.total.invalido, panorama.total.nao_avaliado) == (
        2,
        2,
        1,
    )
    assert panorama.total.com_avisos == 2
    assert [(tipo, conta.documentos) for tipo, conta in panorama.tipos] == [
        ("nfe", 3),
        ("cte", 1),
        ("desconhecido", 1),
    ]
    assert panorama.sem_regras == 1
    assert panorama.emitentes_distintos == 2


def test_past_the_most_causes_findings_are_still_counted(
    report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collecting, "MAX_CAUSAS", 3)
    causas = Causas()
    for number in range(10):
        causas.add(with_achados(report, _unknown_field(number)))
    ranked = causas.ranked()
    assert sum(causa.documentos for causa in ranked) == 10
    assert ranked[0].causa == "Demais achados XSD-011, de causas que não couberam na lista"
    assert (len(ranked), ranked[0].documentos) == (4, 7)


def test_past_the_most_emitentes_their_number_is_a_lower_bound(
    report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collecting, "MAX_VINCULOS", 6)
    causas = Causas()
    for number in range(10):
        chave = f"352611{number:014}550010000010011123456780"
        documento = msgspec.structs.replace(report.documento, chave=chave)
        one = msgspec.structs.replace(report, documento=documento)
        causas.add(with_achados(one, _unknown_field(0)))
    (causa,) = causas.ranked()
    assert causa.documentos == 10
    assert causa.emitentes_ou_mais
    assert 0 < causa.emitentes < 10


def mixed_documents() -> list[bytes]:
    return [
        build("nfe", itens=3, changes={"det[1]/prod/NCM": "1"}),
        build("nfe", itens=2, changes={"det[1]/prod/NCM": "x", "emit/CNPJ": "11222333000181"}),
        build("nfe", itens=1, remove=["det[1]/prod/uCom"]),
        build("cte"),
        build("nfe", protocol=True),
        b"<html>404</html>",
        build("nfe", itens=2, changes={"det[2]/prod/vProd": "9.99"}),
        build("nfe", itens=1, changes={"det[1]/prod/xProd": " x "}),
        build("nfe", itens=1, changes={"det[1]/prod/xProd": "y" * 200}),
    ]


@pytest.mark.parametrize("cuts", [[], [1], [4], [1, 2, 3, 5, 8], list(range(1, 9))])
def test_counted_apart_and_merged_is_the_same_as_counted_together(cuts: list[int]) -> None:
    together, merged = Causas(), Causas()
    documents = mixed_documents()
    for start, end in zip([0, *cuts], [*cuts, len(documents)], strict=True):
        apart = Causas()
        for number, data in enumerate(documents[start:end], start):
            for report, itens in judge_all(data, arquivo=f"{number}.xml"):
                together.add(report, itens=itens, documento=str(number))
                apart.add(report, itens=itens, documento=str(number))
        merged.merge(apart.state())
    assert len(merged) > 3
    assert merged.ranked() == together.ranked()
    assert merged.panorama() == together.panorama()


def test_an_example_names_the_stored_document(report: Report) -> None:
    causas = Causas()
    achado = Achado(codigo="1", camada="regras", severidade="erro", mensagem="m", caminho="a")
    causas.add(with_achados(report, achado), documento="0192")
    (causa,) = causas.ranked()
    assert [exemplo.documento for exemplo in causa.exemplos] == ["0192"]


def test_merged_causes_keep_within_the_bounds(
    report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collecting, "MAX_CAUSAS", 2)
    merged = Causas()
    for code in "abcd":
        apart = Causas()
        achado = Achado(codigo="1", camada="regras", severidade="erro", mensagem="m", caminho=code)
        apart.add(with_achados(report, achado))
        merged.merge(apart.state())
    assert sum(causa.documentos for causa in merged.ranked()) == 4
    assert len(merged) == 3
    assert merged.ranked()[0].causa.startswith("Demais achados 1")


def test_memory_does_not_grow_with_the_documents(report: Report) -> None:
    causas = Causas()

    def add(count: int) -> None:
        for number in range(count):
            one = msgspec.structs.replace(report, arquivo=f"{number}.xml")
            causas.add(with_achados(one, _unknown_field(number % 7)), itens=3)

    add(500)
    tracemalloc.start()
    add(5_000)
    grown, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert grown < 50_000


@pytest.mark.parametrize("case", WITH_INPUT, ids=lambda case: case.id)
def test_every_cause_follows_the_schema(case: Case) -> None:
    assert case.data is not None
    causas = Causas()
    for report, itens in judge_all(case.data(), **case.opcoes):  # type: ignore[arg-type]
        causas.add(report, itens=itens)
    for causa in causas.ranked():
        VALIDATOR.validate(json.loads(causa.to_json()))
        assert msgspec.json.decode(causa.to_json(), type=Causa) == causa
        assert not causa.causa.endswith(".")


def test_the_schema_is_sound() -> None:
    jsonschema.Draft202012Validator.check_schema(causa_schema())


def test_the_schema_in_docs_is_the_one_that_the_code_builds() -> None:
    text = json.dumps(causa_schema(), indent=2, ensure_ascii=False) + "\n"
    assert COMMITTED.read_text(encoding="utf-8") == text


def _unknown_field(number: int) -> Achado:
    return Achado(
        codigo="XSD-011",
        camada="schema",
        severidade="erro",
        mensagem=f"Valor de x{number} fora da lista de valores do leiaute.",
        caminho=f"NFe/infNFe/ide/x{number}",
    )

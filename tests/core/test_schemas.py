"""The schema layer: nfelib's packages, the alphanumeric overlay, the operator's folder."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from lxml import etree

from factory import build, chave_of, env_evento, envi_nfe
from factory.chaves import cnpj_with_dv
from fiscalxml import validate, validate_all
from fiscalxml.report import Achado, Report
from fiscalxml.schemas import catalogue
from fiscalxml.schemas.catalogue import EVENTOS_NFE, find_schema
from fiscalxml.schemas.loader import compile_xsd, widened

NFELIB = Path(str(files("nfelib")))
XSDS = sorted(NFELIB.glob("*/schemas/*/*.xsd"))
NFE = "http://www.portalfiscal.inf.br/nfe"
ALFANUMERICO = cnpj_with_dv("12ABC34501DE")


def of_schema(report: Report) -> list[Achado]:
    return [achado for achado in report.achados if achado.camada == "schema"]


@pytest.mark.parametrize("path", XSDS, ids=lambda path: f"{path.parents[2].name}/{path.name}")
def test_every_schema_of_nfelib_compiles_with_its_includes_inlined(path: Path) -> None:
    compile_xsd(path)


def test_nfelib_is_the_version_that_the_catalogue_was_written_for() -> None:
    assert catalogue.nfelib_version() == "3.2.0"
    assert len(XSDS) == 286


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        ("nfe", {"emit/CNPJ": ALFANUMERICO}),
        ("mdfe", {"emit/CNPJ": ALFANUMERICO}),
        ("cte", {"emit/CNPJ": ALFANUMERICO}),
        ("dps", {"prest/CNPJ": ALFANUMERICO}),
        ("inutilizacao", {"CNPJ": ALFANUMERICO}),
        ("cancelamento", {"CNPJ": ALFANUMERICO}),
        ("manifestacao", {"CNPJ": ALFANUMERICO}),
    ],
)
def test_an_alphanumeric_cnpj_passes_every_schema(kind: str, changes: dict[str, str]) -> None:
    assert of_schema(validate(build(kind, changes=changes))) == []


def test_an_event_may_speak_of_a_document_with_letters_in_its_chave() -> None:
    chave = chave_of(build("nfe", changes={"emit/CNPJ": ALFANUMERICO}))
    assert not chave.isdigit()
    assert of_schema(validate(build("cancelamento", changes={"chNFe": chave}))) == []


@pytest.mark.parametrize(
    "wrong", ["12abc34501de35", "12ABC34501DE3X", "１２３４５６７８０００１９５"]
)
def test_lower_case_letters_in_the_digits_and_wide_characters_stay_refused(wrong: str) -> None:
    report = validate(build("nfe", changes={"dest/CNPJ": wrong}))
    assert report.veredito == "invalido"
    (achado,) = of_schema(report)
    assert achado.caminho == "NFe/infNFe/dest/CNPJ"
    assert achado.encontrado == wrong


def test_only_patterns_of_cnpj_are_widened() -> None:
    path = NFELIB / "nfse/schemas/v1_0/tiposSimples_v1.01.xsd"
    original = etree.parse(path)
    xs = "{http://www.w3.org/2001/XMLSchema}"
    changed = {
        next(pattern.iterancestors(f"{xs}simpleType")).get("name")
        for pattern in original.iter(f"{xs}pattern")
        if widened(pattern) != pattern.get("value")
    }
    assert {"TSCNPJ", "TSChaveNFSe", "TSChaveNFe"} <= changed
    assert "TSCAEPF" not in changed


def test_the_modal_of_a_cte_is_judged_by_its_own_schema() -> None:
    report = validate(build("cte", changes={"infCTeNorm/infModal/rodo/RNTRC": "1234"}))
    (achado,) = of_schema(report)
    assert achado.caminho.endswith("infModal/rodo/RNTRC")
    assert achado.fonte is not None
    assert "cteModalRodoviario_v4.00.xsd" in achado.fonte


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        ("cte_cancelamento", "detEvento/evCancCTe/xJust"),
        ("mdfe_encerramento", "detEvento/evEncMDFe/cUF"),
        ("cce", "detEvento/xCorrecao"),
        ("cancelamento", "detEvento/xJust"),
    ],
)
def test_the_detail_of_an_event_is_judged(kind: str, path: str) -> None:
    report = validate(build(kind, changes={path: "x"}))
    assert report.veredito == "invalido"
    assert any(achado.caminho.endswith(path) for achado in of_schema(report))


@pytest.mark.parametrize("tipo", sorted(EVENTOS_NFE))
def test_every_nfe_event_of_the_catalogue_has_its_three_schemas(tipo: str) -> None:
    for element in ("evento", "procEventoNFe", "detEvento"):
        esquema = find_schema(NFE, element, "1.00", tipo)
        assert esquema is not None
        assert esquema.arquivo.is_file()
        assert esquema.validator.errors(etree.Element("x"))


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        ("cte", {"ide/modal": "02"}),
        ("cte_cancelamento", {"tpEvento": "110180"}),
        ("mdfe_encerramento", {"tpEvento": "110111"}),
    ],
)
def test_a_group_that_is_not_the_declared_one_is_told(kind: str, changes: dict[str, str]) -> None:
    report = validate(build(kind, changes=changes))
    assert "XSD-903" in [achado.codigo for achado in of_schema(report)]
    assert report.veredito == "invalido"


def test_an_event_without_a_schema_of_its_own_is_judged_by_the_generic_envelope() -> None:
    document = build("cancelamento").replace(b"110111", b"112110")
    report = validate(document)
    assert report.camadas["schema"] == "ok"
    assert "112110" not in EVENTOS_NFE
    assert ("XSD-900", "info") in [(a.codigo, a.severidade) for a in report.achados]


@pytest.fixture
def operator_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv(catalogue.SCHEMAS_DIR, str(tmp_path))
    yield tmp_path
    catalogue._operator_packages.cache_clear()


def test_an_operators_package_comes_before_nfelibs(operator_folder: Path) -> None:
    package = operator_folder / "PL_010z 2027-01-15"
    package.mkdir()
    for path in (NFELIB / "nfe/schemas/v4_0").glob("*.xsd"):
        text = path.read_text(encoding="utf-8")
        (package / path.name).write_text(text.replace('name="natOp"', 'name="natOperacao"'))
    report = validate(build("nfe"))
    assert "PL_010z" in report.conjunto.schemas
    assert [achado.caminho for achado in of_schema(report)] == ["NFe/infNFe/ide/natOp"]


def test_an_operators_folder_brings_kinds_that_nfelib_lacks(operator_folder: Path) -> None:
    old = build("nfe", changes={"@versao": "3.10"})
    assert validate(old).veredito == "nao_avaliado"
    for path in (NFELIB / "nfe/schemas/v4_0").glob("*.xsd"):
        text = path.read_text(encoding="utf-8").replace(r"4\.00", r"3\.10")
        (operator_folder / path.name.replace("nfe_v4.00", "nfe_v3.10")).write_text(text)
    catalogue._operator_packages.cache_clear()
    catalogue._find.cache_clear()
    catalogue._packages.cache_clear()
    assert validate(old).veredito == "valido"


def test_a_finding_names_field_place_expectation_and_fix() -> None:
    report = validate(build("nfe", changes={"det[1]/prod/NCM": "8471.30.12"}))
    (achado,) = of_schema(report)
    assert achado.caminho == "NFe/infNFe/det/prod/NCM"
    assert achado.linha is not None
    assert achado.encontrado == "8471.30.12"
    assert achado.esperado
    assert achado.correcao
    assert achado.explicacao is not None
    assert "NCM" in achado.explicacao


def test_past_twenty_findings_of_one_field_the_rest_are_counted_on_the_last() -> None:
    changes = {f"det[{n}]/prod/NCM": "x" for n in range(1, 31)}
    document = build("nfe", itens=30, changes=changes)
    achados = of_schema(validate(document))
    assert len(achados) == 20
    assert [a.ocorrencias for a in achados] == [None] * 19 + [11]
    assert len(of_schema(validate(document, todas=True))) == 30


@pytest.mark.parametrize(
    ("lote", "codigo"),
    [
        (envi_nfe([build("nfe"), build("nfe", changes={"ide/nNF": "2"})]), "568"),
        (env_evento([build("cancelamento")]), "517"),
    ],
)
def test_a_lote_without_its_version_is_told_with_the_code_of_the_manual(
    lote: bytes, codigo: str
) -> None:
    root, rest = lote.split(b"<idLote>")
    root = re.sub(rb'versao="[0-9.]+">', b">", root)
    first, *others = validate_all(root + b"<idLote>" + rest)
    (achado,) = [achado for achado in first.achados if achado.codigo == codigo]
    assert (achado.severidade, achado.regra) == ("aviso", "nfe:GEN-D01b")
    assert achado.caminho.endswith("/@versao")
    assert all(achado.codigo != codigo for report in others for achado in report.achados)


def test_a_fault_of_the_lote_is_a_warning_on_its_first_document() -> None:
    lote = envi_nfe([build("nfe"), build("nfe", changes={"ide/nNF": "2"})])
    broken = lote.replace(b"<idLote>1</idLote>", b"")
    first, second = validate_all(broken)
    assert [(a.severidade, a.caminho) for a in of_schema(first)] == [("aviso", "enviNFe/indSinc")]
    assert of_schema(second) == []
    assert first.veredito == "valido"

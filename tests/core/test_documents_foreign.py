"""What is no document of ours is named for what it looks like; samples of others are routed."""

from collections import Counter
from fnmatch import fnmatch
from importlib.resources import files
from pathlib import Path

import pytest

from acceptance import inputs
from factory import build
from fiscalxml import validate, validate_all

_NFELIB = Path(str(files("nfelib")))
SAMPLES = sorted(
    path for path in _NFELIB.rglob("*") if "samples" in path.parts and path.suffix.lower() == ".xml"
)

# The first pattern that a sample's path matches tells its tipo; then how many there are.
TIPOS_OF_SAMPLES = (
    ("bpe/*", "bpe", 3),
    ("cte/*-cte-of.xml", "cteos", 1),
    ("cte/*-ped-eve.xml", "evento", 1),
    ("cte/*", "cte", 3),
    ("mdfe/*-ped-cons-mdfe-naoenc.xml", "mensagem", 1),
    ("mdfe/*-ped-rec.xml", "mensagem", 1),
    ("mdfe/*-ped-eve.xml", "evento", 6),
    ("mdfe/*", "mdfe", 5),
    ("nf3e/*", "nf3e", 1),
    ("nfcom/*", "nfcom", 1),
    ("nfe/*-ped-inu.xml", "inutilizacao", 1),
    ("nfe/*nfce_contingencia.xml", "nfce", 1),
    ("nfe/*", "nfe", 18),
    ("nfe_evento_cce/*", "evento", 1),
    ("nfse/*-ped-cannfse.xml", "evento", 1),
    ("nfse/*-ped-sitnfse.xml", "nfse", 1),
    ("nfse/*nfse-ibscbs.xml", "nfse", 1),
    ("nfse/*", "dps", 3),
)


def _expected(path: Path) -> tuple[str, str, int]:
    name = path.relative_to(_NFELIB).as_posix()
    return next(row for row in TIPOS_OF_SAMPLES if fnmatch(name, row[0]))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_the_samples_of_nfelib_are_what_they_are(path: Path) -> None:
    (report,) = validate_all(path.read_bytes())
    assert report.documento.tipo == _expected(path)[1]
    assert report.documento.parece is None


def test_each_row_of_the_table_of_samples_is_used_as_often_as_it_says() -> None:
    assert Counter(_expected(path) for path in SAMPLES) == {row: row[2] for row in TIPOS_OF_SAMPLES}


_GINFES = "http://www.ginfes.com.br/servico_consultar_nfse_resposta_v03.xsd"
_SAO_PAULO = "http://www.prefeitura.sp.gov.br/nfe"
LOOK_ALIKES = {
    "CF-e SAT": (inputs.CFE_SAT, "CF-e SAT"),
    "cancelled CF-e": (b"<CFeCanc><infCFe/></CFeCanc>", "cancelamento de CF-e SAT"),
    "eSocial": (inputs.ESOCIAL, "eSocial"),
    "Reinf": (inputs.REINF, "EFD-Reinf"),
    "ABRASF": (inputs.NFSE_ABRASF, "NFS-e municipal"),
    "ABRASF without namespace": (
        b"<CompNfse><Nfse><InfNfse><Numero>1</Numero></InfNfse></Nfse></CompNfse>",
        "NFS-e municipal",
    ),
    "answer of Ginfes": (
        f'<ConsultarNfseResposta xmlns="{_GINFES}"><x/></ConsultarNfseResposta>'.encode(),
        "NFS-e municipal",
    ),
    "lote of RPS": (
        b"<EnviarLoteRpsEnvio><LoteRps><x/></LoteRps></EnviarLoteRpsEnvio>",
        "NFS-e municipal",
    ),
    "Sao Paulo": (
        f'<RetornoConsulta xmlns="{_SAO_PAULO}"><NFe xmlns=""/></RetornoConsulta>'.encode(),
        "NFS-e municipal de São Paulo",
    ),
    "part of a note": (
        f'<infNFe xmlns="{inputs.NFE}"><ide><mod>55</mod></ide></infNFe>'.encode(),
        "trecho de NF-e (infNFe)",
    ),
    "NFGas": (inputs.nfgas(), "NFGas"),
}


@pytest.mark.parametrize(("data", "parece"), LOOK_ALIKES.values(), ids=LOOK_ALIKES)
def test_a_foreign_document_is_named_for_what_it_looks_like(data: bytes, parece: str) -> None:
    report = validate(data)
    assert report.documento.tipo == "desconhecido"
    assert report.documento.parece == parece
    assert report.veredito == "nao_avaliado"
    assert {achado.severidade for achado in report.achados} <= {"info", "aviso"}


@pytest.mark.parametrize(
    "data",
    [
        inputs.NOT_FISCAL,
        b"<NFe><ChaveNFe>1</ChaveNFe></NFe>",
        b'<NFe xmlns="http://example.com/nfe"><infNFe/></NFe>',
        b"<MDFe/>",
        b"<x/>",
    ],
)
def test_an_unknown_document_looks_like_nothing(data: bytes) -> None:
    report = validate(data)
    assert (report.documento.tipo, report.documento.parece) == ("desconhecido", None)
    assert report.veredito == "nao_avaliado"
    assert ("XML-030", "info") in {(a.codigo, a.severidade) for a in report.achados}


def test_a_note_without_its_namespace_is_a_note_that_breaks_its_schema() -> None:
    data = build("nfe", sign=False).replace(f' xmlns="{inputs.NFE}"'.encode(), b"")
    report = validate(data)
    assert (report.documento.tipo, report.veredito) == ("nfe", "invalido")
    assert {a.codigo[:4] for a in report.achados if a.severidade == "erro"} == {"XSD-"}

"""Each Id and check digit follows from the document's own fields."""

from base64 import b64decode

import pytest
from lxml import etree

from . import KINDS, build, chave_dv, chave_of, cnpj_with_dv, cpf_with_dv
from .oracles import signatures_hold
from .paths import Element, child, text
from .signing import DSIG

ALFANUMERICO = cnpj_with_dv("12ABC3450001")


def inf_of(document: bytes, kind: str) -> Element:
    return child(etree.fromstring(document), KINDS[kind].inf)


@pytest.mark.parametrize(
    ("kind", "changes", "chave"),
    [
        ("nfe", {}, "35261112345678000195550010000010011417293560"),
        ("nfe", {"ide/nNF": "7"}, "3526111234567800019555001000000007141729356"),
        ("nfe", {"ide/dhEmi": "2027-02-01T00:00:00-03:00"}, "352702123456780001955500100000100114"),
        ("nfe", {"emit/CNPJ": ALFANUMERICO}, f"352611{ALFANUMERICO}55001000001001141729356"),
        ("cte", {"ide/serie": "900"}, "3526119876543200019857900000000301152839467"),
        ("mdfe", {"ide/tpEmis": "2"}, "3526111234567800019558001000000701263947285"),
        ("nf3e", {"ide/nSiteAutoriz": "3"}, "3526111234567800019566001000000901138526394"),
        ("nfse", {"nNFSe": "5"}, "350950222123456780001950000000000005261141729356"),
    ],
)
def test_the_chave_follows_the_documents_own_fields(
    kind: str, changes: dict[str, str], chave: str
) -> None:
    built = chave_of(build(kind, changes=changes))
    assert built.startswith(chave)
    assert chave_dv(built[:-1]) == built[-1]


def test_a_cpf_emitter_is_padded_to_fourteen_digits_and_signs_with_an_e_cpf() -> None:
    document = build(
        "mdfe",
        remove=["emit/CNPJ", "emit/IE"],
        after={"emit/CNPJ": "<CPF>12345678909</CPF>"},
    )
    assert chave_of(document)[6:20] == "00012345678909"
    assert b"PESSOA FICTICIA:12345678909" in b64decode(
        etree.fromstring(document).findtext(f".//{{{DSIG}}}X509Certificate", "")
    )


def test_keep_id_leaves_a_chave_that_contradicts_the_edited_fields() -> None:
    assert chave_of(build("nfe", changes={"ide/nNF": "7"}, keep_id=True)) == chave_of(build("nfe"))
    assert signatures_hold(build("nfe", remove=["ide/dhEmi"], keep_id=True))


def test_keep_id_takes_an_id_given_outright() -> None:
    inf = inf_of(build("nfe", changes={"@Id": "NFe" + "1" * 44}, keep_id=True), "nfe")
    assert inf.get("Id") == "NFe" + "1" * 44


@pytest.mark.parametrize(
    ("evento", "tag", "kind", "changes"),
    [
        ("cancelamento", "chNFe", "nfe", {}),
        ("cce", "chNFe", "nfe", {}),
        ("manifestacao", "chNFe", "nfe", {}),
        ("epec", "chNFe", "nfe", {"ide/tpEmis": "4"}),
        ("substituicao", "chNFe", "nfce", {}),
        ("substituicao", "detEvento/chNFeRef", "nfce_contingencia", {"ide/nNF": "2002"}),
        ("ator_interessado", "chNFe", "nfe", {}),
        ("cte_cancelamento", "chCTe", "cte", {}),
        ("mdfe_encerramento", "chMDFe", "mdfe", {}),
        ("nfse_cancelamento", "chNFSe", "nfse", {}),
        ("cte", "infCTeNorm/infDoc/infNFe/chave", "nfe", {}),
        ("mdfe", "infDoc/infMunDescarga/infNFe/chNFe", "nfe", {}),
    ],
)
def test_documents_refer_to_the_factorys_own_documents(
    evento: str, tag: str, kind: str, changes: dict[str, str]
) -> None:
    assert text(inf_of(build(evento), evento), tag) == chave_of(build(kind, changes=changes))


@pytest.mark.parametrize("ambiente", [1, 2])
@pytest.mark.parametrize("kind", ["nfce", "nfce_contingencia", "cte", "mdfe", "bpe", "nfcom"])
def test_the_qr_code_carries_the_chave_and_the_environment(kind: str, ambiente: int) -> None:
    document = build(kind, ambiente=ambiente)
    url = etree.fromstring(document)[1][0].text or ""
    assert chave_of(document) in url
    assert f"tpAmb={ambiente}" in url or f"|3|{ambiente}" in url


@pytest.mark.parametrize(
    ("function", "base", "whole"),
    [
        (cnpj_with_dv, "123456780001", "12345678000195"),
        (cnpj_with_dv, "12ABC34501DE", "12ABC34501DE35"),  # Receita Federal's own example
        (cpf_with_dv, "111444777", "11144477735"),
        (cpf_with_dv, "123456789", "12345678909"),
    ],
)
def test_check_digits(function: object, base: str, whole: str) -> None:
    assert callable(function)
    assert function(base) == whole

"""UF codes, held against the enumerations of the official XSDs."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

from fiscalxml.identifiers.uf import (
    CODIGO_POR_UF,
    ORGAO_AMBIENTE_NACIONAL,
    ORGAOS_ESPECIAIS,
    UF_POR_CODIGO,
    UFS,
)

XSD_DOS_ORGAOS = {
    "nfe": "nfe_ator_interessado/schemas/v1_0/tiposBasico_v1.03.xsd",
    "cte": "cte/schemas/v4_0/tiposGeralCTe_v4.00.xsd",
    "mdfe": "mdfe/schemas/v3_0/tiposGeralMDFe_v3.00.xsd",
    "nf3e": "nf3e/schemas/v1_0/tiposGeralNF3e_v1.00.xsd",
    "nfcom": "nfcom/schemas/v1_0/tiposGeralNFCom_v1.00.xsd",
    "bpe": "bpe/schemas/v1_0/tiposGeralBPe_v1.00.xsd",
}


def enumeration(path: str, type_name: str) -> set[str]:
    xsd = files("nfelib").joinpath(path).read_text(encoding="utf-8")
    found = re.search(rf'simpleType name="{type_name}">(.*?)</xs:simpleType>', xsd, re.DOTALL)
    assert found is not None
    return set(re.findall(r'enumeration value="(\w+)"', found[1]))


def test_the_codes_are_those_of_the_nfe_schema() -> None:
    assert set(UF_POR_CODIGO) == enumeration("nfe/schemas/v4_0/tiposBasico_v4.00.xsd", "TCodUfIBGE")


def test_the_siglas_are_those_of_the_nfe_schema() -> None:
    assert UFS | {"EX"} == enumeration("nfe/schemas/v4_0/tiposBasico_v4.00.xsd", "TUf")


@pytest.mark.parametrize(("codigo", "uf"), UF_POR_CODIGO.items())
def test_a_code_and_its_sigla_answer_each_other(codigo: str, uf: str) -> None:
    assert CODIGO_POR_UF[uf] == codigo


@pytest.mark.parametrize(
    ("codigo", "uf"), [("35", "SP"), ("33", "RJ"), ("53", "DF"), ("11", "RO"), ("43", "RS")]
)
def test_known_codes(codigo: str, uf: str) -> None:
    assert UF_POR_CODIGO[codigo] == uf


@pytest.mark.parametrize(("projeto", "path"), XSD_DOS_ORGAOS.items())
def test_the_other_orgaos_are_those_of_each_schema(projeto: str, path: str) -> None:
    orgaos = enumeration(path, "TCOrgaoIBGE")
    assert orgaos - set(UF_POR_CODIGO) == ORGAOS_ESPECIAIS[projeto]


def test_the_ambiente_nacional_receives_nfe_events() -> None:
    assert ORGAO_AMBIENTE_NACIONAL in ORGAOS_ESPECIAIS["nfe"]

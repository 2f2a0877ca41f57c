"""Every document of the factory is what the official XSDs ask for."""

import pytest
from lxml import etree

from . import KINDS, build
from .oracles import schema_errors

XSD = {
    "nfe": "nfe/schemas/v4_0/nfe_v4.00.xsd",
    "nfce": "nfe/schemas/v4_0/nfe_v4.00.xsd",
    "nfce_contingencia": "nfe/schemas/v4_0/nfe_v4.00.xsd",
    "cte": "cte/schemas/v4_0/cte_v4.00.xsd",
    "cteos": "cte/schemas/v4_0/cteOS_v4.00.xsd",
    "ctesimp": "cte/schemas/v4_0/cteSimp_v4.00.xsd",
    "gtve": "cte/schemas/v4_0/GTVe_v4.00.xsd",
    "mdfe": "mdfe/schemas/v3_0/mdfe_v3.00.xsd",
    "bpe": "bpe/schemas/v1_0/bpe_v1.00.xsd",
    "nf3e": "nf3e/schemas/v1_0/nf3e_v1.00.xsd",
    "nfcom": "nfcom/schemas/v1_0/nfcom_v1.00.xsd",
    "dps": "nfse/schemas/v1_0/DPS_v1.01.xsd",
    "nfse": "nfse/schemas/v1_0/NFSe_v1.01.xsd",
    "cancelamento": "nfe_evento_cancel/schemas/v1_0/eventoCancNFe_v1.00.xsd",
    "cce": "nfe_evento_cce/schemas/v1_0/CCe_v1.00.xsd",
    "manifestacao": "nfe_evento_mde/schemas/v1_0/confRecebto_v1.00.xsd",
    "epec": "nfe_epec/schemas/v1_0/EPEC_v1.00.xsd",
    "ator_interessado": "nfe_ator_interessado/schemas/v1_0/eventoAtorInteressado_v1.00.xsd",
    "cte_cancelamento": "cte/schemas/v4_0/eventoCTe_v4.00.xsd",
    "mdfe_encerramento": "mdfe/schemas/v3_0/eventoMDFe_v3.00.xsd",
    "nfse_cancelamento": "nfse/schemas/v1_0/pedRegEvento_v1.01.xsd",
    "nfse_evento": "nfse/schemas/v1_0/evento_v1.01.xsd",
    "inutilizacao": "nfe/schemas/v4_0/inutNFe_v4.00.xsd",
}

WITHOUT_XSD = {"substituicao"}
"""kinds that nfelib has no schema for"""

# Envelopes skip their infModal and detEvento, which have XSDs of their own.
INNER_XSD = {
    "cte": (".//{*}rodo", "cte/schemas/v4_0/cteModalRodoviario_v4.00.xsd"),
    "cteos": (".//{*}rodoOS", "cte/schemas/v4_0/cteModalRodoviarioOS_v4.00.xsd"),
    "ctesimp": (".//{*}rodo", "cte/schemas/v4_0/cteModalRodoviario_v4.00.xsd"),
    "mdfe": (".//{*}rodo", "mdfe/schemas/v3_0/mdfeModalRodoviario_v3.00.xsd"),
    "cte_cancelamento": (".//{*}evCancCTe", "cte/schemas/v4_0/evCancCTe_v4.00.xsd"),
    "mdfe_encerramento": (".//{*}evEncMDFe", "mdfe/schemas/v3_0/evEncMDFe_v3.00.xsd"),
}

PROC_XSD = {
    "nfe": "nfe/schemas/v4_0/procNFe_v4.00.xsd",
    "nfce": "nfe/schemas/v4_0/procNFe_v4.00.xsd",
    "nfce_contingencia": "nfe/schemas/v4_0/procNFe_v4.00.xsd",
    "cte": "cte/schemas/v4_0/procCTe_v4.00.xsd",
    "cteos": "cte/schemas/v4_0/procCTeOS_v4.00.xsd",
    "ctesimp": "cte/schemas/v4_0/procCTeSimp_v4.00.xsd",
    "gtve": "cte/schemas/v4_0/procGTVe_v4.00.xsd",
    "mdfe": "mdfe/schemas/v3_0/procMDFe_v3.00.xsd",
    "bpe": "bpe/schemas/v1_0/procBPe_v1.00.xsd",
    "nf3e": "nf3e/schemas/v1_0/procNF3e_v1.00.xsd",
    "nfcom": "nfcom/schemas/v1_0/procNFCom_v1.00.xsd",
    "cancelamento": "nfe_evento_cancel/schemas/v1_0/procEventoCancNFe_v1.00.xsd",
    "cce": "nfe_evento_cce/schemas/v1_0/procCCeNFe_v1.00.xsd",
    "manifestacao": "nfe_evento_mde/schemas/v1_0/procConfRecebtoNFe_v1.00.xsd",
    "cte_cancelamento": "cte/schemas/v4_0/procEventoCTe_v4.00.xsd",
    "mdfe_encerramento": "mdfe/schemas/v3_0/procEventoMDFe_v3.00.xsd",
    "inutilizacao": "nfe/schemas/v4_0/procInutNFe_v4.00.xsd",
}


@pytest.mark.parametrize("ambiente", [1, 2])
@pytest.mark.parametrize("kind", sorted(KINDS.keys() - WITHOUT_XSD))
def test_every_kind_validates_against_the_official_xsd(kind: str, ambiente: int) -> None:
    root = etree.fromstring(build(kind, ambiente=ambiente))
    assert schema_errors(root, XSD[kind]) == []
    if kind in INNER_XSD:
        path, xsd = INNER_XSD[kind]
        assert schema_errors(next(root.iterfind(path)), xsd) == []


@pytest.mark.parametrize("kind", ["nfe", "nfce"])
def test_a_note_of_990_items_validates(kind: str) -> None:
    assert schema_errors(etree.fromstring(build(kind, itens=990)), XSD[kind]) == []


@pytest.mark.parametrize("kind", PROC_XSD)
def test_every_authorised_form_validates_against_the_official_xsd(kind: str) -> None:
    assert schema_errors(etree.fromstring(build(kind, protocol=True)), PROC_XSD[kind]) == []


def test_every_kind_that_has_an_authorised_form_is_checked() -> None:
    assert set(PROC_XSD) == {kind for kind, row in KINDS.items() if row.proc}

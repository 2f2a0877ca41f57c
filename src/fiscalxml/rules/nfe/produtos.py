"""Group I, the codes of a product that tables know: NCM, CFOP; and the CEST of ST (N23)."""

from __future__ import annotations

from datetime import date
from typing import Final

from fiscalxml.engine import Falha
from fiscalxml.rules.lookup import desconhecido
from fiscalxml.rules.nfe import cfops
from fiscalxml.rules.nfe.scopes import NFE, Item, do_item
from fiscalxml.tables import cfop, ncm

_NCM_DE_SERVICO: Final = "00"
_NCM_IMPOSSIVEL: Final = "00000000"
"""of what cannot be classified"""
_NCM_DE_EXPORTACAO: Final = "99"
"""chapter of the special codes that Receita Federal has for the Registro de Exportação"""
_CONSUMO_DE_BORDO: Final = "9998"
"""heading among them of what ships and aircraft consume, which may be sold as a domestic sale"""


@do_item(
    "nfe:I05-10",
    "777",
    com="prod:NCM",
    se=lambda codigo: len(codigo) != 8 and codigo != _NCM_DE_SERVICO,
    desde=date(2014, 1, 1),  # NT 2013/005; notes of this layout are newer than any of its terms
    correcao="Informe o NCM com 8 dígitos; 00 é só de serviço ou do que não é produto, e 00000000 "
    "do que não se pode classificar.",
    causa="Cadastro antigo, com o capítulo (2 dígitos) no lugar do NCM.",
)
def ncm_incompleto(item: Item) -> Falha | None:
    """Eight digits; the schema leaves two as the other choice, of which 00 is another rule's."""
    return Falha("prod/NCM", item.prod["NCM"], "NCM de 8 dígitos")


@do_item(
    "nfe:I05-20",
    "778",
    com="prod:NCM",
    se=lambda codigo: not (len(codigo) != 8 or codigo == _NCM_IMPOSSIVEL or ncm.existe(codigo)),
    correcao="Informe um NCM da tabela em vigor (Siscomex); um código extinto foi substituído por "
    "outros, em geral da mesma posição.",
    causa="NCM extinto numa revisão da tabela, ou digitado com erro no cadastro do produto.",
)
def ncm_inexistente(item: Item) -> Falha | None:
    codigo, nota = item.prod["NCM"], item.nota
    if codigo[:2] == _NCM_DE_EXPORTACAO and nota.ide["idDest"] == "3":
        return None
    if codigo[:4] == _CONSUMO_DE_BORDO and nota.ide["mod"] == "55":
        return None
    old = nota.emissao is not None and ncm.pode_ter_existido(codigo, nota.emissao.date())
    return desconhecido(
        "prod/NCM",
        codigo,
        "NCM da tabela em vigor",
        tabela=ncm.vigente(),
        emissao=nota.emissao,
        ja_existiu=old,
    )


@do_item(
    "nfe:I08-04",
    "770",
    com="prod:CFOP",
    se=lambda codigo: codigo not in cfops.com("na_nfe"),
    correcao="Use um CFOP da tabela do Convênio s/nº de 1970 que a NF-e aceite: prestação de "
    "serviço de comunicação ou de transporte vai em NFCom ou CT-e.",
    causa="CFOP de título de grupo (5100, 5350), de outro documento, ou digitado com erro.",
)
def cfop_inexistente(item: Item) -> Falha | None:
    """The CFOP is in the table, and the table lets a NF-e have it (indNFe)."""
    codigo = item.prod["CFOP"]
    if cfop.busca(codigo) is not None:
        return Falha("prod/CFOP", codigo, "CFOP que a NF-e aceite (indNFe 1)")
    return desconhecido(
        "prod/CFOP", codigo, "CFOP da tabela", tabela=cfop.TABELA, emissao=item.nota.emissao
    )


@do_item(
    "nfe:N23-10",
    "806",
    tipos=NFE,
    com=tuple(
        f"imposto/ICMS/{grupo}"
        for grupo in (
            *("ICMS10", "ICMS30", "ICMS60", "ICMS70", "ICMS90"),
            *("ICMSSN201", "ICMSSN202", "ICMSSN500", "ICMSSN900"),
        )
    ),
    desde=date(2018, 4, 1),  # Convênio ICMS 60/2017: from then on of all segments
    # Notes without it were authorised in SC and PR in 2019 and 2020: where SEFAZ let it pass, so
    # does this, as with sums.
    obrigatoriedade="facultativa",
    aritmetica=True,
    correcao="Informe em prod/CEST o código da mercadoria nos anexos do Convênio ICMS 142/2018; se "
    "não há ST, corrija o CST ou CSOSN.",
    causa="Mercadoria sujeita a ST cadastrada sem CEST.",
)
def st_sem_cest(item: Item) -> Falha | None:
    """ICMS of ST (of CST 90 and CSOSN 900, if its amount is not zero) goes with a CEST."""
    if item.prod["CEST"]:
        return None
    icms = item.icms
    cst = icms["CST"] or icms["CSOSN"]
    if cst in ("90", "900") and not icms.valor("vICMSST"):
        return None
    return Falha("prod/CEST", "ausente", "CEST", f"O ICMS do item é de CST ou CSOSN {cst}.")

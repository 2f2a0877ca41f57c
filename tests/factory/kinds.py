"""What the factory can build: one row per kind of document."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from . import chaves
from .paths import Element

HOMOLOGACAO_NFE = "NF-E EMITIDA EM AMBIENTE DE HOMOLOGACAO - SEM VALOR FISCAL"
HOMOLOGACAO_NFCE = "NOTA FISCAL EMITIDA EM AMBIENTE DE HOMOLOGACAO - SEM VALOR FISCAL"
HOMOLOGACAO_CTE = "CTE EMITIDO EM AMBIENTE DE HOMOLOGACAO - SEM VALOR FISCAL"
JUSTIFICATIVA = "FALHA DE COMUNICACAO COM A SEFAZ AUTORIZADORA"


@dataclass(frozen=True)
class Kind:
    """How one kind is made from its template.

    `inf` is the signed element; `proc` and `prot` the names of the authorised form;
    `changes` and `after` what distinguishes a variant from its template; `homologacao` what the
    layout demands when tpAmb is 2; `inner` a kind that lives, signed on its own, in the element
    `inner_tag`; `signatario` the CNPJ that signs when it is not the document's own emitter.
    """

    template: str
    inf: str
    prefix: str
    identify: Callable[[Element, str], str]
    proc: str = ""
    prot: str = ""
    changes: Mapping[str, str] = field(default_factory=dict)
    after: Mapping[str, str] = field(default_factory=dict)
    homologacao: Mapping[str, str] = field(default_factory=dict)
    inner: str = ""
    inner_tag: str = ""
    signatario: str = ""


def _dfe(
    template: str,
    inf: str,
    proc: str,
    prot: str,
    *,
    changes: Mapping[str, str] | None = None,
    after: Mapping[str, str] | None = None,
    homologacao: Mapping[str, str] | None = None,
) -> Kind:
    # The Id of all CT-e layouts starts with 'CTe', while the signed element is infCte.
    prefix = inf.removeprefix("inf").replace("Cte", "CTe")
    return Kind(
        template,
        inf,
        prefix,
        chaves.id_of_dfe,
        proc,
        prot,
        changes=changes or {},
        after=after or {},
        homologacao=homologacao or {},
    )


def _evento(template: str, proc: str = "", ret: str = "") -> Kind:
    return Kind(template, "infEvento", "ID", chaves.id_of_evento, proc, ret)


_HOMOLOGACAO_REM_DEST = {"rem/xNome": HOMOLOGACAO_CTE, "dest/xNome": HOMOLOGACAO_CTE}
_HOMOLOGACAO_NFCE = {
    "det[1]/prod/xProd": HOMOLOGACAO_NFCE,
    "../infNFeSupl/qrCode": "https://www.homologacao.nfce.fazenda.sp.gov.br/qrcode?p=",
    "../infNFeSupl/urlChave": "https://www.homologacao.nfce.fazenda.sp.gov.br/consulta",
}

KINDS: Mapping[str, Kind] = {
    "nfe": _dfe("nfe", "infNFe", "nfeProc", "protNFe", homologacao={"dest/xNome": HOMOLOGACAO_NFE}),
    "nfce": _dfe("nfce", "infNFe", "nfeProc", "protNFe", homologacao=_HOMOLOGACAO_NFCE),
    "nfce_contingencia": _dfe(
        "nfce",
        "infNFe",
        "nfeProc",
        "protNFe",
        changes={"ide/tpEmis": "9"},
        after={
            "ide/verProc": "<dhCont>2026-11-10T09:00:00-03:00</dhCont>"
            f"<xJust>{JUSTIFICATIVA}</xJust>"
        },
        homologacao=_HOMOLOGACAO_NFCE,
    ),
    "cte": _dfe("cte", "infCte", "cteProc", "protCTe", homologacao=_HOMOLOGACAO_REM_DEST),
    "cteos": _dfe("cteos", "infCte", "cteOSProc", "protCTe"),
    "ctesimp": _dfe("ctesimp", "infCte", "cteSimpProc", "protCTe"),
    "gtve": _dfe("gtve", "infCte", "GTVeProc", "protCTe", homologacao=_HOMOLOGACAO_REM_DEST),
    "mdfe": _dfe("mdfe", "infMDFe", "mdfeProc", "protMDFe"),
    "bpe": _dfe("bpe", "infBPe", "bpeProc", "protBPe"),
    "nf3e": _dfe("nf3e", "infNF3e", "nf3eProc", "protNF3e"),
    "nfcom": _dfe("nfcom", "infNFCom", "nfcomProc", "protNFCom"),
    "dps": Kind("dps", "infDPS", "DPS", chaves.id_of_dps),
    "nfse": Kind(
        "nfse",
        "infNFSe",
        "NFS",
        chaves.id_of_nfse,
        inner="dps",
        inner_tag="DPS",
        signatario="11444777000161",
    ),
    "cancelamento": _evento("cancelamento", "procEventoNFe", "retEvento"),
    "cce": _evento("cce", "procEventoNFe", "retEvento"),
    "manifestacao": _evento("manifestacao", "procEventoNFe", "retEvento"),
    "epec": _evento("epec"),
    "substituicao": _evento("substituicao"),
    "ator_interessado": _evento("ator_interessado"),
    "cte_cancelamento": _evento("cte_cancelamento", "procEventoCTe", "retEventoCTe"),
    "mdfe_encerramento": _evento("mdfe_encerramento", "procEventoMDFe", "retEventoMDFe"),
    "nfse_cancelamento": Kind("nfse_cancelamento", "infPedReg", "PRE", chaves.id_of_pedido_nfse),
    "nfse_evento": Kind(
        "nfse_evento",
        "infEvento",
        "EVT",
        chaves.id_of_evento_nfse,
        inner="nfse_cancelamento",
        inner_tag="pedRegEvento",
        signatario="11444777000161",
    ),
    "inutilizacao": Kind(
        "inutilizacao", "infInut", "ID", chaves.id_of_inutilizacao, "ProcInutNFe", "retInutNFe"
    ),
}

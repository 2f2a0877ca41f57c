"""The authorised form: the document and the answer of SEFAZ under one root."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from lxml import etree

from .kinds import Kind
from .paths import Element, child, find, namespace, text
from .signing import DSIG

_AUTORIZADO = {
    "protNFe": "Autorizado o uso da NF-e",
    "protCTe": "Autorizado o uso do CT-e",
    "protMDFe": "Autorizado o uso do MDF-e",
    "protBPe": "Autorizado o uso do BP-e",
    "protNF3e": "Autorizado o uso da NF3e",
    "protNFCom": "Autorizado o uso da NFCom",
}
_NPROT = "135260000000001"
# In these two layouts the protocol number has one digit more, the site of the authoriser.
_NPROT_WITH_SITE = "1352600000000001"
_INUTILIZACAO = ("cUF", "ano", "CNPJ", "mod", "serie", "nNFIni", "nNFFin")


def with_protocol(root: Element, kind: Kind, overrides: Mapping[str, str]) -> Element:
    """`root` and its protocol under `kind.proc`; an override of '' leaves the field out."""
    if not kind.proc:
        raise LookupError(f"{kind.template} has no authorised form")
    inf = child(root, kind.inf)
    if kind.prot.startswith("prot"):
        answer, fields = "infProt", _prot(inf, kind)
    elif kind.prot == "retInutNFe":
        answer, fields = "infInut", _ret_inut(inf)
    else:
        answer, fields = "infEvento", _ret_evento(inf)
    unknown = overrides.keys() - fields.keys()
    if unknown:
        raise LookupError(f"{kind.prot} has no {', '.join(sorted(unknown))}")
    versao = root.get("versao") or inf.get("versao") or ""
    prefix = f"{{{namespace(root)}}}"
    proc = etree.Element(f"{prefix}{kind.proc}", {"versao": versao}, nsmap={None: namespace(root)})
    proc.append(root)
    prot = etree.SubElement(proc, f"{prefix}{kind.prot}", {"versao": versao})
    info = etree.SubElement(prot, f"{prefix}{answer}")
    for name, value in {**fields, **overrides}.items():
        if value:
            etree.SubElement(info, f"{prefix}{name}").text = value
    return proc


def _prot(inf: Element, kind: Kind) -> dict[str, str]:
    return {
        "tpAmb": text(inf, "ide/tpAmb"),
        "verAplic": "SEFAZ_FICTICIA",
        kind.prot.replace("prot", "ch"): str(inf.get("Id")).removeprefix(kind.prefix),
        "dhRecbto": _soon_after(text(inf, "ide/dhEmi")),
        "nProt": _NPROT_WITH_SITE if find(inf, "ide/nSiteAutoriz") is not None else _NPROT,
        "digVal": _digest_of(inf),
        "cStat": "100",
        "xMotivo": _AUTORIZADO[kind.prot],
    }


def _ret_evento(inf: Element) -> dict[str, str]:
    chave = next(
        f"ch{name}" for name in ("NFe", "CTe", "MDFe") if find(inf, f"ch{name}") is not None
    )
    return {
        "tpAmb": text(inf, "tpAmb"),
        "verAplic": "SEFAZ_FICTICIA",
        "cOrgao": text(inf, "cOrgao"),
        "cStat": "135",
        "xMotivo": "Evento registrado e vinculado ao documento",
        chave: text(inf, chave),
        "tpEvento": text(inf, "tpEvento"),
        "xEvento": text(inf, "detEvento/descEvento", "detEvento/*/descEvento"),
        "nSeqEvento": text(inf, "nSeqEvento"),
        "dhRegEvento": _soon_after(text(inf, "dhEvento")),
        "nProt": "135260000000002",
    }


def _ret_inut(inf: Element) -> dict[str, str]:
    return {
        "tpAmb": text(inf, "tpAmb"),
        "verAplic": "SEFAZ_FICTICIA",
        "cStat": "102",
        "xMotivo": "Inutilizacao de numero homologado",
        **{name: text(inf, name) for name in _INUTILIZACAO},
        "dhRecbto": "2026-11-14T09:00:00-03:00",
        "nProt": "135260000000003",
    }


def _digest_of(inf: Element) -> str:
    """DigestValue of the signature beside the signed element, '' when there is none."""
    envelope = inf.getparent()
    return "" if envelope is None else envelope.findtext(f".//{{{DSIG}}}DigestValue", "")


def _soon_after(moment: str) -> str:
    return (datetime.fromisoformat(moment) + timedelta(seconds=15)).isoformat()

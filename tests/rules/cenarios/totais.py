"""The totals of a note, worked out from its items by the manual's formulas."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

ZERO = Decimal()
CENTAVO = Decimal("0.01")
_DIFAL = ("vFCPUFDest", "vICMSUFDest", "vICMSUFRemet")
_DO_ICMS = {
    "vFCP": "vFCP",
    "vBCST": "vBCST",
    "vST": "vICMSST",
    "vFCPST": "vFCPST",
    "vFCPSTRet": "vFCPSTRet",
}
_MONOFASICO = (
    *("qBCMono", "vICMSMono", "qBCMonoReten", "vICMSMonoReten"),
    *("qBCMonoRet", "vICMSMonoRet"),
)
_COMPOEM = (
    *("vProd", "vST", "vFCPST", "vICMSMonoReten", "vFrete", "vSeg", "vOutro", "vII", "vIPI"),
    "vIPIDevol",
)
_ICMSTOT = (
    *("vBC", "vICMS", "vICMSDeson", *_DIFAL, *_DO_ICMS, *_MONOFASICO),
    *("vProd", "vFrete", "vSeg", "vDesc", "vII", "vIPI", "vIPIDevol", "vPIS", "vCOFINS", "vOutro"),
    *("vNF", "vTotTrib"),
)
"""its fields, in their order"""
_DO_ISSQN = ("vDeducao", "vOutro", "vDescIncond", "vDescCond", "vISSRet")
_MONO = {"Mono": "gMonoPadrao", "MonoReten": "gMonoReten", "MonoRet": "gMonoRet"}


def reais(valor: Decimal) -> str:
    """With two places."""
    return f"{valor.quantize(CENTAVO, ROUND_HALF_UP):f}"


def campo(nome: str, valor: str) -> str:
    """An element."""
    return f"<{nome}>{valor}</{nome}>"


def soma(raiz: Any, caminho: str) -> Decimal:
    """Of all fields at the end of a path, wherever it begins."""
    found = (Decimal(e.text) for e in raiz.iterfind(f".//{caminho}"))
    return sum(found, ZERO)


def _somado(itens: Iterable[Any], caminho: str) -> Decimal:
    return sum((soma(det, caminho) for det in itens), ZERO)


def total_da_nota(dets: Any, outros: Mapping[str, Any], retencoes: str = "") -> str:
    """All totals of the items.

    `outros` are fields of ICMSTot that differ, `retencoes` is retTrib.
    """
    servicos = [det for det in dets if det.find("imposto/ISSQN") is not None]
    mercadorias = [det for det in dets if det not in servicos]
    valores = _icms(dets) | _produtos(dets, mercadorias)
    valores["vNF"] = _valor_da_nota(dets, valores, _somado(servicos, "prod/vProd"))
    if dets.find(".//vTotTrib") is not None:
        valores["vTotTrib"] = _somado(dets, "imposto/vTotTrib")
    text = {nome: reais(each) for nome, each in valores.items()} | dict(outros)
    total = campo("ICMSTot", "".join(campo(nome, text[nome]) for nome in _ICMSTOT if nome in text))
    if servicos:
        total += _issqn(servicos)
    total += retencoes
    if dets.find(".//imposto/IS") is not None:
        total += campo("ISTot", campo("vIS", reais(_somado(dets, "IS/vIS"))))
    if dets.find(".//imposto/IBSCBS") is not None:
        total += _ibscbs(dets)
    return campo("total", total)


def _icms(dets: Any) -> dict[str, Decimal]:
    icms = "imposto/ICMS/*"
    valores = {nome: _somado(dets, f"{icms}/{nome}") for nome in ("vBC", "vICMS", "vICMSDeson")}
    if dets.find(".//ICMSUFDest") is not None:
        valores |= {nome: _somado(dets, f"ICMSUFDest/{nome}") for nome in _DIFAL}
    valores |= {nome: _somado(dets, f"{icms}/{do_item}") for nome, do_item in _DO_ICMS.items()}
    for nome in _MONOFASICO:
        if dets.find(f".//ICMS/*/{nome}") is not None:
            valores[nome] = _somado(dets, f"{icms}/{nome}")
    return valores


def _produtos(dets: Any, mercadorias: Sequence[Any]) -> dict[str, Decimal]:
    somados = [det for det in mercadorias if det.findtext("prod/indTot") == "1"]
    return {
        "vProd": _somado(somados, "prod/vProd"),
        **{nome: _somado(dets, f"prod/{nome}") for nome in ("vFrete", "vSeg", "vDesc")},
        "vII": _somado(dets, "II/vII"),
        "vIPI": _somado(dets, "IPITrib/vIPI"),
        "vIPIDevol": _somado(dets, "impostoDevol/IPI/vIPIDevol"),
        "vPIS": _somado(mercadorias, "PIS/*/vPIS"),
        "vCOFINS": _somado(mercadorias, "COFINS/*/vCOFINS"),
        "vOutro": _somado(dets, "prod/vOutro"),
    }


def _valor_da_nota(dets: Any, valores: Mapping[str, Decimal], servicos: Decimal) -> Decimal:
    valor = sum((valores.get(nome, ZERO) for nome in _COMPOEM), servicos - valores["vDesc"])
    for det in dets:
        if det.findtext("imposto/ICMS/*/indDeduzDeson") == "1":
            valor -= soma(det, "imposto/ICMS/*/vICMSDeson")
        for nome in ("PIS", "COFINS"):
            if det.findtext(f"imposto/{nome}ST/indSoma{nome}ST") == "1":
                valor += soma(det, f"{nome}ST/v{nome}")
    return valor


def _issqn(dets: Sequence[Any]) -> str:
    def somado(caminho: str) -> str:
        return reais(_somado(dets, caminho))

    return (
        f"<ISSQNtot><vServ>{somado('prod/vProd')}</vServ><vBC>{somado('ISSQN/vBC')}</vBC>"
        f"<vISS>{somado('ISSQN/vISSQN')}</vISS><vPIS>{somado('PIS/*/vPIS')}</vPIS>"
        f"<vCOFINS>{somado('COFINS/*/vCOFINS')}</vCOFINS><dCompet>2026-11-10</dCompet>"
        + "".join(
            campo(nome, somado(f"ISSQN/{nome}"))
            for nome in _DO_ISSQN
            if any(det.find(f"imposto/ISSQN/{nome}") is not None for det in dets)
        )
        + "</ISSQNtot>"
    )


def _ibscbs(dets: Any) -> str:
    def v(nome: str, caminho: str) -> str:
        return campo(nome, reais(soma(dets, f"imposto/IBSCBS/{caminho}")))

    def esfera(grupo: str, *fim: str) -> str:
        inner = v("vDif", f"gIBSCBS/{grupo}/gDif/vDif")
        inner += v("vDevTrib", f"gIBSCBS/{grupo}/gDevTrib/vDevTrib")
        return inner + "".join(fim)

    def credito(grupo: str) -> str:
        inner = v("vCredPres", f"gCredPresOper/{grupo}/vCredPres")
        return inner + v("vCredPresCondSus", f"gCredPresOper/{grupo}/vCredPresCondSus")

    uf = campo("gIBSUF", esfera("gIBSUF", v("vIBSUF", "gIBSCBS/gIBSUF/vIBSUF")))
    mun = campo("gIBSMun", esfera("gIBSMun", v("vIBSMun", "gIBSCBS/gIBSMun/vIBSMun")))
    ibs = campo("gIBS", uf + mun + v("vIBS", "gIBSCBS/vIBS") + credito("gIBSCredPres"))
    cbs = esfera("gCBS", v("vCBS", "gIBSCBS/gCBS/vCBS"), credito("gCBSCredPres"))
    total = v("vBCIBSCBS", "gIBSCBS/vBC") + ibs + campo("gCBS", cbs)
    if dets.find(".//gIBSCBSMono") is not None:
        total += campo(
            "gMono",
            "".join(
                v(f"v{tributo}{sufixo}", f"gIBSCBSMono//{grupo}/v{tributo}{sufixo}")
                for sufixo, grupo in _MONO.items()
                for tributo in ("IBS", "CBS")
            ),
        )
    if dets.find(".//IBSCBS/gEstornoCred") is not None:
        estorno = v("vIBSEstCred", "gEstornoCred/vIBSEstCred") + v(
            "vCBSEstCred", "gEstornoCred/vCBSEstCred"
        )
        total += campo("gEstornoCred", estorno)
    return campo("IBSCBSTot", total)

"""A whole note from what a scenario says of it: parties, items, and what else it has.

Totals, IBS and CBS are worked out here from the items by the manual's formulas, apart from the
rules that check them.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree

from factory import build, chave_dv, chave_of

from .totais import CENTAVO, ZERO, campo, reais, soma, total_da_nota

FOLDER = Path(__file__).parent
Campos = Mapping[str, Any]

_DO_IDE = {
    "natOp": "VENDA DE MERCADORIA",
    "mod": "55",
    "serie": "1",
    "nNF": "1001",
    "cNF": "41729356",
    "cDV": "0",
    "dhEmi": "2026-11-10T09:30:00-03:00",
    "tpNF": "1",
    "idDest": "1",
    "tpImp": "1",
    "tpEmis": "1",
    "tpAmb": "1",
    "finNFe": "1",
    "indFinal": "0",
    "indPres": "9",
    "procEmi": "0",
    "verProc": "FICTICIO 1.0",
}
_DO_PROD = {
    "cProd": "A-1",
    "cEAN": "SEM GTIN",
    "xProd": "MERCADORIA FICTICIA",
    "NCM": "84713012",
    "CFOP": "5102",
    "uCom": "UN",
    "qCom": "1.0000",
    "cEANTrib": "SEM GTIN",
    "uTrib": "UN",
    "indTot": "1",
}
_NAO_PRESENCIAIS = ("2", "3", "4", "9")
_REGIME_NORMAL = "3"
_IBSCBS_DESDE = "2026"
_QUATRO = Decimal("0.0001")
_REFERIDA = re.compile(r"\{ref:([0-9A-Z]{43})\}")
"""the key of another document, without its check digit"""


def xml(texto: str) -> str:
    """A fragment: XML as it is, or a group in short, `ICMS40 orig=0 CST=41`."""
    if not texto or texto.startswith("<"):
        return texto
    nome, *campos = texto.split()
    pares = (each.split("=", 1) for each in campos)
    return campo(nome, "".join(campo(tag, valor) for tag, valor in pares))


def _em_ordem(grupo: str, campos: Campos) -> str:
    """The fields of a group in the order of the layout, which `partes.toml` has."""
    nomes = _partes()["ordem"][grupo].split()
    known = [nome for nome in nomes if nome in campos]
    if len(known) != len(campos):
        raise KeyError(sorted(set(campos) - set(known)))
    return "".join(_um_campo(nome, campos[nome]) for nome in known)


def _um_campo(nome: str, valor: Any) -> str:
    """A field; a group where the text is XML; more than one of a list."""
    if isinstance(valor, list):
        return "".join(_um_campo(nome, each) for each in valor)
    return campo(nome, valor)


@cache
def _partes() -> Mapping[str, Campos]:
    return tomllib.loads((FOLDER / "partes.toml").read_text(encoding="utf-8"))


def _presentes(parte: Campos, *nomes: str) -> str:
    return "".join(campo(nome, parte[nome]) for nome in nomes if nome in parte)


def _endereco(parte: Campos) -> str:
    names = ("xLgr", "nro", "xBairro", "cMun", "xMun", "UF", "CEP", "cPais", "xPais")
    return _presentes(parte, *names)


def _emitente(parte: Campos, crt: str) -> str:
    head = _presentes(parte, "CNPJ", "CPF", "xNome")
    ender = campo("enderEmit", _endereco(parte))
    fim = _presentes(parte, "IE", "IEST", "IM", "CNAE")
    suframa = _presentes(parte, "ISUFEmit")
    return campo("emit", f"{head}{ender}{fim}<CRT>{crt}</CRT>{suframa}")


def _destinatario(parte: Campos) -> str:
    head = _presentes(parte, "CNPJ", "CPF", "idEstrangeiro", "xNome")
    ender = f"<enderDest>{_endereco(parte)}</enderDest>" if "xLgr" in parte else ""
    fim = _presentes(parte, "indIEDest", "IE", "ISUF", "IM", "email")
    return campo("dest", f"{head}{ender}{fim}")


class Nota:
    """One note in the making."""

    def __init__(self, cenario: Campos) -> None:
        self.cenario = cenario
        partes = _partes()
        self.emit = {**partes[cenario.get("emit", "sp")], **cenario.get("no_emit", {})}
        if cenario.get("sem_ie"):
            del self.emit["IE"]
        nome = cenario.get("dest", "sp_contribuinte")
        self.dest: dict[str, Any] | None = None
        if nome:
            self.dest = {**partes[nome], **cenario.get("no_dest", {})}
            if cenario.get("sem_cpf"):
                del self.dest["CPF"]
        self.crt = cenario.get("crt", self.emit.get("CRT", _REGIME_NORMAL))
        self.ide = {
            **_DO_IDE,
            "cUF": self.emit["cMun"][:2],
            "cMunFG": self.emit["cMun"],
            **cenario.get("ide", {}),
        }
        if (
            self.ide["indPres"] in _NAO_PRESENCIAIS
            and self.ide["finNFe"] + self.ide["tpNF"] == "11"
        ):
            self.ide.setdefault("indIntermed", "0")
        self.ano = self.ide["dhEmi"][:4]

    def documento(self) -> bytes:
        """The note, signed; a second time, where a text names its own key."""
        document = self._documento("")
        if "{chave}" in repr(self.cenario):
            document = self._documento(chave_of(document))
        return document

    def _documento(self, chave: str) -> bytes:
        itens = self.cenario["item"] * self.cenario.get("vezes", 1)
        det = "".join(self._det(n, item) for n, item in enumerate(itens, 1))
        total = total_da_nota(
            etree.fromstring(f"<x>{det}</x>"),
            self.cenario.get("no_total", {}),
            self.cenario.get("retTrib", ""),
        )
        dest = _destinatario(self.dest) if self.dest else ""
        own = self.cenario
        novo = (
            f"<ide>{_em_ordem('ide', self.ide)}{own.get('no_ide', '')}</ide>"
            f"{_emitente(self.emit, self.crt)}{own.get('avulsa', '')}{dest}"
            f"{own.get('locais', '')}{det}{total}"
            f"{own.get('transp', '<transp><modFrete>9</modFrete></transp>')}"
            f"{own.get('cobr', '')}{own.get('pag', self._pagamento())}{own.get('fim', '')}"
        )
        (valor,) = re.findall("<vNF>(.*?)</vNF>", total)
        novo = novo.replace("{vNF}", valor).replace("{chave}", chave)
        novo = _REFERIDA.sub(lambda found: found[1] + chave_dv(found[1]), novo)
        qrcode = (
            {"../infNFeSupl/qrCode": own["qrcode"].replace("{chave}", chave)}
            if "qrcode" in own
            else {}
        )
        velhos = ("ide", "emit", "det", "total", "transp", "pag")
        modelo = "nfce" if self.ide["mod"] == "65" or own.get("com_qrcode") else "nfe"
        qrcode |= own.get("supl", {})
        return build(
            modelo,
            changes=qrcode,
            after={"pag": novo},
            remove=("dest", *velhos) if modelo == "nfe" else velhos,
        )

    def _pagamento(self) -> str:
        if self.ide["finNFe"] in ("3", "4", "5", "6"):
            return "<pag><detPag><tPag>90</tPag><vPag>0.00</vPag></detPag></pag>"
        detalhe = "<indPag>0</indPag><tPag>01</tPag><vPag>{vNF}</vPag>"
        return f"<pag><detPag>{detalhe}</detPag></pag>"

    def _det(self, numero: int, item: Campos) -> str:
        prod = self._prod(item)
        imposto = self._imposto(item, prod)
        resto = xml(item.get("impostoDevol", ""))
        resto += campo("infAdProd", item["infAdProd"]) if "infAdProd" in item else ""
        resto += item.get("resto", "")
        return f'<det nItem="{numero}"><prod>{_em_ordem("prod", prod)}</prod>{imposto}{resto}</det>'

    def _prod(self, item: Campos) -> dict[str, Any]:
        prod = {**_DO_PROD, **item.get("prod", {})}
        quantidade = Decimal(prod["qCom"])
        prod.setdefault("vProd", "1000.00")
        unitario = Decimal(prod["vProd"]) / quantidade if quantidade else ZERO
        prod.setdefault("vUnCom", f"{unitario:.10f}")
        prod.setdefault("qTrib", prod["qCom"])
        tributavel = Decimal(prod["qTrib"])
        unitario = Decimal(prod["vProd"]) / tributavel if tributavel else ZERO
        prod.setdefault("vUnTrib", f"{unitario:.10f}")
        return prod

    def _imposto(self, item: Campos, prod: Campos) -> str:
        partes: dict[str, str] = {}
        if "ICMS" in item:
            partes["ICMS"] = campo("ICMS", xml(item["ICMS"]))
        for nome in ("IPI", "II", "ISSQN"):
            if nome in item:
                texto = xml(item[nome])
                partes[nome] = texto if texto.startswith(f"<{nome}>") else campo(nome, texto)
        soma = etree.fromstring(f"<x>{''.join(partes.values())}</x>")
        for nome, aliquota in (("PIS", "1.6500"), ("COFINS", "7.6000")):
            partes[nome] = self._contribuicao(nome, aliquota, item, prod, soma)
            if f"{nome}ST" in item:
                partes[f"{nome}ST"] = xml(item[f"{nome}ST"])
        for nome in ("ICMSUFDest", "IS"):
            if nome in item:
                partes[nome] = xml(item[nome])
        partes["IBSCBS"] = self._ibscbs(item, prod, "".join(partes.values()))
        tot = campo("vTotTrib", item["vTotTrib"]) if "vTotTrib" in item else ""
        return f"<imposto>{tot}{''.join(partes.values())}</imposto>"

    def _contribuicao(
        self, nome: str, aliquota: str, item: Campos, prod: Campos, outros: Any
    ) -> str:
        """`PIS` and `COFINS` of the item: a CST for both, or the groups themselves."""
        cst = item.get(nome, item.get("piscofins", "01" if self.crt == _REGIME_NORMAL else "99"))
        if not cst or cst.startswith("<"):
            return campo(nome, cst) if cst else ""
        if cst in ("04", "05", "06", "07", "08", "09"):
            return f"<{nome}><{nome}NT><CST>{cst}</CST></{nome}NT></{nome}>"
        base = ZERO
        if cst in ("01", "02"):
            base = _valor_da_operacao(prod) - soma(outros, "vICMS")
        tipo = "Aliq" if base else "Outr"
        p = aliquota if base else "0.0000"
        valor = reais(base * Decimal(p) / 100)
        inner = f"<CST>{cst}</CST><vBC>{reais(base)}</vBC><p{nome}>{p}</p{nome}>"
        return f"<{nome}><{nome}{tipo}>{inner}<v{nome}>{valor}</v{nome}></{nome}{tipo}></{nome}>"

    def _ibscbs(self, item: Campos, prod: Campos, impostos: str) -> str:
        """`IBSCBS`: XML, or CST, cClassTrib, `red` and `dif` of what is taxed by the rule."""
        tem = self.ano >= _IBSCBS_DESDE and self.crt == _REGIME_NORMAL
        dito = item.get("IBSCBS", {"CST": "000"} if tem else "")
        if isinstance(dito, str):
            return campo("IBSCBS", dito) if dito else ""
        if not dito:
            return ""
        base = Decimal(dito["vBC"]) if "vBC" in dito else _base(prod, impostos)
        cst = dito["CST"]
        head = f"<CST>{cst}</CST><cClassTrib>{dito.get('cClassTrib', cst + '001')}</cClassTrib>"
        valores, grupos = {}, {}
        for grupo, aliquota in (("IBSUF", "0.1000"), ("IBSMun", "0.0000"), ("CBS", "0.9000")):
            grupos[grupo], valores[grupo] = _esfera(grupo, dito.get(grupo, aliquota), base, dito)
        vibs = campo("vIBS", reais(valores["IBSUF"] + valores["IBSMun"]))
        inner = f"<vBC>{reais(base)}</vBC>{grupos['IBSUF']}{grupos['IBSMun']}{vibs}{grupos['CBS']}"
        inner += xml(dito.get("gTribRegular", "")) + xml(dito.get("gTribCompraGov", ""))
        fim = dito.get("fim", "")
        doacao = campo("indDoacao", dito["indDoacao"]) if "indDoacao" in dito else ""
        return f"<IBSCBS>{head}{doacao}<gIBSCBS>{inner}</gIBSCBS>{fim}</IBSCBS>"


def _valor_da_operacao(prod: Campos) -> Decimal:
    mais = sum((Decimal(prod.get(n, "0")) for n in ("vProd", "vFrete", "vSeg", "vOutro")), ZERO)
    return mais - Decimal(prod.get("vDesc", "0"))


def _base(prod: Campos, impostos: str) -> Decimal:
    """LC 214/2025, art. 12 in the form of UB16-10."""
    raiz = etree.fromstring(f"<x>{impostos}</x>")
    base = _valor_da_operacao(prod) + soma(raiz, "vII") + soma(raiz, "vIS")
    fora = ("vICMS", "vICMSUFDest", "vFCP", "vFCPUFDest", "vICMSMono", "vISSQN")
    menos = sum((soma(raiz, nome) for nome in fora), ZERO)
    return base - menos - soma(raiz, "PIS/*/vPIS") - soma(raiz, "COFINS/*/vCOFINS")


def _esfera(nome: str, aliquota: str, base: Decimal, dito: Campos) -> tuple[str, Decimal]:
    """gIBSUF, gIBSMun or gCBS, and its amount."""
    efetiva, grupos = Decimal(aliquota), ""
    if "red" in dito:
        reducao = Decimal(dito.get(f"red_{nome}", dito["red"]))
        redutor = Decimal(dito.get("redutor", "0"))
        efetiva = (efetiva * (100 - reducao) * (100 - redutor) / 10000).quantize(_QUATRO)
        red = f"<pRedAliq>{reducao:.4f}</pRedAliq><pAliqEfet>{efetiva}</pAliqEfet>"
        grupos = campo("gRed", red)
    valor = (base * efetiva / 100).quantize(CENTAVO, ROUND_HALF_UP)
    valor -= Decimal(dito.get(f"menos_{nome}", "0"))
    if "dif" in dito:
        diferido = (base * efetiva * Decimal(dito["dif"]) / 10000).quantize(CENTAVO, ROUND_HALF_UP)
        valor -= diferido
        dif = f"<pDif>{Decimal(dito['dif']):.4f}</pDif><vDif>{diferido}</vDif>"
        grupos = campo("gDif", dif) + grupos
    grupos += xml(dito.get(f"no_{nome}", ""))
    inner = f"<p{nome}>{aliquota}</p{nome}>{grupos}<v{nome}>{reais(valor)}</v{nome}>"
    return f"<g{nome}>{inner}</g{nome}>", valor

"""The items of a note: a product, its amounts, and the taxes that follow from the regime."""

from __future__ import annotations

from decimal import Decimal
from random import Random
from typing import Final, NamedTuple

from fiscalxml.generator.money import ZERO, centavos, percentual, reais
from fiscalxml.generator.rates import REGIME_NORMAL, Aliquotas
from fiscalxml.generator.writing import campos, grupo
from fiscalxml.identifiers.gtin import gtin_check_digit

_PIS: Final = Decimal("1.65")
_COFINS: Final = Decimal("7.60")
_IPI: Final = Decimal("5.00")
_REDUCAO: Final = Decimal("33.33")
_CREDITO_SIMPLES: Final = Decimal("1.25")
_CUSTO: Final = Decimal(70)
"""per cent of its price that a product cost who sells it under substituição tributária"""


class Produto(NamedTuple):
    """What is sold; its NCM is one of the table in force."""

    codigo: str
    descricao: str
    ncm: str
    unidade: str
    preco: Decimal
    cest: str | None = None
    """where it is subject to substituição tributária (Convênio ICMS 142/18)"""


PRODUTOS: Final = tuple(
    Produto(codigo, descricao, ncm, unidade, Decimal(preco), *cest)
    for codigo, descricao, ncm, unidade, preco, *cest in (
        ("CAD-96", "CADERNO 96 FOLHAS", "48202000", "UN", "18.90"),
        ("CAM-ALG", "CAMISETA DE ALGODAO", "61091000", "UN", "49.90"),
        ("TENIS-TX", "TENIS DE TECIDO", "64041900", "PAR", "189.00"),
        ("MESA-MAD", "MESA DE MADEIRA", "94036000", "UN", "640.00"),
        ("COPO-PL", "COPO PLASTICO 300 ML", "39241000", "CX", "32.50"),
        ("CEL-128", "TELEFONE CELULAR 128 GB", "85171300", "UN", "1499.00"),
        ("SABAO-1", "SABAO DE TOUCADOR", "34011190", "KG", "11.35", "2003400"),
        ("CAN-AZ", "CANETA ESFEROGRAFICA AZUL", "96081000", "CX", "27.80"),
        ("PAR-M6", "PARAFUSO M6", "73181500", "KG", "22.15"),
        ("CABO-25", "CABO ELETRICO 2,5 MM", "85444200", "M", "4.375", "1200700"),
        ("TECLADO", "TECLADO USB", "84716052", "UN", "89.90"),
        ("NOTEBOOK", "NOTEBOOK 14 POL", "84713012", "UN", "3250.00"),
    )
)
EXEMPLO: Final = Produto("NOTEBOOK-1", "NOTEBOOK FICTICIO", "84713012", "UN", Decimal("500.00"))


class Operacao(NamedTuple):
    """What all items of a note share."""

    crt: str
    interestadual: bool
    icms: Decimal
    """aliquota"""
    interna: Decimal
    """aliquota within the state of the emitente"""
    ibscbs: Aliquotas | None
    ipi: bool = False
    consumidor: bool = False
    """a sale to a consumer, at the counter"""


class Item(NamedTuple):
    """An item: its groups, and what it adds to the totals of the note, by field."""

    prod: str
    imposto: str
    totais: dict[str, Decimal]

    def xml(self, numero: int) -> str:
        return grupo("det", self.prod, self.imposto, nItem=str(numero))


class _Icms(NamedTuple):
    xml: str
    cfop: str
    base: Decimal = ZERO
    valor: Decimal = ZERO
    desonerado: Decimal = ZERO
    """what a reduced base spares"""


def draw_item(rng: Random, operacao: Operacao, frete: Decimal, *, nome: str = "") -> Item:
    """An item of a product drawn; `nome` in place of the product's own."""
    produto = rng.choice(PRODUTOS)
    quantidade = Decimal(rng.randrange(1, 60))
    desconto = ZERO
    if rng.random() < 0.2:
        desconto = percentual(centavos(quantidade * produto.preco), Decimal(rng.randrange(1, 15)))
    gtin = _gtin(rng) if rng.random() < 0.5 else "SEM GTIN"
    situacao = _situacao(rng, produto, operacao)
    if nome:
        produto = produto._replace(descricao=nome)
    return make_item(produto, quantidade, operacao, situacao, desconto, frete, gtin)


def make_item(
    produto: Produto,
    quantidade: Decimal,
    operacao: Operacao,
    situacao: str = "00",
    desconto: Decimal = ZERO,
    frete: Decimal = ZERO,
    gtin: str = "SEM GTIN",
) -> Item:
    """An item with all its taxes; `situacao` is the CST or CSOSN of its ICMS."""
    valor = centavos(quantidade * produto.preco)
    liquido = valor - desconto + frete
    icms = _icms(situacao, liquido, operacao)
    prod = grupo(
        "prod",
        campos(
            cProd=produto.codigo,
            cEAN=gtin,
            xProd=produto.descricao,
            NCM=produto.ncm,
            CEST=produto.cest,
            CFOP=icms.cfop,
            uCom=produto.unidade,
            qCom=f"{quantidade:.4f}",
            vUnCom=f"{produto.preco:.10f}",
            vProd=reais(valor),
            cEANTrib=gtin,
            uTrib=produto.unidade,
            qTrib=f"{quantidade:.4f}",
            vUnTrib=f"{produto.preco:.10f}",
            vFrete=reais(frete) if frete else None,
            vDesc=reais(desconto) if desconto else None,
            indTot="1",
        ),
    )
    totais = {
        "vProd": valor,
        "vDesc": desconto,
        "vFrete": frete,
        "vBC": icms.base,
        "vICMS": icms.valor,
        "vICMSDeson": icms.desonerado,
    }
    imposto = [icms.xml, _ipi(liquido, operacao, totais)]
    imposto += _contribuicoes(liquido - icms.valor, operacao, totais)
    if operacao.ibscbs:
        base = liquido - icms.valor - totais["vPIS"] - totais["vCOFINS"]
        imposto.append(ibscbs(base, operacao.ibscbs, totais))
    return Item(prod, grupo("imposto", *imposto), totais)


_OUTRO_MOTIVO: Final = "9"
"""motDesICMS"""
_DO_SIMPLES: Final = ("102", "101", "500")
"""CSOSN of the Simples Nacional"""


def _situacao(rng: Random, produto: Produto, operacao: Operacao) -> str:
    """The CST or CSOSN: some products with a CEST had their ICMS paid before, by another."""
    comum, outra = ("00", "20") if operacao.crt == REGIME_NORMAL else ("102", "101")
    if outra == "101" and operacao.consumidor:  # who has no use for the credit (rule 383)
        outra = comum
    antes = "60" if operacao.crt == REGIME_NORMAL else "500"
    pesos = (30, 10, 60) if produto.cest else (85, 15, 0)
    return rng.choices((comum, outra, antes), pesos)[0]


def _icms(situacao: str, liquido: Decimal, operacao: Operacao) -> _Icms:
    inicio = "6" if operacao.interestadual else "5"
    venda = f"{inicio}{'101' if operacao.ipi else '102'}"
    substituido = f"{inicio}{'404' if operacao.interestadual else '405'}"
    simples = situacao in _DO_SIMPLES
    head = campos(orig="0", **{"CSOSN" if simples else "CST": situacao})
    if situacao in ("60", "500"):
        grupo_icms = f"ICMS{'SN' if simples else ''}{situacao}"
        return _Icms(_do_icms(grupo_icms, head, _retido(liquido, operacao)), substituido)
    if situacao == "102":
        return _Icms(_do_icms("ICMSSN102", head), venda)
    if situacao == "101":
        credito = campos(
            pCredSN=f"{_CREDITO_SIMPLES:.4f}",
            vCredICMSSN=reais(percentual(liquido, _CREDITO_SIMPLES)),
        )
        return _Icms(_do_icms("ICMSSN101", head, credito), venda)
    reducao = None
    base = liquido
    if situacao == "20":
        reducao = f"{_REDUCAO:.4f}"
        base = liquido - percentual(liquido, _REDUCAO)
    valor = percentual(base, operacao.icms)
    desonerado = percentual(liquido, operacao.icms) - valor
    desoneracao = reducao and campos(
        vICMSDeson=reais(desonerado), motDesICMS=_OUTRO_MOTIVO, indDeduzDeson="0"
    )
    xml = _do_icms(
        f"ICMS{situacao}",
        head,
        campos(
            modBC="3",
            pRedBC=reducao,
            vBC=reais(base),
            pICMS=f"{operacao.icms:.4f}",
            vICMS=reais(valor),
        ),
        desoneracao or "",
    )
    return _Icms(xml, venda, base, valor, desonerado)


def _retido(liquido: Decimal, operacao: Operacao) -> str:
    """What was paid before (rule 938), and to a consumer what it would be now (rule 906)."""
    aliquota = operacao.interna
    final = percentual(liquido, aliquota)
    proprio = percentual(percentual(liquido, _CUSTO), aliquota)
    efetivo = campos(
        pRedBCEfet="0.0000",
        vBCEfet=reais(liquido),
        pICMSEfet=f"{aliquota:.4f}",
        vICMSEfet=reais(final),
    )
    return campos(
        vBCSTRet=reais(liquido),
        pST=f"{aliquota:.4f}",
        vICMSSubstituto=reais(proprio),
        vICMSSTRet=reais(final - proprio),
    ) + (efetivo if operacao.consumidor else "")


def _do_icms(nome: str, *partes: str) -> str:
    return grupo("ICMS", grupo(nome, *partes))


def _ipi(liquido: Decimal, operacao: Operacao, totais: dict[str, Decimal]) -> str:
    if not operacao.ipi:
        return ""
    totais["vIPI"] = percentual(liquido, _IPI)
    return grupo(
        "IPI",
        campos(cEnq="999"),
        grupo(
            "IPITrib",
            campos(CST="50", vBC=reais(liquido), pIPI=f"{_IPI:.4f}", vIPI=reais(totais["vIPI"])),
        ),
    )


def _contribuicoes(base: Decimal, operacao: Operacao, totais: dict[str, Decimal]) -> list[str]:
    """PIS and COFINS; within the Simples Nacional they are paid in the DAS, so not here."""
    found = []
    for nome, aliquota in (("PIS", _PIS), ("COFINS", _COFINS)):
        if operacao.crt == REGIME_NORMAL:
            form, cst, rate, amount = "Aliq", "01", aliquota, base
        else:
            form, cst, rate, amount = "Outr", "49", ZERO, ZERO
        valor = totais[f"v{nome}"] = percentual(amount, rate)
        fields = campos(
            CST=cst,
            vBC=reais(amount),
            **{f"p{nome}": f"{rate:.4f}", f"v{nome}": reais(valor)},
        )
        found.append(grupo(nome, grupo(f"{nome}{form}", fields)))
    return found


def ibscbs(base: Decimal, aliquotas: Aliquotas, totais: dict[str, Decimal]) -> str:
    """The group of wholly taxed operations, the same in all layouts."""
    uf, municipio, cbs = (percentual(base, aliquota) for aliquota in aliquotas)
    totais |= {"vBCIBSCBS": base, "vIBSUF": uf, "vIBSMun": municipio, "vCBS": cbs}
    return grupo(
        "IBSCBS",
        campos(CST="000", cClassTrib="000001"),
        grupo(
            "gIBSCBS",
            campos(vBC=reais(base)),
            grupo("gIBSUF", campos(pIBSUF=f"{aliquotas.uf:.4f}", vIBSUF=reais(uf))),
            grupo(
                "gIBSMun", campos(pIBSMun=f"{aliquotas.municipio:.4f}", vIBSMun=reais(municipio))
            ),
            campos(vIBS=reais(uf + municipio)),
            grupo("gCBS", campos(pCBS=f"{aliquotas.cbs:.4f}", vCBS=reais(cbs))),
        ),
    )


def _gtin(rng: Random) -> str:
    """GTIN-13 with the prefix of Brazil."""
    base = f"7899999{rng.randrange(10**5):05d}"
    return base + gtin_check_digit(base)

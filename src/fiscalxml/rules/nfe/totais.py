"""Group W: totals of the note."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Final

from fiscalxml.documents.groups import Grupo, as_decimal
from fiscalxml.engine import Falha
from fiscalxml.rules.arithmetic import CENTAVO, EXATO, reais
from fiscalxml.rules.nfe.grupos_icms import GRUPOS
from fiscalxml.rules.nfe.scopes import MOC_7, ZERO, Nota, da_nota, em_cada
from fiscalxml.rules.nfe.somas import compara, confere, registra

_TOLERANCIA_VNF: Final = Decimal("0.50")
_LIMITE_SEM_COMPRADOR: Final = Decimal(10_000)
_FATURAMENTO_DIRETO: Final = "2"
"""tpOp of a new vehicle that is sold by its maker to the consumer"""
_COBRADOS_POR_FORA: Final = ("vST", "vFCPST", "vICMSMonoReten", "vIPIDevol")
"""but not in the direct sale of a new vehicle"""
_COMPOEM_A_NOTA: Final = (
    *("vProd", "vFrete", "vSeg", "vOutro", "vII", "vIPI"),
    *_COBRADOS_POR_FORA,
)
_FORA_DO_ICMS: Final = ("ICMS40", "ICMSST")
"""CST 40, 41 and 50 are one group of the layout, and ICMSST is CST 41 or 60"""

_ICMS: Final = tuple(f"det/imposto/ICMS/{grupo}" for grupo in GRUPOS)
_COM_ICMS: Final = tuple(group for group in _ICMS if not group.endswith(_FORA_DO_ICMS))


def _campos(campo: str, *grupos: str) -> tuple[str, ...]:
    return tuple(f"{grupo}:{campo}" for grupo in grupos)


# Rule, code, field of ICMSTot, the fields of the items that it sums.
_SOMAS: Final[tuple[tuple[str, str, str, tuple[str, ...]], ...]] = (
    ("nfe:W03-10", "531", "vBC", _campos("vBC", *_ICMS)),
    ("nfe:W04-10", "532", "vICMS", _campos("vICMS", *_COM_ICMS)),
    ("nfe:W04a-10", "795", "vICMSDeson", _campos("vICMSDeson", *_ICMS)),
    ("nfe:W04b-10", "861", "vFCP", _campos("vFCP", *_ICMS)),
    ("nfe:W04c-10", "798", "vFCPUFDest", ("det/imposto/ICMSUFDest:vFCPUFDest",)),
    ("nfe:W04e-10", "799", "vICMSUFDest", ("det/imposto/ICMSUFDest:vICMSUFDest",)),
    ("nfe:W04g-10", "800", "vICMSUFRemet", ("det/imposto/ICMSUFDest:vICMSUFRemet",)),
    ("nfe:W05-10", "533", "vBCST", _campos("vBCST", *_ICMS)),
    ("nfe:W06-10", "534", "vST", _campos("vICMSST", *_ICMS)),
    ("nfe:W06a-10", "862", "vFCPST", _campos("vFCPST", *_ICMS)),
    ("nfe:W06b-10", "859", "vFCPSTRet", _campos("vFCPSTRet", *_ICMS)),
    ("nfe:W08-10", "535", "vFrete", ("det/prod:vFrete",)),
    ("nfe:W09-10", "536", "vSeg", ("det/prod:vSeg",)),
    ("nfe:W10-10", "537", "vDesc", ("det/prod:vDesc",)),
    ("nfe:W11-10", "601", "vII", ("det/imposto/II:vII",)),
    ("nfe:W12-10", "538", "vIPI", ("det/imposto/IPI/IPITrib:vIPI",)),
    ("nfe:W12a-10", "863", "vIPIDevol", ("det/impostoDevol/IPI:vIPIDevol",)),
    ("nfe:W15-10", "604", "vOutro", ("det/prod:vOutro",)),
    ("nfe:W16a-10", "685", "vTotTrib", ("det/imposto:vTotTrib",)),
)

_MONOFASICO_PRODUCAO: Final = date(2023, 10, 30)
_MONOFASICO_HOMOLOGACAO: Final = date(2023, 9, 25)
_PROPRIO: Final = ("ICMS02", "ICMS15", "ICMS53")

# The same of the single-phase fuels, with the groups that have the field. Quantities have four
# places in the items and two in the total, so they may differ by a hundredth.
_MONOFASICO: Final = (
    ("nfe:W06b.1-10", "700", "qBCMono", _PROPRIO, CENTAVO),
    ("nfe:W06c-10", "967", "vICMSMono", _PROPRIO, EXATO),
    ("nfe:W06c.1-10", "723", "qBCMonoReten", ("ICMS15",), CENTAVO),
    ("nfe:W06d-10", "968", "vICMSMonoReten", ("ICMS15",), EXATO),
    ("nfe:W06d.1-10", "744", "qBCMonoRet", ("ICMS61",), CENTAVO),
    ("nfe:W06e-10", "969", "vICMSMonoRet", ("ICMS61",), EXATO),
)


def _mercadorias(nota: Nota) -> Falha | None:
    """What has indTot 0 goes nowhere; services go to vServ, or stay here in a note of ajuste."""
    mercadorias = servicos = ZERO
    for prod, imposto in zip(nota.prods, nota.impostos, strict=True):
        if prod["indTot"] != "1":
            continue
        if imposto.tem("ISSQN"):
            servicos += prod.valor("vProd")
        else:
            mercadorias += prod.valor("vProd")
    return compara(nota, "total/ICMSTot:vProd", mercadorias, mercadorias + servicos)


def _contribuicao(campo: str, grupo: str) -> Callable[[Nota], Falha | None]:
    """PIS or COFINS of the items subject to ICMS, whatever the group of its CST.

    Items with neither ICMS nor ISSQN (of emitters of IBS and CBS only) may count or not.
    """

    def total(nota: Nota) -> Falha | None:
        sujeitos = outros = ZERO
        for imposto in nota.impostos:
            if not imposto.tem(grupo):
                continue
            valor = imposto.em(grupo).escolha().valor(campo)
            if imposto.tem("ICMS"):
                sujeitos += valor
            elif not imposto.tem("ISSQN"):
                outros += valor
        return compara(nota, f"total/ICMSTot:{campo}", sujeitos, sujeitos + outros)

    return total


for _regra, _codigo, _campo, _parcelas in _SOMAS:
    confere(_regra, _codigo, f"total/ICMSTot:{_campo}", _parcelas)
for _regra, _codigo, _campo, _grupos, _tolerancia in _MONOFASICO:
    confere(
        _regra,
        _codigo,
        f"total/ICMSTot:{_campo}",
        tuple(f"det/imposto/ICMS/{grupo}:{_campo}" for grupo in _grupos),
        tolerancia=_tolerancia,
        desde=_MONOFASICO_PRODUCAO,
        homologacao=_MONOFASICO_HOMOLOGACAO,
    )
registra("nfe:W07-10", "564", "total/ICMSTot:vProd", _mercadorias, desde=MOC_7)
registra("nfe:W13-10", "602", "total/ICMSTot:vPIS", _contribuicao("vPIS", "PIS"))
registra("nfe:W14-10", "603", "total/ICMSTot:vCOFINS", _contribuicao("vCOFINS", "COFINS"))


@da_nota(
    "nfe:W16-10",
    "610",
    com="total/ICMSTot:vNF",
    desde=MOC_7,
    aritmetica=True,
    correcao="Refaça a conta de vNF a partir dos campos do total.",
    causa="Frete, desconto, IPI, ICMS-ST ou ICMS desonerado ficou fora da conta, ou entrou duas "
    "vezes.",
)
def valor_da_nota(nota: Nota) -> Falha | None:
    """vNF is made of the other totals, within R$ 0,50 (NT 2023.004); imports are excepted."""
    total = nota.total
    if "3" in [prod["CFOP"][:1] for prod in nota.prods]:
        return None
    esperado = sum([total.valor(campo) for campo in _COMPOEM_A_NOTA], -total.valor("vDesc"))
    if any(veiculo["tpOp"] == _FATURAMENTO_DIRETO for veiculo in em_cada(nota.prods, "veicProd")):
        esperado -= sum([total.valor(campo) for campo in _COBRADOS_POR_FORA], ZERO)
    fixo, livre = _dos_itens(nota)
    most = esperado + fixo + nota.grupo.em("total", "ISSQNtot").valor("vServ")
    if most - livre - _TOLERANCIA_VNF <= total.valor("vNF") <= most + _TOLERANCIA_VNF:
        return None
    conta = _conta(total, most)
    return Falha("total/ICMSTot/vNF", total["vNF"], reais(most), conta)


def _conta(total: Grupo, esperado: Decimal) -> str:
    """The amounts that make vNF, as a sum to be read."""
    added = [f"{campo} {total[campo]}" for campo in _COMPOEM_A_NOTA if total.valor(campo)]
    taken = f" − vDesc {total['vDesc']}" if total.valor("vDesc") else ""
    known = sum([total.valor(campo) for campo in _COMPOEM_A_NOTA], -total.valor("vDesc"))
    rest = esperado - known
    others = f" {'+' if rest > 0 else '−'} {reais(abs(rest))} dos itens e serviços" if rest else ""
    return f"{' + '.join(added) or '0.00'}{taken}{others} = {reais(esperado)}."


def _acima_do_limite(valor: str) -> bool:
    return as_decimal(valor) > _LIMITE_SEM_COMPRADOR


@da_nota(
    "nfce:W16-40",
    "750",
    com="total/ICMSTot:vNF",
    se=_acima_do_limite,
    correcao="Identifique o comprador (CNPJ, CPF ou idEstrangeiro): a nota passa de R$ 10.000,00.",
    causa="Venda de valor alto feita como venda comum de balcão.",
)
def comprador_nao_identificado(nota: Nota) -> Falha | None:
    if any(campo in nota.dest for campo in ("CNPJ", "CPF", "idEstrangeiro")):
        return None
    return Falha("dest", "sem CNPJ, CPF ou idEstrangeiro", "comprador identificado")


@da_nota(
    "nfce:W16-50",
    "751",
    com="total/ICMSTot:vNF",
    se=_acima_do_limite,
    correcao="Informe o nome do comprador (dest/xNome): a nota passa de R$ 10.000,00.",
    causa="O caixa pede só o CPF do comprador.",
)
def comprador_sem_nome(nota: Nota) -> Falha | None:
    if "xNome" in nota.dest:
        return None
    return Falha("dest/xNome", "ausente", "informado")


@da_nota(
    "nfce:W16-60",
    "752",
    com="total/ICMSTot:vNF",
    se=_acima_do_limite,
    obrigatoriedade="facultativa",  # "opcional, a critério da UF", says the manual below it
    correcao="Informe o endereço do comprador: a nota passa de R$ 10.000,00. Nem todo estado "
    "exige.",
    causa="O caixa pede só o CPF do comprador.",
)
def comprador_sem_endereco(nota: Nota) -> Falha | None:
    if nota.dest.tem("enderDest"):
        return None
    return Falha("dest/enderDest", "ausente", "informado")


def _dos_itens(nota: Nota) -> tuple[Decimal, Decimal]:
    """What the items add to the price, and what they may take from it or not.

    PIS-ST and COFINS-ST are added where the item says so. The relieved ICMS is taken off where the
    item says so (indDeduzDeson 1); elsewhere SEFAZ takes either price.
    """
    fixo = livre = ZERO
    for icms in nota.icms:
        if "vICMSDeson" in icms:
            if icms["indDeduzDeson"] == "1":
                fixo -= icms.valor("vICMSDeson")
            else:
                livre += icms.valor("vICMSDeson")
    for pis in em_cada(nota.impostos, "PISST"):
        if pis["indSomaPISST"] == "1":
            fixo += pis.valor("vPIS")
    for cofins in em_cada(nota.impostos, "COFINSST"):
        if cofins["indSomaCOFINSST"] == "1":
            fixo += cofins.valor("vCOFINS")
    return fixo, livre

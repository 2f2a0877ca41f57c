"""Group N: ICMS of each item."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from fiscalxml.engine import Falha
from fiscalxml.rules.arithmetic import CENTAVO, centavos, difere, reais
from fiscalxml.rules.nfe.grupos_icms import GRUPOS, SIMPLES, campos, grupos, no_icms
from fiscalxml.rules.nfe.proibicoes import proibe_no_item
from fiscalxml.rules.nfe.reforma import SEM_IE
from fiscalxml.rules.nfe.scopes import (
    CREDITO_E_DEBITO,
    MOC_7,
    Item,
    Nota,
    a_consumidor,
    da_nota,
    do_item,
)

_CENTESIMO: Final = Decimal("0.01")
_MONOFASICO: Final = ("ICMS02", "ICMS15", "ICMS53", "ICMS61")
_CADASTRO_DA_NFE: Final = "O sistema emissor usa na NFC-e a tributação cadastrada para a NF-e."


@da_nota(
    "nfe:N01-10",
    "161",
    desde=SEM_IE,
    quando=lambda nota: nota.finNFe != "4",
    correcao="Retire ICMS e ICMSUFDest dos itens, ou informe a inscrição estadual do emitente.",
    causa="O emitente sem inscrição estadual é contribuinte só de IBS e CBS, e o sistema emissor "
    "continua a destacar ICMS.",
)
def icms_sem_inscricao(nota: Nota) -> Falha | None:
    """Without emit/IE no item has ICMS; returns and one kind of credit note are excepted."""
    if "IE" in nota.emit or nota.ide["tpNFCredito"] == "03":
        return None
    for posicao, imposto in enumerate(nota.impostos, 1):
        for grupo in ("ICMS", "ICMSUFDest"):
            if imposto.tem(grupo):
                return Falha(f"det[{posicao}]/imposto/{grupo}", "informado", "não informar")
    return None


@do_item(
    "nfe:N11-10",
    "966",
    quando=lambda nota: nota.CRT != "4" and nota.finNFe not in CREDITO_E_DEBITO,
    com=grupos("ICMSSN102", "ICMSSN900"),  # in the other groups the schema asks for it
    correcao="Informe orig, a origem da mercadoria (0 se nacional).",
    causa="O cadastro do produto não diz a origem; só o MEI (CRT 4) pode omiti-la.",
)
def sem_origem(item: Item) -> Falha | None:
    if item.icms["orig"]:
        return None
    return Falha(no_icms(item, "orig"), "ausente", "0 a 8")


@do_item(
    "nfe:N12-20",
    "590",
    quando=lambda nota: nota.CRT in SIMPLES,
    com=campos("CST", *(grupo for grupo in GRUPOS if grupo not in _MONOFASICO)),
    desde=MOC_7,
    correcao="Emitente do Simples Nacional informa CSOSN no lugar de CST; ou corrija o CRT.",
    causa="A empresa passou ao Simples Nacional e os produtos ficaram com o CST do regime normal.",
)
def cst_no_simples(item: Item) -> Falha | None:
    """The Simples Nacional informs CSOSN, but for the single-phase fuels."""
    return Falha(no_icms(item, "CST"), item.icms["CST"], "CSOSN")


@do_item(
    "nfe:N12a-10",
    "591",
    quando=lambda nota: nota.CRT not in SIMPLES,
    com=campos("CSOSN", *GRUPOS),
    desde=MOC_7,
    correcao="CSOSN é só do Simples Nacional (CRT 1 ou 4): informe CST, ou corrija o CRT.",
    causa="A empresa saiu do Simples Nacional, ou passou do sublimite (CRT 2), e os produtos "
    "ficaram com CSOSN.",
)
def csosn_fora_do_simples(item: Item) -> Falha | None:
    return Falha(no_icms(item, "CSOSN"), item.icms["CSOSN"], "CST")


@do_item(
    "nfe:N17-20",
    "528",
    quando=lambda nota: nota.finNFe == "1",
    com=grupos("ICMS00", "ICMS10", "ICMS20", "ICMS70"),
    aritmetica=True,
    correcao="vICMS é vBC vezes pICMS, arredondado a centavos: corrija um dos três.",
    causa="A redução da base foi aplicada ao imposto e não a vBC, ou a alíquota mudou depois do "
    "cálculo.",
)
def valor_do_icms(item: Item) -> Falha | None:
    """vICMS is vBC × pICMS in a normal note, within R$ 0,01."""
    icms = item.icms
    informado, calculado = icms.valor("vICMS"), icms.valor("vBC") * icms.valor("pICMS") * _CENTESIMO
    if informado == calculado or not difere(informado, centavos(calculado), CENTAVO):
        return None
    conta = f"vBC {icms['vBC']} × pICMS {icms['pICMS']}% = {reais(calculado)}."
    return Falha(no_icms(item, "vICMS"), icms["vICMS"], reais(calculado), conta)


proibe_no_item(
    "nfce:N12-50",
    "741",
    "imposto/ICMS/ICMSPart",
    quando=a_consumidor,
    correcao="A venda a consumidor (NFC-e, ou NF-e com tpImp 6) não tem partilha de ICMS entre "
    "UFs: retire ICMSPart.",
    causa=_CADASTRO_DA_NFE,
)
proibe_no_item(
    "nfce:N12-60",
    "740",
    "imposto/ICMS/ICMSST",
    quando=a_consumidor,
    correcao="A venda a consumidor (NFC-e, ou NF-e com tpImp 6) não tem repasse de ICMS-ST: "
    "retire ICMSST.",
    causa=_CADASTRO_DA_NFE,
)

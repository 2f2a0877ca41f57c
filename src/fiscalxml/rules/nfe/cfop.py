"""Group I, rules I08: the CFOP of an item against the operation, the places and the groups."""

from __future__ import annotations

from datetime import date
from typing import Final

from fiscalxml.documents.groups import Grupo
from fiscalxml.engine import Falha
from fiscalxml.rules.nfe import cfops
from fiscalxml.rules.nfe.scopes import (
    MOC_7,
    Item,
    Natureza,
    Nota,
    a_consumidor,
    da_nota,
    de_cada,
    do_item,
)

_SERVICO: Final = frozenset({"1933", "2933", "5933", "6933"})
_LISTA_SERVICO: Final = ", ".join(sorted(_SERVICO))
_DA_NFCE: Final = frozenset(
    {"5101", "5102", "5103", "5104", "5115", "5405", "5656", "5667", "5910", "5933"}
)
_LISTA_NFCE: Final = ", ".join(sorted(_DA_NFCE))
_5949_NA_NFCE: Final = {"RS": ("90", "900"), "SP": ("40", "900")}
"""UF -> CST and CSOSN with which 5949 may do in an NFC-e (RS: I08-150; SP: NT 2023.003)"""
_DE_CUPOM: Final = frozenset({"5929", "6929"})
_DE_CUPOM_ATE_2026: Final = frozenset({"5929"})
_CUPOM_EM_TODAS_AS_UFS: Final = date(2026, 10, 5)
"""production of I08-180 as NT 2026.002 has it: no state may leave it out, and 6929 is like 5929"""
_EXPORTACAO_INDIRETA: Final = frozenset({"3503", "7501"})
_LUBRIFICANTE_FORA_DA_UF: Final = frozenset({"6667"})
_LISTA_MEI: Final = ", ".join(sorted(cfops.DEVOLUCAO_DO_MEI))
_SERVICO_NA_NFE: Final = date(2024, 7, 1)
"""NT 2019.001 v1.62, production; before, I08-160 and I08-170 were about the NFC-e only"""
_SERVICO_NA_NFE_HOMOLOGACAO: Final = date(2024, 3, 25)
_ESTRANGEIRO: Final = date(2026, 2, 28)
"""NT 2024.003 v1.09, of March 2026, removed I08-94"""
_RETORNO: Final = frozenset({"3", "03", "6", "06"})
"""tpNFCredito of a return for refusal"""


@do_item(
    "nfe:I08-10",
    "518",
    com="prod:CFOP",
    se=lambda cfop: cfop[:1] in ("1", "2", "3"),
    quando=lambda nota: nota.tpNF == "1",
    correcao="Numa nota de saída use CFOP iniciado por 5, 6 ou 7; ou corrija tpNF.",
    causa="Devolução ou compra de produtor emitida com tpNF 1, ou CFOP copiado da nota de compra.",
)
def cfop_de_entrada_em_saida(item: Item) -> Falha | None:
    return Falha("prod/CFOP", item.prod["CFOP"], "5, 6 ou 7 no início")


@do_item(
    "nfe:I08-20",
    "519",
    com="prod:CFOP",
    se=lambda cfop: cfop[:1] in ("5", "6", "7"),
    quando=lambda nota: nota.tpNF == "0",
    correcao="Numa nota de entrada use CFOP iniciado por 1, 2 ou 3; ou corrija tpNF.",
    causa="Devolução de cliente emitida como entrada com o CFOP da venda.",
)
def cfop_de_saida_em_entrada(item: Item) -> Falha | None:
    return Falha("prod/CFOP", item.prod["CFOP"], "1, 2 ou 3 no início")


@do_item(
    "nfe:I08-30",
    "731",
    com="prod:CFOP",
    se=lambda cfop: cfop[:1] in ("3", "7"),
    quando=lambda nota: nota.idDest != "3",
    correcao="CFOP 3xxx e 7xxx são de operação com o exterior: informe idDest 3, ou outro CFOP.",
    causa="idDest calculado pela UF de entrega e não pela do destinatário no exterior.",
)
def cfop_de_exterior(item: Item) -> Falha | None:
    """CFOP 3 or 7 goes with idDest 3; fuel to be consumed abroad (UFCons EX) is excepted."""
    cfop = item.prod["CFOP"]
    if cfop[0] == "7" and item.prod.em("comb")["UFCons"] == "EX":
        return None
    return Falha("prod/CFOP", cfop, f"CFOP de operação com idDest {item.nota.ide['idDest']}")


@do_item(
    "nfe:I08-40",
    "732",
    com="prod:CFOP",
    se=lambda cfop: cfop[:1] in ("2", "6"),
    quando=lambda nota: nota.idDest != "2",
    correcao="CFOP 2xxx e 6xxx são de operação interestadual: informe idDest 2, ou outro CFOP.",
    causa="Cliente de outra UF que retira no balcão: idDest 1 com CFOP 6xxx, ou o contrário.",
)
def cfop_interestadual(item: Item) -> Falha | None:
    cfop, id_dest = item.prod["CFOP"], item.nota.ide["idDest"]
    return Falha("prod/CFOP", cfop, f"CFOP de operação com idDest {id_dest}")


@do_item(
    "nfe:I08-50",
    "733",
    com="prod:CFOP",
    se=lambda cfop: cfop[:1] in ("1", "5"),
    quando=lambda nota: nota.idDest != "1",
    correcao="CFOP 1xxx e 5xxx são de operação interna: informe idDest 1, ou outro CFOP.",
    causa="CFOP fixo no cadastro do produto, usado numa venda para outra UF.",
)
def cfop_interno(item: Item) -> Falha | None:
    cfop, id_dest = item.prod["CFOP"], item.nota.ide["idDest"]
    return Falha("prod/CFOP", cfop, f"CFOP de operação com idDest {id_dest}")


@da_nota(
    "nfe:I08-60",
    "520",
    quando=lambda nota: nota.idDest == "3",  # else it is 731
    com="dest/enderDest",
    correcao="CFOP 3xxx ou 7xxx pede destinatário no exterior: informe UF EX, ou corrija CFOP e "
    "idDest.",
    causa="Exportação emitida para o endereço do despachante ou da filial no Brasil.",
)
def exterior_com_destinatario_no_brasil(nota: Nota) -> Falha | None:
    """CFOP 3 or 7 goes with a recipient in UF EX; fuel to be consumed abroad is excepted."""
    uf = nota.dest.em("enderDest")["UF"]
    if uf == "EX":
        return None
    for prod in nota.prods:
        if prod["CFOP"][:1] in ("3", "7") and prod.em("comb")["UFCons"] != "EX":
            return Falha("dest/enderDest/UF", uf, "EX", f"Há item com CFOP {prod['CFOP']}.")
    return None


@da_nota(
    "nfe:I08-70",
    "521",
    quando=lambda nota: nota.idDest == "1" and nota.indIEDest == "1",
    com="dest/enderDest",
    correcao="Venda a contribuinte de outra UF é interestadual: informe idDest 2 e CFOP 6xxx.",
    causa="Venda a contribuinte de outra UF que retira a mercadoria, com indPres ou modFrete que "
    "não dizem isso.",
)
def interna_com_contribuinte_de_outra_uf(nota: Nota) -> Falha | None:
    """An internal operation with a taxpayer is within the UF, unless he fetches it himself."""
    uf, emitente = nota.dest.em("enderDest")["UF"], nota.emit.em("enderEmit")["UF"]
    if uf == emitente:
        return None
    if nota.ide["indPres"] == "1" and nota.grupo.em("transp")["modFrete"] == "9":
        return None
    if any(prod.em("comb")["UFCons"] == emitente for prod in nota.prods):
        return None
    return Falha("dest/enderDest/UF", uf, emitente)


@da_nota(
    "nfe:I08-90",
    "523",
    quando=lambda nota: nota.idDest == "2",  # else it is 732
    com="dest/enderDest",
    correcao="Emitente e destinatário são da mesma UF: use CFOP 1xxx ou 5xxx com idDest 1, ou "
    "informe o local de entrega ou retirada em outra UF.",
    causa="Mercadoria entregue em outra UF sem o grupo entrega, ou CFOP 6xxx por engano.",
)
def interestadual_dentro_da_uf(nota: Nota) -> Falha | None:
    """CFOP 2 or 6 goes with two UFs: of the parties, of the delivery or of the consumption."""
    uf = nota.emit.em("enderEmit")["UF"]
    if nota.dest.em("enderDest")["UF"] != uf or _mesma_pessoa(nota):
        return None
    if any(nota.grupo.em(local)["UF"] not in ("", uf) for local in ("entrega", "retirada")):
        return None
    for n, prod in enumerate(nota.prods, 1):
        cfop = prod["CFOP"]
        if cfop[:1] not in ("2", "6") or prod.em("comb")["UFCons"] not in ("", uf):
            continue
        if cfop != "6206" or nota.ide["finNFe"] != "3":
            return Falha(
                f"det[{n}]/prod/CFOP", cfop, "1xxx ou 5xxx", f"As duas partes são de {uf}."
            )
    return None


@da_nota(
    "nfe:I08-94",
    "771",
    quando=lambda nota: nota.idDest == "2",
    com="dest:idEstrangeiro",
    ate=_ESTRANGEIRO,
    correcao="Quem tem idEstrangeiro é do exterior: informe idDest 3, ou o CNPJ ou CPF do "
    "destinatário.",
    causa="Venda a estrangeiro presente no Brasil emitida como interestadual.",
)
def estrangeiro_em_interestadual(nota: Nota) -> Falha | None:
    if not nota.cfops.isdisjoint(_LUBRIFICANTE_FORA_DA_UF):
        return None
    return Falha("dest/idEstrangeiro", nota.dest["idEstrangeiro"] or "vazio", "CNPJ ou CPF")


def _devolucao_de_mei(nota: Natureza) -> bool:
    return nota.CRT == "4" and nota.finNFe in ("4", "5") and nota.idDest != "3"


@do_item(
    "nfe:I08-141",
    "1179",
    quando=_devolucao_de_mei,
    desde=date(2026, 8, 3),
    homologacao=date(2026, 7, 1),
    correcao=f"Na devolução ou no retorno, o MEI usa CFOP {_LISTA_MEI}.",
    causa="CFOP de devolução de quem não é MEI, como 5411 ou 5556.",
)
def devolucao_do_mei(item: Item) -> Falha | None:
    """A return by a MEI, or his credit note for goods that came back, has one of six CFOPs."""
    cfop, ide = item.prod["CFOP"], item.nota.ide
    if cfop in cfops.DEVOLUCAO_DO_MEI:
        return None
    if ide["finNFe"] == "4" or ide["tpNFCredito"] in _RETORNO:
        return Falha("prod/CFOP", cfop, _LISTA_MEI)
    return None


@do_item(
    "nfce:I08-150",
    "725",
    com="prod:CFOP",
    se=lambda cfop: cfop not in _DA_NFCE,
    quando=a_consumidor,
    desde=MOC_7,
    correcao=f"Na NFC-e, e na NF-e com tpImp 6, use um CFOP de venda a consumidor: {_LISTA_NFCE}.",
    causa="CFOP de remessa, devolução ou ST (5403, 5949, 1202) vindo do cadastro do produto.",
)
def cfop_da_venda_a_consumidor(item: Item) -> Falha | None:
    """A sale to a consumer has some CFOPs only; in two UFs also 5949 with certain CSTs."""
    cfop = item.prod["CFOP"]
    if cfop == "5949":
        aceitos = _5949_NA_NFCE.get(item.nota.emit.em("enderEmit")["UF"], ())
        if (item.icms["CST"] or item.icms["CSOSN"]) in aceitos:
            return None
    return Falha("prod/CFOP", cfop, _LISTA_NFCE)


@do_item(
    "nfe:I08-160",
    "374",
    com="prod:CFOP",
    se=lambda cfop: cfop in _SERVICO,
    desde=_SERVICO_NA_NFE,
    homologacao=_SERVICO_NA_NFE_HOMOLOGACAO,
    correcao="CFOP de serviço pede o grupo imposto/ISSQN; para mercadoria, use outro CFOP.",
    causa="Serviço cadastrado como produto: o CFOP é 5933, a tributação é de ICMS.",
)
def cfop_de_servico_sem_issqn(item: Item) -> Falha | None:
    if item.imposto.tem("ISSQN"):
        return None
    return Falha("prod/CFOP", item.prod["CFOP"], "CFOP de mercadoria, ou o grupo ISSQN")


@do_item(
    "nfe:I08-170",
    "374",
    com="imposto/ISSQN",
    desde=_SERVICO_NA_NFE,
    homologacao=_SERVICO_NA_NFE_HOMOLOGACAO,
    correcao=f"Item de serviço (com ISSQN) tem CFOP {_LISTA_SERVICO}.",
    causa="Nota conjugada em que o serviço ficou com o CFOP das mercadorias.",
)
def issqn_sem_cfop_de_servico(item: Item) -> Falha | None:
    cfop = item.prod["CFOP"]
    return None if cfop in _SERVICO else Falha("prod/CFOP", cfop, _LISTA_SERVICO)


@de_cada(
    "ide/NFref",
    "nfe:I08-180",
    "375",
    correcao="Não emita NF-e com CFOP 5929 ou 6929 para uma NFC-e: retire a referência, ou cancele "
    "a NFC-e e emita só a NF-e.",
    causa="Cliente pediu nota depois do cupom, e o cupom já é uma NFC-e.",
)
def cupom_que_e_nfce(ref: Grupo, nota: Nota) -> Falha | None:
    """A note that repeats cupons (CFOP 5929) does not refer to an NFC-e; before, states chose."""
    chave = ref["refNFe"]
    if chave[20:22] != "65":
        return None
    quando = nota.recebimento or nota.emissao
    em_todas = (
        nota.ide["tpAmb"] == "1" and quando is not None and quando.date() >= _CUPOM_EM_TODAS_AS_UFS
    )
    if not nota.com_cfop(_DE_CUPOM if em_todas else _DE_CUPOM_ATE_2026):
        return None
    return Falha("refNFe", chave, "documento de outro modelo", aviso=not em_todas)


@da_nota(
    "nfe:I08-184",
    "701",
    ate=date(2026, 10, 4),  # NT 2026.002 removed it
    correcao="Referencie em NFref o documento que a nota com CFOP 5929 ou 6929 repete.",
    causa="CFOP 5929 usado sem informar o cupom ou a nota da venda no varejo.",
)
def cupom_sem_referencia(nota: Nota) -> Falha | None:
    return _sem_referencia(nota, _DE_CUPOM)


@da_nota(
    "nfe:I08-190",
    "701",
    quando=lambda nota: nota.idDest == "3",  # else it is 731
    correcao="Referencie em NFref as notas da mercadoria recebida com o fim específico de "
    "exportação.",
    causa="Exportação indireta sem as chaves das notas de quem remeteu a mercadoria.",
)
def exportacao_indireta_sem_referencia(nota: Nota) -> Falha | None:
    return _sem_referencia(nota, _EXPORTACAO_INDIRETA)


def _sem_referencia(nota: Nota, cfops: frozenset[str]) -> Falha | None:
    """An item with one of these CFOPs, and neither NFref nor DFeReferenciado of an item."""
    n = nota.com_cfop(cfops)
    if not n or nota.ide.lista("NFref") or any(det.tem("DFeReferenciado") for det in nota.itens):
        return None
    cfop = nota.prods[n - 1]["CFOP"]
    return Falha("ide/NFref", "ausente", "documento referenciado", f"O item {n} tem CFOP {cfop}.")


def _mesma_pessoa(nota: Nota) -> bool:
    """Issuer and recipient have the same CNPJ or CPF."""
    emitente = nota.emit["CNPJ"] or nota.emit["CPF"]
    return emitente == (nota.dest["CNPJ"] or nota.dest["CPF"])

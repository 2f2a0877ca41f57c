"""Group C: emitente, its registrations."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from fiscalxml.documents.destino import SVC
from fiscalxml.engine import Falha
from fiscalxml.rules.nfe.areas_incentivadas import lugares, mesma_area, mesma_regiao
from fiscalxml.rules.nfe.pessoas import (
    ISENTO,
    faturamento_direto,
    ie_invalida,
    suframa_invalida,
)
from fiscalxml.rules.nfe.reforma import NT_2026_007, SEM_IE, V140
from fiscalxml.rules.nfe.scopes import (
    Item,
    Nota,
    a_consumidor,
    da_nota,
    do_item,
)

_SEM_ICMS: Final = "SVRS"
"""who authorises their notes"""
_ULTIMO_ICMS: Final = date(2032, 12, 31)
"""NT 2026.007: not from 2033 on"""


@da_nota(
    "nfe:C17-10",
    "229",
    ate=SEM_IE - timedelta(days=1),
    correcao="Informe a inscrição estadual do emitente.",
    causa="Cadastro da empresa sem inscrição estadual, ou com zeros no lugar dela.",
)
def emitente_sem_ie(nota: Nota) -> Falha | None:
    """The emitente has an IE, not only zeros.

    NT 2026.007 takes the rule out: who contributes to IBS and CBS only has none. (In homologação
    that began on a day before.)
    """
    ie = nota.emit["IE"]
    if ie.strip("0"):
        return None
    if not ie and nota.ide["tpAmb"] == "2":
        return None
    return Falha("emit/IE", ie or "ausente", "inscrição estadual")


@da_nota(
    "nfe:C17-11",
    "166",
    **NT_2026_007,
    quando=lambda nota: nota.autorizador not in ("", _SEM_ICMS, *SVC),
    correcao="Sem inscrição estadual, a NF-e é autorizada pela SEFAZ Virtual do RS (SVRS): envie-a "
    "a ela, ou informe emit/IE.",
    causa="O sistema está configurado com o endereço (web service) da SEFAZ da UF.",
)
def autorizador_de_quem_nao_tem_ie(nota: Nota) -> Falha | None:
    """Where it is known who is asked: that is the SVRS."""
    if "IE" in nota.emit:
        return None
    return Falha("emit/IE", f"ausente, enviada a {nota.destino.autorizador}", _SEM_ICMS)


@da_nota(
    "nfe:C17-20",
    "209",
    com="emit:IE",
    correcao="Corrija a inscrição estadual do emitente.",
    causa="Inscrição digitada errada, ou de outra UF.",
)
def ie_do_emitente(nota: Nota) -> Falha | None:
    """An IE that is there is one of the UF. (Zeros were a rule of their own, the 229.)"""
    if not nota.emit["IE"].strip("0") and nota.emissao and nota.emissao.date() < SEM_IE:
        return None
    return ie_invalida(nota.emit["IE"], nota.ender_emit["UF"], "emit/IE")


@da_nota(
    "nfe:C17-30",
    "554",
    com="emit:IE",
    correcao="Informe a inscrição estadual do emitente: ISENTO só cabe na nota avulsa.",
    causa="ISENTO gravado no cadastro da empresa emitente.",
)
def emitente_isento(nota: Nota) -> Falha | None:
    """ISENTO is for the series of the avulsa (890-919), and never for an NFC-e."""
    if nota.emit["IE"] != ISENTO:
        return None
    serie = nota.ide["serie"]
    if nota.ide["mod"] != "65" and serie.isdecimal() and int(serie) in range(890, 920):
        return None
    return Falha("emit/IE", ISENTO, "inscrição estadual")


@da_nota(
    "nfce:C17-42",
    "156",
    **NT_2026_007,
    ate=_ULTIMO_ICMS,
    correcao="Quem contribui só com IBS e CBS não emite NFC-e: emita NF-e, ou informe emit/IE.",
    causa="Inscrição estadual que faltou no cadastro do emitente.",
)
def nfce_sem_ie(nota: Nota) -> Falha | None:
    return None if "IE" in nota.emit else Falha("emit/IE", "ausente", "inscrição estadual")


@da_nota(
    "nfe:C17-43",
    "157",
    **NT_2026_007,
    com="emit:CPF",
    correcao="Sem inscrição estadual, o emitente é identificado por CNPJ: informe emit/CNPJ.",
    causa="Produtor rural com CPF cuja inscrição estadual não foi informada.",
)
def sem_ie_e_sem_cnpj(nota: Nota) -> Falha | None:
    return None if "IE" in nota.emit else Falha("emit/CNPJ", "ausente", "informado")


@da_nota(
    "nfe:C18-50",
    "158",
    **NT_2026_007,
    com="emit:IEST",
    correcao="Sem inscrição estadual não há substituição tributária: retire emit/IEST, ou informe "
    "emit/IE.",
    causa="IEST preenchida e inscrição estadual esquecida.",
)
def iest_sem_ie(nota: Nota) -> Falha | None:
    if "IE" in nota.emit or not nota.emit["IEST"]:
        return None
    return Falha("emit/IEST", nota.emit["IEST"], "não informar")


@da_nota(
    "nfce:C18-10",
    "718",
    quando=a_consumidor,
    com="emit:IEST",
    correcao="Retire emit/IEST: a venda a consumidor (NFC-e, ou NF-e com tpImp 6) não a tem.",
    causa="Cadastro de substituto tributário usado para os dois modelos.",
)
def venda_a_consumidor_sem_iest(nota: Nota) -> Falha | None:
    return Falha("emit/IEST", nota.emit["IEST"], "não informar")


@da_nota(
    "nfe:C18-14",
    "347",
    quando=lambda nota: nota.idDest in ("1", "3"),
    com="emit:IEST",
    correcao="IEST é da operação interestadual: retire-a, ou corrija idDest.",
    causa="IEST fixa no cadastro do emitente, enviada em todas as notas.",
)
def iest_na_operacao_interna(nota: Nota) -> Falha | None:
    """Some states take it in their own operations, so that there it is only advice."""
    iest = nota.emit["IEST"]
    if not iest:
        return None
    interna = nota.ide["idDest"] == "1"
    return Falha(
        "emit/IEST",
        iest,
        "não informar",
        "Na operação interna, algumas UFs aceitam a IEST." if interna else None,
        aviso=interna,
    )


@do_item(
    "nfe:C18-20",
    "478",
    com="prod/veicProd",
    correcao="Informe o local de entrega (entrega), com a UF da concessionária.",
    causa="Faturamento direto de veículo novo (Convênio ICMS 51/00) sem o grupo entrega.",
)
def veiculo_sem_entrega(item: Item) -> Falha | None:
    """A new vehicle sold by its maker to the consumer (tpOp 2) is delivered by a dealer."""
    operacao = item.prod.em("veicProd")["tpOp"]
    if operacao != "2" or item.nota.grupo.em("entrega")["UF"]:
        return None
    return Falha("prod/veicProd/tpOp", operacao, "entrega/UF informada")


@da_nota(
    "nfe:C18-30",
    "211",
    com="emit:IEST",
    correcao="Corrija a IEST: ela é a inscrição de substituto na UF do destinatário (na venda "
    "direta de veículo novo, na UF da entrega).",
    causa="IEST de uma UF enviada em nota para outra, ou a IE do próprio emitente.",
)
def iest_invalida(nota: Nota) -> Falha | None:
    uf = nota.ender_dest["UF"]
    if faturamento_direto(nota):
        uf = nota.grupo.em("entrega")["UF"]
    return ie_invalida(nota.emit["IEST"], uf, "emit/IEST")


@da_nota(
    "nfe:C18-40",
    "363",
    com="emit:IEST",
    correcao="Em IEST vai a inscrição de substituto na UF de destino, que é outra.",
    causa="A inscrição do próprio emitente, ou a do destinatário, copiada para IEST.",
)
def iest_repetida(nota: Nota) -> Falha | None:
    iest = nota.emit["IEST"]
    if iest and iest in (nota.emit["IE"], nota.dest["IE"]):
        return Falha("emit/IEST", iest, "inscrição de substituto tributário na UF de destino")
    return None


@da_nota(
    "nfe:C22-10",
    "1185",
    com="emit:ISUFEmit",
    **V140,
    correcao="Retire emit/ISUFEmit: o estabelecimento não fica na Zona Franca de Manaus nem em "
    "área de livre comércio.",
    causa="Inscrição da matriz, ou de outro estabelecimento, no cadastro do emitente.",
)
def emitente_fora_da_area(nota: Nota) -> Falha | None:
    """Only advice where versions of the note differ on what the areas are."""
    emitente, _ = lugares(nota)
    if not nota.emit["ISUFEmit"] or mesma_area(emitente, emitente):
        return None
    return Falha(
        "emit/enderEmit/cMun",
        emitente.municipio,
        "município da ZFM ou de área de livre comércio",
        aviso=mesma_regiao(emitente, emitente),
    )


@da_nota(
    "nfe:C22-20",
    "1186",
    com="emit:ISUFEmit",
    **V140,
    correcao="Corrija a inscrição do emitente na Suframa.",
    causa="Inscrição digitada errada, ou sem o dígito verificador.",
)
def suframa_do_emitente(nota: Nota) -> Falha | None:
    return suframa_invalida(nota.emit["ISUFEmit"], "emit/ISUFEmit")

"""Groups Z, ZA, ZB, ZC, ZX: additional information, exports, purchases, cane, infNFeSupl."""

from __future__ import annotations

from datetime import date
from typing import Final

from fiscalxml.documents.ramos import is_absent
from fiscalxml.engine import Falha
from fiscalxml.rules.nfe.proibicoes import proibe_na_nota
from fiscalxml.rules.nfe.scopes import NFF, SIMPLIFICADO, Item, Nota, a_consumidor, da_nota, do_item

_SANTA_CATARINA: Final = "42"
_MENOR_TEXTO: Final = 251
_ORGAO_PUBLICO: Final = "8"
"""motDesICMS"""
_COM_MOTIVO: Final = ("ICMS20", "ICMS30", "ICMS40", "ICMS51", "ICMS53", "ICMS70", "ICMS90")
"""groups of ICMS with motDesICMS"""


@da_nota(
    "nfce:Z02-10",
    "949",
    correcao="Em SC, preencha na NFC-e as informações de interesse do Fisco (infAdic/infAdFisco).",
    causa="Emissor sem o texto que a UF pede.",
    duvida="A nota técnica não diz a data.",
)
def nfce_sem_texto_do_fisco(nota: Nota) -> Falha | None:
    """Santa Catarina asks for it."""
    if nota.ide["cUF"] != _SANTA_CATARINA or nota.grupo.em("infAdic")["infAdFisco"]:
        return None
    return Falha("infAdic/infAdFisco", "ausente", "informado")


@da_nota(
    "nfce:Z02-20",
    "950",
    com="infAdic:infAdFisco",
    correcao="Em SC, as informações de interesse do Fisco têm ao menos 251 caracteres.",
    causa="Texto que a UF pede enviado pela metade.",
    duvida="A nota técnica não diz a data.",
)
def texto_do_fisco_curto(nota: Nota) -> Falha | None:
    """Santa Catarina asks for it."""
    tamanho = len(nota.grupo.em("infAdic")["infAdFisco"])
    if nota.ide["cUF"] != _SANTA_CATARINA or tamanho >= _MENOR_TEXTO:
        return None
    return Falha("infAdic/infAdFisco", f"{tamanho} caracteres", f"a partir de {_MENOR_TEXTO}")


@da_nota(
    "nfe:ZA01-10",
    "355",
    quando=lambda nota: nota.tpNF == "1" and nota.idDest == "3",
    correcao="Na exportação, informe o local de embarque ou de transposição da fronteira "
    "(exporta).",
    causa="Nota de exportação emitida antes de se saber o porto ou a fronteira.",
)
def exportacao_sem_embarque(nota: Nota) -> Falha | None:
    if nota.grupo.tem("exporta"):
        return None
    return Falha("exporta", "ausente", "informado")


@da_nota(
    "nfe:ZA01-20",
    "356",
    quando=lambda nota: nota.tpNF != "1" or nota.idDest != "3",
    com="exporta",
    correcao="A operação não é de exportação: retire o grupo exporta.",
    causa="Dados de exportação deixados em nota interna, de entrada ou de remessa.",
)
def embarque_sem_exportacao(_nota: Nota) -> Falha | None:
    return Falha("exporta", "informado", "não informar")


proibe_na_nota(
    "nfce:ZA01-30",
    "814",
    "exporta",
    correcao="A NFC-e não é de exportação: retire o grupo exporta.",
    causa="Modelo de NF-e reaproveitado na NFC-e.",
)
proibe_na_nota(
    "nfce:ZB01-10",
    "762",
    "compra",
    quando=a_consumidor,
    correcao="A venda a consumidor (NFC-e, ou NF-e com tpImp 6) não tem empenho, pedido nem "
    "contrato: retire o grupo compra.",
    causa="Pedido de compra do cliente enviado também na venda a consumidor.",
)


@do_item(
    "nfe:ZB02-10",
    "359",
    com=tuple(f"imposto/ICMS/{grupo}:motDesICMS" for grupo in _COM_MOTIVO),
    se=lambda motivo: motivo == _ORGAO_PUBLICO,
    correcao="Na venda desonerada a órgão público, informe a nota de empenho (compra/xNEmp).",
    causa="Nota emitida antes de se receber o empenho.",
)
def orgao_publico_sem_empenho(item: Item) -> Falha | None:
    """The state may ask for it: motDesICMS 8 is a sale to the government."""
    if item.nota.grupo.em("compra")["xNEmp"]:
        return None
    grupo = next(iter(item.imposto.em("ICMS").grupos))
    return Falha(f"imposto/ICMS/{grupo}/motDesICMS", _ORGAO_PUBLICO, "compra/xNEmp informado")


proibe_na_nota(
    "nfce:ZC01-10",
    "763",
    "cana",
    quando=a_consumidor,
    correcao="A venda a consumidor (NFC-e, ou NF-e com tpImp 6) não tem aquisição de cana: retire "
    "o grupo cana.",
    causa="Modelo de NF-e reaproveitado na venda a consumidor.",
)


@da_nota(
    "nfe:ZX01-10",
    "393",
    ate=date(2026, 8, 2),  # NT 2026.002 removed it
    quando=lambda nota: nota.tpImp != SIMPLIFICADO,
    correcao="infNFeSupl (QR Code) é só da NFC-e: retire-o.",
)
def suplemento_na_nfe(nota: Nota) -> Falha | None:
    if is_absent(nota.suplemento):
        return None
    return Falha("../infNFeSupl", "infNFeSupl informado", "não informar")


@da_nota(
    "nfce:ZX02-10",
    "394",
    desde=date(2016, 4, 1),
    quando=lambda nota: a_consumidor(nota) and nota.tpEmis != NFF,
    correcao="Informe o QR Code da venda a consumidor (NFC-e, ou NF-e com tpImp 6) em "
    "infNFeSupl/qrCode.",
)
def venda_a_consumidor_sem_qr_code(nota: Nota) -> Falha | None:
    if not is_absent(nota.suplemento):
        return None
    return Falha("../infNFeSupl/qrCode", "infNFeSupl ausente", "QR Code informado")

"""Groups ZA to ZX: foreign trade, purchases, cane, technical responsible, infNFeSupl."""

from __future__ import annotations

from typing import Final

from fiscalxml.documents.groups import VAZIO, Grupo
from fiscalxml.engine import Falha
from fiscalxml.rules.nfe.pessoas import cnpj_invalido
from fiscalxml.rules.nfe.proibicoes import proibe_na_nota
from fiscalxml.rules.nfe.scopes import SIMPLIFICADO, Nota, da_nota, de_cada

_NFF: Final = "3"
"""tpEmis of the Nota Fiscal Fácil, whose QR Code SEFAZ makes"""


@da_nota(
    "nfe:ZA01-10",
    "355",
    quando=lambda nota: nota.tpNF == "1" and nota.idDest == "3",
    correcao="Na exportação, informe o local de embarque ou de transposição da fronteira "
    "(exporta).",
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
)
def embarque_sem_exportacao(_nota: Nota) -> Falha | None:
    return Falha("exporta", "informado", "não informar")


proibe_na_nota(
    "nfce:ZA01-30",
    "814",
    "exporta",
    correcao="A NFC-e não é de exportação: retire o grupo exporta.",
)
proibe_na_nota(
    "nfce:ZB01-10",
    "762",
    "compra",
    correcao="A NFC-e não tem empenho, pedido nem contrato: retire o grupo compra.",
)
proibe_na_nota(
    "nfce:ZC01-10",
    "763",
    "cana",
    correcao="A NFC-e não tem aquisição de cana: retire o grupo cana.",
)


@de_cada(
    "infRespTec",
    "nfe:ZD02-10",
    "973",
    correcao="Corrija o CNPJ da empresa responsável pelo sistema emissor.",
)
def cnpj_do_responsavel_tecnico(responsavel: Grupo, _nota: Nota) -> Falha | None:
    return cnpj_invalido(responsavel, "CNPJ")


@da_nota(
    "nfe:ZX01-10",
    "393",
    quando=lambda nota: nota.tpImp != SIMPLIFICADO,
    correcao="infNFeSupl (QR Code) é só da NFC-e: retire-o.",
)
def suplemento_na_nfe(nota: Nota) -> Falha | None:
    if nota.suplemento is VAZIO:
        return None
    return Falha("../infNFeSupl", "infNFeSupl informado", "não informar")


@da_nota(
    "nfce:ZX02-10",
    "394",
    quando=lambda nota: nota.tpEmis != _NFF,
    correcao="Informe o QR Code da NFC-e em infNFeSupl/qrCode.",
)
def nfce_sem_qr_code(nota: Nota) -> Falha | None:
    if nota.suplemento is not VAZIO:
        return None
    return Falha("../infNFeSupl/qrCode", "infNFeSupl ausente", "QR Code informado")

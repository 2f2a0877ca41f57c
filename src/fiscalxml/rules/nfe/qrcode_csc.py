"""The hash in the QR Code (versions 1 and 2) of an NFC-e, made with the CSC of its emitente."""

from __future__ import annotations

from datetime import date
from hashlib import sha1
from typing import Final

from fiscalxml.engine import Falha
from fiscalxml.rules.nfe.qrcode_texto import parse_qr_code
from fiscalxml.rules.nfe.scopes import Nota, da_nota
from fiscalxml.tables import operador

_TABELA: Final = "csc"
_CAUSA: Final = "QR Code feito com o CSC de outra empresa, de outro ambiente ou já revogado."
_CORRECAO: Final = (
    "Refaça o hash: o SHA-1, em hexadecimal, dos parâmetros seguidos do CSC do idCSC informado."
)


def _check(nota: Nota, versao: str, separator: str) -> Falha | None:
    """The hash, which stands after the last `separator`, is of what is before and the CSC."""
    texto = nota.suplemento["qrCode"]
    qr = parse_qr_code(texto) if texto else None
    if qr is None or qr.versao != versao or not qr["hash"]:
        return None
    key = f"{nota.ide['tpAmb']}/{nota.emit['CNPJ']}/{qr['id_csc'].lstrip('0') or '0'}"
    row = (operador.tabela(_TABELA) or {}).get(key)
    if row is None:
        return None
    content = (qr.texto.rpartition(separator)[0] + row["csc"]).encode()
    if qr["hash"].upper() == sha1(content, usedforsecurity=False).hexdigest().upper():
        return None
    return Falha("../infNFeSupl/qrCode", f"hash {qr['hash']}", "o hash feito com o CSC")


@da_nota(
    "nfce:ZX02-120",
    "464",
    ate=date(2018, 9, 30),
    tabela=_TABELA,
    causa=_CAUSA,
    correcao=_CORRECAO,
)
def hash_da_versao_1(nota: Nota) -> Falha | None:
    return _check(nota, "100", "&cHashQRCode=")


@da_nota("nfce:ZX02-320", "464", tabela=_TABELA, causa=_CAUSA, correcao=_CORRECAO)
def hash_da_versao_2(nota: Nota) -> Falha | None:
    return _check(nota, "2", "|")

"""Group ZX: the QR Code of an NFC-e in version 1.00, valid until September 2018."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Final

from fiscalxml.documents.groups import as_decimal
from fiscalxml.engine import Falha
from fiscalxml.rules.nfe.qrcode_texto import QrCode, parse_qr_code
from fiscalxml.rules.nfe.scopes import Nota, da_nota

_CAMPO: Final = "../infNFeSupl/qrCode"
_DIVERGENTE: Final = "Parâmetro do QR-Code divergente da Nota Fiscal: "
_FIM: Final = date(2018, 9, 30)
_VERSAO: Final = "100"
_REFAZ: Final = "Gere o QR Code de novo a partir da nota pronta e assinada."
_GERADO_ANTES: Final = "O QR Code foi gerado antes da última alteração da nota."


def _qr_code(nota: Nota) -> QrCode | None:
    texto = nota.suplemento["qrCode"]
    qr = parse_qr_code(texto) if texto else None
    return qr if qr is not None and qr.versao == _VERSAO else None


def _destinatario(nota: Nota) -> str:
    dest = nota.dest
    return dest["CNPJ"] or dest["CPF"] or dest["idEstrangeiro"]


def _from_hex(texto: str) -> str:
    return bytes.fromhex(texto).decode("latin-1")


def _compare(
    regra: str, nome: str, differs: Callable[[QrCode, Nota], tuple[str, str] | None]
) -> None:
    """A parameter repeats a field of the note; `differs` gives both where it does not."""

    def rule(nota: Nota) -> Falha | None:
        qr = _qr_code(nota)
        pair = differs(qr, nota) if qr is not None else None
        return None if pair is None else Falha(_CAMPO, f"{nome} {pair[0]}", pair[1])

    da_nota(
        regra,
        "397",
        ate=_FIM,
        mensagem=_DIVERGENTE + nome,
        causa=_GERADO_ANTES,
        correcao=_REFAZ,
    )(rule)


def _texts(
    found: Callable[[QrCode], str], expected: Callable[[Nota], str]
) -> Callable[[QrCode, Nota], tuple[str, str] | None]:
    def differs(qr: QrCode, nota: Nota) -> tuple[str, str] | None:
        pair = found(qr), expected(nota)
        return None if pair[0] == pair[1] or not all(pair) else pair

    return differs


def _amounts(nome: str) -> Callable[[QrCode, Nota], tuple[str, str] | None]:
    def differs(qr: QrCode, nota: Nota) -> tuple[str, str] | None:
        if as_decimal(qr[nome]) == nota.total.valor(nome):
            return None
        return qr[nome], nota.total[nome]

    return differs


_compare("nfce:ZX02-28", "chNFe", _texts(lambda qr: qr["chave"], lambda nota: nota.chave))
_compare("nfce:ZX02-44", "tpAmb", _texts(lambda qr: qr["tpAmb"], lambda nota: nota.ide["tpAmb"]))
_compare("nfce:ZX02-56", "cDest", _texts(lambda qr: qr["dest"], _destinatario))
_compare(
    "nfce:ZX02-68",
    "dhEmi",
    _texts(lambda qr: _from_hex(qr["dhEmi"]), lambda nota: nota.ide["dhEmi"]),
)
_compare("nfce:ZX02-76", "vNF", _amounts("vNF"))
_compare("nfce:ZX02-84", "vICMS", _amounts("vICMS"))
_compare(
    "nfce:ZX02-96", "digVal", _texts(lambda qr: _from_hex(qr["digVal"]), lambda nota: nota.digest)
)


@da_nota(
    "nfce:ZX02-48",
    "396",
    ate=_FIM,
    com=("dest:CNPJ", "dest:CPF", "dest:idEstrangeiro"),
    mensagem="Parâmetro do QR-Code inexistente: cDest",
    causa="O destinatário foi incluído depois de o QR Code ser gerado.",
    correcao=_REFAZ,
)
def sem_destinatario(nota: Nota) -> Falha | None:
    qr, dest = _qr_code(nota), _destinatario(nota)
    if qr is None or qr["dest"] or not dest:
        return None
    return Falha(_CAMPO, "cDest ausente", dest)


@da_nota(
    "nfce:ZX02-52",
    "399",
    ate=_FIM,
    causa="O destinatário foi retirado depois de o QR Code ser gerado.",
    correcao=_REFAZ,
)
def destinatario_que_a_nota_nao_tem(nota: Nota) -> Falha | None:
    qr = _qr_code(nota)
    if qr is None or not qr["dest"] or _destinatario(nota):
        return None
    return Falha(_CAMPO, f"cDest {qr['dest']}", "não informar")

"""Group ZX: the QR Code in versions 2 and 3 (NT 2025.001), and its addresses.

Of an NFC-e; and, since NT 2026.002, of an NF-e that is printed like one.

Version 1, which ended in September 2018, is in `qrcode_v1`.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.x509 import InvalidVersion, load_der_x509_certificate

from fiscalxml.documents.groups import as_decimal
from fiscalxml.engine import Falha
from fiscalxml.identifiers.uf import UF_POR_CODIGO
from fiscalxml.rules.nfe.qrcode_texto import QrCode, parse_qr_code
from fiscalxml.rules.nfe.scopes import Natureza, Nota, a_consumidor, da_nota
from fiscalxml.tables import nfce_urls

CAMPO: Final = "../infNFeSupl/qrCode"
DIVERGENTE: Final = "Parâmetro do QR-Code divergente da Nota Fiscal: "
INEXISTENTE: Final = "Parâmetro do QR-Code inexistente: "
_V2: Final = date(2018, 10, 1)
"""from then on version 1 is refused (903), and this is the only one; version 3 came later"""
_V3: Final = date(2025, 9, 1)
_V3_HOMOLOGACAO: Final = date(2025, 6, 2)
"""NT 2025.001: version 3, and what it asks of notes of persons"""
_NF_E: Final = date(2026, 8, 3)
"""NT 2026.002, production: an NF-e may have a QR Code, too"""
_OFFLINE: Final = "9"
_PARANA: Final = "41"
_ESTRANGEIRO: Final = "3"
"""type of a destinatário; the schema has no room for such a document"""
_REFAZ: Final = "Gere o QR Code de novo a partir da nota pronta e assinada."
_GERADO_ANTES: Final = "O QR Code foi gerado antes da última alteração da nota."
_GOVERNO: Final = ".gov.br"


def qr_code(nota: Nota) -> QrCode | None:
    """The QR Code of a note, taken apart; None where there is none."""
    texto = nota.suplemento["qrCode"]
    return parse_qr_code(texto) if texto else None


def _offline(natureza: Natureza) -> bool:
    return a_consumidor(natureza) and natureza.tpEmis == _OFFLINE


def _online(natureza: Natureza) -> bool:
    return a_consumidor(natureza) and natureza.tpEmis != _OFFLINE


@da_nota(
    "nfce:ZX02-15",
    "903",
    desde=_V2,
    causa="O emissor ainda monta o QR Code da versão 1.00.",
    correcao="Atualize o emissor: use o QR Code versão 3 (ou 2).",
)
def versao_vencida(nota: Nota) -> Falha | None:
    qr = qr_code(nota)
    return Falha(CAMPO, "versão 100", "versão 2 ou 3") if qr and qr.versao == "100" else None


@da_nota(
    "nfce:ZX02-20",
    "395",
    quando=a_consumidor,
    causa="Endereço de outra UF ou do outro ambiente na configuração do emissor.",
    correcao="Use no QR Code o endereço que a UF do emitente publica para o ambiente da nota.",
)
def endereco_do_qr_code(nota: Nota) -> Falha | None:
    """The address is one of the UF and environment; an unknown one of a government is advice."""
    qr = qr_code(nota)
    uf, ambiente = UF_POR_CODIGO.get(nota.ide["cUF"], ""), nota.ide["tpAmb"]
    known = nfce_urls.qrcode(uf, ambiente)
    if qr is None or not known:
        return None
    endereco = nfce_urls.endereco(qr.endereco)
    if endereco in known:
        return None
    unsure = _may_be_new(endereco)
    return Falha(
        CAMPO,
        qr.endereco,
        " ou ".join(sorted(known)),
        f"O endereço não está na tabela de {nfce_urls.TABELA.data:%d/%m/%Y}." if unsure else None,
        aviso=unsure,
    )


def _may_be_new(endereco: str) -> bool:
    """Of a government, and not known as that of another UF or environment."""
    host = endereco.partition("/")[0].partition(":")[0]
    return host.endswith(_GOVERNO) and endereco not in _all_addresses()


@lru_cache(maxsize=1)
def _all_addresses() -> frozenset[str]:
    known: set[str] = set()
    for uf in UF_POR_CODIGO.values():
        for ambiente in ("1", "2"):
            known |= nfce_urls.qrcode(uf, ambiente)
    return frozenset(known)


@da_nota(
    "nfce:ZX03-20",
    "878",
    desde=date(2019, 4, 1),
    causa="Endereço de outra UF, do outro ambiente ou o do próprio QR Code em urlChave.",
    correcao="Informe em urlChave o endereço de consulta por chave que a UF publica.",
)
def endereco_de_consulta(nota: Nota) -> Falha | None:
    """urlChave is one of the UF and environment."""
    uf, ambiente = UF_POR_CODIGO.get(nota.ide["cUF"], ""), nota.ide["tpAmb"]
    known = nfce_urls.consulta(uf, ambiente)
    url = nota.suplemento["urlChave"]
    if not url or not known or nfce_urls.endereco(url) in known:
        return None
    return Falha(
        "../infNFeSupl/urlChave",
        url,
        " ou ".join(sorted(known)),
        f"O endereço não está na tabela de {nfce_urls.TABELA.data:%d/%m/%Y}.",
    )


@da_nota(
    "nfce:ZX02-222",
    "444",
    desde=_V3,
    homologacao=_V3_HOMOLOGACAO,
    com="emit:CPF",
    causa="O produtor rural não tem CSC, que a versão 2 exige.",
    correcao="Emitente com CPF usa o QR Code versão 3.",
)
def versao_2_com_cpf(nota: Nota) -> Falha | None:
    """(NT 2025.001, 02.2: except in PR, which gives a CSC to persons, too.)"""
    qr = None if nota.ide["cUF"] == _PARANA else qr_code(nota)
    return Falha(CAMPO, "versão 2", "versão 3") if qr and qr.versao == "2" else None


@da_nota(
    "nfe:ZX02-220",
    "672",
    desde=_NF_E,
    quando=a_consumidor,
    causa="O emissor monta na NF-e o QR Code da NFC-e, com CSC.",
    correcao="Na NF-e com tpImp 6, use o QR Code versão 3.",
)
def versao_2_na_nfe(nota: Nota) -> Falha | None:
    qr = qr_code(nota)
    return Falha(CAMPO, f"versão {qr.versao}", "versão 3") if qr and qr.versao != "3" else None


def _compare(
    regra: str,
    nome: str,
    found: Callable[[QrCode], str],
    expected: Callable[[Nota], str],
    quando: Callable[[Natureza], bool] = a_consumidor,
) -> None:
    """A parameter of version 2 or 3 repeats a field of the note."""

    def rule(nota: Nota) -> Falha | None:
        qr = qr_code(nota)
        if qr is None or not qr.ordenado:
            return None
        value, wanted = found(qr), expected(nota)
        if value == wanted or not value or not wanted:
            return None
        return Falha(CAMPO, f"{nome} {value}", wanted)

    da_nota(
        regra,
        "397",
        desde=_V2,
        quando=quando,
        mensagem=DIVERGENTE + nome,
        causa=_GERADO_ANTES,
        correcao=_REFAZ,
    )(rule)


_compare("nfce:ZX02-228", "Chave de Acesso", lambda qr: qr["chave"], lambda nota: nota.chave)
_compare("nfce:ZX02-244", "Tipo de Ambiente", lambda qr: qr["tpAmb"], lambda n: n.ide["tpAmb"])
_compare(
    "nfce:ZX02-268",
    "Dia da Data de Emissão",
    lambda qr: qr["dia"],
    lambda nota: nota.ide["dhEmi"][8:10],
    _offline,
)
_compare(
    "nfce:ZX02-296",
    "Digest Value",
    lambda qr: from_hex(qr["digVal"]),
    lambda nota: nota.digest,
    _offline,
)


def from_hex(texto: str) -> str:
    """What a parameter that is written in hexadecimal says."""
    return bytes.fromhex(texto).decode("latin-1")


@da_nota(
    "nfce:ZX02-276",
    "397",
    desde=_V2,
    quando=_offline,
    mensagem=DIVERGENTE + "Valor da Nota Fiscal",
    causa=_GERADO_ANTES,
    correcao=_REFAZ,
)
def valor_da_nota(nota: Nota) -> Falha | None:
    qr = qr_code(nota)
    if qr is None or not qr.offline:
        return None
    if as_decimal(qr["vNF"]) == nota.total.valor("vNF"):
        return None
    return Falha(CAMPO, f"Valor da Nota Fiscal {qr['vNF']}", nota.total["vNF"])


@da_nota(
    "nfce:ZX02-260",
    "396",
    desde=_V2,
    quando=_offline,
    mensagem=INEXISTENTE + "Dia da Data de Emissão",
    causa="O QR Code foi gerado antes de a contingência ser ligada.",
    correcao="Em contingência off-line, gere o QR Code de novo, com todos os seus parâmetros.",
)
def sem_parametros_de_contingencia(nota: Nota) -> Falha | None:
    """In contingência the QR Code has the parameters from the day on."""
    qr = qr_code(nota)
    if qr is None or not qr.ordenado or qr.offline:
        return None
    return Falha(CAMPO, "QR Code on-line", "QR Code de contingência off-line")


@da_nota(
    "nfce:ZX02-324",
    "396",
    desde=_V3,
    homologacao=_V3_HOMOLOGACAO,
    quando=_offline,
    mensagem=INEXISTENTE + "Tipo de Identificação do Destinatário",
    causa="O emissor preenche só o documento do destinatário.",
    correcao="Informe no QR Code o tipo do destinatário: 1 CNPJ, 2 CPF, 3 estrangeiro.",
)
def sem_tipo_do_destinatario(nota: Nota) -> Falha | None:
    qr = qr_code(nota)
    if qr is None or qr.versao != "3" or qr["tipo"] or not qr["dest"]:
        return None
    return Falha(CAMPO, "tipo do destinatário ausente", "1, 2 ou 3")


@da_nota(
    "nfce:ZX02-326",
    "396",
    desde=_V3,
    homologacao=_V3_HOMOLOGACAO,
    quando=_offline,
    mensagem=INEXISTENTE + "Identificação do Destinatário",
    causa="O emissor preenche só o tipo do destinatário.",
    correcao="Informe no QR Code o CNPJ ou CPF do destinatário, ou retire também o tipo.",
)
def sem_documento_do_destinatario(nota: Nota) -> Falha | None:
    """(Of a foreigner there is the type alone.)"""
    qr = qr_code(nota)
    if qr is None or qr["dest"] or qr["tipo"] not in ("1", "2"):
        return None
    return Falha(CAMPO, "identificação do destinatário ausente", "CNPJ ou CPF")


@da_nota(
    "nfce:ZX02-328",
    "397",
    desde=_V3,
    homologacao=_V3_HOMOLOGACAO,
    quando=_offline,
    mensagem=DIVERGENTE + "Identificação do Destinatário",
    causa="O destinatário foi incluído ou trocado depois de o QR Code ser gerado.",
    correcao=_REFAZ,
)
def destinatario_divergente(nota: Nota) -> Falha | None:
    """Type and document are those of dest, or absent as it is; of a foreigner, the type."""
    qr = qr_code(nota)
    if qr is None or qr.versao != "3" or not qr.offline:
        return None
    tipo, documento = qr["tipo"], qr["dest"]
    if bool(tipo) != bool(documento) and tipo != _ESTRANGEIRO:
        return None  # 324 and 326 say so
    wanted = _identificacao(nota, documento)
    if (tipo, documento) == wanted or (wanted[0] == _ESTRANGEIRO and not tipo):
        return None
    return Falha(CAMPO, _destinatario(tipo, documento), _destinatario(*wanted))


def _identificacao(nota: Nota, documento: str) -> tuple[str, str]:
    """Type and document of the destinatário; `documento` stands for what is not compared."""
    dest = nota.dest
    if "idEstrangeiro" in dest:
        return _ESTRANGEIRO, documento
    if "CNPJ" in dest:
        return "1", dest["CNPJ"]
    return "2" if dest["CPF"] else "", dest["CPF"]


def _destinatario(tipo: str, documento: str) -> str:
    return f"tipo {tipo}, {documento or 'sem documento'}" if tipo else "sem destinatário"


@da_nota(
    "nfce:ZX02-330",
    "445",
    desde=_V3,
    homologacao=_V3_HOMOLOGACAO,
    quando=_online,
    causa="O QR Code foi gerado em contingência e a nota saiu com emissão normal.",
    correcao="Na emissão normal, gere o QR Code só com chave, versão e ambiente.",
)
def assinatura_na_emissao_normal(nota: Nota) -> Falha | None:
    qr = qr_code(nota)
    if qr is None or qr.versao != "3" or not qr["assinatura"]:
        return None
    return Falha(CAMPO, "assinatura informada", "não informar")


@da_nota(
    "nfce:ZX02-334",
    "474",
    desde=_V3,
    homologacao=_V3_HOMOLOGACAO,
    quando=_offline,
    causa="O QR Code foi gerado antes de a contingência ser ligada.",
    correcao="Em contingência off-line, assine os parâmetros do QR Code com o certificado do "
    "emitente.",
)
def sem_assinatura_na_contingencia(nota: Nota) -> Falha | None:
    qr = qr_code(nota)
    if qr is None or qr.versao != "3" or qr["assinatura"]:
        return None
    return Falha(CAMPO, "assinatura ausente", "assinatura informada")


@da_nota(
    "nfce:ZX02-338",
    "583",
    desde=_V3,
    homologacao=_V3_HOMOLOGACAO,
    quando=_offline,
    mensagem="Valor da assinatura do qrCode difere do valor calculado",
    causa="Os parâmetros mudaram depois de assinados, ou outro certificado os assinou.",
    correcao="Assine de novo, com o certificado que assina a nota, o texto dos sete primeiros "
    "parâmetros com seus separadores (RSA-SHA1, em Base64).",
)
def assinatura_do_qr_code(nota: Nota) -> Falha | None:
    """The signature (RSA-SHA1) of the other parameters is of the note's own certificate."""
    qr = qr_code(nota)
    if qr is None or qr.versao != "3" or not qr["assinatura"] or not nota.certificado:
        return None
    if _is_signature(qr.texto.rpartition("|")[0], qr["assinatura"], nota.certificado):
        return None
    return Falha(CAMPO, "assinatura que não confere", "a dos parâmetros, pelo certificado da nota")


def _is_signature(texto: str, assinatura: str, certificado: str) -> bool:
    """True also where the certificate cannot be read: the signature layer says so."""
    try:
        key = load_der_x509_certificate(base64.b64decode("".join(certificado.split()))).public_key()
    except (ValueError, TypeError, InvalidVersion, UnsupportedAlgorithm):
        return True
    if not isinstance(key, RSAPublicKey):
        return True
    try:
        key.verify(base64.b64decode(assinatura), texto.encode(), PKCS1v15(), SHA1())  # noqa: S303
    except (InvalidSignature, ValueError):
        return False
    return True

"""What came of an attempt: an answer, or a word for why there was none."""

from __future__ import annotations

import asyncio
import errno
import ssl
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Final, NamedTuple

from aiohttp import (
    ClientConnectorCertificateError,
    ClientConnectorError,
    ClientConnectorSSLError,
    ClientHttpProxyError,
    ClientOSError,
    ClientProxyConnectionError,
    ServerDisconnectedError,
)

from fiscalxml_server.webhooks.envio.resolving import (
    DnsFalhou,
    EnderecoRecusado,
    NomeSemEndereco,
)

LONGEST_WAIT: Final = 24 * 3600.0
"""seconds, that a receiver may ask for"""
_WAITED_FOR: Final = frozenset({429, 503})
_OUR_WANT: Final = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})
_PROXY_AUTHENTICATION: Final = 407
_PROXY_FORBIDS: Final = 403


class Erro(StrEnum):
    """Why there was no answer; `tentativas.erro`."""

    ENDERECO_RECUSADO = "endereco_recusado"
    """it leads where nothing is delivered: private networks, metadata …"""
    DNS_DESCONHECIDO = "dns_desconhecido"
    """the name has no address"""
    DNS_FALHOU = "dns_falhou"
    """no server of the name answered in time, or with sense"""
    CONEXAO = "conexao"
    """refused, or no way there"""
    CERTIFICADO_VENCIDO = "certificado_vencido"
    CERTIFICADO_DE_OUTRO = "certificado_de_outro"
    """of another name"""
    CERTIFICADO = "certificado"
    """of an authority that is not trusted, or wrong otherwise"""
    TLS = "tls"
    TEMPO = "tempo"
    """no answer within the time of an attempt"""
    INTERROMPIDA = "interrompida"
    """the connection ended before an answer"""
    RESPOSTA_INVALIDA = "resposta_invalida"
    """not HTTP, or without end"""
    PROXY = "proxy"
    """the installation's proxy does not answer, or does not take us"""
    SEM_RECURSOS = "sem_recursos"
    """this process has no more sockets"""


_OURS: Final = frozenset({Erro.PROXY, Erro.SEM_RECURSOS})
# Of OpenSSL's X509_V_ERR_…
_CERTIFICATES: Final[Mapping[int, Erro]] = {
    9: Erro.CERTIFICADO_VENCIDO,  # not yet valid
    10: Erro.CERTIFICADO_VENCIDO,
    62: Erro.CERTIFICADO_DE_OUTRO,
    64: Erro.CERTIFICADO_DE_OUTRO,  # of another address
}


class Resposta(NamedTuple):
    """Either `codigo` or `erro`."""

    codigo: int | None
    erro: Erro | None
    milissegundos: int
    trecho: str = ""
    """the beginning of what was answered; nothing where it was compressed"""
    retry_after: float | None = None
    """seconds that a 429 or 503 asks us to wait, at most a day"""

    @property
    def entregue(self) -> bool:
        """The receiver has it: any 2xx."""
        return self.codigo is not None and 200 <= self.codigo < 300

    @property
    def nossa(self) -> bool:
        """It failed on our side: no attempt of the receiver's is counted."""
        return self.erro in _OURS


def seconds_of(codigo: int, header: str | None, now: datetime | None = None) -> float | None:
    """What `Retry-After` says, in seconds or as a date; None where it says nothing."""
    if header is None or codigo not in _WAITED_FOR:
        return None
    text = header.strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:10]), LONGEST_WAIT)
    try:
        when = parsedate_to_datetime(text)
        when = when if when.tzinfo else when.replace(tzinfo=UTC)
        wait = (when - (now or datetime.now(UTC))).total_seconds()
    except (ValueError, OverflowError):
        return None
    return min(max(wait, 0.0), LONGEST_WAIT)


def excerpt_of(body: bytes) -> str:
    """As text that a database keeps."""
    return body.decode("utf-8", "replace").replace("\0", "\N{REPLACEMENT CHARACTER}")


def word_for(error: BaseException) -> Erro:
    """The word for what was raised by an attempt."""
    chain: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and cause not in chain:
        chain.append(cause)
        cause = getattr(cause, "os_error", None) or cause.__cause__
    words = (_known(each) for each in reversed(chain))
    return next((word for word in words if word), Erro.RESPOSTA_INVALIDA)


def _known(error: BaseException) -> Erro | None:  # noqa: C901 - a list of kinds, one a line
    match error:
        case EnderecoRecusado():
            return Erro.ENDERECO_RECUSADO
        case DnsFalhou():
            return Erro.DNS_FALHOU
        case NomeSemEndereco():
            return Erro.DNS_DESCONHECIDO
        case ClientProxyConnectionError():
            return Erro.PROXY
        case ClientHttpProxyError():
            return _by_proxy(error.status)
        case ssl.SSLCertVerificationError():
            return _CERTIFICATES.get(error.verify_code, Erro.CERTIFICADO)
        case ClientConnectorCertificateError():
            return Erro.CERTIFICADO
        case ssl.SSLError() | ClientConnectorSSLError():
            return Erro.TLS
        case asyncio.TimeoutError():
            return Erro.TEMPO
        case OSError(errno=number) if number in _OUR_WANT:
            return Erro.SEM_RECURSOS
        case ClientConnectorError():
            return Erro.CONEXAO
        case ServerDisconnectedError() | ClientOSError():
            return Erro.INTERROMPIDA
    return None


def _by_proxy(status: int) -> Erro:
    if status == _PROXY_FORBIDS:
        return Erro.ENDERECO_RECUSADO
    return Erro.PROXY if status == _PROXY_AUTHENTICATION else Erro.CONEXAO

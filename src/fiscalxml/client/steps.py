"""Operations without input and output: generators that yield what is to be done.

A driver does each step and sends back its result, or throws `FalhaDeRede`. There are two drivers
(`sync`, `asynchronous`) and one of everything else. `yield Enviar(…)` gives a `Resposta`,
`yield Abrir(…)` one whose body is read by `LerEvento` and `LerPedaco`, `Entregar` hands a value to
whoever iterates.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from typing import Any, Generic, Literal, TypeAlias, TypeVar

import msgspec

from fiscalxml.client.bodies import Corpo
from fiscalxml.client.errors import RespostaInesperada

T = TypeVar("T")
Servico = Literal["api", "webhooks"]


class Pedido(msgspec.Struct, frozen=True, kw_only=True):
    """A request as data.

    `caminho`: below the service's URL, or an address of its own, which never gets the token.
    `repetivel`: sending it twice does what sending it once does. `leitura`: seconds without a byte
    of the answer before it is given up; None for the client's own. `servico`: whose address it is
    sent to, where they are not all at one.
    """

    metodo: str = "GET"
    caminho: str
    query: Mapping[str, str] = {}
    cabecalhos: Mapping[str, str] = {}
    corpo: Corpo | None = None
    repetivel: bool = True
    leitura: float | None = None
    servico: Servico = "api"


class Resposta(msgspec.Struct, frozen=True):
    """Names of headers are in small letters. `conteudo` is empty for one that is still open."""

    status: int
    cabecalhos: Mapping[str, str]
    conteudo: bytes = b""


class Evento(msgspec.Struct, frozen=True):
    """A server-sent event."""

    id: str
    nome: str
    dados: str


class Enviar(msgspec.Struct, frozen=True):
    pedido: Pedido


class Abrir(msgspec.Struct, frozen=True):
    """As `Enviar`, but the body of an answer that is no error stays to be read."""

    pedido: Pedido


class LerEvento(msgspec.Struct, frozen=True):
    """The next `Evento` of what is open; None after the last."""


class LerPedaco(msgspec.Struct, frozen=True):
    """The next bytes of what is open; none after the last."""


class Dormir(msgspec.Struct, frozen=True):
    segundos: float


class Entregar(msgspec.Struct, Generic[T], frozen=True):
    valor: T


Passo: TypeAlias = Enviar | Abrir | LerEvento | LerPedaco | Dormir
Passos: TypeAlias = Generator[Passo, Any, T]
"""steps that end in a T"""
Fluxo: TypeAlias = Generator[Passo | Entregar[T], Any, None]
"""steps that hand over a T now and then"""


def asked(pedido: Pedido, read: Callable[[bytes], T]) -> Passos[T]:
    """Send it and read the answer. Raises `RespostaInesperada`."""
    resposta: Resposta = yield Enviar(pedido)
    return read_as(read, resposta.conteudo)


def read_as(read: Callable[[bytes], T], data: bytes) -> T:
    """Raises `RespostaInesperada`."""
    try:
        return read(data)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise RespostaInesperada(
            "A resposta do serviço não é a que este cliente conhece. Confira o endereço e se a "
            f"versão do cliente é a do serviço ({error})."
        ) from None

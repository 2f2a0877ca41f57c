"""What can go wrong on the way to the service. What the service itself refuses: `problems`."""

from __future__ import annotations


class FalhaDoCliente(Exception):
    """Of everything that the client raises. Its text is Portuguese, for the user."""


class ConfiguracaoInvalida(FalhaDoCliente):
    """The URL or the token is missing, or is none."""


class FalhaDeRede(FalhaDoCliente):
    """The service could not be reached, or the connection broke.

    `antes_do_envio`: nothing of the request can have arrived.
    """

    def __init__(self, mensagem: str, *, antes_do_envio: bool = False) -> None:
        super().__init__(mensagem)
        self.antes_do_envio = antes_do_envio


class RespostaInesperada(FalhaDoCliente):
    """The answer has another shape than this version of the client knows."""


class EsperaEsgotada(FalhaDoCliente):
    """What was waited for has not happened in time; it goes on in the service."""

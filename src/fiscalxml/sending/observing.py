"""How a run of sending goes: told to whoever watches it, and counted."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

import msgspec

from fiscalxml.client import Lote
from fiscalxml.client.errors import FalhaDoCliente
from fiscalxml.client.problems import ErroDoServico
from fiscalxml.sending.files import NaoLido
from fiscalxml.sending.records import Parte, Resultado


class Observador(Protocol):
    """Is told how it goes."""

    def found(self) -> None:
        """A file was found."""

    def unread(self, nao_lido: NaoLido) -> None: ...

    def changed(self, caminho: str) -> None:
        """A file changed, or went, between being found and being sent."""

    def bytes_sent(self, number: int) -> None: ...

    def sent(self, arquivos: int) -> None:
        """The service has taken a remessa of so many files."""

    def processing(self, lote: Lote) -> None: ...

    def refused(self, partes: list[Parte], erro: ErroDoServico) -> None: ...

    def concluded(self, lote: Lote, resultados: Iterable[Resultado]) -> None: ...

    def waiting(self, motivo: FalhaDoCliente, segundos: float) -> None:
        """The service is away, or busy; it is asked again so soon."""


class Resumo(msgspec.Struct):
    """What a run did, in files."""

    arquivos: int = 0
    enviados: int = 0
    ja_enviados: int = 0
    repetidos: int = 0
    alheios: int = 0
    nao_lidos: int = 0
    mudados: int = 0
    lotes: int = 0

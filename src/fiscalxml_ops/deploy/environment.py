"""What a switch needs of the place where both colours run. A NEW PLACE implements these.

Everything here may be asked again: a command that was interrupted is given once more.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from fiscalxml_ops.deploy.colours import Cor, Parte
from fiscalxml_ops.deploy.decision import Contagem, Medida, Trabalho


class NaoFoi(Exception):
    """A step that failed; its text is for people."""


class Ambiente(Protocol):
    """Processes of two colours behind a balancer."""

    def expandir(self, cor: Cor) -> None:
        """Bring the database to what this colour's version adds; what serves goes on serving."""

    def contrair(self, cor: Cor) -> None:
        """And without what only older versions used; no other version runs any more."""

    def iniciar(self, cor: Cor, parte: Parte) -> None:
        """Start it. It gets no requests yet. Raises NaoFoi where it does not come up."""

    def parar(self, cor: Cor, parte: Parte) -> None:
        """End it in good order, and wait: what it holds is finished or handed back."""

    def enderecos(self, cor: Cor) -> Mapping[str, str]:
        """Role of `Parte.WEB` -> where it is reached past the balancer."""

    def repartir(self, cor: Cor, por_cento: int) -> None:
        """So many of new requests go to this colour, the others to the other, whatever they are
        like."""

    def atende(self, cor: Cor) -> bool:
        """Whether all that answers of it is well for the balancer, and what works is there."""

    def abertas(self, cor: Cor) -> int:
        """Requests under way at a colour that gets no new ones."""

    def medida(self, cor: Cor, segundos: float) -> Medida:
        """Of the requests that ended in the last so many seconds."""

    def contagem(self, cor: Cor) -> Contagem:
        """Of all requests that ended since any moment before: by the balancer's own count, and as
        `medida` has them, which may be blind."""

    def trabalho(self, cor: Cor) -> Trabalho:
        """Of what works of it (`Parte.FUNDO`), since any moment before."""

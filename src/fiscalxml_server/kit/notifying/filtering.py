"""Which notificações a subscription wants: pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from fiscalxml_server.kit.notifying.types import Notificacao


class Filtro(msgspec.Struct, frozen=True):
    """Each list: any of these; empty: all. What a notificação does not tell is not filtered."""

    tipos: Sequence[str] = ()
    empresas: Sequence[str] = ()
    """CNPJ or CPF, bare, of a party of the document"""
    modelos: Sequence[str] = ()
    vereditos: Sequence[str] = ()

    def wants(self, notificacao: Notificacao) -> bool:
        """Whether to tell it."""
        return (
            _among(notificacao.tipo, self.tipos)
            and _among(notificacao.modelo, self.modelos)
            and _among(notificacao.veredito, self.vereditos)
            and (
                not self.empresas
                or notificacao.empresas is None
                or not notificacao.empresas.isdisjoint(self.empresas)
            )
        )

    def wants_any(self, tipos: Iterable[str]) -> bool:
        """Whether it may want one of these kinds."""
        return not self.tipos or any(tipo in self.tipos for tipo in tipos)


def _among(value: str | None, wanted: Sequence[str]) -> bool:
    return not wanted or value is None or value in wanted

"""How far a member reaches: what it may do and for which companies, and whom it may manage."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.auth.membros import repository
from fiscalxml_server.kit.auth import Sujeito
from fiscalxml_server.kit.errors import Problema, SemPermissao
from fiscalxml_server.kit.rbac import PERMISSOES, Escopo, Papel

_PERSON = "pessoa:"


class AlcanceInsuficiente(Problema):
    status, codigo, titulo = 403, "alcance_insuficiente", "Está fora do seu alcance"
    explicacao = (
        "Ninguém dá a outro, nem muda em outro, mais do que tem: só um dono faz, altera ou remove "
        "outro dono, e quem vê algumas empresas só trata de quem vê essas, ou menos."
    )


class Alcance(msgspec.Struct, frozen=True):
    """A role and its companies; None for all of them."""

    papel: Papel
    empresas: frozenset[str] | None

    @classmethod
    def of(cls, papel: str, empresas: Sequence[str] | None) -> Alcance:
        """From a row."""
        return cls(Papel(papel), None if empresas is None else frozenset(empresas))

    def covers(self, other: Alcance) -> bool:
        """Whether the other may do nothing, and sees nothing, that this one may not."""
        return PERMISSOES[other.papel] <= PERMISSOES[self.papel] and (
            self.empresas is None
            or (other.empresas is not None and other.empresas <= self.empresas)
        )

    def must_cover(self, *others: Alcance) -> None:
        """Raises `AlcanceInsuficiente`."""
        if not all(map(self.covers, others)):
            raise AlcanceInsuficiente("Isto vai além do que você mesmo pode ou vê.")


def person_of(sujeito: Sujeito) -> UUID:
    """Who asks. What needs a scope of people is asked by people alone."""
    return UUID(sujeito.ator.removeprefix(_PERSON))


async def acting(conn: AsyncConnection, sujeito: Sujeito, escopo: Escopo) -> Alcance:
    """What the caller is at this moment: a token may say what no longer holds. Raises 403."""
    row = await repository.find(conn, sujeito.organizacao, person_of(sujeito))
    if row is None or escopo not in PERMISSOES[Papel(row.papel)]:
        raise SemPermissao("O seu papel nesta organização mudou.", escopo=escopo.value)
    return Alcance.of(row.papel, row.empresas)

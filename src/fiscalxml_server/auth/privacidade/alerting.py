"""An incident of the service itself: entered for each organisation it concerns, whose owners are
told at once, since they have three business days to tell the ANPD and the persons.
"""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from fiscalxml_server.auth import correio
from fiscalxml_server.auth.chaves.people import addresses
from fiscalxml_server.auth.privacidade import repository
from fiscalxml_server.auth.privacidade.incidents import checked, write
from fiscalxml_server.auth.privacidade.schemas import NovoIncidente
from fiscalxml_server.auth.resources import Recursos
from fiscalxml_server.kit.audit import SISTEMA

_ASSUNTO = "Incidente de segurança com dados da sua organização"
_TEXTO = """\
Houve um incidente de segurança que pode ter atingido dados pessoais dos documentos da sua
organização, que é a controladora deles.

{descricao}

Dados: {dados}

O que se fez e se fará: {medidas}

{prazo}Os pormenores estão em GET /v1/privacidade/incidentes, onde se registra também a comunicação.
"""
_PRAZO = """\
A comunicação à ANPD e aos titulares cabe à organização, até {prazo:%d/%m/%Y} (Resolução CD/ANPD
15/2024).

"""


async def alert(
    recursos: Recursos, novo: NovoIncidente, organizacoes: Collection[UUID] | None
) -> int:
    """Enter it for these organisations, or for all; for how many. Raises `ParametrosInvalidos`."""
    values = checked(novo)
    count, after = 0, None
    while True:
        async with recursos.banco.transacao() as conn:
            found = await repository.organisations(conn, after, 500)
        for each in found:
            if organizacoes is None or each["id"] in organizacoes:
                await _alert(recursos, each["id"], values)
                count += 1
        if len(found) < 500:
            return count
        after = found[-1]["id"]


async def _alert(recursos: Recursos, organizacao: UUID, values: dict[str, object]) -> None:
    prazo = _PRAZO.format(prazo=values["prazo"]) if values["prazo"] else ""
    texto = _TEXTO.format(**{**values, "prazo": prazo})
    async with recursos.banco.transacao(organizacao) as conn:
        for address in await addresses(conn, organizacao, ""):
            await correio.enqueue(
                conn, recursos.segredos, para=address, assunto=_ASSUNTO, texto=texto
            )
        await write(conn, organizacao, SISTEMA, values)

"""Whether an organisation may ask for more work, by how long its oldest has been waiting."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from fiscalxml_server.kit import jobs
from fiscalxml_server.kit.errors import Problema
from fiscalxml_server.kit.resources import Recursos


class FilaCheia(Problema):
    status, codigo, titulo = 429, "fila_cheia", "Há trabalho demais à espera"
    explicacao = (
        "O trabalho mais antigo da organização espera há tempo demais. Novos voltam a ser aceitos "
        "quando a fila andar; Retry-After diz quando tentar."
    )


# Medida: contrapressao
async def admit(
    recursos: Recursos, organizacao: UUID, tipos: Collection[str] | None = None
) -> None:
    """Raises `FilaCheia`. `tipos`: types of jobs that what is asked for waits for; all of them."""
    async with recursos.banco.whole.transacao(organizacao) as conn:
        age = await jobs.backlog_age(conn, organizacao, tipos)
    if age > recursos.settings.max_backlog_seconds:
        raise FilaCheia("Espere o que foi pedido antes andar.", headers={"Retry-After": "30"})

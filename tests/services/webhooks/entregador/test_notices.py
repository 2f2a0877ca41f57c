"""The e-mail about a disabled subscription is asked for until the Auth Service has taken it."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from sqlalchemy import text

from fiscalxml_server.kit.errors import Indisponivel
from fiscalxml_server.webhooks.entregador.notices import Avisos
from services.webhooks.portal import Casa, Portal


class Contas:
    """The Auth Service: away, until told otherwise."""

    def __init__(self) -> None:
        self.away = True
        self.asked: list[dict[str, Any]] = []

    async def tell(self, aviso: dict[str, object]) -> None:
        self.asked.append(msgspec.to_builtins(aviso))
        if self.away:
            raise Indisponivel("fora")


def test_it_is_asked_for_until_it_is_taken(portal: Portal, casa: Casa) -> None:
    assinatura = casa.new(url="https://erp.exemplo.com.br/caminho?segredo=1")["id"]
    banco, contas = portal.banco("fiscalxml_entregador"), Contas()
    avisos = Avisos(banco, contas)  # type: ignore[arg-type]

    async def disable() -> None:
        async with banco.transacao() as conn:
            await conn.execute(
                text(
                    "UPDATE webhooks.assinaturas SET situacao = 'desativada',"
                    " desativada_em = now(), motivo = 'Só houve falhas' WHERE id = :id"
                ),
                {"id": assinatura},
            )

    portal.run(disable())
    with pytest.raises(Indisponivel):
        portal.run(avisos.tell())
    contas.away = False
    portal.run(avisos.tell())
    portal.run(avisos.tell())
    first, second = contas.asked
    assert first == second
    assert first["assinatura"] == assinatura
    assert first["organizacao"] == str(casa.id)
    assert (first["motivo"], first["onde"]) == ("falhas", "https://erp.exemplo.com.br")
    portal.run(banco.close())

"""The service's own secret changes: nothing of a subscription is lost by it."""

from __future__ import annotations

import secrets
from datetime import datetime
from pathlib import Path
from uuid import UUID

from fiscalxml_server.kit.secrets import Segredos
from fiscalxml_server.webhooks.assinaturas.headers import open_headers
from fiscalxml_server.webhooks.assinaturas.signing_keys import open_secrets
from fiscalxml_server.webhooks.assinaturas.tasks import reseal
from services.webhooks.portal import Casa, Portal


def test_what_another_secret_of_the_service_sealed_is_sealed_anew(
    portal: Portal, casa: Casa
) -> None:
    created = casa.new(cabecalhos={"X-Chave": "segredo-do-erp"})
    bare = casa.new()
    file: Path = portal.values["webhooks_secret_file"]
    file.write_text(f"{secrets.token_hex(32)}\n{file.read_text()}")
    both = Segredos.read(file)
    before = casa.read(created["id"])
    assert not portal.run(_reseal(portal, both))
    file.write_text(file.read_text().split()[0])
    alone = Segredos.read(file)
    for each in (created, bare):
        (row,) = casa.sql(
            "SELECT segredos, cabecalhos FROM webhooks.assinaturas WHERE id = :id",
            id=UUID(each["id"]),
        )
        (segredo,) = open_secrets(alone, UUID(each["id"]), row.segredos)
        assert segredo.texto == each["segredo"]
        told = list(open_headers(alone, UUID(each["id"]), row.cabecalhos))
        assert told == each["cabecalhos"]
    (row,) = casa.sql("SELECT alterado_em FROM webhooks.assinaturas WHERE cabecalhos IS NOT NULL")
    assert row.alterado_em == datetime.fromisoformat(before["alterado_em"])
    versions = casa.sql("SELECT xmin FROM webhooks.assinaturas")
    portal.run(_reseal(portal, alone))
    assert casa.sql("SELECT xmin FROM webhooks.assinaturas") == versions


async def _reseal(portal: Portal, segredos: Segredos) -> bool:
    banco = portal.banco("fiscalxml_entregador")
    try:
        return await reseal(banco, segredos)
    finally:
        await banco.close()

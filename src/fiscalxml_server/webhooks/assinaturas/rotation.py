"""The secrets of a subscription: shown, changed, the one before taken back."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from fiscalxml_server.kit.audit import Acao
from fiscalxml_server.kit.auth import Sujeito
from fiscalxml_server.kit.errors import NaoEncontrado
from fiscalxml_server.webhooks.assinaturas import repository
from fiscalxml_server.webhooks.assinaturas.schemas import SegredoDeWebhook, WebhookCriado
from fiscalxml_server.webhooks.assinaturas.service import record_about, require
from fiscalxml_server.webhooks.assinaturas.signing_keys import (
    in_force,
    open_secrets,
    rotated,
    seal_secrets,
)
from fiscalxml_server.webhooks.assinaturas.views import webhook_view, with_secret
from fiscalxml_server.webhooks.resources import Recursos


async def show(recursos: Recursos, sujeito: Sujeito, assinatura: UUID) -> SegredoDeWebhook:
    """The current one. Raises `NaoEncontrado`."""
    async with recursos.banco.transacao(sujeito.organizacao) as conn:
        row = await require(conn, sujeito, assinatura)
    current = open_secrets(recursos.segredos, assinatura, row["segredos"])[0]
    return SegredoDeWebhook(current.texto, current.publica, current.criado_em)


async def rotate(
    recursos: Recursos, sujeito: Sujeito, assinatura: UUID, horas: int
) -> WebhookCriado:
    """Another one; that of now signs for so many hours more beside it, those before it do not.

    Raises `NaoEncontrado`.
    """
    segredos, now = recursos.segredos, datetime.now(UTC)
    async with recursos.banco.transacao(sujeito.organizacao) as conn:
        row = await require(conn, sujeito, assinatura, lock=True)
        secrets = rotated(open_secrets(segredos, assinatura, row["segredos"]), horas, now)
        sealed = seal_secrets(segredos, assinatura, secrets)
        row = await repository.change(conn, sujeito.organizacao, assinatura, segredos=sealed)
        await record_about(
            conn, sujeito, Acao.WEBHOOK_SEGREDO_TROCADO, row, validade_anterior=horas
        )
    return with_secret(webhook_view(segredos, row), secrets[0])


async def forget_previous(recursos: Recursos, sujeito: Sujeito, assinatura: UUID) -> None:
    """The one before signs no more. Raises `NaoEncontrado`, also where none does."""
    segredos = recursos.segredos
    async with recursos.banco.transacao(sujeito.organizacao) as conn:
        row = await require(conn, sujeito, assinatura, lock=True)
        secrets = open_secrets(segredos, assinatura, row["segredos"])
        if len(in_force(secrets, datetime.now(UTC))) == 1:
            raise NaoEncontrado("Este webhook não tem segredo anterior que ainda assine.")
        sealed = seal_secrets(segredos, assinatura, secrets[:1])
        row = await repository.change(conn, sujeito.organizacao, assinatura, segredos=sealed)
        await record_about(conn, sujeito, Acao.WEBHOOK_SEGREDO_ANTERIOR_REMOVIDO, row)

"""Subscriptions as they are told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec
from sqlalchemy import RowMapping

from fiscalxml_server.kit.secrets import Segredos
from fiscalxml_server.webhooks.assinaturas.headers import open_headers
from fiscalxml_server.webhooks.assinaturas.schemas import Webhook, WebhookCriado
from fiscalxml_server.webhooks.assinaturas.signing_keys import Segredo, in_force, open_secrets

_AS_THEY_ARE = (
    *("id", "url", "descricao", "tipos", "empresas", "modelos", "vereditos", "por_minuto"),
    *("simultaneas", "ordenada", "situacao", "motivo", "falhando_desde", "desativada_em"),
    *("criada_por", "criado_em", "alterado_em"),
)


def webhook_view(segredos: Segredos, row: RowMapping) -> Webhook:
    """Without any secret."""
    secrets = in_force(open_secrets(segredos, row["id"], row["segredos"]), datetime.now(UTC))
    return Webhook(
        **{name: row[name] for name in _AS_THEY_ARE},
        cabecalhos=list(open_headers(segredos, row["id"], row["cabecalhos"])),
        chave_publica=secrets[0].publica,
        segredo_criado_em=secrets[0].criado_em,
        anterior_vale_ate=_previous_until(secrets),
    )


def with_secret(webhook: Webhook, segredo: Segredo) -> WebhookCriado:
    """With the secret that it is signed by now."""
    return WebhookCriado(**msgspec.structs.asdict(webhook), segredo=segredo.texto)


def _previous_until(secrets: Sequence[Segredo]) -> datetime | None:
    return secrets[1].expira_em if len(secrets) > 1 else None

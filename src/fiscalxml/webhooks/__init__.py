"""Webhooks, for who receives them: `verify` says whether a request came from the service.

    from fiscalxml.webhooks import NotificacaoRecusada, verify

    notificacao = verify(body, headers, "whsec_…")

Needs no web framework and no extra. `Signer` is the other side: what the service signs with, and
what a receiver's own tests may sign with (Standard Webhooks 1.0, `v1` and `v1a`).
"""

from fiscalxml.webhooks.keys import new_key, new_secret, public_key
from fiscalxml.webhooks.signing import Signer
from fiscalxml.webhooks.verifying import Notificacao, NotificacaoRecusada, verify

__all__ = [
    "Notificacao",
    "NotificacaoRecusada",
    "Signer",
    "new_key",
    "new_secret",
    "public_key",
    "verify",
]

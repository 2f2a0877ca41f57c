"""Notificações: what the services tell the subscribers of webhooks.

`await publish(conn, organizacao, make)`, in the transaction that causes them: they are told if it
commits, and never otherwise. `types` lists them; `filtering` says who wants which.
"""

from fiscalxml_server.kit.notifying.publishing import publish
from fiscalxml_server.kit.notifying.types import Notificacao, Tipo

__all__ = ["Notificacao", "Tipo", "publish"]

"""E-mails: written with what causes them, sent afterwards.

`await correio.enqueue(conn, segredos, para=..., assunto=..., texto=...)`
"""

from fiscalxml_server.auth.correio.service import enqueue

__all__ = ["enqueue"]

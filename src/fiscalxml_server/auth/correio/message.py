"""The message that an e-mail is: plain text in Portuguese, signed."""

from __future__ import annotations

from datetime import datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Final
from uuid import UUID

from fiscalxml_server.auth.correio.schemas import Carta

SIGNATURE: Final = "-- \nAPI Fiscal XML\nMensagem automática; não a responda."


def sender(mail_from: str) -> Address:
    """`Name <address>` of the settings. Raises ValueError."""
    name, address = parseaddr(mail_from)
    if not address:
        raise ValueError("FISCALXML_MAIL_FROM is not an address")
    return Address(name, addr_spec=address)


def compose(carta: Carta, de: Address, email: UUID, quando: datetime) -> EmailMessage:
    """The same at each attempt, so that who gets it twice sees one. Raises ValueError."""
    message = EmailMessage(policy.SMTP)
    message["From"] = de
    message["To"] = Address(addr_spec=carta.para)
    message["Subject"] = carta.assunto
    message["Date"] = quando
    message["Message-ID"] = f"<{email}@{de.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(f"{carta.texto.strip()}\n\n{SIGNATURE}\n", cte="quoted-printable")
    return message

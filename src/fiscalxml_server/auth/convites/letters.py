"""The e-mail that invites."""

from __future__ import annotations

from fiscalxml_server.kit.rbac import Papel
from fiscalxml_server.kit.settings import Settings


def invitation(settings: Settings, organizacao: str, papel: Papel, codigo: str) -> tuple[str, str]:
    """Subject and text."""
    link = f"{settings.public_url}/convite#codigo={codigo}"
    return (
        "Convite para uma organização",
        f"Você foi convidado para a organização {organizacao}, como {papel}. Para aceitar, em até "
        f"7 dias:\n\n{link}\n\nOu informe o código:\n\n{codigo}\n\n"
        "Se não esperava por isso, ignore esta mensagem: sem a aceitação, nada acontece.",
    )

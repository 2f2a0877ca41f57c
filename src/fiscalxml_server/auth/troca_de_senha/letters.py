"""The e-mails of a new password."""

from __future__ import annotations

from fiscalxml_server.kit.settings import Settings


def forgotten(settings: Settings, codigo: str) -> tuple[str, str]:
    """Subject and text for who forgot it."""
    link = f"{settings.public_url}/senha/nova#codigo={codigo}"
    return (
        "Escolha outra senha",
        "Alguém pediu uma senha nova para a sua conta. Se foi você, escolha-a em até uma hora:"
        f"\n\n{link}\n\nOu informe o código:\n\n{codigo}\n\n"
        "Se não foi você, ignore esta mensagem: a senha continua a mesma.",
    )


CHANGED = ("A sua senha mudou", "A senha da sua conta foi trocada, e as sessões foram encerradas.")

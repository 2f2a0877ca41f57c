"""The e-mails of sign-up. Nothing that a stranger wrote is in them: they go to any address."""

from __future__ import annotations

from fiscalxml_server.kit.settings import Settings


def confirm(settings: Settings, codigo: str) -> tuple[str, str]:
    """Subject and text for who is to confirm the e-mail."""
    link = f"{settings.public_url}/cadastro/confirmacao#codigo={codigo}"
    return (
        "Confirme o seu e-mail",
        "Alguém abriu uma conta com este e-mail. Se foi você, confirme em até 24 horas, com a "
        f"senha que escolheu:\n\n{link}\n\nOu informe o código:\n\n{codigo}\n\n"
        "Se não foi você, ignore esta mensagem: sem a confirmação, a conta não existe.",
    )


def known(settings: Settings) -> tuple[str, str]:
    """Subject and text for who has an account already."""
    return (
        "Você já tem uma conta",
        "Alguém tentou abrir uma conta com este e-mail, que já tem uma. Nada mudou.\n\n"
        "Se foi você, entre com a sua senha; se a esqueceu, peça outra em "
        f"{settings.public_url}/senha/esquecida.\n\n"
        "Se não foi você, ignore esta mensagem.",
    )

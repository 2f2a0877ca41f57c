"""The e-mails of another e-mail. Nothing a stranger wrote is in them: they go to any address."""

from __future__ import annotations

from fiscalxml_server.kit.settings import Settings


def confirm(settings: Settings, codigo: str) -> tuple[str, str]:
    """Subject and text for the new address."""
    link = f"{settings.public_url}/conta/email#codigo={codigo}"
    return (
        "Confirme o seu e-mail novo",
        "Alguém pediu que uma conta passe a usar este e-mail. Se foi você, confirme em até 24 "
        f"horas, com a senha da conta:\n\n{link}\n\nOu informe o código:\n\n{codigo}\n\n"
        "Se não foi você, ignore esta mensagem: sem a confirmação, nada muda.",
    )


def taken(settings: Settings) -> tuple[str, str]:
    """Subject and text for an address that has an account already."""
    return (
        "Você já tem uma conta",
        "Alguém pediu que outra conta passe a usar este e-mail, que já tem uma. Nada mudou.\n\n"
        "Se foi você, entre com este e-mail; se esqueceu a senha, peça outra em "
        f"{settings.public_url}/senha/esquecida.\n\n"
        "Se não foi você, ignore esta mensagem.",
    )


def notice(settings: Settings, codigo: str) -> tuple[str, str]:
    """Subject and text for the old address."""
    link = f"{settings.public_url}/conta/email/anterior#codigo={codigo}"
    return (
        "Pediram outro e-mail para a sua conta",
        "Alguém que entrou na sua conta pediu que ela passe a usar outro e-mail. Se foi você, não "
        "faça nada.\n\nSe não foi você, desfaça em até 7 dias, mesmo que o e-mail já tenha mudado:"
        f"\n\n{link}\n\nOu informe o código:\n\n{codigo}\n\n"
        "As sessões são encerradas, e a senha de agora deixa de valer.",
    )


def undone(settings: Settings) -> tuple[str, str]:
    """Subject and text for the address that the account has again."""
    return (
        "O e-mail da sua conta é este",
        "A troca de e-mail foi desfeita, as sessões foram encerradas e a senha deixou de valer. "
        f"Escolha outra em {settings.public_url}/senha/esquecida, e confira os seus segundos "
        "fatores.",
    )

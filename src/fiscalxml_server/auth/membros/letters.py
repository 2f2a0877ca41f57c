"""The e-mails that tell members of what happened to them."""

from __future__ import annotations

from fiscalxml_server.kit.rbac import Papel


def changed(organizacao: str, papel: Papel) -> tuple[str, str]:
    """Subject and text for who has another role, or other companies."""
    return (
        "O seu acesso mudou",
        f"O seu acesso à organização {organizacao} mudou; o seu papel nela é {papel}. "
        "Vale a partir de agora.\n\nSe não esperava por isso, fale com um dono da organização.",
    )


def ended(organizacao: str) -> tuple[str, str]:
    """Subject and text for whose sessions do not come into it any more."""
    return (
        "As suas sessões foram encerradas",
        f"Quem administra a organização {organizacao} encerrou as suas sessões nela. O seu acesso "
        "continua: entre de novo para voltar a ela. Nas suas outras organizações nada mudou.\n\n"
        "Se não esperava por isso, troque a senha e fale com um dono da organização.",
    )


def removed(organizacao: str) -> tuple[str, str]:
    """Subject and text for who does not belong to it any more."""
    return (
        "O seu acesso terminou",
        f"Você não participa mais da organização {organizacao}. A sua conta continua.\n\n"
        "Se não esperava por isso, fale com um dono da organização.",
    )

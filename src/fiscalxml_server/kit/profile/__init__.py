"""What a production profile demands of the settings of each role.

A service refuses to start where something is missing or weak (`refuse_weak`), and
`fiscalxml doctor` says the same beforehand. Values are never told, only names of settings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from fiscalxml_server.kit.profile import accounts, deliveries, keys, servers
from fiscalxml_server.kit.profile.faults import Falha
from fiscalxml_server.kit.settings import Settings

Verificacao = Callable[[Settings], Iterator[Falha]]

_ALWAYS: Final[tuple[Verificacao, ...]] = (
    servers.database,
    servers.authority,
    servers.telemetry,
    keys.no_local_keys,
)
_EVERYWHERE: Final[tuple[Verificacao, ...]] = (*_ALWAYS, servers.broker)
_ASKED: Final[tuple[Verificacao, ...]] = (servers.limits, servers.proxies, keys.certificate)
_STORING: Final[tuple[Verificacao, ...]] = (servers.objects, keys.master_key)
_DELIVERING: Final[tuple[Verificacao, ...]] = (
    accounts.auth_service,
    keys.service_key,
    keys.webhooks_secret,
    deliveries.receivers,
)
EXIGENCIAS: Final[Mapping[str, tuple[Verificacao, ...]]] = {
    "api": (*_EVERYWHERE, *_ASKED, *_STORING, accounts.auth_service, keys.service_key),
    "worker": (*_EVERYWHERE, *_STORING),
    "relay": (*_EVERYWHERE, *_STORING),
    "auth": (
        *_EVERYWHERE,
        *_ASKED,
        servers.audit,
        keys.auth_secret,
        keys.known_services,
        accounts.public,
        accounts.mail,
    ),
    "webhooks": (*_ALWAYS, *_ASKED, *_DELIVERING),
    "entregador": (*_ALWAYS, *_DELIVERING),
}
"""role -> what is looked at"""


class PerfilRecusado(SystemExit):
    """The process ends, and says what its settings lack."""

    def __init__(self, papel: str, falhas: list[Falha]) -> None:
        lines = (f"  FISCALXML_{each.variavel}: {each.motivo}" for each in falhas)
        super().__init__(
            f"O perfil de produção não aceita as configurações do serviço {papel}:\n"
            + "\n".join(lines)
        )
        self.falhas = falhas


def examine(settings: Settings, papel: str) -> list[Falha]:
    """What is missing or weak for a production profile, in the order of the settings' table."""
    found = [falha for check in EXIGENCIAS[papel] for falha in check(settings)]
    wanted = f"fiscalxml_{papel}"
    if settings.database_role != wanted:
        found.insert(0, Falha("DATABASE_ROLE", f"deve ser {wanted}, que não é dono das tabelas."))
    return found


# Medida: perfil-de-producao
def refuse_weak(settings: Settings, papel: str) -> None:
    """Raises `PerfilRecusado` in production, where something is missing or weak."""
    if settings.perfil == "producao" and (falhas := examine(settings, papel)):
        raise PerfilRecusado(papel, falhas)

"""What the endpoints of privacy share: who asks, and why lists are not audited."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import Depends

from fiscalxml_server.kit.auth import Sujeito
from fiscalxml_server.kit.http.auth import requires
from fiscalxml_server.kit.rbac import Escopo

Leitor = Annotated[Sujeito, Depends(requires(Escopo.PRIVACIDADE_LER))]
Escritor = Annotated[Sujeito, Depends(requires(Escopo.PRIVACIDADE_ESCREVER))]
Dono = Annotated[Sujeito, Depends(requires(Escopo.ORGANIZACAO_ENCERRAR))]

LISTED: Final = "lista o que se registrou, e cada registro é auditado quando se faz"

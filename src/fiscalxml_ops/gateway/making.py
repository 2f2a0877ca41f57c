"""Files of the gateway, and what `make operacao` makes of them by default."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from fiscalxml_ops.gateway import kong, nginx
from fiscalxml_ops.gateway.installation import Instalacao
from fiscalxml_ops.gateway.keys import Chave
from fiscalxml_ops.gateway.operations import operations
from fiscalxml_ops.gateway.routes import routes
from fiscalxml_ops.gateway.scripts import chunks
from fiscalxml_server.kit.settings import Settings

FOLDER: Final = "infra/kong"


def files(
    instalacao: Instalacao, settings: Settings, chaves: Sequence[Chave] = ()
) -> Mapping[str, str]:
    """Name -> content; `settings` say how large a body may be."""
    rotas = routes(operations(settings, documentacao=instalacao.documentacao))
    trechos = chunks(instalacao, rotas)
    return {
        "kong.yml": kong.render(kong.declarative(instalacao, rotas, trechos, chaves)),
        "kong.env": kong.environment(instalacao, settings),
        "nginx.conf": nginx.render(instalacao, rotas, trechos, settings, chaves),
    }


def artefacts() -> Mapping[str, str]:
    """By the settings' own defaults, whatever the environment says."""
    made = files(Instalacao(), Settings.model_construct())
    return {f"{FOLDER}/{name}": content for name, content in made.items()}

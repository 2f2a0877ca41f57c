"""Documents kept untouched, sealed for their organisation, in a folder or in S3.

`Objetos` is the door. A copy is addressed by its `Local`; many copies are gathered into one object
with a `Pacote`; what may not fit in memory is an upload, sealed frame by frame.
"""

from fiscalxml_server.kit.storage.errors import (
    ChaveApagada,
    ChaveDesconhecida,
    CopiaAdulterada,
    CopiaAusente,
    EnvioGrande,
)
from fiscalxml_server.kit.storage.location import DIRETO, Local, nome_do_objeto
from fiscalxml_server.kit.storage.objects import Objetos
from fiscalxml_server.kit.storage.packs import Pacote
from fiscalxml_server.kit.storage.uploads import Envio

__all__ = [
    "DIRETO",
    "ChaveApagada",
    "ChaveDesconhecida",
    "CopiaAdulterada",
    "CopiaAusente",
    "Envio",
    "EnvioGrande",
    "Local",
    "Objetos",
    "Pacote",
    "nome_do_objeto",
]

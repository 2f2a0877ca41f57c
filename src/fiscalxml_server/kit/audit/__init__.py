"""The audit log: what was done, by whom, to what, in the transaction in which it is done.

Each organisation has a chain: an entry's hash (`elo`) covers the one before, so that nothing can be
edited, removed, put elsewhere or cut off at the end without being found. What a person wrote, or
what names one, goes into `detalhes`: the chain covers its salted hash, so that it can be erased
and the chain still holds. `ator` and `alvo` are ids.
"""

from fiscalxml_server.kit.audit.acoes import Acao
from fiscalxml_server.kit.audit.chain import (
    ANONIMO,
    ENDERECO,
    INSTALACAO,
    SALT_BYTES,
    SISTEMA,
    Registro,
    link,
    micros,
    record,
)
from fiscalxml_server.kit.audit.models import cadeias, registros

__all__ = [
    "ANONIMO",
    "ENDERECO",
    "INSTALACAO",
    "SALT_BYTES",
    "SISTEMA",
    "Acao",
    "Registro",
    "cadeias",
    "link",
    "micros",
    "record",
    "registros",
]

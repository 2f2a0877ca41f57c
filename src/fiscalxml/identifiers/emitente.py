"""Who issued a document, as its access key says."""

from __future__ import annotations

import re
from typing import Final

from fiscalxml.identifiers.chave import SERIES_DE_CPF, TAMANHO
from fiscalxml.identifiers.chave_nfse import TAMANHO as TAMANHO_NFSE

_CHAVE: Final = re.compile(r"[0-9]{6}[0-9A-Z]{12}[0-9]{26}")
_CHAVE_NFSE: Final = re.compile(r"[0-9]{9}[0-9A-Z]{12}[0-9]{29}")
_CPF_NA_NFSE: Final = "1"  # tipo de inscrição federal
_ZEROS: Final = "0" * 14


def emitente_of(chave: str) -> str | None:
    """The CNPJ (14 characters) or CPF (11) in a key of 44 characters, or of 50 for an NFS-e.

    Check digits do not matter: a wrong key still says whose it is. None where there is no number.
    The key of an NF-e avulsa holds the CNPJ of the SEFAZ.
    """
    if len(chave) == TAMANHO and _CHAVE.fullmatch(chave):
        inscricao = chave[6:20]
        is_cpf = int(chave[22:25]) in SERIES_DE_CPF.get(chave[20:22], ())
    elif len(chave) == TAMANHO_NFSE and _CHAVE_NFSE.fullmatch(chave):
        inscricao = chave[9:23]
        is_cpf = chave[8] == _CPF_NA_NFSE
    else:
        return None
    if inscricao == _ZEROS:
        return None
    return inscricao[3:] if is_cpf else inscricao

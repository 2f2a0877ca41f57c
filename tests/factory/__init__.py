"""Valid, signed, obviously fictitious fiscal documents for tests and benchmarks.

Independent of the code under test: only lxml, cryptography and the standard library.

    from factory import build, dist_dfe, e_cnpj, envi_nfe, soap, xsw

    nota = build("nfe")                                         # signed NF-e, consistent chave
    nota = build("nfe", changes={"ide/nNF": "7", "@versao": "3.10"}, remove=["dest/IE"])
    nota = build("nfe", after={"det[1]/prod/NCM": "<CEST>1234567</CEST>"}, itens=990)
    nota = build("nfe", protocol=True)                          # nfeProc, digVal of the signature
    nota = build("nfe", protocol={"cStat": "101", "digVal": "AAAA"})
    nota = build("nfe", leaf=e_cnpj("11444777000161"), algorithm="sha256")
    lote = envi_nfe([build("nfe"), build("nfe", changes={"ide/nNF": "1002"})])
    ataque = xsw(build("nfe"), 3)
"""

from .authority import (
    Credential,
    e_cnpj,
    e_cpf,
    expired_e_cnpj,
    unknown_e_cnpj,
    write_authorities,
)
from .chaves import chave_dv, cnpj_with_dv, cpf_with_dv
from .containers import dist_dfe, env_evento, envi_nfe, soap
from .documents import build, chave_of
from .kinds import KINDS
from .wrapping import XSW_VARIANTS, xsw

__all__ = [
    "KINDS",
    "XSW_VARIANTS",
    "Credential",
    "build",
    "chave_dv",
    "chave_of",
    "cnpj_with_dv",
    "cpf_with_dv",
    "dist_dfe",
    "e_cnpj",
    "e_cpf",
    "env_evento",
    "envi_nfe",
    "expired_e_cnpj",
    "soap",
    "unknown_e_cnpj",
    "write_authorities",
    "xsw",
]

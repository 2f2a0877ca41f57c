"""Group YB: the intermediary of the sale."""

from __future__ import annotations

from datetime import date
from typing import Final

from fiscalxml.documents.groups import Grupo
from fiscalxml.engine import Falha
from fiscalxml.rules.nfe.pessoas import cnpj_invalido
from fiscalxml.rules.nfe.scopes import Nota, da_nota, de_cada

_NT_2020_006: Final = date(2021, 9, 1)
"""production, as the catalogue says of its rule 436"""


@da_nota(
    "nfe:YB01-10",
    "438",
    desde=_NT_2020_006,
    com="ide:indIntermed",
    correcao="Com indIntermed 1, informe em infIntermed o intermediador da venda.",
    causa="Venda por marketplace sem os dados dele no cadastro.",
)
def intermediador_nao_informado(nota: Nota) -> Falha | None:
    if nota.ide["indIntermed"] == "1" and not nota.grupo.tem("infIntermed"):
        return Falha("infIntermed", "ausente", "informado")
    return None


@da_nota(
    "nfe:YB01-20",
    "439",
    desde=_NT_2020_006,
    com="infIntermed",
    correcao="Sem intermediador (indIntermed 0), retire infIntermed.",
    causa="Dados do marketplace enviados também na venda pelo próprio site.",
)
def intermediador_a_mais(nota: Nota) -> Falha | None:
    if nota.ide["indIntermed"] != "1":
        return Falha("infIntermed", "informado", "não informar")
    return None


@de_cada(
    "infIntermed",
    "nfe:YB02-10",
    "440",
    desde=_NT_2020_006,
    correcao="Corrija o CNPJ do intermediador.",
    causa="CNPJ do marketplace digitado errado no cadastro.",
)
def cnpj_do_intermediador(intermediador: Grupo, _nota: Nota) -> Falha | None:
    return cnpj_invalido(intermediador, "CNPJ")

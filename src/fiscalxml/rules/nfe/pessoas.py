"""Checks that the parties of a note share: registration numbers, places."""

from __future__ import annotations

from datetime import datetime

from fiscalxml.documents.groups import Grupo
from fiscalxml.engine import Falha
from fiscalxml.identifiers.cnpj import is_valid_cnpj
from fiscalxml.identifiers.cpf import is_valid_cpf
from fiscalxml.identifiers.ie import is_valid_ie
from fiscalxml.identifiers.suframa import is_valid_suframa
from fiscalxml.identifiers.uf import CODIGO_POR_UF
from fiscalxml.rules.lookup import desconhecido
from fiscalxml.rules.nfe.scopes import Nota, em_cada
from fiscalxml.tables import municipios, paises

EXTERIOR = "EX"
MUNICIPIO_EXTERIOR = "9999999"
ISENTO = "ISENTO"
_FATURAMENTO_DIRETO = "2"
"""tpOp of a new vehicle that its maker sells to the consumer"""


def cnpj_invalido(grupo: Grupo, campo: str) -> Falha | None:
    """A CNPJ that is there has the right check digits and is not all zeros."""
    cnpj = grupo[campo.rpartition("/")[2]]
    if not cnpj or is_valid_cnpj(cnpj):
        return None
    return Falha(campo, cnpj, "CNPJ com dígitos verificadores corretos")


def cpf_invalido(grupo: Grupo, campo: str) -> Falha | None:
    """The same for a CPF; repeated digits are none."""
    cpf = grupo[campo.rpartition("/")[2]]
    if not cpf or is_valid_cpf(cpf):
        return None
    return Falha(campo, cpf, "CPF com dígitos verificadores corretos")


def ie_invalida(ie: str, uf: str, campo: str) -> Falha | None:
    """An IE that is there is one of the UF; ISENTO and unknown UFs are not judged."""
    if not ie or ie == ISENTO or uf not in CODIGO_POR_UF or is_valid_ie(ie, uf):
        return None
    return Falha(campo, ie, f"inscrição estadual de {uf}")


def municipio_de_outra_uf(municipio: str, uf: str, campo: str) -> Falha | None:
    """The first two digits of a município are those of its UF."""
    codigo = CODIGO_POR_UF.get(uf)
    if not municipio or codigo is None or municipio[:2] == codigo:
        return None
    return Falha(campo, municipio, f"município de {uf} ({codigo}…)")


def municipio_no_exterior(municipio: str, uf: str, campo: str) -> Falha | None:
    """Abroad, the município is 9999999."""
    if uf != EXTERIOR or municipio == MUNICIPIO_EXTERIOR:
        return None
    return Falha(campo, municipio, MUNICIPIO_EXTERIOR)


def municipio_inexistente(codigo: str, campo: str, emissao: datetime | None) -> Falha | None:
    """A code that is there is one of IBGE's."""
    if not codigo or municipios.existe(codigo):
        return None
    return desconhecido(
        campo,
        codigo,
        "código de município do IBGE",
        tabela=municipios.TABELA,
        emissao=emissao,
    )


def pais_inexistente(codigo: str, campo: str, emissao: datetime | None) -> Falha | None:
    """A code that is there is one of Bacen's, with zeros before it or without."""
    if not codigo or paises.existe(codigo):
        return None
    return desconhecido(
        campo, codigo, "código de país do Bacen", tabela=paises.TABELA, emissao=emissao
    )


def suframa_invalida(inscricao: str, campo: str) -> Falha | None:
    """An inscrição na SUFRAMA that is there has the right check digit."""
    if not inscricao or is_valid_suframa(inscricao):
        return None
    return Falha(campo, inscricao, "inscrição com dígito verificador correto")


def faturamento_direto(nota: Nota) -> bool:
    """A new vehicle is sold by its maker to the consumer, and delivered by a dealer."""
    return any(
        veiculo["tpOp"] == _FATURAMENTO_DIRETO for veiculo in em_cada(nota.prods, "veicProd")
    )

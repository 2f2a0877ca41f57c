"""The parts that resumos of several kinds share. Texts are the layout's own, verbatim."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Final

from fiscalxml.documents.groups import VAZIO, Grupo
from fiscalxml.summaries.reading import Parte, Texto, texts


class Endereco(Parte, frozen=True):
    """An address."""

    TAGS: ClassVar[Mapping[str, str]] = {
        "logradouro": "xLgr",
        "numero": "nro",
        "complemento": "xCpl",
        "bairro": "xBairro",
        "codigo_municipio": "cMun endNac/cMun",
        "municipio": "xMun",
        "uf": "UF",
        "cep": "CEP endNac/CEP",
        "codigo_pais": "cPais endExt/cPais",
        "pais": "xPais",
    }

    logradouro: Texto = None
    numero: Texto = None
    complemento: Texto = None
    bairro: Texto = None
    codigo_municipio: Texto = None
    municipio: Texto = None
    uf: Texto = None
    cep: Texto = None
    codigo_pais: Texto = None
    pais: Texto = None


class Pessoa(Parte, frozen=True):
    """A party of a document: emitente, destinatário, tomador, transportador …"""

    TAGS: ClassVar[Mapping[str, str]] = {
        "cnpj": "CNPJ",
        "cpf": "CPF",
        "id_estrangeiro": "idEstrangeiro idOutros NIF",
        "nome": "xNome xContato",
        "nome_fantasia": "xFant",
        "ie": "IE",
        "ie_st": "IEST",
        "im": "IM",
        "suframa": "ISUF",
        "crt": "CRT",
        "indicador_ie": "indIEDest indIEToma",
        "telefone": "fone",
        "email": "email",
    }

    cnpj: Texto = None
    cpf: Texto = None
    id_estrangeiro: Texto = None
    nome: Texto = None
    nome_fantasia: Texto = None
    ie: Texto = None
    ie_st: Texto = None
    im: Texto = None
    suframa: Texto = None
    crt: Texto = None
    indicador_ie: Texto = None
    telefone: Texto = None
    email: Texto = None
    endereco: Endereco | None = None


_CONTATO: Final = {"telefone": "fone", "email": "email"}


def pessoa(grupo: Grupo, ender: str = "") -> Pessoa | None:
    """The party in a group; its address is in the group `ender`, or in the group itself.

    Telephone and e-mail may stand in the address. None when the group is not there.
    """
    if grupo is VAZIO:
        return None
    where = grupo.em(ender) if ender else grupo
    endereco = Endereco.maybe(where)
    fields = texts(where, _CONTATO) | texts(grupo, Pessoa.TAGS)
    return Pessoa(**fields, endereco=endereco if endereco != Endereco() else None)


class Tributo(Parte, frozen=True):
    """One tax of an item or of a whole document. Fields that a tax has not are left out."""

    cst: Texto = None
    """CST or CSOSN"""
    origem: Texto = None
    classificacao: Texto = None
    """cClassTrib of IBS, CBS and IS"""
    base: Texto = None
    aliquota: Texto = None
    """in per cent"""
    quantidade: Texto = None
    """where the tax is by quantity"""
    aliquota_por_unidade: Texto = None
    valor: Texto = None
    desonerado: Texto = None
    diferido: Texto = None
    devolvido: Texto = None
    retido: Texto = None


def taxes(grupo: Grupo, tables: Mapping[str, Mapping[str, str]]) -> dict[str, Tributo]:
    """tax -> what the group has of it; `tables` names the fields of each tax (see `texts`)."""
    found = ((name, texts(grupo, tags)) for name, tags in tables.items())
    return {name: Tributo(**fields) for name, fields in found if fields}


IBSCBS_TOTAIS: Final[Mapping[str, Mapping[str, str]]] = {
    "ibs_uf": {
        "valor": "IBSCBSTot/gIBS/gIBSUF/vIBSUF",
        "diferido": "IBSCBSTot/gIBS/gIBSUF/vDif",
        "devolvido": "IBSCBSTot/gIBS/gIBSUF/vDevTrib",
    },
    "ibs_municipio": {
        "valor": "IBSCBSTot/gIBS/gIBSMun/vIBSMun",
        "diferido": "IBSCBSTot/gIBS/gIBSMun/vDif",
        "devolvido": "IBSCBSTot/gIBS/gIBSMun/vDevTrib",
    },
    "ibs": {"base": "IBSCBSTot/vBCIBSCBS", "valor": "IBSCBSTot/gIBS/vIBS"},
    "cbs": {
        "base": "IBSCBSTot/vBCIBSCBS",
        "valor": "IBSCBSTot/gCBS/vCBS",
        "diferido": "IBSCBSTot/gCBS/vDif",
        "devolvido": "IBSCBSTot/gCBS/vDevTrib",
    },
}
"""from the group of totals, as all kinds of document have them"""


_CLASSIFICACAO: Final = {"cst": "CST", "classificacao": "cClassTrib"}
_BASE: Final = {"base": "vBC"}
_DO_ITEM: Final = tuple(
    (
        name,
        where,
        {
            "aliquota": aliquota,
            "valor": valor,
            "diferido": "gDif/vDif",
            "devolvido": "gDevTrib/vDevTrib",
        },
    )
    for name, where, aliquota, valor in (
        ("ibs_uf", "gIBSUF", "pIBSUF", "vIBSUF"),
        ("ibs_municipio", "gIBSMun", "pIBSMun", "vIBSMun"),
        ("cbs", "gCBS", "pCBS", "vCBS"),
    )
)


def ibs_and_cbs(ibscbs: Grupo) -> dict[str, Tributo]:
    """tax -> what an IBSCBS group has of it, as all kinds of document have it."""
    if ibscbs is VAZIO:
        return {}
    grupo = ibscbs.em("gIBSCBS")
    common = texts(ibscbs, _CLASSIFICACAO) | texts(grupo, _BASE)
    found = ((name, common | texts(grupo.em(where), tags)) for name, where, tags in _DO_ITEM)
    return {name: Tributo(**fields) for name, fields in found if fields}


class Protocolo(Parte, frozen=True):
    """What SEFAZ answered."""

    TAGS: ClassVar[Mapping[str, str]] = {
        "numero": "nProt",
        "recebido": "dhRecbto dhRegEvento",
        "status": "cStat",
        "motivo": "xMotivo",
        "digest": "digVal",
    }

    numero: Texto = None
    recebido: Texto = None
    status: Texto = None
    motivo: Texto = None
    digest: Texto = None


class Referencia(Parte, frozen=True):
    """Another document that this one names: its chave, or what a paper document has instead."""

    TAGS: ClassVar[Mapping[str, str]] = {
        "chave": "refNFe refCTe refNFeSig chave chNFe chCTe chMDFe refBPe chBPe chNF3e chNFCom "
        "chaveAcesso refNFSe",
        "uf": "cUF",
        "emissao": "AAMM",
        "cnpj": "CNPJ",
        "cpf": "CPF",
        "ie": "IE",
        "modelo": "mod",
        "serie": "serie",
        "numero": "nNF nCOO nDoc nCT",
    }

    chave: Texto = None
    uf: Texto = None
    emissao: Texto = None
    cnpj: Texto = None
    cpf: Texto = None
    ie: Texto = None
    modelo: Texto = None
    serie: Texto = None
    numero: Texto = None

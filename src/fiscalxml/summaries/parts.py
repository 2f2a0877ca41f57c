"""The parts that resumos of several kinds share. Texts are the layout's own, verbatim."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import ClassVar, Final

from fiscalxml.documents.campos import Campos
from fiscalxml.documents.ramos import is_absent
from fiscalxml.summaries.reading import Parte, Tables, Texto, under


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


@cache
def _tables_of_pessoa(ender: str) -> Tables:
    """Telephone and e-mail may stand in the address."""
    if not ender:
        return Tables({"": Pessoa.TAGS, "endereco": Endereco.TAGS})
    contato = {"telefone": f"fone {ender}/fone", "email": f"email {ender}/email"}
    return Tables({"": {**Pessoa.TAGS, **contato}, "endereco": under(ender, Endereco.TAGS)})


def pessoa(grupo: Campos, ender: str = "") -> Pessoa | None:
    """The party in a group; its address is in the group `ender`, or in the group itself.

    None when the group is not there.
    """
    if is_absent(grupo):
        return None
    found = _tables_of_pessoa(ender).read(grupo)
    endereco = found.pop("endereco", None)
    return Pessoa(**found.get("", {}), endereco=Endereco(**endereco) if endereco else None)


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


def taxes(found: Mapping[str, Mapping[str, str]], tables: Iterable[str] = ()) -> dict[str, Tributo]:
    """tax -> what was found of it; of `tables` only, when there are others among what was found."""
    names = [name for name in tables if name in found] if tables else found
    return {name: Tributo(**found[name]) for name in names}


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


IBSCBS: Final[Mapping[str, Mapping[str, str]]] = {
    name: {
        "cst": "CST",
        "classificacao": "cClassTrib",
        "base": "gIBSCBS/vBC",
        "aliquota": f"gIBSCBS/{where}/{aliquota}",
        "valor": f"gIBSCBS/{where}/{valor}",
        "diferido": f"gIBSCBS/{where}/gDif/vDif",
        "devolvido": f"gIBSCBS/{where}/gDevTrib/vDevTrib",
    }
    for name, where, aliquota, valor in (
        ("ibs_uf", "gIBSUF", "pIBSUF", "vIBSUF"),
        ("ibs_municipio", "gIBSMun", "pIBSMun", "vIBSMun"),
        ("cbs", "gCBS", "pCBS", "vCBS"),
    )
}
"""from a group IBSCBS, as all kinds of document have it"""


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

    papel: Texto = None
    """what it is to the document that names it: referenciado, devolvido, transportado …"""
    chave: Texto = None
    uf: Texto = None
    emissao: Texto = None
    cnpj: Texto = None
    cpf: Texto = None
    ie: Texto = None
    modelo: Texto = None
    serie: Texto = None
    numero: Texto = None


def named(papel: str, chaves: Iterable[str | None]) -> Iterator[Referencia]:
    """The documents that these chaves name, where there is one."""
    return (Referencia(papel=papel, chave=chave) for chave in chaves if chave)


def common_references(grupo: Campos) -> Iterator[Referencia]:
    """What `ide` of all kinds may name since IBS and CBS: earlier supplies and payments."""
    ide = grupo.em("ide")
    if ide.tem("gPagAntecipado"):
        yield from prepaid(ide)
    if ide.tem("gCompraGov"):
        anteriores = ide.em("gCompraGov").todos("refDFeAnt")
        yield from named("compra_governamental_anterior", anteriores)


def prepaid(grupo: Campos) -> Iterator[Referencia]:
    """The documents of payments that were made before."""
    pagos = grupo.em("gPagAntecipado")
    for campo in ("refNFe", "chDFePagAnt"):
        yield from named("pagamento_antecipado", pagos.todos(campo))

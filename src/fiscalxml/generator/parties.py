"""Fictitious parties: their registration numbers are well formed, and belong to nobody we know."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from random import Random
from typing import Final, NamedTuple

from fiscalxml.generator.writing import campos, grupo
from fiscalxml.identifiers.chave import Chave, build_chave
from fiscalxml.identifiers.cnpj import cnpj_check_digits
from fiscalxml.identifiers.cpf import cpf_check_digits
from fiscalxml.identifiers.ie import is_valid_ie
from fiscalxml.identifiers.uf import CODIGO_POR_UF

HOMOLOGACAO_NFE: Final = "NF-E EMITIDA EM AMBIENTE DE HOMOLOGACAO - SEM VALOR FISCAL"
"""the name of each destinatário in homologação (rule 598)"""

SERIE: Final = 1
"""of all documents"""

_DIGITOS: Final = "0123456789"
_ALFABETO: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_RAMOS: Final = ("COMERCIAL", "INDUSTRIA", "DISTRIBUIDORA", "ATACADO", "EMPORIO", "OFICINA")
_NOMES: Final = ("AURORA", "IPE", "JATOBA", "SERRA AZUL", "MANACA", "PAINEIRA", "SABIA", "IGARAPE")
_RUAS: Final = ("RUA FICTICIA", "AVENIDA IMAGINARIA", "PRACA DO EXEMPLO", "TRAVESSA DO TESTE")


class Municipio(NamedTuple):
    """Where a party is."""

    codigo: str
    nome: str
    uf: str
    cep: str

    @property
    def codigo_uf(self) -> str:
        return CODIGO_POR_UF[self.uf]


SAO_PAULO: Final = Municipio("3550308", "SAO PAULO", "SP", "01001000")
CAMPINAS: Final = Municipio("3509502", "CAMPINAS", "SP", "13010000")
MUNICIPIOS: Final = (
    SAO_PAULO,
    CAMPINAS,
    Municipio("3304557", "RIO DE JANEIRO", "RJ", "20010000"),
    Municipio("3106200", "BELO HORIZONTE", "MG", "30110000"),
    Municipio("4106902", "CURITIBA", "PR", "80010000"),
    Municipio("4314902", "PORTO ALEGRE", "RS", "90010000"),
    Municipio("4205407", "FLORIANOPOLIS", "SC", "88010000"),
    Municipio("2927408", "SALVADOR", "BA", "40010000"),
    Municipio("2611606", "RECIFE", "PE", "50010000"),
    Municipio("2304400", "FORTALEZA", "CE", "60010000"),
)


@dataclass(frozen=True, slots=True)
class Parte:
    """A company, or a person when `cpf`."""

    documento: str
    """CNPJ or CPF"""
    nome: str
    municipio: Municipio
    logradouro: str
    numero: str
    ie: str = ""
    crt: str = "3"

    @property
    def cpf(self) -> bool:
        return len(self.documento) == 11

    @property
    def inscricao(self) -> str:
        """The field CNPJ or CPF."""
        return campos(CPF=self.documento) if self.cpf else campos(CNPJ=self.documento)

    def chave(self, modelo: str, numero: int, emissao: datetime, codigo: str) -> Chave:
        """The key of a document that it issues."""
        return build_chave(
            uf=self.municipio.codigo_uf,
            ano_mes=f"{emissao:%y%m}",
            emitente=self.documento,
            modelo=modelo,
            serie=SERIE,
            numero=numero,
            tipo_emissao="1",
            codigo=codigo,
        )

    def endereco(self, nome: str) -> str:
        """As the NF-e writes it: CEP after UF."""
        return grupo(
            nome,
            self._rua(),
            campos(UF=self.municipio.uf, CEP=self.municipio.cep),
            campos(cPais="1058", xPais="BRASIL"),
        )

    def endereco_de_transporte(self, nome: str, *, pais: bool = False) -> str:
        """As CT-e and MDF-e write it: CEP before UF."""
        return grupo(
            nome,
            self._rua(),
            campos(CEP=self.municipio.cep, UF=self.municipio.uf),
            campos(cPais="1058", xPais="BRASIL") if pais else None,
        )

    def _rua(self) -> str:
        return campos(
            xLgr=self.logradouro,
            nro=self.numero,
            xBairro="CENTRO",
            cMun=self.municipio.codigo,
            xMun=self.municipio.nome,
        )


def empresa(
    rng: Random, municipio: Municipio, *, alfanumerico: bool = False, crt: str = "3"
) -> Parte:
    """A company in a município, with an inscrição of its state."""
    return Parte(
        documento=cnpj(rng, alfanumerico=alfanumerico),
        nome=f"{rng.choice(_RAMOS)} {rng.choice(_NOMES)} FICTICIA {rng.randrange(1000):03d} LTDA",
        municipio=municipio,
        logradouro=rng.choice(_RUAS),
        numero=str(rng.randrange(1, 2000)),
        ie=ie(rng, municipio.uf),
        crt=crt,
    )


def pessoa(rng: Random, municipio: Municipio) -> Parte:
    """A natural person in a município."""
    base = f"{rng.randrange(1, 10**9):09d}"
    return Parte(
        documento=base + cpf_check_digits(base),
        nome=f"PESSOA FICTICIA {rng.randrange(1000):03d}",
        municipio=municipio,
        logradouro=rng.choice(_RUAS),
        numero=str(rng.randrange(1, 2000)),
    )


def cnpj(rng: Random, *, alfanumerico: bool = False) -> str:
    """Numeric ones begin by 99, a range that is not in use."""
    if alfanumerico:
        root = rng.choice(_ALFABETO[10:]) + "".join(rng.choices(_ALFABETO, k=7))
    else:
        root = f"99{rng.randrange(10**6):06d}"
    return f"{root}0001{cnpj_check_digits(f'{root}0001')}"


def ie(rng: Random, uf: str) -> str:
    """An inscrição of the state: a number of its form, with the check digits that hold."""
    drawn = "".join([rng.choice(_DIGITOS) if place == "#" else place for place in _IE[uf]])
    numbers = (_fill(drawn, dvs) for dvs in product(_DIGITOS, repeat=drawn.count("?")))
    return next(number for number in numbers if is_valid_ie(number, uf))


def _fill(drawn: str, dvs: Iterable[str]) -> str:
    left = iter(dvs)
    return "".join([next(left) if place == "?" else place for place in drawn])


# What each state's numbers look like: # is drawn, ? is a check digit.
_IE: Final = {
    "SP": "110#####?##?",
    "RJ": "8######?",
    "MG": "062########??",
    "PR": "90######??",
    "RS": "096######?",
    "SC": "25######?",
    "BA": "1######??",
    "PE": "0######??",
    "CE": "06######?",
}

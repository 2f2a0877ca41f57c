"""NFS-e of the national system: the DPS of the provider inside the note of the Sefin."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Final

from fiscalxml.generator.authority import credencial
from fiscalxml.generator.drafts import AMBIENTE, VER_APLIC, Rascunho, instante
from fiscalxml.generator.money import percentual, reais
from fiscalxml.generator.parties import Municipio, Parte
from fiscalxml.generator.rates import Aliquotas, ibs_e_cbs
from fiscalxml.generator.signing import sign
from fiscalxml.generator.writing import campos, grupo
from fiscalxml.identifiers.chave_nfse import chave_nfse_check_digit
from fiscalxml.identifiers.cnpj import cnpj_check_digits

_NAMESPACE: Final = "http://www.sped.fazenda.gov.br/nfse"
_VERSAO: Final = "1.01"
_SISTEMA_NACIONAL: Final = "2"
_ISS: Final = Decimal(2)
_SEFIN: Final = f"990000000001{cnpj_check_digits('990000000001')}"


def draw_nfse(
    rng: Random, numero: int, emissao: datetime, prestador: Parte, tomador: Parte
) -> Rascunho:
    """Software that a provider of the regime normal makes in its own município."""
    aliquotas = ibs_e_cbs(emissao.date(), prestador.crt)
    valor = Decimal(rng.randrange(5000, 900000)) / 100
    local = prestador.municipio
    chave = _chave(rng, numero, emissao, prestador)
    iss = percentual(valor, _ISS)
    identificador = f"NFS{chave}"
    assinado = grupo(
        "infNFSe",
        campos(
            xLocEmi=local.nome,
            xLocPrestacao=local.nome,
            nNFSe=str(numero),
            cLocIncid=local.codigo,
            xLocIncid=local.nome,
            xTribNac="Análise e desenvolvimento de sistemas.",
            verAplic=VER_APLIC,
            ambGer=_SISTEMA_NACIONAL,
            tpEmis="1",
            procEmi="1",
            cStat="100",
            dhProc=instante(emissao + timedelta(seconds=5)),
            nDFSe=str(numero),
        ),
        grupo(
            "emit",
            prestador.inscricao,
            campos(xNome=prestador.nome),
            grupo(
                "enderNac",
                campos(
                    xLgr=prestador.logradouro,
                    nro=prestador.numero,
                    xBairro="CENTRO",
                    cMun=local.codigo,
                    UF=local.uf,
                    CEP=local.cep,
                ),
            ),
        ),
        grupo(
            "valores",
            campos(vBC=reais(valor), pAliqAplic=reais(_ISS), vISSQN=reais(iss), vLiq=reais(valor)),
        ),
        _ibscbs(valor, valor - iss, tomador.municipio, aliquotas) if aliquotas else None,
        _dps(numero, emissao, prestador, tomador, valor, ibscbs=aliquotas is not None),
        Id=identificador,
    )
    return Rascunho(
        raiz="NFSe",
        namespace=_NAMESPACE,
        versao=_VERSAO,
        assinado=assinado,
        identificador=identificador,
        titular=_SEFIN,
        emissao=emissao,
        chave=chave,
    )


def _chave(rng: Random, numero: int, emissao: datetime, prestador: Parte) -> str:
    """50 characters: município, system, kind of registration, CNPJ, number, month, code, DV."""
    base = (
        f"{prestador.municipio.codigo}{_SISTEMA_NACIONAL}2{prestador.documento}"
        f"{numero:013d}{emissao:%y%m}{rng.randrange(10**9):09d}"
    )
    return base + chave_nfse_check_digit(base)


def _dps(
    numero: int,
    emissao: datetime,
    prestador: Parte,
    tomador: Parte,
    valor: Decimal,
    *,
    ibscbs: bool,
) -> str:
    local = prestador.municipio.codigo
    identificador = f"DPS{local}2{prestador.documento}00001{numero:015d}"
    endereco = grupo(
        "end",
        grupo("endNac", campos(cMun=tomador.municipio.codigo, CEP=tomador.municipio.cep)),
        campos(xLgr=tomador.logradouro, nro=tomador.numero, xBairro="CENTRO"),
    )
    inf = grupo(
        "infDPS",
        campos(
            tpAmb=AMBIENTE,
            dhEmi=instante(emissao),
            verAplic=VER_APLIC,
            serie="00001",
            nDPS=str(numero),
            dCompet=f"{emissao:%Y-%m-%d}",
            tpEmit="1",
            cLocEmi=local,
        ),
        grupo(
            "prest",
            prestador.inscricao,
            grupo("regTrib", campos(opSimpNac="1", regEspTrib="0")),
        ),
        grupo("toma", tomador.inscricao, campos(xNome=tomador.nome), endereco),
        grupo(
            "serv",
            grupo("locPrest", campos(cLocPrestacao=local)),
            grupo(
                "cServ",
                campos(cTribNac="010101", xDescServ="Serviço fictício, documento sintético"),
            ),
        ),
        grupo(
            "valores",
            grupo("vServPrest", campos(vServ=reais(valor))),
            grupo(
                "trib",
                grupo("tribMun", campos(tribISSQN="1", tpRetISSQN="1")),
                grupo("totTrib", campos(indTotTrib="0")),
            ),
        ),
        _IBSCBS_DA_DPS if ibscbs else None,
        Id=identificador,
    )
    signer = credencial(prestador.documento, emissao.year)
    signature = sign(inf, _NAMESPACE, identificador, signer).signature
    return grupo("DPS", inf, signature, versao=_VERSAO)


_IBSCBS_DA_DPS: Final = grupo(
    "IBSCBS",
    campos(finNFSe="0", cIndOp="100301", indDest="0"),
    grupo("valores", grupo("trib", grupo("gIBSCBS", campos(CST="000", cClassTrib="000001")))),
)


def _ibscbs(valor: Decimal, base: Decimal, local: Municipio, aliquotas: Aliquotas) -> str:
    """`local`: where the buyer is, who is taxed there (LC 214/2025, art. 11, X)."""
    uf, municipio, cbs = (percentual(base, aliquota) for aliquota in aliquotas)
    puf, pmun, pcbs = map(reais, aliquotas)
    return grupo(
        "IBSCBS",
        campos(cLocalidadeIncid=local.codigo, xLocalidadeIncid=local.nome),
        grupo(
            "valores",
            campos(vBC=reais(base)),
            grupo("uf", campos(pIBSUF=puf, pAliqEfetUF=puf)),
            grupo("mun", campos(pIBSMun=pmun, pAliqEfetMun=pmun)),
            grupo("fed", campos(pCBS=pcbs, pAliqEfetCBS=pcbs)),
        ),
        grupo(
            "totCIBS",
            campos(vTotNF=reais(valor)),
            grupo(
                "gIBS",
                campos(vIBSTot=reais(uf + municipio)),
                grupo("gIBSUFTot", campos(vIBSUF=reais(uf))),
                grupo("gIBSMunTot", campos(vIBSMun=reais(municipio))),
            ),
            grupo("gCBS", campos(vCBS=reais(cbs))),
        ),
    )

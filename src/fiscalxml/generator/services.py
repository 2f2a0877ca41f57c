"""NFS-e of the national system: the DPS of the provider inside the note of the Sefin."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Final

from fiscalxml.generator.authority import credencial
from fiscalxml.generator.drafts import AMBIENTE, VER_APLIC, Rascunho, instante
from fiscalxml.generator.items import CBS, IBS_UF
from fiscalxml.generator.money import percentual, reais
from fiscalxml.generator.parties import Parte
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
    """Software made in and for the provider's município."""
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
        _ibscbs(valor, valor - iss, prestador),
        _dps(numero, emissao, prestador, tomador, valor),
        Id=identificador,
    )
    return Rascunho(
        tipo="nfse",
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


def _dps(numero: int, emissao: datetime, prestador: Parte, tomador: Parte, valor: Decimal) -> str:
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
        grupo(
            "IBSCBS",
            campos(finNFSe="0", cIndOp="100301", indDest="0"),
            grupo(
                "valores",
                grupo("trib", grupo("gIBSCBS", campos(CST="000", cClassTrib="000001"))),
            ),
        ),
        Id=identificador,
    )
    signer = credencial(prestador.documento, emissao.year)
    signature = sign(inf, _NAMESPACE, identificador, signer).signature
    return grupo("DPS", inf, signature, versao=_VERSAO)


def _ibscbs(valor: Decimal, base: Decimal, prestador: Parte) -> str:
    ibs, cbs = percentual(base, IBS_UF), percentual(base, CBS)
    local = prestador.municipio
    return grupo(
        "IBSCBS",
        campos(cLocalidadeIncid=local.codigo, xLocalidadeIncid=local.nome),
        grupo(
            "valores",
            campos(vBC=reais(base)),
            grupo("uf", campos(pIBSUF=reais(IBS_UF), pAliqEfetUF=reais(IBS_UF))),
            grupo("mun", campos(pIBSMun="0.00", pAliqEfetMun="0.00")),
            grupo("fed", campos(pCBS=reais(CBS), pAliqEfetCBS=reais(CBS))),
        ),
        grupo(
            "totCIBS",
            campos(vTotNF=reais(valor)),
            grupo(
                "gIBS",
                campos(vIBSTot=reais(ibs)),
                grupo("gIBSUFTot", campos(vIBSUF=reais(ibs))),
                grupo("gIBSMunTot", campos(vIBSMun="0.00")),
            ),
            grupo("gCBS", campos(vCBS=reais(cbs))),
        ),
    )

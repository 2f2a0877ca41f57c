"""CT-e (57) by road, and the MDF-e (58) of the truck that carries the goods."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from random import Random
from typing import Final

from fiscalxml.generator.drafts import (
    AMBIENTE,
    AVISO,
    RESPONSAVEL_TECNICO,
    VER_PROC,
    Proc,
    Rascunho,
    autorizacao,
    instante,
)
from fiscalxml.generator.items import ibscbs
from fiscalxml.generator.money import ZERO, percentual, reais
from fiscalxml.generator.parties import SERIE, Municipio, Parte
from fiscalxml.generator.rates import REGIME_NORMAL, ibs_e_cbs, interestadual
from fiscalxml.generator.routes import percurso
from fiscalxml.generator.writing import campos, grupo

_CTE: Final = "http://www.portalfiscal.inf.br/cte"
_MDFE: Final = "http://www.portalfiscal.inf.br/mdfe"
_HOMOLOGACAO_CTE: Final = "CTE EMITIDO EM AMBIENTE DE HOMOLOGACAO - SEM VALOR FISCAL"
_SVSP: Final = "https://homologacao.nfe.fazenda.sp.gov.br/CTeConsulta/qrCode"
_SVRS: Final = "https://dfe-portal.svrs.rs.gov.br/cte/qrCode"
QR_CODE_CTE: Final = {
    **dict.fromkeys(("SP", "PE"), _SVSP),
    **dict.fromkeys(("BA", "CE", "RJ", "RS", "SC"), _SVRS),
}
"""UF of the emitente -> address; other states have addresses of their own (rule 851)"""
_QR_CODE_MDFE: Final = "https://dfe-portal.svrs.rs.gov.br/mdfe/qrCode"
_PROC_CTE: Final = Proc("cteProc", "4.00", "protCTe", "infProt")
_PROC_MDFE: Final = Proc("mdfeProc", "3.00", "protMDFe", "infProt")
_ICMS_INTERNO: Final = Decimal(12)
_LETRAS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def draw_cte(
    rng: Random,
    numero: int,
    emissao: datetime,
    emit: Parte,
    partes: tuple[Parte, Parte],
    notas: Sequence[str],
) -> Rascunho:
    """The carriage of the goods of some NF-e, by keys, from one company to another.

    `emit` is of a state of `QR_CODE_CTE`.
    """
    remetente, destinatario = partes
    chave = emit.chave("57", numero, emissao, f"{rng.randrange(10**8):08d}")
    valor = Decimal(rng.randrange(15000, 400000)) / 100
    origem, destino = remetente.municipio, destinatario.municipio
    ide = campos(
        cUF=chave.uf,
        cCT=chave.codigo,
        CFOP=_cfop(emit.municipio, origem, destino),
        natOp="TRANSPORTE DE CARGA",
        mod="57",
        serie=str(SERIE),
        nCT=str(numero),
        dhEmi=instante(emissao),
        tpImp="1",
        tpEmis="1",
        cDV=chave.dv,
        tpAmb=AMBIENTE,
        tpCTe="0",
        procEmi="0",
        verProc=VER_PROC,
        **_municipio("Env", emit.municipio),
        modal="01",
        tpServ="0",
        **_municipio("Ini", origem),
        **_municipio("Fim", destino),
        retira="1",
        indIEToma="1",
    )
    identificador = f"CTe{chave.text}"
    assinado = grupo(
        "infCte",
        grupo("ide", ide, grupo("toma3", campos(toma="0"))),
        grupo("compl", campos(xObs=AVISO)),
        grupo(
            "emit",
            emit.inscricao,
            campos(IE=emit.ie, xNome=emit.nome),
            emit.endereco_de_transporte("enderEmit"),
            campos(CRT=emit.crt),
        ),
        _parte_do_cte("rem", "enderReme", remetente),
        _parte_do_cte("dest", "enderDest", destinatario),
        grupo(
            "vPrest",
            campos(vTPrest=reais(valor), vRec=reais(valor)),
            grupo("Comp", campos(xNome="FRETE VALOR", vComp=reais(valor))),
        ),
        _impostos(valor, emissao, emit, origem, destino),
        _carga(rng, notas),
        RESPONSAVEL_TECNICO,
        Id=identificador,
        versao="4.00",
    )
    return Rascunho(
        raiz="CTe",
        namespace=_CTE,
        assinado=assinado,
        identificador=identificador,
        titular=emit.documento,
        emissao=emissao,
        chave=chave.text,
        suplemento=_qr_code(
            "infCTeSupl", "qrCodCTe", f"{QR_CODE_CTE[emit.municipio.uf]}?chCTe=", chave.text
        ),
        proc=_PROC_CTE,
        resposta=autorizacao("chCTe", chave.text, "do CT-e", emissao),
    )


def draw_mdfe(
    rng: Random,
    numero: int,
    emissao: datetime,
    emit: Parte,
    destino: Municipio,
    notas: Sequence[str],
) -> Rascunho:
    """The own truck of a company, with the goods of some NF-e, by keys, to one município."""
    chave = emit.chave("58", numero, emissao, f"{rng.randrange(10**8):08d}")
    origem = emit.municipio
    ide = campos(
        cUF=chave.uf,
        tpAmb=AMBIENTE,
        tpEmit="2",
        mod="58",
        serie=str(SERIE),
        nMDF=str(numero),
        cMDF=chave.codigo,
        cDV=chave.dv,
        modal="1",
        dhEmi=instante(emissao),
        tpEmis="1",
        procEmi="0",
        verProc=VER_PROC,
        UFIni=origem.uf,
        UFFim=destino.uf,
    )
    carrega = campos(cMunCarrega=origem.codigo, xMunCarrega=origem.nome)
    descarga = campos(cMunDescarga=destino.codigo, xMunDescarga=destino.nome)
    caminho = [grupo("infPercurso", campos(UFPer=uf)) for uf in percurso(origem.uf, destino.uf)]
    documentos = [grupo("infNFe", campos(chNFe=nota)) for nota in notas]
    identificador = f"MDFe{chave.text}"
    assinado = grupo(
        "infMDFe",
        grupo("ide", ide, grupo("infMunCarrega", carrega), *caminho),
        grupo(
            "emit",
            emit.inscricao,
            campos(IE=emit.ie, xNome=emit.nome),
            emit.endereco_de_transporte("enderEmit"),
        ),
        grupo("infModal", grupo("rodo", _veiculo(rng, origem.uf)), versaoModal="3.00"),
        grupo("infDoc", grupo("infMunDescarga", descarga, *documentos)),
        _produto_predominante(origem, destino),
        grupo(
            "tot",
            campos(
                qNFe=str(len(notas)),
                vCarga=reais(Decimal(rng.randrange(100, 90000))),
                cUnid="01",
                qCarga=f"{rng.randrange(10, 4000)}.0000",
            ),
        ),
        grupo("infAdic", campos(infCpl=AVISO)),
        RESPONSAVEL_TECNICO,
        Id=identificador,
        versao="3.00",
    )
    return Rascunho(
        raiz="MDFe",
        namespace=_MDFE,
        assinado=assinado,
        identificador=identificador,
        titular=emit.documento,
        emissao=emissao,
        chave=chave.text,
        suplemento=_qr_code("infMDFeSupl", "qrCodMDFe", f"{_QR_CODE_MDFE}?chMDFe=", chave.text),
        proc=_PROC_MDFE,
        resposta=autorizacao("chMDFe", chave.text, "do MDF-e", emissao),
    )


def _qr_code(nome: str, campo: str, url: str, chave: str) -> str:
    return grupo(nome, campos(**{campo: f"{url}{chave}&tpAmb={AMBIENTE}"}))


def _municipio(sufixo: str, municipio: Municipio) -> dict[str, str]:
    return {
        f"cMun{sufixo}": municipio.codigo,
        f"xMun{sufixo}": municipio.nome,
        f"UF{sufixo}": municipio.uf,
    }


def _parte_do_cte(nome: str, ender: str, parte: Parte) -> str:
    return grupo(
        nome,
        parte.inscricao,
        campos(IE=parte.ie, xNome=_HOMOLOGACAO_CTE),
        parte.endereco_de_transporte(ender, pais=True),
    )


def _cfop(emit: Municipio, origem: Municipio, destino: Municipio) -> str:
    """Carriage for a shop; from another state than the emitente's it is 932 (rules 524, 908)."""
    return f"{5 if origem.uf == destino.uf else 6}{353 if emit.uf == origem.uf else 932}"


def _impostos(
    valor: Decimal, emissao: datetime, emit: Parte, origem: Municipio, destino: Municipio
) -> str:
    aliquotas = ibs_e_cbs(emissao.date(), emit.crt)
    icms, grupo_icms = _icms(valor, emit, origem, destino)
    return grupo(
        "imp",
        grupo("ICMS", grupo_icms),
        ibscbs(valor - icms, aliquotas, {}) if aliquotas else None,
    )


def _icms(
    valor: Decimal, emit: Parte, origem: Municipio, destino: Municipio
) -> tuple[Decimal, str]:
    """What is due to the state where the carriage begins, and its group."""
    if emit.crt != REGIME_NORMAL:
        return ZERO, grupo("ICMSSN", campos(CST="90", indSN="1"))
    interno = origem.uf == destino.uf
    aliquota = _ICMS_INTERNO if interno else interestadual(origem.uf, destino.uf)
    icms = percentual(valor, aliquota)
    base, rate, amount = reais(valor), f"{aliquota:.2f}", reais(icms)
    if emit.municipio.uf == origem.uf:
        return icms, grupo("ICMS00", campos(CST="00", vBC=base, pICMS=rate, vICMS=amount))
    fields = campos(CST="90", vBCOutraUF=base, pICMSOutraUF=rate, vICMSOutraUF=amount)
    return icms, grupo("ICMSOutraUF", fields)


def _carga(rng: Random, notas: Sequence[str]) -> str:
    quantidade = campos(cUnid="01", tpMed="PESO BRUTO", qCarga=f"{rng.randrange(10, 4000)}.0000")
    return grupo(
        "infCTeNorm",
        grupo(
            "infCarga",
            campos(vCarga=reais(Decimal(rng.randrange(100, 90000))), proPred="MERCADORIA FICTICIA"),
            grupo("infQ", quantidade),
        ),
        grupo("infDoc", *[grupo("infNFe", campos(chave=nota)) for nota in notas]),
        grupo("infModal", grupo("rodo", campos(RNTRC="12345678")), versaoModal="4.00"),
    )


def _veiculo(rng: Random, uf: str) -> str:
    letras = "".join(rng.choices(_LETRAS, k=4))
    placa = f"{letras[:3]}{rng.randrange(10)}{letras[3]}{rng.randrange(100):02d}"
    condutor = campos(xNome="MOTORISTA FICTICIO", CPF="12345678909")
    return grupo(
        "veicTracao",
        campos(placa=placa, tara="6000", capKG="4000"),
        grupo("condutor", condutor),
        campos(tpRod="01", tpCar="02", UF=uf),
    )


def _produto_predominante(origem: Municipio, destino: Municipio) -> str:
    lotacao = grupo(
        "infLotacao",
        grupo("infLocalCarrega", campos(CEP=origem.cep)),
        grupo("infLocalDescarrega", campos(CEP=destino.cep)),
    )
    return grupo(
        "prodPred", campos(tpCarga="05", xProd="MERCADORIA FICTICIA", NCM="84713012"), lotacao
    )

"""NF-e (55) and NFC-e (65)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
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
from fiscalxml.generator.items import (
    EXEMPLO,
    Item,
    Operacao,
    draw_item,
    make_item,
)
from fiscalxml.generator.money import ZERO, reais, share
from fiscalxml.generator.parties import HOMOLOGACAO_NFE, SERIE, Parte
from fiscalxml.generator.rates import REGIME_NORMAL, TESTE, ibs_e_cbs, interestadual, interna
from fiscalxml.generator.writing import campos, grupo

NAMESPACE: Final = "http://www.portalfiscal.inf.br/nfe"
_QR_CODE: Final = "https://www.homologacao.nfce.fazenda.sp.gov.br/qrcode?p="
_CONSULTA: Final = "https://www.homologacao.nfce.fazenda.sp.gov.br/consulta"
_HOMOLOGACAO_NFCE: Final = "NOTA FISCAL EMITIDA EM AMBIENTE DE HOMOLOGACAO - SEM VALOR FISCAL"
_PROC: Final = Proc("nfeProc", "4.00", "protNFe", "infProt")
_COM_CARD: Final = ("03", "17")
_MAXIMO_SEM_COMPRADOR: Final = Decimal(10_000)
_TOTAIS: Final = (
    *("vBC", "vICMS", "vICMSDeson", "vFCP", "vBCST", "vST", "vFCPST", "vFCPSTRet", "vProd"),
    *("vFrete", "vSeg", "vDesc", "vII", "vIPI", "vIPIDevol", "vPIS", "vCOFINS", "vOutro"),
)
"""fields of ICMSTot before vNF, in order"""


def draw_nfe(
    rng: Random, numero: int, emissao: datetime, emit: Parte, dest: Parte, itens: int
) -> Rascunho:
    """A sale from `emit` to `dest`, a company, with so many items."""
    origem, destino = emit.municipio.uf, dest.municipio.uf
    fora = origem != destino
    operacao = Operacao(
        crt=emit.crt,
        interestadual=fora,
        icms=interestadual(origem, destino) if fora else interna(origem),
        interna=interna(origem),
        ibscbs=ibs_e_cbs(emissao.date(), emit.crt),
        ipi=emit.crt == REGIME_NORMAL and rng.random() < 0.2,
    )
    entregue = rng.random() < 0.3
    frete = share(Decimal(rng.randrange(20, 400)), itens) if entregue else [ZERO] * itens
    drawn = [draw_item(rng, operacao, frete[position]) for position in range(itens)]
    totais, vnf = _somas(drawn)
    transportadora = campos(xNome="TRANSPORTES FICTICIOS LTDA") if entregue else None
    a_prazo = rng.random() < 0.5
    partes = (
        _destinatario(dest),
        *_corpo(drawn, totais, vnf, operacao),
        grupo(
            "transp",
            campos(modFrete="0" if entregue else "9"),
            grupo("transporta", transportadora) if transportadora else None,
        ),
        _cobranca(numero, vnf, emissao, rng.randrange(1, 4)) if a_prazo else None,
        grupo(
            "pag", _pagamento("15" if a_prazo else rng.choice(("17", "18")), vnf, a_prazo=a_prazo)
        ),
    )
    return _nota(rng, "55", numero, emissao, emit, partes, fora=fora)


def draw_nfce(
    rng: Random, numero: int, emissao: datetime, emit: Parte, comprador: Parte, itens: int
) -> Rascunho:
    """A sale at the counter, to a person who is not always named."""
    operacao = Operacao(
        crt=emit.crt,
        interestadual=False,
        icms=interna(emit.municipio.uf),
        interna=interna(emit.municipio.uf),
        ibscbs=ibs_e_cbs(emissao.date(), emit.crt),
        consumidor=True,
    )
    nomes = (_HOMOLOGACAO_NFCE, *[""] * (itens - 1))
    drawn = [draw_item(rng, operacao, ZERO, nome=nome) for nome in nomes]
    totais, vnf = _somas(drawn)
    nomeado = rng.random() < 0.3 or vnf > _MAXIMO_SEM_COMPRADOR
    partes = (
        _comprador(comprador) if nomeado else None,
        *_corpo(drawn, totais, vnf, operacao),
        grupo("transp", campos(modFrete="9")),
        _no_caixa(rng, vnf),
    )
    return _nota(rng, "65", numero, emissao, emit, partes)


def plain_nota(
    modelo: str, rng: Random, numero: int, emissao: datetime, emit: Parte, dest: Parte
) -> Rascunho:
    """A note of one item whose amounts never vary, which the recipes of faults presume.

    `emit` and `dest` are companies of SP under the regime normal.
    """
    icms = Decimal(18)
    operacao = Operacao(REGIME_NORMAL, interestadual=False, icms=icms, interna=icms, ibscbs=TESTE)
    nfce = modelo == "65"
    produto = EXEMPLO._replace(descricao=_HOMOLOGACAO_NFCE) if nfce else EXEMPLO
    itens = [make_item(produto, Decimal(2), operacao)]
    totais, vnf = _somas(itens)
    partes = (
        None if nfce else _destinatario(dest),
        *_corpo(itens, totais, vnf, operacao),
        grupo("transp", campos(modFrete="9")),
        grupo("pag", _pagamento("01", vnf)),
    )
    return _nota(rng, modelo, numero, emissao, emit, partes, bare=True)


def _nota(
    rng: Random,
    modelo: str,
    numero: int,
    emissao: datetime,
    emit: Parte,
    partes: Sequence[str | None],
    *,
    fora: bool = False,
    bare: bool = False,
) -> Rascunho:
    """`fora`: to another state. `bare`: without the groups that no rule needs."""
    chave = emit.chave(modelo, numero, emissao, _codigo(rng, numero))
    nfce = modelo == "65"
    ide = campos(
        cUF=chave.uf,
        cNF=chave.codigo,
        natOp="VENDA AO CONSUMIDOR" if nfce else "VENDA DE MERCADORIA",
        mod=modelo,
        serie=str(SERIE),
        nNF=str(numero),
        dhEmi=instante(emissao),
        tpNF="1",
        idDest="2" if fora else "1",
        cMunFG=emit.municipio.codigo,
        tpImp="4" if nfce else "1",
        tpEmis="1",
        cDV=chave.dv,
        tpAmb=AMBIENTE,
        finNFe="1",
        indFinal="1" if nfce else "0",
        indPres="1",
        procEmi="0",
        verProc=VER_PROC,
    )
    identificador = f"NFe{chave.text}"
    return Rascunho(
        raiz="NFe",
        namespace=NAMESPACE,
        assinado=grupo(
            "infNFe",
            grupo("ide", ide),
            _emitente(emit),
            *partes,
            None if bare else grupo("infAdic", campos(infCpl=AVISO)) + RESPONSAVEL_TECNICO,
            Id=identificador,
            versao="4.00",
        ),
        identificador=identificador,
        titular=emit.documento,
        emissao=emissao,
        chave=chave.text,
        suplemento=suplemento(chave.text) if nfce else "",
        proc=_PROC,
        resposta=autorizacao("chNFe", chave.text, "da NF-e", emissao),
    )


def suplemento(chave: str) -> str:
    """infNFeSupl: the QR Code of an NFC-e emitted on-line, version 3 (NT 2025.001)."""
    return grupo("infNFeSupl", campos(qrCode=f"{_QR_CODE}{chave}|3|{AMBIENTE}", urlChave=_CONSULTA))


def _codigo(rng: Random, numero: int) -> str:
    """cNF: no obvious sequence, and not the note's own number (rule 897)."""
    codigo = f"{rng.randrange(10**8):08d}"
    if len(set(codigo)) < 4 or codigo in _SEQUENCIAS or int(codigo) == numero:
        return _codigo(rng, numero)
    return codigo


_SEQUENCIAS: Final = frozenset(("0123456789" * 2)[start : start + 8] for start in range(10))


def _emitente(emit: Parte) -> str:
    return grupo(
        "emit",
        emit.inscricao,
        campos(xNome=emit.nome),
        emit.endereco("enderEmit"),
        campos(IE=emit.ie, CRT=emit.crt),
    )


def _destinatario(dest: Parte) -> str:
    return grupo(
        "dest",
        dest.inscricao,
        campos(xNome=HOMOLOGACAO_NFE),
        dest.endereco("enderDest"),
        campos(indIEDest="1", IE=dest.ie),
    )


def _comprador(comprador: Parte) -> str:
    return grupo(
        "dest",
        comprador.inscricao,
        campos(xNome=HOMOLOGACAO_NFE),
        comprador.endereco("enderDest"),
        campos(indIEDest="9"),
    )


def _corpo(
    itens: Sequence[Item], totais: Mapping[str, Decimal], vnf: Decimal, operacao: Operacao
) -> tuple[str, ...]:
    """The items and their totals."""
    fields = {campo: reais(totais[campo]) for campo in _TOTAIS}
    icms = grupo("ICMSTot", campos(**fields, vNF=reais(vnf)))
    return (
        *[item.xml(numero) for numero, item in enumerate(itens, 1)],
        grupo("total", icms, _ibscbs(totais) if operacao.ibscbs else None),
    )


def _ibscbs(totais: Mapping[str, Decimal]) -> str:
    none = campos(vDif="0.00", vDevTrib="0.00")
    credito = campos(vCredPres="0.00", vCredPresCondSus="0.00")
    uf, municipio = totais["vIBSUF"], totais["vIBSMun"]
    return grupo(
        "IBSCBSTot",
        campos(vBCIBSCBS=reais(totais["vBCIBSCBS"])),
        grupo(
            "gIBS",
            grupo("gIBSUF", none, campos(vIBSUF=reais(uf))),
            grupo("gIBSMun", none, campos(vIBSMun=reais(municipio))),
            campos(vIBS=reais(uf + municipio)),
            credito,
        ),
        grupo("gCBS", none, campos(vCBS=reais(totais["vCBS"])), credito),
    )


def _somas(itens: Sequence[Item]) -> tuple[dict[str, Decimal], Decimal]:
    """The totals of the items by field, and vNF."""
    totais: dict[str, Decimal] = defaultdict(Decimal)
    for item in itens:
        for campo, valor in item.totais.items():
            totais[campo] += valor
    return totais, totais["vProd"] + totais["vFrete"] + totais["vIPI"] - totais["vDesc"]


def _cobranca(numero: int, vnf: Decimal, emissao: datetime, parcelas: int) -> str:
    fatura = campos(nFat=str(numero), vOrig=reais(vnf), vDesc="0.00", vLiq=reais(vnf))
    return grupo(
        "cobr",
        grupo("fat", fatura),
        *[
            grupo(
                "dup",
                campos(
                    nDup=f"{parcela:03d}",
                    dVenc=f"{emissao + timedelta(days=30 * parcela):%Y-%m-%d}",
                    vDup=reais(valor),
                ),
            )
            for parcela, valor in enumerate(share(vnf, parcelas), 1)
        ],
    )


def _pagamento(meio: str, valor: Decimal, *, a_prazo: bool = False) -> str:
    """Cards and PIX have the group card (rule 391)."""
    card = grupo("card", campos(tpIntegra="2")) if meio in _COM_CARD else None
    return grupo(
        "detPag",
        campos(indPag="1" if a_prazo else "0", tPag=meio, vPag=reais(valor)),
        card,
    )


def _no_caixa(rng: Random, vnf: Decimal) -> str:
    """Money with its change, PIX or a card."""
    meio = rng.choice(("01", "17", "03"))
    if meio == "01":
        entregue = (vnf // 50 + 1) * 50
        troco = campos(vTroco=reais(entregue - vnf))
        return grupo("pag", _pagamento(meio, entregue), troco)
    return grupo("pag", _pagamento(meio, vnf))

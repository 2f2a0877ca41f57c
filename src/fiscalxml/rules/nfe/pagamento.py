"""Group YA: payments."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date
from decimal import Decimal
from typing import Final

from fiscalxml.documents.groups import Grupo
from fiscalxml.engine import Falha
from fiscalxml.rules.arithmetic import difere, reais
from fiscalxml.rules.lookup import desconhecido
from fiscalxml.rules.nfe.pessoas import cnpj_invalido
from fiscalxml.rules.nfe.scopes import NFCE, ZERO, Nota, da_nota, de_cada
from fiscalxml.tables import pagamentos

_NT_2020_006: Final = date(2021, 9, 1)
"""production, as the catalogue says of its rule 436"""
_SEM_PAGAMENTO: Final = "90"
_POSTERIOR: Final = "91"
_NADA_PAGO: Final = (_SEM_PAGAMENTO, _POSTERIOR)
_OUTROS: Final = "99"
_DUPLICATA: Final = "14"
_MAIOR_TROCO: Final = Decimal(300_000)


@de_cada(
    "pag/detPag",
    "nfe:YA02-04",
    "871",
    quando=lambda nota: nota.finNFe in ("3", "4"),
    correcao="Nota de ajuste ou de devolução não tem pagamento: informe tPag 90.",
    causa="Condição de pagamento da nota original copiada para a devolução ou o ajuste.",
)
def pagamento_em_ajuste(pagamento: Grupo, _nota: Nota) -> Falha | None:
    if pagamento["tPag"] != _SEM_PAGAMENTO:
        return Falha("tPag", pagamento["tPag"], _SEM_PAGAMENTO)
    return None


@de_cada(
    "pag/detPag",
    "nfce:YA02-10",
    "857",
    correcao="A NFC-e não é paga por duplicata: informe o meio de pagamento usado.",
    causa="Venda a prazo com o meio de pagamento padrão da NF-e.",
)
def nfce_por_duplicata(pagamento: Grupo, _nota: Nota) -> Falha | None:
    return Falha("tPag", _DUPLICATA, "outro meio") if pagamento["tPag"] == _DUPLICATA else None


@de_cada(
    "pag/detPag",
    "nfce:YA02-40",
    "899",
    correcao="A NFC-e tem sempre pagamento: informe o meio usado.",
    causa="Pagamento não lançado no caixa antes de emitir.",
)
def nfce_sem_pagamento(pagamento: Grupo, _nota: Nota) -> Falha | None:
    if pagamento["tPag"] == _SEM_PAGAMENTO:
        return Falha("tPag", _SEM_PAGAMENTO, "outro meio")
    return None


@de_cada(
    "pag/detPag",
    "nfce:YA02-50",
    "436",
    mensagem="Informado 99-Outros como meio de pagamento",
    desde=_NT_2020_006,
    homologacao=date(2021, 2, 1),
    correcao="Informe o meio de pagamento usado, em vez de 99 (outros).",
    causa="Meio de pagamento próprio da loja associado ao código 99.",
    duvida="A versão 1.20 da NT 2020.006 eliminou esta regra antes da produção, e deu "
    "o código a outra (meio inexistente).",
)
def nfce_por_outros_meios(pagamento: Grupo, _nota: Nota) -> Falha | None:
    return Falha("tPag", _OUTROS, "outro meio") if pagamento["tPag"] == _OUTROS else None


@de_cada(
    "pag/detPag",
    "nfe:YA02-60",
    "436",
    desde=_NT_2020_006,
    homologacao=date(2021, 5, 3),
    correcao="Informe em tPag um código da tabela de meios de pagamento do Portal da NF-e.",
    causa="Código do cadastro da loja, ou um que a tabela ainda não tinha na data da nota.",
)
def meio_de_pagamento_inexistente(pagamento: Grupo, nota: Nota) -> Falha | None:
    codigo = pagamento["tPag"]
    meio = pagamentos.meio(codigo)
    if meio is None:
        return desconhecido(
            "tPag", codigo, "meio de pagamento", tabela=pagamentos.TABELA, emissao=nota.emissao
        )
    if meio.desde is None or nota.emissao is None or nota.emissao.date() >= meio.desde:
        return None
    return Falha("tPag", codigo, f"só a partir de {meio.desde:%Y-%m-%d}", aviso=True)


@de_cada(
    "pag/detPag",
    "nfe:YA02a-10",
    "441",
    desde=_NT_2020_006,
    correcao="Com tPag 99 (outros), descreva o meio de pagamento em xPag.",
    causa="Meio de pagamento próprio da loja associado ao código 99, sem descrição.",
)
def outros_sem_descricao(pagamento: Grupo, _nota: Nota) -> Falha | None:
    if pagamento["tPag"] == _OUTROS and not pagamento["xPag"]:
        return Falha("xPag", "ausente", "descrição do meio de pagamento")
    return None


@de_cada(
    "pag/detPag",
    "nfe:YA02a-20",
    "442",
    desde=_NT_2020_006,
    correcao="xPag é só do tPag 99 (outros): retire-o.",
    causa="Descrição enviada em todos os meios de pagamento.",
)
def descricao_indevida(pagamento: Grupo, _nota: Nota) -> Falha | None:
    if "xPag" in pagamento and pagamento["tPag"] != _OUTROS:
        return Falha("xPag", pagamento["xPag"], "não informar")
    return None


@da_nota(
    "nfe:YA03-10",
    "865",
    quando=lambda nota: nota.finNFe not in ("3", "4"),
    com="pag",
    tipos=NFCE,  # for the 55 it is to come
    correcao="Os pagamentos somam menos que a nota: informe o que falta, ou corrija vNF.",
    causa="Um dos pagamentos ficou de fora, ou a nota mudou depois do pagamento.",
)
def pagamento_menor_que_a_nota(nota: Nota) -> Falha | None:
    detpag = nota.grupo.lista("pag", "detPag")
    if _paga_a_nota(nota, detpag) or _pago(nota) >= nota.total.valor("vNF"):
        return None
    if any(pagamento["tPag"] in _NADA_PAGO for pagamento in detpag):
        return None
    return Falha("pag", reais(_pago(nota)), f"a partir de {nota.total['vNF']}")


@da_nota(
    "nfe:YA03-20",
    "866",
    com="pag",
    correcao="Os pagamentos somam mais que a nota: informe a diferença em vTroco.",
    causa="Pagamento em dinheiro maior que a nota, sem o troco.",
)
def pagamento_maior_sem_troco(nota: Nota) -> Falha | None:
    pag = nota.grupo.em("pag")
    if "vTroco" in pag or _paga_a_nota(nota, pag.lista("detPag")):
        return None
    troco = _pago(nota) - nota.total.valor("vNF")
    if troco <= 0:
        return None
    return Falha("pag/vTroco", "ausente", reais(troco))


@de_cada(
    "pag/detPag",
    "nfe:YA03-30",
    "904",
    correcao="Sem pagamento (tPag 90) ou com pagamento posterior (91), vPag é zero.",
    causa="Valor da nota informado em vPag mesmo sem pagamento.",
)
def valor_sem_pagamento(pagamento: Grupo, _nota: Nota) -> Falha | None:
    if pagamento["tPag"] in _NADA_PAGO and pagamento.valor("vPag"):
        return Falha("vPag", pagamento["vPag"], "0.00")
    return None


@da_nota(
    "nfe:YA03a-10",
    "657",
    com="pag/detPag:dPag",
    relogio=True,
    correcao="A data do pagamento (dPag) não pode ser futura.",
    causa="Vencimento da parcela informado como data do pagamento.",
)
def pagamento_no_futuro(nota: Nota) -> Falha | None:
    """dPag is at most the day of the receipt, which begins first in the east."""
    if nota.recebimento is None:
        return None
    hoje = str(max(nota.recebimento.date(), nota.recebimento.astimezone(UTC).date()))
    for position, pagamento in enumerate(nota.grupo.lista("pag", "detPag"), 1):
        if pagamento["dPag"] > hoje:
            return Falha(f"pag/detPag[{position}]/dPag", pagamento["dPag"], f"até {hoje}")
    return None


@de_cada(
    "pag/detPag",
    "nfe:YA03c-10",
    "961",
    correcao="Corrija o CNPJ do estabelecimento em que o pagamento foi feito (CNPJPag).",
    causa="CNPJ digitado errado no cadastro do estabelecimento.",
)
def cnpj_do_pagamento(pagamento: Grupo, _nota: Nota) -> Falha | None:
    if "CNPJPag" not in pagamento:
        return None
    return cnpj_invalido(pagamento, "CNPJPag")


@da_nota(
    "nfe:YA09-10",
    "869",
    com="pag:vTroco",
    correcao="O troco é a soma dos pagamentos menos vNF: corrija-o.",
    causa="Troco calculado antes de um desconto ou de outro pagamento.",
)
def troco(nota: Nota) -> Falha | None:
    """A change of zero where less was paid than the note is only advice.

    Without payment it is right: notes with tPag 90 and vTroco 0.00 were authorised.
    """
    pag = nota.grupo.em("pag")
    informado, esperado = pag.valor("vTroco"), _pago(nota) - nota.total.valor("vNF")
    if "vTroco" not in pag or not difere(informado, esperado):
        return None
    sem_troco = not informado and esperado < ZERO
    if sem_troco and all(meio["tPag"] in _NADA_PAGO for meio in pag.lista("detPag")):
        return None
    if sem_troco:
        return Falha("pag/vTroco", pag["vTroco"], "não informar sem troco", aviso=True)
    return Falha("pag/vTroco", pag["vTroco"], reais(max(esperado, ZERO)))


@da_nota(
    "nfe:YA09-20",
    "965",
    com="pag:vTroco",
    desde=date(2024, 10, 1),
    correcao="Confira os valores pagos: o troco passa de R$ 300.000,00.",
    causa="Código de barras ou número da nota digitado no campo do valor pago.",
)
def troco_acima_do_permitido(nota: Nota) -> Falha | None:
    pag = nota.grupo.em("pag")
    if pag.valor("vTroco") <= _MAIOR_TROCO:
        return None
    return Falha("pag/vTroco", pag["vTroco"], f"até {reais(_MAIOR_TROCO)}")


def _paga_a_nota(nota: Nota, pagamentos: Sequence[Grupo]) -> bool:
    """One payment of exactly vNF, as most notes have."""
    return len(pagamentos) == 1 and pagamentos[0]["vPag"] == nota.total["vNF"]


def _pago(nota: Nota) -> Decimal:
    """The sum of vPag."""
    return sum([item.valor("vPag") for item in nota.grupo.lista("pag", "detPag")], ZERO)

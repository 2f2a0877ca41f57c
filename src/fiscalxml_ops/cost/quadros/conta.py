"""The bill of one demand in one scenario."""

from __future__ import annotations

from typing import Final

from fiscalxml_ops.cost.format import Quadro, dolares, em_csv, numero, porcento, preco
from fiscalxml_ops.cost.lines import Linha
from fiscalxml_ops.cost.model import Resultado
from fiscalxml_ops.cost.prices import Natureza

CSV: Final = (
    *("grupo", "linha", "item", "regiao", "quantidade", "unidade", "preco_usd", "desconto"),
    *("custo_usd", "natureza", "fonte", "data", "nota"),
)
_SEM_DOCUMENTO: Final = (Natureza.LEMBRADO, Natureza.SUPOSTO)


def resumo(r: Resultado) -> Quadro:
    """Dollars by group."""
    d = r.demanda
    unsure = sum((each.custo for each in r.linhas if _unsure(each)), start=r.total * 0)
    rows = [
        (grupo.value, dolares(custo), porcento(custo / r.total))
        for grupo, custo in r.grupos.items()
    ]
    rows += [
        ("AWS", dolares(r.aws), porcento(r.aws / r.total)),
        ("Terceiros", dolares(r.terceiros), porcento(r.terceiros / r.total)),
        ("Total", dolares(r.total), porcento(r.total / r.total)),
    ]
    return Quadro(
        f"{r.cenario.titulo} — {r.regiao}, {numero(d.usuarios)} usuários",
        ("Grupo", "por mês", "do total"),
        tuple(rows),
        (
            f"{numero(d.documentos)} documentos por mês "
            f"({numero(d.premissas.documentos_por_usuario)} por usuário), "
            f"{numero(d.guardados)} guardados em {numero(d.premissas.meses)} meses: "
            f"{numero(d.gb_objetos, 1)} GB no S3, {numero(d.gb_linhas, 1)} GB no banco.",
            f"Por usuário: {dolares(r.por_usuario, 4)}. "
            f"Por mil documentos: {dolares(r.por_mil_documentos, 4)}.",
            f"{porcento(unsure / r.total)} do total é de preços lembrados ou supostos: "
            "confira-os antes de contratar.",
        ),
    )


def linhas(r: Resultado) -> Quadro:
    """Every line item."""
    return Quadro(
        "Linha a linha",
        ("Grupo", "O que", "quantidade", "unidade", "preço", "desconto", "por mês", "preço é"),
        tuple(
            (
                each.grupo.value,
                each.nome,
                numero(each.quantidade, 2),
                each.preco.unidade,
                preco(each.preco.valor),
                porcento(each.desconto) if each.desconto else "",
                numero(each.custo, 2),
                each.preco.natureza.value,
            )
            for each in r.linhas
        ),
        textos=2,
    )


def tarefas(r: Resultado) -> Quadro:
    """What runs."""
    rows = [
        (
            papel.nome,
            numero(papel.minimo),
            numero(papel.pico),
            "—" if papel.maximo is None else numero(papel.maximo),
            numero(papel.horas),
        )
        for papel in r.planta.papeis
    ]
    banco = r.planta.banco
    return Quadro(
        "O que roda",
        ("Papel", "sempre", "no pico", "máximo da política", "horas por mês"),
        tuple(rows),
        (
            f"Banco: {banco.conjuntos} × {banco.classe} (Multi-AZ e réplica), "
            f"{numero(banco.gb)} GB de disco; no pico, {numero(banco.vcpu_no_pico, 2)} vCPU.",
        ),
    )


def csv(r: Resultado) -> str:
    """Every line with its price, source and date; exact decimals."""
    return em_csv(CSV, (_exact(each) for each in r.linhas))


def objeto(r: Resultado) -> dict[str, object]:
    """The same for programs: decimals as strings, nothing rounded."""
    d = r.demanda
    return {
        "cenario": r.cenario.nome,
        "regiao": r.regiao,
        "usuarios": str(d.usuarios),
        "documentos_por_mes": str(d.documentos),
        "documentos_guardados": str(d.guardados),
        "aws_usd": str(r.aws),
        "terceiros_usd": str(r.terceiros),
        "total_usd": str(r.total),
        "por_usuario_usd": str(r.por_usuario),
        "por_mil_documentos_usd": str(r.por_mil_documentos),
        "grupos_usd": {grupo.value: str(custo) for grupo, custo in r.grupos.items()},
        "linhas": [dict(zip(CSV, _exact(each), strict=True)) for each in r.linhas],
    }


def _exact(each: Linha) -> tuple[str, ...]:
    found = each.preco
    return (
        *(each.grupo.value, each.nome, found.item, found.regiao, str(each.quantidade)),
        *(found.unidade, str(found.valor), str(each.desconto), str(each.custo)),
        *(found.natureza.value, found.fonte.texto, found.fonte.data.isoformat(), found.nota),
    )


def _unsure(each: Linha) -> bool:
    return each.preco.natureza in _SEM_DOCUMENTO

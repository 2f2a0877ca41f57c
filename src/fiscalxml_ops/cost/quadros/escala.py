"""What 1 thousand to 1 million users really cost, and what ends first."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from fiscalxml_ops.cost import capacity
from fiscalxml_ops.cost.demand import Demanda
from fiscalxml_ops.cost.format import Quadro, dolares, numero, porcento
from fiscalxml_ops.cost.model import Resultado, calcular
from fiscalxml_ops.cost.premises import Premissas
from fiscalxml_ops.cost.prices import Tabela
from fiscalxml_ops.cost.scenarios import Cenario

USUARIOS: Final = tuple(Decimal(n) for n in (1_000, 10_000, 100_000, 1_000_000))
DOCUMENTOS: Final = tuple(Decimal(n) for n in (100, 300, 1_000))
"""a user a month"""


def por_usuarios(
    premissas: Premissas, cenario: Cenario, regiao: str, tabela: Tabela, meses: Sequence[Decimal]
) -> Quadro:
    """Cost by users and documents, after each of these months of operation."""
    rows = tuple(
        _row(calcular(Demanda(users, p), cenario, regiao, tabela))
        for months in meses
        for users in USUARIOS
        for documents in DOCUMENTOS
        for p in (premissas.but(documentos_por_usuario=documents, meses=months),)
    )
    return Quadro(
        f"Quanto custa de verdade — {cenario.titulo.lower()}, {regiao}",
        (
            *("Usuários", "documentos por usuário", "meses", "por mês", "por usuário"),
            *("por mil documentos", "maior parte", "banco"),
        ),
        rows,
        ("O banco: conjuntos (primário, reserva e réplica), tamanho das máquinas, disco.",),
        textos=0,
    )


def regioes(premissas: Premissas, cenario: Cenario, tabela: Tabela, todas: Sequence[str]) -> Quadro:
    """The same in each region."""
    rows = []
    for regiao in todas:
        costs = [calcular(Demanda(users, premissas), cenario, regiao, tabela) for users in USUARIOS]
        rows.append((regiao, *(dolares(cost.total, 0) for cost in costs)))
    return Quadro(
        f"Por região, a {numero(premissas.documentos_por_usuario)} documentos por usuário",
        ("Região", *(f"{numero(users)} usuários" for users in USUARIOS)),
        tuple(rows),
        ("sa-east-1: banco, cache e spot são supostos, por razão com us-east-1; veja os preços.",),
    )


def capacidade(premissas: Premissas) -> tuple[Quadro, Quadro]:
    """Each part at its largest, with measured and with published rates."""
    return (
        _parts("Capacidade, com as taxas medidas", capacity.medidas(premissas), premissas),
        _parts("Capacidade, com as taxas publicadas", capacity.publicadas(premissas), premissas),
    )


def _row(r: Resultado) -> tuple[str, ...]:
    grupo, custo = max(r.grupos.items(), key=lambda item: item[1])
    banco = r.planta.banco
    return (
        numero(r.demanda.usuarios),
        numero(r.demanda.premissas.documentos_por_usuario),
        numero(r.demanda.premissas.meses),
        dolares(r.total, 0),
        dolares(r.por_usuario, 4),
        dolares(r.por_mil_documentos, 4),
        f"{grupo.value}, {porcento(custo / r.total, 0)}",
        f"{banco.conjuntos} × {banco.classe}, {numero(banco.gb * banco.conjuntos)} GB",
    )


def _parts(title: str, parts: Sequence[capacity.Parte], p: Premissas) -> Quadro:
    return Quadro(
        title,
        (
            *("Parte", "no máximo", "por minuto", "do quê", "documentos por mês"),
            *("usuários", "como se sabe"),
        ),
        tuple(
            (
                part.nome,
                part.tamanho,
                numero(part.por_minuto),
                part.trabalho,
                numero(part.documentos_por_mes),
                numero(part.usuarios(p)),
                part.como,
            )
            for part in parts
        ),
        (
            f"**Acaba primeiro: {parts[0].nome.lower()} ({parts[0].tamanho})**, em "
            f"{numero(parts[0].documentos_por_mes)} documentos por mês.",
            f"Com {porcento(p.ocupacao, 0)} de ocupação nas horas de pico e "
            f"{numero(p.documentos_por_usuario)} documentos por usuário; por minuto, a pleno.",
            "O Valkey só leva ids e contagens (5 MB com 100.000 notas em andamento, "
            "benchmarks/results.md) e o relay é um de dois: nenhum foi levado ao limite.",
        ),
        textos=2,
    )

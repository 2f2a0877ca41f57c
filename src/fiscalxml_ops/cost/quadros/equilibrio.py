"""Break-even of commitments, spot, Graviton and S3's classes; what recovery costs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Final

from fiscalxml_ops.cost import breakeven
from fiscalxml_ops.cost.demand import Demanda
from fiscalxml_ops.cost.format import Quadro, dolares, numero, porcento, preco
from fiscalxml_ops.cost.lines import Grupo
from fiscalxml_ops.cost.model import calcular
from fiscalxml_ops.cost.prices import Tabela
from fiscalxml_ops.cost.scenarios import MEDIDO, OUTRA, Recuperacao

_FOREVER: Final = 132
_POLICIES: Final = (
    ("tudo em Standard", ((_FOREVER, "s3.standard"),)),
    (
        "30 dias, IA até 90, depois Instant (infra/aws)",
        ((1, "s3.standard"), (3, "s3.ia"), (_FOREVER, "s3.gir")),
    ),
    (
        "o mesmo até 12 meses, depois Flexible (horas para ler)",
        ((1, "s3.standard"), (3, "s3.ia"), (12, "s3.gir"), (_FOREVER, "s3.flexible")),
    ),
    (
        "o mesmo até 12 meses, depois Deep Archive (12 a 48 horas para ler)",
        ((1, "s3.standard"), (3, "s3.ia"), (12, "s3.gir"), (_FOREVER, "s3.deep")),
    ),
)
_READY: Final = {
    Recuperacao.NENHUMA: "nada: perde-se a região, perde-se tudo",
    Recuperacao.COPIAS: "objetos e backups; o banco é restaurado antes",
    Recuperacao.PILOTO: "réplica do banco e rede; sobem os serviços (infra/aws)",
    Recuperacao.AQUECIDA: "e uma frota mínima atendendo; troca-se o DNS",
}


def quadros(demanda: Demanda, regiao: str, tabela: Tabela) -> tuple[Quadro, ...]:
    """Each question's table."""
    return tuple(_all(demanda, regiao, tabela))


def _all(demanda: Demanda, regiao: str, tabela: Tabela) -> Iterator[Quadro]:
    yield _commitments(tabela, regiao)
    yield _graviton(tabela, regiao)
    pack, single = breakeven.pack_kilobytes(), breakeven.single_kilobytes()
    yield _classes("Classes do S3, para os pacotes de um lote", tabela, regiao, pack)
    yield _classes("Classes do S3, para um documento sozinho", tabela, regiao, single)
    yield _custody(tabela, regiao)
    yield _recovery(demanda, regiao, tabela)


def _commitments(tabela: Tabela, regiao: str) -> Quadro:
    return Quadro(
        "Compromissos: quando empatam com pagar sob demanda",
        ("Compromisso", "desconto", "uso mínimo do prazo", "se parar antes do mês, perde"),
        tuple(
            (
                each.nome,
                porcento(each.desconto),
                porcento(each.uso_minimo),
                f"{numero(each.mes_do_equilibrio, 1)} de {each.meses}",
            )
            for each in breakeven.commitments(tabela, regiao)
        ),
        (
            "Comprometa o que roda sempre (o mínimo das políticas), nunca o pico.",
            "As Database Savings Plans só valem da geração 7 em diante: o db.r5 da arquitetura "
            "publicada não entra; com db.r7g, 20 % sem amarrar a classe.",
            "Spot: "
            f"{porcento(tabela.valor('desconto.fargate.spot', regiao), 0)} de desconto só se perde "
            "se cada documento for refeito "
            f"{numero(breakeven.retrabalho_de_spot(tabela, regiao), 1)} vezes. Um worker que some "
            "devolve blocos de até 200 documentos, e o prazo de um bloco é de segundos.",
        ),
    )


def _graviton(tabela: Tabela, regiao: str) -> Quadro:
    return Quadro(
        "Graviton",
        ("Troca", "x86", "ARM", "economia", "velocidade mínima para valer"),
        tuple(
            (
                each.nome,
                preco(each.x86),
                preco(each.arm),
                porcento(each.economia),
                porcento(each.velocidade_minima, 0),
            )
            for each in breakeven.graviton(tabela, regiao)
        ),
        (
            "As 113 dependências de produção que Linux instala têm roda para aarch64 "
            "(manylinux_2_28, Python 3.13), menos certifi-icpbr, que é Python puro em sdist; os "
            "dois laços em C compilam onde a imagem é feita (ops/cost/README.md). "
            "Nada rodou em ARM.",
            "Nenhuma taxa nossa foi medida em Graviton: a economia só existe se a velocidade "
            "medida lá passar da mínima.",
        ),
    )


def _classes(title: str, tabela: Tabela, regiao: str, kilobytes: Decimal) -> Quadro:
    return Quadro(
        f"{title} ({numero(kilobytes, 1)} kB)",
        (
            *("Classe", "GB nosso por mês", "economia", "mudar 1 GB", "meses até pagar"),
            *("leituras por mês que empatam", "dias mínimos"),
        ),
        tuple(
            (
                each.nome,
                preco(each.gb_mes.quantize(Decimal("0.00001"))),
                preco(each.economia.quantize(Decimal("0.00001"))),
                preco(each.mudanca.quantize(Decimal("0.0001"))),
                "nunca" if each.meses_para_pagar is None else numero(each.meses_para_pagar, 1),
                "—" if each.leituras_por_mes is None else numero(each.leituras_por_mes, 2),
                numero(each.dias_minimos),
            )
            for each in breakeven.classes(tabela, regiao, kilobytes)
        ),
        ("IA e Instant cobram ao menos 128 kB por objeto; Flexible e Deep somam 40 kB a cada um.",),
    )


def _custody(tabela: Tabela, regiao: str) -> Quadro:
    costs = [
        (nome, breakeven.custodia(tabela, regiao, steps, _FOREVER)) for nome, steps in _POLICIES
    ]
    first = costs[0][1]
    return Quadro(
        "Um milhão de documentos em lotes, por 132 meses no S3, uma região",
        ("Política", "custo", "do primeiro"),
        tuple((nome, dolares(cost), porcento(cost / first, 0)) for nome, cost in costs),
        (
            "O XML tem de ser lido na hora: Flexible e Deep Archive não servem aos documentos, só "
            "aos backups. O que se perde com isso está na diferença.",
        ),
    )


def _recovery(demanda: Demanda, regiao: str, tabela: Tabela) -> Quadro:
    rows = []
    for ready, words in _READY.items():
        cost = calcular(demanda, replace(MEDIDO, recuperacao=ready), regiao, tabela)
        other = cost.grupos.get(Grupo.RECUPERACAO, Decimal(0))
        rows.append(
            (ready.value, words, dolares(other), porcento(other / cost.total), dolares(cost.total))
        )
    return Quadro(
        f"Região de recuperação ({OUTRA[regiao]}), {numero(demanda.usuarios)} usuários",
        ("Modo", "o que está pronto", "por mês", "do total", "total"),
        tuple(rows),
        ("Os tempos de cada modo são medidos no ensaio de ops/recovery.",),
        textos=2,
    )

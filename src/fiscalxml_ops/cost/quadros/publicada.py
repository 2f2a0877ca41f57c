"""The published figures beside ours, and what each must assume."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from fiscalxml_ops.cost.demand import Demanda
from fiscalxml_ops.cost.format import Quadro, dolares, numero, porcento
from fiscalxml_ops.cost.measured import ROW_BYTES, STORED_BYTES
from fiscalxml_ops.cost.model import calcular
from fiscalxml_ops.cost.premises import Premissas
from fiscalxml_ops.cost.prices import Tabela
from fiscalxml_ops.cost.published import REGIAO, Comparado, compared
from fiscalxml_ops.cost.rates import PUBLICADAS
from fiscalxml_ops.scaling.policies import API, WORKER


def quadros(premissas: Premissas, tabela: Tabela) -> tuple[Quadro, ...]:
    """Figures, objections, and the same documents at measured rates."""
    found = compared(premissas, tabela)
    return (_figures(found, _alike(found, premissas, tabela)), _measured(found))


def _figures(found: Sequence[Comparado], alike: str) -> Quadro:
    rows = tuple(
        (
            each.alvo.nome,
            each.alvo.cenario.nome,
            _shown(each.alvo.medida, each.alvo.valor),
            _shown(each.alvo.medida, each.nosso),
            porcento(each.desvio, 2, sinal=True),
            "sim" if each.reproduz else "NÃO",
            numero(each.alvo.documentos_por_usuario),
            "não" if each.objecoes else "sim",
        )
        for each in found
    )
    notes = [
        "A publicação só dá totais. O que ela não diz, e aqui se supõe: us-east-1; "
        f"{numero(found[0].alvo.meses)} meses de operação; "
        "sem região de recuperação; "
        "a frota mínima de "
        f"{API.minimum} API, {WORKER.minimum} workers, 2 Auth, 2 Webhooks, 2 entregadores, 2 Kong; "
        "db.r5.xlarge Multi-AZ, uma réplica, 500 GB; 3 nós de cache; 3 NAT.",
        f"As taxas publicadas ({numero(PUBLICADAS['validacoes'])} validações, "
        f"{numero(PUBLICADAS['resumos'])} resumos e {numero(PUBLICADAS['processados'])} "
        "processados por minuto) são tomadas como as da frota mínima.",
        "Otimizado: compromissos de 1 ano no que roda sempre, metade dos workers em spot, "
        "classes do S3 por idade, Cloudflare e Slack pagos por ano.",
        "Os documentos por usuário são o que se ajustou a cada número: com eles a conta inteira, "
        "linha a linha, dá o que está em “nosso”.",
        *_verdict(found),
        alike,
    ]
    return Quadro(
        "A estimativa publicada",
        (
            *("Número", "cenário", "publicado", "nosso", "desvio", "até 2 %"),
            *("documentos por usuário e mês", "cabe na arquitetura"),
        ),
        rows,
        tuple(notes),
        textos=2,
    )


def _alike(found: Sequence[Comparado], p: Premissas, tabela: Tabela) -> str:
    costs = "; ".join(
        f"{numero(each.alvo.usuarios)} usuários, {dolares(cost, 3)}"
        for each in found
        if each.alvo.medida == "por_usuario"
        for cost in (_with_all_alike(each, p, tabela),)
    )
    documents = numero(p.documentos_por_usuario)
    return f"Com {documents} documentos para cada usuário, o mesmo modelo dá por usuário: {costs}."


def _with_all_alike(each: Comparado, p: Premissas, tabela: Tabela) -> Decimal:
    demanda = Demanda(each.alvo.usuarios, p.but(meses=each.alvo.meses))
    return calcular(demanda, each.alvo.cenario, REGIAO, tabela).por_usuario


def _verdict(found: Sequence[Comparado]) -> list[str]:
    by_user = [each for each in found if each.alvo.medida == "por_usuario"]
    words = [
        f"**{each.alvo.nome}: implausível**: {'; '.join(each.objecoes)}."
        for each in found
        if each.objecoes
    ]
    documents = [each.alvo.documentos_por_usuario for each in by_user]
    if len(documents) > 1 and max(documents) > 2 * min(documents):
        words.append(
            "**Nenhum número de documentos por usuário explica os quatro custos por usuário**: "
            f"eles pedem de {numero(min(documents))} a {numero(max(documents))}. Isso supõe que "
            "quem chega depois usa muito menos, o que a publicação não diz."
        )
    return words


def _measured(found: Sequence[Comparado]) -> Quadro:
    by_user = [each for each in found if each.alvo.medida == "por_usuario"]
    return Quadro(
        "Os mesmos documentos, com as nossas taxas",
        (
            *("Usuários", "documentos por mês", "publicado", "uma região, otimizado"),
            *("duas regiões", "e por usuário", "workers no pico", "do banco, nas duas"),
        ),
        tuple(
            (
                numero(each.alvo.usuarios),
                numero(each.resultado.demanda.documentos),
                dolares(each.alvo.valor * each.alvo.usuarios, 0),
                dolares(each.mesma_regiao.total, 0),
                dolares(each.medido.total, 0),
                dolares(each.medido.por_usuario, 4),
                numero(each.medido.planta.papel("worker").pico),
                porcento(each.parte_do_banco, 0),
            )
            for each in by_user
        ),
        (
            "Com as taxas medidas os workers deixam de pesar. Pesa o banco, que guarda as linhas "
            "de cada documento três vezes na região (Multi-AZ e réplica) e uma na outra: "
            f"{numero(Decimal(str(ROW_BYTES.value)) / 1000, 1)} kB de linhas e índices por "
            f"documento, para {numero(Decimal(str(STORED_BYTES.value)) / 1000, 1)} kB do "
            "documento.",
        ),
    )


def _shown(medida: str, value: Decimal) -> str:
    return dolares(value, 3 if medida == "por_usuario" else 0)

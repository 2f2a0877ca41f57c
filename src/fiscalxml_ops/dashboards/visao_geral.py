"""Are users served as promised? RED of all services, and of each route."""

from __future__ import annotations

from grafana_foundation_sdk.builders.dashboard import Dashboard
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models.dashboard import Panel

from fiscalxml_ops.dashboards import limits
from fiscalxml_ops.dashboards.frame import frame
from fiscalxml_ops.dashboards.panels import Coluna, Consulta, fileira, linhas, numero, tabela
from fiscalxml_ops.dashboards.promql import (
    PERIODO,
    SERVICO,
    newest,
    quantile,
    rate,
    share,
    total,
    within,
)
from fiscalxml_ops.objectives import LATENCIA_SEGUNDOS, OBJETIVOS, Objetivo, gasto, razao
from fiscalxml_server.kit.telemetry import sampled
from fiscalxml_server.kit.telemetry.deliveries import delays
from fiscalxml_server.kit.telemetry.metrics import documents, requests

_FAILED = 'http_response_status_code=~"5.."'
_ROUTE = "job, http_request_method, http_route"
_BY_ROUTE = "{{job}} {{http_request_method}} {{http_route}}"
_CLASS = (
    f'sum by (classe) (label_replace({rate(requests, SERVICO)}, "classe", "${{1}}xx", '
    '"http_response_status_code", "(.).."))'
)


def visao_geral() -> Dashboard:
    """The first one to look at."""
    return frame(
        "visao-geral",
        "Visão geral",
        "O que quem usa o serviço percebe: disponibilidade, erros e tempo de resposta.",
        [
            fileira("O que se promete"),
            *map(_budget, OBJETIVOS),
            linhas(
                "Ritmo em que o orçamento de erros se gasta",
                "none",
                "Na última hora: 1 gasta em 30 dias o que se pode errar em 30 dias; a partir de "
                "14,4 alguém é chamado.",
                *(Consulta(_burn(each), each.titulo) for each in OBJETIVOS),
                limites=limits.QUEIMA,
                largura=24,
            ),
            fileira("Agora"),
            numero(
                "Respostas sem erro nosso",
                "percentunit",
                "No período mostrado, a parte das respostas que não é 5xx. O objetivo é 99,9 %.",
                f"1 - {share(_of(_FAILED), _of())}",
                limits.SEM_ERRO,
                decimais=3,
                runbook="RespostasComErro",
            ),
            numero(
                "Em menos de 100 ms",
                "percentunit",
                "No período mostrado, a parte das requisições que terminou em até 0,1 s. O "
                "objetivo é 95 %.",
                share(within(requests, LATENCIA_SEGUNDOS, SERVICO, over=PERIODO), _of()),
                limits.RAPIDAS,
                decimais=2,
                runbook="RespostasLentas",
            ),
            numero(
                "p95 agora",
                "s",
                "O tempo em que 95 % das requisições terminam.",
                quantile(0.95, requests, SERVICO),
                limits.P95,
                runbook="RespostasLentas",
            ),
            numero(
                "Requisições",
                "reqps",
                "Por segundo, em todos os serviços escolhidos.",
                total(rate(requests, SERVICO)),
            ),
            numero(
                "Documentos",
                "cpm",
                "Por minuto: validados, guardados ou recusados, por requisição e em lotes.",
                f"60 * {total(rate(documents))}",
            ),
            numero(
                "Processos sem resposta",
                "none",
                "Processos que o Prometheus deveria ler e não consegue.",
                f"count(up{{{SERVICO}}} == 0) or vector(0)",
                limits.ALGUM,
                runbook="ProcessoFora",
            ),
            numero(
                "Espera do trabalho mais antigo",
                "s",
                "Há quanto tempo espera o mais antigo dos trabalhos de lotes. A partir de 15 "
                "minutos, lotes novos são recusados.",
                newest(sampled.QUEUE_AGE, 'queue=~"(abrir|processar)[.]pendente"', by=""),
                limits.ESPERA,
                largura=8,
                runbook="ProcessamentoAtrasado",
            ),
            numero(
                "p99 até a primeira tentativa de webhook",
                "s",
                "De quando uma entrega podia ser feita até a primeira tentativa, sem as "
                "assinaturas em ordem, que esperam por quem recebe.",
                quantile(0.99, delays, 'ordered="no"'),
                limits.ATRASO_DE_WEBHOOK,
                largura=8,
                runbook="WebhooksAtrasados",
            ),
            numero(
                "Organizações ativas no mês",
                "none",
                "Quantas usaram documentos neste mês.",
                newest(sampled.ORGANIZATIONS),
                largura=8,
            ),
            fileira("Requisições, erros e duração, por serviço"),
            linhas(
                "Requisições por serviço",
                "reqps",
                "Quantas por segundo terminam.",
                Consulta(total(rate(requests, SERVICO), "job"), "{{job}}"),
            ),
            linhas(
                "Erros nossos por serviço",
                "percentunit",
                "A parte das respostas que é 5xx.",
                Consulta(
                    share(rate(requests, SERVICO, _FAILED), rate(requests, SERVICO), "job"),
                    "{{job}}",
                ),
                limites=limits.ERROS,
                runbook="ErrosNumServico",
            ),
            linhas(
                "Duração por serviço",
                "s",
                "O tempo em que metade, e 95 %, das requisições terminam.",
                Consulta(quantile(0.95, requests, SERVICO, by="job"), "p95 {{job}}"),
                Consulta(quantile(0.5, requests, SERVICO, by="job"), "p50 {{job}}"),
                limites=limits.P95,
            ),
            linhas(
                "Respostas por classe",
                "reqps",
                "Sucesso (2xx), não mudou (3xx), erro de quem pede (4xx), erro nosso (5xx).",
                Consulta(_CLASS, "{{classe}}"),
            ),
            fileira("Por rota"),
            tabela(
                "Rotas mais pedidas",
                "Requisições, erros nossos e p95 de cada rota, agora.",
                [("job", "Serviço"), ("http_request_method", "Método"), ("http_route", "Rota")],
                [
                    Coluna(
                        "Requisições/s",
                        "reqps",
                        f"topk(40, {total(rate(requests, SERVICO), _ROUTE)})",
                    ),
                    Coluna(
                        "Erros",
                        "percentunit",
                        share(rate(requests, SERVICO, _FAILED), rate(requests, SERVICO), _ROUTE),
                    ),
                    Coluna("p95", "s", quantile(0.95, requests, SERVICO, by=_ROUTE)),
                ],
            ),
            linhas(
                "Rotas mais lentas",
                "s",
                "As dez de maior p95.",
                Consulta(f"topk(10, {quantile(0.95, requests, SERVICO, by=_ROUTE)})", _BY_ROUTE),
                limites=limits.P95,
            ),
            linhas(
                "Rotas com mais erros nossos",
                "reqps",
                "As dez com mais respostas 5xx por segundo.",
                Consulta(
                    f"topk(10, {total(rate(requests, SERVICO, _FAILED), _ROUTE)}"
                    f" or 0 * {total(rate(requests, SERVICO), _ROUTE)})",
                    _BY_ROUTE,
                ),
            ),
        ],
    )


def _budget(objetivo: Objetivo) -> Builder[Panel]:
    return numero(
        f"Orçamento gasto: {objetivo.titulo.lower()}",
        "percentunit",
        f"Do que se pode errar em 30 dias, quanto já se errou. O objetivo: {objetivo.promessa}.",
        gasto(objetivo),
        limits.ORCAMENTO,
        decimais=1,
        runbook=objetivo.alerta,
    )


def _burn(objetivo: Objetivo) -> str:
    return f"{razao(objetivo, '1h')} / {objetivo.orcamento}"


def _of(*where: str) -> str:
    """Requests a second of the whole period."""
    return rate(requests, SERVICO, *where, over=PERIODO)

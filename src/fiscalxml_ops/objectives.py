"""The service's objectives: THE table. Rules, dashboards and gates of deploys are made from it.

An objective is a share of *events* that must be good over 30 days. Where things happen one by one
(requests, deliveries, rounds of the canary) an event is one of them; where nothing may happen at
all when something is broken (availability, processing) it is a moment: each evaluation of the rule
is one, good or bad. `eventos` and `falhas` are PromQL for how many of either there are a second.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, Literal

from fiscalxml_ops.canary.metrics import rounds
from fiscalxml_server.kit.settings import Settings
from fiscalxml_server.kit.telemetry.deliveries import delays
from fiscalxml_server.kit.telemetry.metrics import Family, requests

SERVICOS: Final = ("api", "auth", "webhooks")
"""what people's requests reach"""
PAPEIS: Final = (*SERVICOS, "worker", "relay", "entregador")
"""all roles; the label `job` of what Prometheus scrapes from each"""
CANARIO: Final = "canario"
MAQUINA: Final = "maquina"
"""job of what tells of the machines themselves: node_exporter"""
JANELA: Final = "30d"
"""in which the budget of errors may be spent"""

LATENCIA_SEGUNDOS: Final = 0.1
WEBHOOK_SEGUNDOS: Final = 5.0
PROCESSAMENTO_SEGUNDOS: Final = int(Settings.model_fields["max_backlog_seconds"].default)
"""where new lotes begin to be refused"""
INDISPONIVEL: Final = 0.05
"""share of failed requests above which a service that answers is not available"""

SEM_PESSOAS: Final = ("/saude", "/pronto", "/interno/.+", "unmatched")
"""routes that no user waits for: probes, talk between services, noise from outside"""
DEMORADAS: Final = (
    # An answer that is as large as what was sent, or as long as what is watched.
    "/v1/lotes",
    "/v1/.+/progresso",
    "/v1/.+/exportacao",
    "/v1/.+/arquivo",
    "/v1/notificacoes/fluxos/{fluxo}/leitura",
    "/v1/conta/dados",
    "/v1/privacidade/pedidos/{pedido}/documentos",
    # Reads thousands of reports, or draws a page.
    "/v1/.+/causas",
    "/v1/.+/danfe",
    "/v1/.+/relatorio",
    "/v1/documentos/totais",
    # Takes its time on purpose: Argon2id.
    "/v1/sessoes",
    "/v1/sessoes/confirmacao",
    "/v1/cadastro.*",
    "/v1/convites/aceitacao",
    "/v1/senha.*",
    "/v1/conta.*",
)
"""routes that promise no 0.1 s"""


@dataclass(frozen=True, kw_only=True)
class Objetivo:
    """`alvo`: share of good events, 0 to 1. `alerta`: the name of what burns its budget."""

    nome: str
    titulo: str
    promessa: str
    alvo: Decimal
    alerta: str
    eventos: str
    falhas: str

    @property
    def orcamento(self) -> Decimal:
        """Share of events that may be bad."""
        return 1 - self.alvo


@dataclass(frozen=True, kw_only=True)
class Queima:
    """A budget that is spent so many times too fast, seen in a long window and in a short one."""

    fator: Decimal
    longa: str
    curta: str
    severidade: Literal["critica", "chamado"]

    @property
    def esgota(self) -> str:
        """When a budget of 30 days is spent at this pace."""
        hours = 30 * 24 / self.fator
        return f"{hours / 24:.0f}d" if hours >= 72 else f"{hours:.0f}h"


QUEIMAS: Final = (
    Queima(fator=Decimal("14.4"), longa="1h", curta="5m", severidade="critica"),
    Queima(fator=Decimal(6), longa="6h", curta="30m", severidade="critica"),
    Queima(fator=Decimal(3), longa="1d", curta="2h", severidade="chamado"),
    Queima(fator=Decimal(1), longa="3d", curta="6h", severidade="chamado"),
)
"""2, 5, 10 and 10 % of the month's budget in the long window (Google's SRE workbook, chapter 5)"""
JANELAS: Final = ("5m", "30m", "1h", "2h", "6h", "1d", "3d", JANELA)

_RATE: Final = "2m"


def name_of(family: Family[Any]) -> str:
    """As it is exposed, without `_total`, `_count` and the like."""
    return str(next(iter(family.metric.describe())).name)


def _labels(*routes: str) -> str:
    """Of requests that people wait for, less those of these routes. Braces are the templates'."""
    without = "|".join((*SEM_PESSOAS, *routes)).replace("{", "[{]").replace("}", "[}]")
    return f'job=~"{"|".join(SERVICOS)}",http_route!~"{without}"'


def _rate(series: str, labels: str) -> str:
    return f"sum(rate({series}{{{labels}}}[{_RATE}]))"


def _slow(series: str, labels: str, seconds: float) -> str:
    """Events a second that took longer; `seconds` is the bound of a bucket."""
    quick = _rate(f"{series}_bucket", f'{labels},le="{float(seconds)}"')
    return f"{_rate(f'{series}_count', labels)} - {quick}"


_REQUESTS: Final = name_of(requests)
_DELAYS: Final = name_of(delays)
_ROUNDS: Final = f"{name_of(rounds)}_total"
_USERS: Final = _labels()
_QUICK: Final = _labels(*DEMORADAS)
_FAILED: Final = f'{_USERS},http_response_status_code=~"5.."'
# Those in order wait for the receiver, too, which is not ours.
_UNORDERED: Final = 'ordered="no"'
_WAITING: Final = 'job="relay",queue=~"(abrir|processar)[.]pendente"'


def _up(jobs: str) -> str:
    """`up` of these; 0 of a process that was there within a day and is no target any more: of a
    container that has ended, DNS knows nothing. What was never there, nothing is said of."""
    series = f'up{{job=~"{jobs}"}}'
    return f"({series} or 0 * last_over_time({series}[1d]))"


_UP: Final = f"max by (job) ({_up('|'.join(SERVICOS))})"
_RELAY: Final = f"max({_up('relay')})"

SERVICO_DISPONIVEL: Final = "fiscalxml:servico_disponivel"
"""by job: 1 while a process answers and few requests fail"""
AUXILIARES: Final[Mapping[str, str]] = {
    SERVICO_DISPONIVEL: (
        f"({_UP} unless on (job) ("
        f"sum by (job) (rate({_REQUESTS}_count{{{_FAILED}}}[{_RATE}]))"
        f" > {INDISPONIVEL} * sum by (job) (rate({_REQUESTS}_count{{{_USERS}}}[{_RATE}]))))"
        f" or on (job) ({_UP} * 0)"
    )
}
"""names that rules record for objectives -> PromQL"""

# Medida: objetivos
OBJETIVOS: Final = (
    Objetivo(
        nome="disponibilidade",
        titulo="Disponibilidade",
        promessa="API, contas e webhooks respondem, e menos de 5 % das respostas são 5xx, "
        "em 99,9 % do tempo",
        alvo=Decimal("0.999"),
        alerta="ServicoIndisponivel",
        eventos=f"count(min({SERVICO_DISPONIVEL}))",
        falhas=f"1 - min({SERVICO_DISPONIVEL})",
    ),
    Objetivo(
        nome="latencia",
        titulo="Latência",
        promessa="95 % das requisições terminam em menos de 0,1 s",
        alvo=Decimal("0.95"),
        alerta="RespostasLentas",
        eventos=_rate(f"{_REQUESTS}_count", _QUICK),
        falhas=_slow(_REQUESTS, _QUICK, LATENCIA_SEGUNDOS),
    ),
    Objetivo(
        nome="erros",
        titulo="Erros",
        promessa="menos de 0,1 % das requisições terminam em 5xx",
        alvo=Decimal("0.999"),
        alerta="RespostasComErro",
        eventos=_rate(f"{_REQUESTS}_count", _USERS),
        falhas=(
            f"{_rate(f'{_REQUESTS}_count', _FAILED)} or 0 * {_rate(f'{_REQUESTS}_count', _USERS)}"
        ),
    ),
    Objetivo(
        nome="processamento",
        titulo="Atraso do processamento",
        promessa=f"nenhum lote espera mais de {PROCESSAMENTO_SEGUNDOS // 60} minutos por um "
        "worker, em 99 % do tempo",
        alvo=Decimal("0.99"),
        alerta="ProcessamentoAtrasado",
        eventos=f"count({_RELAY})",
        # Without the relay, or while it cannot see the queue, nothing is handed over.
        falhas=(
            f"max(queue_oldest_age_seconds{{{_WAITING}}})"
            f" > bool {PROCESSAMENTO_SEGUNDOS}"
            f" or count({_RELAY})"
        ),
    ),
    Objetivo(
        nome="webhooks",
        titulo="Atraso dos webhooks",
        promessa=f"99 % das entregas têm a primeira tentativa em menos de {WEBHOOK_SEGUNDOS:g} s",
        alvo=Decimal("0.99"),
        alerta="WebhooksAtrasados",
        eventos=_rate(f"{_DELAYS}_count", _UNORDERED),
        falhas=_slow(_DELAYS, _UNORDERED, WEBHOOK_SEGUNDOS),
    ),
    Objetivo(
        nome="canario",
        titulo="Canário",
        promessa="99 % das voltas do canário (enviar, validar, receber o webhook) dão certo",
        alvo=Decimal("0.99"),
        alerta="CanarioFalhando",
        eventos=f"sum(rate({_ROUNDS}[5m]))",
        falhas=f'sum(rate({_ROUNDS}{{outcome!="ok"}}[5m])) or 0 * sum(rate({_ROUNDS}[5m]))',
    ),
)
POR_NOME: Final = {objetivo.nome: objetivo for objetivo in OBJETIVOS}


def razao(objetivo: Objetivo, janela: str) -> str:
    """The share of bad events in a window of `JANELAS`, as recorded."""
    return f'slo:falhas:razao_{janela}{{objetivo="{objetivo.nome}"}}'


def gasto(objetivo: Objetivo) -> str:
    """The part of the month's budget that is spent, as recorded: 1 is all of it."""
    return f'slo:orcamento:gasto_{JANELA}{{objetivo="{objetivo.nome}"}}'

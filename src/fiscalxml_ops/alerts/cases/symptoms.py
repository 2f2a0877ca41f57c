"""Each symptom: quiet at first, then firing; and what looks like it and is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from fiscalxml_ops.alerts.cases.model import check, counter, expected, gauge, group, test_file
from fiscalxml_ops.alerts.model import Alerta
from fiscalxml_ops.alerts.symptoms import SINTOMAS
from fiscalxml_ops.objectives import SERVICOS

FILE: Final = "sintomas.yml"


@dataclass(frozen=True, kw_only=True)
class Caso:
    """`quieto`: when it does not fire. `dispara`: when it does, with the value that it tells and
    the labels of its series. `regra`: a label's value, where rules share the name; further ones of
    `junto` fire with it."""

    nome: str
    series: Mapping[str, str]
    quieto: tuple[str, ...] = ()
    dispara: str = ""
    valor: str = ""
    rotulos: Mapping[str, str] = field(default_factory=dict)
    regra: str = ""
    junto: tuple[str, ...] = ()
    o_que: str = "dispara"


def by_symptom() -> dict[str, Any]:
    """The file."""
    return test_file("1m", FILE, ("sintomas",), [_group(caso) for caso in CASOS])


def _group(caso: Caso) -> dict[str, Any]:
    checks = [check(caso.nome, em) for em in caso.quieto]
    if caso.dispara:
        rules = [_rule(caso.nome, regra) for regra in (caso.regra, *caso.junto)]
        fires = [expected(rule, caso.valor, **caso.rotulos) for rule in rules]
        checks.append(check(caso.nome, caso.dispara, fires))
    return group(f"{caso.nome}: {caso.o_que}", caso.series, checks)


def _rule(nome: str, regra: str) -> Alerta:
    (rule,) = (
        alerta
        for alerta in SINTOMAS
        if alerta.nome == nome and (not regra or regra in alerta.rotulos.values())
    )
    return rule


_RELAY: Final = 'queue_oldest_age_seconds{job="relay",queue="processar.pendente"}'
_RELAY_UP: Final = 'up{job="relay"}'
_IDLE: Final = 'worker_processes{job="worker",state="idle"}'
_BUSY: Final = 'worker_processes{job="worker",state="busy"}'
_SECONDS: Final = "http_server_request_duration_seconds_count"
_DISK: Final = 'instance="banco",mountpoint="/dados",fstype="ext4"'
_DAY: Final = 86_400
_EMAILS: Final = '{job="auth",queue="emails.espera"}'


_QUIET: Final = {
    **{f'up{{job="{papel}"}}': gauge((130, 1)) for papel in (*SERVICOS, "relay")},
    _IDLE: gauge((130, 1)),
    'database_connections{job="relay"}': gauge((130, 1)),
    'broker_clients{job="relay"}': gauge((130, 1)),
    'canary_last_success_timestamp_seconds{job="canario"}': "0+60x130",
}
"""what keeps everything else that is critical silent"""


def _goes(good: float | None, bad: float | None) -> str:
    """Ten good minutes, then two bad hours."""
    return gauge((10, good), (120, bad))


def _emails(depth: float, age: float) -> Mapping[str, str]:
    """After ten minutes of one that has waited for ten; two processes look at the same queue."""
    depths, ages = _goes(1, depth), _goes(600, age)
    return {
        f"queue_depth{_EMAILS}": depths,
        f"queue_oldest_age_seconds{_EMAILS}": ages,
        'queue_depth{job="auth",queue="emails.espera",instance="b"}': depths,
        'queue_oldest_age_seconds{job="auth",queue="emails.espera",instance="b"}': ages,
    }


def _away(servico: str) -> Caso:
    others = {f'up{{job="{other}"}}': _goes(1, 1) for other in SERVICOS if other != servico}
    return Caso(
        nome="ServicoForaDoAr",
        regra=servico,
        series={**others, f'up{{job="{servico}"}}': _goes(1, 0)},
        quieto=("9m", "11m"),
        dispara="13m",
        o_que=servico,
    )


CASOS: Final = (
    *map(_away, SERVICOS),
    Caso(
        nome="SemWorker",
        series={_IDLE: _goes(1, None), _BUSY: _goes(0, None)},
        quieto=("9m",),
        dispara="18m",
    ),
    Caso(
        nome="SemWorker",
        o_que="não quando todos trabalham",
        series={_IDLE: _goes(1, 0), _BUSY: _goes(0, 1)},
        quieto=("30m",),
    ),
    Caso(
        nome="RelayAusente", series={'up{job="relay"}': _goes(1, 0)}, quieto=("9m",), dispara="13m"
    ),
    Caso(
        nome="RepasseParado",
        series={_RELAY: gauge((10, 1)) + " " + gauge((60, 150)), _IDLE: _goes(1, 2)},
        quieto=("9m", "12m"),
        dispara="14m",
        valor="2m 30s",
    ),
    Caso(
        nome="RepasseParado",
        o_que="não quando todos os workers trabalham",
        series={_RELAY: _goes(1, 800), _IDLE: _goes(0, 0), _BUSY: _goes(2, 2)},
        quieto=("60m",),
    ),
    Caso(
        nome="FilaAtrasada",
        series={_RELAY: _goes(200, 420)},
        quieto=("9m", "14m"),
        dispara="16m",
        valor="7m 0s",
    ),
    Caso(
        nome="MortosAumentando",
        series={'queue_depth{job="relay",queue="processar.morto"}': gauge((10, 2), (120, 3))},
        # From then on it is as it was an hour ago.
        quieto=("85m",),
        dispara="69m",
        valor="3",
    ),
    Caso(
        nome="TrabalhosFalhando",
        series={
            'job_duration_seconds_count{job_type="processar",outcome="done"}': counter((120, 90)),
            'job_duration_seconds_count{job_type="processar",outcome="error"}': counter(
                (30, 5), (90, 60)
            ),
            'job_duration_seconds_count{job_type="abrir",outcome="done"}': counter((120, 90)),
        },
        quieto=("29m",),
        dispara="60m",
        rotulos={"job_type": "processar"},
    ),
    Caso(
        nome="EntregadorAusente",
        series={'up{job="entregador"}': _goes(1, 0)},
        quieto=("9m", "11m"),
        dispara="13m",
    ),
    Caso(
        nome="WebhooksParados",
        series={
            'queue_oldest_age_seconds{job="entregador",queue="webhooks.livre"}': _goes(1, 150),
            # Parked: its receiver fails, and that is not ours.
            'queue_oldest_age_seconds{job="entregador",queue="webhooks.estacionada"}': _goes(
                9e4, 9e4
            ),
        },
        quieto=("9m", "12m"),
        dispara="14m",
        valor="2m 30s",
    ),
    Caso(
        nome="EntregasFalhando",
        series={
            'webhook_attempts_total{outcome="204"}': counter((20, 100), (100, 30)),
            'webhook_attempts_total{outcome="conexao"}': counter((20, 1), (100, 70)),
            'webhook_lanes{state="all"}': gauge((120, 40)),
            'webhook_lanes{state="open"}': gauge((20, 1), (100, 20)),
        },
        quieto=("19m",),
        dispara="60m",
    ),
    Caso(
        nome="EntregasFalhando",
        o_que="não por um só receptor",
        series={
            'webhook_attempts_total{outcome="204"}': counter((120, 30)),
            'webhook_attempts_total{outcome="conexao"}': counter((120, 70)),
            'webhook_lanes{state="all"}': gauge((120, 40)),
            'webhook_lanes{state="open"}': gauge((120, 1)),
        },
        quieto=("60m",),
    ),
    Caso(
        nome="EmailsParados",
        regra="alguns",
        series=_emails(5, 1000),
        quieto=("9m", "19m"),
        dispara="21m",
        valor="5",
    ),
    Caso(
        nome="EmailsParados",
        regra="alguns",
        junto=("muitos",),
        o_que="nenhum sai",
        series=_emails(50, 2000),
        quieto=("9m", "19m"),
        dispara="21m",
        valor="50",
    ),
    Caso(
        nome="EmailsParados",
        o_que="não por um que o receptor adia há dias",
        series=_emails(1, 2 * _DAY),
        quieto=("130m",),
    ),
    Caso(
        nome="EmailsParados",
        o_que="não por muitos que acabam de ser escritos",
        series=_emails(300, 60),
        quieto=("130m",),
    ),
    Caso(
        nome="ErrosNumServico",
        series={
            f'{_SECONDS}{{job="auth",http_response_status_code="200"}}': counter((120, 90)),
            f'{_SECONDS}{{job="auth",http_response_status_code="500"}}': counter(
                (20, 0), (100, 10)
            ),
            f'{_SECONDS}{{job="api",http_response_status_code="200"}}': counter((120, 9000)),
        },
        quieto=("19m",),
        dispara="40m",
        rotulos={"job": "auth"},
    ),
    Caso(
        nome="ErrosNumServico",
        o_que="não por quatro erros",
        series={
            f'{_SECONDS}{{job="auth",http_response_status_code="200"}}': counter((120, 0.5)),
            f'{_SECONDS}{{job="auth",http_response_status_code="500"}}': counter((120, 0.4)),
        },
        quieto=("60m",),
    ),
    Caso(
        nome="ProcessoFora",
        series={
            'up{job="api",instance="a"}': _goes(1, 1),
            'up{job="api",instance="b"}': _goes(1, 0),
        },
        quieto=("9m", "14m"),
        dispara="16m",
        rotulos={"job": "api", "instance": "b"},
    ),
    Caso(
        nome="MetricaAusente",
        series={
            f'{_SECONDS}{{job="api"}}': _goes(1, 1),
            f'{_SECONDS}{{job="auth"}}': _goes(1, None),
            f'{_SECONDS}{{job="webhooks"}}': _goes(1, 1),
            _IDLE: _goes(1, 1),
            'webhook_lanes{job="entregador",state="all"}': _goes(0, 0),
            f"queue_depth{_EMAILS}": _goes(0, 0),
        },
        quieto=("9m", "24m"),
        dispara="40m",
        rotulos={"job": "auth"},
    ),
    Caso(
        nome="CanarioMudo",
        series={'canary_last_success_timestamp_seconds{job="canario"}': "0+60x10 600+0x60"},
        quieto=("10m", "16m"),
        dispara="18m",
    ),
    Caso(
        nome="CertificadoVencendo",
        regra="21d",
        series={
            'canary_certificate_expiry_timestamp_seconds{service="api"}': gauge((200, 20 * _DAY)),
            'canary_certificate_expiry_timestamp_seconds{service="webhooks"}': gauge(
                (200, 40 * _DAY)
            ),
        },
        quieto=("50m",),
        dispara="70m",
        valor="19d 22h 50m 0s",
        rotulos={"service": "api"},
    ),
    Caso(
        nome="CertificadoVencendo",
        regra="21d",
        junto=("3d",),
        o_que="em dois dias",
        series={
            'canary_certificate_expiry_timestamp_seconds{service="api"}': gauge((200, 2 * _DAY))
        },
        dispara="70m",
        valor="1d 22h 50m 0s",
        rotulos={"service": "api"},
    ),
    Caso(
        nome="BancoForaDoAr",
        series={_RELAY_UP: _goes(1, 1), 'database_connections{job="relay"}': _goes(20, None)},
        quieto=("9m", "11m"),
        dispara="18m",
        rotulos={"job": "relay"},
    ),
    Caso(
        nome="BancoForaDoAr",
        o_que="não quando é o relay que falta",
        series={_RELAY_UP: _goes(1, 0), 'database_connections{job="relay"}': _goes(20, None)},
        quieto=("30m",),
    ),
    Caso(
        nome="BancoSemConexoes",
        series={
            'database_connections{job="relay"}': _goes(50, 95),
            'database_connections_max{job="relay"}': _goes(100, 100),
        },
        quieto=("9m", "14m"),
        dispara="16m",
        valor="95%",
    ),
    Caso(
        nome="ReplicaAtrasada",
        series={
            'database_replica_lag_seconds{job="relay"}': _goes(1, 90),
            'database_replica_streaming{job="relay"}': _goes(1, 1),
        },
        quieto=("9m", "14m"),
        dispara="16m",
        valor="90",
    ),
    Caso(
        nome="ReplicaAtrasada",
        o_que="não recebe",
        series={'database_replica_streaming{job="relay"}': _goes(1, 0)},
        quieto=("14m",),
        dispara="16m",
        valor="0",
    ),
    Caso(
        nome="ValkeyForaDoAr",
        series={_RELAY_UP: _goes(1, 1), 'broker_clients{job="relay"}': _goes(20, None)},
        quieto=("9m", "11m"),
        dispara="18m",
        rotulos={"job": "relay"},
    ),
    Caso(
        nome="PoolEsgotado",
        series={
            'pool_waiting{job="api",pool="banco",instance="a"}': _goes(0, 2),
            'pool_waiting{job="api",pool="banco",instance="b"}': _goes(0, 1),
            'pool_waiting{job="worker",pool="banco"}': _goes(0, 0),
        },
        quieto=("9m", "14m"),
        dispara="16m",
        valor="3",
        rotulos={"job": "api", "pool": "banco"},
    ),
    Caso(
        nome="DiscoCheio",
        regra="5",
        series={
            f"node_filesystem_avail_bytes{{{_DISK}}}": _goes(300, 40),
            f"node_filesystem_size_bytes{{{_DISK}}}": _goes(1000, 1000),
            # A folder in memory may be full.
            'node_filesystem_avail_bytes{instance="api",mountpoint="/tmp",fstype="tmpfs"}': _goes(
                0, 0
            ),
            'node_filesystem_size_bytes{instance="api",mountpoint="/tmp",fstype="tmpfs"}': _goes(
                9, 9
            ),
        },
        quieto=("9m", "14m"),
        dispara="16m",
        valor="4%",
        rotulos={"instance": "banco", "mountpoint": "/dados", "fstype": "ext4"},
    ),
    Caso(
        nome="DiscoCheio",
        regra="20",
        o_que="enche em um dia",
        series={
            f"node_filesystem_avail_bytes{{{_DISK}}}": "210000-500x100",
            f"node_filesystem_size_bytes{{{_DISK}}}": "1000000x100",
        },
        quieto=("10m", "45m"),
        dispara="60m",
        valor="18%",
        rotulos={"instance": "banco", "mountpoint": "/dados", "fstype": "ext4"},
    ),
    Caso(
        nome="DiscoCheio",
        o_que="não quando está usado e não cresce",
        series={
            f"node_filesystem_avail_bytes{{{_DISK}}}": gauge((80, 180)),
            f"node_filesystem_size_bytes{{{_DISK}}}": gauge((80, 1000)),
        },
        quieto=("70m",),
    ),
    Caso(
        nome="VigilanciaFalhando",
        regra="avisos",
        series={
            'alertmanager_notifications_failed_total{integration="slack"}': counter(
                (10, 0), (60, 2)
            ),
            'alertmanager_notifications_failed_total{integration="email"}': counter((70, 0)),
        },
        quieto=("10m", "14m"),
        dispara="30m",
        rotulos={"integration": "slack"},
    ),
    Caso(
        nome="VigilanciaFalhando",
        regra="regras",
        series={"prometheus_rule_evaluation_failures_total": counter((10, 0), (60, 1))},
        quieto=("10m",),
        dispara="30m",
    ),
    Caso(
        nome="CriticaSemSolucao",
        series={'up{job="entregador"}': _goes(1, 0), **_QUIET},
        quieto=("9m", "50m"),
        dispara="57m",
        valor="47m 0s",
        rotulos={"alerta": "EntregadorAusente"},
    ),
    Caso(nome="Sentinela", series={"up": "1x10"}, dispara="1m"),
)

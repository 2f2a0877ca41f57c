"""What the roles stand on: database, replica, broker, pools, disks."""

from __future__ import annotations

from typing import Final

from fiscalxml_ops.alerts.model import Alerta
from fiscalxml_server.kit.telemetry.sampled import (
    ARCHIVE_STALLED,
    CERTIFICATE_END,
    DATABASE_CONNECTIONS,
)

SERVIDORES: Final = (
    Alerta(
        nome="BancoForaDoAr",
        expr='absent(database_connections{job="relay"}) and on () max(up{job="relay"}) == 1',
        por="2m",
        severidade="critica",
        resumo="O PostgreSQL não responde",
        descricao="O relay não consegue ler do banco há 2 minutos. Sem o banco, tudo responde "
        "503, e nada do que foi aceito se perde.",
    ),
    Alerta(
        nome="BancoSemConexoes",
        expr="max(database_connections) / max(database_connections_max) > 0.9",
        por="5m",
        severidade="aviso",
        resumo="O PostgreSQL está quase sem conexões",
        descricao="Em uso: {{ $value | humanizePercentage }} das conexões que ele aceita. No "
        "limite, processos novos não se ligam.",
    ),
    Alerta(
        nome="ReplicaAtrasada",
        expr="max(database_replica_lag_seconds) > 60 or max(database_replica_streaming) == 0",
        por="5m",
        severidade="aviso",
        resumo="A réplica do PostgreSQL está atrasada, ou parou",
        descricao="Leituras que podem atrasar mostram dados velhos, e promovê-la agora perderia o "
        "que falta. Valor: {{ $value | humanize }} (segundos de atraso; 0: não recebe nada).",
    ),
    Alerta(
        nome="ArquivamentoParado",
        expr=f"max({ARCHIVE_STALLED.name}) > 300",
        por="5m",
        severidade="critica",
        resumo="O PostgreSQL não arquiva o WAL",
        descricao="Há {{ $value | humanizeDuration }} nada chega ao repositório de backups. Uma "
        "região que se perca agora leva tudo o que veio depois (o prometido é 1 hora), e o WAL que "
        "espera enche o disco.",
        rotulos={"caso": "parado"},
    ),
    Alerta(
        nome="ArquivamentoParado",
        # A server that took another's place, restored beside it or promoted.
        expr=f"max(max_over_time({ARCHIVE_STALLED.name}[1d])) >= 0"
        f" unless on () max({ARCHIVE_STALLED.name}) and on () max({DATABASE_CONNECTIONS.name})",
        por="10m",
        severidade="critica",
        resumo="O PostgreSQL deixou de arquivar o WAL",
        descricao="Hoje ainda arquivava, e agora está no ar com archive_mode = off: nada do que se "
        "grava chega ao repositório de backups.",
        rotulos={"caso": "desligado"},
    ),
    Alerta(
        nome="ValkeyForaDoAr",
        expr='absent(broker_clients{job="relay"}) and on () max(up{job="relay"}) == 1',
        por="2m",
        severidade="critica",
        resumo="O Valkey não responde",
        descricao="Trabalhos não chegam aos workers. Os limites de requisições continuam, "
        "divididos entre os processos; nada do que foi aceito se perde.",
    ),
    Alerta(
        nome="PoolEsgotado",
        expr="sum by (job, pool) (pool_waiting) > 0",
        por="5m",
        severidade="aviso",
        resumo="Em {{ $labels.job }}, o pool {{ $labels.pool }} não dá conta",
        descricao="Há 5 minutos sempre alguém espera por um lugar do pool {{ $labels.pool }}; "
        "agora, {{ $value }}.",
    ),
    Alerta(
        nome="CertificadoInternoVencendo",
        expr=f"min by (server) ({CERTIFICATE_END.name}) - time() < 30 * 86400",
        por="1h",
        severidade="chamado",
        resumo="O certificado de dentro {{ $labels.server }} vence em menos de 30 dias",
        descricao="Vence em {{ $value | humanizeDuration }}. Nada o renova por si: a troca é feita "
        "à mão, servidor por servidor.",
        rotulos={"prazo": "30d"},
    ),
    Alerta(
        nome="CertificadoInternoVencendo",
        expr=f"min by (server) ({CERTIFICATE_END.name}) - time() < 7 * 86400",
        por="10m",
        severidade="critica",
        resumo="O certificado de dentro {{ $labels.server }} vence em menos de 7 dias",
        descricao="Vence em {{ $value | humanizeDuration }}. Depois disso os serviços não se ligam "
        "a esse servidor, e os de uma instalação costumam vencer no mesmo dia: tudo para.",
        rotulos={"prazo": "7d"},
    ),
    Alerta(
        nome="DiscoCheio",
        expr='node_filesystem_avail_bytes{fstype!~"tmpfs|overlay"}'
        ' / node_filesystem_size_bytes{fstype!~"tmpfs|overlay"} < 0.05',
        por="5m",
        severidade="critica",
        resumo="Disco cheio em {{ $labels.instance }}",
        descricao="Restam {{ $value | humanizePercentage }} de {{ $labels.mountpoint }}. Com o "
        "disco cheio o PostgreSQL para.",
        rotulos={"nivel": "5"},
    ),
    Alerta(
        nome="DiscoCheio",
        expr='node_filesystem_avail_bytes{fstype!~"tmpfs|overlay"}'
        ' / node_filesystem_size_bytes{fstype!~"tmpfs|overlay"} < 0.2'
        ' and predict_linear(node_filesystem_avail_bytes{fstype!~"tmpfs|overlay"}[6h], 86400) < 0',
        por="30m",
        severidade="aviso",
        resumo="O disco de {{ $labels.instance }} enche em menos de um dia",
        descricao="No ritmo das últimas 6 horas, {{ $labels.mountpoint }} enche em menos de 24 "
        "horas; restam {{ $value | humanizePercentage }}.",
        rotulos={"nivel": "20"},
    ),
)

"""What the roles stand on."""

from __future__ import annotations

from typing import Final

from fiscalxml_ops.alerts.cases.model import gauge
from fiscalxml_ops.alerts.cases.symptoms.case import DAY, Caso, goes
from fiscalxml_server.kit.telemetry.sampled import ARCHIVE_STALLED, CERTIFICATE_END

_RELAY_UP: Final = 'up{job="relay"}'
_INSIDE: Final = CERTIFICATE_END.name
_STALLED: Final = ARCHIVE_STALLED.name
_DISK: Final = 'instance="banco",mountpoint="/dados",fstype="ext4"'

SERVIDORES: Final = (
    Caso(
        nome="BancoForaDoAr",
        series={_RELAY_UP: goes(1, 1), 'database_connections{job="relay"}': goes(20, None)},
        quieto=("9m", "11m"),
        dispara="18m",
        rotulos={"job": "relay"},
    ),
    Caso(
        nome="BancoForaDoAr",
        o_que="não quando é o relay que falta",
        series={_RELAY_UP: goes(1, 0), 'database_connections{job="relay"}': goes(20, None)},
        quieto=("30m",),
    ),
    Caso(
        nome="BancoSemConexoes",
        series={
            'database_connections{job="relay"}': goes(50, 95),
            'database_connections_max{job="relay"}': goes(100, 100),
        },
        quieto=("9m", "14m"),
        dispara="16m",
        valor="95%",
    ),
    Caso(
        nome="ReplicaAtrasada",
        series={
            'database_replica_lag_seconds{job="relay"}': goes(1, 90),
            'database_replica_streaming{job="relay"}': goes(1, 1),
        },
        quieto=("9m", "14m"),
        dispara="16m",
        valor="90",
    ),
    Caso(
        nome="ReplicaAtrasada",
        o_que="não recebe",
        series={'database_replica_streaming{job="relay"}': goes(1, 0)},
        quieto=("14m",),
        dispara="16m",
        valor="0",
    ),
    Caso(
        nome="ArquivamentoParado",
        regra="parado",
        # Grows with the time; all processes of the relay tell the same.
        series={
            f'{_STALLED}{{job="relay",instance="a"}}': "0x10 60+60x60",
            f'{_STALLED}{{job="relay",instance="b"}}': "0x10 60+60x60",
        },
        quieto=("15m", "20m"),
        dispara="22m",
        valor="12m 0s",
    ),
    Caso(
        nome="ArquivamentoParado",
        o_que="não quando um segmento espera depois de horas quietas",
        series={f'{_STALLED}{{job="relay"}}': "0x10 9000 0x10 9000 0x30"},
        quieto=("11m", "17m", "23m", "40m"),
    ),
    Caso(
        nome="ArquivamentoParado",
        regra="desligado",
        series={
            f'{_STALLED}{{job="relay"}}': goes(0, None),
            'database_connections{job="relay"}': goes(20, 20),
        },
        quieto=("9m", "15m"),
        dispara="28m",
        valor="",
    ),
    Caso(
        nome="ArquivamentoParado",
        o_que="não onde nunca se arquivou",
        series={'database_connections{job="relay"}': goes(20, 20)},
        quieto=("60m",),
    ),
    Caso(
        nome="ArquivamentoParado",
        o_que="não quando é o banco que está fora",
        series={
            f'{_STALLED}{{job="relay"}}': goes(0, None),
            'database_connections{job="relay"}': goes(20, None),
        },
        quieto=("60m",),
    ),
    Caso(
        nome="ValkeyForaDoAr",
        series={_RELAY_UP: goes(1, 1), 'broker_clients{job="relay"}': goes(20, None)},
        quieto=("9m", "11m"),
        dispara="18m",
        rotulos={"job": "relay"},
    ),
    Caso(
        nome="PoolEsgotado",
        series={
            'pool_waiting{job="api",pool="banco",instance="a"}': goes(0, 2),
            'pool_waiting{job="api",pool="banco",instance="b"}': goes(0, 1),
            'pool_waiting{job="worker",pool="banco"}': goes(0, 0),
        },
        quieto=("9m", "14m"),
        dispara="16m",
        valor="3",
        rotulos={"job": "api", "pool": "banco"},
    ),
    Caso(
        nome="CertificadoInternoVencendo",
        regra="30d",
        series={
            f'{_INSIDE}{{job="relay",server="banco"}}': gauge((200, 29 * DAY)),
            # Another role has started again, and believes the new authority.
            f'{_INSIDE}{{job="entregador",server="banco"}}': gauge((200, 29 * DAY)),
            f'{_INSIDE}{{job="relay",server="autoridade"}}': gauge((200, 825 * DAY)),
        },
        quieto=("50m",),
        dispara="70m",
        valor="28d 22h 50m 0s",
        rotulos={"server": "banco"},
    ),
    Caso(
        nome="CertificadoInternoVencendo",
        regra="30d",
        junto=("7d",),
        o_que="um papel ainda crê na autoridade de antes",
        series={
            f'{_INSIDE}{{job="api",server="autoridade"}}': gauge((200, 6 * DAY)),
            f'{_INSIDE}{{job="relay",server="autoridade"}}': gauge((200, 825 * DAY)),
        },
        dispara="70m",
        valor="5d 22h 50m 0s",
        rotulos={"server": "autoridade"},
    ),
    Caso(
        nome="DiscoCheio",
        regra="5",
        series={
            f"node_filesystem_avail_bytes{{{_DISK}}}": goes(300, 40),
            f"node_filesystem_size_bytes{{{_DISK}}}": goes(1000, 1000),
            # A folder in memory may be full.
            'node_filesystem_avail_bytes{instance="api",mountpoint="/tmp",fstype="tmpfs"}': goes(
                0, 0
            ),
            'node_filesystem_size_bytes{instance="api",mountpoint="/tmp",fstype="tmpfs"}': goes(
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
)

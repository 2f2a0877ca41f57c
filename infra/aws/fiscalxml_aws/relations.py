"""Who may open a connection to whom: one table, from which the security groups are made."""

from __future__ import annotations

from typing import Final, NamedTuple

INTERNET: Final = "internet"
POSTGRES: Final = 5432
VALKEY: Final = 6379
HTTPS: Final = 443
METRICS: Final = 9464
OTLP: Final = 4318
GATEWAY: Final = 8000
GATEWAY_STATUS: Final = 8100
API: Final = 8000
AUTH: Final = 8001
AUTH_TLS: Final = 8443
WEBHOOKS: Final = 8002

ROLES: Final = (
    "alb",
    "kong",
    "api",
    "auth",
    "webhooks",
    "entregador",
    "worker",
    "relay",
    "tarefas",
    "canario",
    "escala",
    "coletor",
    "hosts",
    "rotacao",
    "database",
    "cache",
    "endpoints",
)
"""`tarefas` are those that run once (migrate, …); `hosts` the machines under the API's tasks;
`coletor` gathers metrics and traces; `rotacao` changes passwords of the database"""


class Relation(NamedTuple):
    """`source` connects to `target` by TCP."""

    source: str
    target: str
    port: int
    why: str


_TASKS: Final = (
    *("kong", "api", "auth", "webhooks", "entregador", "worker", "relay", "tarefas"),
    *("canario", "escala", "coletor"),
)
_METERED: Final = ("api", "auth", "webhooks", "entregador", "worker", "relay", "canario")
_DATABASE: Final = (
    *("api", "auth", "webhooks", "entregador", "worker", "relay", "tarefas", "escala"),
    "rotacao",
)
_CACHE: Final = ("kong", "api", "auth", "webhooks", "worker", "relay")

RELATIONS: Final = (
    Relation("alb", "kong", GATEWAY, "pedidos"),
    Relation("alb", "kong", GATEWAY_STATUS, "saude do gateway"),
    Relation("kong", "api", API, "pedidos"),
    Relation("kong", "auth", AUTH, "pedidos"),
    Relation("kong", "webhooks", WEBHOOKS, "pedidos"),
    *(
        Relation(each, "auth", AUTH_TLS, "credenciais")
        for each in ("api", "webhooks", "entregador")
    ),
    *(Relation(each, "database", POSTGRES, "banco") for each in _DATABASE),
    *(Relation(each, "cache", VALKEY, "filas e limites") for each in _CACHE),
    *(Relation(each, "endpoints", HTTPS, "servicos da AWS") for each in (*_TASKS, "hosts")),
    Relation("rotacao", "endpoints", HTTPS, "troca de senhas"),
    *(Relation("coletor", each, METRICS, "metricas") for each in _METERED),
    Relation("coletor", "kong", GATEWAY_STATUS, "metricas do gateway"),
    *(Relation(each, "coletor", OTLP, "rastros") for each in (*_METERED, "kong")),
    *(
        Relation("entregador", INTERNET, port, "webhooks dos clientes")
        for port in (80, 443, 8080, 8443)
    ),
    *(Relation("webhooks", INTERNET, port, "teste de webhooks") for port in (80, 443, 8080, 8443)),
    *(Relation("auth", INTERNET, port, "correio") for port in (465, 587)),
    Relation("canario", INTERNET, HTTPS, "o que os clientes veem"),
)
"""ports of receivers are those of the setting `webhooks_ports`"""

S3_USERS: Final = (*_TASKS, "hosts")
"""whose images, documents or keys come from S3, by its gateway endpoint"""

S3_PREFIX_LISTS: Final = {
    "us-east-1": "pl-63a5400a",
    "us-west-2": "pl-68a54001",
    "sa-east-1": "pl-6aa54003",
}
"""AWS's own lists of the addresses of S3, by region: `aws ec2 describe-managed-prefix-lists
--filters Name=prefix-list-name,Values=com.amazonaws.REGION.s3` (same in each account)"""

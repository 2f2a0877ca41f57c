"""Who may open a connection to whom: one table, from which the security groups are made."""

from __future__ import annotations

from typing import Final, NamedTuple

INTERNET: Final = "internet"
POSTGRES: Final = 5432
VALKEY: Final = 6379
HTTPS: Final = 443
GATEWAY: Final = 8000
GATEWAY_STATUS: Final = 8100
API: Final = 8000
AUTH: Final = 8001
WEBHOOKS: Final = 8002
CANARY: Final = 9180

ROLES: Final = (
    "alb",
    "interno",
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
    "hosts",
    "rotacao",
    "database",
    "cache",
    "endpoints",
)
"""`interno` is the load balancer inside, between the gateway and the services; `tarefas` are those
that run once (migrate, …); `hosts` the machines under the API's tasks; `rotacao` changes passwords
of the database"""


class Relation(NamedTuple):
    """`source` connects to `target` by TCP."""

    source: str
    target: str
    port: int
    why: str


_TASKS: Final = (
    *("kong", "api", "auth", "webhooks", "entregador", "worker", "relay", "tarefas"),
    *("canario", "escala"),
)
_DATABASE: Final = (
    *("api", "auth", "webhooks", "entregador", "worker", "relay", "tarefas", "escala"),
    "rotacao",
)
_ASKING: Final = ("api", "webhooks", "entregador")
"""that ask the Auth Service who somebody is"""
_CACHE: Final = ("kong", "api", "auth", "webhooks", "worker", "relay")

RELATIONS: Final = (
    Relation("alb", "kong", GATEWAY, "pedidos"),
    Relation("alb", "kong", GATEWAY_STATUS, "saude do gateway"),
    Relation("alb", "canario", CANARY, "webhooks do canario"),
    *(Relation(each, "interno", HTTPS, "pedidos") for each in ("kong", *_ASKING)),
    Relation("interno", "api", API, "pedidos"),
    Relation("interno", "auth", AUTH, "pedidos e credenciais"),
    Relation("interno", "webhooks", WEBHOOKS, "pedidos"),
    *(Relation(each, "database", POSTGRES, "banco") for each in _DATABASE),
    *(Relation(each, "cache", VALKEY, "filas e limites") for each in _CACHE),
    *(Relation(each, "endpoints", HTTPS, "servicos da AWS") for each in (*_TASKS, "hosts")),
    Relation("rotacao", "endpoints", HTTPS, "troca de senhas"),
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

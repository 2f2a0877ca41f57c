"""THE TABLE of what runs: a row a role of compose.yaml. A test holds it to that file.

What differs from there, and why:

- S3 needs no keys: a task has a role of its own (`buckets`).
- The master key is one of KMS, so there is no file of it.
- `auth-interno` is no process of its own: services reach the Auth Service by the load balancer
  inside, which speaks TLS with a certificate that they verify, and TLS to each task.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from fiscalxml_ops.scaling import policies
from fiscalxml_ops.scaling.alarms import Target

from .secrets import OWNER, SERVICES

Bucket = Literal["documents", "keys", "audit"]

STARTING: Final = ("python", "-P", "-m", "fiscalxml_ops.ecs.starting")
"""before the command of each of our own containers"""
UID: Final = "10001"
EVERYWHERE: Final = "0.0.0.0"  # noqa: S104 - of a task, which only security groups let in
TMP: Final = "/tmp"  # noqa: S108 - of one container alone
OUR_TMP_MIB: Final = 256
OUR_RUN_MIB: Final = 64
"""tmpfs /tmp and /run/fiscalxml, as compose.yaml has them"""
COLLECTOR_MIB: Final = 256
PREPARING_MIB: Final = 64
"""of what runs before a role: ECS adds it to all others, and refuses more than the task has"""


@dataclass(frozen=True)
class Size:
    """Of a task, its collector included: `cpu` (1024 is one) and `memory` (MiB); how many there
    are; `stop`, seconds from SIGTERM to SIGKILL (`stop_grace_period` of compose.yaml).
    """

    cpu: int
    memory: int
    least: int
    most: int
    stop: int = 30

    @classmethod
    def of(cls, target: Target) -> Size:
        """As the policies of scaling say."""
        cpu = int(target.vcpu * 1024)
        return cls(cpu, target.memory, target.minimum, target.maximum, target.stop_timeout)

    @classmethod
    def fixed(cls, role: str, cpu: int, memory: int) -> Size:
        """Of a role that is not scaled; how many there are is said there, too."""
        return cls(cpu, memory, policies.FIXED[role], policies.FIXED[role])


@dataclass(frozen=True, kw_only=True)
class Role:
    """What a container of ours is given."""

    name: str
    command: tuple[str, ...]
    size: Size
    port: int | None = None
    """where it answers requests, by TLS"""
    receives: int | None = None
    """another port, by plain HTTP"""
    profile: bool = True
    """whether it reads the settings that all services share"""
    database: str | None = None
    """the role of the database that it logs in as"""
    replica: bool = False
    broker: bool = False
    limits: bool = False
    files: Mapping[str, str] = field(default_factory=dict)
    """file as the settings name it -> secret, as compose.yaml has it"""
    logins: tuple[str, ...] = ()
    """logins of the database whose JSON is a file of their name"""
    settings: Mapping[str, str] = field(default_factory=dict)
    """FISCALXML_… that are the same everywhere, and only this role has"""
    buckets: tuple[Bucket, ...] = ()
    master: bool = False
    """whether it wraps and unwraps data keys, by KMS"""
    asks_auth: bool = False
    accounts: bool = False
    """whether it writes to people"""
    measures: bool = False
    """whether it tells CloudWatch how much work waits"""
    scratch: bool = False
    """whether /tmp is on disk: what it copies there may be more than memory holds"""
    metered: bool = True
    """whether it serves /metrics and sends spans"""

    @property
    def web(self) -> bool:
        return self.port is not None

    @property
    def group(self) -> str:
        """Its security group in `network.groups`."""
        return "tarefas" if self.size.most == 0 else self.name


_CA: Final = {"ca.crt": "ca.crt"}
API: Final = Role(
    name="api",
    command=("fiscalxml", "role", "api", "--host", EVERYWHERE, "--processos", "2"),
    size=Size.of(policies.API),
    port=8000,
    database="fiscalxml_api",
    replica=True,
    broker=True,
    limits=True,
    files={**_CA, "servico.jwk": "servico-api.jwk"},
    buckets=("documents", "keys"),
    master=True,
    asks_auth=True,
)
AUTH: Final = Role(
    name="auth",
    command=(
        *("fiscalxml", "role", "auth", "--host", EVERYWHERE, "--port", "8001"),
        *("--processos", "1"),
    ),
    size=Size.of(policies.AUTH),
    port=8001,
    database="fiscalxml_auth",
    broker=True,
    limits=True,
    files={
        **_CA,
        "auth.key": "auth.key",
        "servicos.json": "servicos.json",
        "fiscalxml_smtp_url": "correio",
    },
    settings={
        "FISCALXML_AUTH_SECRET_FILE": "/run/fiscalxml/segredos/auth.key",
        "FISCALXML_SERVICES_FILE": "/run/fiscalxml/segredos/servicos.json",
    },
    buckets=("documents", "keys", "audit"),
    accounts=True,
)
WEBHOOKS: Final = Role(
    name="webhooks",
    command=(
        *("fiscalxml", "role", "webhooks", "--host", EVERYWHERE, "--port", "8002"),
        *("--processos", "1"),
    ),
    size=Size.of(policies.WEBHOOKS),
    port=8002,
    database="fiscalxml_webhooks",
    limits=True,
    files={**_CA, "webhooks.key": "webhooks.key", "servico.jwk": "servico-webhooks.jwk"},
    settings={"FISCALXML_WEBHOOKS_SECRET_FILE": "/run/fiscalxml/segredos/webhooks.key"},
    asks_auth=True,
)
ENTREGADOR: Final = Role(
    name="entregador",
    command=("fiscalxml", "role", "entregador"),
    size=Size.of(policies.DELIVERER),
    database="fiscalxml_entregador",
    files={**_CA, "webhooks.key": "webhooks.key", "servico.jwk": "servico-webhooks.jwk"},
    settings={"FISCALXML_WEBHOOKS_SECRET_FILE": "/run/fiscalxml/segredos/webhooks.key"},
    asks_auth=True,
)
WORKER: Final = Role(
    name="worker",
    command=("fiscalxml", "role", "worker", "--processos", "2"),
    size=Size.of(policies.WORKER),
    database="fiscalxml_worker",
    broker=True,
    files=_CA,
    buckets=("documents", "keys"),
    master=True,
    scratch=True,
)
RELAY: Final = Role(
    name="relay",
    command=("fiscalxml", "role", "relay"),
    size=Size.fixed("relay", 512, 1024),
    database="fiscalxml_relay",
    replica=True,
    broker=True,
    files=_CA,
    buckets=("documents", "keys"),
    master=True,
)
MIGRATE: Final = Role(
    name="migrate",
    command=("fiscalxml", "role", "migrate"),
    size=Size(512, 1024, 0, 0),
    profile=False,
    database="fiscalxml_dono",
    files=_CA,
    metered=False,
)
PAPEIS: Final = Role(
    name="papeis",
    command=("python", "-P", "-m", "fiscalxml_ops.rds.papeis"),
    size=Size(256, 512, 0, 0),
    profile=False,
    files=_CA,
    logins=("administrador", OWNER, *SERVICES),
    metered=False,
)
"""the roles of a new RDS: what compose.yaml's PostgreSQL does at its first start"""
CANARIO: Final = Role(
    name="canario",
    command=("fiscalxml-ops", "canary"),
    size=Size(256, 512, 1, 1),
    receives=9180,
    profile=False,
    files={"canario": "canario"},
)
ESCALA: Final = Role(
    name="escala",
    command=("fiscalxml-ops", "escala", "publicar"),
    size=Size.fixed("escala", 256, 512),
    database="fiscalxml_relay",
    files=_CA,
    measures=True,
    metered=False,
)
WEB: Final = (API, AUTH, WEBHOOKS)
"""that callers reach: blue and green"""
BACKGROUND: Final = (ENTREGADOR, WORKER, RELAY, ESCALA, CANARIO)
"""that take work: new ones beside the old ones"""
ONCE: Final = (PAPEIS, MIGRATE)
ALL: Final = (*WEB, *BACKGROUND, *ONCE)
KONG: Final = Size.of(policies.KONG)

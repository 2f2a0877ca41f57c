"""Kong, as compose.yaml runs it, with a file of routes that our own image makes when a task starts.

So what the gateway lets in is what services of the same version answer, and nobody copies files.
It is made without the keys of tokens: services verify every token themselves (infra/kong).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_ecs as ecs
from constructs import Construct

from fiscalxml_ops.cloudflare.origin import CLIENT_HEADER, IPV4

from . import collector
from .containers import definition
from .hosts import Hosts
from .kit import Kit
from .lines import log_group, log_to
from .preparing import limited, root_first
from .relations import GATEWAY, GATEWAY_STATUS
from .roles import KONG, TMP
from .settings import OTLP

NAME: Final = "kong"
IMAGE: Final = "kong:3.9.1@sha256:76c14b93e989f7f4418039f7f9789ca32564016211c86ac1a18022f4788e7b9c"
"""as compose.yaml; copied into our registry (README)"""
DIGEST: Final = IMAGE.partition("@")[2]
USER: Final = "1000:1000"
_FILES: Final = "rotas"
_ENV: Final = Path(__file__).parents[3] / "infra/kong/kong.env"
_AUTHORITIES: Final = "/etc/ssl/certs/ca-certificates.crt"
_DEPTH: Final = "4"
_MAKING: Final = (
    'printf %s "$INSTALACAO" > /tmp/casa.toml '
    "&& exec fiscalxml-ops gateway --instalacao /tmp/casa.toml --destino /kong"
)


def installation(hosts: Hosts, cache: str, network: str) -> str:
    """The gateway's TOML (`fiscalxml_ops.gateway.installation`). `network`: the VPC's addresses."""

    def service(name: str, host: str) -> str:
        return f'[{name}]\nhost = "{host}"\nalvos = ["{hosts.inner}:443"]\n'

    origins = [f"https://{hosts.base}", f"https://{hosts.auth}"]
    return (
        f"origens = {json.dumps(origins)}\n"
        f"proxies = {json.dumps([network, *IPV4])}\n"
        f'cliente = "{CLIENT_HEADER}"\n'
        f'otlp = "{OTLP}/v1/traces"\n'
        "balanceador = true\n"
        + service("api", hosts.api)
        + service("auth", hosts.auth)
        + service("webhooks", hosts.webhooks)
        + f'[limites]\nservidor = "{cache}"\n'
    )


def environment(network: str) -> dict[str, str]:
    """`infra/kong/kong.env`, with what is another here."""
    lines = (line for line in _ENV.read_text(encoding="utf-8").splitlines() if "=" in line)
    values = dict(line.split("=", 1) for line in lines if not line.startswith("#"))
    return values | {
        "KONG_PROXY_LISTEN": f"0.0.0.0:{GATEWAY} ssl reuseport backlog=16384",
        "KONG_PREFIX": f"{TMP}/kong",
        "KONG_NGINX_WORKER_PROCESSES": "1",
        "KONG_TRUSTED_IPS": ",".join((network, *IPV4)),
        "KONG_REAL_IP_HEADER": CLIENT_HEADER,
        "KONG_LUA_SSL_TRUSTED_CERTIFICATE": "system",
        # The load balancer inside: its certificate is verified, by the host that was asked for.
        "KONG_NGINX_PROXY_PROXY_SSL_VERIFY": "on",
        "KONG_NGINX_PROXY_PROXY_SSL_VERIFY_DEPTH": _DEPTH,
        "KONG_NGINX_PROXY_PROXY_SSL_TRUSTED_CERTIFICATE": _AUTHORITIES,
        "GATEWAY_REDIS_USERNAME": "portao",
    }


def gateway_task(scope: Construct, kit: Kit, network: str) -> ecs.TaskDefinition:
    task = definition(scope, NAME, kit, cpu=KONG.cpu, memory=KONG.memory, machines=False)
    group = log_group(scope, kit, NAME)
    task.add_volume(name=_FILES)
    making = root_first(
        scope,
        task,
        kit,
        group,
        "rotas",
        entry=["sh", "-c"],
        command=[_MAKING],
        environment={"INSTALACAO": installation(kit.place.hosts, kit.place.cache, network)},
        tmpfs={TMP: 16, "/run/fiscalxml": 16},
    )
    making.add_mount_points(
        ecs.MountPoint(container_path="/kong", source_volume=_FILES, read_only=False)
    )
    kong = task.add_container(
        NAME,
        image=kit.images.gateway,
        user=USER,
        readonly_root_filesystem=not kit.execute,
        privileged=False,
        memory_limit_mib=1024,
        environment=environment(network),
        secrets={
            "GATEWAY_REDIS_PASSWORD": ecs.Secret.from_secrets_manager(
                kit.caches["portao"], "password"
            )
        },
        logging=log_to(group, NAME),
        linux_parameters=limited(scope, "Linux-kong", {TMP: 512}, programs=True),
        stop_timeout=cdk.Duration.seconds(30),
        health_check=ecs.HealthCheck(
            command=["CMD", "kong", "health"],
            interval=cdk.Duration.seconds(10),
            timeout=cdk.Duration.seconds(10),
            retries=3,
            start_period=cdk.Duration.seconds(60),
        ),
        ulimits=[ecs.Ulimit(name=ecs.UlimitName.NOFILE, soft_limit=65536, hard_limit=65536)],
    )
    kong.add_port_mappings(
        ecs.PortMapping(container_port=GATEWAY, name="https"),
        ecs.PortMapping(container_port=GATEWAY_STATUS, name="estado"),
    )
    kong.add_mount_points(
        ecs.MountPoint(container_path="/kong", source_volume=_FILES, read_only=True)
    )
    kong.add_container_dependencies(
        ecs.ContainerDependency(
            container=making, condition=ecs.ContainerDependencyCondition.SUCCESS
        )
    )
    collector.add(
        scope, task, NAME, kit.images.collector, log_to(group, "coletor"), kit, port=GATEWAY_STATUS
    )
    return task

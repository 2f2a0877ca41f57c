"""A task of a role: its container, its collector, its disk."""

from __future__ import annotations

from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_logs as logs
from constructs import Construct

from . import collector
from .kit import Kit
from .lines import commands_group, log_group, log_to
from .permits import execution_role, task_role
from .preparing import limited, root_first
from .reasons import accept
from .roles import (
    COLLECTOR_MIB,
    OUR_RUN_MIB,
    OUR_TMP_MIB,
    PREPARING_MIB,
    STARTING,
    TMP,
    UID,
    Role,
)
from .settings import environment, logins, secret_variable

_VOLUME: Final = "trabalho"


def definition(
    scope: Construct, name: str, kit: Kit, *, cpu: int, memory: int, machines: bool
) -> ecs.TaskDefinition:
    """An empty task; `machines`: on EC2, else on Fargate."""
    architecture = ecs.CpuArchitecture.ARM64 if kit.arm else ecs.CpuArchitecture.X86_64
    task = ecs.TaskDefinition(
        scope,
        f"Definicao-{name}",
        family=f"{kit.prefix}-{name}",
        compatibility=ecs.Compatibility.EC2 if machines else ecs.Compatibility.FARGATE,
        network_mode=ecs.NetworkMode.AWS_VPC,
        cpu=str(cpu),
        memory_mib=str(memory),
        # On EC2 the machine says which it is.
        runtime_platform=None
        if machines
        else ecs.RuntimePlatform(
            cpu_architecture=architecture, operating_system_family=ecs.OperatingSystemFamily.LINUX
        ),
        execution_role=execution_role(scope, name, kit),
        task_role=task_role(scope, name),
    )
    accept(
        task,
        "variables say where things are; what is secret comes from Secrets Manager",
        "AwsSolutions-ECS2",
    )
    if kit.execute:
        accept(
            task,
            "-c comando=sim: ECS Exec is not supported with a root that is read-only",
            "CKV_AWS_336",
        )
        where = f"arn:aws:logs:{kit.place.region}:{cdk.Stack.of(scope).account}:log-group"
        accept(
            task.task_role,
            "streams of the one group in which commands are recorded",
            f"AwsSolutions-IAM5[Resource::{where}:{commands_group(kit.prefix)}:*]",
        )
    return task


def role_task(
    scope: Construct, role: Role, kit: Kit, *, machines: bool = False
) -> tuple[ecs.TaskDefinition, ecs.ContainerDefinition]:
    """The task of one of our own roles, and its main container."""
    task = definition(
        scope, role.name, kit, cpu=role.size.cpu, memory=role.size.memory, machines=machines
    )
    group = log_group(scope, kit, role.name)
    beside = (COLLECTOR_MIB if role.metered else 0) + (PREPARING_MIB if role.scratch else 0)
    tmpfs = {"/run/fiscalxml": OUR_RUN_MIB}
    if not role.scratch:
        tmpfs[TMP] = OUR_TMP_MIB
    container = task.add_container(
        role.name,
        image=kit.images.service,
        entry_point=list(STARTING),
        command=list(role.command),
        user=f"{UID}:{UID}",
        readonly_root_filesystem=not kit.execute,
        privileged=False,
        memory_limit_mib=role.size.memory - beside,
        environment=environment(role, kit.place),
        secrets=_secrets(role, kit),
        logging=log_to(group, role.name),
        linux_parameters=limited(scope, f"Linux-{role.name}", tmpfs),
        stop_timeout=cdk.Duration.seconds(role.size.stop),
        health_check=_health(role),
        ulimits=[ecs.Ulimit(name=ecs.UlimitName.NOFILE, soft_limit=65536, hard_limit=65536)],
    )
    for port in (role.port, role.receives):
        if port is not None:
            container.add_port_mappings(ecs.PortMapping(container_port=port))
    if role.scratch:
        _scratch(scope, task, container, kit, group)
    if role.metered:
        collector.add(scope, task, role.name, kit.images.collector, log_to(group, "coletor"), kit)
    return task, container


def _secrets(role: Role, kit: Kit) -> dict[str, ecs.Secret]:
    found = {
        secret_variable(file): ecs.Secret.from_secrets_manager(kit.secrets[source])
        for file, source in role.files.items()
    }
    for name in role.logins:
        found[secret_variable(name)] = ecs.Secret.from_secrets_manager(kit.databases[name])
    for login in logins(role, kit.place):
        of = kit.databases if login.kind == "database" else kit.caches
        found[secret_variable(login.file)] = ecs.Secret.from_secrets_manager(of[login.user])
    return found


def _health(role: Role) -> ecs.HealthCheck | None:
    """As in the image and in compose.yaml; what runs once, or has no port, has none."""
    if role.name == "canario":
        asks = "import urllib.request as u; u.urlopen('http://127.0.0.1:9464/metrics', timeout=4)"
        command = ["CMD", "python", "-c", asks]
    elif role.metered:
        command = ["CMD", "python", "-P", "-m", "fiscalxml_server.stack.alive"]
        command += [str(role.port)] if role.port else []
    else:
        return None
    return ecs.HealthCheck(
        command=command,
        interval=cdk.Duration.seconds(15),
        timeout=cdk.Duration.seconds(10),
        retries=4,
        start_period=cdk.Duration.seconds(180),
    )


def _scratch(
    scope: Construct,
    task: ecs.TaskDefinition,
    container: ecs.ContainerDefinition,
    kit: Kit,
    group: logs.ILogGroup,
) -> None:
    """Disk for /tmp. Fargate gives a volume to root: one that has no capability opens it to all."""
    task.add_volume(name=_VOLUME)
    opening = root_first(
        scope, task, kit, group, "abertura", entry=["chmod"], command=["1777", "/trabalho"]
    )
    opening.add_mount_points(
        ecs.MountPoint(container_path="/trabalho", source_volume=_VOLUME, read_only=False)
    )
    container.add_mount_points(
        ecs.MountPoint(container_path=TMP, source_volume=_VOLUME, read_only=False)
    )
    container.add_container_dependencies(
        ecs.ContainerDependency(
            container=opening, condition=ecs.ContainerDependencyCondition.SUCCESS
        )
    )

"""A task of a role: its container, its collector, and what both may do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from . import collector
from .reasons import accept
from .roles import COLLECTOR_MIB, OUR_RUN_MIB, OUR_TMP_MIB, STARTING, TMP, UID, Role
from .settings import Place, environment, logins, secret_variable

TMPFS: Final = (
    ecs.TmpfsMountOption.NOEXEC,
    ecs.TmpfsMountOption.NOSUID,
    ecs.TmpfsMountOption.NODEV,
)
_LOG_DAYS: Final = logs.RetentionDays.ONE_MONTH
_AUTH_LOG_DAYS: Final = logs.RetentionDays.THIRTEEN_MONTHS
"""who signed in is asked about late (decision 32)"""
_VOLUME: Final = "trabalho"
ANY_RESOURCE: Final = "AwsSolutions-IAM5[Resource::*]"
OWN_POLICY: Final = "a policy of one role alone, which lives and dies with it"


@dataclass(frozen=True)
class Images:
    """By digest, in our own registry."""

    service: ecs.ContainerImage
    gateway: ecs.ContainerImage
    collector: ecs.ContainerImage


@dataclass(frozen=True)
class Kit:
    """What every task of a region is made with."""

    place: Place
    images: Images
    repositories: tuple[str, ...]
    """ARNs that execution roles may pull from"""
    secrets: Mapping[str, secretsmanager.ISecret]
    """by name in compose.yaml"""
    databases: Mapping[str, secretsmanager.ISecret]
    caches: Mapping[str, secretsmanager.ISecret]
    secrets_key: str
    """ARN of the key that they are encrypted with"""
    logs_key: kms.IKey
    metrics: str
    """ARN of the Prometheus workspace"""
    remote_write: str
    arm: bool
    prefix: str


def log_group(scope: Construct, kit: Kit, role: str) -> logs.LogGroup:
    group = logs.LogGroup(
        scope,
        f"Registro-{role}",
        log_group_name=f"/{kit.prefix}/{role}",
        encryption_key=kit.logs_key,
        retention=_AUTH_LOG_DAYS if role == "auth" else _LOG_DAYS,
        removal_policy=cdk.RemovalPolicy.RETAIN,
    )
    accept(
        group, "30 days, and 13 months of who signed in: decision 32; no audit log", "CKV_AWS_338"
    )
    return group


def log_to(group: logs.ILogGroup, prefix: str) -> ecs.LogDriver:
    """Never in a role's way: what cannot be sent is dropped behind 25 MB."""
    return ecs.LogDrivers.aws_logs(
        stream_prefix=prefix,
        log_group=group,
        mode=ecs.AwsLogDriverMode.NON_BLOCKING,
        max_buffer_size=cdk.Size.mebibytes(25),
    )


def execution_role(scope: Construct, name: str, kit: Kit) -> iam.Role:
    """What ECS itself does for a task: pull its image. Logs and secrets are granted one by one."""
    role = iam.Role(
        scope,
        f"Execucao-{name}",
        assumed_by=_tasks(scope),
        description=f"ECS starts {name}",
    )
    role.add_to_policy(
        iam.PolicyStatement(
            actions=[
                "ecr:BatchCheckLayerAvailability",
                "ecr:GetDownloadUrlForLayer",
                "ecr:BatchGetImage",
            ],
            resources=list(kit.repositories),
        )
    )
    role.add_to_policy(
        iam.PolicyStatement(
            actions=["kms:Decrypt"],
            resources=[kit.secrets_key],
            conditions={
                "StringEquals": {
                    "kms:ViaService": f"secretsmanager.{kit.place.region}.amazonaws.com"
                }
            },
        )
    )
    role.add_to_policy(iam.PolicyStatement(actions=["ecr:GetAuthorizationToken"], resources=["*"]))
    accept(role, "GetAuthorizationToken knows no resource", ANY_RESOURCE)
    accept(role, OWN_POLICY, "NIST.800.53.R5-IAMNoInlinePolicy")
    return role


def task_role(scope: Construct, name: str) -> iam.Role:
    role = iam.Role(
        scope,
        f"Tarefa-{name}",
        assumed_by=_tasks(scope),
        description=f"What {name} itself may do",
    )
    accept(role, OWN_POLICY, "NIST.800.53.R5-IAMNoInlinePolicy")
    return role


def _tasks(scope: Construct) -> iam.PrincipalBase:
    """Tasks of this account's own clusters alone, for nobody else (confused deputy)."""
    stack = cdk.Stack.of(scope)
    return iam.ServicePrincipal(
        "ecs-tasks.amazonaws.com",
        conditions={
            "StringEquals": {"aws:SourceAccount": stack.account},
            "ArnLike": {"aws:SourceArn": f"arn:aws:ecs:{stack.region}:{stack.account}:*"},
        },
    )


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
    return task


def limited(
    scope: Construct, id_: str, tmpfs: Mapping[str, int], *, programs: bool = False
) -> ecs.LinuxParameters:
    """No capability of the kernel's, and memory to write to: path -> MiB. `programs`: whether what
    is written there may be executed."""
    linux = ecs.LinuxParameters(scope, id_, init_process_enabled=True)
    linux.drop_capabilities(ecs.Capability.ALL)
    for path, size in tmpfs.items():
        linux.add_tmpfs(
            ecs.Tmpfs(
                container_path=path, size=size, mount_options=list(TMPFS[1:] if programs else TMPFS)
            )
        )
    return linux


def role_task(
    scope: Construct, role: Role, kit: Kit, *, machines: bool = False
) -> tuple[ecs.TaskDefinition, ecs.ContainerDefinition]:
    """The task of one of our own roles, and its main container."""
    task = definition(
        scope, role.name, kit, cpu=role.size.cpu, memory=role.size.memory, machines=machines
    )
    group = log_group(scope, kit, role.name)
    memory = role.size.memory - (COLLECTOR_MIB if role.metered else 0)
    tmpfs = {"/run/fiscalxml": OUR_RUN_MIB}
    if not role.scratch:
        tmpfs[TMP] = OUR_TMP_MIB
    container = task.add_container(
        role.name,
        image=kit.images.service,
        entry_point=list(STARTING),
        command=list(role.command),
        user=f"{UID}:{UID}",
        readonly_root_filesystem=True,
        privileged=False,
        memory_limit_mib=memory,
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


def root_first(
    scope: Construct,
    task: ecs.TaskDefinition,
    kit: Kit,
    group: logs.ILogGroup,
    name: str,
    *,
    entry: list[str],
    command: list[str],
    environment: Mapping[str, str] | None = None,
    tmpfs: Mapping[str, int] | None = None,
) -> ecs.ContainerDefinition:
    """What runs and ends before a role, as root, which owns a task's empty volumes; with no
    capability, no secret and nothing else that it could write to."""
    return task.add_container(
        name,
        image=kit.images.service,
        entry_point=entry,
        command=command,
        environment=environment or {},
        user="0:0",
        essential=False,
        readonly_root_filesystem=True,
        privileged=False,
        memory_reservation_mib=64,
        logging=log_to(group, name),
        linux_parameters=limited(scope, f"Linux-{task.node.id}-{name}", tmpfs or {}),
    )

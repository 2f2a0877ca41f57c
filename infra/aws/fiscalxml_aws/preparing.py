"""What the kernel lets a container do, and what runs as root before a role does not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_logs as logs
from constructs import Construct

from .kit import Kit
from .lines import log_to
from .roles import PREPARING_MIB

TMPFS: Final = (
    ecs.TmpfsMountOption.NOEXEC,
    ecs.TmpfsMountOption.NOSUID,
    ecs.TmpfsMountOption.NODEV,
)


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
        memory_reservation_mib=PREPARING_MIB,
        logging=log_to(group, name),
        linux_parameters=limited(scope, f"Linux-{task.node.id}-{name}", tmpfs or {}),
    )

"""Where the lines go that tasks write."""

from __future__ import annotations

from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_logs as logs
from constructs import Construct

from .kit import Kit
from .reasons import accept

_LOG_DAYS: Final = logs.RetentionDays.ONE_MONTH
_AUTH_LOG_DAYS: Final = logs.RetentionDays.THIRTEEN_MONTHS
"""who signed in is asked about late (decision 32)"""


def commands_group(prefix: str) -> str:
    """Name of the group in which each command is recorded that somebody gives in a task."""
    return f"/{prefix}/comandos"


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

"""What the stacks of running services have in common.

A new version goes through three in this order: what runs once (`background.TasksStack`), what takes
work (`background.BackgroundStack`), what answers (`web.WebStack`). So a worker that knows a new job
is there before whoever asks for it (decision 37).
"""

from __future__ import annotations

from typing import Any, Final

from aws_cdk import aws_ecs as ecs
from constructs import Construct

from fiscalxml_ops.scaling import policies

from .awake import Awake
from .config import Deployment
from .containers import role_task
from .kit import Kit
from .kits import Region, allow, kit
from .native import native
from .parts import Part
from .reacting import bounds, scale_machines, scale_tasks
from .roles import Role, Size

_TARGETS: Final = {each.role: each for each in policies.TARGETS}


class Running(Part):
    """Tasks, and what they are made with."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        deployment: Deployment,
        region: Region,
        part: str,
        metered: bool = True,
    ) -> None:
        super().__init__(scope, id_, deployment=deployment, region=region.name, part=part)
        self.below = region
        self.kit: Kit = kit(self, region, metered=metered)

    def _task(self, role: Role, *, machines: bool = False) -> ecs.TaskDefinition:
        task, _ = role_task(self, role, self.kit, machines=machines)
        allow(task, role, self.below)
        return task

    def _service_arn(self, name: str) -> str:
        prefix = self.deployment.prefix
        return f"arn:aws:ecs:{self.region}:{self.account}:service/{prefix}/{prefix}-{name}"

    def _network(self, group: str) -> dict[str, Any]:
        return {
            "security_groups": [self.below.network.groups[group]],
            "vpc_subnets": self.below.network.private,
        }


class Serving(Running):
    """Services, which scaling says the number of."""

    def __init__(
        self, scope: Construct, id_: str, *, deployment: Deployment, region: Region, part: str
    ) -> None:
        super().__init__(scope, id_, deployment=deployment, region=region, part=part)
        self.awake = Awake(self, primary=region.name == deployment.primary)
        self.services: dict[str, ecs.BaseService] = {}

    def _settle(self, name: str, service: ecs.BaseService, size: Size) -> None:
        """How many tasks there are is scaling's to say: a deployment never resets it."""
        self.services[name] = service
        # ECS pulls images and secrets by it: a task that begins sooner counts as one that failed.
        if service.task_definition.execution_role is not None:
            service.node.add_dependency(service.task_definition.execution_role)
        resource = native(service, ecs.CfnService)
        resource.add_property_override("DesiredCount", self.awake.nothing())
        # Half a minute sooner than by the minute.
        resource.add_property_override(
            "Monitoring",
            {
                "MetricConfigurations": [
                    {"MetricNames": ["CPUUtilization"], "ResolutionSeconds": 20}
                ]
            },
        )
        service_name = f"{self.deployment.prefix}-{name}"
        cluster = self.below.cluster.cluster.cluster_name
        bounded = bounds(
            self,
            name,
            cluster=cluster,
            service=service_name,
            least=size.least,
            most=size.most,
            awake=self.awake,
        )
        bounded.node.add_dependency(service)
        if name in _TARGETS:
            values = {
                "ClusterName": cluster,
                "ServiceName": service_name,
                "CapacityProviderName": f"{self.deployment.prefix}-api",
                "Ambiente": self.deployment.name,
                "Papel": name,
            }
            prefix = self.deployment.prefix
            scale_tasks(self, _TARGETS[name], bounded, prefix, values)
            scale_machines(
                self,
                _TARGETS[name],
                self.below.cluster.machines.group.auto_scaling_group_name,
                prefix,
                values,
            )

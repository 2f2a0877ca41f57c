"""What answers: blue and green."""

from __future__ import annotations

from typing import Any, Final

import aws_cdk as cdk
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from constructs import Construct

from .colours import Colours
from .config import Deployment
from .edge import EdgeStack
from .gateway import NAME as GATEWAY
from .gateway import gateway_task
from .inner import InnerStack
from .judging import judges
from .kits import Region
from .reasons import accept
from .relations import GATEWAY as GATEWAY_PORT
from .roles import KONG, WEB, Size
from .serving import Serving

CANARY_PERCENT: Final = 10
CANARY_MINUTES: Final = 5
BAKE_MINUTES: Final = 15
"""in which the old version stays as it was: to go back takes as long as to change two weights"""


class WebStack(Serving):
    """Blue and green: a tenth of the requests, then all, then the old version waits."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        deployment: Deployment,
        region: Region,
        edge: EdgeStack,
        inner: InnerStack,
    ) -> None:
        super().__init__(scope, id_, deployment=deployment, region=region, part="atende")
        for role in WEB:
            machines = role.name == "api"
            self._exchange(
                role.name,
                self._task(role, machines=machines),
                role.size,
                inner.colours[role.name],
                port=role.port or 0,
                group=role.group,
                machines=machines,
            )
        network = region.network.vpc.vpc_cidr_block
        self._exchange(
            GATEWAY,
            gateway_task(self, self.kit, network),
            KONG,
            edge.gateway,
            port=GATEWAY_PORT,
            group=GATEWAY,
        )

    def _exchange(
        self,
        name: str,
        task: ecs.TaskDefinition,
        size: Size,
        colours: Colours,
        *,
        port: int,
        group: str,
        machines: bool = False,
    ) -> None:
        alarms = judges(self, name, self.deployment.prefix, colours, self.below.notices.topic)
        shared: dict[str, Any] = {
            "service_name": f"{self.deployment.prefix}-{name}",
            "cluster": self.below.cluster.cluster,
            "task_definition": task,
            "min_healthy_percent": 100,
            "max_healthy_percent": 200,
            "health_check_grace_period": cdk.Duration.seconds(180),
            "circuit_breaker": ecs.DeploymentCircuitBreaker(enable=True, rollback=True),
            "deployment_strategy": ecs.DeploymentStrategy.CANARY,
            "canary_configuration": ecs.TrafficShiftConfig(
                step_percent=CANARY_PERCENT, step_bake_time=cdk.Duration.minutes(CANARY_MINUTES)
            ),
            "bake_time": cdk.Duration.minutes(BAKE_MINUTES),
            "deployment_alarms": ecs.DeploymentAlarmConfig(
                alarm_names=list(alarms), behavior=ecs.AlarmBehavior.ROLLBACK_ON_ALARM
            ),
            "enable_execute_command": self.below.operating.execute,
            "enable_ecs_managed_tags": True,
            "propagate_tags": ecs.PropagatedTagSource.SERVICE,
            **self._network(group),
        }
        service: ecs.BaseService
        if machines:
            service = ecs.Ec2Service(
                self,
                name,
                capacity_provider_strategies=[
                    ecs.CapacityProviderStrategy(
                        capacity_provider=f"{self.deployment.prefix}-api", weight=1
                    )
                ],
                placement_strategies=[
                    ecs.PlacementStrategy.spread_across(ecs.BuiltInAttributes.AVAILABILITY_ZONE),
                    ecs.PlacementStrategy.spread_across_instances(),
                ],
                **shared,
            )
        else:
            service = ecs.FargateService(
                self,
                name,
                assign_public_ip=False,
                platform_version=ecs.FargatePlatformVersion.VERSION1_4,
                capacity_provider_strategies=[
                    ecs.CapacityProviderStrategy(capacity_provider="FARGATE", weight=1)
                ],
                **shared,
            )
        # It has their names alone, which do not say that they must be there first.
        service.node.add_dependency(*alarms.values())
        target = service.load_balancer_target(
            container_name=name,
            container_port=port,
            alternate_target=ecs.AlternateTarget(
                "Alternativa",
                role=_moving(self, name),
                alternate_target_group=colours.green,
                production_listener=ecs.ListenerRuleConfiguration.application_listener_rule(
                    colours.rule
                ),
            ),
        )
        target.attach_to_application_target_group(colours.blue)
        self._settle(name, service, size)


def _moving(scope: Construct, name: str) -> iam.Role:
    """By which ECS moves the weights of one service."""
    managed = "AmazonECSInfrastructureRolePolicyForLoadBalancers"
    role = iam.Role(
        scope,
        f"Troca-{name}",
        assumed_by=iam.ServicePrincipal("ecs.amazonaws.com"),
        managed_policies=[iam.ManagedPolicy.from_aws_managed_policy_name(managed)],
    )
    accept(
        role,
        "what a deployment of ECS does with a load balancer is AWS's to say",
        f"AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/{managed}]",
    )
    return role

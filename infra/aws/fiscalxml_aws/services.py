"""What runs, in three stacks that a new version goes through in this order: what runs once
(`TasksStack`), what takes work (`BackgroundStack`), what answers (`WebStack`). So a worker that
knows a new job is there before whoever asks for it (decision 37).
"""

from __future__ import annotations

from typing import Any, Final

import aws_cdk as cdk
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from aws_cdk import aws_ssm as ssm
from constructs import Construct

from fiscalxml_ops.scaling import policies

from .awake import Awake
from .colours import Colours
from .config import Deployment
from .containers import ANY_RESOURCE, Kit, role_task
from .edge import EdgeStack
from .gateway import NAME as GATEWAY
from .gateway import gateway_task
from .inner import InnerStack
from .judging import judges
from .kits import Region, allow, kit
from .native import native
from .network import PRIVATE
from .parts import Part
from .reacting import bounds, scale_machines, scale_tasks
from .reasons import accept
from .relations import CANARY
from .relations import GATEWAY as GATEWAY_PORT
from .roles import BACKGROUND, KONG, ONCE, WEB, WORKER, Role, Size

CANARY_PERCENT: Final = 10
CANARY_MINUTES: Final = 5
BAKE_MINUTES: Final = 15
"""in which the old version stays as it was: to go back takes as long as to change two weights"""
_TARGETS: Final = {each.role: each for each in policies.TARGETS}


class _Stack(Part):
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


class TasksStack(_Stack):
    """What runs once, by `aws ecs run-task`: `infra/aws/entrega.sh` does it."""

    def __init__(
        self, scope: Construct, id_: str, *, deployment: Deployment, region: Region
    ) -> None:
        super().__init__(
            scope, id_, deployment=deployment, region=region, part="tarefas", metered=False
        )
        for role in ONCE:
            # The recovery region's database is a copy, roles and all.
            if region.name == deployment.primary or not role.logins:
                self._task(role)
        subnets = region.network.vpc.select_subnets(subnet_group_name=PRIVATE).subnet_ids
        ssm.StringParameter(
            self,
            "Rede",
            parameter_name=f"/{deployment.prefix}/tarefas/rede",
            description="--network-configuration de aws ecs run-task",
            string_value=cdk.Fn.join(
                "",
                [
                    "awsvpcConfiguration={subnets=[",
                    cdk.Fn.join(",", subnets),
                    "],securityGroups=[",
                    region.network.groups["tarefas"].security_group_id,
                    "],assignPublicIp=DISABLED}",
                ],
            ),
        )


class _Serving(_Stack):
    def __init__(
        self, scope: Construct, id_: str, *, deployment: Deployment, region: Region, part: str
    ) -> None:
        super().__init__(scope, id_, deployment=deployment, region=region, part=part)
        self.awake = Awake(self, primary=region.name == deployment.primary)
        self.services: dict[str, ecs.BaseService] = {}

    def _settle(self, name: str, service: ecs.BaseService, size: Size) -> None:
        """How many tasks there are is scaling's to say: a deployment never resets it."""
        self.services[name] = service
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


class BackgroundStack(_Serving):
    """Rolling: new tasks beside the old ones, which are then asked to end and give leases back."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        deployment: Deployment,
        region: Region,
        edge: EdgeStack,
    ) -> None:
        super().__init__(scope, id_, deployment=deployment, region=region, part="fundo")
        for role in BACKGROUND:
            task = self._task(role)
            if role.measures:
                _measure(task, self._service_arn(WORKER.name))
            service = ecs.FargateService(
                self,
                role.name,
                service_name=f"{deployment.prefix}-{role.name}",
                cluster=region.cluster.cluster,
                task_definition=task,
                assign_public_ip=False,
                platform_version=ecs.FargatePlatformVersion.VERSION1_4,
                capacity_provider_strategies=_capacity(role, spot=region.operating.spot),
                min_healthy_percent=100,
                max_healthy_percent=200,
                circuit_breaker=ecs.DeploymentCircuitBreaker(enable=True, rollback=True),
                enable_execute_command=region.operating.execute,
                enable_ecs_managed_tags=True,
                propagate_tags=ecs.PropagatedTagSource.SERVICE,
                **self._network(role.group),
            )
            if role.name == "canario":
                edge.canary.add_target(
                    service.load_balancer_target(container_name=role.name, container_port=CANARY)
                )
            self._settle(role.name, service, role.size)


class WebStack(_Serving):
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
                alarm_names=alarms, behavior=ecs.AlarmBehavior.ROLLBACK_ON_ALARM
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


def _capacity(role: Role, *, spot: bool) -> list[ecs.CapacityProviderStrategy]:
    """Workers above the least may be Spot: a lease that is lost goes to another (decision 14)."""
    least = policies.WORKER.minimum
    if not (spot and role is WORKER):
        return [ecs.CapacityProviderStrategy(capacity_provider="FARGATE", weight=1)]
    share = policies.WORKER.spot
    return [
        ecs.CapacityProviderStrategy(capacity_provider="FARGATE", base=least, weight=100 - share),
        ecs.CapacityProviderStrategy(capacity_provider="FARGATE_SPOT", weight=share),
    ]


def _measure(task: ecs.TaskDefinition, workers: str) -> None:
    task.add_to_task_role_policy(
        iam.PolicyStatement(actions=["ecs:DescribeServices"], resources=[workers])
    )
    task.add_to_task_role_policy(
        iam.PolicyStatement(
            actions=["cloudwatch:PutMetricData"],
            resources=["*"],
            conditions={"StringEquals": {"cloudwatch:namespace": policies.NAMESPACE}},
        )
    )
    accept(task.task_role, "PutMetricData knows no resource but a namespace", ANY_RESOURCE)

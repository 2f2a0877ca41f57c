"""What runs once, and what takes work."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from aws_cdk import aws_ssm as ssm
from constructs import Construct

from fiscalxml_ops.scaling import measures, policies

from .config import Deployment
from .edge import EdgeStack
from .kits import Region
from .network import PRIVATE
from .permits import ANY_RESOURCE
from .reasons import accept
from .relations import CANARY
from .roles import BACKGROUND, ONCE, WORKER, Role
from .serving import Running, Serving


class TasksStack(Running):
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


class BackgroundStack(Serving):
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
            conditions={"StringEquals": {"cloudwatch:namespace": measures.NAMESPACE}},
        )
    )
    accept(task.task_role, "PutMetricData knows no resource but a namespace", ANY_RESOURCE)

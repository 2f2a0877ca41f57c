"""Scaling, by `fiscalxml_ops.scaling.policies`: each row becomes an alarm and a step policy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from aws_cdk import aws_applicationautoscaling as scaling
from aws_cdk import aws_autoscaling as autoscaling
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from fiscalxml_ops.scaling.alarms import Alarm, Policy, Target

from .awake import Awake
from .reasons import accept

TASKS: Final = "ecs:service:DesiredCount"
_TWENTY: Final = 20


def bounds(
    scope: Construct, name: str, *, cluster: str, service: str, least: int, most: int, awake: Awake
) -> scaling.CfnScalableTarget:
    """How many tasks a service has; none while its region sleeps."""
    return scaling.CfnScalableTarget(
        scope,
        f"Tarefas-{name}",
        service_namespace="ecs",
        scalable_dimension=TASKS,
        resource_id=f"service/{cluster}/{service}",
        min_capacity=awake.whole(least),
        max_capacity=awake.whole(most),
    )


def scale_tasks(
    scope: Construct,
    target: Target,
    bounded: scaling.CfnScalableTarget,
    prefix: str,
    values: Mapping[str, str],
) -> None:
    """`values`: dimension of a metric -> its value here."""
    for policy in target.policies:
        made = scaling.CfnScalingPolicy(
            scope,
            f"Politica-{policy.name}",
            policy_name=f"{prefix}-{policy.name}",
            policy_type="StepScaling",
            scaling_target_id=bounded.ref,
            step_scaling_policy_configuration=scaling.CfnScalingPolicy.StepScalingPolicyConfigurationProperty(
                adjustment_type=policy.adjustment,
                cooldown=policy.cooldown,
                metric_aggregation_type=policy.alarm.statistic,
                min_adjustment_magnitude=_least(policy),
                step_adjustments=[
                    scaling.CfnScalingPolicy.StepAdjustmentProperty(
                        scaling_adjustment=change,
                        metric_interval_lower_bound=lower,
                        metric_interval_upper_bound=upper,
                    )
                    for change, lower, upper in _steps(policy)
                ],
            ),
        )
        alarm(scope, policy.alarm, policy.name, prefix, values, made.ref)


def scale_machines(
    scope: Construct, target: Target, group: str, prefix: str, values: Mapping[str, str]
) -> None:
    """`group`: name of the Auto Scaling group."""
    for policy in target.machines.policies if target.machines else ():
        made = autoscaling.CfnScalingPolicy(
            scope,
            f"Politica-{policy.name}",
            auto_scaling_group_name=group,
            policy_type="StepScaling",
            adjustment_type=policy.adjustment,
            min_adjustment_magnitude=_least(policy),
            metric_aggregation_type=policy.alarm.statistic,
            estimated_instance_warmup=policy.cooldown,
            step_adjustments=[
                autoscaling.CfnScalingPolicy.StepAdjustmentProperty(
                    scaling_adjustment=change,
                    metric_interval_lower_bound=lower,
                    metric_interval_upper_bound=upper,
                )
                for change, lower, upper in _steps(policy)
            ],
        )
        alarm(scope, policy.alarm, policy.name, prefix, values, made.ref)


def alarm(
    scope: Construct,
    wanted: Alarm,
    name: str,
    prefix: str,
    values: Mapping[str, str],
    *actions: str,
) -> cloudwatch.CfnAlarm:
    """What is missing neither adds nor removes anything: the row says so (`missing`)."""
    made = cloudwatch.CfnAlarm(
        scope,
        f"Alarme-{name}",
        # Two policies may look at one alarm of the table: each has its own here.
        alarm_name=f"{prefix}-escala-{name}",
        alarm_description=f"Escala: {wanted.name}",
        namespace=wanted.metric.namespace,
        metric_name=wanted.metric.name,
        dimensions=[
            cloudwatch.CfnAlarm.DimensionProperty(name=each, value=values[each])
            for each in wanted.metric.dimensions
        ],
        statistic=wanted.statistic,
        period=wanted.metric.period,
        evaluation_periods=wanted.periods,
        datapoints_to_alarm=wanted.datapoints,
        threshold=wanted.threshold,
        comparison_operator=wanted.comparison,
        treat_missing_data=wanted.missing,
        alarm_actions=list(actions),
    )
    if wanted.metric.period == _TWENTY:
        # CloudWatch: "10, 20, 30, and any multiple of 60"; cfn-lint does not know of 20 yet.
        accept(made, "20 seconds are a period of CloudWatch's", "E3615")
    return made


def _least(policy: Policy) -> int | None:
    return policy.least if policy.adjustment == "PercentChangeInCapacity" else None


def _steps(policy: Policy) -> Iterator[tuple[int, float | None, float | None]]:
    for step in policy.steps:
        yield (step.change, *step.interval(policy.alarm.threshold))

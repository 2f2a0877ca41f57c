"""When a new version goes back by itself: alarms that ECS looks at while it deploys.

As decision 37 judges a switch anywhere: errors that burn the objective's budget as fast as pages
somebody, of at least three; or a p95 above the objective's and above twice that of the other
colour, of fifty requests. Which colour is the new one changes with each deployment, so both are
compared with each other. The objectives' numbers stand in `fiscalxml_ops.objectives`, which this
environment cannot import: a test compares them.
"""

from __future__ import annotations

from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_elasticloadbalancingv2 as elb
from aws_cdk import aws_sns as sns
from constructs import Construct

from .colours import Colours

BURNING: Final = 14.4
ERROR_BUDGET: Final = 0.001
LEAST_ERRORS: Final = 3
LATENCY_SECONDS: Final = 0.1
LEAST_REQUESTS: Final = 50
TIMES_SLOWER: Final = 2
_MINUTE: Final = cdk.Duration.minutes(1)


def judges(
    scope: Construct, name: str, prefix: str, colours: Colours, topic: sns.ITopic
) -> dict[str, cloudwatch.Alarm]:
    """Name -> alarm, which tells `topic`, too. A colour without requests has no fault."""
    made = (
        ("erros", "5xx demais", _errors(colours), 1),
        ("lentidao", "o p95 dobrou", _slow(colours), 2),
        ("doentes", "tarefas que não respondem", _unhealthy(colours), 3),
    )
    made_of = {}
    for kind, what, metric, minutes in made:
        alarm_name = f"{prefix}-troca-{name}-{kind}"
        alarm = cloudwatch.Alarm(
            scope,
            f"Troca-{name}-{kind}",
            alarm_name=alarm_name,
            alarm_description=f"Troca de versão de {name}: {what}; a versão anterior volta",
            metric=metric,
            threshold=1,
            evaluation_periods=minutes,
            datapoints_to_alarm=minutes,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
        alarm.add_alarm_action(actions.SnsAction(topic))
        made_of[alarm_name] = alarm
    return made_of


def _errors(colours: Colours) -> cloudwatch.MathExpression:
    metrics: dict[str, cloudwatch.IMetric] = {}
    for letter, group in (("a", colours.blue), ("v", colours.green)):
        metrics[f"e{letter}"] = group.metrics.http_code_target(
            elb.HttpCodeTarget.TARGET_5XX_COUNT, period=_MINUTE, statistic="Sum"
        )
        metrics[f"t{letter}"] = group.metrics.request_count(period=_MINUTE, statistic="Sum")
    limit = round(BURNING * ERROR_BUDGET, 6)
    # Nothing is divided: a colour without requests must not hide the other's errors.
    said = [
        f"(FILL(e{each}, 0) >= {LEAST_ERRORS} AND FILL(e{each}, 0) > {limit} * FILL(t{each}, 0))"
        for each in "av"
    ]
    return cloudwatch.MathExpression(
        expression=f"IF({' OR '.join(said)}, 1, 0)",
        using_metrics=metrics,
        period=_MINUTE,
        label="5xx demais numa das cores",
    )


def _slow(colours: Colours) -> cloudwatch.MathExpression:
    metrics: dict[str, cloudwatch.IMetric] = {}
    for letter, group in (("a", colours.blue), ("v", colours.green)):
        metrics[f"p{letter}"] = group.metrics.target_response_time(period=_MINUTE, statistic="p95")
        metrics[f"t{letter}"] = group.metrics.request_count(period=_MINUTE, statistic="Sum")

    def slower(one: str, other: str) -> str:
        return f"(p{one} > {LATENCY_SECONDS} AND p{one} > {TIMES_SLOWER} * p{other})"

    enough = f"ta >= {LEAST_REQUESTS} AND tv >= {LEAST_REQUESTS}"
    return cloudwatch.MathExpression(
        expression=f"IF({enough} AND ({slower('a', 'v')} OR {slower('v', 'a')}), 1, 0)",
        using_metrics=metrics,
        period=_MINUTE,
        label="p95 de uma cor dobrou",
    )


def _unhealthy(colours: Colours) -> cloudwatch.MathExpression:
    return cloudwatch.MathExpression(
        expression="FILL(a, 0) + FILL(v, 0)",
        using_metrics={
            "a": colours.blue.metrics.unhealthy_host_count(period=_MINUTE, statistic="Minimum"),
            "v": colours.green.metrics.unhealthy_host_count(period=_MINUTE, statistic="Minimum"),
        },
        period=_MINUTE,
        label="tarefas que não respondem",
    )

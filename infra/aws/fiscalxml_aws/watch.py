"""Alarms of CloudWatch, what is no metric, and a page to look at first."""

from __future__ import annotations

from collections.abc import Iterator

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_elasticloadbalancingv2 as elb
from aws_cdk import aws_events as events
from constructs import Construct

from fiscalxml_ops.scaling import measures, policies

from . import signals
from .config import Deployment
from .edge import EdgeStack
from .firewall import METRIC
from .inner import InnerStack
from .kits import Region
from .metrics import MetricsStack
from .parts import Part
from .reacting import alarm
from .signals import Signal


class WatchStack(Part):
    """Of one region. Where nothing runs, nothing is told of load balancers without targets: those
    alarms come with `-c acordada=REGIAO`, when a recovery region has been woken.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        deployment: Deployment,
        region: Region,
        edge: EdgeStack,
        inner: InnerStack,
        metrics: MetricsStack,
    ) -> None:
        super().__init__(scope, id_, deployment=deployment, region=region.name, part="vigia")
        self.below, self.edge, self.inner = region, edge, inner
        self.metrics, self.pages = metrics, metrics.pages
        woken = self.node.try_get_context("acordada")
        self._serving = region.name in (deployment.primary, woken)
        for each in self._signals():
            if self._serving or not each.serving:
                self._alarm(each)
        if self._serving:
            self._unmeasured()
        self._events()
        self._page()

    def _signals(self) -> Iterator[Signal]:
        yield from signals.of_balancer(
            "alb", self.edge.balancer.load_balancer_full_name, "da borda"
        )
        yield from signals.of_balancer(
            "interno", self.inner.balancer.load_balancer_full_name, "de dentro"
        )
        prefix, primary = self.deployment.prefix, self.region == self.deployment.primary
        yield from signals.of_database(prefix, replica=not primary)
        if primary:
            yield from signals.of_database(f"{prefix}-leitura", replica=True)
        nodes = 3 if primary else 2
        yield from signals.of_cache([f"{prefix}-{number:03}" for number in range(1, nodes + 1)])
        yield signals.of_certificate(self.edge.certificate.certificate_arn)
        yield signals.of_firewall(METRIC, self.region)

    def _alarm(self, signal: Signal) -> None:
        topic = self.pages if signal.pages else self.below.notices.topic
        cloudwatch.CfnAlarm(
            self,
            f"Alarme-{signal.name}",
            alarm_name=f"{self.deployment.prefix}-{signal.name}",
            alarm_description=signal.text,
            namespace=signal.namespace,
            metric_name=signal.metric,
            dimensions=[
                cloudwatch.CfnAlarm.DimensionProperty(name=name, value=value)
                for name, value in signal.dimensions.items()
            ],
            statistic=signal.statistic,
            period=signal.period,
            evaluation_periods=signal.periods,
            datapoints_to_alarm=signal.periods,
            threshold=signal.threshold,
            comparison_operator=signal.comparison,
            treat_missing_data=signal.missing,
            alarm_actions=[topic.topic_arn],
            ok_actions=[topic.topic_arn],
        )

    def _unmeasured(self) -> None:
        """Without our own metric nothing is scaled: somebody must know."""
        values = {"Ambiente": self.deployment.name, "Papel": "worker"}
        for each in policies.ALARMS:
            alarm(self, each, each.name, self.deployment.prefix, values, self.pages.topic_arn)

    def _events(self) -> None:
        """What is no metric: a standby that took over, a deployment that went back."""
        rules_ = {
            "BancoTrocou": (["aws.rds"], {"EventCategories": ["failover", "failure"]}),
            "TrocaFalhou": (["aws.ecs"], {"eventName": ["SERVICE_DEPLOYMENT_FAILED"]}),
        }
        for id_, (source, detail) in rules_.items():
            pattern = events.EventPattern(source=source, detail=detail)
            self.metrics.tell(events.Rule(self, id_, event_pattern=pattern))

    def _page(self) -> None:
        """The first look; everything of ours is in Grafana (`ops/dashboards`)."""
        page = cloudwatch.Dashboard(self, "Painel", dashboard_name=self.deployment.prefix)
        for name, balancer in (("borda", self.edge.balancer), ("de dentro", self.inner.balancer)):
            page.add_widgets(
                cloudwatch.GraphWidget(
                    title=f"Pedidos por minuto, {name}",
                    left=[balancer.metrics.request_count(period=cdk.Duration.minutes(1))],
                ),
                cloudwatch.GraphWidget(
                    title=f"p95 e p99, {name}",
                    left=[
                        balancer.metrics.target_response_time(statistic=each)
                        for each in ("p95", "p99")
                    ],
                ),
                cloudwatch.GraphWidget(
                    title=f"5xx, {name}",
                    left=[
                        balancer.metrics.http_code_elb(elb.HttpCodeElb.ELB_5XX_COUNT),
                        balancer.metrics.http_code_target(elb.HttpCodeTarget.TARGET_5XX_COUNT),
                    ],
                ),
            )
        page.add_widgets(
            *(
                cloudwatch.GraphWidget(
                    title=title,
                    left=[
                        cloudwatch.Metric(
                            namespace=measures.NAMESPACE,
                            metric_name=name,
                            dimensions_map={"Ambiente": self.deployment.name, "Papel": "worker"},
                            period=cdk.Duration.seconds(measures.PERIOD),
                        )
                        for name in names
                    ],
                )
                for title, names in (
                    ("Pressão sobre os workers", (measures.PRESSURE, measures.BUSY)),
                    ("Fila", (measures.DEPTH, measures.AGE)),
                )
            )
        )

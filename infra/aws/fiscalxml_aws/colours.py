"""Two target groups and the rule that shares requests between them: what a version is exchanged by.

ECS moves the weights while it deploys (decision 39), so what is written here is only how a service
begins. A stack that is deployed again leaves them alone, for nothing in its template has changed;
`cdk drift` shows the difference, which is none to mend.
"""

from __future__ import annotations

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elb
from constructs import Construct


class Colours(Construct):
    """`blue`, `green`: target groups by TLS; `rule`: the listener's."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        vpc: ec2.IVpc,
        listener: elb.ApplicationListener,
        hosts: Sequence[str],
        priority: int,
        port: int,
        health: elb.HealthCheck,
        drain: int,
    ) -> None:
        super().__init__(scope, f"Cores-{name}")
        self.blue, self.green = (
            elb.ApplicationTargetGroup(
                self,
                colour,
                vpc=vpc,
                target_type=elb.TargetType.IP,
                protocol=elb.ApplicationProtocol.HTTPS,
                port=port,
                # A process that has more to do gets less: documents differ a thousandfold in size.
                load_balancing_algorithm_type=elb.TargetGroupLoadBalancingAlgorithmType.LEAST_OUTSTANDING_REQUESTS,
                deregistration_delay=cdk.Duration.seconds(drain),
                health_check=health,
            )
            for colour in ("Azul", "Verde")
        )
        self.rule = elb.ApplicationListenerRule(
            self,
            "Regra",
            listener=listener,
            priority=priority,
            conditions=[elb.ListenerCondition.host_headers(list(hosts))],
            action=elb.ListenerAction.weighted_forward(
                [
                    elb.WeightedTargetGroup(target_group=self.blue, weight=100),
                    elb.WeightedTargetGroup(target_group=self.green, weight=0),
                ]
            ),
        )

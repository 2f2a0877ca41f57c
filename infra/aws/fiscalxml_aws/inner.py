"""The load balancer inside: between the gateway and the services, and before the Auth Service.

By TLS on both sides: with a certificate that callers verify, and to each task, whose own nobody
verifies (`fiscalxml_ops.ecs.starting`).
"""

from __future__ import annotations

from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_elasticloadbalancingv2 as elb
from aws_cdk import aws_route53 as route53
from aws_cdk import aws_route53_targets as targets
from constructs import Construct

from .colours import Colours
from .config import Deployment
from .edge import TLS, EdgeStack, log_requests, unknown_host
from .network import NetworkStack
from .parts import Part
from .reasons import accept
from .roles import WEB
from .storage import StorageStack

IDLE_SECONDS: Final = 50
"""less than the 60 for which granian keeps a connection, more than the 20 of Kong's; what thinks
for longer answers before (`settings.DANFE_SECONDS`), as events do with a heartbeat of 15"""
DRAIN_SECONDS: Final = 120


class InnerStack(Part):
    """`colours[role]` for each role that answers requests."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        deployment: Deployment,
        region: str,
        network: NetworkStack,
        storage: StorageStack,
        edge: EdgeStack,
    ) -> None:
        super().__init__(scope, id_, deployment=deployment, region=region, part="interno")
        hosts = edge.hosts
        balancer = elb.ApplicationLoadBalancer(
            self,
            "Balanceador",
            load_balancer_name=f"{deployment.prefix}-interno",
            vpc=network.vpc,
            vpc_subnets=network.private,
            security_group=network.groups["interno"],
            internet_facing=False,
            deletion_protection=True,
            drop_invalid_header_fields=True,
            desync_mitigation_mode=elb.DesyncMitigationMode.STRICTEST,
            # Kong and the services speak HTTP/1.1 to it.
            http2_enabled=False,
            idle_timeout=cdk.Duration.seconds(IDLE_SECONDS),
            xff_header_processing_mode=elb.XffHeaderProcessingMode.APPEND,
        )
        log_requests(balancer, storage.logs, "interno")
        accept(
            balancer,
            "only the gateway and three services reach it, behind the WAF of the edge",
            *("NIST.800.53.R5-ALBWAFEnabled", "CKV2_AWS_28"),
        )
        listener = balancer.add_listener(
            "Https",
            port=443,
            open=False,
            protocol=elb.ApplicationProtocol.HTTPS,
            certificates=[edge.certificate],
            ssl_policy=TLS,
            default_action=unknown_host(),
        )
        named = {
            "api": [hosts.api],
            "auth": [hosts.auth, hosts.inner_auth],
            "webhooks": [hosts.webhooks],
        }
        self.colours = {
            role.name: Colours(
                self,
                role.name,
                vpc=network.vpc,
                listener=listener,
                hosts=named[role.name],
                priority=10 * number,
                port=role.port or 0,
                health=elb.HealthCheck(
                    protocol=elb.Protocol.HTTPS,
                    # Not /pronto: a database that is away is away for each of them (decision 35).
                    path="/saude",
                    healthy_http_codes="200",
                    interval=cdk.Duration.seconds(10),
                    timeout=cdk.Duration.seconds(5),
                    healthy_threshold_count=2,
                    unhealthy_threshold_count=3,
                ),
                drain=DRAIN_SECONDS,
            )
            for number, role in enumerate(WEB, 1)
        }
        self.balancer = balancer
        self._name(network, hosts.inner_zone, [hosts.inner, hosts.inner_auth])

    def _name(self, network: NetworkStack, zone_name: str, names: list[str]) -> None:
        zone = route53.PrivateHostedZone(self, "Zona", vpc=network.vpc, zone_name=zone_name)
        for name in names:
            route53.ARecord(
                self,
                f"Nome-{name.split('.')[0]}",
                zone=zone,
                record_name=name,
                target=route53.RecordTarget.from_alias(targets.LoadBalancerTarget(self.balancer)),
            )

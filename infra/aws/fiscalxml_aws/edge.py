"""What is open to Cloudflare and to nobody else: the load balancer, its TLS, its certificates."""

from __future__ import annotations

from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elb
from aws_cdk import aws_s3 as s3
from constructs import Construct

from fiscalxml_ops.cloudflare.origin import IDLE_SECONDS, IPV4, TRUST_STORE

from .buckets import BALANCER_LOGS
from .colours import Colours
from .config import Deployment
from .firewall import firewall
from .hosts import Hosts
from .keys import KeysStack
from .network import NetworkStack
from .parts import Part
from .reasons import accept
from .relations import CANARY, GATEWAY, GATEWAY_STATUS
from .storage import StorageStack

TLS: Final = elb.SslPolicy.TLS13_RES
"""ELBSecurityPolicy-TLS13-1-2-Res-2021-06: TLS 1.3, and 1.2 with forward secrecy and AEAD only"""
DRAIN_SECONDS: Final = 120
_ROOM: Final = 5
"""for networks that Cloudflare adds; each counts as a rule of the security group"""


class EdgeStack(Part):
    """`gateway` (both target groups of Kong and the rule that shares between them), `canary`.

    Before it is made, `trust_bucket` must hold `TRUST_STORE`: the authority of the
    certificate that Cloudflare shows to the origin (infra/cloudflare).
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        deployment: Deployment,
        region: str,
        network: NetworkStack,
        storage: StorageStack,
        keys: KeysStack,
    ) -> None:
        super().__init__(scope, id_, deployment=deployment, region=region, part="borda")
        self.hosts = Hosts.of(deployment)
        self.certificate = acm.Certificate(
            self,
            "Certificado",
            domain_name=self.hosts.api,
            subject_alternative_names=[
                *(self.hosts.auth, self.hosts.webhooks, self._canary_host),
                *(self.hosts.inner, self.hosts.inner_auth),
            ],
            # Records are Cloudflare's to hold: the stack waits until they are there.
            validation=acm.CertificateValidation.from_dns(),
            key_algorithm=acm.KeyAlgorithm.EC_PRIME256_V1,
        )
        _only_cloudflare(self, network)
        self.balancer = self._balancer(network, storage)
        listener = self._listener()
        self.gateway = Colours(
            self,
            "gateway",
            vpc=network.vpc,
            listener=listener,
            hosts=self.hosts.public,
            priority=10,
            port=GATEWAY,
            health=elb.HealthCheck(
                protocol=elb.Protocol.HTTP,
                port=str(GATEWAY_STATUS),
                path="/status",
                healthy_http_codes="200",
                interval=cdk.Duration.seconds(10),
                timeout=cdk.Duration.seconds(5),
                healthy_threshold_count=2,
                unhealthy_threshold_count=2,
            ),
            drain=DRAIN_SECONDS,
        )
        self.canary = self._canary(network, listener)
        firewall(self, self.balancer.load_balancer_arn, keys)
        cdk.CfnOutput(self, "Origem", value=self.balancer.load_balancer_dns_name)

    @property
    def _canary_host(self) -> str:
        return f"canario.{self.hosts.base}"

    def _balancer(
        self, network: NetworkStack, storage: StorageStack
    ) -> elb.ApplicationLoadBalancer:
        balancer = elb.ApplicationLoadBalancer(
            self,
            "Balanceador",
            load_balancer_name=self.deployment.prefix,
            vpc=network.vpc,
            vpc_subnets=network.public,
            security_group=network.groups["alb"],
            internet_facing=True,
            deletion_protection=True,
            drop_invalid_header_fields=True,
            desync_mitigation_mode=elb.DesyncMitigationMode.STRICTEST,
            # Translating from HTTP/2 is where requests are smuggled (decision 36).
            http2_enabled=False,
            preserve_host_header=True,
            idle_timeout=cdk.Duration.seconds(IDLE_SECONDS),
            xff_header_processing_mode=elb.XffHeaderProcessingMode.APPEND,
            waf_fail_open=False,
        )
        log_requests(balancer, storage.logs, "alb")
        return balancer

    def _listener(self) -> elb.ApplicationListener:
        trust = elb.TrustStore(
            self,
            "Confianca",
            trust_store_name=self.deployment.prefix,
            bucket=trust_bucket(self, self.deployment, self.region),
            key=TRUST_STORE,
        )
        return self.balancer.add_listener(
            "Https",
            port=443,
            open=False,
            protocol=elb.ApplicationProtocol.HTTPS,
            certificates=[self.certificate],
            ssl_policy=TLS,
            mutual_authentication=elb.MutualAuthentication(
                mutual_authentication_mode=elb.MutualAuthenticationMode.VERIFY,
                ignore_client_certificate_expiry=False,
                trust_store=trust,
            ),
            default_action=unknown_host(),
        )

    def _canary(
        self, network: NetworkStack, listener: elb.ApplicationListener
    ) -> elb.ApplicationTargetGroup:
        """The canary's receiver must be reached as those of users are: from outside."""
        group = elb.ApplicationTargetGroup(
            self,
            "Canario",
            vpc=network.vpc,
            target_type=elb.TargetType.IP,
            protocol=elb.ApplicationProtocol.HTTP,
            port=CANARY,
            deregistration_delay=cdk.Duration.seconds(10),
            # It answers nothing but a delivery, and what else comes with an error: it is there.
            health_check=elb.HealthCheck(path="/", healthy_http_codes="200-499"),
        )
        accept(
            group,
            "what arrives is a signed notificação about a synthetic document; nothing else is told",
            "CKV_AWS_378",
        )
        elb.ApplicationListenerRule(
            self,
            "RegraCanario",
            listener=listener,
            priority=20,
            conditions=[elb.ListenerCondition.host_headers([self._canary_host])],
            action=elb.ListenerAction.forward([group]),
        )
        return group


def unknown_host() -> elb.ListenerAction:
    """What no rule takes: a host that is none of ours."""
    return elb.ListenerAction.fixed_response(
        404,
        content_type="application/json",
        message_body='{"type":"about:blank","title":"Não encontrado","status":404}',
    )


def trust_bucket(scope: Construct, deployment: Deployment, region: str) -> s3.IBucket:
    """Made by the cluster's stack, filled by hand (README)."""
    return s3.Bucket.from_bucket_name(scope, "Autoridades", deployment.bucket("confianca", region))


def log_requests(balancer: elb.ApplicationLoadBalancer, bucket: s3.IBucket, prefix: str) -> None:
    """By attributes: the bucket's own policy lets load balancers write, in its own stack."""
    for kind in BALANCER_LOGS:
        balancer.set_attribute(f"{kind}_logs.s3.enabled", "true")
        balancer.set_attribute(f"{kind}_logs.s3.bucket", bucket.bucket_name)
        balancer.set_attribute(f"{kind}_logs.s3.prefix", f"{prefix}/{kind}")


def _only_cloudflare(stack: Part, network: NetworkStack) -> None:
    """Cloudflare's addresses (`fiscalxml_ops.cloudflare.origin`); and its certificate, too.
    Nothing listens on port 80: Cloudflare redirects, and speaks to the origin by TLS alone."""
    addresses = ec2.CfnPrefixList(
        stack,
        "Cloudflare",
        prefix_list_name=f"{stack.deployment.prefix}-cloudflare",
        address_family="IPv4",
        max_entries=len(IPV4) + _ROOM,
        entries=[ec2.CfnPrefixList.EntryProperty(cidr=each) for each in IPV4],
    )
    ec2.CfnSecurityGroupIngress(
        stack,
        "EntradaDoCloudflare",
        group_id=network.groups["alb"].security_group_id,
        ip_protocol="tcp",
        from_port=443,
        to_port=443,
        source_prefix_list_id=addresses.attr_prefix_list_id,
        description="Cloudflare",
    )

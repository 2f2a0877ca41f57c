"""What stands behind Cloudflare must do for it: the load balancer's side of the lock.

Standard library alone, and nothing of the services: `infra/aws` reads it, too.

The load balancer has public addresses, since Cloudflare must reach it, and three things let nobody
else in: its security group takes the published networks, and no others, to port 443; its listener
verifies the certificate that only our zone shows (authenticated origin pulls); and whatever is
behind it has no public address at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

CLOUDFLARE: Final = (
    *("173.245.48.0/20", "103.21.244.0/22", "103.22.200.0/22", "103.31.4.0/22"),
    *("141.101.64.0/18", "108.162.192.0/18", "190.93.240.0/20", "188.114.96.0/20"),
    *("197.234.240.0/22", "198.41.128.0/17", "162.158.0.0/15", "104.16.0.0/13"),
    *("104.24.0.0/14", "172.64.0.0/13", "131.0.72.0/22"),
    *("2400:cb00::/32", "2606:4700::/32", "2803:f800::/32", "2405:b500::/32"),
    *("2405:8100::/32", "2a06:98c0::/29", "2c0f:f248::/32"),
)
"""what Cloudflare publishes: https://www.cloudflare.com/ips/"""
IPV4: Final = tuple(network for network in CLOUDFLARE if ":" not in network)
"""of the security group's prefix list. The load balancer has no IPv6: Cloudflare comes by IPv4"""
PORT: Final = 443
CLIENT_HEADER: Final = "CF-Connecting-IP"
"""has one address, and no caller can write it"""
CLOUDFLARE_IDLE_SECONDS: Final = 900
"""for which Cloudflare keeps an idle connection to the origin, to use it again:
https://developers.cloudflare.com/fundamentals/reference/connection-limits/, as of 2026-07-23"""
IDLE_SECONDS: Final = CLOUDFLARE_IDLE_SECONDS + 60
"""without a byte, after which the load balancer closes: later than Cloudflare, or a request would
be sent into a connection that closes. Who waits for an answer is given up by Cloudflare, sooner"""
KEEPALIVE_SECONDS: Final = IDLE_SECONDS + 10
"""that what stands behind keeps an idle connection of the load balancer's: longer than it does
itself, or it would send a request into one that closes"""
TRUST_STORE: Final = "ca-da-cloudflare.pem"
"""the bundle of authorities of the trust store; `fiscalxml-ops cloudflare certificado` makes it"""
BALANCER: Final[Mapping[str, str]] = MappingProxyType(
    {
        "idle_timeout.timeout_seconds": str(IDLE_SECONDS),
        # What it saw, after what Cloudflare told: the edge counts on the last one being its own.
        "routing.http.xff_header_processing.mode": "append",
        "routing.http.xff_client_port.enabled": "false",
        "routing.http.drop_invalid_header_fields.enabled": "true",
        "routing.http.desync_mitigation_mode": "strictest",
        "routing.http.preserve_host_header.enabled": "true",
        "routing.http2.enabled": "false",
    }
)
"""attributes of the load balancer"""
MUTUAL_TLS: Final[Mapping[str, str | bool]] = MappingProxyType(
    {"Mode": "verify", "IgnoreClientCertificateExpiry": False}
)
"""of its HTTPS listener, with the trust store's ARN"""
LOGPUSH_PRINCIPAL: Final = "arn:aws:iam::391854517948:user/cloudflare-logpush"
"""of Cloudflare, which the bucket of logs lets put objects, and nothing else, below `cloudflare/`:
https://developers.cloudflare.com/logs/logpush/logpush-job/enable-destinations/aws-s3/"""
PROXIES: Final[Mapping[str, int]] = MappingProxyType({"borda": 2, "sem_borda": 3})
"""FISCALXML_TRUSTED_PROXIES of the services. With our edge between, which passes the caller's
address alone: edge, gateway. Without it: Cloudflare, load balancer, gateway"""

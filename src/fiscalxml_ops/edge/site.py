"""Where an edge stands: what differs between production and a test, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
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


@dataclass(frozen=True, kw_only=True)
class Site:
    """One edge. Times are nginx's (`10s`), rates requests a second of one address."""

    listen: str = "8443"
    health: str = "8081"
    """plain HTTP for the load balancer's probes; answers nothing else"""
    names: tuple[str, ...] = ("fiscal.example.com.br",)
    """ours, with all below them; a request to another is none of ours"""
    upstream: tuple[str, ...] = ("gateway:8000",)
    certificate: str = "/etc/borda/tls/borda.pem"
    key: str = "/etc/borda/tls/borda.key"
    proxies: tuple[str, ...] = ("10.0.0.0/16", *CLOUDFLARE)
    """whose X-Forwarded-For is believed: the load balancer's networks, then Cloudflare's"""
    waf: str = "/etc/borda/waf"
    modules: str = "/usr/lib/nginx/modules"
    state: str = "/var/lib/borda"
    """folder for what is too large for memory"""
    pid: str = "/run/borda/nginx.pid"
    access_log: str = "/dev/stdout"
    error_log: str = "/dev/stderr"
    user: str | None = None
    """whom workers run as, where the master is root"""
    workers: str = "auto"
    requests_per_second: int
    sign_ins_per_second: int = 5
    connections: int = 500
    """of one address at a time: an office, or a carrier's NAT, has many people"""
    header_timeout: str = "10s"
    body_timeout: str = "20s"

"""Where an edge stands: what differs between production and a test, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass

from fiscalxml_ops.cloudflare.origin import CLOUDFLARE


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
    proxies: tuple[str, ...] = ("10.0.0.0/16",)
    """whose X-Forwarded-For is believed: the load balancer's networks"""
    cloudflare: tuple[str, ...] = CLOUDFLARE
    """whose CF-Connecting-IP is, where the load balancer saw one of them; empty: nobody's"""
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

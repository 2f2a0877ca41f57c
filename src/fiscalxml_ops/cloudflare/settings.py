"""TLS, and what Cloudflare may do to answers: nothing. Each setting has its reason."""

from __future__ import annotations

from typing import Any, Final

from fiscalxml_ops.gateway.policies import security_headers

Json = dict[str, Any]

_ZONE: Final = "${cloudflare_zone.zona.id}"
_TLS: Final[Json] = {
    "ssl": "strict",  # the load balancer's certificate is verified: it is a public one
    "min_tls_version": "1.2",
    "tls_1_3": "on",  # `zrt` would be with early data
    "0rtt": "off",  # what is sent early can be sent again by whoever saw it; most of ours is POST
    "always_use_https": "on",
    "opportunistic_encryption": "on",
    "tls_client_auth": "off",  # with the certificate of all zones; ours is shown by another switch
    "http3": "on",
    "ipv6": "on",
    "pseudo_ipv4": "off",  # an address that nobody has, in place of the caller's
}
_ANSWERS: Final[Json] = {
    "automatic_https_rewrites": "off",  # XML and JSON are sent as the service made them
    "email_obfuscation": "off",
    "rocket_loader": "off",
    "hotlink_protection": "off",
    "always_online": "off",  # no copy of anything is shown
    "development_mode": "off",
    "response_buffering": "off",  # events of progress, and downloads of gigabytes
    "browser_cache_ttl": 0,  # the services' own Cache-Control
    "sort_query_string_for_cache": "off",
    "origin_error_page_pass_thru": "on",  # a 502 or 504 of ours is a problem, not a page of theirs
    "brotli": "on",
    "early_hints": "off",
}
_CALLERS: Final[Json] = {
    "browser_check": "off",  # refuses requests without a browser's headers: those of our customers
    "security_level": "essentially_off",  # challenges by an address's past; machines answer none
    "ip_geolocation": "off",  # a country beside each request that no service reads
    "opportunistic_onion": "off",
    "websockets": "off",  # no service has any
}
_PAID: Final = frozenset(
    {"origin_error_page_pass_thru", "response_buffering", "sort_query_string_for_cache"}
)
"""of Enterprise alone"""
BOTS: Final[Json] = {
    "zone_id": _ZONE,
    # Every caller is a bot, and each says who it is by a key.
    "sbfm_definitely_automated": "allow",
    "sbfm_likely_automated": "allow",
    "sbfm_verified_bots": "allow",
    "sbfm_static_resource_protection": False,
    "optimize_wordpress": False,
    "enable_js": False,
    "ai_bots_protection": "disabled",  # by the User-Agent: an agent with a key is a customer
    "crawler_protection": "disabled",
    "is_robots_txt_managed": False,
}


def zone_settings(*, enterprise: bool) -> dict[str, Any]:
    """Name -> value."""
    told = {**_TLS, "security_header": _hsts(), **_ANSWERS, **_CALLERS}
    return {name: value for name, value in told.items() if enterprise or name not in _PAID}


def _hsts() -> Json:
    """As the services say it, for the answers that are not theirs."""
    told = security_headers()["Strict-Transport-Security"].split("; ")
    seconds = next(each for each in told if each.startswith("max-age=")).removeprefix("max-age=")
    return {
        "strict_transport_security": {
            "enabled": True,
            "max_age": int(seconds),
            "include_subdomains": "includeSubDomains" in told,
            "preload": "preload" in told,
            "nosniff": security_headers()["X-Content-Type-Options"] == "nosniff",
        }
    }

"""What Kong's published schemas say of the fields that we use: names, types, choices, ranges.

Facts, transcribed; every field of these entities and plugins that we do not use is unknown here,
and so refused. Sources (Apache-2.0):

- entities: Kong/go-database-reconciler, pkg/file/kong_json_schema.json, commit
  3c3df2d81335eb18e38c62e183c01f5b5b167b73 (`additionalProperties: false` throughout);
- plugins: Kong/kong, kong/plugins/<name>/schema.lua as of 3.9 (rate-limiting, jwt, cors,
  opentelemetry, prometheus: those with `redis`, `realm`, `traces_endpoint`), correlation-id at
  commit 4287c0bafb4af4141c7c3efa3f826bac357d4634, pre- and post-function:
  kong/plugins/pre-function/_schema.lua, redis: kong/tools/redis/schema.lua at commit
  1ac8c2f0ebea01c7b3897ce3e44df4d201658e6e, credentials: kong/plugins/jwt/daos.lua.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from .schema_kinds import Field, Listed, Mapped, Record

TEXT: Final = Field(str)
FLAG: Final = Field(bool)
NUMBER: Final = Field(float)
POSITIVE: Final = Field(float, least=1)
TIMEOUT: Final = Field(int, least=0, most=2**31 - 2)
PORT: Final = Field(int, least=0, most=65_535)
TEXTS: Final = Listed(TEXT)
STATUSES: Final = Listed(Field(int, least=100, most=999))
COUNT: Final = Field(int, least=0, most=255)
FORMATS: Final = frozenset({"w3c", "datadog", "b3", "gcp", "jaeger", "aws", "ot"})
METHODS: Final = frozenset(
    ("GET", "HEAD", "PUT", "PATCH", "POST", "DELETE", "OPTIONS", "TRACE", "CONNECT")
)

_REDIS: Final = Record(
    {
        "host": TEXT,
        "port": PORT,
        "timeout": TIMEOUT,
        "username": TEXT,
        "password": TEXT,
        "database": Field(int),
        "ssl": FLAG,
        "ssl_verify": FLAG,
        "server_name": TEXT,
    },
    needed=frozenset({"host", "port"}),
)
_PERIODS: Final = frozenset({"second", "minute", "hour", "day", "month", "year"})
_PHASES: Final = frozenset(
    {"certificate", "rewrite", "access", "header_filter", "body_filter", "log"}
)
_FUNCTIONS: Final = Record(dict.fromkeys(_PHASES, TEXTS), any_of=(_PHASES,))

PLUGINS: Final[Mapping[str, Record]] = {
    "pre-function": _FUNCTIONS,
    "post-function": _FUNCTIONS,
    "correlation-id": Record(
        {
            "header_name": TEXT,
            "generator": Field(str, frozenset({"uuid", "uuid#counter", "tracker"})),
            "echo_downstream": FLAG,
        }
    ),
    "cors": Record(
        {
            "origins": TEXTS,
            "headers": TEXTS,
            "exposed_headers": TEXTS,
            "methods": Listed(Field(str, METHODS)),
            "max_age": NUMBER,
            "credentials": FLAG,
            "preflight_continue": FLAG,
        }
    ),
    "jwt": Record(
        {
            "uri_param_names": TEXTS,
            "cookie_names": TEXTS,
            "key_claim_name": TEXT,
            "secret_is_base64": FLAG,
            "claims_to_verify": Listed(Field(str, frozenset({"exp", "nbf"}))),
            "anonymous": TEXT,
            "run_on_preflight": FLAG,
            "maximum_expiration": Field(float, least=0, most=31_536_000),
            "header_names": TEXTS,
            "realm": TEXT,
        }
    ),
    "rate-limiting": Record(
        {
            **dict.fromkeys(_PERIODS, POSITIVE),
            "limit_by": Field(
                str, frozenset({"consumer", "credential", "ip", "service", "header", "path"})
            ),
            "header_name": TEXT,
            "path": TEXT,
            "policy": Field(str, frozenset({"local", "redis"})),  # without a database
            "fault_tolerant": FLAG,
            "redis": _REDIS,
            "hide_client_headers": FLAG,
            "error_code": POSITIVE,
            "error_message": TEXT,
            "sync_rate": Field(float, least=0.02),  # or -1, which we do not use
        },
        needed=frozenset({"redis"}),
        any_of=(_PERIODS,),
    ),
    "opentelemetry": Record(
        {
            "traces_endpoint": TEXT,
            "logs_endpoint": TEXT,
            "headers": Mapped(TEXT),
            "resource_attributes": Mapped(TEXT),
            "connect_timeout": TIMEOUT,
            "send_timeout": TIMEOUT,
            "read_timeout": TIMEOUT,
            "http_response_header_for_traceid": TEXT,
            "sampling_rate": Field(float, least=0, most=1),
            "propagation": Record(
                {
                    "extract": Listed(Field(str, FORMATS)),
                    "clear": TEXTS,
                    "inject": Listed(Field(str, FORMATS | {"preserve"})),
                    "default_format": Field(str, FORMATS),
                },
                needed=frozenset({"default_format"}),
            ),
        },
        any_of=(frozenset({"traces_endpoint", "logs_endpoint"}),),
    ),
    "prometheus": Record(
        dict.fromkeys(
            (
                *("per_consumer", "status_code_metrics", "ai_metrics", "latency_metrics"),
                *("bandwidth_metrics", "upstream_health_metrics"),
            ),
            FLAG,
        )
    ),
}

PLUGIN: Final = Record(
    {
        "name": Field(str, frozenset(PLUGINS)),
        "config": Record({}),  # by its name; see `faults`
        "enabled": FLAG,
        "tags": TEXTS,
        "protocols": TEXTS,
    },
    needed=frozenset({"name"}),
)
_ROUTE: Final = Record(
    {
        "name": TEXT,
        "hosts": TEXTS,
        "methods": Listed(Field(str, METHODS)),
        "paths": TEXTS,
        "regex_priority": Field(int),
        "strip_path": FLAG,
        "preserve_host": FLAG,
        "request_buffering": FLAG,
        "response_buffering": FLAG,
        "path_handling": Field(str, frozenset({"v0", "v1"})),
        "protocols": TEXTS,
        "tags": TEXTS,
        "plugins": Listed(Mapped(Field(object))),
    },
    needed=frozenset({"name"}),
)
_SERVICE: Final = Record(
    {
        "name": TEXT,
        "protocol": Field(str, frozenset({"http", "https"})),
        "host": TEXT,
        "port": PORT,
        "path": TEXT,
        "connect_timeout": Field(int, least=1, most=2**31 - 2),
        "write_timeout": Field(int, least=1, most=2**31 - 2),
        "read_timeout": Field(int, least=1, most=2**31 - 2),
        "retries": Field(int, least=0, most=32_767),
        "tls_verify": Field(bool),
        "routes": Listed(_ROUTE),
        "tags": TEXTS,
    },
    needed=frozenset({"name", "host"}),
)
_HEALTHY: Final = Record(
    {"interval": Field(int, least=0, most=65_535), "successes": COUNT, "http_statuses": STATUSES}
)
_UNHEALTHY: Final = Record(
    {
        "interval": Field(int, least=0, most=65_535),
        "http_failures": COUNT,
        "tcp_failures": COUNT,
        "timeouts": COUNT,
        "http_statuses": STATUSES,
    }
)
_UPSTREAM: Final = Record(
    {
        "name": TEXT,
        "algorithm": Field(
            str,
            frozenset({"round-robin", "consistent-hashing", "least-connections", "latency"}),
        ),
        "healthchecks": Record(
            {
                "active": Record(
                    {
                        "type": Field(str, frozenset({"tcp", "http", "https", "grpc", "grpcs"})),
                        "http_path": TEXT,
                        "timeout": Field(int, least=0, most=65_535),
                        "concurrency": Field(int, least=1, most=2**31 - 1),
                        "healthy": _HEALTHY,
                        "unhealthy": _UNHEALTHY,
                    }
                ),
                "passive": Record({"type": TEXT, "healthy": _HEALTHY, "unhealthy": _UNHEALTHY}),
                "threshold": NUMBER,
            }
        ),
        "targets": Listed(
            Record({"target": TEXT, "weight": COUNT, "tags": TEXTS}, needed=frozenset({"target"}))
        ),
        "tags": TEXTS,
    },
    needed=frozenset({"name"}),
)
_CREDENTIAL: Final = Record(
    {
        "key": TEXT,
        "secret": TEXT,
        "rsa_public_key": TEXT,
        "algorithm": Field(
            str,
            frozenset({"HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "ES256", "ES384"}),
        ),
        "tags": TEXTS,
    },
    needed=frozenset({"algorithm", "key", "secret"}),
)
DOCUMENT: Final = Record(
    {
        "_format_version": Field(str, frozenset({"2.1", "3.0"})),
        "_transform": FLAG,
        "services": Listed(_SERVICE),
        "routes": Listed(_ROUTE),
        "upstreams": Listed(_UPSTREAM),
        "consumers": Listed(
            Record(
                {"username": TEXT, "jwt_secrets": Listed(_CREDENTIAL), "tags": TEXTS},
                any_of=(frozenset({"username", "custom_id"}),),
            )
        ),
        "plugins": Listed(Mapped(Field(object))),
    },
    needed=frozenset({"_format_version"}),
)

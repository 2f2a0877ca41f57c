"""nginx.conf, from its template and what the services say of themselves."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from string import Template
from typing import Final

from fiscalxml_ops.cloudflare.origin import KEEPALIVE_SECONDS
from fiscalxml_ops.edge import limits, routes
from fiscalxml_ops.edge.problems import ANSWERS, BLOCKED, REASONS, Answer, problem_json
from fiscalxml_ops.edge.site import Site
from fiscalxml_server.kit.settings import Settings
from fiscalxml_server.kit.telemetry.logs import ECS_VERSION

_SECURITY: Final = (
    'add_header X-Request-Id "$requisicao" always;',
    "add_header Cache-Control no-store always;",
    "add_header X-Content-Type-Options nosniff always;",
    'add_header Strict-Transport-Security "max-age=31536000; includeSubDomains" always;',
    "default_type application/problem+json;",
)


class _Conf(Template):
    """`@name`, since nginx has `$name` itself."""

    delimiter = "@"


_TEMPLATE: Final = _Conf(Path(__file__).with_name("nginx.conf.in").read_text(encoding="utf-8"))


def nginx(site: Site, settings: Settings) -> str:
    """The file of one site."""
    return _TEMPLATE.substitute(
        modules=site.modules,
        user=f"user {site.user};" if site.user else "",
        pid=site.pid,
        workers=site.workers,
        access_log=site.access_log,
        error_log=site.error_log,
        ecs_version=ECS_VERSION,
        trusted=_lines(1, (f"set_real_ip_from {network};" for network in site.proxies)),
        cloudflare=_lines(2, (f"{network} 1;" for network in site.cloudflare)),
        keepalive=KEEPALIVE_SECONDS,
        routes=_lines(2, (f'"~{routes.pattern(t)}" "{t}";' for t in routes.templates())),
        header_timeout=site.header_timeout,
        body_timeout=site.body_timeout,
        header_buffers=limits.HEADER_BUFFERS,
        header_bytes=limits.HEADER_BYTES,
        state=site.state,
        open_posts=routes.alternatives(routes.open_posts()),
        requests_per_second=site.requests_per_second,
        burst=2 * site.requests_per_second,
        sign_ins_per_second=site.sign_ins_per_second,
        sign_in_burst=4 * site.sign_ins_per_second,
        connections=site.connections,
        upload_types=routes.alternatives(routes.UPLOAD_TYPES),
        upstream=_lines(2, (f"server {server};" for server in site.upstream)),
        listen=site.listen,
        health=site.health,
        certificate=site.certificate,
        key=site.key,
        error_pages=_lines(2, _error_pages()),
        waf=site.waf,
        small_bytes=limits.SMALL_BYTES,
        documents="".join(_document(path, site, settings) for path in routes.DOCUMENTS),
        uploads="".join(_upload(path, settings) for path in routes.UPLOADS),
        names=routes.alternatives(site.names),
        answers="".join(_answer(answer) for answer in ANSWERS) + _blocked(),
    )


def _error_pages() -> Iterable[str]:
    for answer in ANSWERS:
        status = answer.problem.status
        known = " ".join(map(str, answer.statuses))
        yield f"error_page {known} ={status} /_borda/{status};"
    yield "error_page 403 =403 /_borda/bloqueado/cabecalhos;"
    for status, reason in REASONS.items():
        yield f"error_page {status} =403 /_borda/bloqueado/{reason};"


def _document(path: str, site: Site, settings: Settings) -> str:
    return f"""
        location = {path} {{
            modsecurity on;
            modsecurity_rules_file {site.waf}/exame.conf;
            client_max_body_size {limits.document_bytes(settings)};
            proxy_pass http://gateway;
        }}
"""


def _upload(path: str, settings: Settings) -> str:
    return f"""
        location = {path} {{
            if ($fluxo = 0) {{
                rewrite ^ /_borda/examinado last;
            }}
            auth_request /_borda/cabecalhos;
            client_max_body_size {limits.upload_bytes(settings)};
            proxy_request_buffering off;
            proxy_pass http://gateway;
        }}
"""


def _answer(answer: Answer) -> str:
    status = answer.problem.status
    retry = answer.retry_after
    headers = (*_SECURITY, *(() if retry is None else (f"add_header Retry-After {retry} always;",)))
    return f"""
        location = /_borda/{status} {{
            internal;
            client_max_body_size 0;
{_lines(3, headers)}
            return {status} '{answer.body()}';
        }}
"""


def _blocked() -> str:
    return f"""
        location ~ ^/_borda/bloqueado/([a-z]+)$ {{
            internal;
            client_max_body_size 0;
            set $borda_motivo $1;
{_lines(3, _SECURITY)}
            return 403 '{problem_json(BLOCKED)}';
        }}
"""


def _lines(depth: int, lines: Iterable[str]) -> str:
    return "\n".join("    " * depth + line for line in lines)

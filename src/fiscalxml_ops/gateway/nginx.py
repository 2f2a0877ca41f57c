"""The same rules as a configuration of nginx with its Lua module: a gateway that runs where Kong
cannot be had, as on a developer's machine, and on which tests prove what the rules do.

The gateway's own code is the same text (`scripts`); `lua/pdk.lua` stands for Kong's functions and
router, `lua/verificar.lua` for its jwt plugin. What it lacks: counts shared by several gateways,
active health checks, spans of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import msgspec

from fiscalxml_ops.gateway import policies, scripts
from fiscalxml_ops.gateway.installation import Instalacao
from fiscalxml_ops.gateway.keys import Chave
from fiscalxml_ops.gateway.operations import SERVICOS, Classe
from fiscalxml_ops.gateway.policies import POLITICAS
from fiscalxml_ops.gateway.routes import NENHUMA, Rota
from fiscalxml_ops.gateway.scripts import Trechos, literal
from fiscalxml_server.kit.settings import MEGABYTE, Settings

_MODULES: Final = ("ndk_http_module.so", "ngx_http_lua_module.so")


class Lugar(msgspec.Struct, frozen=True):
    """Where it runs."""

    escuta: str = "0.0.0.0:8000"
    pasta: Path = Path("/run/fiscalxml-gateway")
    """for its id and for bodies that are on their way"""
    modulos: Path = Path("/usr/lib/nginx/modules")
    processos: int = 2
    nivel: str = "crit"
    """of what is logged: below it, lines have the whole address of a request"""


def render(
    instalacao: Instalacao,
    rotas: Sequence[Rota],
    trechos: Trechos,
    settings: Settings,
    chaves: Sequence[Chave] = (),
    lugar: Lugar = Lugar(),  # noqa: B008 - frozen
) -> str:
    """The whole nginx.conf. Without keys, tokens are verified by the services alone."""
    lines = [
        "# Feito por `make operacao` ou `fiscalxml-ops gateway`; não edite.",
        *(f"load_module {lugar.modulos / name};" for name in _MODULES),
        f"worker_processes {lugar.processos};",
        f"pid {lugar.pasta}/nginx.pid;",
        f"error_log stderr {lugar.nivel};",
        "events { worker_connections 8192; }",
        "http {",
        *_indented(_http(instalacao, _lua(instalacao, rotas, trechos, chaves), settings, lugar)),
        "}",
    ]
    return "\n".join(lines) + "\n"


def _http(
    instalacao: Instalacao,
    lua: str,
    settings: Settings,
    lugar: Lugar,
) -> Iterator[str]:
    for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"):
        yield f"{name}_temp_path {lugar.pasta}/{name};"
    yield from (
        "access_log off;",
        "server_tokens off;",
        "default_type application/octet-stream;",
        "lua_shared_dict fx_limites 16m;",
        "large_client_header_buffers 4 16k;",
        "client_header_timeout 30s;",
        "client_body_timeout 60s;",
        f"client_max_body_size {settings.max_upload_bytes + MEGABYTE};",
    )
    yield from (f"set_real_ip_from {each};" for each in instalacao.proxies)
    yield from (f"real_ip_header {instalacao.cliente};", "real_ip_recursive on;")
    yield from (
        "map $http_x_forwarded_for $fx_por {",
        '    "" $remote_addr;',
        '    default "$http_x_forwarded_for, $realip_remote_addr";',
        "}",
    )
    for nome in SERVICOS:
        yield f"upstream fiscalxml-{nome} {{"
        yield "    least_conn;"
        for alvo in instalacao.servico(nome).alvos:
            yield f"    server {alvo} max_fails=2 fail_timeout={policies.HEALTH_SECONDS}s;"
        yield "    keepalive 64;"
        yield f"    keepalive_timeout {policies.KEEPALIVE_SECONDS}s;"
        yield "}"
    yield "init_by_lua_block {"
    yield from lua.splitlines()
    yield "}"
    yield "server {"
    yield from _indented(_server(lugar))
    yield "}"


def _server(lugar: Lugar) -> Iterator[str]:
    yield f"listen {lugar.escuta} default_server backlog=4096;"
    yield from (
        "set $fx_rota 0;",
        "set $fx_destino '';",
        "set $fx_fonte error;",
        "error_page 400 401 403 404 405 408 411 413 414 429 431 494 500 502 503 504 @erro;",
        "header_filter_by_lua_block { FX.resposta() }",
        "body_filter_by_lua_block { FX.corpo() }",
        "location / { rewrite_by_lua_block { FX.encaminhar() } }",
        f"location @{NENHUMA} {{ content_by_lua_block {{ FX.acesso() }} }}",
        "location @erro { content_by_lua_block { FX.erro() } }",
    )
    for classe in Classe:
        yield f"location @{classe.value} {{"
        yield from _indented(_carry(classe))
        yield "}"


def _carry(classe: Classe) -> Iterator[str]:
    politica = POLITICAS[classe]
    again = "error timeout" if politica.tentativas else "off"
    yield from (
        "access_by_lua_block { FX.acesso() }",
        "proxy_pass http://$fx_destino;",
        "proxy_http_version 1.1;",
        'proxy_set_header Connection "";',
        "proxy_set_header Host $host;",
        "proxy_set_header X-Forwarded-For $fx_por;",
        "proxy_set_header X-Forwarded-Proto $scheme;",
        f"proxy_connect_timeout {policies.CONNECT_SECONDS}s;",
        f"proxy_send_timeout {politica.escreve}s;",
        f"proxy_read_timeout {politica.le}s;",
        f"proxy_next_upstream {again};",
        f"proxy_next_upstream_tries {politica.tentativas + 1};",
        f"proxy_request_buffering {_switch(on=politica.guarda_corpo)};",
        f"proxy_buffering {_switch(on=politica.guarda_resposta)};",
        "proxy_max_temp_file_size 0;",
    )


def _lua(
    instalacao: Instalacao, rotas: Sequence[Rota], trechos: Trechos, chaves: Sequence[Chave]
) -> str:
    """What runs once, before the processes are made."""
    tables = {
        "ROTAS": [
            {
                "nome": each.nome,
                "host": instalacao.servico(each.servico).host,
                "servico": each.servico,
                "classe": each.classe.value,
                "metodos": each.metodos,
                "regex": f"^{each.regex}",
                "tags": each.etiquetas,
            }
            for each in rotas
        ],
        "LIMITES": {
            "endereco": instalacao.limites.endereco,
            "aberta": instalacao.limites.aberta,
        },
        "CORS": {
            "origens": instalacao.origens,
            "metodos": ",".join(policies.CORS_METHODS),
            "cabecalhos": ",".join(policies.CORS_HEADERS),
            "expostos": ",".join(policies.CORS_EXPOSED),
            "segundos": policies.CORS_SECONDS,
        },
    }
    parts = [f"local {name} = {literal(value)}" for name, value in tables.items()]
    of_tokens = {"TOKEN": trechos.token, "VERIFICAR": _verifying(chaves)} if chaves else {}
    for name, chunk in {
        "PEDIDO": trechos.pedido,
        "RESPOSTA": trechos.resposta,
        "CORPO": trechos.corpo,
        **of_tokens,
    }.items():
        parts += [f"local {name} = (function()", chunk, "end)()"]
    parts += ["FX = (function()", scripts.text("pdk.lua"), "end)()"]
    return "\n".join(parts)


def _verifying(chaves: Sequence[Chave]) -> str:
    known = literal({chave.kid: chave.pem for chave in chaves})
    return "\n".join([f"local CHAVES = {known}", scripts.text("verificar.lua")])


def _switch(*, on: bool) -> str:
    return "on" if on else "off"


def _indented(lines: Iterator[str] | Sequence[str]) -> Iterator[str]:
    return (f"    {line}" if line else line for line in lines)

"""nginx with ModSecurity as `infra/edge` has it, started on this machine for a test."""

from __future__ import annotations

import os
import pwd
import shutil
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

from fiscalxml_ops.edge.nginx import nginx
from fiscalxml_ops.edge.site import Site
from fiscalxml_ops.edge.waf import servico
from fiscalxml_server.kit.settings import Settings
from parts import found, missing
from ports import free_port
from services.servers.tls import HOST, new_authority
from services.telemetry.processes import eventually, json_lines

RULES = Path(__file__).parents[3] / "infra" / "edge" / "waf"
MODULES = Path("/usr/lib/nginx/modules")
CRS = Path("/usr/share/modsecurity-crs/rules")
NAME = "api.fiscal.example.com.br"
"""a name of the edge, as callers say it; it is reached by its address"""
_PATIENCE_SECONDS = 60


@dataclass(frozen=True)
class Borda:
    """One that runs."""

    port: int
    health: int
    folder: Path
    ca: Path
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        return f"https://{HOST}:{self.port}"

    @property
    def context(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.ca))

    def client(self, **options: Any) -> httpx2.Client:
        """One that verifies the edge's certificate."""
        headers = {"Host": NAME, **options.pop("headers", {})}
        return httpx2.Client(
            base_url=self.url, verify=self.context, timeout=60, headers=headers, **options
        )

    def workers(self) -> list[int]:
        """Ids of its processes that answer."""
        return children(self.process.pid)

    def lines(self) -> list[dict[str, Any]]:
        """Of the access log."""
        return json_lines(self.folder / "access.log")

    def line(self, requisicao: str) -> dict[str, Any]:
        """That of one request; it is written after the answer's end."""
        wanted = "http.request.id"
        return eventually(
            lambda: next((line for line in self.lines() if line[wanted] == requisicao), None)
        )


def children(pid: int) -> list[int]:
    """The processes that a process started."""
    told = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    return [int(child) for child in told.split()]


def program() -> Path:
    """nginx, where its module and the rules are there, too."""
    nginx_program = found("nginx")
    if not (MODULES / "ngx_http_modsecurity_module.so").exists() or not CRS.is_dir():
        missing("no ModSecurity for nginx, or no OWASP rules, on this machine")
    return nginx_program


def written(folder: Path, upstream: str, settings: Settings, **site: Any) -> tuple[Path, Site]:
    """The files of an edge in a folder; the path of nginx.conf."""
    authority = new_authority(folder, "borda")
    shutil.copytree(RULES, folder / "waf", dirs_exist_ok=True)
    (folder / "waf" / "servico.conf").write_text(servico(settings), encoding="utf-8")
    values: dict[str, Any] = {
        "listen": f"{HOST}:{free_port()}",
        "health": f"{HOST}:{free_port()}",
        "upstream": (upstream,),
        "certificate": str(authority.servidor),
        "key": str(authority.servidor),
        "waf": str(folder / "waf"),
        "modules": str(MODULES),
        "state": str(folder),
        "pid": str(folder / "nginx.pid"),
        "access_log": str(folder / "access.log"),
        "error_log": str(folder / "error.log"),
        # Its workers would become another user's, who may not write into a test's folder.
        "user": pwd.getpwuid(os.geteuid()).pw_name if os.geteuid() == 0 else None,
        "workers": "2",
        "requests_per_second": 10_000,
        "sign_ins_per_second": 10_000,
        **site,
    }
    made = Site(**values)
    conf = folder / "nginx.conf"
    conf.write_text(nginx(made, settings), encoding="utf-8")
    return conf, made


@contextmanager
def running(
    folder: Path, upstream: str, *, looked_into: bool = True, **site: Any
) -> Iterator[Borda]:
    """An edge before `upstream` (host:port), until the block's end.

    With `looked_into` false it is nginx alone, to tell what the rules cost.
    """
    nginx_program = program()
    conf, made = written(folder, upstream, Settings(), **site)
    if not looked_into:
        conf.write_text(conf.read_text().replace("modsecurity on;", "modsecurity off;"))
    process = subprocess.Popen(
        [nginx_program, "-p", folder, "-e", folder / "error.log", "-c", conf, "-g", "daemon off;"],
        stderr=subprocess.PIPE,
    )
    health = int(made.health.rpartition(":")[2])
    borda = Borda(
        int(made.listen.rpartition(":")[2]), health, folder, folder / "borda.ca.pem", process
    )
    try:
        eventually(lambda: _answers(process, health), _PATIENCE_SECONDS)
        yield borda
    finally:
        process.terminate()
        process.wait(_PATIENCE_SECONDS)
        if process.stderr is not None:
            process.stderr.close()


def _answers(process: subprocess.Popen[bytes], health: int) -> bool:
    if process.poll() is not None:
        assert process.stderr is not None
        raise AssertionError(process.stderr.read().decode())
    try:
        return httpx2.get(f"http://{HOST}:{health}/borda/saude").status_code == 204
    except httpx2.TransportError:
        return False

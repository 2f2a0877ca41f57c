"""`ops/logs/instalar.sh`: what an Elasticsearch has before the first line comes."""

from __future__ import annotations

import base64
import json
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

from fiscalxml_ops.artefacts import ROOT
from fiscalxml_ops.logs.elasticsearch import lifecycle, template
from fiscalxml_ops.logs.streams import CORRENTES
from parts import found
from ports import free_port

_SCRIPT = ROOT / "ops" / "logs" / "instalar.sh"
_SENHA = 'com "aspas" e \\barra'
_CREDENTIAL = "Basic " + base64.b64encode(f"elastic:{_SENHA}".encode()).decode()


class Cluster(ThreadingHTTPServer):
    """Takes policies, and templates whose policy it has; `starting` times it is not ready yet."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", free_port()), _Handler)
        self.put: dict[str, Any] = {}
        self.starting = 0
        self.refusing = ""


class _Handler(BaseHTTPRequestHandler):
    server: Cluster

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        status = self._judge(body)
        answer = b'{"acknowledged":true}' if status == 200 else b'{"error":"motivo"}'
        self.send_response(status)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def _judge(self, body: bytes) -> int:
        cluster = self.server
        if cluster.starting:
            cluster.starting -= 1
            return 503
        if self.headers["Authorization"] != _CREDENTIAL:
            return 401
        if self.headers["Content-Type"] != "application/json" or self.path == cluster.refusing:
            return 400
        content = json.loads(body)
        if self.path.startswith("/_index_template/"):
            named = content["template"]["settings"]["index.lifecycle.name"]
            if f"/_ilm/policy/{named}" not in cluster.put:
                return 400
        cluster.put[self.path] = content
        return 200

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    with Cluster() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def password(tmp_path: Path) -> Path:
    path = tmp_path / "senha-elastic"
    path.write_text(f"{_SENHA}\n")
    return path


def _install(cluster: Cluster, password: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", _SCRIPT],
        env={
            "PATH": f"{found('curl').parent}:/usr/bin:/bin",
            "FISCALXML_LOGS_ES_URL": f"http://127.0.0.1:{cluster.server_port}/",
            "FISCALXML_LOGS_ES_USER": "elastic",
            "FISCALXML_LOGS_ES_PASSWORD_FILE": str(password),
            "TENTATIVAS": "3",
            "ESPERA": "1",
        },
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_every_lifecycle_and_template_is_put_under_its_name(
    cluster: Cluster, password: Path
) -> None:
    cluster.starting = 1
    run = _install(cluster, password)
    assert run.returncode == 0, run.stderr
    assert cluster.put == {
        **{f"/_ilm/policy/{each.nome}": lifecycle(each) for each in CORRENTES},
        **{f"/_index_template/{each.nome}": template(each) for each in CORRENTES},
    }
    assert _install(cluster, password).returncode == 0


def test_one_that_is_refused_fails_it_and_says_why(cluster: Cluster, password: Path) -> None:
    cluster.refusing = f"/_index_template/{CORRENTES[0].nome}"
    run = _install(cluster, password)
    assert run.returncode == 1
    assert "motivo" in run.stderr
    assert cluster.refusing[1:] in run.stderr


def test_a_password_that_is_not_the_cluster_s_fails_it(cluster: Cluster, password: Path) -> None:
    password.write_text("outra\n")
    assert _install(cluster, password).returncode == 1
    assert not cluster.put


def test_no_line_is_shipped_before_it_in_compose() -> None:
    services = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]
    install = services["indices"]
    assert install["entrypoint"] == ["sh", f"/logs/{_SCRIPT.name}"]
    assert install["volumes"] == [f"./{_SCRIPT.parent.relative_to(ROOT)}:/logs:ro"]
    assert install["restart"] == "no"
    done = {"condition": "service_completed_successfully"}
    assert services["logstash"]["depends_on"]["indices"] == done
    assert services["filebeat"]["depends_on"]["logstash"] == {"condition": "service_healthy"}

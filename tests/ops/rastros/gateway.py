"""A real gateway (Traefik) that begins each trace, as Kong does in production."""

from __future__ import annotations

import json
import subprocess
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import httpx2

from ports import free_port
from services.telemetry.processes import eventually

_END_SECONDS: Final = 20


@contextmanager
def gateway(folder: Path, upstream: str) -> Iterator[str]:
    """Its address. Its own spans go nowhere: it compresses them, which the tests' receiver cannot
    read."""
    address = f"127.0.0.1:{free_port()}"
    routes = {
        "routers": {"all": {"rule": "PathPrefix(`/`)", "service": "api", "entryPoints": ["web"]}},
        "services": {"api": {"loadBalancer": {"servers": [{"url": upstream}]}}},
    }
    dynamic = folder / "traefik.yml"  # of which JSON is a part
    dynamic.write_text(json.dumps({"http": routes}))
    with (folder / "traefik.log").open("wb") as log:
        process = subprocess.Popen(
            [
                Path(sysconfig.get_path("scripts"), "traefik"),
                f"--entryPoints.web.address={address}",
                f"--providers.file.filename={dynamic}",
                "--tracing.serviceName=gateway",
                "--tracing.sampleRate=1",
                "--tracing.otlp.http=true",
                f"--tracing.otlp.http.endpoint=http://127.0.0.1:{free_port()}/v1/traces",
                "--global.checkNewVersion=false",
                "--global.sendAnonymousUsage=false",
            ],
            stdout=log,
            stderr=log,
        )
    try:
        with httpx2.Client(trust_env=False) as client:
            eventually(lambda: _answers(client, f"http://{address}/saude"))
        yield f"http://{address}"
    finally:
        process.terminate()
        process.wait(_END_SECONDS)


def _answers(client: httpx2.Client, url: str) -> bool:
    try:
        return client.get(url).is_success
    except httpx2.TransportError:
        return False

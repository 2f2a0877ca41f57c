"""The core of `compose.yaml` as it stands, with images that can be made here."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from fiscalxml_ops.compose.authority import Autoridade
from fiscalxml_ops.compose.secrets import all_files, write

from .fumaca import RECEPTOR

ROOT = Path(__file__).parents[3]
RUNNING = ("auth", "auth-interno", "api", "webhooks", "entregador", "worker", "relay")
OURS = ("migrate", "baldes", *RUNNING)
DISCOS = "node-exporter"
SERVERS = ("postgres", "replica", "valkey", "s3", DISCOS)
VOLUMES = ("postgres", "replica", "objetos", "trabalho", "prometheus")
IMAGEM, SERVIDORES = "fiscalxml:ensaio", "fiscalxml-servidores:local"
_CORREIO = "smtps://fiscalxml:f0ca9d7b54e84e08b6d1@correio:465"
_LOOKS_PUBLIC = "11.77.0.0/24"
"""of the network by which deliveries leave: internal here, and no address that is refused"""
_VALUES = {
    "FISCALXML_AUTH_ISSUER": "https://contas.exemplo.com.br",
    "FISCALXML_PUBLIC_URL": "https://contas.exemplo.com.br",
    "FISCALXML_MAIL_FROM": "Ensaio <nao-responda@exemplo.com.br>",
}


_VARIABLE = re.compile(r"\$\{(\w+)(:[-?][^}]*)?\}")


def compose() -> dict[str, Any]:
    """The file, with its anchors resolved."""
    return dict(yaml.safe_load((ROOT / "compose.yaml").read_text()))


def write_project(folder: Path) -> Path:
    """The project's file; its secrets are in the folder, too. `folder` must not exist."""
    _write_secrets(folder / "segredos")
    project = compose()
    services = {name: project["services"][name] for name in (*OURS, *SERVERS)}
    for name, service in services.items():
        service["image"] = IMAGEM if name in OURS else SERVIDORES
        service["volumes"] = [_absolute(each) for each in service.get("volumes", ())]
    services["s3"]["entrypoint"] = ["weed"]
    services["s3"]["healthcheck"]["test"] = ["CMD", "python3", "-c", _ASK_S3]
    del services[DISCOS]["profiles"]
    services[DISCOS]["entrypoint"] = ["prometheus-node-exporter"]
    services[DISCOS]["healthcheck"]["test"] = ["CMD", "python3", "-c", _ASK_DISKS]
    for name in ("webhooks", "entregador"):
        services[name]["environment"]["FISCALXML_WEBHOOKS_CA_FILE"] = "/run/secrets/ca.crt"
    services["cliente"] = _client(services["relay"])
    networks = {
        name: network
        for name, network in project["networks"].items()
        if any(name in service["networks"] for service in services.values())
    }
    networks["saida"] = {"internal": True, "ipam": {"config": [{"subnet": _LOOKS_PUBLIC}]}}
    used = {name for service in services.values() for name in _secrets(service)}
    made = {
        "services": services,
        "networks": networks,
        "volumes": {name: {} for name in VOLUMES},
        "secrets": {name: {"file": str(folder / "segredos" / name)} for name in sorted(used)},
    }
    path = folder / "compose.yaml"
    path.write_text(yaml.safe_dump(_filled(made), sort_keys=False))
    return path


_ASK_S3 = (
    "import ssl, urllib.request as u;"
    "u.urlopen('https://localhost:8333/status', context=ssl._create_unverified_context())"
)
_ASK_DISKS = "import urllib.request as u; u.urlopen('http://localhost:9100/')"


def _client(like: dict[str, Any]) -> dict[str, Any]:
    """Who uses the service; also the e-mail server and the receiver of webhooks."""
    own = {name: like[name] for name in ("image", "user", "read_only", "cap_drop", "security_opt")}
    return own | {
        "entrypoint": ["sleep", "3600"],
        "init": True,
        "healthcheck": {"disable": True},
        "sysctls": {"net.ipv4.ip_unprivileged_port_start": "0"},
        "tmpfs": like["tmpfs"],
        "volumes": [f"{ROOT / 'tests/ops/imagem/fumaca.py'}:/ensaio/fumaca.py:ro"],
        "secrets": [
            f"{name}.{part}" for name in ("correio", "receptor") for part in ("crt", "key")
        ],
        "networks": {"servicos": {}, "saida": {"aliases": ["correio", RECEPTOR]}},
    }


def _write_secrets(folder: Path) -> None:
    write(folder, all_files(_CORREIO))
    autoridade = Autoridade("ensaio")
    with (folder / "ca.crt").open("a") as file:
        file.write(autoridade.certificado)
    for name, host in (("correio", "correio"), ("receptor", RECEPTOR)):
        signed = autoridade.sign(host)
        for part, text in (("crt", signed.certificado), ("key", signed.chave)):
            path = folder / f"{name}.{part}"
            path.write_text(text)
            path.chmod(0o444)


def _absolute(volume: str) -> str:
    return str(ROOT / volume[2:]) if volume.startswith("./") else volume


def _secrets(service: dict[str, Any]) -> list[str]:
    return [
        each if isinstance(each, str) else each["source"] for each in service.get("secrets", ())
    ]


def _filled(value: Any) -> Any:
    """Variables of `.env`: those that must be said, and the defaults of the others."""
    if isinstance(value, dict):
        return {name: _filled(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_filled(each) for each in value]
    if not isinstance(value, str):
        return value
    return _VARIABLE.sub(
        lambda found: _VALUES.get(found[1]) or (found[2] or "").removeprefix(":-"), value
    )
